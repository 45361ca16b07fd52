/**
 * Telnyx's signature of what it sends: ed25519 over time and body.
 * https://developers.telnyx.com/docs/development/api-fundamentals/webhooks/receiving-webhooks
 */
import { type KeyObject, verify } from 'node:crypto';
import { ed25519PublicKey } from './keys';
import { type Freshness, staleness } from './signed-time';

/** The public key as Telnyx shows it: base64 of 32 bytes. Undefined: it is no such key. */
export function readTelnyxKey(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text, 'base64');
  return /^[A-Za-z0-9+/]{43}=?$/.test(text) && bytes.length === 32 ? ed25519PublicKey(bytes) : undefined;
}

export interface TelnyxRequest {
  /** Of the header `telnyx-signature-ed25519`. */
  readonly signature: string | null;
  /** Of the header `telnyx-timestamp`. */
  readonly timestamp: string | null;
  readonly body: Buffer;
}

/** Null: Telnyx sent it, lately. Else why it is refused. */
export function refuseTelnyx(
  key: KeyObject,
  { signature, timestamp, body }: TelnyxRequest,
  freshness: Freshness,
): string | null {
  if (!signature || !timestamp) {
    return 'The signature is missing: telnyx-signature-ed25519 and telnyx-timestamp are expected.';
  }
  const stale = staleness(timestamp, freshness);
  if (stale !== null) return stale;
  const signed = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
  return verify(null, signed, key, Buffer.from(signature, 'base64')) ? null : 'The signature is wrong.';
}
