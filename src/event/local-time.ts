/** Reads the times that phone systems send, in the many ways they write them. */
import { DateTime, FixedOffsetZone, type Zone } from 'luxon';
import { findZone, localToUtcMs } from './time-zone';

/** 3 March 1973: what is earlier is no moment of a phone call but a zero, an empty date or a counter. */
const EARLIEST_MS = 1e11;
/** The year 5138, until which seconds have fewer than 12 digits. */
const LATEST_MS = 1e14;

const CALENDAR =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[T ]|, )\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,9}))?(Z)?$/;
const UNIX = /^\d{9,17}(?:\.\d{1,9})?$/;

/**
 * A time as ISO 8601 in UTC with milliseconds; undefined for what is none (`0001-01-01…`, `0000-00-00…`, nonsense).
 *
 * Understood are `YYYY-MM-DD HH:mm:ss` with or without a fraction, `T` and an offset, 14 digits, RFC 2822, and Unix time in
 * seconds, milliseconds or microseconds. `zone` is that of a text without an offset of its own.
 */
export function parseLocalTime(text: string | number, zone: string): string | undefined {
  const local = findZone(zone);
  const written = String(text).trim();
  if (local === undefined || written.length > 64) return undefined;
  const ms =
    readCalendar(COMPACT.exec(written) ?? CALENDAR.exec(written), local) ?? readUnix(written) ?? readRfc2822(written);
  if (ms === undefined || !(ms >= EARLIEST_MS && ms < LATEST_MS)) return undefined;
  return new Date(ms).toISOString();
}

function readUnix(written: string): number | undefined {
  if (!UNIX.test(written)) return undefined;
  const value = Number(written);
  if (value < 1e11) return Math.round(value * 1000);
  return Math.trunc(value < LATEST_MS ? value : value / 1000);
}

function readCalendar(parts: RegExpExecArray | null, local: Zone): number | undefined {
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const millisecond = Math.trunc(Number(`0.${parts[7] ?? 0}`) * 1000);
  const asUtc = DateTime.fromObject(
    {
      year: year ?? 0,
      month: month ?? 0,
      day: day ?? 0,
      hour: hour ?? 0,
      minute: minute ?? 0,
      second: second ?? 0,
      millisecond,
    },
    { zone: FixedOffsetZone.utcInstance },
  );
  if (!asUtc.isValid) return undefined;
  const zone = parts[8] === undefined ? local : findZone(parts[8]);
  return zone === undefined ? undefined : localToUtcMs(asUtc.toMillis(), zone);
}

function readRfc2822(written: string): number | undefined {
  const time = DateTime.fromRFC2822(written);
  return time.isValid ? time.toMillis() : undefined;
}
