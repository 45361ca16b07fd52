/**
 * One delivery: why it is where it is, what to do about it, what happened step by step, and the request as it was sent. What
 * it shows came from outside and is only ever text.
 */

import { saidBy } from '../../../src/sentence';
import { element, icon } from '../dom';
import { said } from '../said';
import { adviceOn } from './advice';
import { textButton } from './dialog';
import { laneName } from './lanes-view';
import { type Details, type Lane, LogError } from './log-client';
import { isNodeId, type LogHost } from './log-host';
import { note, part, pre } from './parts';
import { requestPart } from './request-part';
import { nameOf, STATE_ICONS } from './row-view';
import { stepsPart } from './steps-part';

export interface DetailsActs {
  resend(delivery: Details, render: boolean): void;
  discard(delivery: Details): void;
  pauseOrResume(delivery: Details): void;
  /** How an endpoint stands. Undefined: as usual. */
  laneOf(endpoint: string): Lane | undefined;
  open(id: string): void;
  /** Shows all that was heard and done for a call. */
  story(callId: string): void;
  close(): void;
  say(text: string): void;
}

export class DetailsView {
  readonly element: HTMLElement;
  #id: string | undefined;
  #drawn = '';

  constructor(
    private readonly host: LogHost,
    private readonly acts: DetailsActs,
  ) {
    this.element = element('section', {
      class: 'telephony-log-details',
      'aria-label': host.translate('sidebar.details'),
    });
  }

  /** The delivery that is shown. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Shows a delivery, or what has become of it. */
  async open(id: string): Promise<void> {
    const isNew = this.#id !== id;
    this.#id = id;
    if (isNew) {
      this.#drawn = '';
      this.element.replaceChildren(this.#head());
      this.element.scrollTop = 0;
    }
    try {
      const delivery = await this.host.client.details(id);
      if (this.#id === id) this.#draw(delivery);
    } catch (error) {
      if (this.#id !== id) return;
      const { translate } = this.host;
      const isGone = error instanceof LogError && error.status === 404;
      const text = isGone
        ? translate('sidebar.gone')
        : translate('sidebar.unavailable', { message: said(translate, saidBy(error)) });
      this.#drawn = '';
      this.element.replaceChildren(this.#head(), note(text));
    }
    if (isNew) this.element.querySelector<HTMLElement>('[data-focus="close"]')?.focus();
  }

  close(): void {
    this.#id = undefined;
    this.#drawn = '';
    this.element.replaceChildren();
  }

  /** What the user has opened, and where the keyboard is, stays as it is. */
  #draw(delivery: Details): void {
    const now = JSON.stringify([delivery, this.#isStopped(delivery)]);
    if (now === this.#drawn) return;
    const isFirst = this.#drawn === '';
    this.#drawn = now;
    const before = new Map(
      [...this.element.querySelectorAll('details')].map((part) => [part.dataset['part'], part.open] as const),
    );
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement?.getAttribute('data-focus')
      : null;
    this.element.replaceChildren(this.#head(delivery), ...this.#parts(delivery));
    for (const part of this.element.querySelectorAll('details')) {
      part.open = before.get(part.dataset['part']) ?? part.open;
    }
    if (!isFirst && focused) this.element.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus();
  }

  #head(delivery?: Details): HTMLElement {
    const { translate } = this.host;
    const close = this.#button('close', 'arrow-left', translate('sidebar.back'), () => this.acts.close());
    close.classList.add('telephony-log-tool');
    close.title = translate('sidebar.back');
    close.setAttribute('aria-label', translate('sidebar.back'));
    return element(
      'header',
      { class: 'telephony-log-details-head' },
      close,
      ...(delivery === undefined
        ? []
        : [
            element(
              'h2',
              { class: `telephony-log-title telephony-log-is-${delivery.state}` },
              icon(STATE_ICONS[delivery.state]),
              element('span', {}, nameOf(delivery)),
            ),
          ]),
    );
  }

  #parts(delivery: Details): HTMLElement[] {
    return [
      this.#why(delivery),
      stepsPart(delivery, this.host),
      requestPart(delivery.request, this.host.translate, (text) => this.acts.say(text)),
      this.#facts(delivery),
      ...(delivery.event
        ? [
            part(
              'event',
              this.host.translate('sidebar.eventTitle'),
              false,
              pre(JSON.stringify(delivery.event, null, 2)),
            ),
          ]
        : []),
    ];
  }

  /** The answer to "why did it not get there?", and the buttons that mend it. */
  #why(delivery: Details): HTMLElement {
    const { translate, times } = this.host;
    const { state, lastError, nextAttemptAt, attempts, createdAt } = delivery;
    const advice = lastError === null || state === 'delivered' ? null : adviceOn(lastError);
    const last = attempts.at(-1);
    const tookMs = last === undefined ? 0 : Date.parse(last.startedAt) + last.durationMs - Date.parse(createdAt);
    const sentence =
      state === 'delivered'
        ? translate('sidebar.why.delivered', { attempts: attempts.length, time: times.duration(Math.max(0, tookMs)) })
        : state === 'waiting' && nextAttemptAt !== null
          ? translate('sidebar.why.waiting', { time: times.short(nextAttemptAt) })
          : translate(`sidebar.why.${state}`);
    const look = advice && this.#look(delivery, advice.look);
    return element(
      'div',
      { class: `telephony-log-why telephony-log-is-${state}` },
      element('p', { class: 'telephony-log-sentence' }, sentence),
      ...(lastError !== null && state !== 'delivered'
        ? [
            element('p', { class: 'telephony-log-class' }, translate(`sidebar.classes.${lastError.class}`)),
            element('p', {}, said(translate, lastError)),
          ]
        : []),
      ...(delivery.passAt === null
        ? []
        : [element('p', {}, translate('sidebar.why.passed', { time: times.short(delivery.passAt) }))]),
      ...(advice
        ? [
            element(
              'p',
              { class: 'telephony-log-hint' },
              element('strong', {}, translate('sidebar.whatToDo')),
              ' ',
              translate(`sidebar.hints.${advice.hint}`),
            ),
          ]
        : []),
      element(
        'div',
        { class: 'telephony-log-choices' },
        ...this.#resendButtons(delivery, advice?.mend ?? 'stored'),
        ...(look ? [look] : []),
        ...this.#otherButtons(delivery),
      ),
    );
  }

  /** The way that is likely to help comes first. */
  #resendButtons(delivery: Details, mend: 'stored' | 'rendered'): HTMLElement[] {
    const { translate } = this.host;
    const { state, request, template } = delivery;
    const stored = this.#button('stored', 'send', translate('sidebar.resendStored'), () =>
      this.acts.resend(delivery, false),
    );
    const rendered = this.#button('rendered', 'refresh', translate('sidebar.resendRendered'), () =>
      this.acts.resend(delivery, true),
    );
    stored.title = translate('sidebar.resendStoredTip');
    rendered.title = translate('sidebar.resendRenderedTip');
    const ways = [
      ...(request === null || request.bodyRemoved ? [] : [stored]),
      ...(template === null ? [] : [rendered]),
    ];
    if (mend === 'rendered') ways.reverse();
    for (const way of ways) way.disabled = state === 'sending';
    if (state !== 'delivered') ways[0]?.classList.add('telephony-log-primary');
    return ways;
  }

  #isStopped({ endpoint }: Details): boolean {
    return (this.acts.laneOf(endpoint)?.condition ?? 'open') !== 'open';
  }

  #look(delivery: Details, what: 'webhook' | 'endpoint' | 'template' | null): HTMLElement | null {
    const { endpoint, node, template } = delivery;
    const id = what === 'template' ? template : what === 'endpoint' && isNodeId(endpoint) ? endpoint : what && node;
    if (id === null) return null;
    const name = id === endpoint ? 'endpoint' : id === template ? 'template' : 'webhook';
    const label = this.host.translate(`sidebar.look.${name}`);
    return this.host.nodeControl(id, label, 'telephony-log-button', name === 'endpoint' ? 'show' : 'edit');
  }

  #otherButtons(delivery: Details): HTMLElement[] {
    const { translate } = this.host;
    const { state, node } = delivery;
    const isEnded = state === 'delivered' || state === 'failed';
    const isPaused = this.#isStopped(delivery);
    const discard = this.#button('discard', 'trash', translate(isEnded ? 'sidebar.remove' : 'sidebar.discard'), () =>
      this.acts.discard(delivery),
    );
    discard.disabled = state === 'sending';
    const inFlow = this.host.nodeControl(node, translate('sidebar.inFlow'), 'telephony-log-button');
    return [
      ...(inFlow ? [inFlow] : []),
      this.#button('pause', isPaused ? 'play' : 'pause', translate(isPaused ? 'sidebar.resume' : 'sidebar.pause'), () =>
        this.acts.pauseOrResume(delivery),
      ),
      discard,
    ];
  }

  #facts(delivery: Details): HTMLElement {
    const { translate, times } = this.host;
    const { webhook, eventType, callId, endpoint, createdAt, id, resendOf } = delivery;
    const name = laneName(this.acts.laneOf(endpoint) ?? { lane: endpoint, name: '' });
    const link = (text: string, label: string, onClick: () => void): HTMLElement => {
      const made = element('button', { type: 'button', class: 'telephony-log-link', title: label }, text);
      made.addEventListener('click', onClick);
      return made;
    };
    const facts: readonly (readonly [string, string | HTMLElement | null])[] = [
      ['webhook', webhook],
      ['event', eventType],
      ['call', callId && link(callId, translate('sidebar.story.open'), () => this.acts.story(callId))],
      ['endpoint', isNodeId(endpoint) ? this.host.nodeControl(endpoint, name, 'telephony-log-link') : endpoint],
      ['created', times.long(createdAt)],
      ['copyOf', resendOf && link(resendOf, translate('sidebar.openCopied'), () => this.acts.open(resendOf))],
      ['id', id],
    ];
    return element(
      'dl',
      {},
      ...facts.flatMap(([name, value]) =>
        value ? [element('dt', {}, translate(`sidebar.fields.${name}`)), element('dd', {}, value)] : [],
      ),
    );
  }

  #button(name: string, image: string, label: string, onClick: () => void): HTMLButtonElement {
    const button = textButton(label, onClick, image);
    button.dataset['focus'] = name;
    return button;
  }
}
