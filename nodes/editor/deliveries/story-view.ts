/**
 * The story of calls: one is looked up by its id or by a phone number, and all that was heard and done stands in one time line. What
 * it shows came from outside and is only ever text.
 */

import { saidBy } from '../../../src/sentence';
import type { ShownCall, StoryEntry } from '../../../src/story/entries';
import { eventTitleOf } from '../catalogue-words';
import { element, icon } from '../dom';
import { said } from '../said';
import { keepingFocus } from './focus';
import { linesOf, lookOf, type StoryLine } from './story-lines';

export interface StoryHost {
  readonly translate: Translate;
  readonly times: { short(iso: string): string; long(iso: string): string; duration(ms: number): string };
  /** Something to press that shows a node in its flow. Null: it cannot be shown. */
  nodeControl(id: string, label: string, className: string): HTMLElement | null;
}

export interface StoryActs {
  /** What `GET story` answers. */
  find(q: string): Promise<{ readonly calls: readonly ShownCall[]; readonly truncated: boolean }>;
  openDelivery(id: string): void;
  close(): void;
}

export class StoryView {
  readonly element: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #note = element('p', { class: 'telephony-story-note', role: 'status' });
  readonly #calls = element('div', {});
  #q = '';
  #drawn = '';

  constructor(
    private readonly host: StoryHost,
    private readonly acts: StoryActs,
  ) {
    const { translate } = host;
    const label = translate('sidebar.story.search');
    this.#search = element('input', { type: 'search', placeholder: label, 'aria-label': label });
    const title = translate('sidebar.story.title');
    this.element = element('section', { class: 'telephony-story', 'aria-label': title }, this.#head(), this.#note);
    this.element.append(this.#calls);
  }

  /** Shows the calls of a number or call id. An empty one waits for what is typed. */
  async open(q: string): Promise<void> {
    this.#search.value = q;
    if (q === '') this.#search.focus();
    await this.#find(q);
  }

  /** Shows what has happened since. What the keyboard is at stays where it is. */
  async refresh(): Promise<void> {
    if (this.#q !== '') await this.#find(this.#q);
  }

  #head(): HTMLElement {
    const { translate } = this.host;
    const form = element('form', { role: 'search' }, this.#search, this.#button('search', 'sidebar.story.find'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#find(this.#search.value.trim());
    });
    const back = this.#button('arrow-left', 'sidebar.back');
    back.type = 'button';
    back.addEventListener('click', () => this.acts.close());
    return element(
      'header',
      { class: 'telephony-story-head' },
      back,
      element('h2', {}, translate('sidebar.story.title')),
      form,
    );
  }

  #button(image: string, key: string): HTMLButtonElement {
    const label = this.host.translate(key);
    const attributes = { class: 'telephony-log-button telephony-log-tool', title: label, 'aria-label': label };
    return element('button', attributes, icon(image));
  }

  async #find(q: string): Promise<void> {
    const { translate } = this.host;
    if (q !== this.#q) this.#show([], '');
    this.#q = q;
    if (q === '') return;
    try {
      const { calls, truncated } = await this.acts.find(q);
      if (q !== this.#q) return;
      const note = calls.length === 0 ? 'sidebar.story.nothing' : truncated ? 'sidebar.story.truncated' : '';
      this.#show(calls, note && translate(note));
    } catch (error) {
      if (q !== this.#q) return;
      this.#show([], translate('sidebar.unavailable', { message: said(translate, saidBy(error)) }));
    }
  }

  #show(calls: readonly ShownCall[], note: string): void {
    this.#note.textContent = note;
    const now = JSON.stringify(calls);
    if (now === this.#drawn) return;
    this.#drawn = now;
    keepingFocus(this.#calls, () => this.#calls.replaceChildren(...calls.map((call) => this.#call(call))));
  }

  #call({ callId, callerNumber, calledNumber, entries }: ShownCall): HTMLElement {
    const parties = partiesOf({ callerNumber, calledNumber });
    const id = callId || this.host.translate('sidebar.story.noCall');
    return element(
      'article',
      {},
      element('h3', {}, parties || id, element('span', { class: 'telephony-story-id' }, parties ? id : '')),
      element(
        'ol',
        { class: 'telephony-story-lines', 'aria-label': id },
        ...linesOf(entries).map((line, at) => this.#line(line, `${id} ${at}`)),
      ),
    );
  }

  #line({ entry, nodes }: StoryLine, focus: string): HTMLElement {
    const { times, translate } = this.host;
    const { icon: image, tone } = lookOf(entry);
    const detail = detailOf(entry, translate);
    return element(
      'li',
      { class: `telephony-story-line telephony-story-is-${tone}` },
      icon(image),
      element(
        'div',
        {},
        element('span', { class: 'telephony-story-text', title: tipOf(entry) }, this.#sentence(entry)),
        element(
          'span',
          { class: 'telephony-story-where' },
          element('time', { datetime: entry.time, title: times.long(entry.time) }, times.short(entry.time)),
          ...nodes.map((where, at) => this.#where(entry, where, `${focus} ${at}`)),
        ),
        ...(detail ? [element('span', { class: 'telephony-story-detail' }, detail)] : []),
      ),
    );
  }

  /** What can be opened: the delivery that the entry is about, else the node at which it happened. */
  #where({ delivery }: StoryEntry, { node, name }: StoryLine['nodes'][number], focus: string): HTMLElement {
    const className = 'telephony-log-link';
    const label = name || node;
    let control = delivery === null ? this.host.nodeControl(node, label, className) : null;
    if (delivery !== null) {
      control = element('button', { type: 'button', class: className }, label);
      control.addEventListener('click', () => this.acts.openDelivery(delivery));
    }
    control?.setAttribute('data-focus', focus);
    return control ?? element('span', {}, label);
  }

  #sentence(entry: StoryEntry): string {
    const { translate, times } = this.host;
    const say = (key: string, values?: Readonly<Record<string, string | number>>): string =>
      translate(`sidebar.story.kinds.${key}`, values);
    const shown = (value: string): string => value || translate('sidebar.story.none');
    switch (entry.kind) {
      case 'heard':
        return say('heard', { type: eventTitleOf(translate, entry.eventType) });
      case 'passed':
        return say(entry.reason ?? 'passed');
      case 'dropped':
        return say(`dropped.${entry.reason}`, { value: shown(entry.value) });
      case 'held-back':
        return say(entry.kind, { until: times.short(entry.until), by: entry.by, value: shown(entry.value) });
      case 'attempt': {
        const { number, statusCode } = entry;
        const values = { number, duration: times.duration(entry.durationMs) };
        return statusCode === null ? say('noAnswer', values) : say('attempt', { ...values, status: statusCode });
      }
      case 'waiting':
        return say(entry.kind, { until: times.short(entry.until) });
      case 'repeat':
      case 'again':
      case 'closed':
      case 'unheard':
      case 'unrendered':
      case 'delivery':
      case 'resend':
      case 'given-up':
        return say(entry.kind);
    }
  }
}

/** Who called whom. Empty: it is not known. */
export function partiesOf({ callerNumber, calledNumber }: Readonly<Record<string, unknown>>): string {
  return [callerNumber, calledNumber].filter(Boolean).join(' → ');
}

/** What flows and receivers call it. */
function tipOf(entry: StoryEntry): string | undefined {
  return entry.kind === 'heard' ? entry.eventType : undefined;
}

/** Where it was sent, or what went wrong, in words that were stored. Empty: there is no more to say. */
function detailOf(entry: StoryEntry, translate: Translate): string {
  switch (entry.kind) {
    case 'delivery':
    case 'resend':
      return `${entry.method ?? ''} ${entry.url ?? ''}`.trim();
    case 'unrendered':
    case 'given-up':
    case 'attempt':
      return entry.message === null ? '' : said(translate, { ...entry, message: entry.message });
    default:
      return '';
  }
}
