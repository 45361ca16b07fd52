/**
 * JSON as phone systems send it, read without losing what matters: long numbers keep every digit, nesting is bounded,
 * and, where a dialect allows it, text that is nearly JSON gets one tolerant pass.
 */
import { jsonrepair } from 'jsonrepair';
import type { JsonValue } from '../../json';

export type JsonReading =
  | { readonly kind: 'json'; readonly value: JsonValue; readonly repaired: boolean }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reports of calls are flat; this is far beyond any of them and far below what overflows a stack. */
const DEEPEST = 32;
/** Values in one payload, counting those inside others. */
const MOST_VALUES = 20_000;
/** A report is a kB or two. The tolerant pass is for those: the time that it takes grows with the square of the length. */
const LONGEST_TO_REPAIR = 8_192;

/** A number of so many digits may be an identifier or a phone number, of which every digit counts. */
const LONG_NUMBER = /[\d.]{12}|\d[eE][+]?\d/;

/** Reads JSON. With `tolerant`, text that is not JSON is repaired once if that is possible. Never throws. */
export function readJson(text: string, tolerant: boolean): JsonReading {
  const strict = parse(text);
  if (strict.kind === 'json' || !tolerant || text.length > LONGEST_TO_REPAIR) return strict;
  let repaired: string;
  try {
    repaired = jsonrepair(text);
  } catch {
    // Beyond repair, or nested so deep that the repair ran out of stack: the first finding stands.
    return strict;
  }
  const second = parse(repaired);
  return second.kind === 'json' ? { ...second, repaired: true } : strict;
}

function parse(text: string): JsonReading {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    return { kind: 'unreadable', reason: `The body is not JSON: ${firstLine(error)}.` };
  }
  // Measured first: the reviver is slow, and would be let loose on a million numbers.
  const excess = disarm(value);
  if (excess !== null) return { kind: 'unreadable', reason: excess };
  if (LONG_NUMBER.test(text)) {
    value = JSON.parse(text, keepDigits) as JsonValue;
    disarm(value);
  }
  return { kind: 'json', value, repaired: false };
}

/**
 * A reviver that leaves a long number as the text it was written in if JavaScript would write it differently: an id of
 * 20 digits would change its last ones, and the channel id 1795227255.30 would become that of another call.
 */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  const { source } = context;
  if (String(value) === source) return value;
  // 4.0e10 is a plain number written in an odd way; 1e400 is none at all.
  if (/[eE]/.test(source)) return Number.isFinite(value) ? value : source;
  return source.length >= 12 ? source : value;
}

/**
 * Removes every key `__proto__`, the one name that poisons whoever copies it with a plain assignment and that no phone
 * system uses, and says what is too deep or too much. Without recursion, so that depth cannot hurt.
 */
function disarm(root: JsonValue): string | null {
  let level: JsonValue[] = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return `The body is nested more than ${DEEPEST} levels deep.`;
    const next: JsonValue[] = [];
    for (const value of level) {
      if (++count > MOST_VALUES) return `The body holds more than ${MOST_VALUES} values.`;
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value) && Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
      for (const member of Object.values(value)) next.push(member);
    }
    level = next;
  }
  return null;
}

/** V8 quotes the text it could not read; a line of bounded length of that is enough to find the place. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, ' ').slice(0, 160);
}
