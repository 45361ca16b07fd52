/** What the rows of a table are worth: each type of row, as JSON, as text, or as one or several pairs of a form or query. */

import { shortened } from '../errors';
import { template } from '../sentences/template';
import type { Context } from './contexts/context';
import { digested, jsonMember, settled } from './contexts/plain';
import { type DigestName, digest } from './digests';
import type { Field } from './field';
import { type Frame, RenderError } from './frame';
import { isJsonNumber } from './json-number';
import { rowsOf, withoutReplaced } from './keys';
import { MAX_DEPTH } from './template-config';
import { compileText, type TemplateText, type TextScope } from './template-text';
import { jsonOf, numberOf, textOf } from './values';

/** A row of one of Node-RED's own types: its value is looked up before rendering. */
export interface TypedRow {
  /** Such as `user[2].value`. */
  readonly field: string;
  readonly type: 'msg' | 'flow' | 'global' | 'env' | 'jsonata';
  readonly value: string;
}

export interface FieldScope extends TextScope {
  /** Every number, boolean and null in JSON is a string. */
  readonly valuesAsText: boolean;
  /** Rows whose values are to be looked up before rendering; compiling adds to it. */
  readonly typedRows: TypedRow[];
}

/** A value that is neither array nor object in its row: read at rendering. Strings are already escaped for JSON's sake only. */
export type ValueReader = (frame: Frame) => unknown;

/** Writes a value as JSON. */
export type JsonWriter = (frame: Frame) => string;

/** Compiles what is no text, array or object; such rows are the same everywhere. Undefined: the row is one of those. */
export function compileScalar(field: Field, path: string, scope: FieldScope): ValueReader | undefined {
  const at = `${path}.value`;
  const { type } = field;
  const source = typeof field.value === 'string' ? field.value : '';
  switch (type) {
    case 'number':
      return compileSettled(source, at, scope, 'no-number', (text) =>
        isJsonNumber(text) ? (numberOf(text) ?? null) : undefined,
      );
    case 'boolean':
      return compileSettled(source, at, scope, 'no-boolean', (text) => BOOLEANS.get(text.toLowerCase()));
    case 'md5':
    case 'crc32':
    case 'sha1':
    case 'sha256':
      return compileDigest(type, source, at, scope);
    case 'msg':
    case 'flow':
    case 'global':
    case 'env':
    case 'jsonata': {
      const index = scope.typedRows.push({ field: at, type, value: source }) - 1;
      return (frame) => {
        frame.field = at;
        return frame.typed[index];
      };
    }
    case 'text':
    case 'array':
    case 'object':
      return undefined;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** A text that must turn out to be a number or a boolean. One that is empty because its variables are is null. */
function compileSettled(
  source: string,
  at: string,
  scope: FieldScope,
  refusal: 'no-number' | 'no-boolean',
  read: (text: string) => unknown,
): ValueReader {
  const text = compileText(source, at, settled, scope);
  if (text.constant !== undefined) {
    const value = read(text.constant.trim());
    if (value === undefined) scope.problem(at, template(refusal, { value: shortened(text.constant) }));
    return () => value;
  }
  return (frame) => {
    const rendered = text.render(frame).trim();
    if (rendered === '') return null;
    const value = read(rendered);
    if (value === undefined) throw new RenderError(template(refusal, { value: shortened(rendered) }));
    return value;
  };
}

function compileDigest(name: DigestName, source: string, at: string, scope: FieldScope): ValueReader {
  const text = compileText(source, at, digested, scope);
  if (text.constant !== undefined) {
    const value = digest(name, text.constant);
    return () => value;
  }
  return (frame) => digest(name, text.render(frame));
}

/** Compiles any row to JSON. A `text` row is always a string. */
export function compileJson(field: Field, path: string, scope: FieldScope, depth = 0): JsonWriter {
  const scalar = compileScalar(field, path, scope);
  if (scalar !== undefined) return (frame) => jsonOf(scalar(frame), scope.valuesAsText);
  if (typeof field.value === 'string' && field.type === 'text') {
    const text = compileText(field.value, `${path}.value`, jsonMember, scope);
    if (text.constant !== undefined) {
      const written = JSON.stringify(text.constant);
      return () => written;
    }
    return (frame) => JSON.stringify(text.render(frame));
  }
  if (isTooDeep(path, scope, depth)) return () => 'null';
  const inner = typeof field.value === 'string' ? [] : field.value;
  if (field.type === 'array') {
    const items = inner.map((item, index) => compileJson(item, `${path}.value[${index}]`, scope, depth + 1));
    return (frame) => `[${items.map((write) => write(frame)).join()}]`;
  }
  const rows = withoutReplaced(rowsOf(inner, `${path}.value`, scope), scope);
  return joinMembers(rows.map((row) => ({ key: row.key, write: compileJson(row.field, row.path, scope, depth + 1) })));
}

/** A JSON object of these members, in this order. */
export function joinMembers(members: readonly { readonly key: string; readonly write: JsonWriter }[]): JsonWriter {
  const parts = members.map(({ key, write }, index) => ({
    before: `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`,
    write,
  }));
  return (frame) => {
    let text = '{';
    for (const { before, write } of parts) text += before + write(frame);
    return `${text}}`;
  };
}

/** Compiles any row to one text, for a header: arrays and objects are JSON. */
export function compileAsText<State>(
  field: Field,
  path: string,
  context: Context<State>,
  scope: FieldScope,
): Pick<TemplateText, 'constant' | 'render'> {
  const scalar = compileScalar(field, path, scope);
  if (scalar !== undefined) return { constant: undefined, render: (frame) => textOf(scalar(frame)) };
  if (field.type === 'text' && typeof field.value === 'string') {
    return compileText(field.value, `${path}.value`, context, scope);
  }
  return { constant: undefined, render: compileJson(field, path, scope) };
}

/** Tells the scope where rows are nested too deeply. */
export function isTooDeep(path: string, scope: TextScope, depth: number): boolean {
  if (depth >= MAX_DEPTH) scope.problem(path, template('nested-rows', { most: MAX_DEPTH }));
  return depth >= MAX_DEPTH;
}
