/** What a source is made of, out of what its node saved. */
import type { SourceSetup } from '../../../src/sources/source';
import type { SourceConfig } from '../../telephony-source/config';

export function sourceSetup(
  sourceId: string,
  config: SourceConfig,
  credentials: SourceSetup<object>['credentials'] = {},
): SourceSetup<object> {
  const { name, timeZone, countryCode, fixed } = config;
  // The settings of the kind stand beside what every kind has; its driver looks at its own.
  return {
    sourceId,
    sourceName: name,
    timeZone,
    countryCode,
    fixed,
    settings: config,
    credentials: { ...credentials },
  };
}
