/** A length of time as people say it (90 s, 4 days): over a field that is saved in milliseconds, and in sentences. */
import { element } from '../dom';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  ['ms', 1],
  ['s', SECOND],
  ['min', MINUTE],
  ['h', HOUR],
  ['d', DAY],
] as const;

/** In sentences, hours are hours up to this: 75 h says more beside 24 h than 3 d 3 h does. */
const LONGEST_IN_HOURS = 4 * DAY;

/** At most two units, which no line break parts from their numbers: `75 h 35 min`, `2.5 s`. */
export function durationInWords(ms: number, translate: Translate): string {
  const say = (amount: number, unit: string): string => `${amount}\u00a0${translate(`duration.short.${unit}`)}`;
  if (ms < SECOND) return say(ms, 'ms');
  if (ms < MINUTE) return say(Math.round(ms / 100) / 10, 's');
  const [big, bigMs, small, smallMs] =
    ms > LONGEST_IN_HOURS
      ? (['d', DAY, 'h', HOUR] as const)
      : ms >= HOUR
        ? (['h', HOUR, 'min', MINUTE] as const)
        : (['min', MINUTE, 's', SECOND] as const);
  const inSmall = Math.round(ms / smallMs);
  const inOneBig = bigMs / smallMs;
  const rest = inSmall % inOneBig;
  return say(Math.floor(inSmall / inOneBig), big) + (rest > 0 ? ` ${say(rest, small)}` : '');
}

/** Puts a number and a unit in front of every `input[data-duration]` below `root`, which holds the milliseconds. */
export function durationInputs(root: HTMLElement, translate: Translate): void {
  for (const input of root.querySelectorAll<HTMLInputElement>('input[data-duration]')) durationInput(input, translate);
}

function durationInput(input: HTMLInputElement, translate: Translate): void {
  const ms = Number(input.value);
  const split = Number.isFinite(ms) && input.value !== '' ? splitDuration(ms) : { amount: Number.NaN, unitMs: SECOND };
  const label = input.closest('.form-row')?.querySelector('label');
  const id = `${input.id}-amount`;
  const amount = element('input', { type: 'text', id, inputmode: 'decimal', class: 'telephony-amount' });
  amount.value = Number.isNaN(split.amount) ? input.value : String(split.amount);
  const unit = element(
    'select',
    { class: 'telephony-unit', id: `${input.id}-unit`, 'aria-label': translate('duration.unit') },
    ...UNITS.map(([name, length]) => element('option', { value: String(length) }, translate(`duration.units.${name}`))),
  );
  unit.value = String(split.unitMs);
  const update = (): void => {
    const typed = amount.value.trim().replace(',', '.');
    const isNumber = typed !== '' && Number.isFinite(Number(typed));
    // What is no number goes through as it is, so that the field's own check can refuse it.
    input.value = isNumber ? String(Math.round(Number(typed) * Number(unit.value))) : typed;
    $(input).trigger('change');
  };
  amount.addEventListener('input', update);
  unit.addEventListener('change', update);
  // Node-RED marks the field that it knows, also when the panel has just been opened.
  const mark = (): void => {
    amount.classList.toggle('input-error', input.classList.contains('input-error'));
  };
  new MutationObserver(mark).observe(input, { attributeFilter: ['class'] });
  mark();
  input.classList.add('telephony-hidden');
  input.before(amount, unit);
  // The field itself is out of sight: its label belongs to what is typed into.
  if (!label) return;
  label.htmlFor = id;
  label.id = `${input.id}-label`;
  unit.setAttribute('aria-labelledby', `${label.id} ${unit.id}`);
}

/** The largest unit in which the length is a whole number. */
function splitDuration(ms: number): { readonly amount: number; readonly unitMs: number } {
  const unitMs = UNITS.findLast(([, length]) => ms >= length && ms % length === 0)?.[1] ?? 1;
  return { amount: ms / unitMs, unitMs };
}
