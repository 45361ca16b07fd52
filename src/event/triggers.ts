/**
 * Triggers: which events a flow wants, as saved in the `events` property of a "telephony event in" node. A trigger is a
 * type of event, a variant of one (`call.answered:queue`), or `*`. Also bundled into the editor panels.
 */
import { shortened } from '../errors';
import type { Sentence } from '../sentence';
import { setting } from '../sentences/setting';
import { type EventType, eventTypes, findEventType } from './catalogue';
import type { TelephonyEvent } from './telephony-event';

export { type SystemTrigger, systemTriggers } from './system-triggers';

/** Every event of a call or message; what sources, agents and phones report about themselves has to be asked for by name. */
export const ANY_EVENT = '*';

const NOT_ANY = /^(?:source|agent|device)\./;

export interface TriggerVariant {
  readonly trigger: string;
  readonly title: string;
  /** The types of event among which it is found. */
  readonly types: readonly string[];
  matches(event: TelephonyEvent): boolean;
}

/** A call answered as this. */
function answeredAs(kind: string, title: string): TriggerVariant {
  return {
    trigger: `call.answered:${kind}`,
    title,
    types: ['call.answered'],
    matches: ({ parameters }) => parameters['answeredByType'] === kind,
  };
}

/** How a call ended: its status, or where a source gives none, its disposition. */
function endedAnswered({ parameters }: TelephonyEvent): boolean {
  return (parameters['status'] ?? String(parameters['disposition']).toLowerCase()) === 'answered';
}

/** The variants that a trigger can name, beside the types of the catalogue. */
export const triggerVariants: readonly TriggerVariant[] = [
  answeredAs('extension', 'Answered by an extension'),
  answeredAs('ringgroup', 'Answered by a ring group'),
  answeredAs('queue', 'Answered out of a queue'),
  {
    ...answeredAs('ivr', 'Answered by a menu'),
    // A menu that answers is an event type of its own, but some systems report it like a person who picks up.
    types: ['call.answered', 'call.ivr'],
    matches: ({ type, parameters }) => type === 'call.ivr' || parameters['answeredByType'] === 'ivr',
  },
  {
    ...answeredAs('customer', 'Answered by the customer (click to call)'),
    matches: ({ parameters }) => parameters['answeredByType'] === 'customer' || parameters['leg'] === 'customer',
  },
  { trigger: 'call.ended:answered', title: 'Ended, was answered', types: ['call.ended'], matches: endedAnswered },
  {
    trigger: 'call.ended:missed',
    title: 'Ended, nobody answered',
    types: ['call.ended'],
    matches: (event) => !endedAnswered(event),
  },
];

const variantsByTrigger = new Map(triggerVariants.map((variant) => [variant.trigger, variant]));

/** What is wrong with a trigger, as a sentence. Undefined: nothing. */
export function triggerProblem(trigger: string): Sentence | undefined {
  if (trigger === ANY_EVENT || findEventType(trigger) !== undefined || variantsByTrigger.has(trigger)) return undefined;
  const type = trigger.split(':', 1)[0] ?? '';
  if (findEventType(type) === undefined) return setting('no-event', { trigger: shortened(trigger) });
  const variants = triggerVariants
    .filter((variant) => variant.trigger.startsWith(`${type}:`))
    .map((variant) => variant.trigger);
  return setting('no-event-like', { trigger: shortened(trigger), triggers: [type, ...variants].join(', ') });
}

/** The types of event among which these triggers find theirs. */
export function typesOf(triggers: readonly string[]): readonly EventType[] {
  const any = triggers.includes(ANY_EVENT);
  const named = new Set(triggers.flatMap((trigger) => variantsByTrigger.get(trigger)?.types ?? [trigger]));
  return eventTypes.filter(({ type }) => named.has(type) || (any && !NOT_ANY.test(type)));
}

/** A test whether an event is wanted: constant time per event. No triggers want nothing; faulty ones match nothing. */
export function compileTriggers(triggers: readonly string[]): (event: TelephonyEvent) => boolean {
  const any = triggers.includes(ANY_EVENT);
  const types = new Set(triggers);
  const variants = new Map<string, TriggerVariant[]>();
  for (const variant of triggerVariants)
    if (types.has(variant.trigger))
      for (const type of variant.types) variants.set(type, [...(variants.get(type) ?? []), variant]);
  return (event) =>
    types.has(event.type) ||
    (any && !NOT_ANY.test(event.type)) ||
    (variants.get(event.type)?.some((variant) => variant.matches(event)) ?? false);
}
