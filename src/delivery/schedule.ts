/** The waits between attempts: the ready schedules, and lists of delays as users write them. */
import { shortened, UserError } from '../errors';
import type { Sentence } from '../sentence';
import { setting } from '../sentences/setting';

export const SCHEDULES = ['standard', 'hot', 'screen-pop', 'exponential', 'fixed', 'list'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The schedules that are a list: delays after the first, second, … failed attempt. */
export const READY_SCHEDULES = {
  /** The example of the Standard Webhooks specification: the last of ten attempts is 75 h 35 min 5 s after the first. */
  standard: [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  /** While the call is hot: someone still looks at the screen, or is about to call back. */
  hot: [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE],
  /** Worth nothing once the call was answered; see SCREEN_POP_AGE_MS. */
  'screen-pop': [SECOND, 2 * SECOND, 4 * SECOND],
} as const satisfies Partial<Record<ScheduleName, readonly number[]>>;

/** Nothing of a screen pop is sent later than this after its acceptance, whatever the longest age says. */
export const SCREEN_POP_AGE_MS = 15 * SECOND;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY };

const LONGEST_DELAY_MS = 365 * DAY;
const MOST_DELAYS = 100;

/**
 * Reads a list such as `5s, 5m, 30m, 1.5h`. Throws a UserError (`retry-delays`, field `delays`) that names the part
 * that is wrong.
 */
export function parseDelays(text: string): readonly number[] {
  const wrong = (why: Sentence): UserError => new UserError('retry-delays', why, { field: 'delays' });
  if (text.trim() === '') throw wrong(setting('delays-none'));
  const parts = text.split(',');
  if (parts.length > MOST_DELAYS) {
    throw wrong(setting('delays-many', { count: parts.length, most: MOST_DELAYS }));
  }
  return parts.map((part, index) => {
    const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(part) ?? [];
    if (part.trim() === '') throw wrong(setting('delay-empty', { number: index + 1 }));
    const delay = shortened(part.trim());
    if (number === '') throw wrong(setting('delay-no-time', { delay }));
    if (unit === '') throw wrong(setting('delay-no-unit', { delay }));
    const factor = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
    if (factor === undefined) throw wrong(setting('delay-unit', { unit: shortened(unit), delay }));
    const delayMs = Math.round(Number(number) * factor);
    if (delayMs < 1) throw wrong(setting('delay-short', { delay }));
    if (delayMs > LONGEST_DELAY_MS) throw wrong(setting('delay-long', { delay }));
    return delayMs;
  });
}
