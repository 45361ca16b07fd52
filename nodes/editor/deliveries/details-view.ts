/** One delivery: its request and every attempt. What it shows came from outside and is only ever text. */
import { element, icon } from '../dom';
import { shortTime } from './deliveries-view';
import { type Attempt, type Details, details, discard, LogError, resend } from './log-client';

export interface DetailsView {
  readonly element: HTMLElement;
  /** Shows a delivery, or shows it again. */
  open(id: string): void;
  reload(): void;
  close(): void;
}

export function detailsView(translate: Translate, onClose: (id: string) => void): DetailsView {
  const body = element('div', { class: 'telephony-log-details' });
  let shown: string | undefined;

  const open = (id: string): void => {
    const isNew = shown !== id;
    shown = id;
    if (isNew) body.replaceChildren(back());
    details(id).then(
      (delivery) => {
        if (shown !== id) return;
        // What the user has opened stays open when the delivery changes.
        const opened = new Set(
          [...body.querySelectorAll('details[open]')].map((part) => part.getAttribute('data-part')),
        );
        const focused = body.contains(document.activeElement)
          ? document.activeElement?.getAttribute('data-focus')
          : null;
        body.replaceChildren(back(), ...draw(delivery));
        for (const part of body.querySelectorAll('details'))
          part.open = opened.has(part.getAttribute('data-part')) || part.open;
        body.querySelector<HTMLElement>(`[data-focus="${isNew ? 'back' : (focused ?? 'none')}"]`)?.focus();
      },
      (error: unknown) => {
        if (shown !== id) return;
        const isGone = error instanceof LogError && error.status === 404;
        const message = isGone
          ? translate('sidebar.gone')
          : translate('sidebar.unavailable', { message: messageOf(error) });
        body.replaceChildren(back(), element('p', { class: 'telephony-log-note' }, message));
      },
    );
  };
  const close = (): void => {
    const id = shown;
    shown = undefined;
    body.replaceChildren();
    if (id !== undefined) onClose(id);
  };
  const reload = (): void => {
    if (shown !== undefined) open(shown);
  };
  const act = (action: Promise<unknown>, done: () => void): void => {
    action.then(done, (error: unknown) => RED.notify(element('span', {}, messageOf(error)), { type: 'error' }));
  };
  const back = (): HTMLElement => button('angle-left', 'back', translate('sidebar.back'), close);

  const draw = (delivery: Details): HTMLElement[] => {
    const { id, state, webhook, eventType, callId, attemptCount, createdAt, lastError, request, attempts } = delivery;
    const isOpen = state === 'pending' || state === 'waiting' || state === 'sending';
    const facts: readonly (readonly [string, string | null])[] = [
      ['state', translate(`sidebar.states.${state}`)],
      ['webhook', webhook],
      ['event', eventType],
      ['call', callId],
      ['attempts', String(attemptCount)],
      ['error', lastError?.message ?? null],
      ['passed', delivery.passAt && shortTime(delivery.passAt)],
      ['created', shortTime(createdAt)],
      ['id', id],
    ];
    const actions = element(
      'div',
      { class: 'telephony-log-actions' },
      button('send', 'resend', translate('sidebar.resend'), () => askHow(id)),
      button('trash', 'discard', translate(isOpen ? 'sidebar.discard' : 'sidebar.remove'), () =>
        askWhether(id, isOpen),
      ),
    );
    for (const control of actions.querySelectorAll('button')) control.disabled = state === 'sending';
    return [
      actions,
      element(
        'dl',
        {},
        ...facts.flatMap(([name, value]) =>
          value ? [element('dt', {}, translate(`sidebar.fields.${name}`)), element('dd', {}, value)] : [],
        ),
      ),
      part('request', translate('sidebar.request'), request ? asText(request) : translate('sidebar.noRequest'), true),
      ...(request?.problem ? [element('p', { class: 'telephony-log-note' }, request.problem)] : []),
      element('h4', {}, translate('sidebar.attemptsTitle')),
      ...(attempts.length === 0
        ? [element('p', { class: 'telephony-log-note' }, translate('sidebar.noAttempts'))]
        : []),
      ...[...attempts].reverse().map((attempt) => drawAttempt(attempt)),
      ...(delivery.event
        ? [part('event', translate('sidebar.eventTitle'), JSON.stringify(delivery.event, null, 2), false)]
        : []),
    ];
  };

  const drawAttempt = ({ number, startedAt, durationMs, statusCode, message, response }: Attempt): HTMLElement => {
    const title = [
      translate('sidebar.attempt', { number }),
      shortTime(startedAt),
      ...(statusCode === null ? [] : [String(statusCode)]),
      translate('sidebar.ms', { ms: Math.round(durationMs) }),
    ].join(' · ');
    const text = [message ?? '', response ? `${headText(response.headers)}\n\n${response.body}` : '']
      .filter(Boolean)
      .join('\n\n');
    return part(`attempt-${number}`, title, text, false);
  };

  const askHow = (id: string): void => {
    const send = (render: boolean) => (): void => {
      notice.close();
      act(resend(id, render), () => {
        RED.notify(translate('sidebar.resent'), { type: 'success', timeout: 2000 });
        reload();
      });
    };
    const notice = RED.notify(translate('sidebar.resendQuestion'), {
      modal: true,
      fixed: true,
      buttons: [
        { text: translate('sidebar.cancel'), click: () => notice.close() },
        { text: translate('sidebar.rendered'), click: send(true) },
        { text: translate('sidebar.asStored'), class: 'primary', click: send(false) },
      ],
    });
  };

  const askWhether = (id: string, isOpen: boolean): void => {
    const label = translate(isOpen ? 'sidebar.discard' : 'sidebar.remove');
    const notice = RED.notify(translate(isOpen ? 'sidebar.discardQuestion' : 'sidebar.removeQuestion'), {
      modal: true,
      fixed: true,
      buttons: [
        { text: translate('sidebar.cancel'), click: () => notice.close() },
        {
          text: label,
          class: 'primary',
          click: () => {
            notice.close();
            act(discard(id), isOpen ? reload : close);
          },
        },
      ],
    });
  };

  return { element: body, open, reload, close };
}

function button(image: string, name: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small', 'data-focus': name },
    icon(image),
    ' ',
    label,
  );
  made.addEventListener('click', onClick);
  return made;
}

function part(name: string, title: string, text: string, isOpen: boolean): HTMLElement {
  const made = element(
    'details',
    { 'data-part': name },
    element('summary', {}, title),
    element('pre', { tabindex: '0' }, text),
  );
  made.open = isOpen;
  return made;
}

function asText({ method, url, headers, body }: NonNullable<Details['request']>): string {
  const text = body === null ? '' : typeof body === 'string' ? body : body.text;
  return [`${method} ${url}`, headText(headers), ...(text ? ['', text] : [])]
    .filter((line, index) => line || index > 1)
    .join('\n');
}

function headText(headers: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(headers)
    .flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}`))
    .join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
