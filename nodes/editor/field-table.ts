/**
 * The table of keys and values that every panel uses: rows of all field types, nested to any depth, moved by dragging, by
 * buttons or by Alt and an arrow, and filled by pasting lines or JSON. Keys never take variables.
 */
import type { Field, FieldType } from '../../src/template/field';
import { element, nameRemoval, startTyping } from './dom';
import { fillRow, type Mark, type Row } from './field-row';
import { pastedRows } from './pasted-rows';

export interface FieldTableOptions {
  readonly rows: readonly Field[];
  readonly translate: Translate;
  /** What the table holds, for screen readers. */
  readonly label: string;
  readonly types: readonly FieldType[];
  /** Why a key is refused, as the key of a text; undefined where it is fine. */
  readonly keyProblem: (key: string) => string | undefined;
  /** What is odd about a value, in words. */
  readonly valueHint?: (value: string) => string | undefined;
  /** What makes two keys the same one. Undefined: the key itself. */
  readonly sameKey?: (key: string) => string;
  /** False: what is pasted becomes text, whatever it looks like. */
  readonly typedPaste?: boolean;
  readonly keyPlaceholder?: string;
  /** Called after every change that a user makes. */
  readonly onChange?: () => void;
}

export interface FieldTable {
  /** Rows in which something stands; a row of which key and value are empty is nothing. */
  value(): Field[];
  /** Takes these rows in place of what it holds. */
  replace(rows: readonly Field[]): void;
  /** Checks every row again, after what makes it right or wrong has changed. */
  check(): void;
  /** Shows what the runtime says of the rows, in place of what it said before. */
  mark(marks: readonly Mark[]): void;
  /** The input at a path such as `[2].value`. */
  inputAt(path: string): HTMLElement;
}

/** Rows by their element, so that reading follows the order on screen, however they were moved. */
const rowsByElement = new WeakMap<Element, Row>();

export function fieldTable(container: HTMLElement, options: FieldTableOptions): FieldTable {
  const table = rowList(container, options.rows, true, options);
  table.check();
  return table;
}

function rowList(
  container: HTMLElement,
  rows: readonly Field[],
  keyed: boolean,
  options: FieldTableOptions,
): FieldTable {
  const { translate, sameKey = (key) => key } = options;
  const list = $(element('ol', { class: 'telephony-table' })).appendTo(container);
  const [listElement = container] = list;
  const inOrder = (): Row[] =>
    [...listElement.children].flatMap((item) => {
      const content = item.firstElementChild;
      const row = content ? rowsByElement.get(content) : undefined;
      return row && !item.classList.contains('red-ui-editableList-item-deleting') ? [row] : [];
    });
  const check = (): void => {
    const all = inOrder();
    const last = new Map(all.map((row) => [sameKey(row.key()), row]));
    for (const row of all) row.check(keyed && row.key() !== '' && last.get(sameKey(row.key())) !== row);
  };
  const changed = (): void => {
    // A row that was deleted is gone a moment later, and so may be the panel.
    if (!listElement.isConnected) return;
    check();
    options.onChange?.();
  };
  list.editableList<Partial<Field>>({
    addButton: translate(keyed ? 'table.add' : 'table.addValue'),
    height: 'auto',
    removable: true,
    sortable: true,
    scrollOnAdd: false,
    ariaLabel: options.label,
    addItem: (item, _index, field) => {
      const [content] = item;
      if (!content) return;
      nameRemoval(content, translate('textList.remove'));
      const list = (at: HTMLElement, inner: readonly Field[], isKeyed: boolean): FieldTable =>
        rowList(at, inner, isKeyed, options);
      rowsByElement.set(content, fillRow(content, field, keyed, options, { list, changed }));
      if (field.type === undefined) startTyping(content);
    },
    removeItem: changed,
    sortItems: changed,
  });
  for (const field of rows) list.editableList('addItem', field);

  const isEmpty = ({ key, value }: Field): boolean => (!keyed || key === '') && value.length === 0;
  /** Those that `value` tells of, to which the places in messages refer. */
  const filled = (): Row[] => (keyed ? inOrder().filter((row) => !isEmpty(row.read())) : inOrder());

  listElement.addEventListener('paste', (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || target.closest('.telephony-table') !== listElement) return;
    if (keyed && !target.classList.contains('telephony-key')) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const pasted = pastedRows(text, { keyed, typed: options.typedPaste !== false, types: options.types });
    const item = target.closest('li');
    const content = item?.firstElementChild;
    if (pasted === undefined || !item || !content) return;
    event.preventDefault();
    const at = [...listElement.children].indexOf(item);
    const takesPlace = isEmpty(rowsByElement.get(content)?.read() ?? { key: '', type: 'text', value: '' });
    pasted.forEach((field, index) => {
      list.editableList('insertItemAt', field, at + 1 + index);
    });
    if (takesPlace) list.editableList('removeItem', $(content).data('data'));
    listElement.children[at + pasted.length - (takesPlace ? 1 : 0)]?.querySelector('input')?.focus();
    changed();
  });

  return {
    value: () => filled().map((row) => row.read()),
    replace(fields) {
      list.editableList('empty');
      for (const field of fields) list.editableList('addItem', field);
      changed();
    },
    check,
    mark(marks) {
      filled().forEach((row, index) => {
        row.mark(marks.flatMap((mark) => below(mark, index)));
      });
    },
    inputAt(path) {
      const [, index, rest = ''] = PLACE.exec(path) ?? [];
      return filled()[Number(index ?? 0)]?.inputAt(rest) ?? listElement;
    },
  };
}

const PLACE = /^\[(\d+)\]\.?(.*)$/;

function below(mark: Mark, index: number): readonly Mark[] {
  const [, at, path = ''] = PLACE.exec(mark.path) ?? [];
  return at === String(index) ? [{ ...mark, path }] : [];
}
