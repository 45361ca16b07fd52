/** Lets go of what is old, of what is too much, and of what someone asked to be forgotten. */

import type { Retention } from '../delivery-store';
import { removeEvent } from './accepted-events';
import { remove } from './delivery-acts';
import { answersWith, deliveriesWith, eventsWith } from './delivery-scan';
import { numberTest } from './search';
import type { Sql } from './sql';
import type { Tables } from './tables';

/** Most rows that one call removes, so that no other call waits long. */
const BATCH = 500;

/** Pages given back to the file system in one call, where at least a quarter of the file is unused. */
const PAGES_GIVEN_BACK = 500;

/** A closed event whose repeats are still recognised by it stays. */
const REMOVABLE_EVENT = 'closed = 1 AND repeat_until <= ?';

interface Removable {
  readonly kind: 'delivery' | 'event';
  readonly sequence: number;
  readonly at: number;
}

/** The pages of removed rows are used again, and given back where they are many. */
export function prune(sql: Tables, retention: Retention, nowMs: number): number {
  const oldest = [...oldestDeliveries(sql), ...oldestEvents(sql, nowMs)].sort((a, b) => a.at - b.at);
  let removed = 0;
  for (const each of oldest.slice(0, BATCH)) {
    // Asked again for each: one body may be as large as a thousand others.
    if (each.at >= nowMs - retention.maxAgeMs && usedBytes(sql) <= retention.maxBytes) break;
    if (each.kind === 'delivery') remove(sql, each.sequence);
    else removeEvent(sql, each.sequence);
    removed += 1;
  }
  removeIdleLanes(sql, nowMs - retention.maxAgeMs);
  if (sql.pragma('freelist_count') * 4 > sql.pragma('page_count')) {
    sql.database.exec(`PRAGMA incremental_vacuum(${PAGES_GIVEN_BACK})`);
  }
  return removed;
}

function oldestDeliveries(sql: Tables): Removable[] {
  return sql.all(
    `SELECT 'delivery' AS kind, sequence, ended_at AS at FROM deliveries
     WHERE ended_at IS NOT NULL ORDER BY ended_at LIMIT ?`,
    BATCH,
  );
}

function oldestEvents(sql: Tables, nowMs: number): Removable[] {
  return sql.all(
    `SELECT 'event' AS kind, sequence, accepted_at AS at FROM events WHERE ${REMOVABLE_EVENT} ORDER BY sequence LIMIT ?`,
    ...[nowMs, BATCH],
  );
}

/** What is stored takes up. The file may be larger: by pages that are free, and by its write-ahead log. */
export function usedBytes(sql: Sql): number {
  return (sql.pragma('page_count') - sql.pragma('freelist_count')) * sql.pragma('page_size');
}

/** Where URLs hold ever new hosts, every one of them was a lane. */
function removeIdleLanes(sql: Tables, beforeMs: number): void {
  sql.run(
    `DELETE FROM lanes WHERE paused_since IS NULL
     AND max(coalesce(last_success_at, 0), coalesce(breaker_until, 0), coalesce(retry_until, 0)) < ?
     AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.lane = lanes.lane AND ended_at IS NULL)`,
    beforeMs,
  );
}

/** Where a number occurs: sequences of deliveries and events, ids of messages that retry nodes hold. */
export interface Occurrences {
  readonly deliveries: readonly number[];
  readonly events: readonly number[];
  readonly holds: readonly string[];
}

/** Reads all that is stored; what is sealed cannot be looked into. */
export function occurrences(sql: Tables, digits: string): Occurrences {
  const test = numberTest(digits);
  const holds = sql
    .all<{ id: string; message: string; delivery: number | null }>(
      `SELECT holds.id, holds.message, deliveries.sequence AS delivery
       FROM holds LEFT JOIN deliveries ON deliveries.id = holds.delivery_id`,
    )
    .filter(({ message }) => test(message));
  const held = holds.flatMap(({ delivery }) => delivery ?? []);
  return {
    deliveries: [...new Set([...deliveriesWith(sql, test, { all: true }), ...answersWith(sql, test), ...held])],
    events: [...eventsWith(sql, test)],
    holds: holds.map(({ id }) => id),
  };
}

/** Removes what was found and overwrites where it stood. Answers how many deliveries and events there were. */
export function erase(sql: Tables, found: Occurrences): number {
  sql.database.exec('PRAGMA secure_delete = ON');
  try {
    let removed = 0;
    for (const sequence of found.deliveries) {
      if (sql.get('SELECT 1 FROM deliveries WHERE sequence = ?', sequence) === undefined) continue;
      remove(sql, sequence);
      removed += 1;
    }
    for (const sequence of found.events) if (removeEvent(sql, sequence)) removed += 1;
    for (const id of found.holds) sql.run('DELETE FROM holds WHERE id = ?', id);
    return removed;
  } finally {
    sql.database.exec('PRAGMA secure_delete = OFF');
  }
}
