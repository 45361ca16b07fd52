/** A length of time as people say it (90 s, 4 days) over a field that is saved in milliseconds. */
import { element } from './dom';

const UNITS = [
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
] as const;

/** The largest unit in which the length is a whole number. */
export function splitDuration(ms: number): { readonly amount: number; readonly unitMs: number } {
  const unitMs = UNITS.findLast(([, length]) => ms >= length && ms % length === 0)?.[1] ?? 1;
  return { amount: ms / unitMs, unitMs };
}

/** Puts a number and a unit in front of every `input[data-duration]` below `root`, which holds the milliseconds. */
export function durationInputs(root: HTMLElement, translate: Translate): void {
  for (const input of root.querySelectorAll<HTMLInputElement>('input[data-duration]')) durationInput(input, translate);
}

function durationInput(input: HTMLInputElement, translate: Translate): void {
  const ms = Number(input.value);
  const split = Number.isFinite(ms) && input.value !== '' ? splitDuration(ms) : { amount: Number.NaN, unitMs: 1000 };
  const label = root(input)?.querySelector('label')?.textContent?.trim() ?? '';
  const amount = element('input', {
    type: 'text',
    inputmode: 'decimal',
    class: 'telephony-amount',
    'aria-label': label,
  });
  amount.value = Number.isNaN(split.amount) ? input.value : String(split.amount);
  const unit = element(
    'select',
    { class: 'telephony-unit', 'aria-label': translate('duration.unit') },
    ...UNITS.map(([name, length]) => element('option', { value: String(length) }, translate(`duration.units.${name}`))),
  );
  unit.value = String(split.unitMs);
  const update = (): void => {
    const typed = amount.value.trim().replace(',', '.');
    const isNumber = typed !== '' && Number.isFinite(Number(typed));
    // What is no number goes through as it is, so that the field's own check can refuse it.
    input.value = isNumber ? String(Math.round(Number(typed) * Number(unit.value))) : typed;
    $(input).trigger('change');
    amount.classList.toggle('input-error', input.classList.contains('input-error'));
  };
  amount.addEventListener('input', update);
  unit.addEventListener('change', update);
  input.classList.add('telephony-hidden');
  input.before(amount, unit);
}

function root(input: HTMLInputElement): HTMLElement | null {
  return input.closest<HTMLElement>('.form-row');
}
