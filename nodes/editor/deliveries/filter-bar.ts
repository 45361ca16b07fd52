/** The filters of the log: a search, and choices that a narrow view hides behind a button. */
import { eventTypes } from '../../../src/event/catalogue-events';
import { eventTitle } from '../catalogue-words';
import { element, show } from '../dom';
import { toolButton } from './dialog';
import type { Summary } from './log-client';
import { type LogFilter, NO_FILTER, SPANS, STATE_CHOICES } from './log-filter';
import type { LogHost } from './log-host';

const SEARCH_PAUSE_MS = 300;
/** The choice of time that shows the two fields. */
const OWN = 'own';

export class FilterBar {
  readonly search: HTMLInputElement;
  /** Shows and hides the choices. */
  readonly toggle: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #state: HTMLSelectElement;
  readonly #webhook: HTMLSelectElement;
  readonly #type: HTMLSelectElement;
  readonly #time: HTMLSelectElement;
  readonly #from: HTMLInputElement;
  readonly #to: HTMLInputElement;
  readonly #own: HTMLElement;
  readonly #none: HTMLButtonElement;
  #filter = NO_FILTER;
  #offered: Pick<Summary, 'webhooks' | 'names'> = { webhooks: [], names: {} };
  #drawn = '';

  constructor(
    private readonly translate: LogHost['translate'],
    private readonly change: (changes: Partial<LogFilter>) => void,
  ) {
    this.search = element('input', {
      type: 'search',
      class: 'telephony-log-search',
      placeholder: translate('sidebar.search'),
      'aria-label': translate('sidebar.search'),
      spellcheck: 'false',
    });
    this.toggle = toolButton('filter', translate('sidebar.filters'), () => this.#toggle());
    this.toggle.setAttribute('aria-expanded', 'false');
    this.#state = choice(translate('sidebar.state'), [
      ['', translate('sidebar.anyState')],
      ...STATE_CHOICES.map((state) => [state, translate(`sidebar.stateChoices.${state}`)] as const),
    ]);
    this.#webhook = choice(translate('sidebar.webhook'), []);
    this.#type = choice(translate('sidebar.event'), [
      ['', translate('sidebar.anyEvent')],
      ...eventTypes.map((event) => [event.type, eventTitle(translate, event), event.type] as const),
    ]);
    this.#time = choice(translate('sidebar.time'), [
      ['', translate('sidebar.anyTime')],
      ...SPANS.map((span) => [span, translate(`sidebar.spans.${span}`)] as const),
      [OWN, translate('sidebar.spans.own')],
    ]);
    this.#from = timeField(translate('sidebar.from'));
    this.#to = timeField(translate('sidebar.to'));
    this.#own = element('span', { class: 'telephony-log-own-time' }, this.#from, '–', this.#to);
    this.#none = toolButton('times', translate('sidebar.noFilter'), () => this.change(NO_FILTER));
    this.element = element(
      'div',
      { class: 'telephony-log-filters', role: 'group', 'aria-label': translate('sidebar.filters') },
      ...[this.#state, this.#webhook, this.#type, this.#time, this.#own, this.#none],
    );
    this.#listen();
    this.show(NO_FILTER);
  }

  /** Shows what the filter is. */
  show(filter: LogFilter): void {
    this.#filter = filter;
    if (this.search.value.trim() !== filter.q) this.search.value = filter.q;
    this.#state.value = filter.state;
    this.#showWebhooks();
    this.#type.value = filter.type;
    const isOwn = filter.from !== '' || filter.to !== '';
    this.#time.value = isOwn ? OWN : filter.last;
    this.#from.value = localTime(filter.from);
    this.#to.value = localTime(filter.to);
    show(this.#own, isOwn);
    const chosen = [filter.state, filter.webhook, filter.type, filter.last || filter.from || filter.to];
    const count = chosen.filter((value) => value !== '').length;
    this.toggle.classList.toggle('telephony-log-on', count > 0);
    show(this.#none, count > 0);
  }

  /** What there is to choose from. */
  offer(offered: Pick<Summary, 'webhooks' | 'names'>): void {
    this.#offered = offered;
    this.#showWebhooks();
  }

  #showWebhooks(): void {
    const { webhook } = this.#filter;
    const { webhooks, names: nodes } = this.#offered;
    const names = [...new Set(webhooks.map((one) => one.webhook).filter(Boolean))].sort();
    const options: Option[] = [
      ['', this.translate('sidebar.anyWebhook')],
      ...names.map((name) => [name, name] as const),
    ];
    // A node, or an endpoint, that someone came from.
    if (webhook !== '' && !names.includes(webhook)) {
      const node = webhooks.find(({ nodeId }) => nodeId === webhook);
      options.push([webhook, node?.webhook || nodes[webhook] || webhook]);
    }
    const now = JSON.stringify(options);
    if (now !== this.#drawn) this.#webhook.replaceChildren(...options.map(optionOf));
    this.#drawn = now;
    this.#webhook.value = webhook;
  }

  #toggle(): void {
    const isOpen = this.toggle.getAttribute('aria-expanded') !== 'true';
    this.toggle.setAttribute('aria-expanded', String(isOpen));
    this.element.classList.toggle('telephony-log-unfolded', isOpen);
  }

  #listen(): void {
    let pause: ReturnType<typeof setTimeout> | undefined;
    this.search.addEventListener('input', () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.change({ q: this.search.value.trim() }), SEARCH_PAUSE_MS);
    });
    this.#state.addEventListener('change', () =>
      this.change({ state: STATE_CHOICES.find((state) => state === this.#state.value) ?? '' }),
    );
    this.#webhook.addEventListener('change', () => this.change({ webhook: this.#webhook.value }));
    this.#type.addEventListener('change', () => this.change({ type: this.#type.value }));
    this.#time.addEventListener('change', () => {
      if (this.#time.value === OWN) {
        show(this.#own, true);
        this.#from.focus();
        return;
      }
      this.change({ last: SPANS.find((span) => span === this.#time.value) ?? '', from: '', to: '' });
    });
    for (const field of [this.#from, this.#to]) {
      field.addEventListener('change', () =>
        this.change({ last: '', from: isoTime(this.#from.value), to: isoTime(this.#to.value) }),
      );
    }
  }
}

type Option = readonly [value: string, label: string, tip?: string];

function choice(label: string, options: readonly Option[]): HTMLSelectElement {
  return element('select', { 'aria-label': label, title: label }, ...options.map(optionOf));
}

function optionOf([value, label, title]: Option): HTMLOptionElement {
  return element('option', { value, title }, label);
}

function timeField(label: string): HTMLInputElement {
  return element('input', { type: 'datetime-local', step: '1', 'aria-label': label, title: label });
}

/** As a field for a date and a time has it: local, without a zone. */
function localTime(iso: string): string {
  if (iso === '') return '';
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function isoTime(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}
