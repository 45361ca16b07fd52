/** Pausing an endpoint by hand and resuming it, by the admin API and by the `telephony-deliveries` node alike. */
import { shortened, UserError } from '../../../src/errors';
import { asOrigin, isOrigin } from '../../../src/http/origin';
import { asking } from '../../../src/sentences/asking';
import { isEndpoint } from '../config-nodes';
import type { Red } from '../red';
import type { OpenStore } from '../stores/stores';

export interface Paused {
  readonly id: string;
  readonly paused: boolean;
}

/** `asked`: the id of an endpoint node, or an origin. Throws a UserError `not-found` for what is neither and has nothing open. */
export async function setPaused(
  red: Red,
  stores: readonly OpenStore[],
  asked: string,
  paused: boolean,
): Promise<Paused> {
  const id = asOrigin(asked) ?? asked;
  if (!(await isKnown(red, stores, id))) {
    throw new UserError('not-found', asking('no-endpoint', { id: shortened(id) }), { field: 'id' });
  }
  await Promise.all(
    stores.map(({ dispatcher, store }) => {
      const set = dispatcher.setPaused(id, paused);
      if (store.health.trouble === null) return set;
      // One whose disk refuses takes it over when that is back; the others do not wait for it.
      set.catch(() => undefined);
      return undefined;
    }),
  );
  return { id, paused };
}

/** An origin needs no node: a message may bring it, and whoever knows that it will be down pauses it before. */
async function isKnown(red: Red, stores: readonly OpenStore[], id: string): Promise<boolean> {
  if (isEndpoint(red, id) || isOrigin(id)) return true;
  // Of an endpoint node that is gone, with deliveries that still wait for it, or paused.
  for (const { store } of stores) {
    const lanes = await store.lanes().catch(() => []); // what one cannot say just now, another may
    if (lanes.some(({ lane }) => lane === id)) return true;
  }
  return false;
}
