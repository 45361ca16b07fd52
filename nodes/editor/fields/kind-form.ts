/** The part of a form that its fields, which are data, draw: `telephony-source` has other fields for every kind. */
import type { KindField, KindInput, SourceKind } from '../../../src/sources/kind';
import { optionTitle } from '../catalogue-words';
import { slot } from '../dom';
import { checkList } from './check-list';
import { parameterTable } from './parameter-table';
import { savedRows } from './saved-rows';
import { textList } from './text-list';

type Values = Readonly<Record<string, unknown>>;

const PREFIX = 'node-config-input';

/**
 * The rows of a form for all kinds; a field that several kinds have is drawn once. They go into the template of the form, not
 * into the open form, so that Node-RED itself fills, checks and saves them.
 */
export function drawKinds(kinds: readonly SourceKind[]): DocumentFragment {
  const rows = document.createDocumentFragment();
  for (const field of distinctFields(kinds)) rows.append(drawField(field));
  return rows;
}

/** Puts the rows of a kind in its order and under its words. Those of other kinds stay, hidden, and keep what was typed. */
export function arrangeKind(form: HTMLElement, { id, fields }: SourceKind, translate: Translate): void {
  const rows = [...form.querySelectorAll<HTMLElement>('[data-kind-field]')];
  // No kind is called nothing.
  for (const row of rows) row.dataset['when'] = 'kind=';
  let before = form.querySelector<HTMLElement>('[data-kind-fields]');
  for (const { name, when = '', words = name } of fields) {
    const row = rows.find(({ dataset }) => dataset['kindField'] === name);
    if (!row) continue;
    before?.after(row);
    before = row;
    row.dataset['when'] = `kind=${id} ${when}`;
    for (const part of row.querySelectorAll<HTMLElement>('[data-kind-word]')) {
      // Node-RED puts into words what has this attribute, after the form was prepared.
      part.removeAttribute('data-i18n');
      part.textContent = translate(`${words}.${part.dataset['kindWord']}`);
    }
  }
}

/** Fills in what Node-RED's own fields cannot be, and answers how to read it again: saved property → its value. */
export function kindWidgets(
  kinds: readonly SourceKind[],
  { saved, parsed }: { readonly saved: Values; readonly parsed: Values },
  translate: Translate,
): () => Record<string, unknown> {
  const readers = distinctFields(kinds).flatMap((field): [string, () => unknown][] => {
    const { [field.name]: value } = field.input.kind === 'parameters' ? saved : parsed;
    const read = widget(field, value, translate);
    return read ? [[field.name, read]] : [];
  });
  return () => Object.fromEntries(readers.map(([name, read]) => [name, read()]));
}

function distinctFields(kinds: readonly SourceKind[]): readonly KindField[] {
  const byName = new Map<string, KindField>();
  for (const field of kinds.flatMap(({ fields }) => fields)) {
    if (!byName.has(field.name)) byName.set(field.name, field);
  }
  return [...byName.values()];
}

/** Undefined: Node-RED itself fills and reads the field. */
function widget({ name, input }: KindField, value: unknown, translate: Translate): (() => unknown) | undefined {
  const label = translate(`${name}.label`);
  switch (input.kind) {
    case 'list': {
      const values = value as readonly string[];
      const { placeholder, fits = () => true } = input;
      const problem = (text: string): string | undefined => (fits(text) ? undefined : translate(`${name}.wrong`));
      return textList(slot(`#telephony-${name}`), { values, translate, label, placeholder, problem }).values;
    }
    case 'parameters': {
      const rows = savedRows(value);
      return parameterTable(slot(`#telephony-${name}`), { rows, translate, label, types: ['text'] }).value;
    }
    case 'ticks': {
      const items = input.options.map((option) => ({
        values: [option.id],
        label: optionTitle(translate, name, option),
      }));
      const chosen = value as readonly string[];
      const list = checkList({ groups: [{ title: label, items }], chosen, translate });
      slot(`#telephony-${name}`).append(list.element);
      return list.chosen;
    }
    case 'shown':
    case 'text':
    case 'number':
    case 'password':
    case 'checkbox':
    case 'choice':
      return undefined;
  }
}

function drawField({ name, icon, input }: KindField): HTMLElement {
  const drawn = drawInput(name, input);
  const row = document.createElement('div');
  const isWide = drawn.localName === 'div' && input.kind !== 'shown';
  row.className = isWide ? 'form-row telephony-wide' : 'form-row';
  row.dataset['kindField'] = name;
  const label = document.createElement('label');
  if (drawn.localName !== 'div') label.htmlFor = drawn.id;
  const image = document.createElement('i');
  image.className = `fa fa-${icon}`;
  label.append(image, ' ', word('span', name, 'label'));
  const tip = word('p', name, 'tip');
  tip.className = 'telephony-tip';
  if (input.kind === 'checkbox') row.append(drawn, ' ', label, tip);
  else row.append(label, ' ', drawn, tip);
  return row;
}

/** Text that Node-RED puts into words when the form opens, and `arrangeKind` into those of the kind. */
function word(tag: string, name: string, part: string): HTMLElement {
  const made = document.createElement(tag);
  made.dataset['i18n'] = `${name}.${part}`;
  made.dataset['kindWord'] = part;
  return made;
}

function drawInput(name: string, input: KindInput): HTMLElement {
  switch (input.kind) {
    case 'list':
    case 'parameters':
    case 'shown':
    case 'ticks': {
      const holder = document.createElement('div');
      holder.id = `telephony-${name}`;
      if (input.kind === 'shown') holder.className = 'telephony-field';
      return holder;
    }
    case 'choice': {
      const select = document.createElement('select');
      select.id = `${PREFIX}-${name}`;
      for (const value of input.options) {
        const option = document.createElement('option');
        option.value = value;
        option.dataset['i18n'] = `${name}.options.${value}`;
        select.append(option);
      }
      return select;
    }
    case 'checkbox':
    case 'text':
    case 'number':
    case 'password': {
      const typed = document.createElement('input');
      typed.id = `${PREFIX}-${name}`;
      // Attributes, not properties: only they survive being written as markup.
      typed.setAttribute('type', input.kind === 'number' ? 'text' : input.kind);
      if (input.kind === 'checkbox') return typed;
      typed.setAttribute('autocomplete', input.kind === 'password' ? 'new-password' : 'off');
      if (input.kind === 'number') typed.className = 'telephony-short';
      if (input.placeholder) typed.setAttribute('placeholder', input.placeholder);
      return typed;
    }
  }
}
