/**
 * Any system that can send JSON or a form: the user says where each parameter stands in what arrives. Without such a
 * mapping, keys that are names of the catalogue are taken as they are, `eventType` being the event type.
 */
import { parameters } from '../../../event/catalogue';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json';
import { type Dialect, fieldsByPlainKey, type KnownName, known } from '../dialect';
import { structureOf, timeOf } from '../values';

/** One row of the mapping: a name of the catalogue, and the path at which its value stands. */
export interface MappedField {
  readonly parameter: string;
  readonly path: readonly string[];
  /** As typed. A key that is written exactly so comes before the path, and the path before a key of a form. */
  readonly written: string;
}

/** What the source itself says about an event, or what follows from its time. */
const NOT_FROM_OUTSIDE: ReadonlySet<string> = new Set([
  'eventType',
  'eventId',
  'eventTime',
  'timestamp',
  'timestampMs',
  'eventDate',
  'eventClock',
  'provider',
  'raw',
]);

const names: readonly KnownName[] = parameters
  .filter(({ name, group }) => group !== 'delivery' && !NOT_FROM_OUTSIDE.has(name))
  .map(({ name }) => known(name, name));

/** `data.call.from`, `data['call'].from`, `agents[0].number` → its steps. Null: not a path. */
export function parsePath(written: string): readonly string[] | null {
  const steps: string[] = [];
  const step = /\.?([^.[\]"']+)|\[\s*(?:"([^"]*)"|'([^']*)'|([^[\]"']+?))\s*\]/y;
  const text = written.trim();
  while (step.lastIndex < text.length) {
    const found = step.exec(text);
    if (found === null) return null;
    steps.push(found[1]?.trim() ?? found[2] ?? found[3] ?? found[4] ?? '');
  }
  return steps.length === 0 || steps.length > 20 ? null : steps;
}

/** The dialect of one source. An empty mapping takes names of the catalogue. */
export function genericDialect(mapping: readonly MappedField[]): Dialect {
  return {
    id: 'generic',
    title: 'Any other: names of fields mapped in a table',
    tolerant: false,
    eventFields: ['eventType'],
    eventIdField: 'eventId',
    callKeyRecurs: true,
    events: [],
    names,
    unwrap: (payload) => ({ fields: mapping.length === 0 ? payload : mapped(payload, mapping) }),
    eventTime: ({ field, zone }) =>
      timeOf(field('eventTime'), zone) ?? timeOf(field('timestampMs'), 'UTC') ?? timeOf(field('timestamp'), 'UTC'),
  };
}

function mapped(payload: JsonObject, mapping: readonly MappedField[]): JsonObject {
  const memberOf = memberReader();
  const fields: JsonObject = {};
  for (const { parameter, path, written } of mapping) {
    const value =
      memberOf(payload, written) ??
      path.reduce<JsonValue | undefined>(memberOf, payload) ??
      memberOf(payload, formKey(path));
    if (value !== undefined) fields[parameter] = value;
  }
  return fields;
}

/** What forms write for a path: `data[call][from]`. */
function formKey([first = '', ...others]: readonly string[]): string {
  return [first, ...others.map((step) => `[${step}]`)].join('');
}

/**
 * Takes one step of a path; into JSON that came as text, too, and never into what a value inherits. What many rows of a
 * mapping step into is opened once.
 */
function memberReader(): (value: JsonValue | undefined, key: string) => JsonValue | undefined {
  const opened = new Map<JsonValue, readonly JsonValue[] | ReadonlyMap<string, JsonValue> | undefined>();
  const open = (value: JsonValue) => {
    const structure = structureOf(value);
    return isJsonObject(structure) ? fieldsByPlainKey(structure) : structure;
  };
  return (value, key) => {
    if (value === undefined) return undefined;
    if (!opened.has(value)) opened.set(value, open(value));
    const members = opened.get(value);
    if (members instanceof Map) return members.get(key);
    return Array.isArray(members) && /^\d{1,6}$/.test(key) ? members[Number(key)] : undefined;
  };
}
