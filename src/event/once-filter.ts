/** "Once per caller within ten minutes": lets the first event of a value through and counts what it holds back. */
import { forgetOldest } from '../remembered';
import { numberParameters } from './number-parameters';
import { comparableNumber } from './phone-number';
import type { TelephonyEvent } from './telephony-event';

/** Values remembered at once; beyond it the oldest is forgotten, which lets an event through too often, never too seldom. */
const MOST_VALUES = 100_000;
/** Far more than can come out again. */
const MOST_HELD_BACK = 10_000;

/** What a filter has to remember of what it did. It outlives the filter, which every deploy makes anew. */
export class OnceMemory {
  /** Value → when an event with it was let out. In order of time. */
  readonly letOut = new Map<string, number>();
  /** Event id → until when it was held back. */
  private readonly heldBack = new Map<string, number>();

  heldBackUntil(eventId: string): number | undefined {
    return this.heldBack.get(eventId);
  }

  noteHeldBack(eventId: string, untilMs: number): void {
    this.heldBack.set(eventId, untilMs);
    forgetOldest(this.heldBack, MOST_HELD_BACK);
  }
}

export class OnceFilter {
  heldBack = 0;
  private readonly keyOf: (value: string) => string;

  /**
   * `parameter`: a catalogue name. Events without it always pass; where it is a phone number, so do those that have none.
   * `countryCode`: of numbers without one, as people type it.
   */
  constructor(
    private readonly parameter: string,
    private readonly withinMs: number,
    countryCode: string,
    private readonly memory: OnceMemory,
  ) {
    const isNumber = numberParameters.includes(parameter);
    this.keyOf = isNumber ? (value) => numberIn(value, countryCode) : (value) => value;
  }

  /**
   * Until when this event is held back. Undefined: it passes. One that comes out `again` passes if it did before, for what became of
   * it may be lost; it is held back if it was.
   */
  heldUntil(event: TelephonyEvent, nowMs: number, again = false): number | undefined {
    const value = event.parameters[this.parameter];
    if (value === undefined || value === null) return undefined;
    const key = this.keyOf(typeof value === 'string' ? value : JSON.stringify(value));
    if (key === '') return undefined;
    const untilMs = again ? this.memory.heldBackUntil(event.id) : this.windowOf(key, nowMs);
    if (untilMs !== undefined) {
      this.heldBack++;
      this.memory.noteHeldBack(event.id, untilMs);
    } else if (this.windowOf(key, nowMs) === undefined) this.memory.letOut.set(key, nowMs);
    return untilMs;
  }

  private windowOf(key: string, nowMs: number): number | undefined {
    const { letOut } = this.memory;
    for (const [oldest, atMs] of letOut) {
      if (atMs + this.withinMs > nowMs && letOut.size < MOST_VALUES) break;
      letOut.delete(oldest);
    }
    const atMs = letOut.get(key);
    return atMs === undefined ? undefined : atMs + this.withinMs;
  }
}

/** Empty: there is none. `anonymous` is everybody who keeps it secret. */
function numberIn(value: string, countryCode: string): string {
  const key = comparableNumber(value, countryCode || undefined);
  return /\d/.test(key) ? key : '';
}
