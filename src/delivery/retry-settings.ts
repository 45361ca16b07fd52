/** How retrying is saved: the same properties in `telephony-webhook-out` and `telephony-webhook-retry`. */
import { choice, number, type Reading, text } from '../parse';

export const SCHEDULES = ['standard', 'hot', 'screen-pop', 'exponential', 'fixed', 'list'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

export interface RetrySettings {
  readonly schedule: ScheduleName;
  /** For `list`: delays such as `5s,5m,30m`. */
  readonly delays: string;
  /** For `exponential` the first delay, for `fixed` every delay. */
  readonly initialDelayMs: number;
  /** For `exponential`. */
  readonly maxDelayMs: number;
  /** For `exponential`: each delay is the one before times this. */
  readonly factor: number;
  /** 0 to 1: the share of a delay that chance may add or take. */
  readonly jitter: number;
  /** The first attempt counts. */
  readonly maxAttempts: number;
  /** Counted from acceptance. */
  readonly maxAgeMs: number;
}

const HOUR_MS = 3_600_000;

export const retryDefaults: RetrySettings = {
  schedule: 'standard',
  delays: '5s, 5m, 30m',
  initialDelayMs: 5000,
  maxDelayMs: HOUR_MS,
  factor: 2,
  jitter: 0.1,
  maxAttempts: 10,
  maxAgeMs: 96 * HOUR_MS,
};

/** Bounds that panels and parsing share. */
export const retryBounds = {
  initialDelayMs: { min: 100, max: 30 * 24 * HOUR_MS },
  maxDelayMs: { min: 100, max: 30 * 24 * HOUR_MS },
  factor: { min: 1, max: 100 },
  jitter: { min: 0, max: 1 },
  maxAttempts: { min: 1, max: 1000, integer: true },
  maxAgeMs: { min: 1000, max: 365 * 24 * HOUR_MS },
} as const;

export function readRetrySettings(from: Reading): RetrySettings {
  const timed = (field: keyof typeof retryBounds): number =>
    number(from, field, retryDefaults[field], retryBounds[field]);
  const settings: RetrySettings = {
    schedule: choice(from, 'schedule', SCHEDULES, retryDefaults.schedule),
    delays: text(from, 'delays', retryDefaults.delays),
    initialDelayMs: timed('initialDelayMs'),
    maxDelayMs: timed('maxDelayMs'),
    factor: timed('factor'),
    jitter: timed('jitter'),
    maxAttempts: timed('maxAttempts'),
    maxAgeMs: timed('maxAgeMs'),
  };
  if (settings.schedule === 'list' && settings.delays === '') {
    from.problems.push({ field: 'delays', message: 'delays must name at least one delay, such as 5s' });
  }
  if (settings.schedule === 'exponential' && settings.maxDelayMs < settings.initialDelayMs) {
    from.problems.push({ field: 'maxDelayMs', message: 'maxDelayMs must not be less than initialDelayMs' });
  }
  return settings;
}
