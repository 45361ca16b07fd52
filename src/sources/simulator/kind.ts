/** The source kind `simulator`: scripted calls. What its form holds and how that is saved; also runs in a browser. */
import { list, number, text } from '../../parse';
import type { SourceKind } from '../kind';
import { scenarios } from './scenarios';

export interface SimulatorSettings {
  /** How many calls begin in a minute, on average. */
  readonly callsPerMinute: number;
  /** Names of scenarios; empty: all. */
  readonly scenarios: readonly string[];
  /** The same seed, started at the same time, plays the same calls. Empty: others at every start. */
  readonly seed: string;
}

const defaults: SimulatorSettings = { callsPerMinute: 6, scenarios: [], seed: '' };

export const simulatorKind: SourceKind<'simulator', SimulatorSettings> = {
  id: 'simulator',
  defaults,
  fields: [
    { name: 'callsPerMinute', icon: 'tachometer', input: { kind: 'number' } },
    { name: 'scenarios', icon: 'film', input: { kind: 'ticks', options: scenarios } },
    { name: 'seed', icon: 'random', input: { kind: 'text' } },
  ],
  read: (from) => ({
    callsPerMinute: number(from, 'callsPerMinute', defaults.callsPerMinute, { min: 0.1, max: 6000 }),
    scenarios: list(from, 'scenarios', defaults.scenarios),
    seed: text(from, 'seed', defaults.seed),
  }),
};
