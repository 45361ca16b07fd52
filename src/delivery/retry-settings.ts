/** How retrying is saved, the same in `telephony-webhook-out` and `telephony-webhook-retry`, and what it is in a new node. */
import type { Reading } from '../parse';
import { parseRetryPolicy, type RetryPolicy } from './retry-policy';
import type { ScheduleName } from './schedule';

/** The saved properties; retry-policy.ts says what they mean. */
export interface RetrySettings {
  readonly schedule: ScheduleName;
  /** For `list`: delays such as `5s,5m,30m`. */
  readonly delays: string;
  /** For `exponential` the first delay, for `fixed` every delay. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly factor: number;
  readonly jitter: number;
  /** Empty: as many as the schedule has. */
  readonly maxAttempts: number | '';
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
  maxAttempts: '',
  maxAgeMs: 96 * HOUR_MS,
};

/** The policy that was saved; what is wrong with it joins the problems of the node. */
export function readRetryPolicy(from: Reading): RetryPolicy {
  const { policy, problems } = parseRetryPolicy(from.saved);
  from.problems.push(...problems);
  return policy;
}
