/** What a retry policy comes to, attempt by attempt, and how an event fares by it while its receiver is down. */
import { describeSchedule, type RetryPolicy } from './retry-policy';

/** An attempt as it is planned: each fails at once until the receiver is back, and chance adds or takes nothing. */
export interface PlannedAttempt {
  /** From 1. */
  readonly number: number;
  /** After the first. */
  readonly atMs: number;
  /** After the one before; 0 for the first. */
  readonly waitMs: number;
  /** `spare`: an earlier one arrives, so that it is not made. */
  readonly fate: 'fails' | 'arrives' | 'spare';
}

export interface Outlook {
  /** At least one. */
  readonly attempts: readonly PlannedAttempt[];
  /** Why none follows the last: there were as many as there may be, or the next would be too old. */
  readonly end: 'attempts' | 'age';
  /** Undefined: it is given up. */
  readonly arrival: PlannedAttempt | undefined;
}

/** `downForMs`: how long the receiver is down from the first attempt on; Infinity: for good. */
export function outlookOf(policy: RetryPolicy, downForMs: number): Outlook {
  const offsets = describeSchedule(policy);
  const arrivesAt = offsets.findIndex((atMs) => atMs >= downForMs);
  const attempts = offsets.map((atMs, index): PlannedAttempt => {
    const fate = index === arrivesAt ? 'arrives' : arrivesAt >= 0 && index > arrivesAt ? 'spare' : 'fails';
    return { number: index + 1, atMs, waitMs: atMs - (offsets[index - 1] ?? 0), fate };
  });
  return { attempts, end: offsets.length < policy.maxAttempts ? 'age' : 'attempts', arrival: attempts[arrivesAt] };
}
