/** Which events a `telephony event in` wants, and which of its conditions drops one that it does not. */
import type { DropReason } from './event-note';
import { compileNumberFilter } from './phone-number';
import type { CallType, TelephonyEvent } from './telephony-event';
import { compileTriggers } from './triggers';

export interface Wanted {
  /** Triggers: an event type, a variant of one (`call.answered:queue`), or `*`. */
  readonly events: readonly string[];
  /** Empty: all. */
  readonly callTypes: readonly CallType[];
  /** Public numbers (DIDs); empty: all. */
  readonly numbers: readonly string[];
  /** Empty: any. */
  readonly webhookId: string;
}

/** All conditions at once, compiled at deploy. Answers the first that is not met; undefined: the event is wanted. */
export function compileFilter(wanted: Wanted, countryCode: string): (event: TelephonyEvent) => DropReason | undefined {
  const triggered = compileTriggers(wanted.events);
  const callTypes = new Set<string>(wanted.callTypes);
  const numbers = wanted.numbers.length > 0 ? compileNumberFilter(wanted.numbers, countryCode || undefined) : undefined;
  return (event) => {
    if (!triggered(event)) return 'type';
    if (callTypes.size > 0 && !callTypes.has(event.callType)) return 'callType';
    if (wanted.webhookId !== '' && event.parameters['webhookId'] !== wanted.webhookId) return 'webhookId';
    return numbers && !numbers(ownNumbers(event)) ? 'number' : undefined;
  };
}

const OF_SENT_MESSAGES: ReadonlySet<string> = new Set(['message.sent', 'message.status']);

/** The numbers of ours in an event: the DID, else what was called on the way in, or shown on the way out. */
export function ownNumbers({ type, parameters, callType }: TelephonyEvent): readonly string[] {
  const texts = (...names: readonly string[]): string[] =>
    names.map((name) => parameters[name]).filter((value) => typeof value === 'string' && value !== '') as string[];
  const did = texts('did');
  if (did.length > 0) return did;
  const { messageDirection = OF_SENT_MESSAGES.has(type) ? 'outbound' : '' } = parameters;
  const isOutbound = callType === 'outbound' || callType === 'click-to-call' || messageDirection === 'outbound';
  return isOutbound ? texts('callerNumber', 'messageFrom') : texts('calledNumber', 'messageTo');
}
