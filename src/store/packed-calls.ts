/**
 * Calls and their answers as they go between the threads of a store: in one flat array a batch. To clone texts and numbers takes a third
 * of what it takes to clone objects of them, and there are two calls to each delivery. So what every delivery needs is taken apart
 * here and put together on the other side; all other calls go as they are.
 */
import type { StoredRequest } from '../delivery/delivery';
import type { Accepted, Finished, NewDelivery } from './delivery-store';
import type { Call, ErrorData, Outcome } from './worker-protocol';

/** Calls or outcomes in a row, each taking up as many elements as it needs. */
export type Packed = unknown[];

export function packCalls(calls: readonly Call[]): Packed {
  const packed: Packed = [];
  for (const { name, args, heard } of calls) {
    packed.push(name, heard);
    // By their names, these are the arguments (StoreThread.call).
    if (name === 'accept') packDelivery(packed, args[0] as NewDelivery);
    else if (name === 'finish') packFinished(packed, args[0] as Finished);
    else packed.push(args);
  }
  return packed;
}

export function unpackCalls(packed: Packed): Call[] {
  const from = new Unpacking(packed);
  const calls: Call[] = [];
  while (from.hasMore) {
    const name = from.next<Call['name']>();
    const heard = from.next<number>();
    if (name === 'accept') calls.push({ name, heard, args: [unpackDelivery(from)] });
    else if (name === 'finish') calls.push({ name, heard, args: [unpackFinished(from)] });
    else calls.push({ name, heard, args: from.next<unknown[]>() });
  }
  return calls;
}

/** `calls`: those that the outcomes are of. */
export function packOutcomes(calls: readonly Call[], outcomes: readonly Outcome[]): Packed {
  const packed: Packed = [];
  for (const [index, outcome] of outcomes.entries()) {
    packed.push(outcome.ok);
    if (!outcome.ok) packed.push(outcome.error);
    else if (calls[index]?.name === 'accept') packAccepted(packed, outcome.value as Accepted);
    else packed.push(outcome.value);
  }
  return packed;
}

/** `calls`: those that the outcomes are of. */
export function unpackOutcomes(calls: readonly { readonly name: string }[], packed: Packed): Outcome[] {
  const from = new Unpacking(packed);
  return calls.map(({ name }): Outcome => {
    const ok = from.next<boolean>();
    if (!ok) return { ok, error: from.next<ErrorData>() };
    return { ok, value: name === 'accept' ? unpackAccepted(from) : from.next() };
  });
}

class Unpacking {
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

function packDelivery(packed: Packed, delivery: NewDelivery): void {
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
  if (request === null) packed.push(null);
  else {
    const { method, url, headers, body, sealed, base } = request;
    packed.push(method, url, headers, sealed, base, body === null ? null : body.encoding, body?.text);
  }
}

function unpackDelivery(from: Unpacking): NewDelivery {
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

function packFinished(packed: Packed, { id, attempt, atMs, next, keepBodies, report }: Finished): void {
  packed.push(id, atMs, keepBodies, report, next.kind === 'delivered' ? null : next);
  if (attempt === null) {
    packed.push(null);
    return;
  }
  const { startedAtMs, durationMs, statusCode, class: failure, message, response } = attempt;
  packed.push(startedAtMs, durationMs, statusCode, failure, message, response?.headers ?? null, response?.body);
}

function unpackFinished(from: Unpacking): Finished {
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
  type Attempt = NonNullable<Finished['attempt']>;
  type Response = NonNullable<Attempt['response']>;
  return {
    startedAtMs,
    durationMs: from.next(),
    statusCode: from.next(),
    class: from.next(),
    message: from.next(),
    response: unpackResponse(from.next<Response['headers'] | null>(), from.next<string>()),
  };
}

function unpackResponse<Headers>(headers: Headers | null, body: string): { headers: Headers; body: string } | null {
  return headers === null ? null : { headers, body };
}

function packAccepted(packed: Packed, { id, sequence, claimed, duplicate, reopened }: Accepted): void {
  packed.push(id, sequence, claimed, duplicate, reopened);
}

function unpackAccepted(from: Unpacking): Accepted {
  return {
    id: from.next(),
    sequence: from.next(),
    claimed: from.next(),
    duplicate: from.next(),
    reopened: from.next(),
  };
}
