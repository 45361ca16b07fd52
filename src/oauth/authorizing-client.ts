/** Puts access tokens into the requests that ask for them, and sends one again with a new token where the receiver refuses it. */
import type { Clock, Timer } from '../clock';
import type { Cancellation } from '../http/cancellation';
import type { Authorization, HttpClient, OutgoingRequest, WireFailed, WireResult } from '../http/http-client';
import { withHeaders } from '../http/own-headers';
import { inSeconds } from '../http/wire-failure';
import { token as say } from '../sentences/token';
import { tokenFailure } from './token-answer';

type WithTokens = OutgoingRequest & Required<Pick<OutgoingRequest, 'tokens'>>;

export class AuthorizingClient implements HttpClient {
  constructor(
    private readonly client: HttpClient,
    private readonly clock: Clock,
  ) {}

  send(request: OutgoingRequest, cancellation?: Cancellation): Promise<WireResult> {
    return needsToken(request) ? this.sendWithToken(request, cancellation) : this.client.send(request, cancellation);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** The request's time limit is for all of it: the token, the request, and with a new token both again. */
  private async sendWithToken(request: WithTokens, cancellation: Cancellation | undefined): Promise<WireResult> {
    const startedAtMs = this.clock.now();
    const spentMs = (): number => Math.max(0, this.clock.now() - startedAtMs);
    const obtain = async (refused?: string): Promise<Authorization> => {
      const token = request.tokens.obtain(refused);
      return token instanceof Promise
        ? this.within(request.timeoutMs - spentMs(), request, token, cancellation)
        : token;
    };
    const sendWith = async (value: string): Promise<WireResult> => {
      const headers = withHeaders(request.headers, { authorization: value });
      const timeoutMs = Math.max(1, request.timeoutMs - spentMs());
      const result = await this.client.send({ ...request, headers, timeoutMs }, cancellation);
      return result.kind === 'response' ? { ...result, authorization: value } : result;
    };

    const first = await obtain();
    if (first.kind === 'failure') return { ...first, durationMs: spentMs() };
    const result = await sendWith(first.value);
    if (result.kind === 'failure' || result.statusCode !== 401) return { ...result, durationMs: spentMs() };

    const second = await obtain(first.value);
    if (second.kind === 'failure') return { ...second, durationMs: spentMs() };
    if (second.value === first.value) return { ...result, durationMs: spentMs() };
    return { ...(await sendWith(second.value)), durationMs: spentMs() };
  }

  /** The token, or why it is waited for no longer. The token request goes on: others may wait for it. */
  private within(
    ms: number,
    { timeoutMs }: OutgoingRequest,
    token: Promise<Authorization>,
    cancellation: Cancellation | undefined,
  ): Promise<Authorization> {
    return new Promise((resolve) => {
      const end = (result: Authorization): void => {
        timer.cancel();
        resolve(result);
      };
      const timer: Timer = this.clock.after(Math.max(0, ms), () =>
        end(tokenFailure(say('late', { within: inSeconds(timeoutMs) }))),
      );
      if (cancellation?.isCancelled) end(ENDED);
      else cancellation?.aimAt({ cancel: () => end(ENDED) });
      void token.then(end);
    });
  }
}

const ENDED: WireFailed = {
  kind: 'failure',
  failure: 'reset',
  ...say('ended'),
};

function needsToken(request: OutgoingRequest): request is WithTokens {
  return request.tokens !== undefined;
}
