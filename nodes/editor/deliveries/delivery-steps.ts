/** What happened to a delivery, step by step, with how long each came after the one before. Pure. */
import type { Attempt, Details } from './log-client';

export type Step = {
  readonly at: string;
  /** Since the step before began. Null: it is the first. */
  readonly afterMs: number | null;
} & (
  | { readonly kind: 'accepted' }
  | { readonly kind: 'attempt'; readonly attempt: Attempt }
  /** When the next attempt is to come, unless it is due and waits for something else. */
  | { readonly kind: 'next' }
  /** It ended without an attempt: expired, discarded, not rendered. */
  | { readonly kind: 'ended' }
);

export function stepsOf(
  delivery: Pick<Details, 'state' | 'createdAt' | 'updatedAt' | 'nextAttemptAt' | 'lastError' | 'attempts'>,
  nowMs: number,
): readonly Step[] {
  const { state, createdAt, updatedAt, nextAttemptAt, lastError, attempts } = delivery;
  const steps: Step[] = [{ kind: 'accepted', at: createdAt, afterMs: null }];
  const add = (at: string, step: { kind: 'attempt'; attempt: Attempt } | { kind: 'next' | 'ended' }): void => {
    const before = steps.at(-1)?.at ?? createdAt;
    steps.push({ ...step, at, afterMs: Math.max(0, Date.parse(at) - Date.parse(before)) } as Step);
  };
  for (const attempt of attempts) add(attempt.startedAt, { kind: 'attempt', attempt });
  const last = attempts.at(-1);
  if (state === 'failed' && lastError !== null && last?.class !== lastError.class) add(updatedAt, { kind: 'ended' });
  if (nextAttemptAt !== null && state !== 'sending' && Date.parse(nextAttemptAt) > nowMs)
    add(nextAttemptAt, { kind: 'next' });
  return steps;
}
