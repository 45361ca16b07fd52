/** The source kind `http-push`: listens on a path, and answers each call with what became of it. */
import { randomId } from '../../clock';
import { UserError } from '../../errors';
import { fixedValues } from '../../event/fixed-values';
import type { Refusal } from '../../metrics/tally';
import type { Source, SourceHost, SourceSetup } from '../source';
import { header } from './headers';
import type { HttpPushSettings } from './kind';
import { decodePush, MAX_BODY_BYTES, type PushConfig } from './push';
import { parsePush } from './push-config';
import type { PushAnswer, PushedRequest } from './pushed-request';

/** Marks a call as a test by this Node-RED itself, which is no call of the provider. */
export const PROBE_HEADER = 'webhook-test';

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
  /** What the last test that reached this source said. */
  lastProbe = '';
  readonly #config: PushConfig;
  readonly #asksForPassword: boolean;
  readonly #host: SourceHost;
  #stopListening: ((removed: boolean) => void) | undefined;

  /** Throws a UserError that names the field where the settings cannot work. */
  constructor({ settings, credentials, fixed, ...known }: SourceSetup<HttpPushSettings>, host: SourceHost) {
    const parsed = parsePush({ ...settings }, credentials);
    if (parsed.kind === 'problems') {
      const [problem] = parsed.problems;
      throw new UserError('config', problem?.message ?? '', { field: problem?.field ?? '' });
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
      this.#host.status({ kind: 'error', trouble: 'path', reason: error.message });
    }
  }

  async stop(removed: boolean): Promise<void> {
    this.#stopListening?.(removed);
  }

  async #answer(request: PushedRequest): Promise<PushAnswer> {
    const probe = request.method === 'HEAD' ? header(request.headers, PROBE_HEADER) : null;
    if (probe !== null) {
      this.lastProbe = probe;
      return { status: 200, body: '{}' };
    }
    const given = await this.#accept(request);
    if (given.status !== 200) this.#host.refused(REFUSALS[given.status] ?? 'other');
    return given;
  }

  async #accept(request: PushedRequest): Promise<PushAnswer> {
    const result = request.tooLarge
      ? ({ kind: 'refused', status: 413, reason: `The body is longer than ${MAX_BODY_BYTES} bytes.` } as const)
      : decodePush({ ...request, receivedAtMs: this.#host.clock.now() }, this.#config, () => randomId(''));
    if (result.kind === 'refused') {
      const headers: Record<string, string> = {};
      if (result.status === 405) headers['Allow'] = 'GET, POST, PUT';
      if (result.status === 401 && this.#asksForPassword)
        headers['WWW-Authenticate'] = 'Basic realm="telephony events"';
      return { status: result.status, body: JSON.stringify({ error: result.reason }), headers };
    }
    try {
      const fresh = await this.#host.offer(result.events);
      if (fresh === 'waits') return again('The event cannot be stored just now; send it again.');
      return {
        status: 200,
        body: JSON.stringify({ accepted: result.events.length, repeated: result.events.length - fresh }),
      };
    } catch {
      // Not on disk, so not accepted: the provider is asked to call again.
      return again('The event was not kept; send it again.');
    }
  }
}

function again(error: string): PushAnswer {
  return { status: 503, body: JSON.stringify({ error }), headers: { 'Retry-After': '10' } };
}
