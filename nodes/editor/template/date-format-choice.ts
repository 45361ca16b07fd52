/** The field of a date format: a choice of those that have a name, and a text for every other. */
import { isNamedDateFormat } from '../../../src/event/date-format';
import { show, slot } from '../dom';

export interface DateFormatChoice {
  value(): string;
  choose(format: string): void;
}

export function dateFormatChoice(): DateFormatChoice {
  const choice = slot('#telephony-date-formats') as HTMLSelectElement;
  const input = slot('#node-input-dateFormat') as HTMLInputElement;
  const showValue = (): void => {
    choice.value = isNamedDateFormat(input.value) ? input.value : '';
    show(input, choice.value === '');
  };
  const choose = (format: string): void => {
    if (input.value === format) return;
    input.value = format;
    showValue();
    $(input).trigger('change');
  };
  showValue();
  choice.addEventListener('change', () => {
    choose(choice.value || 'DD.MM.YYYY HH:mm');
    if (choice.value === '') input.focus();
  });
  return { value: () => input.value, choose };
}
