/** What an attempt amounts to: delivered, or failed for a reason that a user understands, and whether trying again can help. */
import type { WireResult } from '../http/http-client';
import type { FailureClass } from './delivery';
import { parseRetryAfter } from './retry-after';
import { isSuccess, type SuccessRule } from './success-rule';

export interface FailedOutcome {
  readonly ok: false;
  readonly class: FailureClass;
  /** One sentence or two, without secrets. */
  readonly message: string;
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
    const { message, retryAfterMs = null } = result;
    const failure = { class: result.failure, statusCode: null };
    return { ok: false, ...failure, message, final: isFinal(failure), retryAfterMs };
  }
  const { statusCode, headers } = result;
  if (isSuccess(rule, statusCode)) return { ok: true, statusCode };
  return {
    ok: false,
    class: 'status',
    message: explainStatus(statusCode, headers['location'], rule),
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

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'did not understand the request. Check body and parameters against its documentation',
  401: 'wants other credentials. Check user name and password, or the token',
  402: 'wants a payment first. Check the account there',
  403: 'refuses these credentials. Check the token and what it may do',
  404: 'has nothing at this address. Check the path of the URL',
  405: 'does not take this method at this address. Check the method and the path of the URL',
  406: 'cannot answer in the form asked for. Check the header Accept',
  408: 'waited too long for the request',
  409: 'says that the request conflicts with what it already has',
  410: 'says that this address is gone for good. Nothing more is sent for this delivery',
  411: 'wants the length of the body. Check the method and the body',
  413: 'finds the body too large. Send fewer parameters',
  414: 'finds the URL too long. Send parameters in the body instead',
  415: 'does not take this Content-Type. Choose the format that it documents',
  422: 'understood the request but not its values. Check parameter names and types against its documentation',
  423: 'says that what the request is for is locked',
  425: 'does not take the request yet',
  426: 'wants another protocol version',
  429: 'gets too many requests. Lower the rate of the endpoint if this stays',
  431: 'finds the headers too large. Send fewer or shorter ones',
  451: 'refuses for legal reasons',
  500: 'had an error of its own',
  501: 'does not know this method',
  502: 'cannot reach the server behind it',
  503: 'is overloaded or down for maintenance',
  504: 'got no answer from the server behind it',
};

function explainStatus(
  statusCode: number,
  location: string | readonly string[] | undefined,
  rule: SuccessRule,
): string {
  const known = SENTENCES[statusCode];
  if (known !== undefined) return `The receiver ${known} (status ${statusCode}).`;
  if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
    const target = originOf(String(location));
    return `The receiver sends on to another address${target} (status ${statusCode}), which is not followed. Set the final URL.`;
  }
  if (statusCode >= 500) return `The receiver had an error of its own (status ${statusCode}).`;
  if (statusCode >= 400) return `The receiver refused the request (status ${statusCode}).`;
  return `The receiver answered with status ${statusCode}, which the success rule (${rule.text}) does not count as success.`;
}

/** Only the origin is named: paths and queries of redirects often hold tokens. */
function originOf(location: string): string {
  return URL.canParse(location) ? ` (${new URL(location).origin})` : '';
}
