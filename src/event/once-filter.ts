/** "Once per caller within ten minutes": lets the first event of a value through and counts what it holds back. */
import type { TelephonyEvent } from './telephony-event';

/** Values remembered at once; beyond it the oldest is forgotten, which lets an event through too often, never too seldom. */
const LIMIT = 100_000;

export class OnceFilter {
  /** Value → until when it is held back. In order of insertion, which is the order of expiry. */
  private readonly until = new Map<string, number>();
  heldBack = 0;

  /** `parameter`: a catalogue name. Events without it always pass. */
  constructor(
    private readonly parameter: string,
    private readonly withinMs: number,
  ) {}

  /** Until when this event is held back. Undefined: it passes. */
  heldUntil(event: TelephonyEvent, nowMs: number): number | undefined {
    const value = event.parameters[this.parameter];
    if (value === undefined || value === null || value === '') return undefined;
    const key = typeof value === 'string' ? value : JSON.stringify(value);
    for (const [oldest, untilMs] of this.until) {
      if (untilMs > nowMs && this.until.size < LIMIT) break;
      this.until.delete(oldest);
    }
    const untilMs = this.until.get(key);
    if (untilMs === undefined) this.until.set(key, nowMs + this.withinMs);
    else this.heldBack++;
    return untilMs;
  }
}
