/** Opens the store that a node chose: a config node by id, or the embedded one. */
import { UserError } from '../../src/errors';
import { findStore } from './config-nodes';
import type { Red } from './red';
import { acquireStore, EMBEDDED, type OpenStore } from './stores';

export function acquireFor(red: Red, storeId: string): Promise<OpenStore> {
  if (!storeId) return acquireStore(red, EMBEDDED);
  const node = findStore(red, storeId);
  if (!node) {
    return Promise.reject(
      new UserError('store', 'store: the chosen delivery store does not exist or is disabled.', { field: 'store' }),
    );
  }
  if (node.problems[0]) return Promise.reject(new UserError('store', node.problems[0].message, { field: 'store' }));
  return acquireStore(red, node.storeConfig, storeId);
}
