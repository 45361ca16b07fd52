/** The log: reads deliveries and attempts, filtered and by the page, and changes nothing. */
import type { Attempt, Delivery, DeliveryState } from '../../delivery/delivery';
import { UserError } from '../../errors';
import { store } from '../../sentences/store';
import type { DeliveryFilter, DeliveryPage, StoreSummary } from '../delivery-store';
import { count, matching } from './delivery-filter';
import {
  type AttemptRow,
  attemptOf,
  LISTED_COLUMNS,
  type ListedRow,
  listedDelivery,
  WHOLE_COLUMNS,
  type WholeRow,
  wholeDelivery,
} from './delivery-rows';
import { lanes } from './lanes';
import { usedBytes } from './retention';
import type { Sql } from './sql';

export function get(sql: Sql, id: string): Delivery | undefined {
  const row = sql.get<WholeRow>(
    `SELECT ${WHOLE_COLUMNS} FROM deliveries JOIN contents USING (sequence) WHERE id = ?`,
    id,
  );
  return row === undefined ? undefined : wholeDelivery(row);
}

export function attempts(sql: Sql, id: string): readonly Attempt[] {
  return sql
    .all<AttemptRow>(
      `SELECT attempts.* FROM attempts JOIN deliveries ON deliveries.sequence = attempts.delivery
       WHERE deliveries.id = ? ORDER BY number`,
      id,
    )
    .map(attemptOf);
}

/**
 * Newest first. The cursor is the last sequence shown, so that new deliveries move no page, and how many matched when the first
 * page was asked for, so that nothing is counted again for each page. Throws a UserError for a cursor that is none of ours.
 */
export function list(sql: Sql, filter: DeliveryFilter, limit: number, cursor: string | null): DeliveryPage {
  const from = cursor === null ? undefined : parseCursor(cursor);
  const size = Math.max(Math.trunc(limit), 1);
  // A search reads all texts to count, and then has the page, too.
  const countsByPage = from === undefined && filter.q !== undefined;
  const found = matching(sql, filter, countsByPage ? Number.MAX_SAFE_INTEGER : size + 1, from?.before);
  const total = from?.total ?? (countsByPage ? found.length : count(sql, filter));
  const last = found.length > size ? found[size - 1] : undefined;
  return {
    rows: found.slice(0, size).flatMap((sequence) => {
      const row = sql.get<ListedRow>(`SELECT ${LISTED_COLUMNS} FROM deliveries WHERE sequence = ?`, sequence);
      return row === undefined ? [] : [listedDelivery(row)];
    }),
    cursor: last === undefined ? null : cursorAfter(last, total),
    total,
  };
}

/** The cursor of the page that comes after this delivery, of so many in all. */
export function cursorAfter(sequence: number, total: number): string {
  return `${sequence}.${total}`;
}

function parseCursor(cursor: string): { before: number; total: number } {
  const [, before, total] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (before === undefined || total === undefined) {
    throw new UserError('bad-cursor', store('cursor'), {
      field: 'cursor',
    });
  }
  return { before: Number(before), total: Number(total) };
}

export function ids(sql: Sql, filter: DeliveryFilter, limit: number): readonly string[] {
  const oldest = [...matching(sql, filter, Number.MAX_SAFE_INTEGER)].reverse().slice(0, Math.max(Math.trunc(limit), 0));
  return oldest.flatMap((sequence) => {
    const row = sql.get<{ id: string }>('SELECT id FROM deliveries WHERE sequence = ?', sequence);
    return row === undefined ? [] : [row.id];
  });
}

export function summary(sql: Sql): StoreSummary {
  const states = noDeliveries();
  const webhooks = new Map<string, { webhook: string; nodeId: string; states: Record<DeliveryState, number> }>();
  for (const { webhook, nodeId, state, n } of countedByWebhook(sql)) {
    const key = JSON.stringify([webhook, nodeId]);
    const entry = webhooks.get(key) ?? { webhook, nodeId, states: noDeliveries() };
    webhooks.set(key, entry);
    entry.states[state] += n;
    states[state] += n;
  }
  // By an index that holds every open delivery: a million rows would take twenty times as long to look at.
  const oldest = sql.get<{ at: number }>(
    `SELECT created_at AS at FROM deliveries WHERE sequence =
       (SELECT min(sequence) FROM deliveries INDEXED BY deliveries_open WHERE ended_at IS NULL)`,
  );
  return {
    states,
    webhooks: [...webhooks].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry),
    lanes: lanes(sql),
    oldestOpenAtMs: oldest?.at ?? null,
    bytes: usedBytes(sql),
  };
}

interface Counted {
  readonly webhook: string;
  readonly nodeId: string;
  readonly state: DeliveryState;
  readonly n: number;
}

/** So many rows are sorted at once: SQLite would keep a million of them in 60 MB. */
const SORTED_TOGETHER = 50_000;

/** A group may come several times. */
function* countedByWebhook(sql: Sql): Generator<Counted> {
  for (let from = 0; ; ) {
    const first = sql.get<{ sequence: number | null }>(
      'SELECT min(sequence) AS sequence FROM deliveries WHERE sequence >= ?',
      from,
    )?.sequence;
    if (typeof first !== 'number') return;
    from = first + SORTED_TOGETHER;
    yield* sql.all<Counted>(
      `SELECT webhook, node_id AS nodeId, state, count(*) AS n FROM deliveries
       WHERE sequence >= ? AND sequence < ? GROUP BY webhook, node_id, state`,
      ...[first, from],
    );
  }
}

function noDeliveries(): Record<DeliveryState, number> {
  return { pending: 0, sending: 0, waiting: 0, delivered: 0, failed: 0 };
}
