/** Which of the four kinds of call an event belongs to. */
import type { JsonObject } from '../json';
import type { CallType } from './telephony-event';

/** Every call type, in the order in which panels offer them. */
export const callTypes: readonly CallType[] = ['inbound', 'outbound', 'click-to-call', 'internal'];

/** `click-to-call` where `origin` says so, else the direction; empty where neither is known. */
export function callTypeOf(parameters: Readonly<JsonObject>): CallType | '' {
  if (parameters['origin'] === 'click2call') return 'click-to-call';
  const { direction } = parameters;
  return direction === 'inbound' || direction === 'outbound' || direction === 'internal' ? direction : '';
}
