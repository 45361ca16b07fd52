/**
 * The life of deliveries, for the dispatcher: accepted, claimed, finished or given back. The order of keys is order.ts;
 * what a person does to a delivery is delivery-acts.ts.
 */
import type { Attempt, Delivery, StoredRequest } from '../../delivery/delivery';
import type { Accepted, DeliveryStore, Finished, NewDelivery } from '../delivery-store';
import { phraseColumn, WHOLE_COLUMNS, type WholeRow, wholeDelivery } from './delivery-rows';
import { arrange, freeAtForNew } from './order';
import { type Tables, UNDER_WAY, type UnderWay } from './tables';
import { findTwin, removeBodies } from './twins';

type ClaimRequest = Parameters<DeliveryStore['claim']>[0];
type Claimed = Awaited<ReturnType<DeliveryStore['claim']>>;

/** Those of a lane and node that may ever be claimed, by when. */
const CLAIMABLE = 'lane = ? AND node_id = ? AND ended_at IS NULL AND claimable_at IS NOT NULL';

export function accept(sql: Tables, delivery: NewDelivery): Accepted {
  if (delivery.compare) {
    const twin = findTwin(sql, delivery);
    if (twin !== undefined) return { ...twin, claimed: false, duplicate: true, reopened: false };
  }
  const { start, createdAtMs, lane, request } = delivery;
  const freeAt = freeAtForNew(sql, lane, delivery.orderKey);
  const claimed =
    start.kind === 'claim' &&
    freeAt !== null &&
    freeAt <= createdAtMs &&
    (sql.isQuiet(lane) || isIdle(sql, lane, createdAtMs));
  if (!claimed) sql.stir(lane);
  const failed = start.kind === 'failed' ? start.error : null;
  const sequence = sql.run(
    `INSERT INTO deliveries (id, state, node_id, webhook, lane, order_key, event_id, event_time, event_type, call_id, method, url,
       created_at, updated_at, ended_at, due_at, free_at, lease_until, error_class, error_message, error_phrase, error_status, resend_of)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    delivery.id,
    claimed ? 'sending' : failed === null ? 'pending' : 'failed',
    delivery.nodeId,
    delivery.webhook,
    lane,
    delivery.orderKey,
    delivery.eventId,
    delivery.eventTime,
    delivery.eventType,
    delivery.callId,
    request?.method ?? null,
    request?.url ?? null,
    createdAtMs,
    createdAtMs,
    failed === null ? null : createdAtMs,
    claimed || failed !== null ? null : start.kind === 'pending' ? start.dueAtMs : createdAtMs,
    freeAt,
    claimed ? start.leaseUntilMs : null,
    failed?.class ?? null,
    failed?.message ?? null,
    phraseColumn(failed),
    failed?.statusCode ?? null,
    delivery.resendOf,
  ).rowId;
  sql.run(
    'INSERT INTO contents (sequence, headers, body, body_encoding, sealed, base, message) VALUES (?, ?, ?, ?, ?, ?, ?)',
    sequence,
    ...requestColumns(request),
    delivery.message,
  );
  if (claimed) sql.noteUnderWay(delivery.id, { sequence, lane, order_key: delivery.orderKey, attempt_count: 0 });
  return { id: delivery.id, sequence, claimed, duplicate: false, reopened: false };
}

/** The columns `headers`, `body`, `body_encoding`, `sealed` and `base` of `contents`. */
export function requestColumns(
  request: StoredRequest | null,
): [headers: string | null, body: string | null, encoding: string | null, sealed: string | null, base: string | null] {
  if (request === null) return [null, null, null, null, null];
  const { headers, body, sealed, base } = request;
  return [JSON.stringify(headers), body?.text ?? null, body?.encoding ?? null, sealed, base ?? null];
}

export function claim(sql: Tables, { lane, nodeIds, limit, nowMs, leaseUntilMs }: ClaimRequest): Claimed {
  if (isPaused(sql, lane)) return { deliveries: [], nextDueAtMs: null };
  const nodes = [...new Set(nodeIds)];
  const due = nodes
    .flatMap((nodeId) =>
      sql.all<{ sequence: number; claimable_at: number }>(
        `SELECT sequence, claimable_at FROM deliveries WHERE ${CLAIMABLE} AND claimable_at <= ?
         ORDER BY claimable_at, sequence LIMIT ?`,
        ...[lane, nodeId, nowMs, Math.max(limit, 0)],
      ),
    )
    .sort((a, b) => a.claimable_at - b.claimable_at || a.sequence - b.sequence)
    .slice(0, Math.max(limit, 0));
  const deliveries: Delivery[] = [];
  for (const { sequence } of due) {
    sql.run(
      `UPDATE deliveries SET state = 'sending', due_at = NULL, lease_until = ?, updated_at = ? WHERE sequence = ?`,
      ...[leaseUntilMs, nowMs, sequence],
    );
    const row = sql.get<WholeRow>(
      `SELECT ${WHOLE_COLUMNS} FROM deliveries JOIN contents USING (sequence) WHERE deliveries.sequence = ?`,
      sequence,
    );
    if (row === undefined) continue;
    deliveries.push(wholeDelivery(row));
    sql.noteUnderWay(row.id, row);
  }
  return { deliveries, nextDueAtMs: nextDueAt(sql, lane, nodes) };
}

function nextDueAt(sql: Tables, lane: string, nodeIds: readonly string[]): number | null {
  let next: number | null = null;
  for (const nodeId of nodeIds) {
    const row = sql.get<{ at: number }>(
      `SELECT claimable_at AS at FROM deliveries WHERE ${CLAIMABLE} ORDER BY claimable_at LIMIT 1`,
      ...[lane, nodeId],
    );
    if (row !== undefined && (next === null || row.at < next)) next = row.at;
  }
  return next;
}

/** All but an outcome that comes too late: after the lease was lost and another brought the delivery to its end, delivered stays delivered and ended stays ended. */
const RECORD = `UPDATE deliveries SET state = ?, attempt_count = attempt_count + ?, updated_at = ?, ended_at = ?,
    first_failed_at = coalesce(first_failed_at, ?), last_failed_at = coalesce(?, last_failed_at),
    due_at = ?, planned_at = ?, not_before = ?, pass_at = CASE WHEN ? THEN pass_at ELSE ? END,
    free_at = CASE WHEN order_key IS NULL OR ? THEN 0 END,
    lease_until = NULL, held = 0, error_class = ?, error_message = ?, error_phrase = ?, error_status = ?, unreported = ?,
    spared_count = spared_count + ?
  WHERE sequence = ? AND NOT (state = 'delivered' AND ? <> 'delivered') AND NOT (state = 'failed' AND ? = 'waiting')`;

export function finish(sql: Tables, { id, attempt, atMs, next, keepBodies, report }: Finished): void {
  const current = sql.takeUnderWay(id) ?? sql.get<UnderWay>(`SELECT ${UNDER_WAY} FROM deliveries WHERE id = ?`, id);
  if (current === undefined) return;
  const failed = next.kind === 'delivered' ? null : next.error;
  const waiting = next.kind === 'waiting' ? next : null;
  const passAtMs = waiting?.passAtMs ?? null;
  const unreported = next.kind === 'failed' && report;
  const attempts = attempt === null ? 0 : 1;
  const { changes } = sql.run(
    RECORD,
    next.kind,
    attempts,
    atMs,
    waiting === null ? atMs : null,
    attempt !== null && attempt.class !== null ? Math.min(attempt.startedAtMs, atMs) : null,
    failed === null ? null : atMs,
    waiting?.dueAtMs ?? null,
    waiting?.plannedAtMs ?? null,
    waiting?.notBeforeMs ?? null,
    next.kind === 'failed' ? 1 : 0,
    passAtMs,
    passAtMs === null ? 0 : 1,
    failed?.class ?? null,
    failed?.message ?? null,
    phraseColumn(failed),
    failed?.statusCode ?? null,
    unreported ? 1 : 0,
    waiting?.spared ? 1 : 0,
    current.sequence,
    next.kind,
    next.kind,
  );
  if (attempt !== null) insertAttempt(sql, current.sequence, current.attempt_count + 1, attempt);
  if (!keepBodies && waiting === null && !unreported) removeBodies(sql, current.sequence);
  if (changes === 0) {
    // Its attempt is kept in the log all the same.
    sql.run('UPDATE deliveries SET attempt_count = attempt_count + ? WHERE sequence = ?', attempts, current.sequence);
    return;
  }
  if (next.kind === 'delivered') sql.noteSuccess(current.lane, atMs);
  else sql.stir(current.lane);
  arrange(sql, current.lane, current.order_key);
}

function insertAttempt(sql: Tables, sequence: number, number: number, attempt: Omit<Attempt, 'number'>): void {
  sql.run(
    `INSERT INTO attempts (delivery, number, started_at, duration_ms, status_code, class, message, phrase, response_headers, response_body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    sequence,
    number,
    attempt.startedAtMs,
    attempt.durationMs,
    attempt.statusCode,
    attempt.class,
    attempt.message,
    phraseColumn(attempt),
    attempt.response === null ? null : JSON.stringify(attempt.response.headers),
    attempt.response?.body ?? null,
  );
}

/** Back to where a claim was taken from. */
const UNCLAIMED = `state = CASE attempt_count WHEN 0 THEN 'pending' ELSE 'waiting' END, lease_until = NULL, due_at = ?`;

export function release(sql: Tables, ids: readonly string[], dueAtMs: number): void {
  for (const id of ids) {
    sql.run(`UPDATE deliveries SET ${UNCLAIMED} WHERE id = ? AND state = 'sending'`, dueAtMs, id);
  }
}

export function reclaim(sql: Tables, nowMs: number, all: boolean, except: readonly string[] = []): number {
  if (all) return sql.run(`UPDATE deliveries SET ${UNCLAIMED} WHERE state = 'sending'`, nowMs).changes;
  return sql.run(
    `UPDATE deliveries SET ${UNCLAIMED} WHERE state = 'sending' AND lease_until <= ?
     AND id NOT IN (SELECT value FROM json_each(?))`,
    ...[nowMs, nowMs, JSON.stringify(except)],
  ).changes;
}

export function turnBackTo(sql: Tables, nowMs: number): void {
  const aheadMs = lastSign(sql) - nowMs;
  if (aheadMs > 0) turnBack(sql, aheadMs);
}

/** About the last time at which something was written; cheap to find. */
function lastSign(sql: Tables): number {
  const row = sql.get<{ at: number | null }>(
    `SELECT max(
       coalesce((SELECT updated_at FROM deliveries ORDER BY sequence DESC LIMIT 1), 0),
       coalesce((SELECT accepted_at FROM events ORDER BY sequence DESC LIMIT 1), 0),
       coalesce((SELECT max(last_success_at) FROM lanes), 0)) AS at`,
  );
  return row?.at ?? 0;
}

/** What failed or succeeded at a time is compared with times to come. Of `free_at`, 0 is no time; an idle table is left as it is. */
export function turnBack(sql: Tables, byMs: number): void {
  sql.run(
    `UPDATE deliveries SET due_at = due_at - ?, planned_at = planned_at - ?, not_before = not_before - ?, pass_at = pass_at - ?,
       lease_until = lease_until - ?, free_at = CASE free_at WHEN 0 THEN 0 ELSE free_at - ? END,
       first_failed_at = first_failed_at - ?, last_failed_at = last_failed_at - ?
     WHERE ended_at IS NULL`,
    ...[byMs, byMs, byMs, byMs, byMs, byMs, byMs, byMs],
  );
  sql.run('UPDATE holds SET due_at = due_at - ?', byMs);
  sql.run(
    `UPDATE lanes SET breaker_until = breaker_until - ?, retry_until = retry_until - ?, last_success_at = last_success_at - ?`,
    ...[byMs, byMs, byMs],
  );
  // Or the next start would find the clock set back once more.
  for (const [table, time] of [
    ['deliveries', 'updated_at'],
    ['events', 'accepted_at'],
  ])
    sql.run(`UPDATE ${table} SET ${time} = ${time} - ? WHERE sequence = (SELECT max(sequence) FROM ${table})`, byMs);
}

function isPaused(sql: Tables, lane: string): boolean {
  return sql.get('SELECT 1 FROM lanes WHERE lane = ? AND paused_since IS NOT NULL', lane) !== undefined;
}

/**
 * Whether the lane is not paused and nothing of it, whichever node's, is due: one look-up where nothing waits, one more for
 * each node that something waits for.
 */
function isIdle(sql: Tables, lane: string, nowMs: number): boolean {
  if (isPaused(sql, lane)) return false;
  const nextNode = (after: string): string | undefined =>
    sql.get<{ node_id: string }>(
      'SELECT node_id FROM deliveries WHERE lane = ? AND node_id > ? AND ended_at IS NULL ORDER BY node_id LIMIT 1',
      ...[lane, after],
    )?.node_id;
  let next = Number.POSITIVE_INFINITY;
  for (let node = nextNode(''); node !== undefined; node = nextNode(node)) {
    next = Math.min(next, nextDueAt(sql, lane, [node]) ?? next);
    if (next <= nowMs) return false;
  }
  if (next === Number.POSITIVE_INFINITY) sql.noteQuiet(lane);
  return true;
}
