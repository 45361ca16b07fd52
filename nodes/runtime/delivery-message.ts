/** How a message names the delivery it belongs to, and how its secrets are sealed for the store. */
import { randomId, systemClock } from '../../src/clock';
import type { StoredRequest } from '../../src/delivery/delivery';
import { isJsonObject } from '../../src/json';
import { splitSecrets } from '../../src/redact';
import type { DeliveryStore } from '../../src/store/delivery-store';
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
export function sealRequest(request: MessageRequest, store: DeliveryStore): StoredRequest {
  const { open, secret } = splitSecrets(request.url, request.headers);
  return {
    method: request.method,
    url: open.url,
    headers: open.headers,
    body: request.body,
    sealed: secret ? store.seal(JSON.stringify(secret)) : null,
  };
}

/** The part of a new delivery that the message alone decides. */
export function describe(message: Message) {
  const event = eventOf(message);
  const callId = event?.['callId'];
  return {
    id: randomId('dlv_'),
    eventId: event?.id || null,
    eventType: event?.type ?? null,
    callId: typeof callId === 'string' && callId !== '' ? callId : null,
    createdAtMs: systemClock.now(),
    resendOf: null,
    compare: event?.['again'] === true,
  };
}
