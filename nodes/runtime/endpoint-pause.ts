/** Pausing an endpoint by hand and resuming it, by the admin API and by the `telephony-deliveries` node alike. */
import { shortened, UserError } from '../../src/errors';
import { isOrigin } from '../../src/http/origin';
import { asking } from '../../src/sentences/asking';
import { isEndpoint } from './config-nodes';
import type { Red } from './red';
import type { OpenStore } from './stores';

export interface Paused {
  readonly id: string;
  readonly paused: boolean;
}

/** `id`: of an endpoint node, or an origin. Throws a UserError `not-found` for what is neither and has nothing open. */
export async function setPaused(red: Red, stores: readonly OpenStore[], id: string, paused: boolean): Promise<Paused> {
  if (!(await isKnown(red, stores, id))) {
    throw new UserError('not-found', asking('no-endpoint', { id: shortened(id) }), { field: 'id' });
  }
  for (const { dispatcher } of stores) await dispatcher.setPaused(id, paused);
  return { id, paused };
}

/** An origin needs no node: a message may bring it, and whoever knows that it will be down pauses it before. */
async function isKnown(red: Red, stores: readonly OpenStore[], id: string): Promise<boolean> {
  if (isEndpoint(red, id) || isOrigin(id)) return true;
  // Of an endpoint node that is gone, with deliveries that still wait for it, or paused.
  for (const { store } of stores) if ((await store.lanes()).some(({ lane }) => lane === id)) return true;
  return false;
}
