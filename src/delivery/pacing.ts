/** How many requests of one lane may be under way, and how fast they may follow each other. */

export interface PaceLimits {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Requests begun per second, on the average; may be below 1. Null: no limit. */
  readonly ratePerSecond: number | null;
  /** Requests that may begin at one moment after a rest. Undefined: as many as come in one second, at least 1. */
  readonly burst?: number;
}

/** Without an endpoint node, limits are per origin and these. */
export const DEFAULT_PACE: PaceLimits = { concurrency: 64, ratePerSecond: null };

/**
 * Slots and a token bucket, over the time that callers pass in. The bucket is kept as one number: the moment at which
 * it will be full again (the generic cell rate algorithm), so nothing ticks.
 */
export class Pacing {
  #limits: PaceLimits;
  #inUse = 0;
  #fullAtMs = Number.NEGATIVE_INFINITY;
  /** When it was last found full. */
  #wasFullAtMs = Number.NEGATIVE_INFINITY;

  constructor(limits: PaceLimits) {
    this.#limits = limits;
  }

  /** Requests under way. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Takes a slot and a token. False: there is none; `nextAtMs` says until when. */
  tryTake(nowMs: number): boolean {
    if (this.available(nowMs) < 1) return false;
    this.#inUse++;
    this.#spend(nowMs);
    return true;
  }

  /** The request for which a token was taken then is to begin now, maybe after a wait: it is spent now. False: `tokenAtMs` says when. */
  begin(takenAtMs: number, nowMs: number): boolean {
    if (takenAtMs === nowMs) return true;
    // Where the bucket was full since, that token is among those that others have taken.
    if (takenAtMs < this.#wasFullAtMs && this.tokenAtMs(nowMs) > nowMs) return false;
    this.#unspend(takenAtMs);
    this.#spend(nowMs);
    return true;
  }

  /** Gives the slot back. The token is spent. */
  release(): void {
    if (this.#inUse === 0) throw new Error('More slots were released than taken');
    this.#inUse--;
  }

  /** Undoes the `tryTake` of that moment, of which nothing came: slot and token are there again. */
  giveBack(takenAtMs: number): void {
    this.release();
    this.#unspend(takenAtMs);
  }

  /** How many could be taken at this moment. */
  available(nowMs: number): number {
    const slots = Math.max(0, this.#limits.concurrency - this.#inUse);
    const { ratePerSecond } = this.#limits;
    if (ratePerSecond === null) return slots;
    this.#forgetJumps(nowMs, ratePerSecond);
    const intervalMs = 1000 / ratePerSecond;
    const heldMs = this.#burst(ratePerSecond) * intervalMs - Math.max(this.#fullAtMs - nowMs, 0);
    return Math.min(slots, Math.floor((heldMs + 2 * ROUNDING_MS) / intervalMs));
  }

  /** When the rate lets the next one begin; `nowMs` if at once. Null: all slots are taken, and a release decides. */
  nextAtMs(nowMs: number): number | null {
    return this.#inUse >= this.#limits.concurrency ? null : this.tokenAtMs(nowMs);
  }

  /** When there is a token; `nowMs` if at once. */
  tokenAtMs(nowMs: number): number {
    const { ratePerSecond } = this.#limits;
    if (ratePerSecond === null) return nowMs;
    this.#forgetJumps(nowMs, ratePerSecond);
    const atMs = this.#fullAtMs - ((this.#burst(ratePerSecond) - 1) * 1000) / ratePerSecond;
    return Math.max(nowMs, Math.ceil(atMs - ROUNDING_MS));
  }

  /** Changes the limits; what is under way stays counted. */
  limit(limits: PaceLimits): void {
    this.#limits = limits;
  }

  #spend(nowMs: number): void {
    const { ratePerSecond } = this.#limits;
    if (ratePerSecond === null) return;
    if (this.#fullAtMs <= nowMs) this.#wasFullAtMs = nowMs;
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + 1000 / ratePerSecond;
  }

  /** A bucket that was full since has that token again already. */
  #unspend(takenAtMs: number): void {
    const { ratePerSecond } = this.#limits;
    if (ratePerSecond !== null && takenAtMs >= this.#wasFullAtMs) this.#fullAtMs -= 1000 / ratePerSecond;
  }

  #burst(ratePerSecond: number): number {
    return Math.max(1, Math.floor(this.#limits.burst ?? ratePerSecond));
  }

  /** A clock that was set back must not hold the lane for as long as it was wrong. */
  #forgetJumps(nowMs: number, ratePerSecond: number): void {
    const emptyAtMs = nowMs + (this.#burst(ratePerSecond) * 1000) / ratePerSecond;
    if (this.#fullAtMs > emptyAtMs) this.#fullAtMs = emptyAtMs;
    if (this.#wasFullAtMs > nowMs) this.#wasFullAtMs = nowMs;
  }
}

/** What sums of times since the epoch may lose: their steps are 0.0002 ms. */
const ROUNDING_MS = 0.005;
