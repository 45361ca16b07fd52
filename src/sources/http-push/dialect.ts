/**
 * The port to a provider's way of speaking. A dialect is data: a table of the provider's names beside the catalogue's, a
 * table of its events beside our types, and the few oddities that need a function. The same tables serve both
 * directions: decode.ts reads what arrives through them, vocabularies.ts writes events in the provider's words.
 */
import { type EventType, eventTypes } from '../../event/catalogue';
import type { TelephonyEvent } from '../../event/telephony-event';
import type { JsonObject, JsonValue } from '../../json';

/** Providers with names of their own. */
export type ProviderId = 'kompaas' | 'smartflo' | 'obd' | 'ringostat';
export type DialectId = ProviderId | 'generic';

/** One payload while it is being read. */
export interface Arrived {
  /** A field by the provider's name, whatever blanks or `$` its key was sent with. Undefined: absent. */
  field(name: string): JsonValue | undefined;
  /** The keys as they were sent. */
  readonly keys: readonly string[];
  /** The time zone of times that name none. */
  readonly zone: string;
}

/** A name of the provider that means a parameter of the catalogue. */
export interface KnownName {
  /** As the provider documents it, without `$`. */
  readonly name: string;
  readonly parameter: string;
  /** Where the value is not simply what the catalogue describes. Undefined: the field does not say it. */
  readonly read?: (value: JsonValue, arrived: Arrived) => JsonValue | undefined;
  /** Where the provider writes it otherwise than the catalogue, or out of several parameters. Undefined: not known. */
  readonly write?: (event: TelephonyEvent) => JsonValue | undefined;
  /** Where what goes out is a time in a format of the provider: the moment that it says, as an ISO 8601 time in UTC. */
  readonly moment?: (event: TelephonyEvent, written: JsonValue | undefined) => string;
  /**
   * The provider's own value goes out as it came in: for one of several names of one parameter, and where several of its
   * spellings mean the same to us. What comes from elsewhere is written by the table.
   */
  readonly verbatim?: true;
  /** True: what arrives under it is no source of the parameter (another name is). */
  readonly outwardOnly?: true;
  /** Where the catalogue's words do not fit. */
  readonly description?: string;
  readonly example?: JsonValue;
}

/** A name of the provider that means nothing in the catalogue: its own value, or a fixed value of the source. */
export interface OwnName {
  readonly name: string;
  readonly parameter: null;
  readonly description: string;
  readonly example: JsonValue;
}

export type Name = KnownName | OwnName;

/** An event as the provider names it. The first fitting one of a table is the name that goes out. */
export interface EventName {
  readonly name: string;
  /** Other spellings in which it arrives. */
  readonly also?: readonly string[];
  readonly type: string;
  /** Parameters that the name itself states, where the payload does not. */
  readonly says?: JsonObject;
  /**
   * The end of a call is told by this one event, also of a call that nobody answered: then `call.missed` goes before
   * `call.ended`. Not set where the provider has another event for missed calls, which would make two of one.
   */
  readonly missedToo?: true;
  /** Understood, never written. */
  readonly inwardOnly?: true;
  /** For a name that stands for several types as it arrives: whether it is this one. */
  readonly when?: (parameters: Readonly<JsonObject>) => boolean;
}

/** What an event is, as far as its name (or, without a name, its content) tells. */
export type Meaning = Pick<EventName, 'type' | 'says' | 'missedToo'>;

export interface Dialect {
  readonly id: DialectId;
  /** For the choice in the panel. */
  readonly title: string;
  readonly names: readonly Name[];
  readonly events: readonly EventName[];
  /** Fields that name the event, best first. */
  readonly eventFields: readonly string[];
  /** Whether this provider is known to send JSON that is none, so that it gets one tolerant pass. */
  readonly tolerant: boolean;
  /** Where the fields are, if not at the top, and the name of the event that their envelope gives. */
  readonly unwrap?: (payload: JsonObject) => { readonly fields: JsonObject; readonly event?: JsonValue };
  /** What happened, for a payload that came without any event name. Undefined: it cannot be told. */
  readonly infer?: (arrived: Arrived, parameters: Readonly<JsonObject>) => Meaning | undefined;
  /** What else the payload says, given the parameters read so far. Never replaces those. */
  readonly complete?: (arrived: Arrived, parameters: Readonly<JsonObject>) => Values;
  /** The parameters that `infer` and `complete` can add to those of the names and events. */
  readonly concludes?: readonly string[];
  /** The time that the payload gives for the event itself rather than for the call. */
  readonly eventTime?: (arrived: Arrived) => string | undefined;
  /** What names the call, where it has no `callId`. */
  readonly callKey?: (arrived: Arrived) => string | undefined;
  /** Whoever maps the fields says what names a call: it may name another one some other day. */
  readonly callKeyRecurs?: true;
  /** The field in which the provider names this single event, unlike every other. */
  readonly eventIdField?: string;
}

export interface ProviderDialect extends Dialect {
  readonly id: ProviderId;
  /** True: in a form or a query it writes a list or an object as one value, as JSON text. */
  readonly jsonInPairs?: true;
}

/** Values of which some may be unknown. */
export type Values = Readonly<Record<string, JsonValue | undefined>>;

/** A row of a table: the provider's name, the catalogue's, and what is odd about it. */
export function known(name: string, parameter: string, odd: Omit<KnownName, 'name' | 'parameter'> = {}): KnownName {
  return { name, parameter, ...odd };
}

export function own(name: string, description: string, example: JsonValue): OwnName {
  return { name, parameter: null, description, example };
}

/** A parameter of an event as a text; undefined where it has none. */
export function textParameter(event: Pick<TelephonyEvent, 'parameters'>, parameter: string): string | undefined {
  const value = event.parameters[parameter];
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** Keys are compared without what templates and typing leave on them: blanks, a leading `$`, a `_` at the end. */
export function plainKey(key: string): string {
  const name = key.trim().replace(/^\$\s*/, '');
  return name.endsWith('_') ? name.slice(0, -1) : name;
}

/** The fields of an object by their plain keys; one that is written exactly so comes before one that is not. */
export function fieldsByPlainKey(fields: JsonObject): ReadonlyMap<string, JsonValue> {
  const entries = Object.entries(fields);
  return new Map([...entries.map(([key, value]) => [plainKey(key), value] as const), ...entries]);
}

/** How an event name is compared: `Call answered on IVR`, `call-answered-on-ivr` and `call.answered.on.ivr` are one. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** The variants of a type that triggers may name, as in `call.answered:queue`. */
export const VARIANTS: readonly Meaning[] = [
  ...['extension', 'ringgroup', 'queue', 'ivr'].map((by) => ({ type: 'call.answered', says: { answeredByType: by } })),
  { type: 'call.answered', says: { answeredByType: 'customer', leg: 'customer' } },
];

/** What a source says about itself cannot be said from outside. */
function isFromOutside(event: EventType): boolean {
  return !event.type.startsWith('source.');
}

const ownTypes = new Map<string, Meaning>([
  ...eventTypes.filter(isFromOutside).map(({ type }) => [slug(type), { type }] as const),
  ...VARIANTS.map((variant) => [slug(`${variant.type}:${variant.says?.['answeredByType']}`), variant] as const),
]);

/** What a name means: the dialect's own, by title or slug, or a type (or variant) of ours. Undefined: neither. */
export function meaningOf(dialect: Dialect, name: string, parameters: Readonly<JsonObject>): Meaning | undefined {
  const wanted = slug(name);
  const named = dialect.events.find(
    ({ name: title, also = [], when }) =>
      [title, ...also].some((text) => slug(text) === wanted) && (when === undefined || when(parameters)),
  );
  return named ?? ownTypes.get(wanted);
}

/** The provider's name for an event: where its table has none, what the provider itself called it, else the type. */
export function eventNameOf(dialect: Dialect, event: Pick<TelephonyEvent, 'type' | 'parameters'>): string {
  const names = dialect.events.filter(({ type, inwardOnly }) => type === event.type && inwardOnly !== true);
  const fits = (strictly: boolean) => (candidate: EventName) =>
    Object.entries(candidate.says ?? {}).every(([parameter, value]) => {
      const actual = event.parameters[parameter];
      return actual === undefined ? !strictly : actual === value;
    });
  const sent = event.parameters['provider'] === dialect.id ? textParameter(event, 'providerEvent') : undefined;
  return (names.find(fits(true)) ?? names.find(fits(false)))?.name ?? sent ?? event.type;
}
