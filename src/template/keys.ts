/** The keys of rows: they hold no variables, and of equal ones the later wins. */
import { shortened } from '../errors';
import { template } from '../sentences/template';
import type { Field } from './field';
import { readKey } from './key';
import { splitSecrets } from './secret-placeholder';
import type { TextScope } from './template-text';

/** The key as it is sent. Undefined: it cannot be one, and the scope has been told. */
export function keyOf(source: string, field: string, scope: TextScope): string | undefined {
  const read = readKey(source, (path) => scope.names.isKnown(path));
  const key = read.ok ? read.key : '';
  const secret = splitSecrets(key, (name) => scope.isDeclared(name)).find(
    (piece) => typeof piece !== 'string' && scope.isDeclared(piece.secret),
  );
  if (read.ok && secret === undefined) return key;
  scope.problem(field, read.ok ? template('key-secret') : read.why);
  return undefined;
}

export interface Row {
  readonly key: string;
  readonly field: Field;
  /** Where it is saved, such as `user[2]`. */
  readonly path: string;
}

/** The rows that have a key. `path`: of the list, such as `user`. */
export function rowsOf(fields: readonly Field[], path: string, scope: TextScope): Row[] {
  return fields.flatMap((field, index) => {
    const at = `${path}[${index}]`;
    const key = keyOf(field.key, `${at}.key`, scope);
    return key === undefined ? [] : [{ key, field, path: at }];
  });
}

/** Without those that a later one of the same key replaces; each gives a warning at its place. */
export function withoutReplaced<Item extends { readonly key: string; readonly path: string }>(
  items: readonly Item[],
  scope: TextScope,
  sameAs: (key: string) => string = (key) => key,
): Item[] {
  const last = new Map(items.map((item, index) => [sameAs(item.key), index]));
  return items.filter((item, index) => {
    const winner = items[last.get(sameAs(item.key)) ?? index];
    if (winner === undefined || winner === item) return true;
    scope.warning(item.path, template('replaced', { key: shortened(item.key), place: winner.path }));
    return false;
  });
}
