/** Opens the store that a node chose: a config node by id, or the embedded one. */
import { UserError } from '../../src/errors';
import { findStore } from './config-nodes';
import type { Red } from './red';
import { SharedStore } from './shared-store';
import { acquireStore, EMBEDDED } from './stores';

/** One that cannot be had is a store that rejects with why. */
export function acquireFor(red: Red, storeId: string): SharedStore {
  if (!storeId) return acquireStore(red, EMBEDDED);
  const node = findStore(red, storeId);
  if (!node) {
    return impossible('store: the chosen delivery store does not exist or is disabled.');
  }
  if (node.problems[0]) return impossible(node.problems[0].message);
  return acquireStore(red, node.storeConfig, storeId);
}

function impossible(message: string): SharedStore {
  return new SharedStore('', () => Promise.reject(new UserError('store', message, { field: 'store' })));
}
