/** Makes sources that providers call, and tries whether the address that is given to a provider leads to one. */
import { randomId } from '../../clock';
import type { SourceDriver } from '../source';
import type { HttpPushSettings } from './kind';
import { PROBE_HEADER, PushSource } from './push-source';

const TIMEOUT_MS = 10_000;

export const httpPushDriver: SourceDriver<HttpPushSettings> = {
  create: (setup, host) => new PushSource(setup, host),

  /** Calls the address with a probe, which a source that hears it notes: no other answer proves as much. */
  async test({ settings }, running, { client, address }) {
    if (!(running instanceof PushSource)) return [{ grade: 'bad', code: 'notDeployed' }];
    if (running.path !== settings.path) return [{ grade: 'bad', code: 'otherPath', values: { path: running.path } }];
    const probe = randomId('test_');
    const result = await client.send({
      method: 'HEAD',
      url: address,
      headers: { [PROBE_HEADER]: probe },
      body: null,
      timeoutMs: TIMEOUT_MS,
    });
    if (running.lastProbe === probe) return [{ grade: 'good', code: 'answers' }];
    if (result.kind === 'failure') return [{ grade: 'note', code: 'notReached', values: { reason: result.message } }];
    const code = result.statusCode === 401 ? 'needsLogin' : 'otherAnswers';
    return [{ grade: 'bad', code, values: { status: result.statusCode } }];
  },
};
