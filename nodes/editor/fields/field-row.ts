/** One row of a field-table: key, value of any type, rows inside, and what is wrong with it. */
import type { Field, FieldType } from '../../../src/template/field';
import { isJsonNumber } from '../../../src/template/json-number';
import { element, iconButton, show } from '../dom';
import type { FieldTable, FieldTableOptions } from './field-table';
import { INSERTABLE } from './insert-target';

/** What is wrong or odd at a place below a row or table, as the runtime names it: `[2].value[0].key`. */
export interface Mark {
  readonly path: string;
  readonly message: string;
  readonly severity: 'problem' | 'warning';
}

export interface Row {
  /** Without the spaces around it. */
  key(): string;
  read(): Field;
  /** Checks the row again. `isReplaced`: a later row has the same key. */
  check(isReplaced: boolean): void;
  /** Shows these, in place of those shown before. */
  mark(marks: readonly Mark[]): void;
  /** The input at a path below the row. */
  inputAt(path: string): HTMLElement;
}

/** The types whose value is text with variables. */
const WITH_VARIABLES: readonly string[] = ['text', 'number', 'boolean', 'md5', 'crc32', 'sha1', 'sha256'];
export const NESTED: readonly string[] = ['array', 'object'];

/** Fills the row's element. `list` makes the table inside, `changed` is told of every change a user makes. */
export function fillRow(
  content: HTMLElement,
  field: Partial<Field>,
  keyed: boolean,
  options: FieldTableOptions,
  parts: { readonly list: (at: HTMLElement, rows: readonly Field[], keyed: boolean) => FieldTable; changed(): void },
): Row {
  const { translate } = options;
  const { changed } = parts;
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
  const hint = element('div', { class: 'telephony-hint', role: 'status' });
  const nested = element('div', { class: 'telephony-nested' });
  const line = element(
    'div',
    { class: 'telephony-row' },
    ...(keyed ? [key] : []),
    valueCell,
    moveButtons(content, translate, changed),
  );
  content.append(line, problem, hint, nested);

  const typed = options.types.length > 1 ? $(input) : undefined;
  typed?.typedInput({ types: options.types.map((type) => typeOption(type, translate)), default: field.type ?? 'text' });
  const type = (): FieldType => (typed?.typedInput('type') ?? options.types[0] ?? 'text') as FieldType;
  /** What stands in the field now; while it is being typed, the input that Node-RED replaced does not know it yet. */
  const text = (): string => typed?.typedInput('value') ?? input.value;
  const isNested = (): boolean => NESTED.includes(type());
  const children = new Map<FieldType, FieldTable>();
  const childTable = (of: FieldType): FieldTable => {
    const existing = children.get(of);
    if (existing) return existing;
    const holder = element('div', { class: `telephony-nested-${of}` });
    nested.append(holder);
    const rows = of === field.type && Array.isArray(field.value) ? (field.value as readonly Field[]) : [];
    const made = parts.list(holder, rows, of === 'object');
    children.set(of, made);
    return made;
  };
  const showType = (): void => {
    const chosen = type();
    valueCell.classList.toggle(INSERTABLE, WITH_VARIABLES.includes(chosen));
    if (NESTED.includes(chosen)) childTable(chosen);
    for (const of of children.keys()) show(nested.querySelector(`:scope > .telephony-nested-${of}`), of === chosen);
  };

  let marks: readonly Mark[] = [];
  let isReplaced = false;
  /** What is seen here at once comes before what the runtime says of the same place a moment later. */
  const check = (): void => {
    const reason = keyed ? options.keyProblem(key.value) : undefined;
    // An empty key is no mistake while nothing else stands in the row: the user is about to type.
    const untouched = key.value.trim() === '' && text() === '' && !isNested();
    const isKeyWrong = reason !== undefined && !untouched;
    const told = (severity: Mark['severity']): Mark | undefined => marks.find((mark) => mark.severity === severity);
    const wrong = told('problem');
    const isWrongThere = (place: 'key' | 'value'): boolean => wrong?.path.startsWith(place) === true;
    const isValueWrong = isWrongThere('value') && !isNested();
    key.classList.toggle('input-error', isKeyWrong || isWrongThere('key'));
    key.setAttribute('aria-invalid', String(isKeyWrong || isWrongThere('key')));
    valueCell.classList.toggle('telephony-wrong-value', isValueWrong);
    input.setAttribute('aria-invalid', String(isValueWrong));
    problem.textContent = isKeyWrong ? translate(reason) : (wrong?.message ?? '');
    hint.textContent = isReplaced
      ? translate('table.keyTwice')
      : ((isNested() ? undefined : options.valueHint?.(text())) ?? told('warning')?.message ?? '');
  };
  const read = (): Field => {
    const chosen = type();
    const value = NESTED.includes(chosen) ? childTable(chosen).value() : text();
    return { key: keyed ? key.value.trim() : '', type: chosen, value };
  };

  line.addEventListener('input', changed);
  $(input).on('change', () => {
    showType();
    changed();
  });
  showType();
  return {
    key: () => key.value.trim(),
    read,
    check(replaced) {
      isReplaced = replaced;
      check();
      for (const child of children.values()) child.check();
    },
    mark(all) {
      const isInside = ({ path }: Mark): boolean => path.startsWith('value[');
      marks = all.filter((mark) => !isInside(mark) || !isNested());
      check();
      const inside = all.filter(isInside).map((mark) => ({ ...mark, path: mark.path.slice('value'.length) }));
      if (isNested()) childTable(type()).mark(inside);
    },
    inputAt(path) {
      if (isNested() && path.startsWith('value[')) return childTable(type()).inputAt(path.slice('value'.length));
      if (keyed && (isNested() || path === 'key')) return key;
      // The typedInput has put an input of its own before the one that it hides.
      return [...valueCell.querySelectorAll('input')].find((one) => one.getClientRects().length > 0) ?? key;
    },
  };
}

/** Moving by keyboard: the row changes places with its neighbour, and what had the focus keeps it. */
function moveButtons(content: HTMLElement, translate: Translate, changed: () => void): HTMLElement {
  const move = (focused: HTMLElement | null, up: boolean): void => {
    const item = content.parentElement;
    const neighbour = up ? item?.previousElementSibling : item?.nextElementSibling;
    if (!item || !neighbour) return;
    if (up) neighbour.before(item);
    else neighbour.after(item);
    focused?.focus();
    changed();
  };
  const onKey = (event: KeyboardEvent): void => {
    const { target, key, altKey } = event;
    if (!altKey || (key !== 'ArrowUp' && key !== 'ArrowDown') || !(target instanceof HTMLElement)) return;
    // The row around a nested one stays where it is.
    if (target.closest('li') !== content.parentElement) return;
    event.preventDefault();
    event.stopPropagation();
    move(target, key === 'ArrowUp');
  };
  // Before Node-RED's typedInput, to which an arrow means its menu.
  content.addEventListener('keydown', onKey, true);
  const up: HTMLElement = iconButton('angle-up', translate('table.up'), () => move(up, true));
  const down: HTMLElement = iconButton('angle-down', translate('table.down'), () => move(down, false));
  return element('span', { class: 'telephony-moves' }, up, down);
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
