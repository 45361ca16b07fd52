/** What the key of a row may be. Also for the panel: nothing here needs Node. */
import { shortened } from '../errors';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';

/** A key as it is sent, or why it cannot be one. */
export type ReadKey = { readonly ok: true; readonly key: string } | { readonly ok: false; readonly why: Sentence };

/** `{{имя клиента}}`, with or without a dollar before it. */
const WHOLE = /^\$?\{\{([^{}]*)\}\}$/;

/** What Handlebars means by these has no name. */
const NO_NAME = /^[@#/^!>&*]|^(?:this|\.\.?)(?:$|[./])/;

/**
 * Keys hold no variables. One that is a whole `{{…}}` around what is no parameter is a literal name, as Ringostat's users
 * write those with spaces or Cyrillic letters. `isVariable`: whether a name or dotted path stands for a value.
 */
export function readKey(source: string, isVariable: (path: readonly string[]) => boolean): ReadKey {
  const text = source.trim();
  if (text === '') return { ok: false, why: template('key-empty') };
  if (!text.includes('{{')) return { ok: true, key: text };
  const inner = WHOLE.exec(text)?.[1]?.trim() ?? '';
  if (inner === '' || NO_NAME.test(inner) || isVariable(inner.split('.'))) {
    return { ok: false, why: template('key-variable', { key: shortened(text) }) };
  }
  return { ok: true, key: inner };
}
