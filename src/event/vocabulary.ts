/** The port to the names that a template uses for what an event tells, and the vocabulary of the catalogue itself. */
import type { JsonValue } from '../json';
import { parameters } from './catalogue';
import type { TelephonyEvent } from './telephony-event';

/** One name that a template can use, for lists and completion. */
export interface VocabularyName {
  readonly name: string;
  /** The catalogue parameter it stands for. Null: it is the provider's own. */
  readonly parameter: string | null;
  readonly description: string;
  readonly example: JsonValue;
  /** True: what it says is made of further parameters, too. */
  readonly composed?: true;
}

export interface VocabularyEntry {
  /** Undefined: this event does not have it. */
  read(event: TelephonyEvent): JsonValue | undefined;
  /** True: what is read is an ISO 8601 time in UTC, still to be written in the template's time zone and date format. */
  readonly time: boolean;
  /** Where what is read is a time in a format of its own: the moment that it says, as an ISO 8601 time in UTC. */
  moment?(event: TelephonyEvent): string;
}

export interface Vocabulary {
  readonly id: string;
  readonly names: readonly VocabularyName[];
  /** True: in a form or a query, a list or an object is one value, as JSON text. */
  readonly jsonInPairs?: true;
  /** Undefined: the vocabulary has no such name. */
  find(name: string): VocabularyEntry | undefined;
}

/** Catalogue parameters that no event has: the template knows them when it renders, the delivery when it is sent. */
export const derivedParameters: ReadonlySet<string> = new Set([
  'eventDate',
  'eventClock',
  'deliveryId',
  'deliveryAttempt',
  'webhookName',
]);

const entries: ReadonlyMap<string, VocabularyEntry> = new Map(
  parameters.map(({ name, time }) => [name, { read: parameterReader(name), time: time === true }]),
);

/** The names of the catalogue. */
export const canonicalVocabulary: Vocabulary = {
  id: 'canonical',
  names: parameters.map(({ name, description, example }) => ({ name, parameter: name, description, example })),
  find: (name) => entries.get(name),
};

/**
 * Reads a catalogue parameter. Its type, id, time and call an event has twice; what it says of itself decides, so that
 * events that a flow made by hand are read too.
 */
export function parameterReader(name: string): (event: TelephonyEvent) => JsonValue | undefined {
  switch (name) {
    case 'eventType':
      return (event) => event.type;
    case 'eventId':
      return (event) => event.id;
    case 'eventTime':
      return (event) => event.time;
    case 'callId':
      return (event) => event.callId || ownParameter(event, name);
    default:
      return (event) => ownParameter(event, name);
  }
}

function ownParameter({ parameters: own }: TelephonyEvent, name: string): JsonValue | undefined {
  return Object.hasOwn(own, name) ? own[name] : undefined;
}
