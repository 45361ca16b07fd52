/** When a failed delivery is tried again, and when it is given up. One policy for `webhook out` and `retry`. */
import { type Problem, shortened, UserError } from '../errors';
import type { Random } from '../random';
import { setting } from '../sentences/setting';
import { parseDelays, READY_SCHEDULES, SCHEDULES, SCREEN_POP_AGE_MS, type ScheduleName } from './schedule';

/** The saved properties, as they may arrive: numbers as text, absent ones undefined, null or empty. */
export interface SavedRetryPolicy {
  readonly schedule?: unknown;
  readonly delays?: unknown;
  readonly initialDelayMs?: unknown;
  readonly maxDelayMs?: unknown;
  readonly factor?: unknown;
  readonly jitter?: unknown;
  readonly maxAttempts?: unknown;
  readonly maxAgeMs?: unknown;
}

/** The wait after failed attempt n, without jitter. A list repeats its last delay. */
export type Delays =
  | { readonly kind: 'list'; readonly delaysMs: readonly number[] }
  | {
      readonly kind: 'exponential';
      readonly initialDelayMs: number;
      readonly factor: number;
      readonly maxDelayMs: number;
    };

export interface RetryPolicy {
  readonly schedule: ScheduleName;
  readonly delays: Delays;
  /** Share of a delay by which it is made longer or shorter at random: 0.1 is a tenth either way. */
  readonly jitter: number;
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** No attempt begins later than this after acceptance. */
  readonly maxAgeMs: number;
}

const DEFAULT_ATTEMPTS = 10;
const DAY_MS = 86_400_000;

const NUMBERS = {
  initialDelayMs: { byDefault: 5000, least: 1, most: 365 * DAY_MS, whole: true },
  maxDelayMs: { byDefault: 3_600_000, least: 1, most: 365 * DAY_MS, whole: true },
  factor: { byDefault: 2, least: 1, most: 100, whole: false },
  jitter: { byDefault: 0.1, least: 0, most: 1, whole: false },
  maxAttempts: { byDefault: undefined, least: 1, most: 10_000, whole: true },
  maxAgeMs: { byDefault: 96 * 3_600_000, least: 1, most: 3650 * DAY_MS, whole: true },
} as const;

/**
 * Reads the saved properties. What is wrong is a problem, and the default stands in for it, so that nothing is lost
 * meanwhile.
 *
 * `maxAttempts` left empty: as many as the schedule has (a list of n delays: n + 1), 10 for exponential and fixed. A
 * smaller number ends the schedule early, a larger one repeats its last delay. A screen pop ends after 15 s in any case.
 */
export function parseRetryPolicy(saved: SavedRetryPolicy): { policy: RetryPolicy; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const number = (field: keyof typeof NUMBERS): number | undefined => {
    const { byDefault, least, most, whole } = NUMBERS[field];
    const value = saved[field];
    if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return byDefault;
    const read = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
    if (read >= least && read <= most && (!whole || Number.isInteger(read))) return read;
    const kind = whole ? 'whole-from-to' : 'number-from-to';
    const shown = shownText(value);
    const reason =
      shown === undefined ? setting(`saved-${kind}`, { least, most }) : setting(kind, { value: shown, least, most });
    problems.push({ field, ...reason });
    return byDefault;
  };
  const initialDelayMs = number('initialDelayMs') ?? NUMBERS.initialDelayMs.byDefault;
  const maxDelayMs = number('maxDelayMs') ?? NUMBERS.maxDelayMs.byDefault;
  const factor = number('factor') ?? NUMBERS.factor.byDefault;
  const schedule = parseSchedule(saved.schedule, problems);
  const delays = delaysOf(schedule);
  const maxAgeMs = number('maxAgeMs') ?? NUMBERS.maxAgeMs.byDefault;
  return {
    policy: {
      schedule,
      delays,
      jitter: number('jitter') ?? NUMBERS.jitter.byDefault,
      maxAttempts: number('maxAttempts') ?? attemptsOf(schedule, delays),
      maxAgeMs: schedule === 'screen-pop' ? Math.min(maxAgeMs, SCREEN_POP_AGE_MS) : maxAgeMs,
    },
    problems,
  };

  function delaysOf(name: ScheduleName): Delays {
    switch (name) {
      case 'standard':
      case 'hot':
      case 'screen-pop':
        return { kind: 'list', delaysMs: READY_SCHEDULES[name] };
      case 'fixed':
        return { kind: 'list', delaysMs: [initialDelayMs] };
      case 'exponential':
        return { kind: 'exponential', initialDelayMs, factor, maxDelayMs: Math.max(maxDelayMs, initialDelayMs) };
      case 'list':
        return { kind: 'list', delaysMs: ownDelays(saved.delays, problems) };
    }
  }
}

function parseSchedule(value: unknown, problems: Problem[]): ScheduleName {
  if (value === undefined || value === null || value === '') return 'standard';
  const known = SCHEDULES.find((name) => name === value);
  if (known === undefined) {
    const schedules = SCHEDULES.join(', ');
    const shown = shownText(value);
    const reason =
      shown === undefined ? setting('saved-schedule', { schedules }) : setting('schedule', { value: shown, schedules });
    problems.push({ field: 'schedule', ...reason });
  }
  return known ?? 'standard';
}

/** Undefined: it is not even a text. */
function shownText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? shortened(String(value)) : undefined;
}

function ownDelays(value: unknown, problems: Problem[]): readonly number[] {
  try {
    return parseDelays(typeof value === 'string' ? value : '');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push({ field: 'delays', ...error.sentence });
    return READY_SCHEDULES.standard;
  }
}

function attemptsOf(schedule: ScheduleName, delays: Delays): number {
  return delays.kind === 'list' && schedule !== 'fixed' ? delays.delaysMs.length + 1 : DEFAULT_ATTEMPTS;
}

/** The wait after the n-th failed attempt (from 1), without jitter. */
function delayAfter(delays: Delays, failedAttempts: number): number {
  switch (delays.kind) {
    case 'list':
      return delays.delaysMs[Math.min(failedAttempts, delays.delaysMs.length) - 1] ?? 0;
    case 'exponential':
      return Math.round(
        Math.min(delays.maxDelayMs, delays.initialDelayMs * delays.factor ** Math.min(failedAttempts - 1, 1000)),
      );
  }
}

export interface FailedSoFar {
  /** Attempts that have failed, the last one included: at least 1. */
  readonly failedAttempts: number;
  /** What the age is counted from: acceptance, or the first failure where nothing was accepted (`retry`). */
  readonly createdAtMs: number;
  readonly nowMs: number;
  /** The receiver's `Retry-After`: nothing may be sent before. Null: it named no time. */
  readonly notBeforeMs: number | null;
  readonly random: Random;
}

export type NextAttempt =
  | { readonly kind: 'wait'; readonly dueAtMs: number }
  /** `attempts`: there were as many as there may be. `age`: the next one would come too late. */
  | { readonly kind: 'give-up'; readonly reason: 'attempts' | 'age' };

/**
 * What follows a failed attempt. `Retry-After` is never undercut: with it, jitter only makes the wait longer. Where it
 * lies beyond the longest age, one last attempt is made at that age.
 */
export function nextAttempt(policy: RetryPolicy, so: FailedSoFar): NextAttempt {
  if (so.failedAttempts >= policy.maxAttempts) return { kind: 'give-up', reason: 'attempts' };
  const lastMs = so.createdAtMs + policy.maxAgeMs;
  const delayMs = delayAfter(policy.delays, so.failedAttempts);
  const earliestMs = Math.max(so.notBeforeMs ?? so.nowMs, so.nowMs);
  const scheduledMs = so.nowMs + delayMs;
  const plannedMs = Math.max(scheduledMs, earliestMs);
  if (scheduledMs > lastMs || so.nowMs >= lastMs) return { kind: 'give-up', reason: 'age' };

  const draw = so.random();
  const spreadMs =
    earliestMs < scheduledMs
      ? delayMs * policy.jitter * (2 * draw - 1)
      : (earliestMs - so.nowMs) * policy.jitter * draw;
  const dueAtMs = Math.min(lastMs, Math.max(earliestMs, Math.round(plannedMs + spreadMs)));
  return { kind: 'wait', dueAtMs };
}

/** When the attempts come if each fails at once, without jitter: milliseconds after the first, which is 0. */
export function describeSchedule(policy: RetryPolicy): readonly number[] {
  const offsets = [0];
  let offsetMs = 0;
  while (offsets.length < Math.min(policy.maxAttempts, NUMBERS.maxAttempts.most)) {
    offsetMs += delayAfter(policy.delays, offsets.length);
    if (offsetMs > policy.maxAgeMs) break;
    offsets.push(offsetMs);
  }
  return offsets;
}
