/**
 * What every delivery needs between the threads of a store, as elements of a flat array: each shape is taken apart by one function
 * and put together by the other, in the same order.
 */
import type { Attempt, Delivery, DeliveryState, FailureClass, StoredRequest } from '../../delivery/delivery';
import type { JsonObject } from '../../json';
import type { Phrase } from '../../sentence';
import type { Accepted, DeliveryStore, Finished, NewDelivery } from '../delivery-store';

/** Values in a row, each shape taking up as many elements as it needs. */
export type Packed = unknown[];

export type Claimed = Awaited<ReturnType<DeliveryStore['claim']>>;

/** Goes through what was packed, from the first element on. */
export class Unpacking {
  #at = 0;

  constructor(private readonly packed: Packed) {}

  get hasMore(): boolean {
    return this.#at < this.packed.length;
  }

  /** Whoever packed it has put a `T` there. */
  next<T>(): T {
    return this.packed[this.#at++] as T;
  }
}

export function packDelivery(packed: Packed, delivery: NewDelivery): void {
  const { request, start } = delivery;
  packed.push(
    delivery.id,
    delivery.nodeId,
    delivery.webhook,
    delivery.lane,
    delivery.orderKey,
    delivery.eventId,
    delivery.eventTime,
    delivery.eventType,
    delivery.callId,
    delivery.message,
    delivery.createdAtMs,
    delivery.resendOf,
    delivery.compare,
    delivery.comesBack,
    start.kind === 'claim' ? start.leaseUntilMs : start,
  );
  packRequest(packed, request);
}

export function unpackDelivery(from: Unpacking): NewDelivery {
  const delivery = {
    id: from.next<string>(),
    nodeId: from.next<string>(),
    webhook: from.next<string>(),
    lane: from.next<string>(),
    orderKey: from.next<string | null>(),
    eventId: from.next<string | null>(),
    eventTime: from.next<string | null>(),
    eventType: from.next<string | null>(),
    callId: from.next<string | null>(),
    message: from.next<string>(),
    createdAtMs: from.next<number>(),
    resendOf: from.next<string | null>(),
    compare: from.next<boolean>(),
  };
  const comesBack = from.next<NewDelivery['comesBack']>();
  const start = unpackStart(from.next());
  const request = unpackRequest(from);
  return comesBack === undefined ? { ...delivery, start, request } : { ...delivery, start, request, comesBack };
}

function unpackStart(start: number | NewDelivery['start']): NewDelivery['start'] {
  return typeof start === 'number' ? { kind: 'claim', leaseUntilMs: start } : start;
}

function packRequest(packed: Packed, request: StoredRequest | null): void {
  if (request === null) {
    packed.push(null);
    return;
  }
  const { method, url, headers, body, sealed, base } = request;
  packed.push(method, url, headers, sealed, base, body === null ? null : body.encoding, body?.text);
}

function unpackRequest(from: Unpacking): StoredRequest | null {
  const method = from.next<string | null>();
  if (method === null) return null;
  const url = from.next<string>();
  const headers = from.next<StoredRequest['headers']>();
  const sealed = from.next<string | null>();
  const base = from.next<string | undefined>();
  const encoding = from.next<'utf8' | 'base64' | null>();
  const text = from.next<string>();
  const body = encoding === null ? null : { encoding, text };
  return { method, url, headers, body, sealed, ...(base === undefined ? {} : { base }) };
}

export function packFinished(packed: Packed, { id, attempt, atMs, next, keepBodies, report }: Finished): void {
  packed.push(id, atMs, keepBodies, report, next.kind === 'delivered' ? null : next);
  if (attempt === null) {
    packed.push(null);
    return;
  }
  const { startedAtMs, durationMs, statusCode, class: failure, message, phrase, response } = attempt;
  packed.push(startedAtMs, durationMs, statusCode, failure, message, phrase, response?.headers ?? null, response?.body);
}

export function unpackFinished(from: Unpacking): Finished {
  return {
    id: from.next(),
    atMs: from.next(),
    keepBodies: from.next(),
    report: from.next(),
    next: from.next<Finished['next'] | null>() ?? { kind: 'delivered' },
    attempt: unpackAttempt(from),
  };
}

function unpackAttempt(from: Unpacking): Finished['attempt'] {
  const startedAtMs = from.next<number | null>();
  if (startedAtMs === null) return null;
  const durationMs = from.next<number>();
  const statusCode = from.next<number | null>();
  const failure = from.next<FailureClass | null>();
  const message = from.next<string | null>();
  const phrase = from.next<Phrase | undefined>();
  const response = unpackResponse(from);
  const attempt = { startedAtMs, durationMs, statusCode, class: failure, message, response };
  return phrase === undefined ? attempt : { ...attempt, phrase };
}

function unpackResponse(from: Unpacking): Attempt['response'] {
  const headers = from.next<StoredRequest['headers'] | null>();
  const body = from.next<string>();
  return headers === null ? null : { headers, body };
}

export function packAccepted(packed: Packed, { id, sequence, claimed, duplicate, reopened }: Accepted): void {
  packed.push(id, sequence, claimed, duplicate, reopened);
}

export function unpackAccepted(from: Unpacking): Accepted {
  return {
    id: from.next(),
    sequence: from.next(),
    claimed: from.next(),
    duplicate: from.next(),
    reopened: from.next(),
  };
}

export function packClaimed(packed: Packed, { deliveries, nextDueAtMs }: Claimed): void {
  packed.push(nextDueAtMs, deliveries.length);
  for (const delivery of deliveries) {
    packed.push(
      delivery.id,
      delivery.sequence,
      delivery.state,
      delivery.nodeId,
      delivery.webhook,
      delivery.lane,
      delivery.orderKey,
      delivery.eventId,
      delivery.eventType,
      delivery.callId,
      JSON.stringify(delivery.message),
      delivery.attemptCount,
      delivery.sparedCount,
      delivery.createdAtMs,
      delivery.updatedAtMs,
      delivery.firstFailedAtMs,
      delivery.dueAtMs,
      delivery.plannedAtMs,
      delivery.notBeforeMs,
      delivery.passAtMs,
      delivery.lastError,
      delivery.bodyRemoved,
      delivery.resendOf,
    );
    packRequest(packed, delivery.request);
  }
}

export function unpackClaimed(from: Unpacking): Claimed {
  const nextDueAtMs = from.next<number | null>();
  const deliveries = Array.from({ length: from.next<number>() }, () => unpackClaimedDelivery(from));
  return { deliveries, nextDueAtMs };
}

function unpackClaimedDelivery(from: Unpacking): Delivery {
  return {
    id: from.next(),
    sequence: from.next(),
    state: from.next<DeliveryState>(),
    nodeId: from.next(),
    webhook: from.next(),
    lane: from.next(),
    orderKey: from.next(),
    eventId: from.next(),
    eventType: from.next(),
    callId: from.next(),
    message: JSON.parse(from.next()) as JsonObject,
    attemptCount: from.next(),
    sparedCount: from.next(),
    createdAtMs: from.next(),
    updatedAtMs: from.next(),
    firstFailedAtMs: from.next(),
    dueAtMs: from.next(),
    plannedAtMs: from.next(),
    notBeforeMs: from.next(),
    passAtMs: from.next(),
    lastError: from.next(),
    bodyRemoved: from.next(),
    resendOf: from.next(),
    request: unpackRequest(from),
  };
}
