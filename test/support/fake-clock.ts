/** A clock that stands still until a test moves it. Timers run in the order in which they are due. */
import type { Clock, Timer } from '../../src/clock';
import { PATIENCE_MS } from './patience';

interface Pending {
  readonly dueAtMs: number;
  readonly sequence: number;
  readonly action: () => void;
}

export class FakeClock implements Clock {
  #nowMs: number;
  #sequence = 0;
  readonly #pending = new Set<Pending>();

  /** Starts in June 2023, so that nothing passes only because a time is near zero. */
  constructor(startMs = Date.UTC(2023, 5, 20, 14, 4, 34)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = { dueAtMs: this.#nowMs + Math.max(delayMs, 0), sequence: this.#sequence++, action };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** When the timers that are set are due, earliest first. */
  get dueAtMs(): readonly number[] {
    return [...this.#pending].map((timer) => timer.dueAtMs).sort((a, b) => a - b);
  }

  /** Moves the time and runs what falls due meanwhile, also what those timers set, each at its own time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (this.#runNext(endMs));
    this.#nowMs = endMs;
  }

  /** As `advance`, and lets promises and finished input and output go on before the first timer and after each. */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    while (this.#runNext(endMs)) await settle();
    this.#nowMs = endMs;
    await settle();
  }

  /** Stands still until that is so. */
  async until(isSo: () => boolean, otherwise: () => string): Promise<void> {
    const patience = new Patience(otherwise);
    while (!isSo()) await patience.turn();
  }

  /** Stands still until something is due that long from now. */
  async untilDue(afterMs: number): Promise<void> {
    const isDue = (): boolean => this.dueAtMs.includes(this.#nowMs + afterMs);
    await this.until(isDue, () => `Nothing is due ${afterMs} ms from now.`);
  }

  /** Moves on, a second at a time, until that is so. */
  async advanceUntil(isSo: () => boolean, otherwise: () => string): Promise<void> {
    const patience = new Patience(otherwise);
    while (!isSo()) {
      await this.advanceAsync(1_000);
      await patience.turn();
    }
  }

  /** Sets the time without running anything: what a clock that is put right does. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  #runNext(untilMs: number): boolean {
    let next: Pending | undefined;
    for (const timer of this.#pending) {
      if (timer.dueAtMs > untilMs) continue;
      if (!next || timer.dueAtMs < next.dueAtMs || (timer.dueAtMs === next.dueAtMs && timer.sequence < next.sequence)) {
        next = timer;
      }
    }
    if (!next) return false;
    this.#pending.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
    next.action();
    return true;
  }
}

/** Lets everything that is ready run: promises, and callbacks of input and output that has arrived. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Of a test that waits for a disk, a wire or a thread: those keep to the machine's clock. */
class Patience {
  readonly #endMs = performance.now() + PATIENCE_MS;

  constructor(private readonly complaint: () => string) {}

  async turn(): Promise<void> {
    if (performance.now() > this.#endMs) throw new Error(this.complaint());
    await settle();
  }
}
