/** The list of deliveries, newest first. What it shows came from outside and is only ever text. */
import { element, iconButton, show } from '../dom';
import { type Filter, LogError, list, type Page, type Row, STATES } from './log-client';

/** Rows that are fetched at once. */
const PAGE = 50;
const SEARCH_PAUSE_MS = 300;

export interface DeliveriesView {
  readonly element: HTMLElement;
  /** Fetches the first page again; rows that are fetched already stay. */
  reload(): void;
  /** Puts the keyboard back to the row of a delivery. */
  focus(id: string): void;
}

export function deliveriesView(translate: Translate, open: (id: string) => void): DeliveriesView {
  const state = element(
    'select',
    { class: 'telephony-log-state-filter', 'aria-label': translate('sidebar.state') },
    element('option', { value: '' }, translate('sidebar.anyState')),
    ...STATES.map((value) => element('option', { value }, translate(`sidebar.states.${value}`))),
  );
  const search = element('input', {
    type: 'search',
    placeholder: translate('sidebar.search'),
    'aria-label': translate('sidebar.search'),
  });
  const total = element('span', { class: 'telephony-log-total', role: 'status' });
  const rows = element('ul', { class: 'telephony-log-rows', 'aria-label': translate('sidebar.name') });
  const note = element('p', { class: 'telephony-log-note' });
  const more = element(
    'button',
    { type: 'button', class: 'red-ui-button telephony-log-more' },
    translate('sidebar.more'),
  );
  let cursor: string | null = null;
  let known: Row[] = [];
  let asked = 0;

  const filter = (): Filter => ({ state: STATES.find((value) => value === state.value) ?? '', q: search.value.trim() });
  const draw = (page: Page): void => {
    const focused = document.activeElement?.closest<HTMLElement>('.telephony-log-row')?.dataset['id'];
    rows.replaceChildren(...known.map((row) => drawRow(row, translate, open)));
    total.textContent = page.total > 0 ? translate('sidebar.total', { total: page.total }) : '';
    const { state: wanted, q } = filter();
    note.textContent = known.length > 0 ? '' : translate(wanted || q ? 'sidebar.nothing' : 'sidebar.empty');
    show(more, cursor !== null);
    if (focused !== undefined) focus(focused);
  };
  const fetchPage = (from: string | null): void => {
    asked += 1;
    const mine = asked;
    list(filter(), PAGE, from).then(
      (page) => {
        if (mine !== asked) return;
        if (from === null) {
          const fresh = new Set(page.deliveries.map(({ id }) => id));
          const isContinued = known.length > PAGE && known.some(({ id }) => fresh.has(id));
          // Older pages stay where the new first page reaches down to them.
          known = isContinued
            ? [...page.deliveries, ...known.filter(({ id }) => !fresh.has(id))]
            : [...page.deliveries];
          if (!isContinued) cursor = page.cursor;
        } else {
          const before = new Set(known.map(({ id }) => id));
          known = [...known, ...page.deliveries.filter(({ id }) => !before.has(id))];
          cursor = page.cursor;
        }
        draw(page);
      },
      (error: unknown) => {
        if (mine !== asked) return;
        const message = error instanceof LogError ? error.message : String(error);
        note.textContent = translate('sidebar.unavailable', { message });
      },
    );
  };
  const reload = (): void => fetchPage(null);
  const restart = (): void => {
    known = [];
    reload();
  };
  const focus = (id: string): void => {
    for (const button of rows.querySelectorAll<HTMLElement>('.telephony-log-row')) {
      if (button.dataset['id'] === id) button.focus();
    }
  };
  let pause: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(restart, SEARCH_PAUSE_MS);
  });
  state.addEventListener('change', restart);
  more.addEventListener('click', () => fetchPage(cursor));
  rows.addEventListener('keydown', moveByKey);
  show(more, false);

  const bar = element(
    'div',
    { class: 'telephony-log-bar' },
    state,
    search,
    iconButton('refresh', translate('sidebar.refresh'), restart),
  );
  return { element: element('div', { class: 'telephony-log-list' }, bar, total, note, rows, more), reload, focus };
}

function drawRow(row: Row, translate: Translate, open: (id: string) => void): HTMLElement {
  const { id, state, webhook, eventType, attemptCount, createdAt, nextAttemptAt, lastError, method, url } = row;
  const head = element(
    'span',
    { class: 'telephony-log-head' },
    element('span', { class: `telephony-log-dot telephony-log-${state}`, 'aria-hidden': 'true' }),
    element('span', { class: 'telephony-log-webhook' }, webhook || url || id),
    element('time', { datetime: createdAt, title: createdAt }, shortTime(createdAt)),
  );
  const facts = [
    translate(`sidebar.states.${state}`),
    ...(attemptCount > 0 ? [translate('sidebar.attempts', { number: attemptCount })] : []),
    ...(state === 'waiting' && nextAttemptAt ? [translate('sidebar.next', { time: shortTime(nextAttemptAt) })] : []),
    eventType ?? `${method ?? ''} ${url ?? ''}`.trim(),
  ];
  const button = element(
    'button',
    { type: 'button', class: 'telephony-log-row' },
    head,
    element('span', { class: 'telephony-log-facts' }, facts.filter(Boolean).join(' · ')),
  );
  if (lastError) button.append(element('span', { class: 'telephony-log-error' }, lastError.message));
  button.dataset['id'] = id;
  button.addEventListener('click', () => open(id));
  return element('li', {}, button);
}

/** Arrow keys walk through the rows. */
function moveByKey(event: KeyboardEvent): void {
  const item = event.target instanceof Element ? event.target.closest('li') : null;
  const next =
    event.key === 'ArrowDown'
      ? item?.nextElementSibling
      : event.key === 'ArrowUp'
        ? item?.previousElementSibling
        : undefined;
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.querySelector<HTMLElement>('button')?.focus();
}

/** The time of day; before that the day, where it was another one. */
export function shortTime(iso: string): string {
  const time = new Date(iso);
  const clock = time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clock : `${time.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${clock}`;
}
