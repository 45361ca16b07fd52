/** A list of short texts, one a row: numbers, addresses. */
import { element, nameRemoval, startTyping } from './dom';

export interface TextListOptions {
  readonly values: readonly string[];
  readonly translate: Translate;
  readonly label: string;
  readonly placeholder?: string | undefined;
  /** Why a text is refused; undefined where it is fine. `others`: the texts before it. */
  readonly problem?: (value: string, others: readonly string[]) => string | undefined;
  /** What else is to be said of a text that is fine. */
  readonly note?: (value: string) => string | undefined;
  /** How a text is better written, once it was typed. */
  readonly tidy?: (value: string) => string;
  /** Called after every change that a user makes. */
  readonly onChange?: () => void;
}

export interface TextList {
  /** Without empty rows. */
  values(): string[];
  add(value: string): void;
  /** Checks all rows again, after what they are judged by has changed. */
  check(): void;
}

export function textList(container: HTMLElement, options: TextListOptions): TextList {
  const { translate, label, placeholder, problem, note, tidy, onChange } = options;
  const list = $(element('ol', { class: 'telephony-table' })).appendTo(container);
  const inputs = (): readonly HTMLInputElement[] =>
    [...container.querySelectorAll<HTMLInputElement>('.telephony-text-row input')]
      // A row that was deleted fades out before it is gone.
      .filter((input) => input.closest('.red-ui-editableList-item-deleting') === null);
  const values = (): string[] => inputs().flatMap((input) => input.value.trim() || []);
  const check = (): void => {
    const before: string[] = [];
    for (const input of inputs()) {
      const value = input.value.trim();
      const reason = value === '' ? undefined : problem?.(value, before);
      const row = input.closest('.telephony-text-row')?.parentElement;
      input.classList.toggle('input-error', reason !== undefined);
      input.setAttribute('aria-invalid', String(reason !== undefined));
      setText(row?.querySelector('.telephony-problem'), reason);
      setText(row?.querySelector('.telephony-note'), reason || value === '' ? undefined : note?.(value));
      before.push(value);
    }
  };
  const changed = (): void => {
    check();
    onChange?.();
  };
  list.editableList<{ value: string }>({
    addButton: translate('textList.add'),
    height: 'auto',
    removable: true,
    scrollOnAdd: false,
    ariaLabel: label,
    addItem(row, _index, { value }) {
      const input = element('input', { type: 'text', 'aria-label': label, placeholder });
      input.value = value ?? '';
      input.addEventListener('input', changed);
      input.addEventListener('change', () => {
        const tidied = tidy?.(input.value.trim()) ?? input.value;
        if (tidied === input.value) return;
        input.value = tidied;
        changed();
      });
      nameRemoval(row[0], translate('textList.remove'));
      row.append(
        element('div', { class: 'telephony-text-row' }, input),
        element('div', { class: 'telephony-problem', role: 'alert' }),
        element('div', { class: 'telephony-note', role: 'status' }),
      );
      if (value === undefined) startTyping(row[0]);
    },
    removeItem: changed,
  });
  const add = (value: string): void => {
    list.editableList('addItem', { value });
  };
  for (const value of options.values) add(value);
  check();
  return { values, add, check };
}

function setText(target: Element | null | undefined, text: string | undefined): void {
  if (target && target.textContent !== (text ?? '')) target.textContent = text ?? '';
}
