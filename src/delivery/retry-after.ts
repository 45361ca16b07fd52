/** Reads the header Retry-After as RFC 9110 section 10.2.3 defines it, and nothing else. */

/** A receiver that names a later time means "never"; more would only overflow. */
export const LONGEST_RETRY_AFTER_MS = 365 * 86_400_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(${MONTHS.join('|')})`;
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})';

/** Sun, 06 Nov 1994 08:49:37 GMT */
const IMF_FIXDATE = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d{2}) ${MONTH} (\\d{4}) ${TIME} GMT$`);
/** Sunday, 06-Nov-94 08:49:37 GMT */
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
/** Sun Nov  6 08:49:37 1994 */
const ASCTIME = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (\\d{2}| \\d) ${TIME} (\\d{4})$`);

/**
 * How long to wait, in milliseconds, at least 0 and at most a year. Undefined: there is no such header, or its value is
 * neither whole seconds nor one of the three forms of a date. Of several values the longest wait counts.
 */
export function parseRetryAfter(value: string | readonly string[] | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const waits = (typeof value === 'string' ? [value] : value)
    .map((one) => parseOne(one.replace(/^[\t ]+|[\t ]+$/g, ''), nowMs))
    .filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function parseOne(value: string, nowMs: number): number | undefined {
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : dateMs(value, nowMs) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_RETRY_AFTER_MS);
}

/** NaN: not an HTTP date. */
function dateMs(value: string, nowMs: number): number {
  const fixdate = IMF_FIXDATE.exec(value);
  if (fixdate) {
    const [, day, month, year, ...time] = fixdate;
    return utc(Number(year), month, day, time);
  }
  const asctime = ASCTIME.exec(value);
  if (asctime) {
    const [, month, day, hours, minutes, seconds, year] = asctime;
    return utc(Number(year), month, day, [hours, minutes, seconds]);
  }
  const rfc850 = RFC_850.exec(value);
  if (!rfc850) return Number.NaN;
  const [, day, month, year, ...time] = rfc850;
  return utc(fullYear(Number(year), nowMs), month, day, time);
}

/** RFC 9110 section 5.6.7: what seems more than 50 years ahead is the latest year in the past with these two digits. */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  if (year > thisYear + 50) return year - 100;
  // Late in a century the coming one is nearer: in 2099, "01" is 2101.
  return year <= thisYear - 50 ? year + 100 : year;
}

function utc(
  year: number,
  month: string | undefined,
  day: string | undefined,
  [hours, minutes, seconds]: readonly (string | undefined)[],
): number {
  const monthIndex = MONTHS.indexOf(month ?? '');
  const dayOfMonth = Number(day);
  // A leap second is written as 60.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return Number.NaN;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, monthIndex, dayOfMonth);
  if (midnight.getUTCMonth() !== monthIndex || midnight.getUTCDate() !== dayOfMonth) return Number.NaN;
  return midnight.getTime() + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
