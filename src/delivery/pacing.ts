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
 * Slots and tokens, over the time that callers pass in. A request takes both before it is claimed, and begins then or, where it has
 * to wait for others or for the disk, later: what has been taken and what has begun are each kept within the rate.
 */
export class Pacing {
  #limits: PaceLimits;
  #inUse = 0;
  readonly #taken = new TokenBucket();
  readonly #begun = new TokenBucket();

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
    this.#taken.spend(this.#rate, nowMs);
    return true;
  }

  /** The request for which a token was taken then is to begin now, maybe after a wait: it is spent now. False: `tokenAtMs` says when. */
  begin(takenAtMs: number, nowMs: number): boolean {
    const rate = this.#rate;
    if (this.#begun.tokenAtMs(rate, nowMs) > nowMs || !this.#taken.move(rate, takenAtMs, nowMs)) return false;
    this.#begun.spend(rate, nowMs);
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
    this.#taken.unspend(this.#rate, takenAtMs);
  }

  /** How many could be taken at this moment. */
  available(nowMs: number): number {
    const slots = Math.max(0, this.#limits.concurrency - this.#inUse);
    return Math.min(slots, this.#taken.tokens(this.#rate, nowMs));
  }

  /** When the rate lets the next one begin; `nowMs` if at once. Null: all slots are taken, and a release decides. */
  nextAtMs(nowMs: number): number | null {
    return this.#inUse >= this.#limits.concurrency ? null : this.#taken.tokenAtMs(this.#rate, nowMs);
  }

  /** When one that has its slot may begin at the latest; `nowMs` if at once. */
  tokenAtMs(nowMs: number): number {
    return Math.max(this.#taken.tokenAtMs(this.#rate, nowMs), this.#begun.tokenAtMs(this.#rate, nowMs));
  }

  /** Changes the limits; what is under way stays counted. */
  limit(limits: PaceLimits): void {
    this.#limits = limits;
  }

  get #rate(): Rate | null {
    const { ratePerSecond, burst = ratePerSecond ?? 1 } = this.#limits;
    return ratePerSecond === null ? null : { intervalMs: 1000 / ratePerSecond, burst: Math.max(1, Math.floor(burst)) };
  }
}

interface Rate {
  /** Between two tokens. */
  readonly intervalMs: number;
  readonly burst: number;
}

/**
 * Kept as one number: the moment at which it will be full again (the generic cell rate algorithm), so nothing ticks. Without a rate
 * it is never empty.
 */
class TokenBucket {
  #fullAtMs = Number.NEGATIVE_INFINITY;
  /** When it was last found full. */
  #wasFullAtMs = Number.NEGATIVE_INFINITY;

  tokens(rate: Rate | null, nowMs: number): number {
    if (rate === null) return Number.POSITIVE_INFINITY;
    this.#forgetJumps(rate, nowMs);
    const heldMs = rate.burst * rate.intervalMs - Math.max(this.#fullAtMs - nowMs, 0);
    return Math.floor((heldMs + 2 * ROUNDING_MS) / rate.intervalMs);
  }

  /** When there is a token; `nowMs` if at once. */
  tokenAtMs(rate: Rate | null, nowMs: number): number {
    if (rate === null) return nowMs;
    this.#forgetJumps(rate, nowMs);
    const atMs = this.#fullAtMs - (rate.burst - 1) * rate.intervalMs;
    return Math.max(nowMs, Math.ceil(atMs - ROUNDING_MS));
  }

  spend(rate: Rate | null, nowMs: number): void {
    if (rate === null) return;
    if (this.#fullAtMs <= nowMs) this.#wasFullAtMs = nowMs;
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + rate.intervalMs;
  }

  /** A bucket that was full since has that token again already. */
  unspend(rate: Rate | null, spentAtMs: number): void {
    if (rate !== null && spentAtMs >= this.#wasFullAtMs) this.#fullAtMs -= rate.intervalMs;
  }

  /** What was spent then is spent now. False: the bucket was full since, so that others have that token, and no other is there. */
  move(rate: Rate | null, spentAtMs: number, nowMs: number): boolean {
    if (spentAtMs === nowMs) return true;
    if (spentAtMs < this.#wasFullAtMs && this.tokenAtMs(rate, nowMs) > nowMs) return false;
    this.unspend(rate, spentAtMs);
    this.spend(rate, nowMs);
    return true;
  }

  /** A clock that was set back must not hold the lane for as long as it was wrong. */
  #forgetJumps({ intervalMs, burst }: Rate, nowMs: number): void {
    this.#fullAtMs = Math.min(this.#fullAtMs, nowMs + burst * intervalMs);
    this.#wasFullAtMs = Math.min(this.#wasFullAtMs, nowMs);
  }
}

/** What sums of times since the epoch may lose: their steps are 0.0002 ms. */
const ROUNDING_MS = 0.005;
