/** Makes simulators, and lets one that runs play a call at once. */
import type { SourceDriver } from '../source';
import type { SimulatorSettings } from './kind';
import { SimulatorSource } from './simulator-source';

export const simulatorDriver: SourceDriver<SimulatorSettings> = {
  create: ({ settings, sourceId, sourceName, countryCode, fixed }, host) =>
    new SimulatorSource({ ...settings, sourceId, sourceName: sourceName || sourceId, countryCode, fixed }, host),
  async test(_setup, running) {
    if (!(running instanceof SimulatorSource)) return [{ grade: 'bad', code: 'notDeployed' }];
    const scenario = running.callNow();
    return [scenario ? { grade: 'good', code: 'called', values: { scenario } } : { grade: 'bad', code: 'noRoom' }];
  },
};
