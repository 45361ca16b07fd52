/** Names of time zones as users write them. For panels too: nothing here needs a library. */
import { shortened } from '../errors';
import { Remembered } from '../remembered';
import type { Sentence } from '../sentence';
import { time } from '../sentences/time';

/** `+05:30`, `-3`, `UTC+2`, `GMT-0330`. */
const OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i;
const FURTHEST_MINUTES = 14 * 60;

/** An offset from UTC in minutes, or the IANA name of a zone; an empty name is UTC. Undefined: there is no such zone. */
export function readZoneName(name: string): number | string | undefined {
  return name.length > 64 ? undefined : zones.get(name.trim());
}

/** What is wrong with a time zone, as a sentence. Undefined: nothing. */
export function timeZoneProblem(name: string): Sentence | undefined {
  return readZoneName(name) === undefined ? noSuchZone(name) : undefined;
}

/** That there is none of this name, and how one is written. */
export function noSuchZone(name: string): Sentence {
  return time('no-zone', { name: shortened(name) });
}

const zones = new Remembered<number | string | undefined>(200, (name) => {
  if (name === '' || /^(?:utc|gmt|z)$/i.test(name)) return 0;
  const [, sign, hours, minutes] = OFFSET.exec(name) ?? [];
  if (sign !== undefined) {
    const offset = Number(hours) * 60 + Number(minutes ?? 0);
    if (offset > FURTHEST_MINUTES) return undefined;
    return sign === '-' ? -offset : offset;
  }
  return isIana(name) ? name : undefined;
});

function isIana(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
