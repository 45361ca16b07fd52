/** Makes sources that providers call, and tells whether the address that is given to a provider leads to one. */
import type { Finding, SourceDriver } from '../source';
import type { HttpPushSettings } from './kind';
import { type Call, PushSource } from './push-source';

export const httpPushDriver: SourceDriver<HttpPushSettings> = {
  create: (setup, host) => new PushSource(setup, host),

  async test({ settings }, running, { probe }) {
    if (!(running instanceof PushSource)) return [{ grade: 'bad', code: 'notDeployed' }];
    if (running.path !== settings.path) return [{ grade: 'bad', code: 'otherPath', values: { path: running.path } }];
    const { accepted, refused } = running.lastCalls;
    const calls = [accepted && found(accepted), refused && found(refused)].filter((finding) => finding !== undefined);
    calls.sort((a, b) => Number(b.values?.['atMs']) - Number(a.values?.['atMs']));
    return [
      reached(running, probe),
      ...(calls.length > 0 ? calls : [{ grade: 'note', code: 'nobodyCalled' } as const]),
    ];
  },
};

/** Only the source itself can tell: another server may answer just as well. */
function reached(running: PushSource, probe: { readonly id: string; readonly status: number } | undefined): Finding {
  if (probe !== undefined && running.lastProbe === probe.id) return { grade: 'good', code: 'answers' };
  if (probe?.status === 401) return { grade: 'bad', code: 'needsLogin' };
  return { grade: 'bad', code: 'notReached' };
}

function found({ atMs, from, types, problem }: Call): Finding {
  if (problem === undefined)
    return { grade: 'good', code: 'accepted', values: { atMs, from, types: types.join(', ') } };
  return { grade: 'bad', code: 'refused', values: { atMs, from, status: problem.status, reason: problem.reason } };
}
