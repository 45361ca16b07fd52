/** How a message names the delivery it belongs to, and how its secrets are sealed for the store. */
import { sortableId, systemClock } from '../../src/clock';
import type { StoredRequest } from '../../src/delivery/delivery';
import { UserError } from '../../src/errors';
import { isJsonObject, type JsonObject } from '../../src/json';
import { type RequestSecrets, splitSecrets } from '../../src/redact';
import type { Sentence } from '../../src/sentence';
import type { SecretBox } from '../../src/store/secret-box';
import { nonceOf } from '../../src/template/secret-placeholder';
import { eventOf, type MessageRequest } from './message';
import type { Message } from './red';

export interface DeliveryOf {
  readonly id: string;
}

/** The delivery that `msg.delivery` names. Undefined: none. */
export function deliveryOf(message: Message): DeliveryOf | undefined {
  const delivery = message['delivery'];
  if (!isJsonObject(delivery) || typeof delivery['id'] !== 'string' || delivery['id'] === '') return undefined;
  return { id: delivery['id'] };
}

/** Encrypts what came as a secret in the message (authorization, cookie and key headers, URL user info). */
export function sealRequest(
  request: MessageRequest,
  message: Readonly<Record<string, unknown>>,
  box: SecretBox,
): StoredRequest {
  const { url, headers, secret } = splitSecrets(request, nonceOf(message));
  return { ...request, url, headers, sealed: secret ? box.seal(secret) : null };
}

/**
 * Takes the secrets of a request out of a message that is to be kept as it is, in place. Answers them encrypted; null:
 * it holds none. `putSealed` brings them back.
 */
export function sealMessage(kept: JsonObject, box: SecretBox): string | null {
  const headers = kept['headers'];
  const url = typeof kept['url'] === 'string' ? kept['url'] : '';
  const texts: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(isJsonObject(headers) ? headers : {})) {
    texts[name] = Array.isArray(value) ? value.map(String) : String(value);
  }
  const split = splitSecrets({ url, headers: texts }, nonceOf(kept));
  if (!split.secret) return null;
  if (url !== '') kept['url'] = split.url;
  if (isJsonObject(headers)) {
    const plain: JsonObject = {};
    for (const [name, value] of Object.entries(headers)) if (Object.hasOwn(split.headers, name)) plain[name] = value;
    kept['headers'] = plain;
  }
  return box.seal(split.secret);
}

/** Puts sealed secrets back among the headers of a message. Answers why they cannot be read; null: they are there. */
export function putSealed(message: Record<string, unknown>, sealed: string, box: SecretBox): Sentence | null {
  const { secrets, problem } = unseal(sealed, box);
  message['headers'] = { ...(isJsonObject(message['headers']) ? message['headers'] : {}), ...secrets };
  return problem;
}

/** What the log says of the secrets of a request: the names of their headers, or why not even these can be read. */
export interface SealedHeaders {
  readonly names: readonly string[];
  /** Null: nothing is wrong. */
  readonly problem: Sentence | null;
}

export function sealedHeaders(request: StoredRequest | null, box: SecretBox): SealedHeaders {
  const { secrets, problem } = unseal(request?.sealed ?? null, box);
  return { names: Object.keys(secrets), problem };
}

/** The secrets of a request, or why they cannot be read: the key file may be another one than they were sealed with. */
export function unseal(
  sealed: string | null,
  box: SecretBox,
): { readonly secrets: RequestSecrets; readonly problem: Sentence | null } {
  if (sealed === null) return { secrets: {}, problem: null };
  try {
    return { secrets: box.open(sealed), problem: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { secrets: {}, problem: error.sentence };
  }
}

/** The part of a new delivery that the message alone decides. */
export function describe(message: Message) {
  const event = eventOf(message);
  return {
    id: sortableId('dlv_'),
    eventId: event?.id || null,
    eventTime: event?.time || null,
    eventType: event?.type ?? null,
    callId: event?.callId || null,
    createdAtMs: systemClock.now(),
    resendOf: null,
    compare: event?.['again'] === true,
  };
}
