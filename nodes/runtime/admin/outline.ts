/** The log from above, of one store or several as one: where its pages begin, and how many deliveries there were over time. */

import type { DeliveryFilter, LogTimeline, LogTimelinePart } from '../../../src/store/delivery-store';
import { cursorAfter } from '../../../src/store/engine/delivery-log';
import { joinedCursor, type PartOfLog, type Progress } from './whole-log';

/** Rows between the beginnings of two pages. */
export const PAGE_ROWS = 100;

/** Rows that can be reached by their place in the list; older ones by a filter. More would be higher than a browser can scroll. */
const MOST_ROWS = 200_000;

/** Parts of a histogram: as many as can be told apart in a narrow sidebar. */
const MOST_PARTS = 60;

export interface Outline {
  /** How many match, also beyond the pages. */
  readonly total: number;
  readonly pageRows: number;
  /** A cursor for each page. They stay what they are while new deliveries come in. */
  readonly pages: readonly string[];
}

export async function outline(stores: readonly PartOfLog[], filter: DeliveryFilter): Promise<Outline> {
  const parts = await Promise.all(
    stores.map(async ({ key, store }) => {
      const found = await store.positions(filter, MOST_ROWS);
      // Counting is only needed where there is more than was found.
      const total = found.sequences.length < MOST_ROWS ? found.sequences.length : await store.count(filter);
      return { key, ...found, total, shown: 0 };
    }),
  );
  return { total: parts.reduce((sum, part) => sum + part.total, 0), pageRows: PAGE_ROWS, pages: pagesOf(parts) };
}

/** How far a walk down the list has come in one store. */
interface Walked {
  readonly key: string;
  readonly sequences: readonly number[];
  readonly createdAtMs: readonly number[];
  readonly total: number;
  /** How many of its rows come earlier in the list. */
  shown: number;
}

function pagesOf(parts: readonly Walked[]): string[] {
  const pages: string[] = [];
  const [only] = parts;
  if (only && parts.length === 1) {
    for (; only.shown < only.sequences.length; only.shown += PAGE_ROWS) pages.push(before(only));
    return pages;
  }
  for (let row = 0; row < MOST_ROWS; row++) {
    let newest: Walked | undefined;
    for (const part of parts) {
      const at = part.createdAtMs[part.shown];
      const rival = newest?.createdAtMs[newest.shown];
      if (at !== undefined && (rival === undefined || at > rival)) newest = part;
    }
    if (!newest) break;
    if (row % PAGE_ROWS === 0) pages.push(joinedCursor(Object.fromEntries(parts.map(reached))));
    newest.shown++;
  }
  return pages;
}

/** The cursor of a page that begins with the store's next row. */
function before({ sequences, shown, total }: Walked): string {
  return cursorAfter((sequences[shown] ?? 0) + 1, total);
}

function reached(part: Walked): [string, Progress] {
  const { key, shown, sequences, total } = part;
  return [key, shown < sequences.length ? { cursor: before(part) } : { total }];
}

export interface Histogram {
  readonly stepMs: number;
  /** Oldest first; parts without deliveries are absent. */
  readonly parts: readonly {
    readonly at: string;
    readonly delivered: number;
    readonly failed: number;
    readonly open: number;
  }[];
}

export async function histogram(stores: readonly PartOfLog[], filter: DeliveryFilter): Promise<Histogram> {
  const { stepMs, parts } = sumOf(await Promise.all(stores.map(({ store }) => store.timeline(filter, MOST_PARTS))));
  return {
    stepMs,
    parts: parts.map(({ atMs, ...counts }) => ({ at: new Date(atMs).toISOString(), ...counts })),
  };
}

/** Time lines as one: in the longest of their steps, which each shorter one divides. */
export function sumOf(lines: readonly LogTimeline[]): LogTimeline {
  const stepMs = Math.max(...lines.map((line) => line.stepMs));
  const parts = new Map<number, LogTimelinePart>();
  for (const part of lines.flatMap((line) => line.parts)) {
    const atMs = Math.floor(part.atMs / stepMs) * stepMs;
    const before = parts.get(atMs) ?? { atMs, delivered: 0, failed: 0, open: 0 };
    parts.set(atMs, {
      atMs,
      delivered: before.delivered + part.delivered,
      failed: before.failed + part.failed,
      open: before.open + part.open,
    });
  }
  return { stepMs, parts: [...parts.values()].sort((a, b) => a.atMs - b.atMs) };
}
