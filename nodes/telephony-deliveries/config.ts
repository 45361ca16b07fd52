/** What a `telephony-deliveries` node saves. */
import type { Problem } from '../../src/errors';
import { choice, reading, text } from '../../src/parse';

/** Empty: `msg.action` says which. */
export const ACTIONS = ['', 'list', 'count', 'resend', 'discard', 'pause', 'resume'] as const;

export interface DeliveriesConfig {
  readonly version: 1;
  readonly name: string;
  /** Id of a `telephony-delivery-store` node; empty: the embedded one. */
  readonly store: string;
  readonly action: (typeof ACTIONS)[number];
}

export const defaults: DeliveriesConfig = { version: 1, name: '', store: '', action: '' };

export function parseConfig(saved: unknown): { config: DeliveriesConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: DeliveriesConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    store: text(from, 'store', defaults.store),
    action: choice(from, 'action', ACTIONS, defaults.action),
  };
  return { config, problems: from.problems };
}
