/** What an attempt amounts to: delivered, or failed for a reason that a user understands, and whether trying again can help. */
import type { WireResult } from '../http/http-client';
import { type Sentence, sentenceOf } from '../sentence';
import { answer } from '../sentences/answer';
import type { FailureClass } from './delivery';
import { parseRetryAfter } from './retry-after';
import { isSuccess, type SuccessRule } from './success-rule';

export interface FailedOutcome extends Sentence {
  readonly ok: false;
  readonly class: FailureClass;
  /** Null: no answer came. */
  readonly statusCode: number | null;
  /** True: it can never succeed, so it is not tried again. */
  readonly final: boolean;
  /** What the receiver asked for. Null: nothing, or nothing that can be read. */
  readonly retryAfterMs: number | null;
}

/** What failed. The status code is null where no answer came. */
export interface Failure {
  readonly class: FailureClass;
  readonly statusCode: number | null;
}

export type Outcome = { readonly ok: true; readonly statusCode: number } | FailedOutcome;

/** Judges what came back from the wire. */
export function judge(result: WireResult, rule: SuccessRule, nowMs: number): Outcome {
  if (result.kind === 'failure') {
    const { retryAfterMs = null } = result;
    const failure = { class: result.failure, statusCode: null };
    return { ok: false, ...failure, ...sentenceOf(result), final: isFinal(failure), retryAfterMs };
  }
  const { statusCode, headers } = result;
  if (isSuccess(rule, statusCode)) return { ok: true, statusCode };
  return {
    ok: false,
    class: 'status',
    ...explainStatus(statusCode, headers['location'], rule),
    statusCode,
    final: isFinal({ class: 'status', statusCode }),
    retryAfterMs: parseRetryAfter(headers['retry-after'], nowMs) ?? null,
  };
}

/** How far an attempt came that failed: it was not sent, failed on its way or at the endpoint, or was answered. */
export const REACH: Readonly<Record<FailureClass, 'unsent' | 'way' | 'answer'>> = {
  refused: 'way',
  timeout: 'way',
  dns: 'way',
  tls: 'way',
  reset: 'way',
  protocol: 'way',
  proxy: 'way',
  auth: 'way',
  status: 'answer',
  'address-blocked': 'unsent',
  secret: 'unsent',
  template: 'unsent',
  request: 'unsent',
  expired: 'unsent',
  discarded: 'unsent',
  internal: 'unsent',
};

/** True where no further attempt can succeed: the receiver is gone for good, or the request must not or cannot be sent. */
export function isFinal({ class: failure, statusCode }: Failure): boolean {
  return (REACH[failure] === 'unsent' && failure !== 'internal') || statusCode === 410;
}

/**
 * True where the same request may well succeed later although nobody changes anything: the network, an overload, an
 * error of the receiver's. For `retry` nodes that hold only such failures.
 */
export function isTransient({ class: failure, statusCode }: Failure): boolean {
  switch (REACH[failure]) {
    case 'unsent':
      return false;
    case 'way':
      return failure !== 'tls'; // a certificate stays as it is
    case 'answer': {
      const status = statusCode ?? 0;
      // Not implemented and version not supported stay what they are.
      return TRANSIENT_STATUS.has(status) || (status >= 500 && status !== 501 && status !== 505);
    }
  }
}

/** Request timeout, locked, too early, too many requests. */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 423, 425, 429]);

function explainStatus(status: number, location: string | readonly string[] | undefined, rule: SuccessRule): Sentence {
  const known = `status-${status}`;
  if (isKnown(known)) return answer(known);
  if (status >= 300 && status < 400 && location !== undefined) {
    const origin = originOf(String(location));
    return origin === undefined ? answer('elsewhere', { status }) : answer('elsewhere-to', { status, origin });
  }
  if (status >= 500) return answer('server-error', { status });
  if (status >= 400) return answer('refused', { status });
  return answer('no-success', { status, rule: rule.text });
}

type Known = Extract<keyof typeof answer.english, `status-${number}`>;

function isKnown(name: string): name is Known {
  return Object.hasOwn(answer.english, name);
}

/** Only the origin is named: paths and queries of redirects often hold tokens. */
function originOf(location: string): string | undefined {
  return URL.canParse(location) ? new URL(location).origin : undefined;
}
