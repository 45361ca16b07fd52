/** The log from above: where each of its deliveries stands, and how many there were over time. Reads only, without bodies. */
import type { DeliveryState } from '../../delivery/delivery';
import type { DeliveryFilter, LogPositions, LogTimeline } from '../delivery-store';
import { matching, restrictions } from './delivery-filter';
import type { Sql } from './sql';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a part of the time line may be. Each divides the next, so that time lines of several stores can be added up. */
const STEPS_MS: readonly number[] = [
  ...[SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE],
  ...[HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY],
];

/** The shortest step by which a span has at most so many parts. */
export function stepFor(spanMs: number, mostParts: number): number {
  return STEPS_MS.find((step) => spanMs / step <= mostParts) ?? 364 * DAY;
}

/** Where the newest `most` of what matches stand, newest first. Collected as one text: a row for each would take many times as long. */
export function positions(sql: Sql, filter: DeliveryFilter, most: number): LogPositions {
  const { text, values } = source(sql, filter);
  const found = sql.get<{ sequences: string; times: string }>(
    `SELECT json_group_array(sequence) AS sequences, json_group_array(created_at) AS times
     FROM (SELECT sequence, created_at FROM ${text} ORDER BY sequence DESC LIMIT ?)`,
    ...values,
    most,
  );
  return {
    sequences: JSON.parse(found?.sequences ?? '[]') as number[],
    createdAtMs: JSON.parse(found?.times ?? '[]') as number[],
  };
}

/** Counts what matches by the time of its acceptance, in at most `mostParts` parts (and one, where they begin within one). */
export function timeline(sql: Sql, filter: DeliveryFilter, mostParts: number): LogTimeline {
  const { text, values } = source(sql, filter);
  const extent = sql.get<{ first: number | null; last: number | null }>(
    `SELECT min(created_at) AS first, max(created_at) AS last FROM ${text}`,
    ...values,
  );
  if (extent === undefined || extent.first === null || extent.last === null) return { stepMs: SECOND, parts: [] };
  const first = filter.fromMs ?? extent.first;
  const last = filter.toMs ?? extent.last;
  const stepMs = stepFor(last - first, mostParts);
  const parts = new Map<number, { atMs: number; delivered: number; failed: number; open: number }>();
  for (const { part, state, n } of sql.all<{ part: number; state: DeliveryState; n: number }>(
    `SELECT created_at / ${stepMs} AS part, state, count(*) AS n FROM ${text} GROUP BY part, state ORDER BY part`,
    ...values,
  )) {
    const counts = parts.get(part) ?? { atMs: part * stepMs, delivered: 0, failed: 0, open: 0 };
    parts.set(part, counts);
    counts[state === 'delivered' || state === 'failed' ? state : 'open'] += n;
  }
  return { stepMs, parts: [...parts.values()] };
}

/** What matches, as the FROM and WHERE of a statement. A search looks into the texts once, and then names what it found. */
function source(sql: Sql, filter: DeliveryFilter): { text: string; values: readonly (string | number | null)[] } {
  if ((filter.q?.trim() ?? '') !== '') {
    const found = JSON.stringify(matching(sql, filter, Number.MAX_SAFE_INTEGER));
    return { text: 'json_each(?) JOIN deliveries ON sequence = value', values: [found] };
  }
  const { table, conditions, values } = restrictions(filter);
  return { text: conditions.length === 0 ? table : `${table} WHERE ${conditions.join(' AND ')}`, values };
}
