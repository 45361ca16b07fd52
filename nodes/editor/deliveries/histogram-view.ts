/**
 * Delivered and failed over time, drawn; dragging over it filters by time. The keyboard does the same: arrows go from bar to
 * bar, with Shift they choose several, Enter filters.
 */
import { element, show } from '../dom';
import { textButton } from './dialog';
import { type Bar, barAt, barsOf, heightsOf, spanOf } from './histogram-scale';
import type { Histogram } from './log-client';
import { boundsOf, type LogFilter } from './log-filter';
import type { LogHost } from './log-host';

const SVG = 'http://www.w3.org/2000/svg';
const KINDS = ['failed', 'open', 'delivered'] as const;
type Kind = (typeof KINDS)[number];
/** Units of the drawing: of one bar with the gap behind it, and of the height. */
const [WIDTH, HEIGHT] = [10, 100];

export class HistogramView {
  readonly element: HTMLElement;
  readonly #plot: HTMLElement;
  readonly #drawing = svg('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  readonly #chosen = element('div', { class: 'telephony-log-chosen' });
  readonly #times = element('div', { class: 'telephony-log-axis', 'aria-hidden': 'true' });
  readonly #kinds: Readonly<Record<Kind, { button: HTMLButtonElement; count: HTMLElement }>>;
  readonly #all: HTMLButtonElement;
  #bars: readonly Bar[] = [];
  /** When the first bar begins and the last ends, in words. */
  #ends: readonly string[] = [];
  #stepMs = 1;
  /** Where a choice began, and where it is now. */
  #anchor = 0;
  #at = 0;
  #isDragging = false;

  constructor(
    private readonly host: Pick<LogHost, 'translate' | 'times'>,
    private readonly change: (changes: Partial<LogFilter>) => void,
  ) {
    const { translate } = host;
    this.#plot = element(
      'div',
      {
        class: 'telephony-log-plot',
        role: 'slider',
        tabindex: '0',
        'aria-label': translate('sidebar.histogram.label'),
        'aria-valuemin': '1',
        title: translate('sidebar.histogram.tip'),
      },
      this.#drawing,
      this.#chosen,
    );
    this.#kinds = {
      failed: this.#kindButton('failed'),
      open: this.#kindButton('open'),
      delivered: this.#kindButton('delivered'),
    };
    this.#all = textButton(
      translate('sidebar.histogram.whole'),
      () => this.change({ last: '', from: '', to: '' }),
      'search-minus',
    );
    this.element = element(
      'div',
      { class: 'telephony-log-histogram' },
      this.#plot,
      this.#times,
      element('div', { class: 'telephony-log-legend' }, ...KINDS.map((kind) => this.#kinds[kind].button), this.#all),
    );
    for (const part of [this.#plot, this.#times, this.#all]) show(part, false);
    this.#listen();
  }

  draw(histogram: Histogram, filter: LogFilter, nowMs: number): void {
    const bounds = boundsOf(filter, nowMs);
    this.#bars = barsOf(histogram, bounds);
    this.#stepMs = histogram.stepMs;
    const count = this.#bars.length;
    const highest = Math.max(1, ...this.#bars.map(({ delivered, failed, open }) => delivered + failed + open));
    this.#drawing.setAttribute('viewBox', `0 0 ${Math.max(1, count) * WIDTH} ${HEIGHT}`);
    this.#drawing.replaceChildren(...this.#bars.flatMap((bar, n) => drawBar(bar, n * WIDTH, highest, filter.state)));
    for (const kind of KINDS) {
      const { button, count: shown } = this.#kinds[kind];
      shown.textContent = this.host.times.number(this.#bars.reduce((sum, bar) => sum + bar[kind], 0));
      button.setAttribute('aria-pressed', String(filter.state === kind));
    }
    const [first, last] = [this.#bars[0], this.#bars.at(-1)];
    this.#ends = first && last ? this.host.times.ends(first.fromMs, last.fromMs + this.#stepMs) : [];
    show(this.#plot, count > 0);
    show(this.#times, count > 0);
    show(this.#all, bounds.fromMs !== null || bounds.toMs !== null);
    this.#at = Math.min(this.#at, Math.max(0, count - 1));
    this.#anchor = Math.min(this.#anchor, Math.max(0, count - 1));
    this.#tell();
  }

  #kindButton(kind: Kind): { button: HTMLButtonElement; count: HTMLElement } {
    const count = element('b', {}, '…');
    const button = element(
      'button',
      { type: 'button', class: `telephony-log-kind telephony-log-kind-${kind}`, 'aria-pressed': 'false' },
      element('span', { class: 'telephony-log-swatch', 'aria-hidden': 'true' }),
      count,
      ' ',
      this.host.translate(`sidebar.kinds.${kind}`),
    );
    button.addEventListener('click', () =>
      this.change({ state: button.getAttribute('aria-pressed') === 'true' ? '' : kind }),
    );
    return { button, count };
  }

  #listen(): void {
    const at = (event: PointerEvent): number => {
      const { left, width } = this.#plot.getBoundingClientRect();
      return barAt((event.clientX - left) / width, this.#bars.length);
    };
    this.#plot.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.#plot.setPointerCapture(event.pointerId);
      this.#isDragging = true;
      this.#anchor = at(event);
      this.#moveTo(this.#anchor);
    });
    this.#plot.addEventListener('pointermove', (event) => {
      if (this.#isDragging) this.#moveTo(at(event));
    });
    this.#plot.addEventListener('pointerup', () => {
      if (this.#isDragging) this.#choose();
    });
    this.#plot.addEventListener('pointercancel', () => this.#letGo());
    this.#plot.addEventListener('blur', () => this.#letGo());
    this.#plot.addEventListener('keydown', (event) => this.#onKey(event));
  }

  #onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.#at - 1,
      ArrowRight: this.#at + 1,
      Home: 0,
      End: this.#bars.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) {
      this.#choose();
      return;
    }
    const next = Math.max(0, Math.min(this.#bars.length - 1, to));
    if (!event.shiftKey) this.#anchor = next;
    this.#moveTo(next);
  }

  #moveTo(at: number): void {
    this.#at = at;
    const count = this.#bars.length;
    const [first, last] = [Math.min(at, this.#anchor), Math.max(at, this.#anchor)];
    this.#chosen.style.left = `${(first / count) * 100}%`;
    this.#chosen.style.width = `${((last - first + 1) / count) * 100}%`;
    this.#chosen.classList.add('telephony-log-choosing');
    this.#tell();
  }

  #choose(): void {
    const span = spanOf(this.#bars, this.#stepMs, this.#anchor, this.#at);
    this.#letGo();
    if (!span) return;
    this.change({ last: '', from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() });
  }

  #letGo(): void {
    this.#isDragging = false;
    this.#chosen.classList.remove('telephony-log-choosing');
    this.#tell();
  }

  /** Says to screen readers what is chosen. */
  #tell(): void {
    const span = spanOf(this.#bars, this.#stepMs, this.#anchor, this.#at);
    const [first, last] = [Math.min(this.#anchor, this.#at), Math.max(this.#anchor, this.#at)];
    const sum = (kind: Kind): string =>
      this.host.times.number(this.#bars.slice(first, last + 1).reduce((total, bar) => total + bar[kind], 0));
    this.#plot.setAttribute('aria-valuemax', String(Math.max(1, this.#bars.length)));
    this.#plot.setAttribute('aria-valuenow', String(this.#at + 1));
    if (!span) return;
    const text = this.host.translate('sidebar.histogram.value', {
      time: this.host.times.span(span.fromMs, span.toMs),
      failed: sum('failed'),
      open: sum('open'),
      delivered: sum('delivered'),
    });
    this.#plot.setAttribute('aria-valuetext', text);
    const isChoosing = this.#chosen.classList.contains('telephony-log-choosing');
    this.#times.replaceChildren(...(isChoosing ? [text] : this.#ends).map((one) => element('span', {}, one)));
  }
}

function drawBar(bar: Bar, x: number, highest: number, state: LogFilter['state']): SVGElement[] {
  const heights = heightsOf(bar, highest);
  let bottom = HEIGHT;
  return KINDS.flatMap((kind) => {
    const height = heights[kind] * HEIGHT;
    bottom -= height;
    if (height === 0) return [];
    const isOther = (KINDS as readonly string[]).includes(state) && state !== kind;
    return [
      svg('rect', {
        ...{ x: String(x + 1), width: String(WIDTH - 2), y: String(bottom), height: String(height) },
        class: `telephony-log-bar-${kind}${isOther ? ' telephony-log-other' : ''}`,
      }),
    ];
  });
}

function svg<Tag extends 'svg' | 'rect'>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
