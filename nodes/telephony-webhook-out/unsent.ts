/** Keeps in the log what a `webhook out` cannot send as it is set, or as the message is: no call is missing there. */
import { isJsonObject } from '../../src/json';
import { type Sentence, sentenceOf } from '../../src/sentence';
import { deliveryOf, describe, sealRequest } from '../runtime/deliveries/delivery-message';
import { laneOf, makeRequest } from '../runtime/deliveries/outgoing';
import { keptText, type MessageRequest } from '../runtime/message';
import type { Message, Red } from '../runtime/red';
import type { OpenStore } from '../runtime/stores/stores';
import type { WebhookOutConfig } from './config';

/** With its request, where there is one, so that it can be resent when the settings are right. */
export async function keepUnsent(
  red: Red,
  nodeId: string,
  config: WebhookOutConfig,
  { dispatcher, box }: OpenStore,
  message: Message,
  why: Sentence,
): Promise<void> {
  if (isHeld(message)) return; // its delivery waits in the log
  const request = requestOrNull(red, message, config);
  await dispatcher.fail(
    {
      ...describe(message),
      ...{ nodeId, webhook: nameFor(red, config, message), orderKey: null },
      lane: request ? laneOf(red, config.endpoint, request.url) : nodeId,
      request: request && sealRequest(request, message, box),
      message: keptText(message),
    },
    { class: 'request', ...sentenceOf(why), statusCode: null },
  );
}

/** What the log calls it: the name of the node, else of the template that rendered the message. */
export function nameFor(red: Red, { name }: WebhookOutConfig, message: Message): string {
  const mark = message['webhook'];
  const template = isJsonObject(mark) && typeof mark['name'] === 'string' ? mark['name'] : '';
  return name || template || red._('telephony-webhook-out.label');
}

/** A retry node has sent it, and holds its delivery. */
export function isHeld(message: Message): boolean {
  const { held } = message;
  const named = deliveryOf(message);
  return named !== undefined && isJsonObject(held) && held['delivery'] === named.id;
}

function requestOrNull(red: Red, message: Message, config: WebhookOutConfig): MessageRequest | null {
  try {
    return makeRequest(red, message, config);
  } catch {
    return null; // why, is said where it is to be sent
  }
}
