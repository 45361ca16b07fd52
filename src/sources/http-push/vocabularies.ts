/**
 * Events in a provider's words: its names, its event names, its way to write values. Built from the same tables that
 * read what it sends, so that a receiver written for it never notices that the phone system has changed.
 */
import { findParameter } from '../../event/catalogue';
import type { TelephonyEvent } from '../../event/telephony-event';
import {
  canonicalVocabulary,
  parameterReader,
  type Vocabulary,
  type VocabularyEntry,
  type VocabularyName,
} from '../../event/vocabulary';
import { isJsonObject, type JsonValue } from '../../json';
import {
  type Dialect,
  eventNameOf,
  fieldsByPlainKey,
  type KnownName,
  type Name,
  type ProviderDialect,
  type ProviderId,
} from './dialect';
import { providerDialects } from './registry';
import { countsSeconds, textOf } from './values';

export type VocabularyId = 'canonical' | ProviderId;

/** In the order in which panels offer them. */
export const vocabularyIds: readonly VocabularyId[] = ['canonical', ...providerDialects.map(({ id }) => id)];

/** The names that a template uses. */
export function vocabulary(id: VocabularyId): Vocabulary {
  const found = vocabularies.get(id);
  if (found === undefined) throw new Error(`There is no vocabulary "${id}".`);
  return found;
}

type Reader = (event: TelephonyEvent) => JsonValue | undefined;

const vocabularies: ReadonlyMap<string, Vocabulary> = new Map([
  ['canonical', canonicalVocabulary],
  ...providerDialects.map((dialect) => [dialect.id, providerVocabulary(dialect)] as const),
]);

function providerVocabulary(dialect: ProviderDialect): Vocabulary {
  const found = new Map(dialect.names.map((entry) => [entry.name, entryOf(dialect, entry)] as const));
  const { id, jsonInPairs } = dialect;
  const names = dialect.names.map(shown);
  return { id, names, ...(jsonInPairs && { jsonInPairs }), find: (name) => found.get(name) };
}

function entryOf(dialect: Dialect, entry: Name): VocabularyEntry {
  const read = readerOf(dialect, entry);
  if (entry.parameter === null) return { read, time: false };
  const { parameter, write, moment } = entry;
  const time = write === undefined && findParameter(parameter)?.time === true;
  return { read, time, ...(moment !== undefined && { moment: (event) => moment(event, read(event)) }) };
}

function shown(entry: Name): VocabularyName {
  const { name, parameter } = entry;
  if (parameter === null) return { name, parameter, description: entry.description, example: entry.example };
  const known = findParameter(parameter);
  if (known === undefined) throw new Error(`"${name}" stands for "${parameter}", which is not in the catalogue.`);
  const { description = known.description, example = known.example } = entry;
  return { name, parameter, description, example, ...(entry.write !== undefined && { composed: true }) };
}

/** A fixed value of the source, under the provider's own name, fills in for what the phone system does not know. */
function readerOf(dialect: Dialect, entry: Name): Reader {
  const { name } = entry;
  if (entry.parameter === null) return (event) => event.parameters[name] ?? ownValue(dialect, event, name);
  const { parameter } = entry;
  const write = writerOf(dialect, entry);
  const fixed: Reader = (event) => (name === parameter ? undefined : event.parameters[name]);
  if (entry.verbatim !== true) return (event) => write(event) ?? fixed(event);
  return (event) => {
    const sent = ownValue(dialect, event, name);
    const own = sent === undefined ? undefined : asSent(parameter, sent);
    return own ?? write(event) ?? fixed(event);
  };
}

function writerOf(dialect: Dialect, entry: KnownName): Reader {
  const { parameter } = entry;
  if (parameter === 'eventType') return entry.write ?? ((event) => eventNameOf(dialect, event));
  const write = entry.write ?? parameterReader(parameter);
  if (!countsSeconds(parameter)) return write;
  return (event) => (event.parameters['provider'] === dialect.id ? write(event) : wholeSeconds(write(event)));
}

/** All providers count whole seconds; other phone systems tell parts of one, too. */
function wholeSeconds(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'number') return Math.trunc(value);
  return typeof value === 'string' ? value.replace(/^(\d+)\.\d+$/, '$1') : value;
}

/** Text for a parameter that is text (so that a number stays digits), else the value as it is. */
function asSent(parameter: string, value: JsonValue): JsonValue | undefined {
  const isText = findParameter(parameter)?.type === 'string' && (typeof value !== 'object' || value === null);
  return isText ? textOf(value) : value;
}

/** What the provider itself sent under this name; undefined where the event comes from elsewhere. */
function ownValue(dialect: Dialect, event: TelephonyEvent, name: string): JsonValue | undefined {
  const { provider, raw } = event.parameters;
  if (provider !== dialect.id || !isJsonObject(raw)) return undefined;
  const { fields } = dialect.unwrap?.(raw) ?? { fields: raw };
  return Object.hasOwn(fields, name) ? fields[name] : fieldsByPlainKey(fields).get(name);
}
