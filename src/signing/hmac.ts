/** An HMAC in a header of its own, for receivers and senders that work like GitHub, Stripe, Slack or Twilio. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { HmacSettings } from './hmac-settings';
import { sameText } from './same-text';
import { readSignedText, SIGNED_PARTS, type SignedText } from './signed-text';
import { type Freshness, staleness } from './signed-time';
import { sortedParams } from './sorted-params';

/** Settings that were checked, in the form in which a message needs them. */
export interface HmacScheme {
  readonly algorithm: HmacSettings['hmacAlgorithm'];
  readonly encoding: HmacSettings['hmacEncoding'];
  readonly header: string;
  readonly prefix: SignedText;
  readonly content: SignedText;
  /** Empty: none. */
  readonly timestampHeader: string;
}

/** The parts of a message that a signature may cover. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: string;
  readonly method: string;
  readonly url: string;
  readonly body: string | Buffer;
}

/** The settings must have passed `checkHmac`. */
export function hmacScheme(settings: HmacSettings): HmacScheme {
  return {
    algorithm: settings.hmacAlgorithm,
    encoding: settings.hmacEncoding,
    header: settings.hmacHeader,
    prefix: readSignedText(settings.hmacPrefix, SIGNED_PARTS) ?? [],
    content: readSignedText(settings.hmacContent, SIGNED_PARTS) ?? [],
    timestampHeader: settings.hmacTimestampHeader,
  };
}

/** A key is meant as the text that it is: nothing in it is decoded. */
export function hmacKey(text: string): KeyObject {
  return createSecretKey(text, 'utf8');
}

/** The headers that sign a message: with several keys one signature each, after `separator`. */
export function hmacHeaders(
  scheme: HmacScheme,
  { keys, separator }: { readonly keys: readonly KeyObject[]; readonly separator: string },
  message: SignedMessage,
): Record<string, string> {
  const signatures = keys.map((key) => digest(scheme, key, message)).join(separator);
  const prefix = scheme.prefix.map((piece) => ('literal' in piece ? piece.literal : message.timestamp)).join('');
  const headers = { [scheme.header]: prefix + signatures };
  if (scheme.timestampHeader !== '') headers[scheme.timestampHeader] = message.timestamp;
  return headers;
}

/**
 * Null: one of the signatures was made with this key. Else why it is refused. `header` looks one up in what arrived; null: it is
 * absent, or came several times.
 */
export function refuseHmac(
  scheme: HmacScheme,
  key: KeyObject,
  { header, body }: { readonly header: (name: string) => string | null; readonly body: Buffer },
  freshness: Freshness,
): string | null {
  const given = header(scheme.header);
  if (given === null) return `The signature is missing: it is expected in the header "${scheme.header}".`;
  const read = readPrefix(scheme.prefix, given);
  if (read === undefined) return `The header "${scheme.header}" does not begin as it should.`;
  const timestamp = scheme.timestampHeader === '' ? read.timestamp : header(scheme.timestampHeader);
  if (timestamp === null) return `The time is missing: it is expected in the header "${scheme.timestampHeader}".`;
  const stale = timestamp === undefined ? null : staleness(timestamp, freshness);
  if (stale !== null) return stale;
  const message = { id: '', method: '', url: '', timestamp: timestamp ?? '', body };
  const spelling = scheme.encoding === 'hex' ? plainHex : plainBase64;
  const expected = spelling(digest(scheme, key, message));
  // All are compared, whichever fits: time must not tell which.
  const fitting = signaturesIn(read.signature, scheme.prefix).filter((one) => sameText(spelling(one), expected));
  return fitting.length > 0 ? null : 'The signature is wrong.';
}

/** Signatures of one header that are looked at: each costs time, and nobody has that many keys. */
const MOST_SIGNATURES = 16;

/**
 * While a key is being replaced there is one by each, with commas or blanks between: `v1=…,v1=…`. Before all but the first
 * stands what the prefix ends with, if it does: `v1=`.
 */
function signaturesIn(text: string, prefix: SignedText): readonly string[] {
  const last = prefix.at(-1);
  const label = last && 'literal' in last ? (/[^,\s]*$/.exec(last.literal)?.[0] ?? '') : '';
  return text
    .trim()
    .split(/[,\s]+/, MOST_SIGNATURES)
    .map((one) => (one.startsWith(label) ? one.slice(label.length) : one));
}

function digest({ algorithm, encoding, content }: HmacScheme, key: KeyObject, message: SignedMessage): string {
  const hmac = createHmac(algorithm, key);
  for (const piece of content) {
    if ('literal' in piece) hmac.update(piece.literal);
    else hmac.update(piece.part === 'params' ? sortedParams(message.body) : message[piece.part]);
  }
  return hmac.digest(encoding);
}

/** What follows the prefix, and the time if it stands there. Undefined: the prefix is another. */
function readPrefix(
  prefix: SignedText,
  given: string,
): { readonly signature: string; readonly timestamp: string | undefined } | undefined {
  let rest = given;
  let timestamp: string | undefined;
  for (const piece of prefix) {
    const taken = 'literal' in piece ? piece.literal : (/^\d+/.exec(rest)?.[0] ?? '');
    if (taken === '' || !rest.startsWith(taken)) return undefined;
    if ('part' in piece) timestamp = taken;
    rest = rest.slice(taken.length);
  }
  return { signature: rest, timestamp };
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
