/** What happened to a delivery, step by step: a time line with each attempt and its answer. */
import { headerLines } from '../curl';
import { element, icon } from '../dom';
import { said } from '../said';
import { bodyText } from './body-text';
import { type Step, stepsOf } from './delivery-steps';
import type { Attempt, Details } from './log-client';
import type { LogHost } from './log-host';
import { part, pre } from './parts';
import { failureWords } from './row-view';

type Words = Pick<LogHost, 'translate' | 'times'>;

export function stepsPart(delivery: Details, words: Words): HTMLElement {
  return element(
    'div',
    {},
    element('h3', {}, words.translate('sidebar.stepsTitle')),
    element(
      'ol',
      { class: 'telephony-log-steps' },
      ...stepsOf(delivery, Date.now()).map((step) => stepView(step, delivery, words)),
    ),
  );
}

function stepView(step: Step, delivery: Details, words: Words): HTMLElement {
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
      return line('ban', 'failed', translate(`sidebar.classes.${delivery.lastError?.class}`));
    case 'attempt': {
      const { number, class: failure } = step.attempt;
      const [image, state] = failure === null ? ['check-circle', 'delivered'] : ['times-circle', 'failed'];
      return line(
        image,
        state,
        translate('sidebar.attempt', { number }),
        ...attemptView(step.attempt, delivery, words),
      );
    }
  }
}

function afterWords({ afterMs }: Step, { translate, times }: Words): (HTMLElement | string)[] {
  if (afterMs === null || afterMs < 1) return [];
  const text = translate('sidebar.after', { time: times.duration(afterMs) });
  return [' ', element('span', { class: 'telephony-log-after' }, text)];
}

function attemptView(
  attempt: Attempt,
  { state, lastError, attempts }: Details,
  { translate, times }: Words,
): HTMLElement[] {
  const { number, statusCode, durationMs, class: failure, message, phrase, response } = attempt;
  const result =
    failure === null
      ? [translate('sidebar.states.delivered'), ...(statusCode === null ? [] : [String(statusCode)])]
      : [failureWords({ class: failure, statusCode }, translate)];
  // What is wrong now stands above all steps.
  const isSaid = message === null || (state !== 'delivered' && message === lastError?.message);
  // What the receiver says of the last failure is what one came to read.
  const isOpen = failure !== null && number === attempts.length;
  return [
    element('div', {}, [...result, times.duration(Math.round(durationMs))].join(' · ')),
    ...(isSaid ? [] : [element('div', { class: 'telephony-log-message' }, said(translate, { message, phrase }))]),
    ...(response === null ? [] : answerParts(number, response, isOpen, translate)),
  ];
}

/** What the receiver says comes before what its server adds. */
function answerParts(
  number: number,
  { headers, body }: NonNullable<Attempt['response']>,
  isOpen: boolean,
  translate: Translate,
): HTMLElement[] {
  const lines = headerLines(headers).join('\n');
  return [
    ...(body === '' ? [] : [part(`attempt-${number}`, translate('sidebar.response'), isOpen, pre(bodyText(body)))]),
    ...(lines === '' ? [] : [part(`headers-${number}`, translate('sidebar.responseHeaders'), false, pre(lines))]),
  ];
}
