/**
 * The access tokens of one endpoint: one token for all its deliveries, renewed ahead of its end and when it is refused, by
 * one request however many wait for it. What is asked and answered is told by token-request.ts and token-answer.ts.
 */
import type { Clock } from '../clock';
import { bearer } from '../delivery/authorization';
import type { AccessTokens, Authorization, HttpClient, Transport, WireFailed } from '../http/http-client';
import { hostAndPort } from '../http/wire-failure';
import { token } from '../sentences/token';
import type { OAuthSettings } from './oauth-settings';
import { readTokenAnswer, type TokenAnswer, tokenFailure } from './token-answer';
import { tokenRequest } from './token-request';

/** Keeps the refresh token that replaced the one in the settings. Both reject where the disk refuses. */
export interface RotatedToken {
  /** Undefined: none was replaced yet. */
  read(): Promise<string | undefined>;
  /** Resolves when it is durable. */
  write(refreshToken: string): Promise<void>;
}

export interface AccessTokenParts {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly rotated: RotatedToken;
  /** Names assertions. */
  readonly newId: () => string;
  /** How the token endpoint is reached: the endpoint's address policy, TLS and proxy. */
  readonly transport: Transport;
  /** Nothing is asked before this. Undefined: at once. */
  readonly after?: Promise<void> | undefined;
}

/** A token request has this long. */
const TIMEOUT_MS = 15_000;
/** Deliveries stop using a token this long before its end, since it must still be valid when it arrives. */
const MARGIN_MS = 10_000;
/** It is renewed this long before its end, while deliveries go on with it. */
const AHEAD_MS = 300_000;
/**
 * A refusal makes a new token at most so often: an endpoint that refuses every token must not make a token request of every
 * delivery. Zoho gives ten in ten minutes, no more.
 */
const REFUSAL_EVERY_MS = 60_000;
/** After a failure the token endpoint is left alone for this long, or as it asks, at most for a minute. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

interface Fetched {
  readonly token: Extract<TokenAnswer, { kind: 'token' }>;
  readonly askedAtMs: number;
}

interface Held {
  readonly authorization: Extract<Authorization, { kind: 'value' }>;
  readonly renewAtMs: number;
  readonly endsAtMs: number;
}

export class AccessTokenSource implements AccessTokens {
  readonly #settings: OAuthSettings;
  readonly #parts: AccessTokenParts;
  /** May be replaced at any time: a redeploy makes a new one. */
  transport: Transport;
  #held: Held | undefined;
  #renewing: Promise<Authorization> | undefined;
  /** When a refusal last made a new one. */
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #failed: { readonly atMs: number; readonly restMs: number; readonly failure: WireFailed } | undefined;
  /** Came with a new refresh token that could not be stored yet: until it is, neither is used. */
  #unsaved: Fetched | undefined;

  constructor(settings: OAuthSettings, parts: AccessTokenParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.transport = parts.transport;
  }

  obtain(refused?: string): Authorization | Promise<Authorization> {
    const held = this.#held;
    if (!held) return this.#renew();
    const nowMs = this.#parts.clock.now();
    if (refused === held.authorization.value) {
      if (isWithin(nowMs, this.#refusedAtMs, REFUSAL_EVERY_MS)) return held.authorization;
      this.#refusedAtMs = nowMs;
      this.#held = undefined;
      return this.#renew();
    }
    if (nowMs >= held.endsAtMs) return this.#renew();
    if (nowMs >= held.renewAtMs) void this.#renew();
    return held.authorization;
  }

  /** Resolves when no request is under way: then a refresh token that was replaced is stored. */
  async settled(): Promise<void> {
    await this.#renewing;
  }

  #renew(): Promise<Authorization> {
    if (this.#renewing) return this.#renewing;
    const resting = this.#resting();
    if (resting) return Promise.resolve(resting);
    this.#renewing = this.#ask().then((result) => {
      this.#renewing = undefined;
      this.#failed = result.kind === 'failure' ? this.#failedNow(result) : undefined;
      return result;
    });
    return this.#renewing;
  }

  async #ask(): Promise<Authorization> {
    await this.#parts.after;
    const { client, clock, newId, rotated } = this.#parts;
    const { grant, tokenUrl } = this.#settings;
    if (this.#unsaved) return this.#keep(this.#unsaved);
    const askedAtMs = clock.now();
    let refreshToken = '';
    if (grant.kind === 'refresh-token') {
      try {
        refreshToken = (await rotated.read()) ?? grant.refreshToken;
      } catch (error) {
        return tokenFailure(token('not-read', { reason: asText(error) }));
      }
    }
    const result = await client.send({
      method: 'POST',
      url: tokenUrl,
      ...tokenRequest(this.#settings, { refreshToken, assertionId: newId(), nowMs: clock.now() }),
      timeoutMs: TIMEOUT_MS,
      transport: this.transport,
    });
    const at = hostAndPort(new URL(tokenUrl));
    const answer = readTokenAnswer(result, { at, grant: grant.kind, nowMs: clock.now() });
    if (answer.kind === 'failure') return answer;
    const isRotated = grant.kind === 'refresh-token' && (answer.refreshToken ?? refreshToken) !== refreshToken;
    const fetched = { token: answer, askedAtMs };
    return isRotated ? this.#keep(fetched) : this.#hold(fetched);
  }

  /** Stores the new refresh token, then uses what came with it: the old one is worth nothing from now on. */
  async #keep(fetched: Fetched): Promise<Authorization> {
    this.#unsaved = fetched;
    try {
      await this.#parts.rotated.write(fetched.token.refreshToken ?? '');
    } catch (error) {
      return tokenFailure(token('not-stored', { reason: asText(error) }));
    }
    this.#unsaved = undefined;
    return this.#hold(fetched);
  }

  #hold({ token, askedAtMs: atMs }: Fetched): Authorization {
    const { accessToken, lifetimeMs = Number.POSITIVE_INFINITY } = token;
    const authorization = { kind: 'value' as const, value: bearer(this.#settings.prefix, accessToken) };
    this.#held = {
      authorization,
      renewAtMs: atMs + lifetimeMs - Math.min(AHEAD_MS, lifetimeMs / 5),
      endsAtMs: atMs + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 10),
    };
    return authorization;
  }

  #failedNow(failure: WireFailed) {
    const restMs = Math.min(Math.max(failure.retryAfterMs ?? 0, REST_MS), LONGEST_REST_MS);
    return { atMs: this.#parts.clock.now(), restMs, failure };
  }

  /** The last failure, while the token endpoint is left alone. */
  #resting(): WireFailed | undefined {
    if (!this.#failed) return undefined;
    const { atMs, restMs, failure } = this.#failed;
    const nowMs = this.#parts.clock.now();
    if (!isWithin(nowMs, atMs, restMs)) return undefined;
    const { retryAfterMs } = failure;
    return retryAfterMs === undefined
      ? failure
      : { ...failure, retryAfterMs: Math.max(0, retryAfterMs - (nowMs - atMs)) };
  }
}

/** False, too, where the clock was put back behind `sinceMs`. */
function isWithin(nowMs: number, sinceMs: number, lengthMs: number): boolean {
  return nowMs >= sinceMs && nowMs - sinceMs < lengthMs;
}

function asText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
