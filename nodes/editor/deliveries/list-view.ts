/**
 * A list of any length of which the document holds what is seen: the rows are placed where they would stand. It is one stop
 * for the keyboard; arrows walk through the rows.
 */
import { element } from '../dom';
import type { Row } from './log-client';
import type { LogHost } from './log-host';
import type { LogRows } from './log-rows';
import { emptyRow, rowView } from './row-view';
import { scrollTo, type Window, windowAt } from './virtual-rows';

/** Rows are one line where all cells fit beside each other, else two. */
const ONE_LINE_FROM_PX = 760;
const HEIGHT_PX = { oneLine: 30, twoLines: 44 } as const;
/** A list that is dragged through fetches where it comes to rest. */
const REST_MS = 60;

interface Drawn {
  readonly row: Row | undefined;
  readonly element: HTMLElement;
}

export class ListView {
  readonly element = element('div', { class: 'telephony-log-scroll', role: 'listbox', tabindex: '0' });
  readonly #space = element('div', { class: 'telephony-log-space', role: 'presentation' });
  #drawn = new Map<number, Drawn>();
  #rowHeight: number = HEIGHT_PX.twoLines;
  /** How far it is scrolled, also while it is hidden: an element that is not shown does not know. */
  #top = 0;
  /** The row that the keyboard is at. */
  #active = 0;
  #opened: string | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Pick<LogHost, 'translate' | 'times'>,
    private readonly rows: LogRows,
    private readonly open: (id: string) => void,
  ) {
    this.element.setAttribute('aria-label', host.translate('sidebar.name'));
    this.element.append(this.#space);
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('click', ({ target }) => this.#onClick(target));
    new ResizeObserver(() => {
      if (this.element.clientHeight === 0) return;
      const isWide = this.element.clientWidth >= ONE_LINE_FROM_PX;
      const first = this.#top / this.#rowHeight;
      this.#rowHeight = isWide ? HEIGHT_PX.oneLine : HEIGHT_PX.twoLines;
      this.element.classList.toggle('telephony-log-one-line', isWide);
      this.draw();
      this.element.scrollTop = first * this.#rowHeight;
    }).observe(this.element);
  }

  get isAtTop(): boolean {
    return this.#top < this.#rowHeight / 2;
  }

  /** The rows that are seen, and some around. */
  get window(): Window {
    const { scrollTop, clientHeight } = this.element;
    return windowAt(scrollTop, clientHeight, this.#rowHeight, this.rows.count);
  }

  /** Shows the rows as they are now. */
  draw(): void {
    const { count } = this.rows;
    this.#space.style.height = `${count * this.#rowHeight}px`;
    const { first, end } = this.window;
    const old = [...this.#drawn.values()];
    const before = new Map(old.map((drawn) => [drawn.row, drawn]));
    this.#drawn = new Map();
    for (let index = first; index < end; index++) this.#drawn.set(index, this.#drawRow(index, count, before));
    const kept = new Set([...this.#drawn.values()].map(({ element: one }) => one));
    for (const { element: one } of old) if (!kept.has(one)) one.remove();
    this.#active = Math.min(this.#active, Math.max(0, count - 1));
    this.#mark();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.rows.want(this.window), REST_MS);
  }

  /** The list has grown at its top: who looks at something further down keeps looking at it. */
  grew(by: number): void {
    if (by === 0) return;
    this.#active += this.#active === 0 && this.isAtTop ? 0 : by;
    if (!this.isAtTop) this.#top += by * this.#rowHeight;
    this.draw();
    this.element.scrollTop = this.#top;
  }

  toTop(): void {
    this.#active = 0;
    this.#top = 0;
    this.element.scrollTop = 0;
    this.draw();
  }

  /** Marks the delivery that is shown beside. */
  mark(id: string | undefined): void {
    this.#opened = id;
    const index = id === undefined ? undefined : this.rows.indexOf(id);
    if (index !== undefined) this.#active = index;
    this.#mark();
  }

  /** A row that is drawn already is moved to where it stands now. */
  #drawRow(index: number, count: number, before: ReadonlyMap<Row | undefined, Drawn>): Drawn {
    const row = this.rows.row(index);
    const drawn =
      row === undefined ? { row, element: emptyRow() } : (before.get(row) ?? { row, element: rowView(row, this.host) });
    const { element: shown } = drawn;
    shown.id = `telephony-log-row-${index}`;
    shown.style.top = `${index * this.#rowHeight}px`;
    shown.setAttribute('aria-setsize', String(count));
    shown.setAttribute('aria-posinset', String(index + 1));
    if (!shown.isConnected) this.#space.append(shown);
    return drawn;
  }

  #mark(): void {
    for (const [index, { row, element: shown }] of this.#drawn) {
      shown.classList.toggle('telephony-log-active', index === this.#active);
      shown.setAttribute('aria-selected', String(row !== undefined && row.id === this.#opened));
    }
    const active = this.#drawn.get(this.#active)?.element;
    if (active) this.element.setAttribute('aria-activedescendant', active.id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #onScroll(): void {
    if (this.element.clientHeight > 0) this.#top = this.element.scrollTop;
    this.draw();
  }

  #onClick(target: EventTarget | null): void {
    const clicked = target instanceof Element ? target.closest('.telephony-log-row') : null;
    for (const [index, { row, element: shown }] of this.#drawn) {
      if (shown !== clicked) continue;
      this.#active = index;
      this.#mark();
      if (row) this.open(row.id);
    }
  }

  #onKey(event: KeyboardEvent): void {
    const perPage = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + perPage,
      PageUp: this.#active - perPage,
      Home: 0,
      End: this.rows.count - 1,
    };
    const to = moves[event.key];
    if (to === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    // The editor moves nodes by the same keys.
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) {
      const row = this.rows.row(this.#active);
      if (row) this.open(row.id);
      return;
    }
    this.#active = Math.max(0, Math.min(this.rows.count - 1, to));
    const { scrollTop, clientHeight } = this.element;
    this.element.scrollTop = scrollTo(this.#active, scrollTop, clientHeight, this.#rowHeight);
    this.draw();
  }
}
