/** What a token endpoint's answer means: a token, or a sentence that says why there is none. */
import { parseRetryAfter } from '../delivery/retry-after';
import type { WireFailed, WireResult } from '../http/http-client';
import { isJsonObject } from '../json';
import { type Sentence, sentenceOf } from '../sentence';
import { token } from '../sentences/token';
import type { OAuthGrantKind } from './grant';

export type TokenAnswer =
  | {
      readonly kind: 'token';
      readonly accessToken: string;
      /** Undefined: it did not say. */
      readonly lifetimeMs: number | undefined;
      /** The refresh token that is valid from now on. Undefined: the one that was sent. */
      readonly refreshToken: string | undefined;
    }
  | WireFailed;

export interface AnswerContext {
  /** `host:port` of the token endpoint. */
  readonly at: string;
  readonly grant: OAuthGrantKind;
  readonly nowMs: number;
}

export function readTokenAnswer(result: WireResult, context: AnswerContext): TokenAnswer {
  if (result.kind === 'failure') {
    const failure = result.failure === 'address-blocked' ? result.failure : 'auth';
    return tokenFailure(sentenceOf(result), { failure });
  }
  const { statusCode, headers, body } = result;
  const answer = parseObject(body);
  const accessToken = answer?.['access_token'];
  if (statusCode >= 200 && statusCode < 300 && typeof accessToken === 'string' && FIT_FOR_A_HEADER.test(accessToken)) {
    const next = answer?.['refresh_token'];
    return {
      kind: 'token',
      accessToken,
      lifetimeMs: lifetimeMs(answer ?? {}),
      refreshToken: typeof next === 'string' && next !== '' ? next : undefined,
    };
  }
  const retryAfterMs = parseRetryAfter(headers['retry-after'], context.nowMs);
  const { at, grant } = context;
  const status = statusCode;
  const code = answer?.['error'];
  const refusal = refusalOf(code, grant);
  return tokenFailure(
    refusal === undefined
      ? token(byStatus(status), { at, status })
      : token(refusal, { at, status, answer: String(code) }),
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** `reason`: one or two whole sentences. */
export function tokenFailure(
  reason: Sentence,
  more: Partial<Pick<WireFailed, 'failure' | 'retryAfterMs'>> = {},
): WireFailed {
  return { kind: 'failure', failure: 'auth', ...token('none', { reason }), ...more };
}

/** Visible ASCII, without spaces. */
const FIT_FOR_A_HEADER = /^[\x21-\x7e]+$/;

function parseObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Zoho once gave milliseconds in `expires_in`, and then seconds in `expires_in_sec`. Some write the number as text. */
function lifetimeMs(answer: Readonly<Record<string, unknown>>): number | undefined {
  const given = answer['expires_in_sec'] ?? answer['expires_in'];
  const seconds = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}

/** RFC 6749 section 5.2 and what Zoho adds, which sends errors with status 200. Only known codes are shown: any other text may repeat a secret. */
function refusalOf(code: unknown, grant: OAuthGrantKind) {
  switch (code) {
    case 'invalid_client':
    case 'invalid_client_secret':
      return 'invalid-client';
    case 'invalid_grant':
    case 'invalid_code':
      return `refused-${grant}` as const;
    case 'unauthorized_client':
      return 'unauthorized-client';
    case 'unsupported_grant_type':
      return 'unsupported-grant';
    case 'invalid_scope':
      return 'invalid-scope';
    case 'invalid_target':
      return 'invalid-audience';
    case 'invalid_request':
      return 'invalid-request';
    case 'access_denied':
      return 'denied';
    case 'temporarily_unavailable':
    case 'server_error':
    case 'slow_down':
      return 'not-now';
    default:
      return undefined;
  }
}

function byStatus(status: number) {
  if (status >= 200 && status < 300) return 'no-token';
  if (status >= 300 && status < 400) return 'elsewhere';
  if (status === 401 || status === 403) return 'credentials';
  if (status === 404 || status === 405) return 'wrong-address';
  if (status === 429) return 'too-many';
  return status >= 500 ? 'server-error' : 'refused';
}
