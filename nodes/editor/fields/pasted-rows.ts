/** Rows of a table out of text that somebody has elsewhere: lines `key: value`, or JSON. */
import { isJsonObject } from '../../../src/json';
import type { Field, FieldType } from '../../../src/template/field';
import { isJsonNumber } from '../../../src/template/json-number';

export interface PasteOptions {
  /** False: rows of an array, which have no keys. */
  readonly keyed: boolean;
  /** Whether numbers, booleans and structure become rows of their type; else everything is text. */
  readonly typed: boolean;
  /** Those that the table has. */
  readonly types: readonly FieldType[];
}

/** A key as headers, YAML and the like write it, with its value behind a colon. */
const LINE = /^\s*(?:"([^"]+)"|'([^']+)'|([^\s:{}"'][^:{}]*?))\s*:(?:\s+(.*?))?,?\s*$/;

/** The rows that a text stands for. Undefined: it is just text, to be pasted as it is. */
export function pastedRows(text: string, options: PasteOptions): readonly Field[] | undefined {
  const json = parsed(text);
  if (options.keyed) return isRecord(json) ? rowsOfObject(json, options) : rowsOfLines(text, options);
  if (Array.isArray(json)) return json.map((item) => rowOf('', item, options));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 ? lines.map((line) => rowOfText('', line.trim(), options)) : undefined;
}

/** The rows of a JSON object, nested as it is. Undefined: the text is none. */
export function rowsOfJson(text: string): readonly Field[] | undefined {
  const json = parsed(text);
  const types: readonly FieldType[] = ['text', 'number', 'boolean', 'array', 'object', 'jsonata'];
  return isRecord(json) ? rowsOfObject(json, { keyed: true, typed: true, types }) : undefined;
}

function rowsOfObject(json: object, options: PasteOptions): readonly Field[] {
  return Object.entries(json).map(([key, value]) => rowOf(key, value, options));
}

function rowsOfLines(text: string, options: PasteOptions): readonly Field[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const rows = lines.flatMap((line) => {
    const [whole, double, single, plain, value = ''] = LINE.exec(line) ?? [];
    return whole === undefined ? [] : [rowOfText(double ?? single ?? plain ?? '', value, options)];
  });
  return rows.length > 0 && rows.length === lines.length ? rows : undefined;
}

/** A value of a line: JSON where it reads as that, else the text as it is. */
function rowOfText(key: string, text: string, options: PasteOptions): Field {
  const value = /^["[{]|^(?:true|false)$/.test(text) || isJsonNumber(text) ? parsed(text) : undefined;
  return options.typed && value !== undefined ? rowOf(key, value, options) : { key, type: 'text', value: text };
}

function rowOf(key: string, value: unknown, options: PasteOptions): Field {
  const { typed, types } = options;
  const as = (type: FieldType): boolean => typed && types.includes(type);
  if (typeof value === 'string') return { key, type: 'text', value };
  if (value instanceof WrittenNumber) return { key, type: as('number') ? 'number' : 'text', value: value.text };
  if (typeof value === 'boolean') return { key, type: as('boolean') ? 'boolean' : 'text', value: String(value) };
  // No row type says null, and an expression does.
  if (value === null) return as('jsonata') ? { key, type: 'jsonata', value: 'null' } : { key, type: 'text', value: '' };
  if (Array.isArray(value) && as('array')) {
    return { key, type: 'array', value: value.map((item) => rowOf('', item, options)) };
  }
  if (isRecord(value) && as('object')) return { key, type: 'object', value: rowsOfObject(value, options) };
  return { key, type: 'text', value: JSON.stringify(value) };
}

/** A number of JSON in the digits in which it was written: ids are longer than what JavaScript counts exactly. */
class WrittenNumber {
  constructor(readonly text: string) {}
  toJSON(): number {
    return Number(this.text);
  }
}

function isRecord(json: unknown): json is object {
  return isJsonObject(json) && !(json instanceof WrittenNumber);
}

/** Undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    // Browsers that do not tell the source yet count as JavaScript does.
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value,
    );
  } catch {
    return undefined;
  }
}
