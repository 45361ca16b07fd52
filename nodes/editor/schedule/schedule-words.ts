/** What each retry schedule is good for, in a sentence. */
import type { RetryPolicy } from '../../../src/delivery/retry-policy';
import { durationInWords } from '../fields/duration-input';

export function scheduleInWords({ schedule, delays }: RetryPolicy, translate: Translate): string {
  const values =
    delays.kind === 'exponential'
      ? {
          first: durationInWords(delays.initialDelayMs, translate),
          factor: delays.factor,
          most: durationInWords(delays.maxDelayMs, translate),
        }
      : { first: durationInWords(delays.delaysMs[0] ?? 0, translate) };
  return translate(`schedule.words.${schedule}`, values);
}
