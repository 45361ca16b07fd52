/**
 * The log, whole: filters, histogram, endpoints at a stop, the list and one delivery beside or in place of it. The same in the
 * sidebar and on the page; where it stands is an address, which its owner keeps.
 */

import { saidBy } from '../../../src/sentence';
import { element, show } from '../dom';
import { said } from '../said';
import { DetailsView } from './details-view';
import { textButton, toolButton } from './dialog';
import { FilterBar } from './filter-bar';
import { HistogramView } from './histogram-view';
import { lanesView } from './lanes-view';
import { ListView } from './list-view';
import { type Details, type Lane, LogError, type Summary } from './log-client';
import { addressOf, filterFrom, isRestricting, type LogFilter, NO_FILTER, type Query, queryOf } from './log-filter';
import type { LogHost } from './log-host';
import { LogRows } from './log-rows';
import { paced } from './paced';
import { Questions } from './questions';
import { StoryView } from './story-view';

/** Between two looks at the log, at the least. */
const REST_MS = 1_000;
const SAID_FOR_MS = 6_000;

export class LogView {
  readonly element: HTMLElement;
  readonly #filters: FilterBar;
  readonly #histogram: HistogramView;
  readonly #rows: LogRows;
  readonly #list: ListView;
  readonly #details: DetailsView;
  readonly #calls: StoryView;
  readonly #lanes: ReturnType<typeof lanesView>;
  readonly #total = element('span', { class: 'telephony-log-total' });
  readonly #said = element('span', { class: 'telephony-log-said', role: 'status' });
  readonly #problem = element('p', { class: 'telephony-log-problem', role: 'alert' });
  readonly #alarms = element('p', { class: 'telephony-log-problem', role: 'alert' });
  readonly #note = element('p', { class: 'telephony-log-note' });
  readonly #newer: HTMLButtonElement;
  readonly #questions: Questions;
  #filter: LogFilter = NO_FILTER;
  #allLanes: readonly Lane[] = [];
  /** New rows above what is seen. */
  #fresh = 0;
  /** The summary was read: there are webhooks to choose from. */
  #isOffered = false;
  #opening = 0;
  /** Whose calls are told, beside the list or behind a delivery. Null: nobody's. */
  #story: string | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** Looks what is new, when something may be. */
  readonly refresh: () => void;
  readonly #lookAround: () => void;

  constructor(
    private readonly host: LogHost,
    /** Hears of every change of the address. `isStep`: one that people want to go back from. */
    private readonly moved: (address: string, isStep: boolean) => void,
  ) {
    const { translate } = host;
    this.#filters = new FilterBar(translate, (changes) => this.#narrow(changes));
    this.#histogram = new HistogramView(host, (changes) => this.#narrow(changes));
    this.#rows = new LogRows(
      host.client,
      () => this.#draw(),
      (error) => this.#fail(error),
    );
    this.#list = new ListView(host, this.#rows, (id) => this.#open(id, true));
    this.#details = new DetailsView(host, {
      resend: (delivery, render) => this.#act(this.#resend(delivery, render)),
      discard: (delivery) => this.#act(this.#discard(delivery)),
      pauseOrResume: (endpoint, name) => this.#act(this.#pauseOrResume(endpoint, name)),
      laneOf: (endpoint) => this.#laneOf(endpoint),
      open: (id) => this.#open(id, true),
      story: (callId) => this.#tellStory(callId),
      close: () => this.#close(true),
      say: (text) => this.#say(text),
    });
    this.#calls = new StoryView(host, {
      find: (q) => {
        this.#story = q;
        this.#tell(false);
        return host.client.story(q);
      },
      openDelivery: (id) => this.#open(id, true),
      close: () => this.#close(true),
    });
    this.#lanes = lanesView(host, {
      pauseOrResume: (lane, name) => this.#act(this.#pauseOrResume(lane, name)),
      showOf: (lane) => this.show({ ...NO_FILTER, webhook: lane }),
    });
    this.#newer = textButton('', () => this.#showNewer(), 'arrow-up');
    this.#newer.classList.add('telephony-log-newer');
    this.element = this.#layOut();
    this.#questions = new Questions(host, this.element, (text) => this.#say(text));
    this.#showPane();
    this.refresh = paced(() => this.#refresh(), REST_MS);
    this.#lookAround = paced(async () => {
      await Promise.all([this.#readSummary(), this.#drawHistogram()]);
    }, REST_MS);
  }

  /** Goes to an address: a filter, and a delivery where one is named. */
  go(address: string): void {
    this.#filter = filterFrom(address);
    const given = new URLSearchParams(address);
    const id = given.get('id');
    this.#story = given.get('story');
    this.#reload();
    if (this.#story !== null) void this.#calls.open(this.#story);
    if (id) this.#open(id, false);
    else this.#close(false);
  }

  /** Narrows the list, and goes to it. */
  show(filter: LogFilter): void {
    this.#filter = filter;
    this.#story = null;
    this.#close(false);
    this.#reload();
    this.#tell(true);
  }

  /** Back to what was there before a delivery, or a story. Answers false where there was nothing to go back from. */
  back(): boolean {
    if (this.#details.id === undefined && this.#story === null) return false;
    this.#close(true);
    return true;
  }

  get #query(): Query {
    return queryOf(this.#filter, Date.now());
  }

  #layOut(): HTMLElement {
    const { translate, openPage } = this.host;
    const tools = element(
      'div',
      { class: 'telephony-log-tools' },
      this.#filters.toggle,
      toolButton('history', translate('sidebar.story.title'), () => this.#tellStory(this.#filter.q)),
      toolButton('send', translate('sidebar.resendAll'), () => this.#act(this.#questions.resendAll(this.#query))),
      toolButton('download', translate('sidebar.export'), () =>
        this.#act(this.#questions.export(this.#query, this.#rows.total)),
      ),
      ...(openPage ? [toolButton('external-link', translate('sidebar.page'), () => openPage(this.#address))] : []),
    );
    const made = element(
      'div',
      { class: 'telephony-log' },
      element('div', { class: 'telephony-log-bar' }, this.#filters.search, tools),
      this.#filters.element,
      this.#histogram.element,
      this.#lanes.element,
      this.#alarms,
      this.#problem,
      element('div', { class: 'telephony-log-line-below' }, this.#total, this.#newer, this.#said),
      element(
        'div',
        { class: 'telephony-log-body' },
        element('div', { class: 'telephony-log-list' }, this.#note, this.#list.element),
        this.#calls.element,
        this.#details.element,
      ),
    );
    made.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.back()) return;
      // Node-RED's own shortcuts stumble over an element that is gone by the time they look at it.
      event.stopPropagation();
    });
    show(this.#newer, false);
    return made;
  }

  get #address(): string {
    const { id } = this.#details;
    const beside = new URLSearchParams({
      ...(this.#story === null ? {} : { story: this.#story }),
      ...(id === undefined ? {} : { id }),
    });
    return [addressOf(this.#filter), beside.toString()].filter(Boolean).join('&');
  }

  #tell(isStep: boolean): void {
    this.moved(this.#address, isStep);
  }

  #narrow(changes: Partial<LogFilter>): void {
    this.#filter = { ...this.#filter, ...changes };
    this.#reload();
    this.#tell(false);
  }

  #reload(): void {
    this.#filters.show(this.#filter);
    this.#fresh = 0;
    this.#opening += 1;
    const mine = this.#opening;
    this.element.classList.add('telephony-log-loading');
    this.#rows.open(this.#query).then(
      () => {
        if (mine !== this.#opening) return;
        this.#problem.textContent = '';
        this.element.classList.remove('telephony-log-loading');
        this.#list.toTop();
        // Only now: a store reads one thing after the other, and the list is what one waits for.
        void this.#drawHistogram();
        if (!this.#isOffered) void this.#readSummary();
      },
      (error: unknown) => {
        if (mine !== this.#opening) return;
        this.element.classList.remove('telephony-log-loading');
        this.#fail(error);
      },
    );
  }

  async #refresh(): Promise<void> {
    const { id } = this.#details;
    try {
      const added = await this.#rows.refresh(this.#query, this.#list.window);
      // Asked now: one may have scrolled away meanwhile.
      const wasAtTop = this.#list.isAtTop;
      this.#list.grew(added);
      this.#fresh = wasAtTop ? 0 : this.#fresh + added;
      this.#problem.textContent = '';
      this.#draw();
      if (id !== undefined && id === this.#details.id) await this.#details.open(id);
      if (id === undefined && this.#story !== null) await this.#calls.refresh();
    } catch (error) {
      this.#fail(error);
    }
    this.#lookAround();
  }

  async #readSummary(): Promise<void> {
    try {
      this.#takeSummary(await this.host.client.summary());
    } catch {
      // The list says what is wrong.
    }
  }

  #takeSummary(summary: Summary): void {
    const { lanes, alarms } = summary;
    this.#isOffered = true;
    this.#allLanes = lanes;
    this.#filters.offer(summary);
    this.#lanes.draw(lanes);
    this.#details.lanesChanged();
    const wrong = alarms.map((alarm) => said(this.host.translate, alarm)).join(' ');
    if (wrong !== this.#alarms.textContent) this.#alarms.textContent = wrong; // else it would be read out again
  }

  async #drawHistogram(): Promise<void> {
    const asked = this.#filter;
    const { state: _state, ...query } = this.#query;
    try {
      const histogram = await this.host.client.histogram(query);
      if (asked === this.#filter) this.#histogram.draw(histogram, asked, Date.now());
    } catch {
      // The list says what is wrong.
    }
  }

  #draw(): void {
    const { translate, times } = this.host;
    const { count, total } = this.#rows;
    this.#total.textContent =
      total > count
        ? translate('sidebar.newestOf', { count: times.number(count), total: times.number(total) })
        : translate('sidebar.total', { total: times.number(total) });
    this.#note.textContent =
      count > 0 ? '' : translate(isRestricting(this.#filter) ? 'sidebar.nothing' : 'sidebar.empty');
    show(this.#total, count > 0);
    show(this.#list.element, count > 0);
    show(this.#newer, this.#fresh > 0);
    const [, label] = this.#newer.querySelectorAll<HTMLElement>('i, span');
    if (label) label.textContent = translate('sidebar.newer', { number: times.number(this.#fresh) });
    this.#list.draw();
  }

  #showNewer(): void {
    this.#fresh = 0;
    this.#list.toTop();
    this.#draw();
    this.#list.element.focus();
  }

  #open(id: string, isStep: boolean): void {
    this.#list.mark(id);
    const opened = this.#details.open(id);
    this.#showPane();
    void opened;
    if (isStep) this.#tell(true);
  }

  #tellStory(q: string): void {
    this.#story = q;
    this.#details.close();
    this.#showPane();
    void this.#calls.open(q);
    this.#tell(true);
  }

  /** A delivery closes first, then the story that it stood before. */
  #close(isByHand: boolean): void {
    if (this.#details.id !== undefined) this.#details.close();
    else if (isByHand) this.#story = null;
    this.#list.mark(undefined);
    this.#showPane();
    if (!isByHand) return;
    this.#tell(true);
    if (this.#story === null) this.#list.element.focus();
    else this.#calls.element.querySelector('input')?.focus();
    this.refresh();
  }

  #showPane(): void {
    const hasDelivery = this.#details.id !== undefined;
    const hasStory = !hasDelivery && this.#story !== null;
    show(this.#details.element, hasDelivery);
    show(this.#calls.element, hasStory);
    this.element.classList.toggle('telephony-log-beside', hasDelivery || hasStory);
  }

  #laneOf(endpoint: string): Lane | undefined {
    return this.#allLanes.find(({ lane }) => lane === endpoint);
  }

  /** What someone does says itself what has become of it; that it was refused is said here. */
  #act(action: Promise<void>): void {
    action.then(
      () => this.refresh(),
      (error: unknown) => {
        const mayNot = error instanceof LogError && (error.status === 401 || error.status === 403);
        const { translate } = this.host;
        this.#say(mayNot ? translate('sidebar.mayNot') : said(translate, saidBy(error)));
      },
    );
  }

  async #resend({ id }: Details, render: boolean): Promise<void> {
    const sent = await this.host.client.resend(id, render);
    this.#say(this.host.translate('sidebar.resent'));
    // A delivered one is sent as a new delivery: what becomes of it is what one wants to see.
    if (sent !== id) this.#open(sent, true);
  }

  async #discard({ id, state }: Details): Promise<void> {
    const isEnded = state === 'delivered' || state === 'failed';
    if (!(await this.#questions.mayDiscard(isEnded))) return;
    // Before it is gone: nobody shall ask for it again.
    if (isEnded) this.#close(true);
    await this.host.client.discard(id);
  }

  async #pauseOrResume(endpoint: string, name: string): Promise<void> {
    const { client, translate } = this.host;
    const isStopped = (this.#laneOf(endpoint)?.condition ?? 'open') !== 'open';
    await client.pauseOrResume(endpoint, isStopped ? 'resume' : 'pause');
    this.#say(translate(isStopped ? 'sidebar.lanes.resumed' : 'sidebar.lanes.pausedNow', { name }));
    await this.#readSummary();
  }

  #say(text: string): void {
    clearTimeout(this.#silence);
    this.#said.textContent = text;
    this.#silence = setTimeout(() => {
      this.#said.textContent = '';
    }, SAID_FOR_MS);
  }

  #fail(error: unknown): void {
    const { translate } = this.host;
    this.#problem.textContent = translate('sidebar.unavailable', { message: said(translate, saidBy(error)) });
  }
}
