/**
 * From a payload to what it means, by the tables of a dialect: which events it tells of, their parameters, and what
 * names them. Pure; ids, repeats and the shape of an event are for others.
 *
 * Which events one payload yields: the one that its name stands for, and before a `call.ended` also `call.missed`, if
 * nobody answered the call and the provider has no other event to say so (KOMPaaS's VpbxInboundCallEnd, Ringostat's
 * "after the call", Smartflo's "Call missed or answered"). Smartflo's "Call missed" is `call.missed` only and its "Call
 * hangup" is `call.ended` only: whoever has set up both at Smartflo gets each of them once.
 */
import { formatTime } from '../../event/time';
import type { JsonObject, JsonValue } from '../../json';
import { type Arrived, type Dialect, fieldsByPlainKey, type Meaning, meaningOf, type Values } from './dialect';
import { readAs, textOf } from './values';

/** What the address says beside the payload. */
export interface Address {
  /** Undefined: none. */
  readonly trigger: string | undefined;
  readonly webhookId: string | undefined;
}

export interface Decoded {
  readonly type: string;
  readonly parameters: JsonObject;
  /** ISO 8601. Undefined: the payload tells no time for this event. */
  readonly time: string | undefined;
  /** The provider's id of this very event. */
  readonly eventId: string | undefined;
  /** What names the call (or message); undefined where nothing does. */
  readonly callKey: string | undefined;
  /** Whether another call may be named so, too, some other day. */
  readonly callKeyRecurs: boolean;
  /** A number that tells this event from a similar one of the same call. */
  readonly sequence: string | undefined;
  /** A time that does, and as told by the provider: never that of arrival. */
  readonly moment: string | undefined;
  /** Whether a call has but one event of this type. */
  readonly oncePerCall: boolean;
}

/** Types that a call has once, so that any of its times tells which one it is. */
const ONCE_PER_CALL: ReadonlySet<string> = new Set([
  'call.received',
  'call.initiated',
  'call.missed',
  'call.ended',
  'call.evaluated',
  'call.tracked',
  'campaign.call.result',
  'robot.call.started',
  'robot.call.ended',
  'auth.call.requested',
  'auth.call.completed',
]);

/** The parameter that is the time of the event itself. */
const TIME_OF: Readonly<Record<string, string>> = {
  'call.received': 'startTime',
  'call.initiated': 'startTime',
  'call.answered': 'answerTime',
  'call.missed': 'endTime',
  'call.ended': 'endTime',
  'campaign.call.result': 'endTime',
  'robot.call.started': 'startTime',
  'robot.call.ended': 'endTime',
  'auth.call.requested': 'startTime',
  'auth.call.completed': 'endTime',
};

/** The events that a payload tells of, in their order. `raw` is kept in the parameters of each. */
export function decode(dialect: Dialect, raw: JsonObject, address: Address, zone: string): readonly Decoded[] {
  const envelope = dialect.unwrap?.(raw) ?? { fields: raw };
  const fields = fieldsByPlainKey(envelope.fields);
  const arrived: Arrived = { field: (name) => fields.get(name), keys: Object.keys(envelope.fields), zone };
  const read = readNames(dialect, arrived);

  const names = [envelope.event, ...dialect.eventFields.map((field) => arrived.field(field)), address.trigger]
    .map(textOf)
    .filter((name) => name !== undefined);
  const meaning =
    names.map((name) => meaningOf(dialect, name, read)).find((found) => found !== undefined) ??
    (names.length === 0 ? dialect.infer?.(arrived, read) : undefined) ??
    ({ type: 'event.unknown' } satisfies Meaning);

  add(read, meaning.says ?? {});
  add(read, dialect.complete?.(arrived, read) ?? {});
  add(read, {
    providerEvent: names[0],
    webhookId: textOf(arrived.field('webhook_id') ?? raw['webhook_id']) ?? address.webhookId,
  });
  read['raw'] = raw;

  const eventTime = dialect.eventTime?.(arrived);
  const own = {
    eventId: dialect.eventIdField === undefined ? undefined : textOf(arrived.field(dialect.eventIdField)),
    callKey:
      text(read, 'callId') ?? dialect.callKey?.(arrived) ?? text(read, 'messageId') ?? text(read, 'authRequestId'),
    callKeyRecurs: dialect.callKeyRecurs === true,
    sequence: text(read, 'sequence'),
  };
  return typesOf(meaning, read).map((type) => {
    const time = eventTime ?? text(read, TIME_OF[type] ?? '');
    const oncePerCall = ONCE_PER_CALL.has(type);
    const ofCall = oncePerCall ? ['endTime', 'answerTime', 'startTime'].map((name) => text(read, name)) : [];
    const moment = time ?? ofCall.find((found) => found !== undefined);
    const tells = own.callKey !== undefined || (moment !== undefined && !isMidnight(moment, zone));
    return { ...own, type, parameters: { ...read }, time, moment: tells ? moment : undefined, oncePerCall };
  });
}

/** As a date without a clock is read: where no call is named, it tells no event from the others of its day. */
function isMidnight(time: string, zone: string): boolean {
  return [zone, 'UTC'].some((of) => formatTime(time, 'HH:mm:ss', of) === '00:00:00');
}

function typesOf(meaning: Meaning, parameters: Readonly<JsonObject>): readonly string[] {
  const { status, direction } = parameters;
  const answered = status === undefined || status === 'answered';
  // A call of which the direction is not told is taken for one from outside: those are what "missed" is said of.
  const fromOutside = direction === undefined || direction === 'inbound';
  if (meaning.missedToo !== true || answered || !fromOutside) return [meaning.type];
  return ['call.missed', meaning.type];
}

function readNames(dialect: Dialect, arrived: Arrived): JsonObject {
  const parameters: JsonObject = {};
  for (const entry of dialect.names) {
    if (entry.parameter === null || entry.outwardOnly === true || Object.hasOwn(parameters, entry.parameter)) continue;
    const value = arrived.field(entry.name);
    if (value === undefined) continue;
    const read = entry.read === undefined ? readAs(entry.parameter, value, arrived.zone) : entry.read(value, arrived);
    if (read !== undefined) parameters[entry.parameter] = read;
  }
  return parameters;
}

/** Fills in what is not there yet. */
function add(parameters: JsonObject, more: Values): void {
  for (const [name, value] of Object.entries(more)) {
    if (value !== undefined && !Object.hasOwn(parameters, name)) parameters[name] = value;
  }
}

function text(parameters: Readonly<JsonObject>, name: string): string | undefined {
  const value: JsonValue | undefined = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}
