/** The config node `telephony-delivery-store`: where deliveries live. Nodes that use it open it (runtime/stores.ts). */
import type { NodeDef } from 'node-red';
import type { StoreNode } from '../runtime/config-nodes';
import type { Red, RedNode } from '../runtime/red';
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
  }
  red.nodes.registerType('telephony-delivery-store', DeliveryStoreNode as never);
};
