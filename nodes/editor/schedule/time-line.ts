/** Draws what a schedule comes to: a step for each attempt with the wait that follows it, and in an outage, how each fares. */
import type { Outlook, PlannedAttempt } from '../../../src/delivery/outlook';
import { element, icon } from '../dom';
import { durationInWords } from '../fields/duration-input';

/** Of more than these, some in the middle are left out. */
const MOST_SHOWN = 12;
const FIRST_SHOWN = 7;

/** `first`: what stands below the first step. A list, so that it reads the same without eyes. */
export function drawTimeLine(
  list: HTMLElement,
  outlook: Outlook,
  { downForMs, first, translate }: { downForMs: number; first: string; translate: Translate },
): void {
  const { attempts, arrival } = outlook;
  const duration = (ms: number): string => durationInWords(ms, translate);
  const drawAttempt = ({ number, atMs, fate }: PlannedAttempt): HTMLElement => {
    const next = attempts[number];
    const words = translate(`timeLine.${fate}`, { number });
    const step = element(
      'li',
      { class: `telephony-step telephony-${fate}`, title: words },
      element('span', { class: 'telephony-step-wait', 'aria-hidden': 'true' }, next ? duration(next.waitMs) : ''),
      element('span', { class: 'telephony-step-dot', 'aria-hidden': 'true' }),
      element('span', { class: 'telephony-for-readers' }, `${words}: `),
      element('span', { class: 'telephony-step-at' }, number === 1 ? first : `+${duration(atMs)}`),
    );
    step.style.setProperty('--telephony-down', `${100 * downShare(atMs, next, downForMs)}%`);
    return step;
  };
  const steps = shown(outlook).map((step) =>
    typeof step === 'number'
      ? element('li', { class: 'telephony-step telephony-left-out' }, translate('timeLine.more', { number: step }))
      : drawAttempt(step),
  );
  const last = attempts[attempts.length - 1]?.atMs ?? 0;
  const end = element(
    'li',
    { class: `telephony-step telephony-end telephony-${arrival ? 'spare' : 'fails'}` },
    icon('flag-o'),
    ' ',
    translate('timeLine.givesUp', { at: duration(last) }),
  );
  list.replaceChildren(...steps, end);
}

/** How much of the wait after an attempt the receiver is down: 0 to 1. */
function downShare(atMs: number, next: PlannedAttempt | undefined, downForMs: number): number {
  if (!next) return downForMs > atMs ? 1 : 0;
  return Math.min(1, Math.max(0, (downForMs - atMs) / next.waitMs));
}

/** The attempts to draw, and in place of others how many they are. */
function shown({ attempts, arrival }: Outlook): readonly (PlannedAttempt | number)[] {
  const kept = attempts.filter(
    ({ number }) =>
      attempts.length <= MOST_SHOWN ||
      number <= FIRST_SHOWN ||
      number === arrival?.number ||
      number === attempts.length,
  );
  return kept.flatMap((attempt, index) => {
    const leftOut = attempt.number - (kept[index - 1]?.number ?? 0) - 1;
    return leftOut > 0 ? [leftOut, attempt] : [attempt];
  });
}
