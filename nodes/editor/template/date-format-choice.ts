/** The field of a date format: a choice of those that have a name, and a text for every other. */
import { isNamedDateFormat } from '../../../src/event/date-format';
import { show, slot } from '../dom';

export function chooseDateFormat(): void {
  const choice = slot('#telephony-date-formats') as HTMLSelectElement;
  const input = slot('#node-input-dateFormat') as HTMLInputElement;
  const showOwn = (): void => show(input, choice.value === '');
  choice.value = isNamedDateFormat(input.value) ? input.value : '';
  showOwn();
  choice.addEventListener('change', () => {
    input.value = choice.value || 'DD.MM.YYYY HH:mm';
    showOwn();
    $(input).trigger('change');
    if (choice.value === '') input.focus();
  });
}
