/**
 * The rows of a list that may have a hundred thousand, as far as they were fetched: a snapshot in pages that stay where they
 * are, and before it what has come in since. Knows no document.
 */
import type { LogClient, Outline, Page, Row } from './log-client';
import type { Query } from './log-filter';

/** So many new rows are kept before the snapshot; with more it is taken anew. */
const MOST_NEW = 500;
/** Rows looked at for what is new. */
const FRESH = 100;
/** Pages kept; with more the oldest fetched are forgotten. */
const MOST_PAGES = 40;

export type LogReader = Pick<LogClient, 'list' | 'outline'>;

export interface Span {
  readonly first: number;
  /** Not included. */
  readonly end: number;
}

export class LogRows {
  #query: Query = {};
  #outline: Outline = { total: 0, pageRows: 1, pages: [] };
  #new: readonly Row[] = [];
  #pages = new Map<number, readonly Row[]>();
  #asked = new Set<number>();
  /** Counts snapshots: an answer that belongs to an older one is dropped. */
  #generation = 0;

  constructor(
    private readonly reader: LogReader,
    /** Something is there that was not, or is another now. */
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Rows that the list has, fetched or not. */
  get count(): number {
    return this.#new.length + this.#reachable;
  }

  /** How many match; more than `count` where the oldest are beyond what a list can show. */
  get total(): number {
    return this.#new.length + this.#outline.total;
  }

  /** Undefined: not fetched. */
  row(index: number): Row | undefined {
    if (index < this.#new.length) return this.#new[index];
    const at = index - this.#new.length;
    const { pageRows } = this.#outline;
    return this.#pages.get(Math.floor(at / pageRows))?.[at % pageRows];
  }

  /** Where a row stands, among those fetched. Undefined: nowhere. */
  indexOf(id: string): number | undefined {
    const at = this.#new.findIndex((row) => row.id === id);
    if (at >= 0) return at;
    for (const [page, rows] of this.#pages) {
      const within = rows.findIndex((row) => row.id === id);
      if (within >= 0) return this.#new.length + page * this.#outline.pageRows + within;
    }
    return undefined;
  }

  /** Begins anew, for a filter. Rejects where it cannot be asked. */
  async open(query: Query): Promise<void> {
    this.#query = query;
    this.#generation += 1;
    const mine = this.#generation;
    const outline = await this.reader.outline(query);
    const [cursor] = outline.pages;
    const first = cursor === undefined ? [] : (await this.reader.list(query, outline.pageRows, cursor)).deliveries;
    if (mine !== this.#generation) return;
    this.#outline = outline;
    this.#new = [];
    this.#asked.clear();
    this.#pages = new Map([[0, first]]);
    this.changed();
  }

  /**
   * Looks what is new, and fetches again what is seen. Answers by how many rows the list has grown at its top, so that who
   * scrolled down can stay where he is.
   */
  async refresh(query: Query, seen: Span): Promise<number> {
    this.#query = query;
    const mine = this.#generation;
    const fresh = await this.reader.list(query, FRESH, null);
    if (mine !== this.#generation) return 0;
    const before = this.total;
    const known = this.row(0)?.id;
    const added = known === undefined ? -1 : fresh.deliveries.findIndex(({ id }) => id === known);
    const isContinued = added >= 0 && before + added === fresh.total && this.#new.length + added <= MOST_NEW;
    if (!isContinued) {
      await this.open(query);
      return mine + 1 === this.#generation ? Math.max(0, this.total - before) : 0;
    }
    this.#new = [...fresh.deliveries.slice(0, added), ...this.#new];
    this.#replace(fresh.deliveries);
    for (const page of this.#pagesOf({ first: seen.first + added, end: seen.end + added })) {
      if (this.#new.length + (page + 1) * this.#outline.pageRows > fresh.deliveries.length) this.#fetch(page);
    }
    this.changed();
    return added;
  }

  /** Fetches what is to be seen and is not there yet. */
  want(seen: Span): void {
    for (const page of this.#pagesOf(seen)) if (!this.#pages.has(page)) this.#fetch(page);
  }

  get #reachable(): number {
    return Math.min(this.#outline.total, this.#outline.pages.length * this.#outline.pageRows);
  }

  #pagesOf({ first, end }: Span): number[] {
    const { pageRows, pages } = this.#outline;
    const from = Math.max(0, Math.floor((first - this.#new.length) / pageRows));
    const to = Math.min(pages.length - 1, Math.floor((end - 1 - this.#new.length) / pageRows));
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);
  }

  #fetch(page: number): void {
    const cursor = this.#outline.pages[page];
    if (cursor === undefined || this.#asked.has(page)) return;
    const mine = this.#generation;
    this.#asked.add(page);
    this.reader.list(this.#query, this.#outline.pageRows, cursor).then(
      ({ deliveries }: Page) => {
        if (mine !== this.#generation) return;
        this.#asked.delete(page);
        const before = new Map(this.#pages.get(page)?.map((row) => [row.id, row]));
        this.#pages.delete(page);
        this.#pages.set(
          page,
          deliveries.map((row) => changedOf(before.get(row.id) ?? row, row)),
        );
        // The first tells what is new, so it stays.
        const oldest = [...this.#pages.keys()].find((one) => one !== 0);
        if (this.#pages.size > MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
        this.changed();
      },
      (error: unknown) => {
        if (mine !== this.#generation) return;
        this.#asked.delete(page);
        this.failed(error);
      },
    );
  }

  /** Puts newer versions of rows in the places of the old ones. */
  #replace(fresh: readonly Row[]): void {
    const byId = new Map(fresh.map((row) => [row.id, row]));
    const renewed = (row: Row): Row => changedOf(row, byId.get(row.id) ?? row);
    this.#new = this.#new.map(renewed);
    this.#pages.set(0, (this.#pages.get(0) ?? []).map(renewed));
  }
}

/** A row that says the same stays the same object: nothing needs to be drawn again. */
function changedOf(before: Row, after: Row): Row {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
