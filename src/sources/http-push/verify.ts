/**
 * Who may push: a token, a user name and password, or a signature over the bytes that arrived. Every secret is compared
 * in constant time and by its digest, so that neither time nor length tells anything; odd input is refused, never thrown at.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Headers, header } from './headers';

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

export type Verification =
  | { readonly kind: 'none' }
  /** `name`: of the header or of the query parameter. */
  | { readonly kind: 'token'; readonly place: 'header' | 'query'; readonly name: string; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'hmac';
      readonly algorithm: HmacAlgorithm;
      readonly encoding: 'hex' | 'base64';
      readonly header: string;
      /** What stands before the signature in the header, such as `sha256=`; may be empty. */
      readonly prefix: string;
      readonly secret: string;
    };

export interface Credentials {
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** The raw bytes, before anything parsed them. */
  readonly body: Buffer;
}

/** Null: the sender may. Else a sentence that says what is missing or wrong, and nothing about the secret. */
export function refusal(verification: Verification, request: Credentials): string | null {
  switch (verification.kind) {
    case 'none':
      return null;
    case 'token':
      return tokenRefusal(verification, request);
    case 'basic':
      return basicRefusal(verification, request.headers);
    case 'hmac':
      return hmacRefusal(verification, request);
  }
}

function tokenRefusal(expected: Verification & { kind: 'token' }, request: Credentials): string | null {
  const { place, name, token } = expected;
  if (token === '') return 'This source has no token set, so nobody is let in.';
  const given = place === 'header' ? header(request.headers, name) : single(request.query.getAll(name));
  if (given === null) return `The token is missing: it is expected in the ${place} "${name}".`;
  // Senders that offer only "a bearer token" put that word before it.
  const bare = place === 'header' ? given.replace(/^Bearer +/i, '') : given;
  const asGiven = same(given, token);
  return same(bare, token) || asGiven ? null : 'The token is wrong.';
}

function basicRefusal(expected: Verification & { kind: 'basic' }, headers: Headers): string | null {
  if (expected.password === '') return 'This source has no password set, so nobody is let in.';
  const given = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header(headers, 'authorization') ?? '')?.[1];
  if (given === undefined) return 'User name and password are missing.';
  const pair = Buffer.from(given, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  // Both are always compared, so that time does not tell which of them was wrong.
  const user = same(colon < 0 ? pair : pair.slice(0, colon), expected.username);
  const password = same(colon < 0 ? '' : pair.slice(colon + 1), expected.password);
  return user && password ? null : 'The user name or the password is wrong.';
}

function hmacRefusal(expected: Verification & { kind: 'hmac' }, request: Credentials): string | null {
  if (expected.secret === '') return 'This source has no signing secret set, so nobody is let in.';
  // Without a body the signature would be the same for every query, and so would sign none.
  if (request.body.length === 0) return 'A signature covers the body, and this request has none.';
  const given = header(request.headers, expected.header);
  if (given === null) return `The signature is missing: it is expected in the header "${expected.header}".`;
  if (!given.startsWith(expected.prefix)) return `The signature does not begin with "${expected.prefix}".`;
  const computed = createHmac(expected.algorithm, expected.secret).update(request.body).digest(expected.encoding);
  const spelling = expected.encoding === 'hex' ? plainHex : plainBase64;
  return same(spelling(given.slice(expected.prefix.length)), spelling(computed)) ? null : 'The signature is wrong.';
}

/** Compared as text, never decoded: decoders skip what they do not know, and would accept a signature with a tail. */
function plainHex(signature: string): string {
  return signature.trim().toLowerCase();
}

function plainBase64(signature: string): string {
  return signature
    .trim()
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
}

/** A parameter given twice could be read differently by whoever checks it and by whoever reads it: it counts as missing. */
function single(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function same(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
