/** The source kind `http-push`: listens on a path, and answers each call with what became of it. */
import { randomId } from '../../clock';
import { UserError } from '../../errors';
import { fixedValues } from '../../event/fixed-values';
import type { Refusal } from '../../metrics/tally';
import type { Source, SourceHost, SourceSetup } from '../source';
import type { HttpPushSettings } from './kind';
import { decodePush, MAX_BODY_BYTES, type PushConfig, suspicion } from './push';
import { parsePush } from './push-config';
import type { PushAnswer, PushedRequest } from './pushed-request';

/** In the query of a HEAD that a panel makes to see whether it gets here: it is no call of the provider. */
export const PROBE = 'webhook-test';

/** A call, for people who want to know whether they are heard. */
export interface Call {
  readonly atMs: number;
  /** The address that it came from. */
  readonly from: string;
  /** Of the events that it told. */
  readonly types: readonly string[];
  /** Why it was refused. Undefined: it was accepted. */
  readonly problem?: { readonly status: number; readonly reason: string };
}

/** Who tries again and again is told of once in this time: it must not fill the store. */
const SUSPICIONS_APART_MS = 60_000;

const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: 'malformed',
  401: 'credentials',
  403: 'address',
  405: 'method',
  413: 'size',
  503: 'not-stored',
};

export class PushSource implements Source {
  readonly path: string;
  /** What the last probe that got here was called. */
  lastProbe = '';
  readonly lastCalls: { accepted?: Call; refused?: Call } = {};
  readonly #config: PushConfig;
  readonly #asksForPassword: boolean;
  readonly #host: SourceHost;
  #suspectedAtMs = Number.NEGATIVE_INFINITY;
  #stopListening: ((removed: boolean) => void) | undefined;

  /** Throws a UserError that names the field where the settings cannot work. */
  constructor({ settings, credentials, fixed, ...known }: SourceSetup<HttpPushSettings>, host: SourceHost) {
    const parsed = parsePush({ ...settings }, credentials);
    if (parsed.kind === 'problems') {
      const [problem] = parsed.problems;
      throw new UserError('config', problem ?? { message: '' }, { field: problem?.field ?? '' });
    }
    this.path = settings.path;
    this.#config = { ...parsed.config, ...known, fixed: fixedValues(fixed) };
    this.#asksForPassword = settings.verify === 'basic';
    this.#host = host;
  }

  start(): void {
    try {
      this.#stopListening = this.#host.listen(this.path, (request) => this.#answer(request));
      this.#host.status({ kind: 'connected' });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#host.status({ kind: 'error', trouble: 'path', reason: error.sentence });
    }
  }

  async stop(removed: boolean): Promise<void> {
    this.#stopListening?.(removed);
  }

  async #answer(request: PushedRequest): Promise<PushAnswer> {
    const probe = request.method === 'HEAD' ? request.query.get(PROBE) : null;
    if (probe !== null) {
      this.lastProbe = probe;
      return { status: 200, body: '{}' };
    }
    const call = { atMs: this.#host.clock.now(), from: request.remoteAddress ?? '', types: [] };
    const result = request.tooLarge
      ? ({ kind: 'refused', status: 413, reason: `The body is longer than ${MAX_BODY_BYTES} bytes.` } as const)
      : decodePush({ ...request, receivedAtMs: call.atMs }, this.#config, () => randomId(''));
    if (result.kind === 'refused') {
      this.#note({ ...call, problem: result });
      const headers: Record<string, string> = {};
      if (result.status === 401) this.#suspect(call, result.reason);
      if (result.status === 405) headers['Allow'] = 'GET, POST, PUT';
      if (result.status === 401 && this.#asksForPassword)
        headers['WWW-Authenticate'] = 'Basic realm="telephony events"';
      return { status: result.status, body: JSON.stringify({ error: result.reason }), headers };
    }
    // What is not on disk is not accepted: the provider is asked to call again.
    const fresh = await this.#host.offer(result.events).catch(() => 'lost' as const);
    if (typeof fresh === 'number') {
      this.#note({ ...call, types: result.events.map(({ event }) => event.type) });
      const body = JSON.stringify({ accepted: result.events.length, repeated: result.events.length - fresh });
      return { status: 200, body };
    }
    const reason =
      fresh === 'waits'
        ? 'The event cannot be stored just now; send it again.'
        : 'The event was not kept; send it again.';
    this.#note({ ...call, problem: { status: 503, reason } });
    return { status: 503, body: JSON.stringify({ error: reason }), headers: { 'Retry-After': '10' } };
  }

  /** Nobody who was let in: a token, a password or a signature is missing, wrong or stale. */
  #suspect({ atMs, from }: Call, reason: string): void {
    const sinceMs = atMs - this.#suspectedAtMs;
    if (sinceMs >= 0 && sinceMs < SUSPICIONS_APART_MS) return;
    this.#suspectedAtMs = atMs;
    const told = suspicion(`${reason} It came from ${from || 'an unknown address'}.`, atMs, this.#config, randomId(''));
    // Where the disk refuses it, the log has no such line; who was refused hears nothing of it.
    this.#host.offer([told]).catch(() => undefined);
  }

  #note(call: Call): void {
    if (call.problem === undefined) this.lastCalls.accepted = call;
    else {
      this.lastCalls.refused = call;
      this.#host.refused(REFUSALS[call.problem.status] ?? 'other');
    }
  }
}
