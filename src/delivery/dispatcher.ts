/**
 * Moves deliveries from accepted to ended: claims what is due, paces it per lane, makes one attempt, records what came
 * of it and says so. Knows ports only; it holds in memory what is under way, never what waits.
 */
import type { Clock, Random } from '../clock';
import { UserError } from '../errors';
import type { HttpClient, OutgoingRequest, WireResult } from '../http/http-client';
import { redactHeaders } from '../redact';
import type { Accepted, DeliveryStore, NewDelivery, Transition } from '../store/delivery-store';
import type { Attempt, Delivery, DeliveryError, DeliveryState } from './delivery';
import { Lane } from './lane';
import { judge, type Outcome } from './outcome';
import { DEFAULT_PACE, type PaceLimits, Pacing } from './pacing';
import { nextAttempt, type RetryPolicy } from './retry-policy';
import type { SuccessRule } from './success-rule';

/** What an attempt needs to know of a delivery. */
export type Sendable = Pick<
  Delivery,
  | 'id'
  | 'nodeId'
  | 'webhook'
  | 'lane'
  | 'orderKey'
  | 'eventType'
  | 'request'
  | 'attemptCount'
  | 'createdAtMs'
  | 'firstFailedAtMs'
> & {
  /** Of a delivery that this process accepted: the message itself. */
  readonly message: Readonly<Record<string, unknown>>;
};

export type Prepared =
  | { readonly kind: 'ready'; readonly request: OutgoingRequest }
  | { readonly kind: 'unsendable'; readonly error: DeliveryError };

/** How a delivery ended, or (only for one that nobody retries) failed. */
export interface Settled {
  readonly delivery: Sendable;
  readonly state: Extract<DeliveryState, 'delivered' | 'failed'>;
  readonly attemptCount: number;
  readonly endedAtMs: number;
  /** Null: delivered. */
  readonly error: DeliveryError | null;
  /** Null: no answer came. */
  readonly response: Extract<WireResult, { kind: 'response' }> | null;
  /** What was handed to `accept` as `live`, if the process has lived since. */
  readonly live: unknown;
}

/** One `webhook out`, as the dispatcher sees it. */
export interface Webhook {
  readonly nodeId: string;
  /** Null: the first failure is final. */
  readonly policy: RetryPolicy | null;
  readonly successRule: SuccessRule;
  /** How long a failing head of an order key keeps the next ones back. */
  readonly orderWaitMs: number;
  readonly timeoutMs: number;
  /** Puts the secrets in; with the address and the credentials of now, not of when it was accepted. Never throws. */
  prepare(delivery: Sendable): Promise<Prepared> | Prepared;
  settled(settled: Settled): void;
  /** An attempt failed and another will follow. */
  postponed(delivery: Sendable, dueAtMs: number, error: DeliveryError): void;
}

export interface DispatcherParts {
  readonly store: DeliveryStore;
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Called at most once per change: the log has something new. */
  readonly changed: () => void;
  /** The store refuses to write; null when it accepts again. */
  readonly trouble: (message: string | null) => void;
  /** Whether the log keeps the bodies of deliveries that have ended. */
  readonly keepBodies: () => boolean;
}

/** Deliveries taken by one claim at most. */
const CLAIM_LIMIT = 64;
/** A claim outlives its attempt by this, so that nobody else takes it while its result is being written. */
const LEASE_MARGIN_MS = 60_000;
/** Messages kept in memory for the outputs while their delivery is open; more would make a backlog live in memory. */
const LIVE_LIMIT = 10_000;
/** Bytes of a response body that the log keeps. */
const KEPT_RESPONSE_BYTES = 16 * 1024;
/** An attempt that was planned for the last moment may begin this late. */
const AGE_SLACK_MS = 1_000;
/** A store that failed is asked again after this. */
const STORE_RETRY_MS = 1_000;
/** A failure counts as heard of when its message left this long ago: a `retry` node needs a moment to store what it got. */
const REPORTED_AFTER_MS = 1_000;

export class Dispatcher {
  private readonly webhooks = new Map<string, Webhook>();
  private readonly lanes = new Map<string, Lane>();
  private readonly live = new Map<string, unknown>();
  private readonly underWay = new Map<string, { nodeId: string; abort: AbortController; done: Promise<void> }>();
  /** Deliveries that someone wants sent now: their next attempt is made at any age. */
  private readonly asked = new Set<string>();
  /** Failures of which a message has left in this process, but that the store still calls unreported. */
  private readonly leaving = new Set<string>();
  private closing = false;

  constructor(private readonly parts: DispatcherParts) {}

  /** Takes over what an earlier process left: claims without a result are due again. */
  async start(): Promise<void> {
    const { store, clock } = this.parts;
    await store.reclaim(clock.now(), true);
    await this.refresh();
  }

  /** Reads the lanes anew, after a change that did not go through this object. */
  async refresh(): Promise<void> {
    for (const state of await this.parts.store.lanes()) {
      const lane = this.lane(state.lane);
      lane.paused = state.paused;
      // Those under way are counted too: a count too high costs a claim, one too low leaves a delivery lying.
      lane.unclaimed = state.open;
      lane.failingSinceMs ??= state.failingSinceMs;
      if (state.nextDueAtMs !== null) this.wakeAt(lane, state.nextDueAtMs);
    }
  }

  /** Takes back claims of which the lease has passed and nothing is under way: of a result that could not be given back. */
  async reclaim(): Promise<void> {
    const { store, clock } = this.parts;
    if ((await store.reclaim(clock.now(), false, [...this.underWay.keys()])) > 0) await this.refresh();
  }

  /** Begins to send for a node. The answer stops it: resolves when its attempts are done, or were cut off after `graceMs`. */
  register(webhook: Webhook): (graceMs: number) => Promise<void> {
    this.webhooks.set(webhook.nodeId, webhook);
    void this.reportAgain(webhook)
      .then(() => this.refresh())
      .catch((error: unknown) => this.parts.trouble(String(error)));
    return async (graceMs) => {
      if (this.webhooks.get(webhook.nodeId) === webhook) this.webhooks.delete(webhook.nodeId);
      await this.drain(graceMs, (nodeId) => nodeId === webhook.nodeId);
    };
  }

  /** Stops for good. Attempts get `graceMs` to end; what is cut off is due again at the next start. */
  async close(graceMs: number): Promise<void> {
    this.closing = true;
    for (const lane of this.lanes.values()) lane.cancelTimer();
    await this.drain(graceMs, () => true);
    await this.markReported();
  }

  /** Sets what a lane may do at once. */
  limit(laneId: string, limits: PaceLimits): void {
    this.lane(laneId).pacing.limit(limits);
  }

  /**
   * Stores a delivery and sends it as soon as its lane allows. Resolves when it is durable; rejects when it is not.
   * `message` is what `delivery.message` keeps as text; `live` is handed to `settled` if the process lives until then.
   */
  async accept(delivery: Omit<NewDelivery, 'start'>, message: Sendable['message'], live: unknown): Promise<Accepted> {
    const { store, clock } = this.parts;
    const lane = this.lane(delivery.lane);
    const webhook = this.webhooks.get(delivery.nodeId);
    const nowMs = clock.now();
    const slot = webhook !== undefined && !lane.paused && !this.closing && lane.pacing.tryTake(nowMs);
    const leaseUntilMs = nowMs + (webhook?.timeoutMs ?? 0) + LEASE_MARGIN_MS;
    let accepted: Accepted;
    try {
      accepted = await store.accept({
        ...delivery,
        start: slot ? { kind: 'claim', leaseUntilMs } : { kind: 'pending', dueAtMs: nowMs },
      });
    } catch (error) {
      if (slot) lane.pacing.giveBack();
      throw error;
    }
    if (accepted.duplicate) {
      if (slot) lane.pacing.giveBack();
      return accepted;
    }
    if (this.live.size < LIVE_LIMIT) this.live.set(accepted.id, live);
    if (accepted.claimed) {
      this.begin(lane, { ...delivery, message, attemptCount: 0, firstFailedAtMs: null });
    } else {
      if (slot) lane.pacing.giveBack();
      lane.unclaimed++;
      this.wakeAt(lane, nowMs);
    }
    this.parts.changed();
    return accepted;
  }

  /** Keeps in the log what failed before it could become a request. */
  async fail(delivery: Omit<NewDelivery, 'start'>, error: DeliveryError): Promise<void> {
    await this.parts.store.accept({ ...delivery, start: { kind: 'failed', error } });
    this.parts.changed();
  }

  /** After something outside made a delivery of a lane due: a resend by hand, a message that came back. */
  again(id: string, laneId: string, live?: unknown): void {
    if (live !== undefined && this.live.size < LIVE_LIMIT) this.live.set(id, live);
    this.asked.add(id);
    const lane = this.lane(laneId);
    lane.unclaimed++;
    this.wakeAt(lane, this.parts.clock.now());
    this.parts.changed();
  }

  async setPaused(laneId: string, paused: boolean): Promise<void> {
    await this.parts.store.setPaused(laneId, paused);
    this.lane(laneId).paused = paused;
    await this.refresh();
    this.parts.changed();
  }

  /** Attempts under way. */
  get sending(): number {
    return this.underWay.size;
  }

  private lane(id: string): Lane {
    let lane = this.lanes.get(id);
    if (!lane) {
      lane = new Lane(id, new Pacing(DEFAULT_PACE));
      this.lanes.set(id, lane);
    }
    return lane;
  }

  private wakeAt(lane: Lane, atMs: number): void {
    if (lane.paused || this.closing) return;
    const nowMs = this.parts.clock.now();
    if (atMs <= nowMs) {
      void this.pump(lane);
      return;
    }
    if (atMs >= lane.timerAtMs) return;
    lane.cancelTimer();
    lane.timerAtMs = atMs;
    lane.timer = this.parts.clock.after(atMs - nowMs, () => {
      lane.cancelTimer();
      void this.pump(lane);
    });
  }

  /** Claims what is due, as much as the lane's slots and rate allow. */
  private async pump(lane: Lane): Promise<void> {
    if (lane.claiming) {
      lane.stale = true;
      return;
    }
    lane.claiming = true;
    try {
      do {
        lane.stale = false;
        if (!(await this.claim(lane))) break;
      } while (lane.stale && !lane.paused && !this.closing);
      this.parts.trouble(null);
    } catch (error) {
      this.parts.trouble(error instanceof Error ? error.message : String(error));
      this.wakeAt(lane, this.parts.clock.now() + STORE_RETRY_MS);
    } finally {
      lane.claiming = false;
    }
  }

  /** One claim. False: there is no slot now; the end of an attempt, or the rate's timer, will pump again. */
  private async claim(lane: Lane): Promise<boolean> {
    const { store, clock } = this.parts;
    if (lane.paused || this.closing || lane.unclaimed <= 0) return false;
    const nowMs = clock.now();
    let slots = 0;
    while (slots < CLAIM_LIMIT && lane.pacing.tryTake(nowMs)) slots++;
    if (slots === 0) {
      const atMs = lane.pacing.nextAtMs(nowMs);
      if (atMs !== null) this.wakeAt(lane, Math.max(atMs, nowMs + 1));
      return false;
    }
    let longestMs = 0;
    for (const webhook of this.webhooks.values()) longestMs = Math.max(longestMs, webhook.timeoutMs);
    let used = 0;
    try {
      const { deliveries, nextDueAtMs } = await store.claim({
        lane: lane.id,
        nodeIds: [...this.webhooks.keys()],
        limit: slots,
        nowMs,
        leaseUntilMs: nowMs + longestMs + LEASE_MARGIN_MS,
      });
      used = deliveries.length;
      lane.unclaimed -= used;
      for (const delivery of deliveries) this.begin(lane, delivery);
      if (used === slots) lane.stale = true;
      else if (nextDueAtMs !== null) this.wakeAt(lane, Math.max(nextDueAtMs, nowMs + 1));
    } finally {
      for (; used < slots; used++) lane.pacing.giveBack();
    }
    return true;
  }

  private begin(lane: Lane, delivery: Sendable): void {
    const abort = new AbortController();
    const done = this.attempt(lane, delivery, abort.signal).finally(() => {
      this.underWay.delete(delivery.id);
      lane.pacing.release();
      if (lane.unclaimed > 0) this.wakeAt(lane, this.parts.clock.now());
    });
    this.underWay.set(delivery.id, { nodeId: delivery.nodeId, abort, done });
  }

  /** What cannot be made a request (a damaged row, a key file that is another one) ends its delivery, never the process. */
  private async prepared(webhook: Webhook, delivery: Sendable): Promise<Prepared> {
    try {
      return await webhook.prepare(delivery);
    } catch (error) {
      const known = error instanceof UserError;
      const message = known ? error.message : 'What is stored of this delivery could not be made a request.';
      return { kind: 'unsendable', error: { class: known ? 'request' : 'internal', message, statusCode: null } };
    }
  }

  private async attempt(lane: Lane, delivery: Sendable, signal: AbortSignal): Promise<void> {
    const { client, clock } = this.parts;
    const webhook = this.webhooks.get(delivery.nodeId);
    if (!webhook || this.closing) return this.giveBack(lane, delivery);
    const startedAtMs = clock.now();
    const { policy } = webhook;
    const asked = this.asked.delete(delivery.id);
    if (policy && !asked && startedAtMs - delivery.createdAtMs > policy.maxAgeMs + AGE_SLACK_MS) {
      return this.end(lane, webhook, delivery, null, startedAtMs, expired(policy), null);
    }
    const prepared = await this.prepared(webhook, delivery);
    if (prepared.kind === 'unsendable') {
      return this.end(lane, webhook, delivery, null, startedAtMs, prepared.error, null);
    }
    const result = await client.send(prepared.request, signal);
    if (signal.aborted && result.kind === 'failure') return this.giveBack(lane, delivery);
    const judgement = judge(result, webhook.successRule, clock.now());
    const attempt = toAttempt(startedAtMs, result, judgement);
    const response = result.kind === 'response' ? result : null;
    if (judgement.ok) return this.end(lane, webhook, delivery, attempt, clock.now(), null, response);

    const error: DeliveryError = {
      class: judgement.class,
      message: judgement.message,
      statusCode: judgement.statusCode,
    };
    if (delivery.firstFailedAtMs === null) lane.failingSinceMs ??= startedAtMs;
    const firstFailedAtMs = delivery.firstFailedAtMs ?? startedAtMs;
    const nowMs = clock.now();
    const notBeforeMs = judgement.retryAfterMs === null ? null : nowMs + judgement.retryAfterMs;
    const next =
      policy && !judgement.final
        ? nextAttempt(policy, {
            failedAttempts: delivery.attemptCount + 1,
            createdAtMs: delivery.createdAtMs,
            nowMs,
            notBeforeMs,
            random: this.parts.random,
          })
        : undefined;
    if (next?.kind !== 'wait') return this.end(lane, webhook, delivery, attempt, nowMs, error, response);
    const passAtMs = delivery.orderKey === null ? null : firstFailedAtMs + webhook.orderWaitMs;
    await this.record(delivery, attempt, nowMs, {
      kind: 'waiting',
      dueAtMs: next.dueAtMs,
      notBeforeMs,
      error,
      passAtMs,
    });
    lane.unclaimed++;
    this.wakeAt(lane, next.dueAtMs);
    if (passAtMs !== null) this.wakeAt(lane, passAtMs);
    webhook.postponed(delivery, next.dueAtMs, error);
  }

  private async end(
    lane: Lane,
    webhook: Webhook,
    delivery: Sendable,
    attempt: Omit<Attempt, 'number'> | null,
    endedAtMs: number,
    error: DeliveryError | null,
    response: Settled['response'],
  ): Promise<void> {
    await this.record(delivery, attempt, endedAtMs, error ? { kind: 'failed', error } : { kind: 'delivered' });
    // A failure that ends while its node is being closed is left to the node that follows: this one's wires are cut.
    if (error && this.webhooks.get(webhook.nodeId) !== webhook) return;
    const live = this.live.get(delivery.id);
    this.live.delete(delivery.id);
    const attemptCount = delivery.attemptCount + (attempt ? 1 : 0);
    const state = error ? 'failed' : 'delivered';
    webhook.settled({ delivery, state, attemptCount, endedAtMs, error, response, live });
    if (error) this.noteReported(delivery.id);
    if (!error && lane.failingSinceMs !== null) {
      const since = lane.failingSinceMs;
      lane.failingSinceMs = null;
      const woken = await this.parts.store.wake(lane.id, since, this.parts.clock.now());
      if (woken > 0) this.wakeAt(lane, this.parts.clock.now());
    }
  }

  /** Sends the messages of failures of which nobody may have heard, because the process died or the node was closed. */
  private async reportAgain(webhook: Webhook): Promise<void> {
    const { store } = this.parts;
    for (const delivery of await store.unreported(webhook.nodeId)) {
      if (this.leaving.has(delivery.id) || this.webhooks.get(webhook.nodeId) !== webhook) continue;
      const last = (await store.attempts(delivery.id)).at(-1);
      webhook.settled({
        delivery,
        state: 'failed',
        attemptCount: delivery.attemptCount,
        endedAtMs: delivery.updatedAtMs,
        error: delivery.lastError,
        response: last ? toResponse(last) : null,
        live: this.live.get(delivery.id),
      });
      this.live.delete(delivery.id);
      this.noteReported(delivery.id);
    }
  }

  private noteReported(id: string): void {
    if (this.leaving.size === 0) this.parts.clock.after(REPORTED_AFTER_MS, () => void this.markReported());
    this.leaving.add(id);
  }

  private async markReported(): Promise<void> {
    const ids = [...this.leaving];
    if (ids.length === 0) return;
    try {
      await this.parts.store.reported(ids, this.parts.keepBodies());
    } catch {
      return; // they come out again at the next start: once too often, never too seldom
    } finally {
      for (const id of ids) this.leaving.delete(id);
    }
    this.parts.changed();
  }

  /** Writes until it is written: a result that only memory knows would be sent again after a crash. */
  private async record(
    delivery: Sendable,
    attempt: Omit<Attempt, 'number'> | null,
    atMs: number,
    next: Transition,
  ): Promise<void> {
    for (;;) {
      try {
        const keepBodies = this.parts.keepBodies();
        await this.parts.store.finish({ id: delivery.id, attempt, atMs, next, keepBodies, report: true });
        this.parts.changed();
        return;
      } catch (error) {
        this.parts.trouble(error instanceof Error ? error.message : String(error));
        if (this.closing) return;
        await new Promise<void>((resolve) => this.parts.clock.after(STORE_RETRY_MS, resolve));
      }
    }
  }

  private async giveBack(lane: Lane, delivery: Sendable): Promise<void> {
    try {
      await this.parts.store.release([delivery.id], this.parts.clock.now());
      lane.unclaimed++;
    } catch {
      // The claim stays in the store and is taken back at the next start, or when its lease has passed.
    }
  }

  private async drain(graceMs: number, of: (nodeId: string) => boolean): Promise<void> {
    const mine = [...this.underWay.values()].filter(({ nodeId }) => of(nodeId));
    if (mine.length === 0) return;
    const timer = this.parts.clock.after(graceMs, () => {
      for (const { abort } of mine) abort.abort();
    });
    await Promise.allSettled(mine.map(({ done }) => done));
    timer.cancel();
  }
}

function expired(policy: RetryPolicy): DeliveryError {
  const seconds = Math.round(policy.maxAgeMs / 1000);
  return { class: 'expired', message: `Older than its longest age (${seconds} s); it was not sent.`, statusCode: null };
}

/** What the log kept of an answer, as if it had just come. */
function toResponse(attempt: Attempt): Settled['response'] {
  const { response, statusCode, durationMs } = attempt;
  if (!response || statusCode === null) return null;
  const body = Buffer.from(response.body, 'utf8');
  return { kind: 'response', statusCode, headers: response.headers, body, cut: false, durationMs };
}

function toAttempt(startedAtMs: number, result: WireResult, judgement: Outcome): Omit<Attempt, 'number'> {
  return {
    startedAtMs,
    durationMs: result.durationMs,
    statusCode: result.kind === 'response' ? result.statusCode : null,
    class: judgement.ok ? null : judgement.class,
    message: judgement.ok ? null : judgement.message,
    response:
      result.kind === 'response'
        ? {
            headers: redactHeaders(result.headers),
            body: result.body.subarray(0, KEPT_RESPONSE_BYTES).toString('utf8'),
          }
        : null,
  };
}
