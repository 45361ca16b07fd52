/** The node `telephony-deliveries`: ask the log, act on it by message, and hear of what is wrong. */
import type { NodeDef } from 'node-red';
import { systemClock } from '../../src/clock';
import { UserError } from '../../src/errors';
import { isJsonObject } from '../../src/json';
import { asking } from '../../src/sentences/asking';
import { discard, discardMany, noDelivery, resend, resendMany, tryOne } from '../runtime/admin/log-actions';
import { isTrue, readFilter, readId, readLimit, showPage } from '../runtime/admin/log-shapes';
import { wholeDelivery } from '../runtime/admin/whole-delivery';
import { setPaused } from '../runtime/endpoints/endpoint-pause';
import {
  asError,
  type Message,
  onClose,
  onInput,
  type Red,
  type RedNode,
  reportProblem,
  StatusLine,
} from '../runtime/red';
import { saying, shortCount } from '../runtime/status-text';
import { acquireFor } from '../runtime/stores/store-choice';
import { type OpenStore, openStores, releaseStore } from '../runtime/stores/stores';
import { sendAlerts, standingAlerts } from './alerts';
import { ACTIONS, parseConfig } from './config';

export = (red: Red): void => {
  function Deliveries(this: RedNode, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const store = acquireFor(red, config.store);
    store.ready.catch((error: unknown) => reportProblem(red, this, asError(error)));
    const status = new StatusLine(this, systemClock);
    const say = saying(red, 'telephony-deliveries.status');
    const problem = problems[0];
    if (problem) reportProblem(red, this, problem);
    if (!problem && config.action === 'alerts') sendAlerts(red, this, status, store.ready, config.alertAfterSeconds);
    onInput(this, async (message, send) => {
      if (problem) throw new UserError('config', problem, { field: problem.field });
      const asked = config.action || String(message['action'] ?? '');
      try {
        message.payload = await act(red, await store.now(), asked, message);
      } catch (error) {
        status.show(() => ({ fill: 'red', shape: 'dot', text: say('failed') }));
        throw error;
      }
      const text = say(asked, { count: shortCount(countOf(message.payload)) });
      status.show(() => ({ fill: 'green', shape: 'dot', text }));
      send([message]);
    });
    onClose(this, (_removed) => {
      status.close();
      return releaseStore(store);
    });
  }
  red.nodes.registerType('telephony-deliveries', Deliveries as never);
};

/** How many deliveries an answer is about, or alerts. */
function countOf(answer: unknown): number {
  const { total, resent, discarded, alerts } = isJsonObject(answer) ? answer : {};
  const count = total ?? resent ?? discarded ?? (Array.isArray(alerts) ? alerts.length : 1);
  return typeof count === 'number' ? count : 1;
}

async function act(red: Red, open: OpenStore, action: string, message: Message): Promise<unknown> {
  const given = message.payload;
  const asked: Record<string, unknown> = isJsonObject(given) ? given : {};
  const id = action === 'alerts' ? '' : readId(asked);
  const isDryRun = isTrue(asked['dryRun']);
  switch (action) {
    case 'list': {
      if (id) {
        const delivery = await open.store.get(id);
        if (!delivery) throw noDelivery(id);
        return wholeDelivery(red, open, delivery);
      }
      const cursor = typeof asked['cursor'] === 'string' && asked['cursor'] ? asked['cursor'] : null;
      return showPage(await open.store.list(readFilter(asked), readLimit(asked['limit']), cursor));
    }
    case 'count':
      if (id) return { total: (await open.store.get(id)) ? 1 : 0 };
      return { total: await open.store.count(readFilter(asked)) };
    case 'resend':
      mustBeObject(given);
      if (!id) return resendMany(red, [open], asked);
      return isDryRun ? tryOne(open, id, 'resent') : resend(red, open, id, isTrue(asked['render']));
    case 'discard':
      mustBeObject(given);
      if (!id) return discardMany([open], asked);
      return isDryRun ? tryOne(open, id, 'discarded') : { id, result: await discard(open, id) };
    case 'pause':
    case 'resume': {
      const lane = id || (typeof asked['endpoint'] === 'string' ? asked['endpoint'] : '');
      if (!lane) throw new UserError('action', asking('pause-id'), { field: 'payload' });
      // An endpoint is paused whole, whichever store its deliveries are in.
      return setPaused(red, await openStores(), lane, action === 'pause');
    }
    case 'alerts':
      return standingAlerts(red, open);
    default:
      throw new UserError(
        'action',
        asking('action', { actions: ACTIONS.filter((one) => one !== '').join(', '), action: action.slice(0, 40) }),
        { field: 'action' },
      );
  }
}

/** What changes deliveries is told which: a text may be an id, or JSON that nobody has parsed. */
function mustBeObject(payload: unknown): void {
  if (!isJsonObject(payload)) throw new UserError('filter', asking('filter-object'), { field: 'payload' });
}
