/**
 * The circuit breaker of one endpoint: opens when too many requests fail for a reason that lies with the endpoint, then lets
 * one through now and then until one shows that the endpoint is back. Pure but for what it remembers; time comes from callers.
 */
import type { Span } from '../store/delivery-store';
import { type Outcome, REACH } from './outcome';

export interface CircuitLimits {
  /** Opens after so many failures in a row. 0: never. */
  readonly failuresInRow: number;
  /** Opens when so many percent of the last 20 requests have failed. 0: never. */
  readonly failurePercent: number;
}

/** Without an endpoint node there is no breaker. */
export const NO_BREAKER: CircuitLimits = { failuresInRow: 0, failurePercent: 0 };

/**
 * As which a request begins. A symbol is the one that shows whether an endpoint is back: each is another, for one from before
 * the breaker was closed by hand says nothing of the next outage.
 */
export type Pass = 'plain' | symbol;

/** What an attempt says of the endpoint, rather than of one request. `nothing`: it did not get there, or was not made. */
export type Evidence = 'up' | 'down' | 'nothing';

/** How many requests `failurePercent` looks back on. */
export const WINDOW = 20;
const FIRST_REST_MS = 5_000;
/** Rests double up to this, so that a receiver that is back is noticed within a minute. */
const LONGEST_REST_MS = 60_000;

export class Circuit {
  #limits = NO_BREAKER;
  #open: Span | null = null;
  /** When the present rest began: the first at `#open.sinceMs`, later ones at each probe that failed. */
  #restFromMs = 0;
  #restMs = FIRST_REST_MS;
  #probe: symbol | null = null;
  #failuresInRow = 0;
  /** The last requests as bits, newest lowest: 1 is a failure. */
  #recent = 0;
  #recentCount = 0;
  #failingSinceMs: number | null = null;

  /** Null: it is closed. */
  get open(): Span | null {
    return this.#open;
  }

  /** True while the probe is under way. */
  get isProbing(): boolean {
    return this.#probe !== null;
  }

  /** When the first of the failures came that nothing better has followed. Null: the endpoint is up, as far as is known. */
  get failingSinceMs(): number | null {
    return this.#failingSinceMs;
  }

  /** Changes the limits. One that may no longer open is closed. */
  limit(limits: CircuitLimits): void {
    this.#limits = limits;
    if (limits.failuresInRow === 0 && limits.failurePercent === 0) this.close();
  }

  /** As which a request may begin now. Null: not at all. */
  pass(nowMs: number): Pass | null {
    if (this.#open === null) return 'plain';
    return this.isProbing || this.#isResting(nowMs, this.#open) ? null : Symbol('probe');
  }

  /** When `pass` may answer otherwise than null. Null: when the probe is back. */
  nextAtMs(nowMs: number): number | null {
    if (this.#open === null) return nowMs;
    if (this.isProbing) return null;
    return this.#isResting(nowMs, this.#open) ? this.#open.untilMs : nowMs;
  }

  /** The request with this pass has its place. A probe ends by `learn`. */
  begin(pass: Pass): void {
    if (pass !== 'plain') this.#probe = pass;
  }

  /** Whether a request that began a while ago may still set out. */
  stillLets(pass: Pass): boolean {
    return this.#open === null || pass === this.#probe;
  }

  /**
   * What an attempt has shown. While the breaker is open only the probe counts: others set out before, and tell of then.
   */
  learn(evidence: Evidence, pass: Pass, nowMs: number): void {
    const isProbe = pass === this.#probe;
    if (isProbe) this.#probe = null;
    if (evidence === 'nothing' || (this.#open !== null && !isProbe)) return;
    if (evidence === 'up') {
      this.#failuresInRow = 0;
      this.#failingSinceMs = null;
      if (this.#open === null) this.#count(0);
      else this.close();
      return;
    }
    this.#failingSinceMs ??= nowMs;
    if (this.#open !== null) {
      this.#rest(this.#open.sinceMs, nowMs, Math.min(2 * this.#restMs, LONGEST_REST_MS));
      return;
    }
    this.#failuresInRow++;
    this.#count(1);
    if (this.#isTooMuch()) this.#rest(nowMs, nowMs, FIRST_REST_MS);
  }

  /** Opens it as it was before a restart. */
  restore(open: Span): void {
    this.#open = open;
    this.#restFromMs = open.sinceMs;
    this.#failingSinceMs = open.sinceMs;
  }

  /** As if nothing had ever been sent. */
  forget(): void {
    this.close();
    this.#failingSinceMs = null;
  }

  /** Lets everything through again, with nothing held against the endpoint. */
  close(): void {
    this.#open = null;
    this.#probe = null;
    this.#restMs = FIRST_REST_MS;
    this.#failuresInRow = 0;
    this.#recent = 0;
    this.#recentCount = 0;
  }

  #rest(sinceMs: number, nowMs: number, restMs: number): void {
    this.#restFromMs = nowMs;
    this.#restMs = restMs;
    this.#open = { sinceMs, untilMs: nowMs + restMs };
  }

  /** A clock that was set back must not lengthen a rest. */
  #isResting(nowMs: number, open: Span): boolean {
    return nowMs >= this.#restFromMs && nowMs < open.untilMs;
  }

  #count(failure: 0 | 1): void {
    this.#recent = ((this.#recent << 1) | failure) & (2 ** WINDOW - 1);
    if (this.#recentCount < WINDOW) this.#recentCount++;
  }

  #isTooMuch(): boolean {
    const { failuresInRow, failurePercent } = this.#limits;
    if (failuresInRow > 0 && this.#failuresInRow >= failuresInRow) return true;
    if (failurePercent === 0 || this.#recentCount < WINDOW) return false;
    let failures = 0;
    for (let bits = this.#recent; bits !== 0; bits &= bits - 1) failures++;
    return failures * 100 >= failurePercent * WINDOW;
  }
}

/** Whether an outcome speaks of the endpoint. Whoever answers 404 is up; what an address policy forbids never got there. */
export function evidenceOf(outcome: Outcome): Evidence {
  if (outcome.ok) return 'up';
  switch (REACH[outcome.class]) {
    case 'unsent':
      return 'nothing';
    case 'way':
      return 'down';
    case 'answer':
      return outcome.statusCode === 429 || (outcome.statusCode ?? 0) >= 500 ? 'down' : 'up';
  }
}
