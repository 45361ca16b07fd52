/** One delivery as a row of the list. What it shows came from outside and is only ever text. */
import type { DeliveryState } from '../../../src/delivery/delivery';
import { eventTitleOf } from '../catalogue-words';
import { element, icon } from '../dom';
import type { Row } from './log-client';
import type { LogHost } from './log-host';

/** Each state has a shape of its own, for those who do not see its colour. */
export const STATE_ICONS: Readonly<Record<DeliveryState, string>> = {
  pending: 'circle-o',
  sending: 'paper-plane',
  waiting: 'clock-o',
  delivered: 'check-circle',
  failed: 'times-circle',
};

type Words = Pick<LogHost, 'translate' | 'times'>;

export function rowView(row: Row, { translate, times }: Words): HTMLElement {
  const { state, webhook, eventType, callId, attemptCount, createdAt } = row;
  const cell = (name: string, text: string, tip = text): HTMLElement =>
    element('span', { class: `telephony-log-cell telephony-log-${name}`, title: tip }, text);
  return element(
    'div',
    { class: `telephony-log-row telephony-log-is-${state}`, role: 'option' },
    icon(STATE_ICONS[state]),
    cell('webhook', nameOf(row), [webhook, addressOf(row)].filter(Boolean).join('\n')),
    element(
      'time',
      { class: 'telephony-log-cell telephony-log-time', datetime: createdAt, title: times.long(createdAt) },
      times.short(createdAt),
    ),
    element(
      'span',
      { class: 'telephony-log-line' },
      cell('state', translate(`sidebar.states.${state}`)),
      cell('answer', answerOf(row, { translate, times })),
      cell('event', eventType === null ? '' : eventTitleOf(translate, eventType), eventType ?? ''),
      cell('call', callId ?? ''),
      cell('tries', attemptCount > 1 ? translate('sidebar.tries', { number: attemptCount }) : ''),
    ),
  );
}

/** A row that was not fetched yet. */
export function emptyRow(): HTMLElement {
  return element('div', { class: 'telephony-log-row telephony-log-empty', role: 'option', 'aria-busy': 'true' }, '…');
}

export function nameOf(row: Pick<Row, 'webhook' | 'method' | 'url' | 'id'>): string {
  return row.webhook || addressOf(row) || row.id;
}

/** Empty: it holds no request. */
function addressOf({ method, url }: Pick<Row, 'method' | 'url'>): string {
  return url === null ? '' : `${method ?? ''} ${url}`.trim();
}

/** The class of a failure in words, after the status code that says more to those who know it. */
export function failureWords(
  { class: failure, statusCode }: { readonly class: string; readonly statusCode: number | null },
  translate: Translate,
): string {
  const words = translate(`sidebar.classes.${failure}`);
  return statusCode === null ? words : `${statusCode} ${words}`;
}

/** What is wrong with it, and when it goes on. */
function answerOf({ state, lastError, nextAttemptAt }: Row, { translate, times }: Words): string {
  if (state === 'delivered' || lastError === null) return '';
  const reason = failureWords(lastError, translate);
  if (state !== 'waiting' || nextAttemptAt === null) return reason;
  return `${reason} · ${translate('sidebar.next', { time: times.short(nextAttemptAt) })}`;
}
