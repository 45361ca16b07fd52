/** Makes a TelephonyEvent of what a source has understood: its id, and the parameters that follow from the others. */
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../json';
import { callTypeOf } from './call-type';
import { findEventType } from './catalogue';
import { toE164 } from './phone-number';
import type { TelephonyEvent } from './telephony-event';

/** What tells one event of a source from every other: the vendor's ids, the event's name, a sequence, a time. */
export type IdPart = string | number | boolean | null;

/** The same parts give the same id, in every process; other parts, or the same text cut elsewhere, give another. */
export function eventId(sourceId: string, ...parts: readonly IdPart[]): string {
  // JSON keeps the parts apart, whatever they hold. 128 bits of the hash are enough that two never meet.
  const digest = createHash('sha256')
    .update(JSON.stringify([sourceId, ...parts]))
    .digest('hex');
  return `evt_${digest.slice(0, 32)}`;
}

export interface HeardEvent {
  /** Id and name of the `telephony-source` node. */
  readonly sourceId: string;
  readonly sourceName: string;
  /** The kind of phone system. */
  readonly provider: string;
  /** One that is not in the catalogue becomes `event.unknown`. */
  readonly type: string;
  /** ISO 8601. */
  readonly time: string;
  /** Empty where the event belongs to no call. */
  readonly callId: string;
  readonly idParts: readonly IdPart[];
  /** What the source gave, by catalogue name. Frozen with the event. */
  readonly parameters: Readonly<JsonObject>;
  /** See toE164. Empty: unknown. */
  readonly countryCode: string;
  /** Values for what the phone system does not tell. */
  readonly fixed: Readonly<JsonObject>;
}

/**
 * The event, frozen to its depths. What the source gave stays as it is, a duration that does not fit the times too; only
 * what it left out (or left empty) is filled in: from the fixed values first, then from what the other parameters say.
 */
export function buildEvent(heard: HeardEvent): TelephonyEvent {
  const type = findEventType(heard.type) === undefined ? 'event.unknown' : heard.type;
  const time = new Date(heard.time).toISOString();
  const id = eventId(heard.sourceId, ...heard.idParts);
  // An event goes by one type and one id, whatever its source calls them.
  const identity = { eventType: type, eventId: id };
  const given = filled(filled({ ...identity, ...heard.parameters, ...identity }, heard.fixed), {
    eventTime: time,
    timestamp: seconds(Date.parse(time)),
    timestampMs: Date.parse(time),
    provider: heard.provider,
    providerEvent: type === heard.type ? undefined : heard.type,
    sourceName: heard.sourceName,
    callId: heard.callId,
  });
  const parameters = filled(given, {
    callerNumberE164: internationalOf(given['callerNumber'], heard.countryCode),
    calledNumberE164: internationalOf(given['calledNumber'], heard.countryCode),
    startTimestamp: timestampOf(given['startTime']),
    answerTimestamp: timestampOf(given['answerTime']),
    endTimestamp: timestampOf(given['endTime']),
  });
  const callType = callTypeOf(parameters);
  return deepFrozen({ id, type, time, source: heard.sourceId, callId: heard.callId, callType, parameters });
}

function isAbsent(value: JsonValue | undefined): value is null | undefined | '' {
  return value === undefined || value === null || value === '';
}

/** A copy with values for what is absent. */
function filled(parameters: Readonly<JsonObject>, values: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const additions = Object.entries(values).flatMap(([name, value]): [string, JsonValue][] =>
    isAbsent(value) || (Object.hasOwn(parameters, name) && !isAbsent(parameters[name])) ? [] : [[name, value]],
  );
  // Not by assignment, which would change the prototype where a name is `__proto__`.
  return Object.fromEntries([...Object.entries(parameters), ...additions]);
}

function internationalOf(number: JsonValue | undefined, country: string): string | undefined {
  return typeof number === 'string' || typeof number === 'number' ? toE164(String(number), country) : undefined;
}

function timestampOf(time: JsonValue | undefined): number | undefined {
  const ms =
    typeof time === 'string' && /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : seconds(ms);
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** Without recursion: what vendors send can be nested deeper than the stack is. */
function deepFrozen<Root extends object>(root: Root): Root {
  const left: object[] = [root];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    Object.freeze(next);
    for (const value of Object.values(next)) if (typeof value === 'object' && value !== null) left.push(value);
  }
  return root;
}
