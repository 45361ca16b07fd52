/** The keys of rows: they hold no variables, and of equal ones the later wins. */
import type { Field } from './field';
import type { TextScope } from './template-text';

/** `\`{{имя клиента}}\`` around what is no parameter is how Ringostat's users write a literal name. */
const WHOLE = /^\$?\{\{([^{}]*)\}\}$/;

/** The key as it is sent. Undefined: it cannot be one, and the scope has been told. */
export function keyOf(key: string, field: string, scope: TextScope): string | undefined {
  const text = key.trim();
  const fail = (message: string): undefined => {
    scope.problem(field, message);
    return undefined;
  };
  if (text === '') return fail('The key is empty.');
  const secret = /%([A-Za-z_]\w{2,})%/.exec(text)?.[1];
  if (secret !== undefined && scope.isDeclared(secret)) return fail(`A key cannot hold the secret %${secret}%.`);
  if (!text.includes('{{')) return text;
  const inner = WHOLE.exec(text)?.[1]?.trim() ?? '';
  const isVariable =
    inner === '' || scope.names.isKnown(inner.split('.')) || /^[@#/^!>&*]|^(?:this|\.\.?)(?:$|[./])/.test(inner);
  return isVariable ? fail(`The key "${text}" holds a variable. Only values can.`) : inner;
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
    scope.warning(item.path, `"${item.key}" is also in ${winner.path}, which wins.`);
    return false;
  });
}
