/** What a `telephony-deliveries` node saves. */
import type { Problem } from '../../src/errors';
import { choice, number, reading, text } from '../../src/parse';

/** Empty: `msg.action` says which. With `alerts` the node also sends messages of itself. */
export const ACTIONS = ['', 'list', 'count', 'resend', 'discard', 'pause', 'resume', 'alerts'] as const;

export interface DeliveriesConfig {
  readonly version: 1;
  readonly name: string;
  /** Id of a `telephony-delivery-store` node; empty: the embedded one. */
  readonly store: string;
  readonly action: (typeof ACTIONS)[number];
  /** Alerts: what is over before is not told. */
  readonly alertAfterSeconds: number;
}

export const defaults: DeliveriesConfig = { version: 1, name: '', store: '', action: '', alertAfterSeconds: 10 };

export function parseConfig(saved: unknown): { config: DeliveriesConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: DeliveriesConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    store: text(from, 'store', defaults.store),
    action: choice(from, 'action', ACTIONS, defaults.action),
    alertAfterSeconds: number(from, 'alertAfterSeconds', defaults.alertAfterSeconds, { min: 0, max: 86_400 }),
  };
  return { config, problems: from.problems };
}
