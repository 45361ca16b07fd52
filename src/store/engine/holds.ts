/** Messages that retry nodes hold, and the mark on the deliveries that they belong to. */
import type { JsonObject } from '../../json';
import type { Hold } from '../delivery-store';
import { fromJson } from './delivery-rows';
import { arrange } from './order';
import type { Sql } from './sql';
import type { Tables } from './tables';
import { removeBodies } from './twins';

interface HoldRow {
  readonly id: string;
  readonly node_id: string;
  readonly delivery_id: string | null;
  readonly message: string;
  readonly failures: number;
  readonly first_failed_at: number;
  readonly due_at: number;
  readonly state: Hold['state'];
}

/**
 * Keeps the message, in place of what was kept under the same id. While it is `held`, its delivery waits until the hold is due, is
 * never claimed (its retry node sends it) and stands in nobody's way. A delivery that is under way or delivered stays as it is, and
 * `out` changes none.
 */
export function hold(sql: Tables, held: Hold): void {
  sql.run(
    `INSERT INTO holds (id, node_id, delivery_id, message, failures, first_failed_at, due_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET node_id = excluded.node_id, delivery_id = excluded.delivery_id, message = excluded.message,
       failures = excluded.failures, first_failed_at = excluded.first_failed_at, due_at = excluded.due_at, state = excluded.state`,
    held.id,
    held.nodeId,
    held.deliveryId,
    JSON.stringify(held.message),
    held.failures,
    held.firstFailedAtMs,
    held.dueAtMs,
    held.state,
  );
  if (held.deliveryId === null || held.state === 'out') return;
  const delivery = sql.get<{ sequence: number; lane: string; order_key: string | null }>(
    `SELECT sequence, lane, order_key FROM deliveries WHERE id = ? AND state IN ('pending', 'waiting', 'failed')`,
    held.deliveryId,
  );
  if (delivery === undefined) return;
  sql.run(
    `UPDATE deliveries SET state = 'waiting', held = 1, unreported = 0, due_at = ?, ended_at = NULL, pass_at = NULL WHERE sequence = ?`,
    ...[held.dueAtMs, delivery.sequence],
  );
  arrange(sql, delivery.lane, delivery.order_key);
}

/** Earliest due first. */
export function holds(sql: Sql, nodeId: string): readonly Hold[] {
  return sql.all<HoldRow>('SELECT * FROM holds WHERE node_id = ? ORDER BY due_at, id', nodeId).map(holdOf);
}

/** Marks it as `out` until then, and answers it. Undefined: it is held no longer. */
export function takeHold(sql: Sql, id: string, untilMs: number): Hold | undefined {
  const row = sql.get<HoldRow>(`UPDATE holds SET state = 'out', due_at = ? WHERE id = ? RETURNING *`, untilMs, id);
  return row && holdOf(row);
}

function holdOf(row: HoldRow): Hold {
  return {
    id: row.id,
    nodeId: row.node_id,
    message: fromJson<JsonObject>(row.message) ?? {},
    deliveryId: row.delivery_id,
    failures: row.failures,
    firstFailedAtMs: row.first_failed_at,
    dueAtMs: row.due_at,
    state: row.state,
  };
}

/** No delivery stays held by nothing: where it is not sent, it has failed. It stood in nobody's way, so that none comes free by it. */
export function dropHold(sql: Tables, id: string, nowMs: number, keepBodies: boolean): void {
  const ended = sql.get<{ sequence: number }>(
    `UPDATE deliveries SET state = 'failed', updated_at = ?, ended_at = ?, due_at = NULL, not_before = NULL, held = 0
     WHERE id = (SELECT delivery_id FROM holds WHERE id = ?) AND held = 1 RETURNING sequence`,
    ...[nowMs, nowMs, id],
  );
  if (ended !== undefined && !keepBodies) removeBodies(sql, ended.sequence);
  sql.run('DELETE FROM holds WHERE id = ?', id);
}

export function pruneHolds(sql: Tables, dueBeforeMs: number, nowMs: number, keepBodies: boolean): number {
  const stale = sql.all<{ id: string }>('SELECT id FROM holds WHERE due_at < ?', dueBeforeMs);
  for (const { id } of stale) dropHold(sql, id, nowMs, keepBodies);
  return stale.length;
}
