/**
 * Who may push: a token, a user name and password, or a signature over the bytes that arrived. Every secret is compared
 * in constant time, so that neither time nor length tells anything; odd input is refused, never thrown at.
 */
import type { KeyObject } from 'node:crypto';
import { type HmacScheme, refuseHmac } from '../../signing/hmac';
import type { SigningKey } from '../../signing/keys';
import { sameText } from '../../signing/same-text';
import { refuseStandard, type StandardHeaders } from '../../signing/standard-webhooks';
import { refuseTelnyx } from '../../signing/telnyx';
import { refuseTwilio } from '../../signing/twilio';
import { calledUrl } from './called-url';
import { type Headers, header } from './headers';
import type { TOKEN_PLACES } from './verification-kinds';

/** With its keys read, so that a request costs no more than the comparison. */
export type Verification =
  | { readonly kind: 'none' }
  /** `name`: of the header or of the query parameter. */
  | {
      readonly kind: 'token';
      readonly place: (typeof TOKEN_PLACES)[number];
      readonly name: string;
      readonly token: string;
    }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'hmac';
      readonly scheme: HmacScheme;
      readonly key: KeyObject;
      readonly toleranceSeconds: number;
    }
  | { readonly kind: 'standard'; readonly keys: readonly SigningKey[]; readonly toleranceSeconds: number }
  /** `publicUrl`: where the provider calls, if a proxy changes it: an origin, or the whole address. Empty: as it arrives. */
  | { readonly kind: 'twilio'; readonly token: KeyObject; readonly publicUrl: string }
  | { readonly kind: 'telnyx'; readonly key: KeyObject; readonly toleranceSeconds: number };

export interface Credentials {
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** The raw bytes, before anything parsed them; empty where they are not read. */
  readonly body: Buffer;
  /** What follows the source's path in the URL. */
  readonly subPath: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** It came to Node-RED itself by TLS. */
  readonly isEncrypted: boolean;
  readonly receivedAtMs: number;
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
    case 'twilio':
      return refuseTwilio(verification.token, {
        url: calledUrl(request, verification.publicUrl),
        signature: header(request.headers, 'x-twilio-signature'),
        contentType: header(request.headers, 'content-type') ?? '',
        body: request.body,
      });
    case 'hmac':
    case 'standard':
    case 'telnyx':
      return signatureRefusal(verification, request);
  }
}

/** Of signatures that cover the body and nothing else of the request. */
function signatureRefusal(
  verification: Verification & { kind: 'hmac' | 'standard' | 'telnyx' },
  { headers, body, receivedAtMs }: Credentials,
): string | null {
  // Without a body the signature would be the same for every query, and so would sign none.
  if (body.length === 0) return 'A signature covers the body, and this request has none.';
  const freshness = { nowMs: receivedAtMs, toleranceSeconds: verification.toleranceSeconds };
  const find = (name: string): string | null => header(headers, name);
  switch (verification.kind) {
    case 'hmac':
      return refuseHmac(verification.scheme, verification.key, { header: find, body }, freshness);
    case 'standard':
      return refuseStandard(verification.keys, standardHeaders(headers), body, freshness);
    case 'telnyx':
      return refuseTelnyx(
        verification.key,
        { signature: find('telnyx-signature-ed25519'), timestamp: find('telnyx-timestamp'), body },
        freshness,
      );
  }
}

/**
 * What the sender calls this message, also when it sends it again. For a request that is not refused; undefined where
 * nobody has signed such an id.
 */
export function signedId(verification: Verification, headers: Headers): string | undefined {
  return verification.kind === 'standard' ? (standardHeaders(headers).id ?? undefined) : undefined;
}

function standardHeaders(headers: Headers): StandardHeaders {
  const find = (name: string): string | null => header(headers, name);
  // Svix, on which many senders run, has the same headers under its own name.
  const family = find('webhook-signature') === null && find('svix-signature') !== null ? 'svix' : 'webhook';
  return {
    id: find(`${family}-id`),
    timestamp: find(`${family}-timestamp`),
    signature: find(`${family}-signature`),
  };
}

function tokenRefusal(expected: Verification & { kind: 'token' }, request: Credentials): string | null {
  const { place, name, token } = expected;
  if (token === '') return 'This source has no token set, so nobody is let in.';
  const given = place === 'header' ? header(request.headers, name) : single(request.query.getAll(name));
  if (given === null) return `The token is missing: it is expected in the ${place} "${name}".`;
  // Senders that offer only "a bearer token" put that word before it.
  const bare = place === 'header' ? given.replace(/^Bearer +/i, '') : given;
  const asGiven = sameText(given, token);
  return sameText(bare, token) || asGiven ? null : 'The token is wrong.';
}

function basicRefusal(expected: Verification & { kind: 'basic' }, headers: Headers): string | null {
  if (expected.password === '') return 'This source has no password set, so nobody is let in.';
  const given = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header(headers, 'authorization') ?? '')?.[1];
  if (given === undefined) return 'User name and password are missing.';
  const pair = Buffer.from(given, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  // Both are always compared, so that time does not tell which of them was wrong.
  const user = sameText(colon < 0 ? pair : pair.slice(0, colon), expected.username);
  const password = sameText(colon < 0 ? '' : pair.slice(colon + 1), expected.password);
  return user && password ? null : 'The user name or the password is wrong.';
}

/** A parameter given twice could be read differently by whoever checks it and by whoever reads it: it counts as missing. */
function single(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}
