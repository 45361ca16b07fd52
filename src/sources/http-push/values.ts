/**
 * What vendors write into fields, read as what the catalogue wants: phone numbers that came as JSON numbers, durations as
 * `mm:ss`, empty strings for "none", JSON inside strings. What cannot be read is undefined, never a guess and never an error.
 */
import { findParameter } from '../../event/catalogue';
import { parseLocalTime } from '../../event/time';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json';
import { readJson } from './json-text';

/** Agents and stations of one call. Several fields may be looked at more than once, so that it must not take long. */
const LONGEST_INNER_JSON = 65_536;

/** What Go programs write for "no time". */
const ZERO_TIME = /^0001-01-01[T ]00:00:00/;

/** Text without blanks around it; undefined for empty text, null, lists and objects. Of a repeated form field, the last. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (Array.isArray(value)) {
    const last = value.at(-1);
    return Array.isArray(last) ? undefined : textOf(last);
  }
  switch (typeof value) {
    case 'string': {
      const text = value.trim();
      return text === '' || ZERO_TIME.test(text) ? undefined : text;
    }
    case 'number':
      // Digits, not 1e+21; JSON.parse has kept as text what a number cannot hold.
      return Number.isInteger(value) ? BigInt(value).toString() : String(value);
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}

/** A plain decimal number, also when it came as text. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  const text = textOf(value);
  if (text === undefined || !/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)) return undefined;
  // Neither -0 nor what hundreds of digits come to would survive being stored as JSON.
  const number = Number(text) + 0;
  return Number.isFinite(number) ? number : undefined;
}

/** Seconds; also from `mm:ss` and `hh:mm:ss`. */
export function secondsOf(value: JsonValue | undefined): number | undefined {
  const clock = /^(?:(\d{1,4}):)?(\d{1,4}):([0-5]?\d(?:\.\d+)?)$/.exec(textOf(value) ?? '');
  if (clock === null) return numberOf(value);
  const [, hours = '0', minutes = '0', seconds = '0'] = clock;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Yes or no, in the words and digits that vendors use. */
export function flagOf(value: JsonValue | undefined): boolean | undefined {
  const text = textOf(value)?.toLowerCase();
  if (text === undefined) return undefined;
  if (['true', '1', 'yes', 'y', 'on'].includes(text)) return true;
  return ['false', '0', 'no', 'n', 'off'].includes(text) ? false : undefined;
}

/** An object or list, also when it came as JSON text inside a string (in forms, and in JSON). */
export function structureOf(value: JsonValue | undefined): JsonValue[] | JsonObject | undefined {
  if (Array.isArray(value) || isJsonObject(value)) return value;
  if (typeof value !== 'string' || value.length > LONGEST_INNER_JSON || !/^\s*[[{]/.test(value)) return undefined;
  const inner = readJson(value, false);
  return inner.kind === 'json' && typeof inner.value === 'object' && inner.value !== null ? inner.value : undefined;
}

/** Text, unless it is an object or list written as text. */
export function plainTextOf(value: JsonValue | undefined): string | undefined {
  return structureOf(value) === undefined ? textOf(value) : undefined;
}

/** A moment, as ISO 8601 in UTC; a time that names no zone is on the clock of `zone`. Undefined for the zeros that mean "none". */
export function timeOf(value: JsonValue | undefined, zone: string): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parseLocalTime(text, zone);
}

/** Whether a parameter counts seconds. */
export function countsSeconds(parameter: string): boolean {
  return /Sec$|^duration$|^billsec$|^recordingDuration$/.test(parameter);
}

/** Reads a value as the catalogue describes the parameter. */
export function readAs(parameter: string, value: JsonValue, zone: string): JsonValue | undefined {
  const known = findParameter(parameter);
  if (known?.time === true) return timeOf(value, zone);
  switch (known?.type) {
    case 'number':
    case 'integer':
      return countsSeconds(parameter) ? secondsOf(value) : numberOf(value);
    case 'boolean':
      return flagOf(value);
    case 'array': {
      const list = structureOf(value) ?? textOf(value);
      return list === undefined || Array.isArray(list) ? list : [list];
    }
    case 'object': {
      const object = structureOf(value);
      return isJsonObject(object) ? object : undefined;
    }
    case 'string':
    case undefined:
      return textOf(value);
  }
}
