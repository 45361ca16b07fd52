/** What happened to a delivery, step by step: a time line with each attempt and its answer. */
import { headerLines } from '../curl';
import { element, icon } from '../dom';
import { said } from '../said';
import { bodyText } from './body-text';
import { type Step, stepsOf } from './delivery-steps';
import type { Attempt, Details } from './log-client';
import type { LogHost } from './log-host';
import { part, pre } from './parts';

type Words = Pick<LogHost, 'translate' | 'times'>;

export function stepsPart(delivery: Details, words: Words): HTMLElement {
  return element(
    'div',
    {},
    element('h3', {}, words.translate('sidebar.stepsTitle')),
    element(
      'ol',
      { class: 'telephony-log-steps' },
      ...stepsOf(delivery).map((step) => stepView(step, delivery, words)),
    ),
  );
}

function stepView(step: Step, { lastError, attempts }: Details, words: Words): HTMLElement {
  const { translate, times } = words;
  const line = (image: string, state: string, text: string, ...rest: readonly HTMLElement[]): HTMLElement =>
    element(
      'li',
      { class: `telephony-log-step telephony-log-is-${state}` },
      icon(image),
      element(
        'div',
        {},
        element('span', { class: 'telephony-log-step-text' }, text),
        ' ',
        element('time', { datetime: step.at, title: times.long(step.at) }, times.short(step.at)),
        ...afterWords(step, words),
        ...rest,
      ),
    );
  switch (step.kind) {
    case 'accepted':
      return line('inbox', 'pending', translate('sidebar.steps.accepted'));
    case 'next':
      return line('clock-o', 'waiting', translate('sidebar.steps.next'));
    case 'ended':
      return line('ban', 'failed', translate(`sidebar.classes.${lastError?.class}`));
    case 'attempt': {
      const { number, class: failure } = step.attempt;
      const text = translate('sidebar.attempt', { number });
      if (failure === null) return line('check-circle', 'delivered', text, ...attemptView(step.attempt, false, words));
      // What the receiver says of the last failure is what one came to read.
      const isLast = number === attempts.length;
      return line('times-circle', 'failed', text, ...attemptView(step.attempt, isLast, words));
    }
  }
}

function afterWords({ afterMs }: Step, { translate, times }: Words): (HTMLElement | string)[] {
  if (afterMs === null || afterMs < 1) return [];
  const text = translate('sidebar.after', { time: times.duration(afterMs) });
  return [' ', element('span', { class: 'telephony-log-after' }, text)];
}

function attemptView(attempt: Attempt, isOpen: boolean, { translate, times }: Words): HTMLElement[] {
  const { number, statusCode, durationMs, class: failure, message, phrase, response } = attempt;
  const result = [
    translate(failure === null ? 'sidebar.states.delivered' : `sidebar.classes.${failure}`),
    ...(statusCode === null ? [] : [String(statusCode)]),
    times.duration(Math.round(durationMs)),
  ].join(' · ');
  const text =
    response === null ? '' : [headerLines(response.headers).join('\n'), bodyText(response.body)].join('\n\n').trim();
  return [
    element('div', {}, result),
    ...(message === null
      ? []
      : [element('div', { class: 'telephony-log-message' }, said(translate, { message, phrase }))]),
    ...(text === '' ? [] : [part(`attempt-${number}`, translate('sidebar.response'), isOpen, pre(text))]),
  ];
}
