/**
 * What must hold whenever a request sets out, in the plainest words: order, pause, `Retry-After`, the breaker, the number at once, the
 * rate, nothing twice. Knows only what the receiver sees, what a person did, and what the store has said that it kept.
 */
import assert from 'node:assert/strict';

export const BREAKER_FAILURES = 3;
export const CONCURRENCY = 4;
export const ORDER_WAIT_MS = 20_000;
const LONGEST_HOLD_MS = 3_600_000;

export interface Accepted {
  readonly id: string;
  readonly key: string | null;
  /** The node tries again by itself; else the first failure ends it. */
  readonly retries: boolean;
  firstFailedAtMs: number | null;
  /** From then on the next of its key may pass it. Null: never. */
  passAtMs: number | null;
  hasEnded: boolean;
  wasDiscarded: boolean;
  /** Failures while the breaker was open: they must not count. */
  spared: number;
  /** What the receiver has said and the store does not know yet: forgotten by a process that dies. */
  result: { readonly ok: boolean; readonly begunAtMs: number; readonly spared: boolean } | null;
  /** When it was opened last, and when it was claimed first since then, in the order of the store's answers. */
  openedAt: number;
  letGoAt: number;
}

export interface Flight {
  readonly id: string;
  readonly begunAtMs: number;
  /** No more once the breaker was closed: then it says nothing of the next outage. */
  isProbe: boolean;
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
  /** What of all that is stored. */
  #stored: { readonly holdUntilMs: number; readonly restUntilMs: number | null } = {
    holdUntilMs: 0,
    restUntilMs: null,
  };
  /** When requests began. */
  #begunAtMs: number[] = [];
  #answers = 0;
  /** How much was seen: a test in which nothing happens proves nothing. */
  readonly seen = { sent: 0, probes: 0, opened: 0, passed: 0, held: 0, reopened: 0, discarded: 0, refused: 0, lost: 0 };

  /** `ratePerSecond`: null for none; else as many may begin at one moment as in one second. */
  constructor(private readonly ratePerSecond: number | null) {}

  get isPaused(): boolean {
    return this.#isPaused;
  }

  accept(id: string, key: string | null, retries: boolean): void {
    this.accepted.push({
      ...{ id, key, retries, firstFailedAtMs: null, passAtMs: null, hasEnded: false, wasDiscarded: false },
      ...{ spared: 0, result: null, openedAt: 0, letGoAt: 0 },
    });
  }

  /** It was never stored, and nobody was told that it was. */
  forget(id: string): void {
    this.accepted.splice(this.accepted.indexOf(this.find(id)), 1);
  }

  claimed(ids: readonly string[]): void {
    for (const id of ids) {
      const one = this.find(id);
      if (one.passAtMs === null) one.letGoAt = ++this.#answers;
    }
  }

  /** It takes back its place: what was let go before stays so. */
  reopened(id: string): void {
    Object.assign(this.find(id), { hasEnded: false, passAtMs: null, openedAt: ++this.#answers });
    this.seen.reopened++;
  }

  /** The store has kept how its attempt ended. */
  recorded(id: string): void {
    const one = this.find(id);
    const { result } = one;
    assert(result !== null, `${id} was recorded before it was answered`);
    one.result = null;
    if (!result.ok) one.firstFailedAtMs ??= result.begunAtMs;
    if (result.spared) one.spared++;
    if (result.ok || !one.retries) one.hasEnded = true;
    else one.passAtMs = (one.firstFailedAtMs ?? 0) + ORDER_WAIT_MS;
  }

  discarded(id: string): void {
    Object.assign(this.find(id), { hasEnded: true, wasDiscarded: true });
    this.seen.discarded++;
  }

  restStored(): void {
    this.#stored = { holdUntilMs: this.#holdUntilMs, restUntilMs: this.#restUntilMs };
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
    this.#begunAtMs = [];
    for (const one of this.accepted) one.result = null;
    this.#holdUntilMs = this.#stored.holdUntilMs;
    this.#restUntilMs = this.#stored.restUntilMs;
    this.#down = 0;
    this.#restMs = 5_000;
  }

  /** A request begins: what has to be got ready for it counts. */
  begin(id: string, nowMs: number): void {
    if (this.ratePerSecond === null) return;
    this.#begunAtMs.push(nowMs);
    const burst = Math.max(1, Math.floor(this.ratePerSecond));
    for (let back = burst; back < this.#begunAtMs.length; back++) {
      const sinceMs = this.#begunAtMs.at(-1 - back) ?? 0;
      const leastMs = ((back - burst + 1) * 1_000) / this.ratePerSecond;
      assert(nowMs - sinceMs >= leastMs - 1, `${id} is one of ${back + 1} that began within ${nowMs - sinceMs} ms`);
    }
  }

  send(id: string, begunAtMs: number, nowMs: number): Flight {
    const one = this.find(id);
    assert(![...this.#flights].some((flight) => flight.id === id), `${id} was sent while it was under way`);
    assert(one.result === null, `${id} was sent again before its result was recorded`);
    assert(!one.hasEnded, `${id} was sent although it had ended`);
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
    const one = this.find(flight.id);
    const isDown = status === 429 || status >= 500;
    const spared = isDown && this.#restUntilMs !== null && one.retries;
    one.result = { ok: status === 200, begunAtMs: flight.begunAtMs, spared };
    if (retryAfterSeconds !== undefined && (status === 429 || status === 503)) {
      const untilMs = nowMs + Math.min(retryAfterSeconds * 1_000, LONGEST_HOLD_MS);
      this.#holdUntilMs = Math.max(this.#holdUntilMs, untilMs);
      this.seen.held++;
    }
    this.#learn(flight, isDown, nowMs);
  }

  /** The dispatcher gave it up. */
  end(id: string): void {
    this.find(id).hasEnded = true;
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
    for (const flight of this.#flights) flight.isProbe = false;
  }

  #checkOrder(id: string, nowMs: number): void {
    const { key, letGoAt } = this.find(id);
    if (key === null) return;
    for (const earlier of this.accepted) {
      if (earlier.id === id) return;
      if (earlier.key !== key || earlier.hasEnded || earlier.openedAt > letGoAt) continue;
      const mayBePassed = earlier.passAtMs !== null && nowMs >= earlier.passAtMs;
      assert(mayBePassed, `${id} was sent before ${earlier.id}, which comes first and has not failed for long`);
      this.seen.passed++;
    }
  }

  find(id: string): Accepted {
    const found = this.accepted.find((one) => one.id === id);
    assert(found !== undefined, `${id} was never accepted`);
    return found;
  }
}
