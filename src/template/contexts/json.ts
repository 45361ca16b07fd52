/** JSON text: values are escaped inside quotes and written as JSON outside them. */

import { template } from '../../sentences/template';
import { jsonOf, textOf } from '../values';
import { type Context, ContextError, type Hole, type Writer } from './context';

/** `token`: in or right behind a number, `true`, `false` or `null`. `value`: right behind a variable outside quotes. */
type Outside = 'open' | 'token' | 'value';

export type JsonState =
  | { readonly kind: 'outside'; readonly at: Outside; readonly key: boolean }
  /** `open`: 0 no escape is open, 1 behind a backslash, 2 to 5 in the digits of a `\u`. `variable`: one stands in this string. */
  | { readonly kind: 'string'; readonly open: number; readonly variable: boolean };

/** `key`: the string that was closed last held a variable, so no colon may follow. */
function outside(at: Outside, key = false): JsonState {
  return { kind: 'outside', at, key };
}

function inString(open: number, variable: boolean): JsonState {
  return { kind: 'string', open, variable };
}

/** With `asText`, a number, boolean or null is written in quotes. */
export function jsonContext(asText: boolean): Context<JsonState> {
  const writeBare: Writer = (value) => jsonOf(value, asText);
  return {
    start: outside('open'),
    literal(state, text) {
      let at = state;
      for (let index = 0; index < text.length; index++) at = step(at, text.charAt(index), index);
      return { state: at, text: text.replace(/\p{Surrogate}/gu, escapeSurrogate) };
    },
    hole(state): Hole<JsonState> {
      if (state.kind === 'string') {
        if (state.open > 0) {
          throw new ContextError(template('behind-backslash'));
        }
        return { write: writeInString, secret: 'json-string', next: inString(0, true) };
      }
      if (state.at !== 'open') {
        throw new ContextError(template('json-whole-value'));
      }
      return { write: writeBare, secret: 'json', next: outside('value', true) };
    },
    merge(a, b) {
      if (a.kind === 'string' && b.kind === 'string') {
        return a.open === b.open ? inString(a.open, a.variable || b.variable) : undefined;
      }
      if (a.kind === 'outside' && b.kind === 'outside') {
        return outside(a.at === b.at ? a.at : 'open', a.key || b.key);
      }
      return undefined;
    },
    end(state) {
      if (state.kind === 'string') throw new ContextError(template('json-quote-open'));
    },
  };
}

function step(state: JsonState, character: string, offset: number): JsonState {
  if (state.kind === 'string') {
    if (state.open === 1) return inString(character === 'u' ? 2 : 0, state.variable);
    if (state.open > 1) return inString(state.open === 5 ? 0 : state.open + 1, state.variable);
    if (character === '\\') return inString(1, state.variable);
    return character === '"' ? outside('open', state.variable) : state;
  }
  if (/[ \t\r\n]/.test(character)) return state.at === 'open' ? state : outside('open', state.key);
  if (character === ':' && state.key) {
    throw new ContextError(template('json-key'), offset);
  }
  if (/[,:[\]{}]/.test(character)) return outside('open');
  if (state.at === 'value') {
    throw new ContextError(template('json-text-behind'), offset);
  }
  return character === '"' ? inString(0, false) : outside('token');
}

function writeInString(value: unknown): string {
  return JSON.stringify(textOf(value)).slice(1, -1);
}

function escapeSurrogate(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
