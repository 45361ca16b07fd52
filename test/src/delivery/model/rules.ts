/**
 * What must hold whenever a request sets out, in the plainest words: order, pause, `Retry-After`, the breaker, the number at once.
 * Knows only what the receiver sees and what a person did, nothing of the dispatcher.
 */
import assert from 'node:assert/strict';

export const BREAKER_FAILURES = 3;
export const CONCURRENCY = 4;
export const ORDER_WAIT_MS = 20_000;
const LONGEST_HOLD_MS = 3_600_000;

export interface Accepted {
  readonly id: string;
  readonly key: string | null;
  firstFailedAtMs: number | null;
  hasEnded: boolean;
  /** Failures while the breaker was open: they must not count. */
  spared: number;
}

export interface Flight {
  readonly id: string;
  readonly begunAtMs: number;
  readonly isProbe: boolean;
}

/** What the receiver says: `up` also where it refuses one request. */
export type Answer = { readonly status: number; readonly retryAfterSeconds?: number };

export class Rules {
  readonly accepted: Accepted[] = [];
  readonly #flights = new Set<Flight>();
  #isPaused = false;
  #holdUntilMs = 0;
  /** Answers in a row that say that the endpoint is down. */
  #down = 0;
  #restMs = 0;
  /** Null: the breaker is closed. */
  #restUntilMs: number | null = null;
  /** How much was seen: a test in which nothing happens proves nothing. */
  readonly seen = { sent: 0, probes: 0, opened: 0, passed: 0, held: 0 };

  get isPaused(): boolean {
    return this.#isPaused;
  }

  accept(id: string, key: string | null): void {
    this.accepted.push({ id, key, firstFailedAtMs: null, hasEnded: false, spared: 0 });
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) return;
    this.#holdUntilMs = 0;
    this.#close();
  }

  /** The process died: what was under way never comes back, and how often the endpoint failed in a row is forgotten. */
  crash(): void {
    this.#flights.clear();
    if (this.#restUntilMs === null) this.#down = 0;
    else this.#restMs = 5_000;
  }

  send(id: string, begunAtMs: number, nowMs: number): Flight {
    assert(!this.#isPaused, `${id} was sent while its lane was paused`);
    assert(nowMs >= this.#holdUntilMs, `${id} was sent although the receiver asked for quiet`);
    assert(this.#flights.size < CONCURRENCY, `${id} was sent beside ${this.#flights.size} others`);
    const isProbe = this.#restUntilMs !== null;
    if (this.#restUntilMs !== null) {
      assert(nowMs >= this.#restUntilMs, `${id} was sent while the breaker was open`);
      assert(![...this.#flights].some((flight) => flight.isProbe), `${id} was sent beside the probe`);
      this.seen.probes++;
    }
    this.#checkOrder(id, nowMs);
    const flight = { id, begunAtMs, isProbe };
    this.#flights.add(flight);
    this.seen.sent++;
    return flight;
  }

  answer(flight: Flight, { status, retryAfterSeconds }: Answer, nowMs: number): void {
    this.#flights.delete(flight);
    const one = this.#find(flight.id);
    if (status === 200) one.hasEnded = true;
    else one.firstFailedAtMs ??= flight.begunAtMs;
    const isDown = status === 429 || status >= 500;
    if (isDown && this.#restUntilMs !== null) one.spared++;
    if (retryAfterSeconds !== undefined && (status === 429 || status === 503)) {
      const untilMs = nowMs + Math.min(retryAfterSeconds * 1_000, LONGEST_HOLD_MS);
      this.#holdUntilMs = Math.max(this.#holdUntilMs, untilMs);
      this.seen.held++;
    }
    this.#learn(flight, isDown, nowMs);
  }

  /** The dispatcher gave it up. */
  end(id: string): void {
    this.#find(id).hasEnded = true;
  }

  #learn(flight: Flight, isDown: boolean, nowMs: number): void {
    if (this.#restUntilMs === null) {
      this.#down = isDown ? this.#down + 1 : 0;
      if (this.#down < BREAKER_FAILURES) return;
      this.#rest(5_000, nowMs);
      this.seen.opened++;
    } else if (flight.isProbe) {
      if (isDown) this.#rest(Math.min(2 * this.#restMs, 60_000), nowMs);
      else this.#close();
    }
  }

  #rest(ms: number, nowMs: number): void {
    this.#restMs = ms;
    this.#restUntilMs = nowMs + ms;
  }

  #close(): void {
    this.#restUntilMs = null;
    this.#down = 0;
  }

  #checkOrder(id: string, nowMs: number): void {
    const { key } = this.#find(id);
    if (key === null) return;
    for (const earlier of this.accepted) {
      if (earlier.id === id) return;
      if (earlier.key !== key || earlier.hasEnded) continue;
      const { firstFailedAtMs } = earlier;
      const mayBePassed = firstFailedAtMs !== null && nowMs >= firstFailedAtMs + ORDER_WAIT_MS;
      assert(mayBePassed, `${id} was sent before ${earlier.id}, which comes first and has not failed for long`);
      this.seen.passed++;
    }
  }

  #find(id: string): Accepted {
    const found = this.accepted.find((one) => one.id === id);
    assert(found !== undefined, `${id} was never accepted`);
    return found;
  }
}
