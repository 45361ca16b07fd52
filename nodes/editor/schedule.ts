/** Shows what a retry schedule does while it is being edited: as a time line, in words, and in an outage that one can try out. */
import { type Outlook, outlookOf } from '../../src/delivery/outlook';
import { parseRetryPolicy, type RetryPolicy } from '../../src/delivery/retry-policy';
import { type RetrySettings, retryDefaults } from '../../src/delivery/retry-settings';
import { show, slot } from './dom';
import { durationInWords } from './duration-input';
import { typedValues } from './saved-properties';
import { drawTimeLine } from './time-line';

const FIELDS = Object.keys(retryDefaults) as (keyof RetrySettings)[];

export interface ScheduleOptions {
  /** Texts below `outlook` are the node's own: what begins, and what happens in the end. */
  readonly translate: Translate;
  /** The first attempt has failed before: `retry`. */
  readonly hasFailed: boolean;
  /** What else holds in an outage. Empty: nothing. */
  readonly aside?: () => string;
}

/** Keeps time line and sentences below the fields of schedule.html up to date. */
export function showSchedule(form: HTMLElement, options: ScheduleOptions): void {
  const update = (): void => draw(options);
  form.addEventListener('input', update);
  $(form).on('change', update);
  // Which fields count depends on the schedule.
  update();
}

function draw({ translate, hasFailed, aside }: ScheduleOptions): void {
  const { policy, problems } = parseRetryPolicy(typedValues(FIELDS));
  const isClear = problems.length === 0;
  const list = slot('#telephony-time-line');
  const downForMs = readLength(slot('#telephony-downForMs') as HTMLInputElement);
  show(list, isClear);
  show(slot('#telephony-outage'), isClear);
  slot('#telephony-schedule-words').textContent = isClear ? inWords(policy, translate) : translate('schedule.unclear');
  if (!isClear) return;
  const outlook = outlookOf(policy, hasFailed ? Math.max(1, downForMs) : downForMs);
  drawTimeLine(list, outlook, { downForMs, first: translate('outlook.first'), translate });
  slot('#telephony-outage-words').textContent = outageInWords(outlook, downForMs, translate);
  slot('#telephony-outage-aside').textContent = aside?.() ?? '';
}

/** Nothing, or nothing that can be read: it is not down. */
function readLength({ value }: HTMLInputElement): number {
  const ms = Number(value);
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

function inWords(policy: RetryPolicy, translate: Translate): string {
  const { attempts, end } = outlookOf(policy, Number.POSITIVE_INFINITY);
  if (policy.maxAttempts === 1) return translate('outlook.once');
  const values = {
    attempts: attempts.length,
    again: attempts.length - 1,
    last: durationInWords(attempts[attempts.length - 1]?.atMs ?? 0, translate),
    age: durationInWords(policy.maxAgeMs, translate),
  };
  const percent = Math.round(policy.jitter * 100);
  return [
    translate(`outlook.${end}`, values),
    ...(percent > 0 ? [translate('timeLine.jitter', { percent })] : []),
  ].join(' ');
}

function outageInWords({ attempts, arrival }: Outlook, downForMs: number, translate: Translate): string {
  const duration = (ms: number): string => durationInWords(ms, translate);
  const last = arrival ?? attempts[attempts.length - 1];
  const values = { attempt: last?.number ?? 1, at: duration(last?.atMs ?? 0), down: duration(downForMs) };
  if (!arrival) return translate('outlook.givenUp', values);
  if (arrival.number === 1) return translate('outlook.arrivesAtOnce');
  const late = arrival.atMs - downForMs;
  return [
    translate('outlook.arrives', values),
    ...(late > 0 ? [translate('outlook.late', { late: duration(late), ...values })] : []),
  ].join(' ');
}
