/** Listens to the deployed source while the panel is open: shows the next event that would come out, and why others would not. */
import type { DropReason } from '../../../src/event/event-note';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import type { Sentence } from '../../../src/sentence';
import { eventTitleOf } from '../catalogue-words';
import { element, icon } from '../dom';
import { said } from '../said';

interface ListenPaneOptions {
  readonly translate: Translate;
  /** Id of the chosen source. Empty: none is. */
  readonly source: () => string;
  /** What stands in the panel. */
  readonly config: () => object;
}

export interface ListenPane {
  /** Asks anew, after something in the panel has changed. */
  refresh(): void;
  stop(): void;
}

interface Answer {
  readonly state: { readonly kind: string; readonly text: string; readonly reason?: Sentence };
  readonly next: number;
  readonly heard: readonly { readonly event: TelephonyEvent; readonly dropped: DropReason | null }[];
}

/** Whoever has forgotten a panel does not keep the runtime busy. */
const LISTEN_MS = 10 * 60_000;
/** Lines about events that were dropped. */
const MOST_LINES = 8;

export function listenPane(container: HTMLElement, { translate, source, config }: ListenPaneOptions): ListenPane {
  const label = element('span');
  const button = element('button', { type: 'button', class: 'red-ui-button' }, icon('headphones'), ' ', label);
  const status = element('p', { class: 'telephony-words', role: 'status' });
  const dropped = element('ul', { class: 'telephony-findings' });
  const output = element('div', { class: 'telephony-heard' });
  container.append(button, status, dropped, output);
  /** What is under way, and after what it asks. Undefined: nobody listens. */
  let listening: { readonly untilMs: number; after: number | undefined; request?: JQuery.jqXHR } | undefined;

  const show = (text: string): void => {
    label.textContent = translate(listening ? 'listen.stop' : 'listen.start');
    status.textContent = text;
  };
  const end = (text: string): void => {
    const request = listening?.request;
    listening = undefined;
    request?.abort();
    show(text);
  };
  const ask = (): void => {
    if (!listening) return;
    if (Date.now() > listening.untilMs) {
      end(translate('listen.timedOut'));
      return;
    }
    const request = $.ajax({
      url: `telephony-webhooks/sources/${encodeURIComponent(source())}/heard`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ after: listening.after, config: config() }),
    });
    const before = listening.request;
    listening.request = request;
    before?.abort();
    request.then(
      (answer: Answer) => {
        if (listening?.request === request) hear(answer);
      },
      ({ status: code, responseJSON }: JQuery.jqXHR) => {
        if (listening?.request !== request) return;
        const told = responseJSON as Sentence | undefined;
        const reason = told?.message ? said(translate, told) : translate('listen.unavailable');
        end(code === 404 ? translate('listen.notDeployed') : reason);
      },
    );
  };
  const hear = ({ state, next, heard }: Answer): void => {
    for (const { event, dropped: reason } of heard) {
      if (reason === null) {
        output.replaceChildren(...parts(event, translate));
        end(translate('listen.passed'));
        container.scrollIntoView({ block: 'nearest' });
        return;
      }
      dropped.prepend(
        element('li', { class: 'telephony-finding-note', title: event.type }, icon('filter'), ' ', why(event, reason)),
      );
      dropped.children[MOST_LINES]?.remove();
    }
    const { kind, text, reason } = state;
    const trouble = reason ? said(translate, reason) : text;
    show(kind === 'connected' ? translate('listen.waiting') : translate('listen.trouble', { trouble }));
    if (listening) listening.after = next;
    ask();
  };
  const why = ({ type, time, callType, parameters }: TelephonyEvent, reason: DropReason): string =>
    translate(`listen.dropped.${reason}`, {
      type: eventTitleOf(translate, type),
      time: new Date(time).toLocaleTimeString(),
      callType: callType ? translate(`callTypes.names.${callType}`) : translate('listen.noCallType'),
      webhookId: String(parameters['webhookId'] ?? ''),
      number: String(parameters['did'] ?? parameters['calledNumber'] ?? ''),
    });

  button.addEventListener('click', () => {
    if (listening) return end('');
    dropped.replaceChildren();
    output.replaceChildren();
    if (!RED.nodes.node(source())) return show(translate('source.wrong'));
    listening = { untilMs: Date.now() + LISTEN_MS, after: undefined };
    show(translate('listen.waiting'));
    ask();
  });
  show('');
  return { refresh: ask, stop: () => end('') };
}

/** The event as a flow gets it, without what the vendor sent. */
function parts(event: TelephonyEvent, translate: Translate): readonly HTMLElement[] {
  const { raw: _raw, ...payload } = event.parameters;
  const shown = JSON.stringify({ topic: event.type, payload }, null, 2);
  return [
    element(
      'pre',
      { class: 'telephony-preview', role: 'group', tabindex: '0', 'aria-label': translate('listen.message') },
      shown,
    ),
  ];
}
