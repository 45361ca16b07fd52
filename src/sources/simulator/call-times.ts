/** The stop watches of a scripted call: what it did when, and the figures of its end that follow from that. */
import type { JsonObject } from '../../json';

/** All lengths of time are whole hundredths of a second, so that figures with two decimals are exact. */
export const STEP_MS = 10;

interface Stop {
  readonly type: string;
  readonly name: string;
  readonly fromMs: number;
  untilMs: number | undefined;
}

export class CallTimes {
  readonly #startMs: number;
  readonly #stops: Stop[] = [];
  #ringingFromMs: number | undefined;
  #ringMs = 0;
  #heldFromMs: number | undefined;
  #heldMs = 0;
  #pickedUpMs: number | undefined;
  #answeredMs: number | undefined;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  ringing(nowMs: number): void {
    this.#ringingFromMs = nowMs;
  }

  silent(nowMs: number): void {
    if (this.#ringingFromMs !== undefined) this.#ringMs = nowMs - this.#ringingFromMs;
    this.#ringingFromMs = undefined;
  }

  /** The PBX picked up, be it with a menu or a mailbox: from the first time on a call record counts. */
  pickedUp(nowMs: number): void {
    this.#pickedUpMs ??= nowMs;
  }

  /** A person picked up. Answers when the first did, or with `anew` this one. */
  answered(nowMs: number, anew: boolean): number {
    if (anew || this.#answeredMs === undefined) this.#answeredMs = nowMs;
    return this.#answeredMs;
  }

  held(nowMs: number): void {
    this.#heldFromMs = nowMs;
  }

  unheld(nowMs: number): void {
    if (this.#heldFromMs !== undefined) this.#heldMs += nowMs - this.#heldFromMs;
    this.#heldFromMs = undefined;
  }

  /** The call gets to its next stop and has left the one before. */
  entered(nowMs: number, type: string, name: string): void {
    this.left(nowMs);
    this.#stops.push({ type, name, fromMs: nowMs, untilMs: undefined });
  }

  left(nowMs: number): void {
    const last = this.#stops.at(-1);
    if (last !== undefined) last.untilMs ??= nowMs;
  }

  /** The parameters of the end that are lengths of time, and the way of the call. */
  figures(nowMs: number): JsonObject {
    const answeredMs = this.#answeredMs;
    return {
      duration: seconds(nowMs - this.#startMs),
      billsec: Math.floor((nowMs - (this.#pickedUpMs ?? nowMs)) / 1000),
      talkSec: answeredMs === undefined ? 0 : seconds(nowMs - answeredMs - this.#heldMs),
      waitSec: seconds((answeredMs ?? nowMs) - this.#startMs),
      ringSec: seconds(this.#ringMs),
      queueSec: seconds(this.msIn('queue')),
      ivrSec: seconds(this.msIn('ivr')),
      holdSec: seconds(this.#heldMs),
      callFlow: this.#stops.map((stop) => ({ type: stop.type, name: stop.name, sec: seconds(lengthMs(stop)) })),
    };
  }

  private msIn(type: string): number {
    return this.#stops.filter((stop) => stop.type === type).reduce((sum, stop) => sum + lengthMs(stop), 0);
  }
}

function lengthMs({ fromMs, untilMs = fromMs }: Stop): number {
  return untilMs - fromMs;
}

function seconds(ms: number): number {
  return Math.round(ms / STEP_MS) / (1000 / STEP_MS);
}
