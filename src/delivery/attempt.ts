/** What an attempt amounts to: what the log keeps of it, and what becomes of its delivery. */
import type { Random } from '../clock';
import { UserError } from '../errors';
import type { WireResult } from '../http/http-client';
import { redactHeaders } from '../redact';
import { sentenceOf } from '../sentence';
import { delivering } from '../sentences/delivering';
import type { Transition } from '../store/delivery-store';
import type { Attempt, DeliveryError } from './delivery';
import type { FailedOutcome, Outcome } from './outcome';
import { nextAttempt, type RetryPolicy } from './retry-policy';
import type { Prepared, Sendable, Settled, Webhook } from './webhook';

export type NewAttempt = Omit<Attempt, 'number'>;

/** Bytes of a response body that the log keeps. */
const KEPT_RESPONSE_BYTES = 16 * 1024;
/** An attempt that was planned for the last moment may begin this late. */
const AGE_SLACK_MS = 1_000;

/** Why a delivery is not even tried: it has become too old. Undefined: it has not. */
export function expiry(policy: RetryPolicy | null, createdAtMs: number, nowMs: number): DeliveryError | undefined {
  if (!policy || nowMs - createdAtMs <= policy.maxAgeMs + AGE_SLACK_MS) return undefined;
  const seconds = Math.round(policy.maxAgeMs / 1000);
  return { class: 'expired', ...delivering('expired', { seconds }), statusCode: null };
}

/** What cannot be made a request (a damaged row, a key file that is another one) ends its delivery, never the process. */
export async function prepare(webhook: Webhook, delivery: Sendable): Promise<Prepared> {
  try {
    return await webhook.prepare(delivery);
  } catch (error) {
    const known = error instanceof UserError;
    const why = known ? error.sentence : delivering('damaged');
    return { kind: 'unsendable', error: { class: known ? 'request' : 'internal', ...why, statusCode: null } };
  }
}

export interface Failed {
  readonly delivery: Sendable;
  readonly outcome: FailedOutcome;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly uncounted: Uncounted | null;
  readonly random: Random;
}

/**
 * Why an attempt counts for nothing: the endpoint was known to be down, so that its failure says nothing of the delivery, or it was
 * made before its time, because another's success had ended an outage.
 */
export type Uncounted = 'spared' | 'early';

/** What follows a failure: another attempt, or the end. */
export function afterFailure(
  { policy, orderWaitMs }: Pick<Webhook, 'policy' | 'orderWaitMs'>,
  { delivery, outcome, startedAtMs, nowMs, uncounted, random }: Failed,
): Exclude<Transition, { kind: 'delivered' }> {
  const { class: kind, statusCode, retryAfterMs } = outcome;
  const reason = sentenceOf(outcome);
  const error: DeliveryError = { class: kind, ...reason, statusCode };
  if (policy === null || outcome.final) return { kind: 'failed', error };
  const notBeforeMs = retryAfterMs === null ? null : nowMs + retryAfterMs;
  // What was read before a clock was set back, while the attempt was under way, lies ahead by as much.
  const setBackMs = Math.max(0, startedAtMs - nowMs);
  const firstFailedAtMs = (delivery.firstFailedAtMs ?? startedAtMs) - setBackMs;
  const passAtMs = delivery.orderKey === null ? null : firstFailedAtMs + orderWaitMs;
  const waiting = { kind: 'waiting', notBeforeMs, error, passAtMs, ...(uncounted && { spared: true }) } as const;
  if (uncounted === 'early') {
    const plannedAtMs = Math.min(
      delivery.createdAtMs + policy.maxAgeMs,
      Math.max((delivery.plannedAtMs ?? startedAtMs) - setBackMs, notBeforeMs ?? nowMs, nowMs),
    );
    return { ...waiting, dueAtMs: plannedAtMs, plannedAtMs };
  }
  const counted = delivery.attemptCount - delivery.sparedCount + (uncounted ? 0 : 1);
  const next = nextAttempt(uncounted ? { ...policy, maxAttempts: Number.POSITIVE_INFINITY } : policy, {
    failedAttempts: Math.max(1, counted),
    createdAtMs: delivery.createdAtMs,
    nowMs,
    notBeforeMs,
    random,
  });
  if (next.kind === 'give-up') {
    const givenUp =
      next.reason === 'age'
        ? delivering('given-up-age', { reason })
        : delivering('given-up-attempts', { reason, attempts: policy.maxAttempts });
    return { kind: 'failed', error: { ...error, ...givenUp } };
  }
  return { ...waiting, dueAtMs: next.dueAtMs };
}

/**
 * How long nothing at all is to be sent there. Null: a `Retry-After` that is meant for one request. No longer than the delivery
 * that brought it could wait itself: a webhook of which nothing may be late says little of when others may go.
 */
export function holdMs(
  { class: failure, statusCode, retryAfterMs }: FailedOutcome,
  { policy }: Pick<Webhook, 'policy'>,
  { createdAtMs }: Pick<Sendable, 'createdAtMs'>,
  nowMs: number,
): number | null {
  // With `auth`, it came from the token endpoint.
  const isMeantForAll = failure === 'auth' || statusCode === 429 || statusCode === 503;
  if (!isMeantForAll || retryAfterMs === null) return null;
  return policy === null ? retryAfterMs : Math.min(retryAfterMs, Math.max(0, createdAtMs + policy.maxAgeMs - nowMs));
}

/** What the log keeps of it; the result repeats no secret. */
export function toAttempt(
  startedAtMs: number,
  result: WireResult,
  outcome: Outcome,
  uncounted: Uncounted | null,
): NewAttempt {
  const failure = outcome.ok ? null : outcome;
  const reason = failure && sentenceOf(failure);
  const response =
    result.kind === 'response'
      ? { headers: redactHeaders(result.headers), body: result.body.subarray(0, KEPT_RESPONSE_BYTES).toString('utf8') }
      : null;
  return {
    startedAtMs,
    durationMs: result.durationMs,
    statusCode: result.kind === 'response' ? result.statusCode : null,
    class: failure?.class ?? null,
    ...((reason && uncounted ? delivering(uncounted, { reason }) : reason) ?? { message: null }),
    response,
  };
}

/** What the log kept of an answer, as if it had just come. */
export function toResponse({ response, statusCode, durationMs }: Attempt): Settled['response'] {
  if (!response || statusCode === null) return null;
  const body = Buffer.from(response.body, 'utf8');
  return { kind: 'response', statusCode, headers: response.headers, body, cut: false, durationMs };
}
