/** What a `telephony-event-in` node saves. */
import type { Problem } from '../../src/errors';
import { callTypes } from '../../src/event/call-type';
import type { CallType } from '../../src/event/telephony-event';
import { choices, list, number, reading, text } from '../../src/parse';
import { setting } from '../../src/sentences/setting';

export interface EventInConfig {
  readonly version: 1;
  readonly name: string;
  /** Id of a `telephony-source` node. */
  readonly source: string;
  /** Triggers: an event type, a variant of one (`call.answered:queue`), or `*`. */
  readonly events: readonly string[];
  /** Empty: all. */
  readonly callTypes: readonly CallType[];
  /** Public numbers (DIDs); empty: all. */
  readonly numbers: readonly string[];
  /** Empty: any. */
  readonly webhookId: string;
  /** A parameter of which the same value comes out only once in `onceWithinSeconds`; empty: every event comes out. */
  readonly onceBy: string;
  readonly onceWithinSeconds: number;
}

export const defaults: EventInConfig = {
  version: 1,
  name: '',
  source: '',
  events: ['call.ended'],
  callTypes: [],
  numbers: [],
  webhookId: '',
  onceBy: '',
  onceWithinSeconds: 600,
};

export const bounds = { onceWithinSeconds: { min: 1, max: 31 * 86_400 } } as const;

export function parseConfig(saved: unknown): { config: EventInConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: EventInConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    source: text(from, 'source', defaults.source),
    events: list(from, 'events', defaults.events),
    callTypes: choices(from, 'callTypes', callTypes, defaults.callTypes),
    numbers: list(from, 'numbers', defaults.numbers),
    webhookId: text(from, 'webhookId', defaults.webhookId),
    onceBy: text(from, 'onceBy', defaults.onceBy),
    onceWithinSeconds: number(from, 'onceWithinSeconds', defaults.onceWithinSeconds, bounds.onceWithinSeconds),
  };
  if (config.source === '') from.problems.push({ field: 'source', ...setting('needs-source') });
  if (config.events.length === 0) from.problems.push({ field: 'events', ...setting('needs-event') });
  return { config, problems: from.problems };
}
