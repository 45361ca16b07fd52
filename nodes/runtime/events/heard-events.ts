/** The last events that a source has told, for panels that listen while they are open. */
import { systemClock } from '../../../src/clock';
import type { TelephonyEvent } from '../../../src/event/telephony-event';

/** Enough for what happens between two questions of a panel. */
const KEPT = 100;

interface Heard {
  /** Counts through all sources, so that one that a deploy has made anew goes on where the old one was. */
  readonly sequence: number;
  readonly event: TelephonyEvent;
}

let lastSequence = 0;

export class HeardEvents {
  readonly #events: Heard[] = [];
  readonly #waiting = new Set<() => void>();

  add(event: TelephonyEvent): void {
    this.#events.push({ sequence: ++lastSequence, event });
    if (this.#events.length > KEPT) this.#events.shift();
    this.wake();
  }

  /** Answers everybody who waits. */
  wake(): void {
    for (const resolve of [...this.#waiting]) resolve();
  }

  /** What is heard from now on is after this. */
  get now(): number {
    return lastSequence;
  }

  /** What was heard after that, at once or when there is some; nothing when the time is over, or `given up` was called. */
  async after(sequence: number, withinMs: number, onGivenUp: (stop: () => void) => void): Promise<readonly Heard[]> {
    const heard = (): readonly Heard[] => this.#events.filter((one) => one.sequence > sequence);
    if (heard().length > 0) return heard();
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.#waiting.delete(end);
        timer.cancel();
        resolve();
      };
      const timer = systemClock.after(withinMs, end);
      this.#waiting.add(end);
      onGivenUp(end);
    });
    return heard();
  }
}
