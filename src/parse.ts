/**
 * Reads saved configurations: tolerant of what hand-written flows and old panels leave behind (numbers as text, missing
 * properties, properties of no meaning), strict about nonsense. Reading never throws; what is wrong becomes a Problem.
 */
import { type Problem, shortened } from './errors';
import { isJsonObject } from './json';
import type { Sentence } from './sentence';
import { setting } from './sentences/setting';
import { FIELD_TYPES, type Field, type FieldType } from './template/field';

/** A saved configuration while it is read, property by property. */
export interface Reading {
  readonly saved: Readonly<Record<string, unknown>>;
  /** What was wrong so far; every reader adds to it. */
  readonly problems: Problem[];
}

/** Starts reading. Anything but an object counts as an empty one. */
export function reading(saved: unknown): Reading {
  return { saved: isPlainObject(saved) ? saved : {}, problems: [] };
}

/** Text, without the spaces around it. A number or boolean is written as text. */
export function text(from: Reading, field: string, fallback: string): string {
  return verbatim(from, field, fallback).trim();
}

/** Text as it stands, for bodies and patterns in which spaces count. */
export function verbatim(from: Reading, field: string, fallback: string): string {
  const value = from.saved[field];
  if (isMissing(value)) return fallback;
  const plain = asText(value);
  if (plain !== undefined) return plain;
  return refuse(from, field, setting('text', { field }), fallback);
}

/** Bounds of a number, both inclusive. */
export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A finite number, also from text such as `" 1.5 "`. Empty text counts as missing. */
export function number(from: Reading, field: string, fallback: number, bounds: NumberBounds = {}): number {
  const value = from.saved[field];
  if (isMissing(value) || (typeof value === 'string' && value.trim() === '')) return fallback;
  const parsed = typeof value === 'string' ? Number(value.trim()) : value;
  if (typeof parsed !== 'number' || !Number.isFinite(parsed))
    return refuse(from, field, setting('number', { field }), fallback);
  const wrong = outOfBounds(field, parsed, bounds);
  return wrong === undefined ? parsed : refuse(from, field, wrong, fallback);
}

/** Undefined: nothing is wrong. */
function outOfBounds(field: string, value: number, { min, max, integer }: NumberBounds): Sentence | undefined {
  if (integer && !Number.isInteger(value)) return setting('whole', { field });
  if (min !== undefined && value < min) return setting('least', { field, least: min });
  if (max !== undefined && value > max) return setting('most', { field, most: max });
  return undefined;
}

/** A boolean, also from the texts `true`, `false`, `on`, `off`, `1`, `0` and from the numbers 1 and 0. */
export function boolean(from: Reading, field: string, fallback: boolean): boolean {
  const value = from.saved[field];
  if (isMissing(value) || value === '') return fallback;
  const plain = asText(value)?.trim().toLowerCase();
  if (plain === 'true' || plain === 'on' || plain === '1') return true;
  if (plain === 'false' || plain === 'off' || plain === '0') return false;
  return refuse(from, field, setting('boolean', { field }), fallback);
}

/** One of a few words, in capitals or not. Empty text counts as missing, unless the empty word is one of them. */
export function choice<Word extends string>(
  from: Reading,
  field: string,
  words: readonly Word[],
  fallback: Word,
): Word {
  const value = from.saved[field];
  if (isMissing(value)) return fallback;
  const plain = asText(value)?.trim();
  const known = words.find((word) => word.toLowerCase() === plain?.toLowerCase());
  if (known !== undefined) return known;
  if (plain === '') return fallback;
  const offered = words.filter((word) => word !== '').join(', ');
  return refuse(from, field, setting('choice', { field, choices: offered }), fallback);
}

/** Texts without empty and repeated ones; also from one text with commas, semicolons or line breaks between them. */
export function list(from: Reading, field: string, fallback: readonly string[]): readonly string[] {
  const value = from.saved[field];
  if (isMissing(value)) return fallback;
  const items = Array.isArray(value) ? value : (asText(value)?.split(/[,;\n]/) ?? undefined);
  if (items === undefined) return refuse(from, field, setting('list', { field }), fallback);
  const kept = new Set<string>();
  items.forEach((item: unknown, index) => {
    const plain = asText(item)?.trim();
    const at = `${field}[${index}]`;
    if (plain === undefined) refuse(from, at, setting('text', { field: at }), '');
    else if (plain !== '') kept.add(plain);
  });
  return [...kept];
}

/** A list of which every item is one of a few words; others are problems and left out. */
export function choices<Word extends string>(
  from: Reading,
  field: string,
  words: readonly Word[],
  fallback: readonly Word[],
): readonly Word[] {
  const kept: Word[] = [];
  for (const item of list(from, field, fallback)) {
    const known = words.find((word) => word === item);
    if (known !== undefined) kept.push(known);
    else refuse(from, field, setting('list-choice', { field, item: shortened(item), choices: words.join(', ') }), '');
  }
  return kept;
}

/** Rows of a key-value table. A row that cannot be used is a problem and is left out. */
export function fields(from: Reading, field: string, fallback: readonly Field[] = []): readonly Field[] {
  const value = from.saved[field];
  if (isMissing(value) || value === '') return fallback;
  if (!Array.isArray(value)) return refuse(from, field, setting('list-rows', { field }), fallback);
  return rows(value, field, true, from.problems);
}

/** Far beyond what a template may have (MAX_DEPTH), and far below what overflows a stack. */
export const DEEPEST_ROWS = 200;

function rows(
  saved: readonly unknown[],
  path: string,
  keyed: boolean,
  problems: Problem[],
  depth = 0,
): readonly Field[] {
  if (depth > DEEPEST_ROWS) {
    const [table = ''] = path.split('[', 1);
    problems.push({ field: table, ...setting('deep-rows', { field: table, most: DEEPEST_ROWS }) });
    return [];
  }
  const parsed: Field[] = [];
  saved.forEach((item, index) => {
    const read = row(item, `${path}[${index}]`, keyed, problems, depth);
    if (read !== undefined) parsed.push(read);
  });
  return parsed;
}

function row(saved: unknown, path: string, keyed: boolean, problems: Problem[], depth: number): Field | undefined {
  const problem = (at: string, what: 'row' | 'empty' | 'list-rows' | 'text'): undefined => {
    problems.push({ field: at, ...setting(what, { field: shortened(at) }) });
    return undefined;
  };
  if (!isPlainObject(saved)) return problem(path, 'row');
  const key = keyed ? asText(saved['key'])?.trim() : '';
  if (key === undefined || (keyed && key === '')) return problem(`${path}.key`, 'empty');
  const type = isMissing(saved['type']) ? 'text' : saved['type'];
  if (!isFieldType(type)) {
    const at = `${path}.type`;
    problems.push({ field: at, ...setting('choice', { field: shortened(at), choices: FIELD_TYPES.join(', ') }) });
    return undefined;
  }
  const value = saved['value'];
  if (type === 'array' || type === 'object') {
    if (!isMissing(value) && value !== '' && !Array.isArray(value)) {
      return problem(`${path}.value`, 'list-rows');
    }
    const inner = Array.isArray(value) ? value : [];
    return { key, type, value: rows(inner, `${path}.value`, type === 'object', problems, depth + 1) };
  }
  const plain = isMissing(value) ? '' : asText(value);
  if (plain === undefined) return problem(`${path}.value`, 'text');
  return { key, type, value: plain };
}

/** A whole http(s) address without user info or fragment. */
export function isHttpUrl(value: string): boolean {
  return /^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/i.test(value) && URL.canParse(value);
}

/** Names that a `%name%` may have. Shorter ones are left out: they are too easily part of an encoded address (`%D0%9F`). */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{2,}$/;

/** The names of a node's secrets. */
export function secretNames(from: Reading): readonly string[] {
  const names = list(from, 'secretNames', []);
  names.forEach((name, index) => {
    if (SECRET_NAME.test(name)) return;
    from.problems.push({ field: `secretNames[${index}]`, ...setting('secret-name', { name: shortened(name) }) });
  });
  return names;
}

function isFieldType(value: unknown): value is FieldType {
  return FIELD_TYPES.some((type) => type === value);
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isJsonObject(value);
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function refuse<Fallback>(from: Reading, field: string, wrong: Sentence, fallback: Fallback): Fallback {
  from.problems.push({ field, ...wrong });
  return fallback;
}
