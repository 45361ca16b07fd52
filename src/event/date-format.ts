/** Date formats as users choose or write them, and what is wrong with one. For panels too: nothing here needs a library. */

import type { DateTime } from 'luxon';
import { shortened } from '../errors';
import type { Sentence } from '../sentence';
import { time } from '../sentences/time';

/** The date formats that have a name. Every other text is a pattern. */
export const namedDateFormats = ['standard', 'iso', 'unix', 'unix-ms', 'rfc2822'] as const;

/** Writes a part of a time. */
export type Piece = (time: DateTime<true>) => string;

const digits = (value: number, length: number): string => String(value).padStart(length, '0');
const hour12 = (time: DateTime): number => ((time.hour + 11) % 12) + 1;
const year: Piece = (time) => digits(time.year, 4);
const shortYear: Piece = (time) => digits(time.year % 100, 2);
const dayOfMonth: Piece = (time) => digits(time.day, 2);

/** The letters of a pattern, as moment.js and many others after it spell them; year and day also as Java and Luxon do. */
const TOKENS: ReadonlyMap<string, Piece> = new Map<string, Piece>([
  ['YYYY', year],
  ['yyyy', year],
  ['YY', shortYear],
  ['yy', shortYear],
  ['MMMM', (time) => time.monthLong],
  ['MMM', (time) => time.monthShort],
  ['MM', (time) => digits(time.month, 2)],
  ['M', (time) => String(time.month)],
  ['DD', dayOfMonth],
  ['dd', dayOfMonth],
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

/** A text in brackets, a run of one letter, or any other character. */
const PIECES = /\[([^\]]*)\]|([A-Za-z])\2*|[\s\S]/g;

export interface PatternPiece {
  readonly source: string;
  /** Undefined: the piece stands for itself. */
  readonly write: Piece | undefined;
  readonly literal: string;
}

/** A pattern, cut into what stands for a part of a time and what stands for itself. */
export function piecesOf(pattern: string): readonly PatternPiece[] {
  return [...pattern.matchAll(PIECES)].map(([source, bracketed]) => ({
    source,
    write: TOKENS.get(source),
    literal: bracketed ?? source,
  }));
}

const LONGEST = 200;

/** What is wrong with a date format, as a sentence. Undefined: nothing. */
export function dateFormatProblem(format: string): Sentence | undefined {
  if (isNamedDateFormat(format)) return undefined;
  if (format.length > LONGEST) return time('format-long', { most: LONGEST });
  const pieces = piecesOf(format);
  if (pieces.some(({ source }) => source === '[')) return time('format-bracket');
  const odd = pieces.find(({ source, write }) => write === undefined && /^[A-Za-z]+$/.test(source) && source !== 'T');
  if (odd !== undefined) return time('format-part', { part: shortened(odd.source) });
  return pieces.some(({ write }) => write !== undefined) ? undefined : time('format-empty');
}

/** Whether it is one of namedDateFormats. */
export function isNamedDateFormat(format: string): boolean {
  return (namedDateFormats as readonly string[]).includes(format);
}
