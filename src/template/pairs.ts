/** Rows as the pairs of a form or a query: `a=1&b[c]=2&d[]=3`. What is null is empty. */

import { template } from '../sentences/template';
import type { Context } from './contexts/context';
import { formValue, queryValue } from './contexts/plain';
import { encodeForm, encodeUrl } from './encoding';
import type { Field } from './field';
import { compileScalar, type FieldScope, isTooDeep } from './field-values';
import { type Frame, RenderError, takeRoom } from './frame';
import { rowsOf, withoutReplaced } from './keys';
import { MAX_DEPTH } from './template-config';
import { compileText } from './template-text';
import { JsonText, NumberText, textOf } from './values';

/** How names and values are encoded, and the context of a value that is typed in. */
export interface PairStyle {
  encode(text: string): string;
  readonly value: Context<unknown>;
}

export const FORM: PairStyle = { encode: encodeForm, value: formValue as Context<unknown> };
export const QUERY: PairStyle = { encode: encodeUrl, value: queryValue as Context<unknown> };

/** Adds encoded pairs `name=value` to the list. */
export type PairWriter = (frame: Frame, pairs: string[]) => void;

/** What a pair is called that holds one value, and what the pairs of a list or object begin with; not encoded yet. */
export interface PairName {
  readonly single: string;
  readonly several: string;
}

export function pairName(name: string): PairName {
  return { single: name, several: name };
}

/** Items that are lists or objects themselves go by their number, so that they stay apart. */
function itemName(list: string, index: number): PairName {
  return { single: `${list}[]`, several: `${list}[${index}]` };
}

/** The pairs of a row under a name. */
export function compilePairs(
  name: PairName,
  field: Field,
  path: string,
  style: PairStyle,
  scope: FieldScope,
  depth = 0,
): PairWriter {
  const scalar = compileScalar(field, path, scope);
  if (scalar !== undefined) return (frame, pairs) => addPairs(name, scalar(frame), style, frame, pairs, depth);
  if (typeof field.value === 'string' && field.type === 'text') {
    const text = compileText(field.value, `${path}.value`, style.value, scope);
    const before = `${style.encode(name.single)}=`;
    return (frame, pairs) => {
      pairs.push(before + text.render(frame));
    };
  }
  if (isTooDeep(path, scope, depth)) return () => undefined;
  const inner = typeof field.value === 'string' ? [] : field.value;
  const writers =
    field.type === 'array'
      ? inner.map((item, index) =>
          compilePairs(itemName(name.several, index), item, `${path}.value[${index}]`, style, scope, depth + 1),
        )
      : withoutReplaced(rowsOf(inner, `${path}.value`, scope), scope).map((row) =>
          compilePairs(pairName(`${name.several}[${row.key}]`), row.field, row.path, style, scope, depth + 1),
        );
  return (frame, pairs) => {
    for (const write of writers) write(frame, pairs);
  };
}

/** The pairs of a value. */
export function addPairs(
  { single, several }: PairName,
  value: unknown,
  style: PairStyle,
  frame: Frame,
  pairs: string[],
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new RenderError(template('nested-value'));
  if (!isContainer(value)) {
    const pair = `${style.encode(single)}=${style.encode(textOf(value))}`;
    takeRoom(frame, pair.length);
    pairs.push(pair);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      addPairs(itemName(several, index), item, style, frame, pairs, depth + 1);
    });
  } else {
    for (const [key, item] of Object.entries(value)) {
      addPairs(pairName(`${several}[${key}]`), item, style, frame, pairs, depth + 1);
    }
  }
}

function isContainer(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof JsonText || value instanceof NumberText || value instanceof Date || Buffer.isBuffer(value))
  );
}
