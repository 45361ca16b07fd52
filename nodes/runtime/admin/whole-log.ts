/** The logs of several stores as one: pages that are merged by time, and sums. */

import type { DeliveryState } from '../../../src/delivery/delivery';
import { UserError } from '../../../src/errors';
import { isJsonObject } from '../../../src/json';
import { store as words } from '../../../src/sentences/store';
import type {
  DeliveryFilter,
  DeliveryPage,
  DeliveryRow,
  LaneState,
  Span,
  StoreSummary,
} from '../../../src/store/delivery-store';
import type { OpenStore } from '../stores/stores';

/** A store as its part of the log; `key` tells it from the others. */
export type PartOfLog = Pick<OpenStore, 'key' | 'store'>;

/** How far a store has been shown: the cursor of its next page, or how many it had in all when there is none left. */
export type Progress = { readonly cursor: string | null } | { readonly total: number };

/** Newest first over all stores. With a single one, its own page. */
export async function listAll(
  stores: readonly PartOfLog[],
  filter: DeliveryFilter,
  limit: number,
  cursor: string | null,
): Promise<DeliveryPage> {
  const [only] = stores;
  if (only && stores.length === 1) return only.store.list(filter, limit, cursor);
  const progress = cursor === null ? {} : parseCursor(cursor);
  const parts: { store: PartOfLog; from: string | null; page: DeliveryPage; shown: number }[] = [];
  const next: Record<string, Progress> = {};
  let total = 0;
  for (const store of stores) {
    const so = progress[store.key] ?? { cursor: null };
    if ('total' in so) {
      next[store.key] = so;
      total += so.total;
    } else {
      const page = await store.store.list(filter, limit, so.cursor);
      parts.push({ store, from: so.cursor, page, shown: 0 });
      total += page.total;
    }
  }
  const rows: DeliveryRow[] = [];
  while (rows.length < limit) {
    const newest = parts.reduce<(typeof parts)[number] | undefined>((best, part) => {
      const row = part.page.rows[part.shown];
      const rival = best?.page.rows[best.shown];
      return row && (!rival || row.createdAtMs > rival.createdAtMs) ? part : best;
    }, undefined);
    const row = newest?.page.rows[newest.shown];
    if (!newest || !row) break;
    newest.shown++;
    rows.push(row);
  }
  for (const { store, from, page, shown } of parts) {
    const isWhole = shown === page.rows.length;
    const end = isWhole ? page.cursor : shown === 0 ? from : (await store.store.list(filter, shown, from)).cursor;
    next[store.key] = isWhole && end === null ? { total: page.total } : { cursor: end };
  }
  const isOver = Object.values(next).every((so) => 'total' in so);
  return { rows, cursor: isOver ? null : joinedCursor(next), total };
}

/** A cursor of several stores: how far each has been shown, by its key. */
export function joinedCursor(progress: Readonly<Record<string, Progress>>): string {
  return Buffer.from(JSON.stringify(progress)).toString('base64url');
}

function parseCursor(cursor: string): Record<string, Progress> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isJsonObject(parsed)) return parsed as unknown as Record<string, Progress>;
  } catch {
    // said below
  }
  throw new UserError('bad-cursor', words('cursor'), {
    field: 'cursor',
  });
}

export async function countAll(stores: readonly PartOfLog[], filter: DeliveryFilter): Promise<number> {
  const counts = await Promise.all(stores.map(({ store }) => store.count(filter)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What several stores have of one webhook, or for one receiver, is told as one. */
export async function summaryOfAll(stores: readonly PartOfLog[]): Promise<StoreSummary> {
  const summaries = await Promise.all(stores.map(({ store }) => store.summary()));
  return {
    states: sumOfStates(summaries),
    webhooks: merged(
      summaries.flatMap(({ webhooks }) => webhooks),
      ({ webhook, nodeId }) => JSON.stringify([webhook, nodeId]),
      (one, other) => ({ ...one, states: sumOfStates([one, other]) }),
    ),
    lanes: merged(
      summaries.flatMap(({ lanes }) => lanes),
      ({ lane }) => lane,
      joined,
    ),
    oldestOpenAtMs: earliest(...summaries.map(({ oldestOpenAtMs }) => oldestOpenAtMs)),
    bytes: summaries.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Those with the same key as one, each where the first of them stood. */
function merged<T>(all: readonly T[], keyOf: (one: T) => string, merge: (one: T, other: T) => T): T[] {
  const found = new Map<string, T>();
  for (const one of all) {
    const key = keyOf(one);
    const known = found.get(key);
    found.set(key, known === undefined ? one : merge(known, one));
  }
  return [...found.values()];
}

function sumOfStates(parts: readonly Pick<StoreSummary, 'states'>[]): StoreSummary['states'] {
  const count = (state: DeliveryState): number => parts.reduce((sum, { states }) => sum + states[state], 0);
  return {
    pending: count('pending'),
    sending: count('sending'),
    waiting: count('waiting'),
    delivered: count('delivered'),
    failed: count('failed'),
  };
}

/** One receiver in two stores. Of what keeps it from sending, that which lasts longer. */
function joined(one: LaneState, other: LaneState): LaneState {
  return {
    lane: one.lane,
    pausedSinceMs: earliest(one.pausedSinceMs, other.pausedSinceMs),
    rest: {
      breaker: longer(one.rest.breaker, other.rest.breaker),
      retryAfter: longer(one.rest.retryAfter, other.rest.retryAfter),
    },
    nextDueAtMs: earliest(one.nextDueAtMs, other.nextDueAtMs),
    open: one.open + other.open,
    unclaimed: one.unclaimed + other.unclaimed,
    failingSinceMs: earliest(one.failingSinceMs, other.failingSinceMs),
  };
}

function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function longer(one: Span | null, other: Span | null): Span | null {
  return (one?.untilMs ?? 0) >= (other?.untilMs ?? 0) ? one : other;
}
