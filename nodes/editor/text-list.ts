/** A list of short texts, one a row: numbers, addresses. */
import { element } from './dom';

export interface TextListOptions {
  readonly values: readonly string[];
  readonly translate: Translate;
  readonly label: string;
  readonly placeholder?: string | undefined;
  /** Why a text is refused; undefined where it is fine. */
  readonly problem?: (value: string) => string | undefined;
}

export interface TextList {
  /** Without empty rows. */
  values(): string[];
}

export function textList(container: HTMLElement, options: TextListOptions): TextList {
  const list = $(element('ol')).appendTo(container);
  list.editableList<{ value: string }>({
    addButton: options.translate('textList.add'),
    height: 'auto',
    removable: true,
    scrollOnAdd: false,
    ariaLabel: options.label,
    addItem(row, _index, { value = '' }) {
      const input = element('input', { type: 'text', 'aria-label': options.label, placeholder: options.placeholder });
      input.value = value;
      const problem = element('div', { class: 'telephony-problem', role: 'alert' });
      const check = (): void => {
        const reason = input.value.trim() === '' ? undefined : options.problem?.(input.value.trim());
        input.classList.toggle('input-error', reason !== undefined);
        problem.textContent = reason ?? '';
      };
      input.addEventListener('input', check);
      row.append(element('div', { class: 'telephony-text-row' }, input), problem);
      check();
    },
  });
  for (const value of options.values) list.editableList('addItem', { value });
  const values = (): string[] =>
    [...container.querySelectorAll<HTMLInputElement>('.telephony-text-row input')]
      // A row that was deleted fades out before it is gone.
      .filter((input) => input.closest('.red-ui-editableList-item-deleting') === null)
      .map((input) => input.value.trim())
      .filter(Boolean);
  return { values };
}
