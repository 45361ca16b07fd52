/** Time zones as users write them, and the moment that a local time means in one. */
import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';
import { quoted, UserError } from '../errors';
import { Remembered } from './remembered';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** `+05:30`, `-3`, `UTC+2`, `GMT-0330`. */
const OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i;

/** `Europe/London`, `UTC`, an offset such as `+05:30`; an empty one is UTC. Undefined: there is no such zone. */
export function findZone(name: string): Zone | undefined {
  return name.length > 64 ? undefined : zones.get(name.trim());
}

/** As findZone, for where the zone has been checked. Throws a UserError `time-zone`. */
export function requireZone(name: string): Zone {
  const zone = findZone(name);
  if (zone === undefined) throw new UserError('time-zone', noSuchZone(name), { field: 'timeZone' });
  return zone;
}

/** What is wrong with a time zone, as a sentence. Undefined: nothing. */
export function timeZoneProblem(name: string): string | undefined {
  return findZone(name) === undefined ? noSuchZone(name) : undefined;
}

function noSuchZone(name: string): string {
  return `There is no time zone ${quoted(name)}: write a name such as Europe/London or Asia/Kolkata, or an offset such as +05:30.`;
}

const zones = new Remembered<Zone | undefined>(200, (name) => {
  if (name === '' || /^(?:utc|gmt|z)$/i.test(name)) return FixedOffsetZone.utcInstance;
  const [, sign, hours, minutes] = OFFSET.exec(name) ?? [];
  if (sign !== undefined) {
    const offset = Number(hours) * 60 + Number(minutes ?? 0);
    return offset > 14 * 60 ? undefined : FixedOffsetZone.instance(sign === '-' ? -offset : offset);
  }
  return IANAZone.isValidZone(name) ? IANAZone.create(name) : undefined;
});

/**
 * The moment of a local time that was written as if it were UTC. An hour that comes twice (clocks go back) is the
 * first of the two; one that is left out (clocks go forward) is as far after the change as it would have been.
 *
 * Not left to luxon, whose choice of the two depends on the season in which it is asked.
 */
export function localToUtcMs(localMs: number, zone: Zone): number {
  const before = localMs - zone.offset(localMs - DAY_MS) * MINUTE_MS;
  if (before + zone.offset(before) * MINUTE_MS === localMs) return before;
  const after = localMs - zone.offset(localMs + DAY_MS) * MINUTE_MS;
  return after + zone.offset(after) * MINUTE_MS === localMs ? after : before;
}
