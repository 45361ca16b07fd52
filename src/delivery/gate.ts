/**
 * Whether a request of one lane may begin now: paused by hand, at rest because the receiver asked for it (`Retry-After`) or
 * because its circuit breaker is open, and how many at once and how fast otherwise.
 */
import type { LaneRest, LaneState, Span } from '../store/delivery-store';
import { Circuit, type CircuitLimits, type Pass } from './circuit';
import { DEFAULT_PACE, type PaceLimits, Pacing } from './pacing';

export interface LaneLimits extends PaceLimits {
  readonly breaker: CircuitLimits;
}

/** How a lane stands, for people. `sinceMs`: since when; `untilMs`: when something is sent again at the latest. */
export type LaneCondition =
  | { readonly kind: 'open' }
  | { readonly kind: 'paused'; readonly sinceMs: number }
  | ({ readonly kind: 'retry-after' } & Span)
  /** The circuit breaker is open; at `untilMs` one delivery is tried. */
  | ({ readonly kind: 'resting' } & Span)
  /** One delivery is being tried, or will be as soon as there is one. */
  | { readonly kind: 'probing'; readonly sinceMs: number };

/** A `Retry-After` holds the delivery as long as it says, but all others at most so long. */
const LONGEST_HOLD_MS = 3_600_000;

export class Gate {
  readonly circuit = new Circuit();
  readonly #pacing = new Pacing(withSome(DEFAULT_PACE));
  #concurrency = DEFAULT_PACE.concurrency;
  #sending = 0;
  #pausedSinceMs: number | null = null;
  #hold: Span | null = null;

  limit(limits: LaneLimits): void {
    this.#pacing.limit(withSome(limits));
    this.#concurrency = limits.concurrency;
    this.circuit.limit(limits.breaker);
  }

  get isPaused(): boolean {
    return this.#pausedSinceMs !== null;
  }

  /** Nothing is under way, and nothing keeps anything back. */
  get isFree(): boolean {
    const isOpen = this.#pausedSinceMs === null && this.#hold === null && this.circuit.open === null;
    return isOpen && this.#pacing.inUse === 0;
  }

  /** Null: nobody has paused it. */
  get pausedSinceMs(): number | null {
    return this.#pausedSinceMs;
  }

  /** Null: the receiver asked for nothing. */
  get hold(): Span | null {
    return this.#hold;
  }

  get rest(): LaneRest {
    return { breaker: this.circuit.open, retryAfter: this.#hold };
  }

  /** Takes a place for one request: it may be claimed, and sent as soon as `trySend` says so. Null: not now; `nextAtMs` says until when. */
  tryTake(nowMs: number): Pass | null {
    if (!this.#isUnlocked(nowMs)) return null;
    const pass = this.circuit.pass(nowMs);
    if (pass === null || !this.#pacing.tryTake(nowMs)) return null;
    this.circuit.begin(pass);
    return pass;
  }

  /** Whether a request that took its slot a while ago may still set out. */
  stillLets(pass: Pass, nowMs: number): boolean {
    return this.#isUnlocked(nowMs) && this.circuit.stillLets(pass);
  }

  /** Whether one that has its place, since then, may be sent now: so many are sent at once, so fast. */
  trySend(takenAtMs: number, nowMs: number): boolean {
    if (this.#sending >= this.#concurrency || !this.#pacing.begin(takenAtMs, nowMs)) return false;
    this.#sending++;
    return true;
  }

  /** When one that has its place may be sent. Null: when another has ended. */
  sendableAtMs(nowMs: number): number | null {
    return this.#sending >= this.#concurrency ? null : this.#pacing.tokenAtMs(nowMs);
  }

  /** A request that was sent has ended, or was not sent after all. */
  release(): void {
    this.#sending--;
    this.#pacing.release();
  }

  /** Undoes the `tryTake` of that moment: nothing was sent. */
  giveBack(pass: Pass, takenAtMs: number): void {
    this.#pacing.giveBack(takenAtMs);
    this.circuit.learn('nothing', pass, takenAtMs);
  }

  /** When a request may begin at the earliest. Null: when a request under way has ended, or someone resumes it. */
  nextAtMs(nowMs: number): number | null {
    const paced = this.#pacing.nextAtMs(nowMs);
    const tried = this.circuit.nextAtMs(nowMs);
    if (this.isPaused || paced === null || tried === null) return null;
    return Math.max(paced, tried, isOver(this.#hold, nowMs) ? nowMs : (this.#hold?.untilMs ?? nowMs));
  }

  /** Keeps all back for as long as the receiver asked, within bounds. */
  holdFor(retryAfterMs: number, nowMs: number): void {
    const untilMs = nowMs + Math.min(retryAfterMs, LONGEST_HOLD_MS);
    if (isOver(this.#hold, nowMs)) this.#hold = { sinceMs: nowMs, untilMs };
    else if (this.#hold && untilMs > this.#hold.untilMs) this.#hold = { ...this.#hold, untilMs };
  }

  /** Forgets a hold of which the time has passed. True: there was one. */
  endHold(nowMs: number): boolean {
    if (this.#hold === null || !isOver(this.#hold, nowMs)) return false;
    this.#hold = null;
    return true;
  }

  pause(sinceMs: number): void {
    this.#pausedSinceMs ??= sinceMs;
  }

  /** By hand: whoever does it knows that the receiver is back. */
  resume(): void {
    this.#pausedSinceMs = null;
    this.#hold = null;
    this.circuit.close();
  }

  /** All that it has learnt. */
  forget(): void {
    this.#hold = null;
    this.circuit.forget();
  }

  /** As the store has it. What this process has learnt since it started is newer, and stays. */
  restore({ pausedSinceMs, rest }: Pick<LaneState, 'pausedSinceMs' | 'rest'>, isStart: boolean): void {
    this.#pausedSinceMs = pausedSinceMs;
    if (!isStart) return;
    this.#hold = rest.retryAfter;
    if (rest.breaker) this.circuit.restore(rest.breaker);
  }

  condition(nowMs: number): LaneCondition {
    return conditionOf({ pausedSinceMs: this.#pausedSinceMs, rest: this.rest }, nowMs);
  }

  #isUnlocked(nowMs: number): boolean {
    return this.#pausedSinceMs === null && (this.#hold === null || isOver(this.#hold, nowMs));
  }
}

/**
 * Room for some that are claimed while others are sent: the disk takes as long as a near receiver does. None where requests go
 * one at a time, and none where a rate is set, since they would set out together later.
 */
function withSome(limits: PaceLimits): PaceLimits {
  return limits.ratePerSecond === null ? { ...limits, concurrency: 2 * limits.concurrency - 1 } : limits;
}

/** How a lane stands by what is stored of it. */
export function conditionOf(
  { pausedSinceMs, rest: { breaker, retryAfter } }: Pick<LaneState, 'pausedSinceMs' | 'rest'>,
  nowMs: number,
): LaneCondition {
  if (pausedSinceMs !== null) return { kind: 'paused', sinceMs: pausedSinceMs };
  if (retryAfter && !isOver(retryAfter, nowMs)) return { kind: 'retry-after', ...retryAfter };
  if (breaker === null) return { kind: 'open' };
  return isOver(breaker, nowMs) ? { kind: 'probing', sinceMs: breaker.sinceMs } : { kind: 'resting', ...breaker };
}

/** A clock that was set back must not hold a lane for as long as it was wrong. */
function isOver(span: Span | null, nowMs: number): boolean {
  return span === null || nowMs >= span.untilMs || nowMs < span.sinceMs;
}
