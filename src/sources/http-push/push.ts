/**
 * One request of a phone system, from its bytes to the events it tells of or the reason why it is refused: who may push,
 * what arrived, what it means, and whether it came before. Pure: the server around it and the store are others' business.
 */
import { buildEvent } from '../../event/event-id';
import type { JsonObject } from '../../json';
import { DIGEST_PARAMETER } from '../../signing/twilio';
import type { AcceptedEvent } from '../../store/delivery-store';
import { type AllowFrom, isAllowed } from './allow-from';
import { type Reading, readPayload } from './body';
import { type Address, type Decoded, decode } from './decode';
import { type Dialect, meaningOf, plainKey } from './dialect';
import { type Headers, header } from './headers';
import { fingerprintOf, identify } from './repeat';
import { refusal, signedId, type Verification } from './verify';

/** The longest body that is read. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Names in the query that address a webhook and are no part of what happened. */
const WEBHOOK_ID = 'webhook_id';
const TRIGGER = 'trigger';

/** What a source knows about itself and about whom it hears. */
export interface PushConfig {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly dialect: Dialect;
  /** Of times that arrive without one. */
  readonly timeZone: string;
  /** Of numbers that arrive without one; empty: unknown. */
  readonly countryCode: string;
  /** Parameters that the phone system does not know. */
  readonly fixed: Readonly<JsonObject>;
  readonly verification: Verification;
  readonly allowFrom: AllowFrom;
}

export interface PushRequest {
  readonly method: string;
  /** What follows the source's path in the URL, as it was sent: empty, or `/77`. */
  readonly subPath: string;
  readonly query: URLSearchParams;
  /** Path and query as they were sent. */
  readonly target: string;
  /** It came to Node-RED itself by TLS. */
  readonly isEncrypted: boolean;
  readonly headers: Headers;
  /** The raw bytes. Empty where there was no body. */
  readonly body: Buffer;
  readonly remoteAddress: string | undefined;
  readonly receivedAtMs: number;
}

export type PushResult =
  | { readonly kind: 'accepted'; readonly events: readonly AcceptedEvent[] }
  /** `reason`: a sentence for whoever set up the phone system. */
  | { readonly kind: 'refused'; readonly status: 400 | 401 | 403 | 405 | 413; readonly reason: string };

/** Never throws. `uniqueText` gives a text that never comes twice. */
export function decodePush(request: PushRequest, config: PushConfig, uniqueText: () => string): PushResult {
  const { dialect, verification } = config;
  const method = request.method.toUpperCase();
  if (!['GET', 'POST', 'PUT'].includes(method))
    return refused(405, `Use GET, POST or PUT, not ${method.slice(0, 20)}.`);
  if (!isAllowed(config.allowFrom, request.remoteAddress)) {
    return refused(
      403,
      `This source takes nothing from ${(request.remoteAddress ?? 'an unknown address').slice(0, 60)}.`,
    );
  }
  if (request.body.length > MAX_BODY_BYTES) {
    return refused(413, `The body is ${request.body.length} bytes long; at most ${MAX_BODY_BYTES} are read.`);
  }
  // A GET has no body that means anything, whatever was sent along: a signature over it would vouch for nothing.
  const body = method === 'GET' ? Buffer.alloc(0) : request.body;
  const notVerified = refusal(verification, { ...request, body });
  if (notVerified !== null) return refused(401, notVerified);

  const query = payloadQuery(request.query, verification);
  const reading = read(body, query, request.headers, dialect);
  if (reading.kind === 'unreadable') return refused(400, reading.reason);

  const address = addressOf(request, dialect);
  const fingerprint = fingerprintOf(
    [address.trigger ?? '', address.webhookId ?? '', body.length === 0 ? query.toString() : ''],
    body,
  );
  const messageId = signedId(verification, request.headers);
  const events = decode(dialect, reading.payload, address, config.timeZone).map((decoded, index) => {
    const { receivedAtMs } = request;
    const heard = { receivedAtMs, unique: uniqueText(), fingerprint, messageId, index };
    const { idParts, repeatUntilMs } = identify(decoded, heard);
    const event = eventOf(decoded, idParts, receivedAtMs, config);
    return { event, repeatKey: event.id, repeatUntilMs, atMs: receivedAtMs };
  });
  return { kind: 'accepted', events };
}

/** Says that somebody was refused who may be no phone system at all: of the call itself nothing is kept. */
export function suspicion(reason: string, receivedAtMs: number, config: PushConfig, uniqueText: string): AcceptedEvent {
  const { sourceId, sourceName, countryCode, fixed, dialect } = config;
  const event = buildEvent({
    ...{ sourceId, sourceName, countryCode, fixed },
    provider: dialect.id,
    type: 'source.suspicious',
    time: new Date(receivedAtMs).toISOString(),
    callId: '',
    idParts: ['suspicion', receivedAtMs, uniqueText],
    parameters: { reason },
  });
  return { event, repeatKey: event.id, repeatUntilMs: receivedAtMs, atMs: receivedAtMs };
}

function read(body: Buffer, query: URLSearchParams, headers: Headers, dialect: Dialect): Reading {
  const encoding = (header(headers, 'content-encoding') ?? 'identity').trim().toLowerCase();
  if (body.length > 0 && encoding !== 'identity' && encoding !== '') {
    return { kind: 'unreadable', reason: `The body is compressed (${encoding.slice(0, 20)}). Send it as it is.` };
  }
  return readPayload({
    body,
    query,
    contentType: header(headers, 'content-type') ?? '',
    documented: dialect.tolerant ? (key) => dialect.names.some(({ name }) => name === plainKey(key)) : null,
  });
}

function eventOf(decoded: Decoded, idParts: readonly string[], receivedAtMs: number, config: PushConfig) {
  const { sourceId, sourceName, countryCode, fixed } = config;
  const { callId } = decoded.parameters;
  return buildEvent({
    sourceId,
    sourceName,
    provider: config.dialect.id,
    type: decoded.type,
    time: decoded.time ?? new Date(receivedAtMs).toISOString(),
    callId: typeof callId === 'string' ? callId : '',
    idParts,
    parameters: decoded.parameters,
    countryCode,
    fixed,
  });
}

/** Without the address and without the token: neither is what happened, and the token must not be kept with it. */
function payloadQuery(query: URLSearchParams, verification: Verification): URLSearchParams {
  const payload = new URLSearchParams(query);
  payload.delete(WEBHOOK_ID);
  payload.delete(TRIGGER);
  if (verification.kind === 'token' && verification.place === 'query') payload.delete(verification.name);
  if (verification.kind === 'twilio') payload.delete(DIGEST_PARAMETER);
  return payload;
}

/**
 * `<path>/<webhookId>?trigger=…`, or both in the query. A part of the path that names an event is the trigger, so that
 * `<path>/call-hangup` works at systems that let nobody write a query.
 */
function addressOf(request: PushRequest, dialect: Dialect): Address {
  const parts = request.subPath
    .split('/')
    .map(unescaped)
    .filter((part) => part !== '');
  const inPath = parts.find((part) => meaningOf(dialect, part, {}) !== undefined);
  return {
    trigger: nonEmpty(request.query.get(TRIGGER)) ?? inPath,
    webhookId: parts.find((part) => part !== inPath) ?? nonEmpty(request.query.get(WEBHOOK_ID)),
  };
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part).trim();
  } catch {
    return part;
  }
}

function nonEmpty(text: string | null): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

function refused(status: (PushResult & { kind: 'refused' })['status'], reason: string): PushResult {
  return { kind: 'refused', status, reason };
}
