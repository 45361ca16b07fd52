/** How a value is written as text and as JSON, and how a part of it is reached. */
import { isJsonNumber } from './json-number';

/** JSON that is written as it is: what the helper `json` makes. Elsewhere than in JSON it is text. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** A number of which the digits are kept as the phone system wrote them: `12.50`, or more of them than a number holds. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** A text that says a number, as one; undefined where it says none. */
export function numberOf(text: string): number | NumberText | undefined {
  if (!isJsonNumber(text)) return undefined;
  const value = Number(text);
  return String(value) === text ? value : new NumberText(text);
}

/** What is absent is empty; objects and arrays are JSON. */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return '';
      if (value instanceof JsonText || value instanceof NumberText) return value.text;
      if (Buffer.isBuffer(value)) return value.toString('utf8');
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
      return JSON.stringify(value, asNumbers) ?? '';
    default:
      return '';
  }
}

/** What is absent is `null`. With `asText` every number, boolean and null in it is a string. */
export function jsonOf(value: unknown, asText: boolean): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) return asText ? '""' : 'null';
      return asText ? `"${value}"` : String(Object.is(value, -0) ? 0 : value);
    case 'boolean':
    case 'bigint':
      return asText ? `"${value}"` : String(value);
    case 'object':
      if (value === null) return asText ? '""' : 'null';
      if (value instanceof JsonText) return value.text;
      if (value instanceof NumberText) return asText ? `"${value.text}"` : value.text;
      if (Buffer.isBuffer(value)) return JSON.stringify(value.toString('utf8'));
      return (asText ? JSON.stringify(value, asTexts) : JSON.stringify(value, asNumbers)) ?? 'null';
    default:
      return asText ? '""' : 'null';
  }
}

function asNumbers(_key: string, value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  return typeof value === 'bigint' ? String(value) : value;
}

function asTexts(_key: string, value: unknown): unknown {
  if (value === null) return '';
  if (value instanceof NumberText) return value.text;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : value;
}

/** An own property that is data. Undefined: there is none, or it is code, or belongs to a prototype. */
export function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return dataOnly((value as Record<string, unknown>)[key]);
}

/** The value at the end of a path of own properties. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = ownValue(at, key);
  return at;
}

/** Functions and symbols are no values: Handlebars would call the former. */
export function dataOnly(value: unknown): unknown {
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
}
