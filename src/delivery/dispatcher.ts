/**
 * Moves deliveries from accepted to ended: takes what a lane lets through, makes one attempt, records what came of it and says
 * so. Knows ports only. When a lane sends is lane.ts and gate.ts, what an attempt amounts to is attempt.ts.
 */
import type { Clock, Random, Timer } from '../clock';
import type { HttpClient, WireResult } from '../http/http-client';
import { hideEcho } from '../secret-echo';
import type { Accepted, DeliveryStore, NewDelivery, Transition, WakePlace } from '../store/delivery-store';
import { afterFailure, expiry, holdMs, type NewAttempt, prepare, toAttempt, type Uncounted } from './attempt';
import { evidenceOf, type Pass } from './circuit';
import type { DeliveryError } from './delivery';
import type { LaneCondition, LaneLimits } from './gate';
import { Lane, STORE_RETRY_MS } from './lane';
import { LiveMessages } from './live-messages';
import { type DeliveryObserver, UNOBSERVED } from './observer';
import { judge } from './outcome';
import { Reports } from './reports';
import { AttemptsUnderWay, UnderWay } from './under-way';
import type { Sendable, Settled, Webhook } from './webhook';

export interface DispatcherParts {
  readonly store: DeliveryStore;
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Called at most once per change: the log has something new. */
  readonly changed: () => void;
  /** The store has failed where nobody waits for its answer; it is asked again. How it is, it says itself (`health`). */
  readonly failed: (error: unknown) => void;
  /** Whether the log keeps the bodies of deliveries that have ended. */
  readonly keepBodies: () => boolean;
  /** Undefined: nobody. */
  readonly observer?: DeliveryObserver;
}

/** A change of the flows takes a moment; one that never ends must not stop those who go on working. */
const LONGEST_HALT_MS = 30_000;

export class Dispatcher {
  private readonly webhooks = new Map<string, Webhook>();
  private readonly lanes = new Map<string, Lane>();
  private readonly live = new LiveMessages();
  private readonly underWay = new AttemptsUnderWay();
  /** Deliveries that someone wants sent now: their next attempt is made at any age. */
  private readonly asked = new Set<string>();
  private readonly observer: DeliveryObserver;
  private readonly reports: Reports;
  private isClosing = false;
  /** Set while nothing is begun and nobody is told (`halt`). */
  private halted: Timer | undefined;
  /** The longest time-out of all that have been registered. */
  private longestMs = 0;

  constructor(private readonly parts: DispatcherParts) {
    this.observer = parts.observer ?? UNOBSERVED;
    this.reports = new Reports({ ...parts, takeLive: (id) => this.live.take(id) });
  }

  /** Takes over what an earlier process left: claims without a result are due again. */
  async start(): Promise<void> {
    const { store, clock } = this.parts;
    await store.reclaim(clock.now(), true);
    await this.refresh(true);
  }

  /** Reads the lanes anew, after a change that did not go through this object. */
  async refresh(isStart = false): Promise<void> {
    const states = await this.parts.store.lanes();
    for (const state of states) this.lane(state.lane).restore(state, isStart);
    const known = new Set(states.map(({ lane }) => lane));
    for (const lane of [...this.lanes.values()]) if (!known.has(lane.id)) lane.empty();
  }

  /** Takes back claims of which the lease has passed and that nobody here has in hand: of a result that could not be given back. */
  async reclaim(): Promise<void> {
    const { store, clock } = this.parts;
    const lanes = [...this.lanes.values()];
    // What a claim has taken that a slow disk has not answered yet is in hand, too.
    const atMs = Math.min(
      clock.now(),
      ...lanes.map(({ claimingSinceMs }) => claimingSinceMs ?? Number.POSITIVE_INFINITY),
    );
    const inHand = lanes.flatMap((lane) => [...lane.inHand]);
    if ((await store.reclaim(atMs, false, inHand)) > 0) await this.refresh();
  }

  /**
   * Lets what waits of a node go by the rules of this lane from now on; null: of the origin of each one's URL. To be called
   * before the node is registered, or some of it would still go the old way. Resolves when all of it is there, however long
   * the disk refuses, or when `isWanted` no longer answers true.
   */
  async move(nodeId: string, laneId: string | null, isWanted: () => boolean): Promise<void> {
    const movePart = () =>
      this.insist(
        () => this.parts.store.move(nodeId, laneId),
        () => isWanted() && !this.isClosing,
      );
    while (await movePart()); // until nothing is left
  }

  /** Begins to send for a node. The answer stops it: resolves when its attempts are done, or were cut off after `graceMs`. */
  register(webhook: Webhook): (graceMs: number) => Promise<void> {
    this.webhooks.set(webhook.nodeId, webhook);
    this.longestMs = Math.max(this.longestMs, webhook.timeoutMs);
    const isRegistered = (): boolean => this.webhooks.get(webhook.nodeId) === webhook;
    void this.reports
      .register(webhook, isRegistered)
      .then(() => this.refresh())
      .catch(this.parts.failed);
    return async (graceMs) => {
      if (isRegistered()) this.webhooks.delete(webhook.nodeId);
      await this.underWay.drain(this.parts.clock, graceMs, (nodeId) => nodeId === webhook.nodeId);
    };
  }

  /** Stops for good. Attempts get `graceMs` to end; what is cut off is due again at the next start. */
  async close(graceMs: number): Promise<void> {
    this.isClosing = true;
    for (const lane of this.lanes.values()) lane.close();
    await this.underWay.drain(this.parts.clock, graceMs, () => true);
    await this.reports.flush();
  }

  /**
   * Begins nothing and tells nobody until `goOn`: while flows change, what a request needs (its template, its endpoint) and who
   * hears how it ended may be missing for a moment.
   */
  halt(): void {
    this.reports.halt();
    this.halted?.cancel();
    this.halted = this.parts.clock.after(LONGEST_HALT_MS, () => this.goOn());
  }

  goOn(): void {
    if (this.halted === undefined) return;
    this.halted.cancel();
    this.halted = undefined;
    this.reports.goOn((nodeId) => this.webhooks.get(nodeId));
    for (const lane of this.lanes.values()) lane.look();
  }

  /** Sets what a lane may do at once. */
  limit(laneId: string, limits: LaneLimits): void {
    this.lane(laneId).limit(limits);
  }

  /** How a lane stands. */
  condition(laneId: string): LaneCondition {
    return this.lanes.get(laneId)?.condition(this.parts.clock.now()) ?? { kind: 'open' };
  }

  /**
   * Stores a delivery, or reopens the one that it comes back as, and sends it as soon as its lane allows. Resolves when that is durable;
   * rejects when it is not.
   * `message` is what `delivery.message` keeps as text; `live` is handed to `settled` if the process lives until then.
   */
  async accept(delivery: Omit<NewDelivery, 'start'>, message: Sendable['message'], live: unknown): Promise<Accepted> {
    const { store, clock } = this.parts;
    const lane = this.lane(delivery.lane);
    const nowMs = clock.now();
    // Behind what waits for the disk it would keep a place for as long as that takes.
    const maySend = this.webhooks.has(delivery.nodeId) && this.mayBegin && store.health.waiting === 0;
    const pass = maySend ? lane.tryTake(delivery.id, nowMs) : null;
    let accepted: Accepted | undefined;
    try {
      accepted = await store.accept({
        ...delivery,
        start: pass ? { kind: 'claim', leaseUntilMs: lane.leaseUntilMs(nowMs) } : { kind: 'pending', dueAtMs: nowMs },
      });
    } finally {
      if (pass && !accepted?.claimed) lane.giveBack(delivery.id, pass, nowMs);
    }
    if (accepted.duplicate && !accepted.reopened) return accepted;
    this.live.keep(accepted.id, lane.id, live, sizeOf(delivery));
    if (accepted.reopened) {
      this.again(accepted.id, lane.id);
      return accepted;
    }
    this.observer.accepted(lane.id, delivery.nodeId);
    if (pass && accepted.claimed) {
      lane.begin(
        { ...delivery, message, attemptCount: 0, sparedCount: 0, firstFailedAtMs: null, plannedAtMs: null },
        pass,
        nowMs,
      );
    } else {
      this.lane(lane.id).waits(nowMs); // which may have been forgotten meanwhile
    }
    this.parts.changed();
    return accepted;
  }

  /** Keeps in the log what failed before it could become a request. */
  async fail(delivery: Omit<NewDelivery, 'start'>, error: DeliveryError): Promise<void> {
    await this.parts.store.accept({ ...delivery, start: { kind: 'failed', error } });
    this.observer.dead(delivery.lane, delivery.nodeId, error.class);
    this.parts.changed();
  }

  /** After something outside made a delivery of a lane due: a resend by hand, a message that came back. */
  again(id: string, laneId: string): void {
    this.asked.add(id);
    this.lane(laneId).waits(this.parts.clock.now());
    this.parts.changed();
  }

  /** After a delivery was ended or removed by hand: what memory has of it is of no use any more. */
  discarded(id: string): void {
    this.asked.delete(id);
    this.live.take(id);
  }

  /** By hand. Resuming also ends a rest that a lane took of itself. */
  async setPaused(laneId: string, paused: boolean): Promise<void> {
    const nowMs = this.parts.clock.now();
    await this.parts.store.setPaused(laneId, paused ? nowMs : null);
    const lane = this.lane(laneId);
    if (paused) lane.pause(nowMs);
    else lane.resume();
    await this.refresh();
    this.parts.changed();
  }

  /** Its endpoint is gone: what was wrong with it says nothing of one that may come. */
  forget(laneId: string): void {
    this.lanes.get(laneId)?.forget();
  }

  /** Lanes of which there is something to remember. */
  get laneCount(): number {
    return this.lanes.size;
  }

  /** Lanes that someone has paused, and since when. */
  get paused(): ReadonlyMap<string, number> {
    const nowMs = this.parts.clock.now();
    const paused = new Map<string, number>();
    for (const lane of this.lanes.values()) {
      const condition = lane.condition(nowMs);
      if (condition.kind === 'paused') paused.set(lane.id, condition.sinceMs);
    }
    return paused;
  }

  /** Attempts under way. */
  get sending(): number {
    return this.underWay.count;
  }

  private lane(id: string): Lane {
    const known = this.lanes.get(id);
    if (known) return known;
    const { store, clock, failed } = this.parts;
    const lane = new Lane(id, {
      store,
      clock,
      failed,
      observer: this.observer,
      nodeIds: () => (this.halted === undefined ? [...this.webhooks.keys()] : []),
      longestMs: () => this.longestMs,
      begin: (lane, delivery, pass) => this.begin(lane, delivery, pass),
      changed: (lane, condition) => {
        for (const webhook of this.webhooks.values()) webhook.laneChanged(lane.id, condition);
        this.parts.changed();
      },
      idle: ({ id }) => this.lanes.delete(id),
    });
    this.lanes.set(id, lane);
    return lane;
  }

  private begin(lane: Lane, delivery: Sendable, pass: Pass): void {
    const mine = new UnderWay(delivery.nodeId, () => lane.release());
    this.underWay.begin(mine, async () => {
      try {
        await this.attempt(lane, delivery, pass, mine);
      } catch (error) {
        this.parts.failed(error);
      }
      mine.answered();
      lane.ended(delivery);
    });
  }

  private async attempt(lane: Lane, delivery: Sendable, pass: Pass, underWay: UnderWay): Promise<void> {
    const { cancellation } = underWay;
    const { client, clock, random } = this.parts;
    const webhook = this.webhooks.get(delivery.nodeId);
    if (!webhook || !this.mayBegin) return this.giveBack(lane, delivery, pass);
    const startedAtMs = clock.now();
    const stale = this.asked.has(delivery.id) ? undefined : expiry(webhook.policy, delivery.createdAtMs, startedAtMs);
    const prepared = stale ? ({ kind: 'unsendable', error: stale } as const) : await prepare(webhook, delivery);
    if (this.halted !== undefined) return this.giveBack(lane, delivery, pass);
    if (prepared.kind === 'unsendable') {
      this.asked.delete(delivery.id);
      lane.learn('nothing', pass, null, startedAtMs);
      return this.end(lane, webhook, delivery, null, { kind: 'failed', error: prepared.error }, null);
    }
    if (!lane.stillLets(pass, clock.now())) return this.giveBack(lane, delivery, pass);
    const result = await client.send(prepared.request, cancellation);
    if (cancellation.isCancelled && result.kind === 'failure') return this.giveBack(lane, delivery, pass);
    this.asked.delete(delivery.id);

    const nowMs = clock.now();
    const shown = hideEcho(result, prepared.secrets);
    const outcome = judge(shown, webhook.successRule, nowMs);
    const evidence = evidenceOf(outcome);
    const uncounted = webhook.policy && uncountedOf(delivery, startedAtMs, evidence === 'down' && lane.isDown);
    lane.learn(evidence, pass, outcome.ok ? null : holdMs(outcome, webhook, delivery, nowMs), nowMs);
    underWay.answered();
    this.observer.attempted(lane.id, delivery.nodeId, outcome.ok ? null : outcome.class, result.durationMs);
    const attempt = toAttempt(startedAtMs, shown, outcome, uncounted);
    // Who is told of a success gets the answer as it came: a flow may need all of it.
    const response = responseOf(outcome.ok ? result : shown);
    if (outcome.ok) return this.end(lane, webhook, delivery, attempt, { kind: 'delivered' }, response);

    if (delivery.firstFailedAtMs === null) lane.failingSinceMs ??= startedAtMs;
    const next = afterFailure(webhook, { delivery, outcome, startedAtMs, nowMs, uncounted, random });
    if (next.kind === 'failed') return this.end(lane, webhook, delivery, attempt, next, response);
    await this.record(delivery, attempt, nowMs, next);
    lane.waits(next.dueAtMs);
    if (next.passAtMs !== null) lane.wakeAt(next.passAtMs);
    webhook.postponed(delivery, next.dueAtMs, next.error);
  }

  private async end(
    lane: Lane,
    webhook: Webhook,
    delivery: Sendable,
    attempt: NewAttempt | null,
    next: Exclude<Transition, { kind: 'waiting' }>,
    response: Settled['response'],
  ): Promise<void> {
    const endedAtMs = this.parts.clock.now();
    await this.record(delivery, attempt, endedAtMs, next);
    const error = next.kind === 'failed' ? next.error : null;
    if (error) this.observer.dead(lane.id, delivery.nodeId, error.class);
    else this.observer.delivered(lane.id, delivery.nodeId, endedAtMs - delivery.createdAtMs);
    if (!error && lane.failingSinceMs !== null) void this.endOutage(lane, lane.failingSinceMs);
    // A failure that ends while its node is being closed is left to the node that follows: this one's wires are cut.
    if (error && this.webhooks.get(webhook.nodeId) !== webhook) return;
    const live = this.live.take(delivery.id);
    const attemptCount = delivery.attemptCount + (attempt ? 1 : 0);
    const settled: Settled = { delivery, state: next.kind, attemptCount, endedAtMs, error, response, live };
    this.reports.tell(webhook, settled);
  }

  private get mayBegin(): boolean {
    return !this.isClosing && this.halted === undefined;
  }

  /** The first success after failures: what waits is due at once, however often the store refuses that. */
  private async endOutage(lane: Lane, sinceMs: number): Promise<void> {
    lane.failingSinceMs = null;
    const again = lane.hasBeenDown;
    lane.hasBeenDown = false;
    const nowMs = this.parts.clock.now();
    // Of a clock that was set back since, it is not known.
    const failedSinceMs = sinceMs > nowMs ? 0 : sinceMs;
    const wake = (after: WakePlace | null) =>
      this.insist(
        () => this.parts.store.wake(lane.id, failedSinceMs, nowMs, after, again),
        () => !this.isClosing,
      );
    let part = await wake(null);
    while (part) {
      if (part.woken > 0) lane.wakeAt(nowMs);
      part = part.next === null ? undefined : await wake(part.next);
    }
  }

  /** Writes until it is written: a result that only memory knows would be sent again after a crash. */
  private async record(delivery: Sendable, attempt: NewAttempt | null, atMs: number, next: Transition): Promise<void> {
    await this.insist(() => {
      const keepBodies = this.parts.keepBodies();
      return this.parts.store.finish({ id: delivery.id, attempt, atMs, next, keepBodies, report: true });
    });
    this.parts.changed();
  }

  /** Asks the store until it answers, however long the disk refuses. Undefined: nobody wants to know any more. */
  private async insist<Answer>(ask: () => Promise<Answer>, isWanted = () => true): Promise<Answer | undefined> {
    while (isWanted()) {
      try {
        return await ask();
      } catch (error) {
        this.parts.failed(error);
        if (this.isClosing) break;
        await new Promise<void>((resolve) => this.parts.clock.after(STORE_RETRY_MS, resolve));
      }
    }
    return undefined;
  }

  /** As if it had not been claimed. */
  private async giveBack(lane: Lane, delivery: Sendable, pass: Pass): Promise<void> {
    const nowMs = this.parts.clock.now();
    lane.learn('nothing', pass, null, nowMs);
    try {
      await this.parts.store.release([delivery.id], nowMs);
      lane.waits(nowMs);
    } catch {
      // The claim stays in the store and is taken back at the next start, or when its lease has passed.
    }
  }
}

function uncountedOf({ plannedAtMs }: Sendable, startedAtMs: number, isDown: boolean): Uncounted | null {
  if (isDown) return 'spared';
  return plannedAtMs !== null && startedAtMs < plannedAtMs ? 'early' : null;
}

function responseOf(result: WireResult): Settled['response'] {
  return result.kind === 'response' ? result : null;
}

/** Of what is stored of it, in characters. */
function sizeOf({ message, request }: Pick<NewDelivery, 'message' | 'request'>): number {
  return message.length + (request?.body?.text.length ?? 0);
}
