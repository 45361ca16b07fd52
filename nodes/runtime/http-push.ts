/** The shell of the source kind `http-push`: a route, and the answer that tells the provider what became of its call. */
import { randomId, systemClock } from '../../src/clock';
import { UserError } from '../../src/errors';
import { fixedValues } from '../../src/event/fixed-values';
import type { Refusal } from '../../src/metrics/tally';
import { decodePush, MAX_BODY_BYTES, type PushConfig } from '../../src/sources/http-push/push';
import { parsePush, type Saved } from '../../src/sources/http-push/push-config';
import type { AcceptedEvent } from '../../src/store/delivery-store';
import type { HttpPushConfig } from '../telephony-source/config';
import { tally } from './observation';
import { listen, type PushAnswer, type PushedRequest, publicPath } from './push-routes';
import type { Red } from './red';

interface HttpPush {
  readonly sourceId: string;
  readonly config: HttpPushConfig;
  readonly credentials: Saved;
  /** Resolves with how many were new when all are durable; with `waits` when the disk refuses, but they are kept in memory. */
  deliver(events: readonly AcceptedEvent[]): Promise<number | 'waits'>;
}

const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: 'malformed',
  401: 'credentials',
  403: 'address',
  405: 'method',
  413: 'size',
  503: 'not-stored',
};

/** Listens until the answer is called, with whether the source was removed. Throws a UserError where the path is taken or `httpNode` is switched off. */
export function startHttpPush(red: Red, push: HttpPush): (removed: boolean) => void {
  if ((red.settings as { httpNodeRoot?: unknown }).httpNodeRoot === false || !red.httpNode) {
    throw new UserError(
      'path',
      'Node-RED is set not to serve HTTP nodes (httpNodeRoot: false): no provider can call.',
      { field: 'path' },
    );
  }
  const parsed = parsePush({ ...push.config }, push.credentials);
  if (parsed.kind === 'problems') {
    const [problem] = parsed.problems;
    throw new UserError('config', problem?.message ?? '', { field: problem?.field ?? '' });
  }
  const { countryCode, timeZone, name, fixed } = push.config;
  const compiled: PushConfig = {
    ...parsed.config,
    sourceId: push.sourceId,
    sourceName: name,
    timeZone,
    countryCode,
    fixed: fixedValues(fixed),
  };
  const stop = listen(red, push.config.path, async (request) => {
    const given = await answer(request);
    if (given.status !== 200) tally.sources.of(push.sourceId).refuse(REFUSALS[given.status] ?? 'other');
    return given;
  });
  if (!stop)
    throw new UserError('path', `path: ${publicPath(red, push.config.path)} is used by another source.`, {
      field: 'path',
    });
  return stop;

  async function answer(request: PushedRequest): Promise<PushAnswer> {
    const result = request.tooLarge
      ? ({ kind: 'refused', status: 413, reason: `The body is longer than ${MAX_BODY_BYTES} bytes.` } as const)
      : decodePush({ ...request, receivedAtMs: systemClock.now() }, compiled, () => randomId(''));
    if (result.kind === 'refused') {
      const headers: Record<string, string> = {};
      if (result.status === 405) headers['Allow'] = 'GET, POST, PUT';
      if (result.status === 401 && push.config.verify === 'basic')
        headers['WWW-Authenticate'] = 'Basic realm="telephony events"';
      return { status: result.status, body: JSON.stringify({ error: result.reason }), headers };
    }
    try {
      const fresh = await push.deliver(result.events);
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
