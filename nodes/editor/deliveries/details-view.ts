/**
 * One delivery: why it is where it is, what to do about it, what happened step by step, and the request as it was sent. What
 * it shows came from outside and is only ever text.
 */
import { isJsonObject } from '../../../src/json';
import { saidBy } from '../../../src/sentence';
import { eventTitleOf } from '../catalogue-words';
import { element, icon } from '../dom';
import { said } from '../said';
import { adviceOn } from './advice';
import { textButton } from './dialog';
import { keepingFocus } from './focus';
import { conditionWords } from './lanes-view';
import { type Details, type Lane, LogError } from './log-client';
import { hasEndpoint, isNodeId, type LogHost } from './log-host';
import { note, part, pre } from './parts';
import { requestPart } from './request-part';
import { failureWords, nameOf, STATE_ICONS } from './row-view';
import { stepsPart } from './steps-part';
import { partiesOf } from './story-view';

export interface DetailsActs {
  resend(delivery: Details, render: boolean): void;
  discard(delivery: Details): void;
  pauseOrResume(endpoint: string, name: string): void;
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
  #delivery: Details | undefined;

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

  /** Some endpoints stand otherwise than before. */
  lanesChanged(): void {
    if (this.#delivery && this.#drawn !== '') this.#draw(this.#delivery);
  }

  close(): void {
    this.#id = undefined;
    this.#delivery = undefined;
    this.#drawn = '';
    this.element.replaceChildren();
  }

  /** What the user has opened, and where the keyboard is, stays as it is. */
  #draw(delivery: Details): void {
    const now = JSON.stringify([delivery, this.#stopOf(delivery)]);
    this.#delivery = delivery;
    if (now === this.#drawn) return;
    this.#drawn = now;
    const before = new Map(
      [...this.element.querySelectorAll('details')].map((part) => [part.dataset['part'], part.open] as const),
    );
    keepingFocus(this.element, () => this.element.replaceChildren(this.#head(delivery), ...this.#parts(delivery)));
    for (const part of this.element.querySelectorAll('details')) {
      part.open = before.get(part.dataset['part']) ?? part.open;
    }
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
        : state !== 'waiting'
          ? translate(`sidebar.why.${state}`)
          : nextAttemptAt !== null && Date.parse(nextAttemptAt) > Date.now()
            ? translate('sidebar.why.waiting', { time: times.short(nextAttemptAt) })
            : translate('sidebar.why.pending');
    const look = advice && this.#look(delivery, advice.look);
    const hold = this.#holdOf(delivery);
    const inFlow = this.host.nodeControl(delivery.node, translate('sidebar.inFlow'), 'telephony-log-button');
    return element(
      'div',
      { class: `telephony-log-why telephony-log-is-${state}` },
      element('p', { class: 'telephony-log-sentence' }, sentence),
      ...(hold === undefined
        ? []
        : [element('p', { class: 'telephony-log-class' }, `${delivery.endpointName}: ${hold}`)]),
      ...(lastError !== null && state !== 'delivered'
        ? [
            element('p', { class: 'telephony-log-class' }, failureWords(lastError, translate)),
            element('p', {}, said(translate, { message: lastError.message, phrase: delivery.errorPhrase })),
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
        ...(hold === undefined ? [] : this.#pauseButton(delivery)),
        ...this.#resendButtons(delivery, advice?.mend ?? 'stored'),
        ...(look ? [look] : []),
        ...(inFlow ? [inFlow] : []),
        ...(hold === undefined ? this.#pauseButton(delivery) : []),
        this.#discardButton(delivery),
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
    if (state !== 'delivered' && this.#holdOf(delivery) === undefined) ways[0]?.classList.add('telephony-log-primary');
    return ways;
  }

  /** Why its endpoint sends nothing just now. Undefined: it does. */
  #stopOf({ endpoint }: Details): string | undefined {
    const lane = this.acts.laneOf(endpoint);
    return lane === undefined || lane.condition === 'open' ? undefined : conditionWords(lane, this.host);
  }

  /** Why it does not go out although its turn may have come. */
  #holdOf(delivery: Details): string | undefined {
    return delivery.state === 'pending' || delivery.state === 'waiting' ? this.#stopOf(delivery) : undefined;
  }

  #look(delivery: Details, what: 'webhook' | 'endpoint' | 'template' | null): HTMLElement | null {
    const { endpoint, node, template, lastError } = delivery;
    const isThere = hasEndpoint(delivery) && isNodeId(endpoint);
    const id = what === 'template' ? template : what === 'endpoint' && isThere ? endpoint : what && node;
    if (id === null) return null;
    // What no template has touched is the webhook's own, although it stands there as both.
    const ofNode = lastError?.class === 'template' ? 'template' : 'webhook';
    const name = id === node ? ofNode : id === template ? 'template' : 'endpoint';
    const label = this.host.translate(`sidebar.look.${name}`);
    return this.host.nodeControl(id, label, 'telephony-log-button', name === 'endpoint' ? 'show' : 'edit');
  }

  #pauseButton(delivery: Details): readonly HTMLElement[] {
    const { endpoint, endpointName } = delivery;
    if (!hasEndpoint(delivery)) return [];
    const [image, label] =
      this.#stopOf(delivery) === undefined ? ['pause', 'sidebar.pause'] : ['play', 'sidebar.resume'];
    const button = this.#button('pause', image, this.host.translate(label), () =>
      this.acts.pauseOrResume(endpoint, endpointName),
    );
    button.classList.toggle('telephony-log-primary', this.#holdOf(delivery) !== undefined);
    return [button];
  }

  #discardButton(delivery: Details): HTMLElement {
    const { state } = delivery;
    const label = state === 'delivered' || state === 'failed' ? 'sidebar.remove' : 'sidebar.discard';
    const button = this.#button('discard', 'trash', this.host.translate(label), () => this.acts.discard(delivery));
    button.disabled = state === 'sending';
    return button;
  }

  #facts(delivery: Details): HTMLElement {
    const { translate, times } = this.host;
    const { webhook, eventType, callId, endpoint, endpointName, createdAt, id, resendOf } = delivery;
    const link = (text: string, label: string, onClick: () => void): HTMLElement => {
      const made = element('button', { type: 'button', class: 'telephony-log-link', title: label }, text);
      made.addEventListener('click', onClick);
      return made;
    };
    const facts: readonly (readonly [string, string | HTMLElement | null | false])[] = [
      ['webhook', webhook],
      ['event', eventType && element('span', { title: eventType }, eventTitleOf(translate, eventType))],
      ['parties', partiesIn(delivery.event)],
      ['call', callId && link(callId, translate('sidebar.story.open'), () => this.acts.story(callId))],
      [
        'endpoint',
        hasEndpoint(delivery) &&
          ((isNodeId(endpoint) && this.host.nodeControl(endpoint, endpointName, 'telephony-log-link')) || endpointName),
      ],
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

/** Who called whom, as far as the event says. */
function partiesIn(event: unknown): string {
  return isJsonObject(event) && isJsonObject(event['parameters']) ? partiesOf(event['parameters']) : '';
}
