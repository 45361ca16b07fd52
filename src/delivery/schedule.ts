/** The waits between attempts: the ready schedules, and lists of delays as users write them. */
import { quoted, UserError } from '../errors';

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
  const wrong = (message: string): UserError => new UserError('retry-delays', message, { field: 'delays' });
  if (text.trim() === '') throw wrong('The list of delays is empty. Write for example 5s, 5m, 30m.');
  const parts = text.split(',');
  if (parts.length > MOST_DELAYS) {
    throw wrong(`The list has ${parts.length} delays; ${MOST_DELAYS} are the most. The last one repeats by itself.`);
  }
  return parts.map((part, index) => {
    const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(part) ?? [];
    const name = part.trim() === '' ? `Delay ${index + 1} is empty` : quoted(part.trim());
    if (part.trim() === '') throw wrong(`${name}. Write for example 5s, 5m, 30m.`);
    if (number === '') throw wrong(`${name} is not a time. Write a number and ms, s, m, h or d, for example 5m.`);
    if (unit === '') throw wrong(`${name} has no unit. Write for example 5s or 5m.`);
    const factor = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
    if (factor === undefined) throw wrong(`${quoted(unit)} in ${name} is no unit. Use ms, s, m, h or d.`);
    const delayMs = Math.round(Number(number) * factor);
    if (delayMs < 1) throw wrong(`${name} is no wait at all. Write at least 1ms.`);
    if (delayMs > LONGEST_DELAY_MS) throw wrong(`${name} is longer than a year.`);
    return delayMs;
  });
}
