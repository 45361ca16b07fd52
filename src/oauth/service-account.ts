/** Service accounts: reads their private keys, and signs the assertion that is exchanged for a token (RFC 7523). */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { isJsonObject } from '../json';
import type { Sentence } from '../sentence';
import { token } from '../sentences/token';

export interface ServiceAccount {
  /** Who asks: claim `iss`. */
  readonly issuer: string;
  readonly key: KeyObject;
  /** Which of the account's keys; empty: the token endpoint knows. */
  readonly keyId: string;
}

/** A key file; members are empty where it does not say. */
export interface ServiceAccountKey extends ServiceAccount {
  readonly tokenUrl: string;
}

/**
 * Reads a PEM, or the JSON key file that Google gives out. Line breaks that a form or an environment variable took away or
 * wrote as `\n` are put back. A sentence: why it cannot be used; it never holds any of the key.
 */
export function readServiceAccountKey(text: string): ServiceAccountKey | Sentence {
  let file: Readonly<Record<string, unknown>> = { private_key: text };
  if (text.trimStart().startsWith('{')) {
    const parsed = parseJson(text);
    if (!isJsonObject(parsed) || typeof parsed['private_key'] !== 'string') {
      return token('key-file');
    }
    file = parsed;
  }
  const key = readKey(String(file['private_key']));
  if ('message' in key) return key;
  return {
    issuer: word(file['client_email']),
    key,
    keyId: word(file['private_key_id']),
    tokenUrl: word(file['token_uri']),
  };
}

export interface AssertionClaims {
  readonly audience: string;
  readonly scope: string;
  readonly subject: string;
  /** Unique: some token endpoints take each assertion once. */
  readonly id: string;
  readonly nowMs: number;
}

/** Used at once; some token endpoints accept no longer one. */
const LIFETIME_SECONDS = 300;

/** RFC 7518 section 3.3. */
const SMALLEST_KEY_BITS = 2048;

/** A signed assertion, RS256. */
export function assertionOf({ issuer, key, keyId }: ServiceAccount, claims: AssertionClaims): string {
  const { audience, scope, subject, id, nowMs } = claims;
  const issuedAt = Math.floor(nowMs / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId && { kid: keyId }) };
  const payload = {
    iss: issuer,
    ...(subject && { sub: subject }),
    ...(scope && { scope }),
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    jti: id,
  };
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function base64url(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function readKey(text: string): KeyObject | Sentence {
  const [, kind = '', body = ''] =
    /-----BEGIN ([A-Z ]*PRIVATE KEY)-----([\s\S]+?)-----END \1-----/.exec(text.replaceAll('\\n', '\n')) ?? [];
  if (kind === '') return token('key-form');
  if (kind === 'ENCRYPTED PRIVATE KEY' || body.includes('ENCRYPTED')) return token('key-passphrase');
  const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  let key: KeyObject;
  try {
    key = createPrivateKey(`-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`);
  } catch {
    return token('key-damaged');
  }
  if (key.asymmetricKeyType !== 'rsa') return token('key-kind');
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < SMALLEST_KEY_BITS) {
    return token('key-short', { least: SMALLEST_KEY_BITS, bits: modulusLength });
  }
  return key;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
