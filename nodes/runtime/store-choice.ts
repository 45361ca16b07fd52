/** Opens the store that a node chose: a config node by id, or the embedded one. */
import { UserError } from '../../src/errors';
import type { Sentence } from '../../src/sentence';
import { setting } from '../../src/sentences/setting';
import { findStore } from './config-nodes';
import type { Red } from './red';
import { SharedStore } from './shared-store';
import { acquireStore, EMBEDDED } from './stores';

/** One that cannot be had is a store that rejects with why. */
export function acquireFor(red: Red, storeId: string): SharedStore {
  if (!storeId) return acquireStore(red, EMBEDDED);
  const node = findStore(red, storeId);
  if (!node) {
    return impossible(setting('no-store'));
  }
  if (node.problems[0]) return impossible(node.problems[0]);
  return acquireStore(red, node.storeConfig, storeId);
}

function impossible(why: Sentence): SharedStore {
  return new SharedStore('', () => Promise.reject(new UserError('store', why, { field: 'store' })));
}
