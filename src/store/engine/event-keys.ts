/** By what an accepted event is found: its call, and the ends of the phone numbers in it. Written and removed with the event. */
import { digitsOf, tailOf } from '../../event/number-digits';
import { numberParameters } from '../../event/number-parameters';
import type { TelephonyEvent } from '../../event/telephony-event';
import type { Sql } from './sql';
import type { Tables } from './tables';

/** No call id is longer, and no number: what comes may be anything. */
const LONGEST = 200;

/** The numbers in an event, each as `digitsOf` gives it. */
export function numbersOf({ parameters }: TelephonyEvent): ReadonlySet<string> {
  const numbers = new Set<string>();
  for (const name of numberParameters) {
    const value = parameters[name];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const digits = digitsOf(String(value).slice(0, LONGEST));
    if (digits !== '') numbers.add(digits);
  }
  return numbers;
}

export function callKey(callId: string): string {
  return callId.slice(0, LONGEST);
}

/** All events of a call are found by its id; by a number only the first in which it occurs, which leads to the call. */
export function addKeys(sql: Tables, sequence: number, event: TelephonyEvent): void {
  for (const key of keysOf(event)) {
    if (event.callId !== '' && key !== callKey(event.callId) && !sql.isNews(`${key} in ${event.callId}`)) continue;
    sql.run('INSERT INTO event_keys (key, event) VALUES (?, ?)', key, sequence);
  }
}

/** `event` undefined: it cannot be read any more, so that all keys have to be looked through. */
export function removeKeys(sql: Sql, sequence: number, event: TelephonyEvent | undefined): void {
  if (event === undefined) sql.run('DELETE FROM event_keys WHERE event = ?', sequence);
  else for (const key of keysOf(event)) sql.run('DELETE FROM event_keys WHERE key = ? AND event = ?', key, sequence);
}

function keysOf(event: TelephonyEvent): ReadonlySet<string> {
  const keys = new Set([...numbersOf(event)].map(tailOf));
  if (event.callId !== '') keys.add(callKey(event.callId));
  return keys;
}
