/** What a `telephony-source` node saves, besides its credentials: what every kind has, and the fields of its kind. */
import type { Problem } from '../../src/errors';
import { plainCountryCode } from '../../src/event/country-code';
import { timeZoneProblem } from '../../src/event/zone-name';
import { choice, fields, reading, text } from '../../src/parse';
import { setting } from '../../src/sentences/setting';
import { type KindConfig, kindDefaults, readKind, sourceKindIds } from '../../src/sources/registry';
import type { Field } from '../../src/template/field';

interface CommonConfig {
  readonly version: 1;
  readonly name: string;
  /** IANA name: the zone of times that arrive without one. */
  readonly timeZone: string;
  /** ISO 3166 letters such as `GB`, or a calling code such as `44`: how national numbers are read. Empty: they stay as they come. */
  readonly countryCode: string;
  /** Values of parameters that the phone system does not know; keys are catalogue names. */
  readonly fixed: readonly Field[];
}

export type SourceConfig = CommonConfig & KindConfig;

const common: CommonConfig & Pick<KindConfig, 'kind'> = {
  version: 1,
  name: '',
  kind: 'http-push',
  timeZone: 'UTC',
  countryCode: '',
  fixed: [],
};

export const defaults: Readonly<Record<string, unknown>> = { ...common, ...kindDefaults };

export function parseConfig(saved: unknown): { config: SourceConfig; problems: Problem[] } {
  const from = reading(saved);
  const read: CommonConfig = {
    version: 1,
    name: text(from, 'name', common.name),
    timeZone: text(from, 'timeZone', common.timeZone) || common.timeZone,
    countryCode: text(from, 'countryCode', common.countryCode),
    fixed: fields(from, 'fixed'),
  };
  if (read.countryCode !== '' && plainCountryCode(read.countryCode) === undefined) {
    from.problems.push({ field: 'countryCode', ...setting('country') });
  }
  const zoneProblem = timeZoneProblem(read.timeZone);
  if (zoneProblem !== undefined) from.problems.push({ field: 'timeZone', ...zoneProblem });
  const kind = choice(from, 'kind', sourceKindIds, common.kind);
  return { config: { ...read, ...readKind(kind, from) }, problems: from.problems };
}
