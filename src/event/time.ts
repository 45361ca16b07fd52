/** Writes the times of events in the date format and time zone that a template asks for. */

import { DateTime } from 'luxon';
import { isNamedDateFormat, type PatternPiece, piecesOf } from './date-format';
import { requireZone } from './time-zone';

export { parseLocalTime } from './local-time';

/** Writes a time. What is no ISO 8601 time comes back as it is. */
export type TimeFormat = (isoUtc: string) => string | number;

const STANDARD_DATE = 'YYYY-MM-DD';
const STANDARD_CLOCK = 'HH:mm:ss';

const DATE_TOKEN = /^[YyMDd]+$/;
const CLOCK_TOKEN = /^[HhmsSAa]+$/;

/** A function that writes times in this format and zone. Throws a UserError where the zone does not exist. */
export function compileTimeFormat(format: string, zone: string): TimeFormat {
  const inZone = requireZone(zone);
  const write = writerOf(format);
  return (isoUtc) => {
    const time = DateTime.fromMillis(isIso(isoUtc) ? Date.parse(isoUtc) : Number.NaN, {
      zone: inZone,
      locale: 'en-US',
    });
    return time.isValid ? write(time) : isoUtc;
  };
}

/** One time in this format and zone; compileTimeFormat is faster for many. */
export function formatTime(isoUtc: string, format: string, zone: string): string | number {
  return compileTimeFormat(format, zone)(isoUtc);
}

/** The day (`eventDate`) or the time of day (`eventClock`) out of a time, as far as possible in the template's format. */
export function compileEventDate(format: string, zone: string): TimeFormat {
  const part = format === 'rfc2822' ? 'ddd, DD MMM YYYY' : partOf(format, DATE_TOKEN);
  return compileTimeFormat(part ?? STANDARD_DATE, zone);
}

/** See compileEventDate. */
export function compileEventClock(format: string, zone: string): TimeFormat {
  return compileTimeFormat(partOf(format, CLOCK_TOKEN) ?? STANDARD_CLOCK, zone);
}

/** The one stretch of a pattern that holds these tokens and no others. Undefined: there is none, or several. */
function partOf(format: string, wanted: RegExp): string | undefined {
  if (isNamedDateFormat(format)) return undefined;
  const pieces = piecesOf(format);
  const isWanted = ({ source, write }: PatternPiece): boolean => write !== undefined && wanted.test(source);
  const first = pieces.findIndex(isWanted);
  const part = pieces.slice(first, pieces.findLastIndex(isWanted) + 1);
  if (first === -1 || part.some((piece) => piece.write !== undefined && !isWanted(piece))) return undefined;
  return part.map(({ source }) => source).join('');
}

/** Date.parse reads much else besides, and some of it in the server's own time zone. */
function isIso(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text);
}

function writerOf(format: string): (time: DateTime<true>) => string | number {
  switch (format) {
    case 'standard':
      return writerOf(`${STANDARD_DATE} ${STANDARD_CLOCK}`);
    case 'iso':
      return (time) => time.toISO();
    case 'unix':
      return (time) => Math.floor(time.toMillis() / 1000);
    case 'unix-ms':
      return (time) => time.toMillis();
    case 'rfc2822':
      return (time) => time.toRFC2822();
    default: {
      const writers = piecesOf(format).map(({ write, literal }) => write ?? (() => literal));
      return (time) => writers.map((write) => write(time)).join('');
    }
  }
}
