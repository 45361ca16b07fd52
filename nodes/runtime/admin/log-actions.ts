/** What one can do to the log: by the admin API and by the `telephony-deliveries` node alike. */
import { sortableId, systemClock } from '../../../src/clock';
import type { Delivery } from '../../../src/delivery/delivery';
import { UserError } from '../../../src/errors';
import { isJsonObject } from '../../../src/json';
import { type Sentence, saidBy } from '../../../src/sentence';
import { asking } from '../../../src/sentences/asking';
import { delivering } from '../../../src/sentences/delivering';
import type { DeliveryFilter } from '../../../src/store/delivery-store';
import { findTemplate, findWebhookOut, type WebhookOutNode } from '../config-nodes';
import { sealRequest } from '../deliveries/delivery-message';
import { laneNow, makeRequest } from '../deliveries/outgoing';
import { eventOf, keepOf, putRequest } from '../message';
import type { Message, Red } from '../red';
import type { OpenStore } from '../stores/stores';
import { isTrue, readFilter, readMost, readRestrictingFilter } from './log-shapes';
import { countAll } from './whole-log';

/**
 * Fewer digits are an extension or a short code, not a number that means one person: they occur in any log, and so would take
 * what is others' with them. The shortest international numbers (of Niue, +683 4000) have seven.
 */
const SHORTEST_FORGOTTEN = 7;

/** A phone number as people write it. */
const PHONE_NUMBER = /^\s*\+?[\d\s()./-]+$/;

/** Deliveries of one store resent or discarded by one request at most; the answer says how many matched. */
const MANY = 10_000;
/** Of these, so many share a commit. */
const TOGETHER = 200;

export interface Resent {
  readonly id: string;
  /** The delivery that will be sent: the same one, or a new one for a delivered one. */
  readonly delivery: string;
}

/** Sends a delivery again: a waiting or failed one now, as itself; a delivered one as a new delivery with a link to it. */
export async function resend(red: Red, open: OpenStore, id: string, renderAgain: boolean): Promise<Resent> {
  const delivery = await open.store.get(id);
  if (!delivery) throw noDelivery(id);
  if (delivery.state === 'sending') throw new UserError('busy', asking('under-way'));
  if (delivery.request === null) {
    const template = templateOf(red, delivery);
    await template.sendAgain({ ...delivery.message, delivery: { id } } as never);
    return { id, delivery: id };
  }
  const sender = findWebhookOut(red, delivery.nodeId)?.webhookOut;
  if (!sender) {
    throw new UserError('no-node', asking('no-node'));
  }
  if (delivery.bodyRemoved && !renderAgain) {
    throw new UserError('body-not-kept', asking('body-not-kept'), { field: 'render' });
  }
  const { request, message } = renderAgain ? await render(red, open, delivery, sender) : delivery;
  const nowMs = systemClock.now();
  const { nodeId, webhook, orderKey, eventId, eventType, callId } = delivery;
  const lane = laneNow(red, { ...delivery, request: request ?? delivery.request });
  if (delivery.state !== 'delivered') {
    const change = renderAgain && request ? { request, message: JSON.stringify(message) } : {};
    const reopened = await open.store.reopen(id, { nowMs, lane, ...change });
    if (!reopened) throw new UserError('busy', asking('changed'));
    open.dispatcher.again(id, lane);
    return { id, delivery: id };
  }
  const fresh = sortableId('dlv_');
  await open.dispatcher.accept(
    {
      id: fresh,
      ...{ nodeId, webhook, lane, orderKey },
      eventId,
      eventTime: null, // never compared: it was asked for
      eventType,
      callId,
      request,
      message: JSON.stringify(message),
      createdAtMs: nowMs,
      resendOf: id,
      compare: false,
    },
    message,
    undefined,
  );
  return { id, delivery: fresh };
}

async function render(
  red: Red,
  open: OpenStore,
  delivery: Delivery,
  sender: WebhookOutNode['webhookOut'],
): Promise<Pick<Delivery, 'request' | 'message'>> {
  const message = structuredClone(delivery.message) as unknown as Message;
  if (delivery.request) putRequest(message, delivery.request);
  // As it left telephony event in: a template may read its payload, and that of the log is the old request's body.
  const event = eventOf(message);
  if (event) message.payload = { ...(event['parameters'] as object) };
  await templateOf(red, delivery).render(message);
  const request = makeRequest(red, message, sender.config);
  return { request: sealRequest(request, message, open.box), message: keepOf(message).kept };
}

function templateOf(red: Red, delivery: Delivery): NonNullable<ReturnType<typeof findTemplate>>['template'] {
  const mark = delivery.message['webhook'];
  const named = isJsonObject(mark) ? String(mark['template']) : '';
  // What could not be rendered belongs to its template itself.
  const template = findTemplate(red, delivery.nodeId) ?? findTemplate(red, named);
  if (template) return template.template;
  throw new UserError('template', asking(delivery.request === null ? 'no-request' : 'no-template'), {
    field: 'render',
  });
}

/** What was asked for in a query, a body or a message: a filter, with how it is to be done. */
type Asked = Readonly<Record<string, unknown>>;

/** What a dry run of one delivery answers. */
export async function tryOne(open: OpenStore, id: string, done: 'resent' | 'discarded'): Promise<object> {
  if (!(await open.store.get(id))) throw noDelivery(id);
  return { matched: 1, [done]: 0, dryRun: true };
}

/** How many match what is asked for, and the ids of those that are meant. Null: it is a dry run, which only counts. */
async function choose(
  stores: readonly OpenStore[],
  asked: Asked,
): Promise<{ matched: number; chosen: ReturnType<typeof idsOfMany> | null }> {
  if (isTrue(asked['dryRun'])) return { matched: await countAll(stores, readFilter(asked)), chosen: null };
  const filter = readRestrictingFilter(asked);
  const limit = readMost(asked['limit']);
  return { matched: await countAll(stores, filter), chosen: idsOfMany(stores, filter, limit) };
}

/** Ids of what matches, oldest first, store by store: at most `limit` of them. */
async function* idsOfMany(
  stores: readonly OpenStore[],
  filter: DeliveryFilter,
  limit: number,
): AsyncGenerator<{ open: OpenStore; ids: readonly string[] }> {
  let left = limit;
  for (const open of stores) {
    const ids = await open.store.ids(filter, Math.min(left, MANY));
    left -= ids.length;
    yield { open, ids };
  }
}

/** Resends those that match, oldest first; `limit`: no more; `render`: by the templates of now; `dryRun`: only says how many match. */
export async function resendMany(
  red: Red,
  stores: readonly OpenStore[],
  asked: Asked,
): Promise<{ matched: number; resent: number; failed?: (Sentence & { id: string })[]; dryRun?: true }> {
  const { matched, chosen } = await choose(stores, asked);
  if (chosen === null) return { matched, resent: 0, dryRun: true };
  const renderAgain = isTrue(asked['render']);
  const failed: (Sentence & { id: string })[] = [];
  let resent = 0;
  for await (const { open, ids } of chosen) {
    for (const id of ids) {
      try {
        await resend(red, open, id, renderAgain);
        resent++;
      } catch (error) {
        failed.push({ id, ...saidBy(error) });
      }
    }
  }
  return { matched, resent, failed };
}

export function noDelivery(id: string): UserError {
  return new UserError('not-found', asking('no-delivery', { id: id.slice(0, 60) }));
}

/** Ends an open delivery, or removes an ended one. */
export async function discard(open: OpenStore, id: string): Promise<'ended' | 'removed'> {
  const result = await discardStored(open, id);
  await open.dispatcher.refresh();
  return result;
}

async function discardStored(open: OpenStore, id: string): Promise<'ended' | 'removed'> {
  const result = await open.store.discard(
    id,
    { class: 'discarded', ...delivering('discarded'), statusCode: null },
    systemClock.now(),
    open.config.logBodies,
  );
  if (result === 'unknown') throw noDelivery(id);
  if (result === 'busy') throw new UserError('busy', asking('under-way'));
  open.dispatcher.discarded(id);
  return result;
}

/** Discards those that match, oldest first; `limit`: no more; `dryRun`: only says how many match. */
export async function discardMany(
  stores: readonly OpenStore[],
  asked: Asked,
): Promise<{ matched: number; discarded: number; dryRun?: true }> {
  const { matched, chosen } = await choose(stores, asked);
  if (chosen === null) return { matched, discarded: 0, dryRun: true };
  let discarded = 0;
  for await (const { open, ids } of chosen) {
    for (let at = 0; at < ids.length; at += TOGETHER) {
      const results = await Promise.allSettled(ids.slice(at, at + TOGETHER).map((id) => discardStored(open, id)));
      // Others are under way, or gone meanwhile: the count says how many were not.
      discarded += results.filter(({ status }) => status === 'fulfilled').length;
    }
    await open.dispatcher.refresh();
  }
  return { matched, discarded };
}

/** Removes events, deliveries and held messages in which the number occurs. Answers how many events and deliveries there were. */
export async function forgetNumber(stores: readonly OpenStore[], number: unknown): Promise<number> {
  const text = typeof number === 'number' ? String(number) : number;
  // The prefix 00 stands for the plus.
  const digits = typeof text === 'string' && PHONE_NUMBER.test(text) ? text.replace(/\D/g, '').replace(/^00/, '') : '';
  if (digits.length < SHORTEST_FORGOTTEN) {
    throw new UserError('forget', asking('forget', { least: SHORTEST_FORGOTTEN }), { field: 'number' });
  }
  let removed = 0;
  for (const { store, dispatcher } of stores) {
    removed += await store.forget(digits);
    await dispatcher.refresh();
  }
  return removed;
}
