/** The kinds of store. */
import type { DeliveryStore } from './delivery-store';
import { MemoryStore } from './memory-store';
import { SqliteStore } from './sqlite-store';

export const STORE_KINDS = ['sqlite', 'memory'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** `path`: the database file; not used by `memory`, of which nothing survives the process. */
export function createStore({ kind, path }: { kind: StoreKind; path: string }): DeliveryStore {
  switch (kind) {
    case 'sqlite':
      return new SqliteStore({ path });
    case 'memory':
      return new MemoryStore();
  }
}
