/**
 * Signatures by the Standard Webhooks specification: v1 (HMAC-SHA256) and v1a (ed25519) over id, time and body. Several keys
 * make several signatures, of which the receiver needs to know one: so keys are replaced without losing a webhook.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, sign, verify } from 'node:crypto';
import type { SigningKey } from './keys';
import { sameText } from './same-text';
import { type Freshness, staleness } from './signed-time';

/** Signatures of one header that are looked at: each costs time, and nobody has that many keys. */
const MOST_SIGNATURES = 16;

/** The value of `webhook-signature`. `id` must hold no dot. */
export function signStandard(
  keys: readonly SigningKey[],
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string | Buffer },
): string {
  const start = `${id}.${timestamp}.`;
  return keys.map((key) => `${key.version},${signature(key, start, body)}`).join(' ');
}

function signature({ version, key }: SigningKey, start: string, body: string | Buffer): string {
  return version === 'v1'
    ? createHmac('sha256', key).update(start).update(body).digest('base64')
    : sign(null, joined(start, body), key).toString('base64');
}

export interface StandardHeaders {
  readonly id: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
}

/** Null: one of the signatures was made with one of the keys, lately. Else why it is refused. */
export function refuseStandard(
  keys: readonly SigningKey[],
  { id, timestamp, signature: signatures }: StandardHeaders,
  body: Buffer,
  freshness: Freshness,
): string | null {
  if (!id || !timestamp || !signatures) {
    return 'The signature is missing: webhook-id, webhook-timestamp and webhook-signature are expected.';
  }
  // With a dot in it, a part of the id could be taken for the time, and of the time for the body.
  if (id.includes('.')) return 'The webhook-id holds a dot.';
  const stale = staleness(timestamp, freshness);
  if (stale !== null) return stale;
  const start = `${id}.${timestamp}.`;
  const given = signatures.split(' ', MOST_SIGNATURES);
  return keys.some((key) => isSigned(key, start, body, given)) ? null : 'No signature fits the key.';
}

function isSigned(key: SigningKey, start: string, body: Buffer, given: readonly string[]): boolean {
  const mark = `${key.version},`;
  const signatures = given.filter((one) => one.startsWith(mark)).map((one) => one.slice(mark.length));
  if (key.version === 'v1') {
    const expected = signatures.length > 0 ? signature(key, start, body) : '';
    return signatures.some((one) => sameText(one, expected));
  }
  const text = joined(start, body);
  return signatures.some((one) => verify(null, text, key.key, Buffer.from(one, 'base64')));
}

function joined(start: string, body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(start), typeof body === 'string' ? Buffer.from(body) : body]);
}
