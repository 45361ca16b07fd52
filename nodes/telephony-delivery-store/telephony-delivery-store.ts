/** The config node `telephony-delivery-store`: where deliveries live. It is open, and in the log, as long as the node is deployed. */
import type { NodeDef } from 'node-red';
import type { StoreNode } from '../runtime/config-nodes';
import { onClose, type Red, type RedNode } from '../runtime/red';
import { acquireStore, releaseStore } from '../runtime/stores/stores';
import { parseConfig } from './config';

export = (red: Red): void => {
  function DeliveryStoreNode(
    this: RedNode & { -readonly [K in 'storeConfig' | 'problems']?: StoreNode[K] },
    saved: NodeDef,
  ): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    this.storeConfig = config;
    this.problems = problems;
    for (const problem of problems) this.error(problem.message);
    if (problems.length > 0) return;
    // Why it cannot be opened is said by the nodes that use it, and by the admin API.
    const store = acquireStore(red, config, this.id);
    onClose(this, (_removed) => releaseStore(store));
  }
  red.nodes.registerType('telephony-delivery-store', DeliveryStoreNode as never);
};
