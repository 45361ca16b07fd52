/**
 * The table of keys and values that every panel uses: rows of all field types, nested to any depth, moved by dragging or by
 * buttons. Keys never take variables.
 */
import type { Field, FieldType } from '../../src/template/field';
import { isJsonNumber } from '../../src/template/json-number';
import { element, iconButton, show } from './dom';
import { INSERTABLE } from './insert-target';

export interface FieldTableOptions {
  readonly rows: readonly Field[];
  readonly translate: Translate;
  /** What the table holds, for screen readers. */
  readonly label: string;
  readonly types: readonly FieldType[];
  /** Why a key is refused, as the key of a text; undefined where it is fine. */
  readonly keyProblem: (key: string) => string | undefined;
  readonly keyPlaceholder?: string;
  /** Called after every change that a user makes. */
  readonly onChange?: () => void;
}

export interface FieldTable {
  /** Rows in which something stands; a row of which key and value are empty is nothing. */
  value(): Field[];
  /** Checks the keys again, after what makes them right or wrong has changed. */
  check(): void;
}

/** The types whose value is text with variables. */
const WITH_VARIABLES: readonly string[] = ['text', 'number', 'boolean', 'md5', 'crc32', 'sha1', 'sha256'];
const NESTED: readonly string[] = ['array', 'object'];

interface Row {
  read(): Field;
  check(): void;
}

/** Rows by their element, so that reading follows the order on screen, however they were moved. */
const rowsByElement = new WeakMap<Element, Row>();

export function fieldTable(container: HTMLElement, options: FieldTableOptions): FieldTable {
  return rowList(container, options.rows, true, options);
}

function rowList(
  container: HTMLElement,
  rows: readonly Field[],
  keyed: boolean,
  options: FieldTableOptions,
): FieldTable {
  const { translate } = options;
  const changed = (): void => options.onChange?.();
  const list = $(element('ol', { class: 'telephony-table' })).appendTo(container);
  list.editableList<Partial<Field>>({
    addButton: translate(keyed ? 'table.add' : 'table.addValue'),
    height: 'auto',
    removable: true,
    sortable: true,
    scrollOnAdd: false,
    ariaLabel: options.label,
    addItem: (row, _index, field) => {
      const content = row[0];
      if (content) fillRow(content, field, keyed, options);
    },
    removeItem: changed,
    sortItems: changed,
  });
  for (const field of rows) list.editableList('addItem', field);

  const inOrder = (): Row[] =>
    [...(list[0]?.children ?? [])].flatMap((item) => {
      const content = item.firstElementChild;
      const row = content ? rowsByElement.get(content) : undefined;
      return row && !item.classList.contains('red-ui-editableList-item-deleting') ? [row] : [];
    });
  return {
    value: () =>
      inOrder()
        .map((row) => row.read())
        .filter(({ key, value }) => (keyed ? key !== '' || value.length > 0 : true)),
    check: () => {
      for (const row of inOrder()) row.check();
    },
  };
}

function fillRow(content: HTMLElement, field: Partial<Field>, keyed: boolean, options: FieldTableOptions): void {
  const { translate } = options;
  const changed = (): void => options.onChange?.();
  const key = element('input', {
    type: 'text',
    class: 'telephony-key',
    placeholder: options.keyPlaceholder ?? translate('table.key'),
    'aria-label': translate('table.key'),
  });
  key.value = field.key ?? '';
  const input = element('input', {
    type: 'text',
    style: 'width: 100%',
    'aria-label': translate('table.value'),
    placeholder: translate('table.value'),
  });
  input.value = typeof field.value === 'string' ? field.value : '';
  const valueCell = element('div', { class: 'telephony-value' }, input);
  const problem = element('div', { class: 'telephony-problem', role: 'alert' });
  const nested = element('div', { class: 'telephony-nested' });
  const line = element(
    'div',
    { class: 'telephony-row' },
    ...(keyed ? [key] : []),
    valueCell,
    ...moveButtons(content, options),
  );
  content.append(line, problem, nested);

  const typed = options.types.length > 1 ? $(input) : undefined;
  typed?.typedInput({ types: options.types.map((type) => typeOption(type, translate)), default: field.type ?? 'text' });
  const type = (): FieldType => (typed?.typedInput('type') ?? options.types[0] ?? 'text') as FieldType;
  const children = new Map<FieldType, FieldTable>();
  const childTable = (of: FieldType): FieldTable => {
    const existing = children.get(of);
    if (existing) return existing;
    const holder = element('div', { class: `telephony-nested-${of}` });
    nested.append(holder);
    const rows = of === field.type && Array.isArray(field.value) ? (field.value as readonly Field[]) : [];
    const made = rowList(holder, rows, of === 'object', options);
    children.set(of, made);
    return made;
  };
  const showType = (): void => {
    const chosen = type();
    valueCell.classList.toggle(INSERTABLE, WITH_VARIABLES.includes(chosen));
    if (NESTED.includes(chosen)) childTable(chosen);
    for (const of of children.keys()) show(nested.querySelector(`:scope > .telephony-nested-${of}`), of === chosen);
  };
  const check = (): void => {
    const reason = keyed ? options.keyProblem(key.value) : undefined;
    // An empty key is no mistake while nothing else stands in the row: the user is about to type.
    const untouched = key.value.trim() === '' && input.value === '' && !NESTED.includes(type());
    const wrong = reason !== undefined && !untouched;
    key.classList.toggle('input-error', wrong);
    key.setAttribute('aria-invalid', String(wrong));
    problem.textContent = wrong ? translate(reason) : '';
  };
  key.addEventListener('input', () => {
    check();
    changed();
  });
  $(input).on('change', () => {
    showType();
    check();
    changed();
  });
  showType();
  check();
  rowsByElement.set(content, {
    read: () => {
      const chosen = type();
      const value = NESTED.includes(chosen)
        ? childTable(chosen).value()
        : typed
          ? typed.typedInput('value')
          : input.value;
      return { key: keyed ? key.value.trim() : '', type: chosen, value };
    },
    check: () => {
      check();
      for (const child of children.values()) child.check();
    },
  });
}

/** Moving by keyboard: the row changes places with its neighbour, and the button keeps the focus. */
function moveButtons(content: HTMLElement, options: FieldTableOptions): HTMLElement[] {
  const move = (button: HTMLElement, up: boolean): void => {
    const item = content.parentElement;
    const neighbour = up ? item?.previousElementSibling : item?.nextElementSibling;
    if (!item || !neighbour) return;
    if (up) neighbour.before(item);
    else neighbour.after(item);
    button.focus();
    options.onChange?.();
  };
  const up: HTMLElement = iconButton('angle-up', options.translate('table.up'), () => move(up, true));
  const down: HTMLElement = iconButton('angle-down', options.translate('table.down'), () => move(down, false));
  return [element('span', { class: 'telephony-moves' }, up, down)];
}

const ICONS: Readonly<Partial<Record<FieldType, string>>> = {
  text: 'red/images/typedInput/az.svg',
  number: 'red/images/typedInput/09.svg',
  boolean: 'red/images/typedInput/bool.svg',
  array: 'fa fa-list-ol',
  object: 'red/images/typedInput/json.svg',
  md5: 'fa fa-hashtag',
  crc32: 'fa fa-hashtag',
  sha1: 'fa fa-hashtag',
  sha256: 'fa fa-hashtag',
};

/** Node-RED's own types as they are; ours with an icon, and refused at once where no variable can mend them. */
function typeOption(type: FieldType, translate: Translate): string | TypedInputType {
  const image = ICONS[type];
  if (image === undefined) return type;
  const base = { value: type, label: translate(`table.types.${type}`), icon: image };
  if (NESTED.includes(type)) return { ...base, hasValue: false };
  if (type === 'number') return { ...base, validate: (value) => value.includes('{{') || isJsonNumber(value.trim()) };
  if (type === 'boolean')
    return { ...base, validate: (value) => value.includes('{{') || /^(?:true|false)$/.test(value) };
  return base;
}
