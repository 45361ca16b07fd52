/** What the contract of the store builds its cases from. */
import assert from 'node:assert/strict';
import type { DeliveryError } from '../../../src/delivery/delivery';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import type { AcceptedEvent, DeliveryStore, Finished, NewDelivery, WakePlace } from '../../../src/store/delivery-store';

/** Where one kind of store keeps things, for one test. */
export interface Place {
  /** A store over what is kept here, not open yet. */
  make(): DeliveryStore;
  /** Takes everything away. */
  remove(): void;
}

/** Gives the test an open store of its own. The `close` of the others is the contract's. */
export type OpenStore = () => Promise<DeliveryStore>;

export const T0 = Date.UTC(2025, 5, 15, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

export const LANE = 'lane-1';
export const NODE = 'node-1';

export const STATUS_500: DeliveryError = { class: 'status', message: 'The receiver answered 500.', statusCode: 500 };

export function newDelivery(id: string, changes: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id,
    nodeId: NODE,
    webhook: 'CRM',
    lane: LANE,
    orderKey: null,
    eventId: `event-of-${id}`,
    eventTime: '2025-06-15T12:00:00.000Z',
    eventType: 'call.ended',
    callId: `call-of-${id}`,
    request: {
      method: 'POST',
      url: 'https://crm.example.com/hook',
      headers: { 'Content-Type': 'application/json', 'X-Many': ['a', 'b'] },
      body: { encoding: 'utf8', text: `{"id":"${id}"}` },
      sealed: null,
    },
    message: JSON.stringify({ _msgid: id, topic: 'call.ended' }),
    createdAtMs: T0,
    resendOf: null,
    start: { kind: 'pending', dueAtMs: T0 },
    compare: false,
    ...changes,
  };
}

/** The request of a new delivery, with another body or URL. */
export function requestWith(changes: {
  url?: string;
  body?: string;
  base64?: string;
}): NonNullable<NewDelivery['request']> {
  const { request } = newDelivery('any');
  assert(request !== null);
  const { url = request.url, body, base64 } = changes;
  if (base64 !== undefined) return { ...request, url, body: { encoding: 'base64', text: base64 } };
  return body === undefined ? { ...request, url } : { ...request, url, body: { encoding: 'utf8', text: body } };
}

export function delivered(id: string, atMs = T0): Finished {
  return {
    id,
    attempt: {
      startedAtMs: atMs,
      durationMs: 12,
      statusCode: 200,
      class: null,
      message: null,
      response: { headers: { 'content-type': 'text/plain', 'x-many': ['a', 'b'] }, body: 'thanks' },
    },
    atMs,
    next: { kind: 'delivered' },
    ...KEPT,
  };
}

/** What most stores do with an ended delivery. */
export const KEPT = { keepBodies: true, report: false } as const;

const FAILED_ATTEMPT = {
  durationMs: 30,
  statusCode: 500,
  class: 'status',
  message: STATUS_500.message,
  response: null,
} as const;

export function failedOnce(
  id: string,
  atMs: number,
  dueAtMs: number,
  changes: { passAtMs?: number; notBeforeMs?: number; plannedAtMs?: number } = {},
): Finished {
  const { passAtMs = null, notBeforeMs = null, plannedAtMs = null } = changes;
  return {
    id,
    attempt: { ...FAILED_ATTEMPT, startedAtMs: atMs },
    atMs,
    next: { kind: 'waiting', dueAtMs, notBeforeMs, error: STATUS_500, passAtMs, plannedAtMs },
    ...KEPT,
  };
}

export function givenUp(id: string, atMs = T0): Finished {
  return {
    id,
    attempt: { ...FAILED_ATTEMPT, startedAtMs: atMs },
    atMs,
    next: { kind: 'failed', error: STATUS_500 },
    ...KEPT,
  };
}

/** Claims of one lane and node; answers the ids, in order. */
export async function claimIds(
  store: DeliveryStore,
  nowMs = T0,
  changes: { lane?: string; nodeIds?: readonly string[]; limit?: number } = {},
): Promise<readonly string[]> {
  const { deliveries } = await store.claim({
    ...{ lane: LANE, nodeIds: [NODE], limit: 100, nowMs, leaseUntilMs: nowMs + MINUTE },
    ...changes,
  });
  return deliveries.map(({ id }) => id);
}

export async function nextDueAt(
  store: DeliveryStore,
  nowMs = T0,
  nodeIds: readonly string[] = [NODE],
): Promise<number | null> {
  const { nextDueAtMs } = await store.claim({ lane: LANE, nodeIds, limit: 0, nowMs, leaseUntilMs: nowMs });
  return nextDueAtMs;
}

/** Wakes the lane part by part, as the dispatcher does. Answers how many of each part. */
export async function wakeAll(
  store: DeliveryStore,
  lane: string,
  sinceMs: number,
  nowMs: number,
  again = false,
): Promise<number[]> {
  const parts: number[] = [];
  for (let after: WakePlace | null = null; ; ) {
    const { woken, next }: Awaited<ReturnType<DeliveryStore['wake']>> = await store.wake(
      lane,
      sinceMs,
      nowMs,
      after,
      again,
    );
    parts.push(woken);
    if (next === null) return parts;
    after = next;
  }
}

export async function stateOf(store: DeliveryStore, id: string): Promise<string | undefined> {
  return (await store.get(id))?.state;
}

/** Accepts in this order; each is one call, all of them together. */
export async function acceptAll(store: DeliveryStore, deliveries: readonly NewDelivery[]): Promise<void> {
  await Promise.all(deliveries.map((delivery) => store.accept(delivery)));
}

export function newEvent(id: string, changes: Partial<TelephonyEvent> = {}): TelephonyEvent {
  return {
    id,
    type: 'call.ended',
    time: '2025-06-15T12:00:00.000Z',
    source: 'source-1',
    callId: `call-of-${id}`,
    callType: 'inbound',
    parameters: { callerNumber: '+74951234567', billsec: 6 },
    ...changes,
  };
}

export function acceptedEvent(event: TelephonyEvent, atMs = T0, repeatUntilMs = atMs + DAY): AcceptedEvent {
  return { event, repeatKey: event.id, atMs, repeatUntilMs };
}
