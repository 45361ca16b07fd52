/** Time zones by their names, and the moment that a local time means in one. */
import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';
import { UserError } from '../errors';
import { Remembered } from '../remembered';
import { noSuchZone, readZoneName } from './zone-name';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

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

const zones = new Remembered<Zone | undefined>(200, (name) => {
  const read = readZoneName(name);
  return typeof read === 'string'
    ? IANAZone.create(read)
    : read === undefined
      ? undefined
      : FixedOffsetZone.instance(read);
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
