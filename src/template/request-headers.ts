/** The headers of a request: the user's own rows, none of which can be split. */
import { shortened } from '../errors';
import { template } from '../sentences/template';
import { headerText } from './contexts/plain';
import type { Field } from './field';
import { compileAsText, type FieldScope } from './field-values';
import { type Frame, RenderError } from './frame';
import { rowsOf, withoutReplaced } from './keys';
import { isHeaderText } from './secret-placeholder';

export interface HeaderWriter {
  readonly name: string;
  write(frame: Frame): string;
}

/** A header that is one of the user's rows, which stands at `path`. */
export interface HeaderRow extends HeaderWriter {
  readonly field: Field;
  readonly path: string;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The connection sets these itself. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function compileHeaders(fields: readonly Field[], scope: FieldScope): HeaderRow[] {
  const rows = rowsOf(fields, 'headers', scope).filter(({ key, path }) => {
    if (!TOKEN.test(key)) {
      scope.problem(`${path}.key`, template('header-name', { name: shortened(key) }));
      return false;
    }
    if (!OF_THE_CONNECTION.has(key.toLowerCase())) return true;
    scope.warning(path, template('header-of-connection', { name: key }));
    return false;
  });
  return withoutReplaced(rows, scope, (key) => key.toLowerCase()).map(({ key, field, path }) => ({
    ...headerWriter(key, `${path}.value`, compileAsText(field, path, headerText, scope), scope),
    field,
    path,
  }));
}

/** A header with what its value is checked for. */
export function headerWriter(
  name: string,
  at: string,
  value: { readonly constant?: string | undefined; render(frame: Frame): string },
  scope: FieldScope,
): HeaderWriter {
  if (value.constant !== undefined && !isHeaderText(value.constant)) scope.problem(at, template('header-value'));
  return {
    name,
    write(frame) {
      const text = value.render(frame);
      frame.field = at;
      if (!isHeaderText(text)) throw new RenderError(template('header-value'));
      return text;
    },
  };
}
