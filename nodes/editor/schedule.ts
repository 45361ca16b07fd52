/** Says in words what a retry schedule does, while it is being edited. */
import { describeSchedule, parseRetryPolicy } from '../../src/delivery/retry-policy';
import { splitDuration } from './duration-input';
import { revalidate } from './saved-properties';

const FIELDS = [
  'schedule',
  'delays',
  'initialDelayMs',
  'maxDelayMs',
  'factor',
  'jitter',
  'maxAttempts',
  'maxAgeMs',
] as const;

/** More attempts than this are summed up. */
const MOST_IN_WORDS = 12;

/** Keeps the sentence below the schedule's fields up to date. */
export function scheduleInWords(translate: Translate): void {
  const output = document.querySelector('#telephony-schedule-words');
  const inputs = FIELDS.map((name) => [name, $(`#node-input-${name}`)] as const);
  const update = (): void => {
    const saved = Object.fromEntries(inputs.map(([name, input]) => [name, input.val()]));
    if (output) output.textContent = words(saved, translate);
  };
  for (const [, input] of inputs) input.on('change keyup input', update);
  // Which fields count depends on the schedule.
  $('#node-input-schedule').on('change', () => revalidate(['delays', 'maxDelayMs']));
  update();
}

function words(saved: Readonly<Record<string, unknown>>, translate: Translate): string {
  const { policy, problems } = parseRetryPolicy(saved);
  if (problems.length > 0) return translate('schedule.unclear');
  const offsets = describeSchedule(policy);
  const delays = offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? 0));
  const duration = (ms: number): string => durationInWords(ms, translate);
  if (delays.length === 0) return translate('schedule.once');
  const shown = delays.slice(0, MOST_IN_WORDS).map(duration).join(', ');
  const rest = delays.length - MOST_IN_WORDS;
  return translate('schedule.words', {
    attempts: offsets.length,
    delays: rest > 0 ? `${shown} ${translate('schedule.more', { number: rest })}` : shown,
    last: duration(offsets[offsets.length - 1] ?? 0),
  });
}

/** At most two units: `75 h 35 min`, `2.5 s`. */
function durationInWords(ms: number, translate: Translate): string {
  const unit = (name: string): string => translate(`duration.short.${name}`);
  if (ms < 1000) return `${ms} ${unit('ms')}`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} ${unit('s')}`;
  const { amount, unitMs } = splitDuration(ms);
  if (unitMs === 60_000 && amount < 60) return `${amount} ${unit('min')}`;
  const pairs = [
    ['d', 86_400_000, 'h', 3_600_000],
    ['h', 3_600_000, 'min', 60_000],
    ['min', 60_000, 's', 1000],
  ] as const;
  const [big, bigMs, small, smallMs] = pairs.find(([, length]) => ms >= length) ?? pairs[2];
  const rest = Math.round((ms % bigMs) / smallMs);
  return `${Math.floor(ms / bigMs)} ${unit(big)}${rest > 0 ? ` ${rest} ${unit(small)}` : ''}`;
}
