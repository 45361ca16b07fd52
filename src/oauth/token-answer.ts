/** What a token endpoint's answer means: a token, or a sentence that says why there is none. */
import { parseRetryAfter } from '../delivery/retry-after';
import type { WireFailed, WireResult } from '../http/http-client';
import { isJsonObject } from '../json';
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
    return tokenFailure(result.message, { failure });
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
  const reason = explainCode(answer?.['error'], context.grant) ?? explainStatus(statusCode);
  return tokenFailure(
    `The token endpoint ${context.at} ${reason} (status ${statusCode}).`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** `because`: one or two whole sentences. */
export function tokenFailure(
  because: string,
  more: Partial<Pick<WireFailed, 'failure' | 'retryAfterMs'>> = {},
): WireFailed {
  return { kind: 'failure', failure: 'auth', message: `No access token could be obtained. ${because}`, ...more };
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
function explainCode(code: unknown, grant: OAuthGrantKind): string | undefined {
  switch (code) {
    case 'invalid_client':
    case 'invalid_client_secret':
      return `does not accept the client ID or secret: ${code}. Check both, and whether it wants them in the form or in a header`;
    case 'invalid_grant':
    case 'invalid_code':
      return `${REFUSED_GRANT[grant]}: ${code}`;
    case 'unauthorized_client':
      return `does not let this client obtain tokens in this way: ${code}. Check what the client may do there`;
    case 'unsupported_grant_type':
      return `does not give tokens in this way: ${code}. Check how to authenticate`;
    case 'invalid_scope':
      return `does not give the scope that is asked for: ${code}. Check the scope`;
    case 'invalid_target':
      return `does not know the audience: ${code}. Check the audience`;
    case 'invalid_request':
      return `did not understand the request: ${code}. Check what it needs: scope, audience, where client ID and secret stand`;
    case 'access_denied':
      return `refuses: ${code}. Check what the client may do there`;
    case 'temporarily_unavailable':
    case 'server_error':
    case 'slow_down':
      return `cannot give one now: ${code}`;
    default:
      return undefined;
  }
}

const REFUSED_GRANT: Readonly<Record<OAuthGrantKind, string>> = {
  'client-credentials': 'does not accept the client credentials',
  'refresh-token':
    'does not accept the refresh token any more. Let the account be connected again and enter the new token',
  'service-account':
    "does not accept the service account's assertion. Check issuer, subject, key, and this machine's clock",
};

function explainStatus(status: number): string {
  if (status >= 200 && status < 300) return 'answered with something that is no token. Check the token URL';
  if (status >= 300 && status < 400)
    return 'sends on to another address, which is not followed. Set the final token URL';
  if (status === 401 || status === 403) return 'refuses these credentials. Check them';
  if (status === 404 || status === 405) return 'gives no tokens at this address. Check the token URL';
  if (status === 429) return 'gets too many requests';
  if (status >= 500) return 'had an error of its own';
  return 'refused the request. Check the credentials, scope and audience';
}
