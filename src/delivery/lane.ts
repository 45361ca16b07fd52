/**
 * One lane (an endpoint, or an origin): claims what is due, as much as its gate lets through, and begins it. Holds in memory
 * how much waits, never what.
 */
import type { Clock, Timer } from '../clock';
import type { DeliveryStore, LaneState } from '../store/delivery-store';
import type { Evidence, Pass } from './circuit';
import { Gate, type LaneCondition, type LaneLimits } from './gate';
import { LaneWatch } from './lane-watch';
import type { DeliveryObserver } from './observer';
import type { Sendable } from './webhook';

/** Deliveries taken by one claim at most. */
const CLAIM_LIMIT = 64;
/** A claim outlives its attempt by this, so that nobody else takes it while its result is being written. */
const LEASE_MARGIN_MS = 60_000;
/** A store that failed is asked again after this. */
export const STORE_RETRY_MS = 1_000;

/** What a lane needs of its dispatcher. */
export interface LaneParts {
  readonly store: DeliveryStore;
  readonly clock: Clock;
  readonly observer: DeliveryObserver;
  readonly failed: (error: unknown) => void;
  /** The nodes that send now. */
  readonly nodeIds: () => readonly string[];
  /** The longest time that one of their attempts may take, whichever's. */
  readonly longestMs: () => number;
  readonly begin: (lane: Lane, delivery: Sendable, pass: Pass) => void;
  readonly changed: (lane: Lane, condition: LaneCondition) => void;
  /** A new lane would be just like it: where URLs hold ever new hosts, every one of them is a lane. */
  readonly idle: (lane: Lane) => void;
}

export class Lane {
  /** When the first of the failures began that no success has followed. Null: no outage. */
  failingSinceMs: number | null = null;
  /** In that time it was known to be down: failures were not those of single deliveries. */
  hasBeenDown = false;
  /** Since when a claim is being asked for, of which nobody knows yet what it holds. Null: none is. */
  claimingSinceMs: number | null = null;
  /**
   * By id, what is being accepted as claimed (null) or was claimed last, until its attempt has ended: however long that takes, no lease of
   * theirs has passed.
   */
  readonly #inHand = new Map<string, Sendable | null>();
  readonly #gate = new Gate();
  readonly #watch: LaneWatch;
  /** Open deliveries in the store that nobody here has claimed. Kept so that an idle lane costs no query. */
  #unclaimed = 0;
  /** Set while a claim is being asked for: one at a time, so that slots are not promised twice. */
  #isClaiming = false;
  /** Set when something happened during a claim that may have made more claimable. */
  #isStale = false;
  #isClosed = false;
  #hasLimits = false;
  /** Claimed, in order; each is sent as soon as another has been answered. */
  readonly #ready: { readonly delivery: Sendable; readonly pass: Pass; readonly takenAtMs: number }[] = [];
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(
    readonly id: string,
    private readonly parts: LaneParts,
  ) {
    this.#watch = new LaneWatch(id, this.#gate, parts.observer);
  }

  /** What the store knows. Too high a count of what is unclaimed costs claims for nothing, too low a one leaves a delivery lying. */
  restore(state: LaneState, isStart: boolean): void {
    this.#gate.restore(state, isStart);
    this.#unclaimed = state.unclaimed;
    this.failingSinceMs ??= state.failingSinceMs;
    this.hasBeenDown ||= state.rest.breaker !== null;
    this.#noteChanges();
    const { retryAfter } = state.rest;
    if (retryAfter) this.wakeAt(retryAfter.untilMs);
    if (state.nextDueAtMs !== null) this.wakeAt(state.nextDueAtMs);
  }

  /** The store has nothing open of it. */
  empty(): void {
    this.#unclaimed = 0;
    this.#lookIfIdle();
  }

  limit(limits: LaneLimits): void {
    this.#hasLimits = true;
    this.#gate.limit(limits);
    this.#noteChanges();
  }

  condition(nowMs: number): LaneCondition {
    return this.#gate.condition(nowMs);
  }

  /** Takes a place for a delivery that is about to be accepted. Null: it has to wait. */
  tryTake(id: string, nowMs: number): Pass | null {
    const pass = this.#isClosed ? null : this.#gate.tryTake(nowMs);
    if (pass !== null) this.#inHand.set(id, null);
    return pass;
  }

  get inHand(): Iterable<string> {
    return this.#inHand.keys();
  }

  /** Until when what is claimed now is nobody else's. */
  leaseUntilMs(nowMs: number): number {
    return nowMs + this.parts.longestMs() + LEASE_MARGIN_MS;
  }

  /** Begins a delivery for which a place was taken then, now or when a request under way has been answered. */
  begin(delivery: Sendable, pass: Pass, takenAtMs: number): void {
    this.#inHand.set(delivery.id, delivery);
    this.#ready.push({ delivery, pass, takenAtMs });
    this.#sendReady();
    if (pass !== 'plain') this.#noteChanges();
  }

  /** Nothing came of the `tryTake` of that moment. */
  giveBack(id: string, pass: Pass, takenAtMs: number): void {
    // It may have been claimed before the answer came that it stands behind others.
    if (this.#inHand.get(id) === null) this.#inHand.delete(id);
    this.#gate.giveBack(pass, takenAtMs);
    this.#noteChanges();
    // What fell due meanwhile found no place.
    this.look();
  }

  /** The attempt of a delivery that was begun is over, and the store knows: the next of its order key may be due. */
  ended(delivery: Sendable): void {
    // It may have been due, and claimed, again before the answer came that its failure was stored.
    if (this.#inHand.get(delivery.id) === delivery) this.#inHand.delete(delivery.id);
    this.look();
    this.#lookIfIdle();
  }

  /** Whether a request may still set out for which a place was taken a while ago. */
  stillLets(pass: Pass, nowMs: number): boolean {
    return this.#gate.stillLets(pass, nowMs);
  }

  /** What an attempt has shown of the endpoint. Every probe has to end by this. */
  learn(evidence: Evidence, pass: Pass, retryAfterMs: number | null, nowMs: number): void {
    const { circuit } = this.#gate;
    circuit.learn(evidence, pass, nowMs);
    // What fails again begins no outage by itself, or one that no receiver takes would wake all others for ever.
    if (circuit.open !== null) {
      this.failingSinceMs ??= circuit.failingSinceMs;
      this.hasBeenDown = true;
    }
    if (retryAfterMs !== null && retryAfterMs > 0) this.#gate.holdFor(retryAfterMs, nowMs);
    this.#noteChanges();
  }

  /** Whether the endpoint is known to be down, so that failures say nothing of the deliveries. */
  get isDown(): boolean {
    return this.#gate.circuit.open !== null;
  }

  /** A request has been answered, or was not sent: another may be. */
  release(): void {
    this.#gate.release();
    this.#sendReady();
    this.look();
  }

  /** Something has changed by which what waits in the store may have become due. */
  look(): void {
    if (this.#unclaimed > 0) this.wakeAt(this.parts.clock.now());
  }

  /** One more waits in the store, due then. */
  waits(atMs: number): void {
    this.#unclaimed++;
    this.wakeAt(atMs);
  }

  pause(sinceMs: number): void {
    this.#gate.pause(sinceMs);
    this.#noteChanges();
  }

  resume(): void {
    this.#gate.resume();
    this.#noteChanges();
  }

  /** Holds nothing against the endpoint any more. */
  forget(): void {
    this.#gate.forget();
    this.#noteChanges();
    this.look();
  }

  /** Claims nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
  }

  /** Looks then for what is due; at once where the time has come. */
  wakeAt(atMs: number): void {
    if (this.#gate.isPaused || this.#isClosed) return;
    const { clock } = this.parts;
    const nowMs = clock.now();
    if (atMs <= nowMs) {
      void this.#pump();
      return;
    }
    if (atMs >= this.#timerAtMs) return;
    this.#cancelTimer();
    this.#timerAtMs = atMs;
    this.#timer = clock.after(atMs - nowMs, () => {
      this.#cancelTimer();
      void this.#pump();
    });
  }

  #sendReady(): void {
    const nowMs = this.parts.clock.now();
    for (let next = this.#ready[0]; next; next = this.#ready[0]) {
      if (!this.#gate.trySend(next.takenAtMs, nowMs)) {
        const atMs = this.#gate.sendableAtMs(nowMs);
        if (atMs !== null) this.wakeAt(Math.max(atMs, nowMs + 1));
        return;
      }
      this.#ready.shift();
      this.parts.begin(this, next.delivery, next.pass);
    }
  }

  #cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  async #pump(): Promise<void> {
    if (this.#isClaiming) {
      this.#isStale = true;
      return;
    }
    this.#isClaiming = true;
    try {
      do {
        this.#isStale = false;
        await this.#claim();
        // Also where nothing could begin: something may have come in between.
      } while (this.#isStale && !this.#gate.isPaused && !this.#isClosed);
    } catch (error) {
      this.parts.failed(error);
      this.wakeAt(this.parts.clock.now() + STORE_RETRY_MS);
    } finally {
      this.#isClaiming = false;
      this.#lookIfIdle();
    }
  }

  /** One claim. Where nothing may begin now, the end of an attempt, a timer or a person will pump again. */
  async #claim(): Promise<void> {
    const { store, clock } = this.parts;
    const gate = this.#gate;
    const nowMs = clock.now();
    if (gate.endHold(nowMs)) this.#noteChanges();
    this.#sendReady();
    const nodeIds = this.parts.nodeIds();
    if (this.#isClosed || this.#unclaimed <= 0 || nodeIds.length === 0) return;
    const pass = gate.tryTake(nowMs);
    if (pass === null) {
      const atMs = gate.nextAtMs(nowMs);
      if (atMs !== null) this.wakeAt(Math.max(atMs, nowMs + 1));
      return;
    }
    let slots = 1;
    while (pass === 'plain' && slots < CLAIM_LIMIT && gate.tryTake(nowMs) !== null) slots++;
    let used = 0;
    try {
      this.claimingSinceMs = nowMs;
      // Another one each time, due or not: one that no receiver will ever take must not be the only one to ask.
      if (pass !== 'plain') await store.wakeOne(this.id, nowMs);
      const { deliveries, nextDueAtMs } = await store.claim({
        lane: this.id,
        nodeIds,
        limit: slots,
        nowMs,
        leaseUntilMs: this.leaseUntilMs(nowMs),
      });
      used = deliveries.length;
      this.#unclaimed -= used;
      for (const delivery of deliveries) this.begin(delivery, pass, nowMs);
      if (used === slots) this.#isStale = true;
      else if (nextDueAtMs !== null) this.wakeAt(Math.max(nextDueAtMs, nowMs + 1));
    } finally {
      this.claimingSinceMs = null;
      for (; used < slots; used++) gate.giveBack(pass, nowMs);
      this.#noteChanges();
    }
  }

  #lookIfIdle(): void {
    if (this.#hasLimits || this.#unclaimed > 0 || this.#isClaiming || this.#inHand.size > 0 || !this.#gate.isFree)
      return;
    this.#cancelTimer();
    this.parts.idle(this);
  }

  #noteChanges(): void {
    const news = this.#watch.look();
    if (news === 'nothing') return;
    const nowMs = this.parts.clock.now();
    if (news === 'rest') this.#rest(nowMs);
    this.parts.changed(this, this.#gate.condition(nowMs));
  }

  /** Wakes when the rest is over, though nothing may wait: its end is news, too. */
  #rest(nowMs: number): void {
    const { store, failed } = this.parts;
    const { hold, rest } = this.#gate;
    store.setRest(this.id, rest).catch(failed);
    const nextAtMs = this.#gate.nextAtMs(nowMs);
    if (hold) this.wakeAt(Math.max(hold.untilMs, nowMs + 1));
    if (nextAtMs !== null) this.wakeAt(Math.max(nextAtMs, nowMs + 1));
  }
}
