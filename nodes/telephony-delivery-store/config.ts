/** What a `telephony-delivery-store` node saves. */
import type { Problem } from '../../src/errors';
import { boolean, choice, number, reading, text } from '../../src/parse';

export const STORE_KINDS = ['sqlite', 'memory'] as const;

export interface DeliveryStoreConfig {
  readonly version: 1;
  readonly name: string;
  readonly kind: (typeof STORE_KINDS)[number];
  /** The database file; empty: `<userDir>/telephony-webhooks/deliveries.db`. A relative one starts at the user directory. */
  readonly path: string;
  readonly retentionDays: number;
  readonly maxMegabytes: number;
  /** False: bodies of ended deliveries are not kept. */
  readonly logBodies: boolean;
}

export const defaults: DeliveryStoreConfig = {
  version: 1,
  name: '',
  kind: 'sqlite',
  path: '',
  retentionDays: 30,
  maxMegabytes: 1024,
  logBodies: true,
};

export const bounds = {
  retentionDays: { min: 0.01, max: 36_500 },
  maxMegabytes: { min: 1, max: 1_000_000 },
} as const;

export function parseConfig(saved: unknown): { config: DeliveryStoreConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: DeliveryStoreConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    kind: choice(from, 'kind', STORE_KINDS, defaults.kind),
    path: text(from, 'path', defaults.path),
    retentionDays: number(from, 'retentionDays', defaults.retentionDays, bounds.retentionDays),
    maxMegabytes: number(from, 'maxMegabytes', defaults.maxMegabytes, bounds.maxMegabytes),
    logBodies: boolean(from, 'logBodies', defaults.logBodies),
  };
  return { config, problems: from.problems };
}
