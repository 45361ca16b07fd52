/** The messages that leave `webhook out`: how a delivery ended, in the shape that the core `http request` node uses. */

import type { DeliveryError, DeliveryState } from '../../../src/delivery/delivery';
import type { Settled } from '../../../src/delivery/webhook';
import type { SecretBox } from '../../../src/store/secret-box';
import { putRequest } from '../message';
import { markedAsResponse } from '../response-mark';
import { putSealed } from './delivery-message';

/** `msg.delivery` of a message that leaves the pack. Times are ISO 8601 UTC. */
export interface DeliverySummary {
  readonly id: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: string;
  readonly endedAt: string;
  /** True: the response was longer than 1 MB and is cut in `msg.payload`. */
  readonly responseCut?: boolean;
}

function base(settled: Settled): Record<string, unknown> {
  const { delivery } = settled;
  const live = typeof settled.live === 'object' && settled.live !== null ? settled.live : {};
  // Of a delivery that this process accepted, both are the same message.
  const message: Record<string, unknown> = live === delivery.message ? { ...live } : { ...delivery.message, ...live };
  delete message['error'];
  delete message['response'];
  const summary: DeliverySummary = {
    id: delivery.id,
    state: settled.state,
    attempts: settled.attemptCount,
    createdAt: new Date(delivery.createdAtMs).toISOString(),
    endedAt: new Date(settled.endedAtMs).toISOString(),
    ...(settled.response?.cut ? { responseCut: true } : {}),
  };
  message['delivery'] = summary;
  return message;
}

export type MessageError = Pick<DeliveryError, 'class' | 'message' | 'statusCode'> & { readonly code: string };

/** `msg.error`, as the log has it; `code` is where flows look that know errors of Node.js. */
export function errorShape({ class: kind, message, statusCode }: DeliveryError): MessageError {
  return { class: kind, message, statusCode, code: kind };
}

/** What leaves *delivered*: status code, headers and payload are the response's. */
export function deliveredMessage(settled: Settled, as: 'text' | 'json' | 'buffer'): Record<string, unknown> {
  const message = base(settled);
  // What a retry node held of it is over: what the flow sends next is not that message coming back.
  delete message['held'];
  const { response } = settled;
  message['statusCode'] = response?.statusCode;
  message['headers'] = markedAsResponse(response?.headers ?? {});
  message['payload'] = response ? bodyAs(response.body, as) : '';
  const { request } = settled.delivery;
  if (request) Object.assign(message, { method: request.method, url: request.url, responseUrl: request.url });
  return message;
}

/** What leaves *failed*: the request is in place, so that the message can go round a `retry` node. */
export function failedMessage(settled: Settled, box: SecretBox): Record<string, unknown> {
  const message = base(settled);
  const live = typeof settled.live === 'object' && settled.live !== null;
  const { request } = settled.delivery;
  if (!live && request) {
    putRequest(message, request);
    if (request.sealed) putSealed(message, request.sealed, box);
  }
  if (settled.error) message['error'] = errorShape(settled.error);
  message['statusCode'] = settled.error?.statusCode ?? settled.response?.statusCode;
  message['response'] = settled.response
    ? {
        statusCode: settled.response.statusCode,
        headers: settled.response.headers,
        payload: settled.response.body.toString('utf8'),
      }
    : null;
  return message;
}

function bodyAs(body: Buffer, as: 'text' | 'json' | 'buffer'): unknown {
  if (as === 'buffer') return body;
  const text = body.toString('utf8');
  if (as === 'text') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // not JSON: as it came, like the core http request node
  }
}
