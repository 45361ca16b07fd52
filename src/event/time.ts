/** Writes the times of events in the date format and time zone that a template asks for. */

import { DateTime } from 'luxon';
import { quoted } from '../errors';
import { requireZone } from './time-zone';

export { parseLocalTime } from './local-time';
export { timeZoneProblem } from './time-zone';

/** Writes a time. What is no ISO 8601 time comes back as it is. */
export type TimeFormat = (isoUtc: string) => string | number;

/** The date formats that have a name. Every other text is a pattern. */
export const namedDateFormats = ['standard', 'iso', 'unix', 'unix-ms', 'rfc2822'] as const;

const STANDARD_DATE = 'YYYY-MM-DD';
const STANDARD_CLOCK = 'HH:mm:ss';

type Piece = (time: DateTime<true>) => string;

const digits = (value: number, length: number): string => String(value).padStart(length, '0');
const hour12 = (time: DateTime): number => ((time.hour + 11) % 12) + 1;

/** The letters of a pattern, as moment.js and many others after it spell them. */
const TOKENS: ReadonlyMap<string, Piece> = new Map<string, Piece>([
  ['YYYY', (time) => digits(time.year, 4)],
  ['YY', (time) => digits(time.year % 100, 2)],
  ['MMMM', (time) => time.monthLong],
  ['MMM', (time) => time.monthShort],
  ['MM', (time) => digits(time.month, 2)],
  ['M', (time) => String(time.month)],
  ['DD', (time) => digits(time.day, 2)],
  ['D', (time) => String(time.day)],
  ['dddd', (time) => time.weekdayLong],
  ['ddd', (time) => time.weekdayShort],
  ['HH', (time) => digits(time.hour, 2)],
  ['H', (time) => String(time.hour)],
  ['hh', (time) => digits(hour12(time), 2)],
  ['h', (time) => String(hour12(time))],
  ['mm', (time) => digits(time.minute, 2)],
  ['m', (time) => String(time.minute)],
  ['ss', (time) => digits(time.second, 2)],
  ['s', (time) => String(time.second)],
  ['SSS', (time) => digits(time.millisecond, 3)],
  ['A', (time) => (time.hour < 12 ? 'AM' : 'PM')],
  ['a', (time) => (time.hour < 12 ? 'am' : 'pm')],
  ['ZZ', (time) => time.toFormat('ZZZ')],
  ['Z', (time) => time.toFormat('ZZ')],
  ['X', (time) => String(Math.floor(time.toMillis() / 1000))],
  ['x', (time) => String(time.toMillis())],
]);

const DATE_TOKEN = /^[YMDd]+$/;
const CLOCK_TOKEN = /^[HhmsSAa]+$/;

/** A text in brackets, a run of one letter, or any other character. */
const PIECES = /\[([^\]]*)\]|([A-Za-z])\2*|[\s\S]/g;

interface PatternPiece {
  readonly source: string;
  /** Undefined: the piece stands for itself. */
  readonly write: Piece | undefined;
  readonly literal: string;
}

function piecesOf(pattern: string): readonly PatternPiece[] {
  return [...pattern.matchAll(PIECES)].map(([source, bracketed]) => ({
    source,
    write: TOKENS.get(source),
    literal: bracketed ?? source,
  }));
}

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

/** What is wrong with a date format, as a sentence. Undefined: nothing. */
export function dateFormatProblem(format: string): string | undefined {
  if (isNamed(format)) return undefined;
  if (format.length > 200) return 'A date format has at most 200 characters.';
  const pieces = piecesOf(format);
  if (pieces.some(({ source }) => source === '[')) return 'A "[" in the date format has no "]".';
  const odd = pieces.find(({ source, write }) => write === undefined && /^[A-Za-z]+$/.test(source) && source !== 'T');
  if (odd !== undefined)
    return `${quoted(odd.source)} is no part of a date format: write for example YYYY-MM-DD HH:mm:ss, and plain words in [brackets].`;
  if (!pieces.some(({ write }) => write !== undefined))
    return 'A date format needs at least one part of a time, as in YYYY-MM-DD HH:mm:ss.';
  return undefined;
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
  if (isNamed(format)) return undefined;
  const pieces = piecesOf(format);
  const isWanted = ({ source, write }: PatternPiece): boolean => write !== undefined && wanted.test(source);
  const first = pieces.findIndex(isWanted);
  const part = pieces.slice(first, pieces.findLastIndex(isWanted) + 1);
  if (first === -1 || part.some((piece) => piece.write !== undefined && !isWanted(piece))) return undefined;
  return part.map(({ source }) => source).join('');
}

function isNamed(format: string): boolean {
  return (namedDateFormats as readonly string[]).includes(format);
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
