/** Times, spans and numbers in the user's language. */

export interface Times {
  /** The time of day; before that the day, where it was another one. */
  short(iso: string): string;
  /** Day and time, to the second. */
  long(iso: string): string;
  /** From when until when, as exact as the span is short. */
  span(fromMs: number, toMs: number): string;
  /** The same, apart. */
  ends(fromMs: number, toMs: number): readonly [from: string, to: string];
  /** Such as "120 ms", "3.2 s", "5 min", "2.5 h". */
  duration(ms: number): string;
  number(value: number): string;
}

/** A shorter span needs seconds. */
const SHORT_SPAN_MS = 600_000;

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day';
const UNITS: readonly (readonly [Unit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

export function timesIn(language: string | undefined): Times {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(language, options);
  const clock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const minutes = format({ hour: '2-digit', minute: '2-digit' });
  const day = format({ day: 'numeric', month: 'short' });
  const whole = format({ dateStyle: 'medium', timeStyle: 'medium' });
  const numbers = new Intl.NumberFormat(language);
  const ends: Times['ends'] = (fromMs, toMs) => {
    const [from, to] = [new Date(fromMs), new Date(toMs)];
    const exact = toMs - fromMs < SHORT_SPAN_MS ? clock : minutes;
    const isOneDay = from.toDateString() === to.toDateString();
    const end = isOneDay ? exact.format(to) : `${day.format(to)} ${exact.format(to)}`;
    return [`${day.format(from)} ${exact.format(from)}`, end];
  };
  return {
    short(iso) {
      const time = new Date(iso);
      const isToday = time.toDateString() === new Date().toDateString();
      return isToday ? clock.format(time) : `${day.format(time)} ${clock.format(time)}`;
    },
    long: (iso) => whole.format(new Date(iso)),
    span: (fromMs, toMs) => ends(fromMs, toMs).join(' – '),
    ends,
    duration(ms) {
      const [unit, size] = UNITS.find((one) => ms >= one[1]) ?? (['millisecond', 1] as const);
      const digits = ms / size < 10 && unit !== 'millisecond' ? 1 : 0;
      const value = new Intl.NumberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumFractionDigits: digits,
      });
      return value.format(ms / size);
    },
    number: (value) => numbers.format(value),
  };
}
