/** What a person, or a message that comes back, does to one delivery: send it again as the same delivery, end it, remove it. */
import type { Delivery, DeliveryError, DeliveryState } from '../../delivery/delivery';
import type { Accepted, DeliveryStore, NewDelivery } from '../delivery-store';
import { requestColumns } from './delivery-flow';
import { phraseColumn, WHOLE_COLUMNS, type WholeRow, wholeDelivery } from './delivery-rows';
import { arrange, freeAtBeforeArranging } from './order';
import type { Tables } from './tables';
import { removeBodies } from './twins';

type Change = Parameters<DeliveryStore['reopen']>[1] & {
  /** Whose it is from now on. */
  readonly owner?: Pick<NewDelivery, 'nodeId' | 'webhook' | 'lane' | 'orderKey'>;
};

interface Current {
  readonly sequence: number;
  readonly state: DeliveryState;
  readonly node_id: string;
  readonly webhook: string;
  readonly lane: string;
  readonly order_key: string | null;
  /** Null: its template could not render it. */
  readonly method: string | null;
}

function find(sql: Tables, id: string): Current | undefined {
  return sql.get('SELECT sequence, state, node_id, webhook, lane, order_key, method FROM deliveries WHERE id = ?', id);
}

/**
 * Due now (one that is open and due already stays due since then, ahead of what became due later), by the rules that hold for all:
 * a paused lane sends nothing before it is resumed, and an open delivery of the same order key that was accepted earlier goes first. It takes back its place in that order, also where it had failed
 * or might be passed: later ones wait for it again, so that several of one call, sent again together, arrive in order.
 * With `leaseUntilMs` none of that is asked, since the caller sends it. What a retry node held of it is held no longer.
 */
export function reopen(sql: Tables, id: string, change: Change): boolean {
  const current = find(sql, id);
  if (current === undefined || current.state === 'sending' || current.state === 'delivered') return false;
  const { nowMs, leaseUntilMs } = change;
  const owner = change.owner ?? {
    nodeId: current.node_id,
    webhook: current.webhook,
    lane: change.lane ?? current.lane,
    orderKey: current.order_key,
  };
  sql.run(
    `UPDATE deliveries SET state = CASE WHEN ? THEN 'sending' WHEN attempt_count = 0 THEN 'pending' ELSE 'waiting' END,
       updated_at = ?, ended_at = NULL, due_at = min(?, coalesce(due_at, ?)), planned_at = NULL, not_before = NULL, lease_until = ?, held = 0, unreported = 0, pass_at = NULL, free_at = ?,
       node_id = ?, webhook = ?, lane = ?, order_key = ? WHERE sequence = ?`,
    leaseUntilMs === undefined ? 0 : 1,
    nowMs,
    leaseUntilMs === undefined ? nowMs : null,
    nowMs,
    leaseUntilMs ?? null,
    freeAtBeforeArranging(owner.orderKey, null),
    owner.nodeId,
    owner.webhook,
    owner.lane,
    owner.orderKey,
    current.sequence,
  );
  if (change.request !== undefined) replaceRequest(sql, current.sequence, change.request);
  if (change.message !== undefined) {
    sql.run('UPDATE contents SET message = ? WHERE sequence = ?', change.message, current.sequence);
  }
  sql.run('DELETE FROM holds WHERE delivery_id = ?', id);
  arrange(sql, owner.lane, owner.orderKey);
  if (owner.lane !== current.lane || owner.orderKey !== current.order_key) {
    arrange(sql, current.lane, current.order_key);
  }
  return true;
}

/** What is to be accepted, as the delivery that its message names. Undefined: it is a new one. */
export function comeBack(sql: Tables, delivery: NewDelivery): Accepted | undefined {
  const { comesBack, nodeId, webhook, lane, orderKey, request, message } = delivery;
  if (comesBack === undefined) return undefined;
  const current = find(sql, comesBack.id);
  if (current === undefined || (current.node_id !== nodeId && current.method !== null)) return undefined;
  const reopened = reopen(sql, comesBack.id, {
    nowMs: delivery.createdAtMs,
    ...(request && { request }),
    message,
    owner: { nodeId, webhook, lane, orderKey },
  });
  if (reopened) sql.stir();
  else if (!comesBack.wasHeld) return undefined;
  return { id: comesBack.id, sequence: current.sequence, claimed: false, duplicate: !reopened, reopened };
}

function replaceRequest(sql: Tables, sequence: number, request: NonNullable<Change['request']>): void {
  sql.run(
    'UPDATE deliveries SET method = ?, url = ?, body_removed = 0 WHERE sequence = ?',
    request.method,
    request.url,
    sequence,
  );
  sql.run(
    'UPDATE contents SET headers = ?, body = ?, body_encoding = ?, sealed = ?, base = ?, digest = NULL WHERE sequence = ?',
    ...requestColumns(request),
    sequence,
  );
}

export function discard(
  sql: Tables,
  id: string,
  error: DeliveryError,
  nowMs: number,
  keepBodies: boolean,
): Awaited<ReturnType<DeliveryStore['discard']>> {
  const current = find(sql, id);
  if (current === undefined) return 'unknown';
  switch (current.state) {
    case 'sending':
      return 'busy';
    case 'delivered':
    case 'failed':
      remove(sql, current.sequence);
      return 'removed';
    case 'pending':
    case 'waiting':
      sql.run(
        `UPDATE deliveries SET state = 'failed', updated_at = ?, ended_at = ?, due_at = NULL, not_before = NULL, pass_at = NULL, held = 0,
           error_class = ?, error_message = ?, error_phrase = ?, error_status = ? WHERE sequence = ?`,
        ...[nowMs, nowMs, error.class, error.message, phraseColumn(error), error.statusCode, current.sequence],
      );
      sql.run('DELETE FROM holds WHERE delivery_id = ?', id);
      if (!keepBodies) removeBodies(sql, current.sequence);
      arrange(sql, current.lane, current.order_key);
      return 'ended';
  }
}

/** Removes every trace of a delivery, in whatever state, and lets the next of its key go. */
export function remove(sql: Tables, sequence: number): void {
  const current = sql.get<{ id: string; lane: string; order_key: string | null; ended_at: number | null }>(
    'SELECT id, lane, order_key, ended_at FROM deliveries WHERE sequence = ?',
    sequence,
  );
  if (current === undefined) return;
  sql.run('DELETE FROM attempts WHERE delivery = ?', sequence);
  sql.run('DELETE FROM contents WHERE sequence = ?', sequence);
  sql.run('DELETE FROM holds WHERE delivery_id = ?', current.id);
  sql.run('DELETE FROM deliveries WHERE sequence = ?', sequence);
  if (current.ended_at === null) arrange(sql, current.lane, current.order_key);
}

/** Failed deliveries of a node of which its output has not heard for sure, oldest first. */
export function unreported(sql: Tables, nodeId: string): readonly Delivery[] {
  return sql
    .all<WholeRow>(
      `SELECT ${WHOLE_COLUMNS} FROM deliveries JOIN contents USING (sequence) WHERE node_id = ? AND unreported = 1
       ORDER BY deliveries.sequence`,
      nodeId,
    )
    .map(wholeDelivery);
}

/** The output has heard of them. One that is open again meanwhile is left alone. */
export function reported(sql: Tables, ids: readonly string[], keepBodies: boolean): void {
  for (const id of ids) {
    const row = sql.get<{ sequence: number }>('SELECT sequence FROM deliveries WHERE id = ? AND unreported = 1', id);
    if (row === undefined) continue;
    sql.run('UPDATE deliveries SET unreported = 0 WHERE sequence = ?', row.sequence);
    if (!keepBodies) removeBodies(sql, row.sequence);
  }
}
