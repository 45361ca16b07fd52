/**
 * The life of deliveries, for the dispatcher: accepted, claimed, finished or given back. The order of keys is order.ts;
 * what a person does to a delivery is delivery-acts.ts.
 */
import type { Attempt, Delivery, DeliveryState, StoredRequest } from '../delivery/delivery';
import { isJsonObject, type JsonObject } from '../json';
import { fromJson, WHOLE_COLUMNS, type WholeRow, wholeDelivery } from './delivery-rows';
import type { Accepted, DeliveryStore, Finished, NewDelivery } from './delivery-store';
import { noteSuccess } from './lanes';
import { arrange, freeAtBeforeArranging, freeAtForNew } from './order';
import type { Sql } from './sql';

type ClaimRequest = Parameters<DeliveryStore['claim']>[0];
type Claimed = Awaited<ReturnType<DeliveryStore['claim']>>;

/** Those of a lane and node that may ever be claimed, by when. */
const CLAIMABLE = 'lane = ? AND node_id = ? AND ended_at IS NULL AND claimable_at IS NOT NULL';

export function accept(sql: Sql, delivery: NewDelivery): Accepted {
  if (delivery.compare) {
    const twin = findTwin(sql, delivery);
    if (twin !== undefined) return { ...twin, claimed: false, duplicate: true };
  }
  const { start, createdAtMs, lane, request } = delivery;
  const freeAt = freeAtForNew(sql, lane, delivery.orderKey);
  const claimed =
    start.kind === 'claim' &&
    freeAt !== null &&
    freeAt <= createdAtMs &&
    !isPaused(sql, lane) &&
    !isAnyDue(sql, lane, createdAtMs);
  const failed = start.kind === 'failed' ? start.error : null;
  const sequence = sql.run(
    `INSERT INTO deliveries (id, state, node_id, webhook, lane, order_key, event_id, event_type, call_id, method, url,
       created_at, updated_at, ended_at, due_at, free_at, lease_until, error_class, error_message, error_status, resend_of)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    delivery.id,
    claimed ? 'sending' : failed === null ? 'pending' : 'failed',
    delivery.nodeId,
    delivery.webhook,
    lane,
    delivery.orderKey,
    delivery.eventId,
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
    failed?.statusCode ?? null,
    delivery.resendOf,
  ).rowId;
  sql.run(
    'INSERT INTO contents (sequence, headers, body, body_encoding, sealed, message) VALUES (?, ?, ?, ?, ?, ?)',
    sequence,
    ...requestColumns(request),
    JSON.stringify(delivery.message),
  );
  return { id: delivery.id, sequence, claimed, duplicate: false };
}

/** The columns `headers`, `body`, `body_encoding` and `sealed` of `contents`. */
export function requestColumns(
  request: StoredRequest | null,
): [headers: string | null, body: string | null, encoding: string | null, sealed: string | null] {
  if (request === null) return [null, null, null, null];
  const { headers, body, sealed } = request;
  return [JSON.stringify(headers), body?.text ?? null, body?.encoding ?? null, sealed];
}

export function claim(sql: Sql, { lane, nodeIds, limit, nowMs, leaseUntilMs }: ClaimRequest): Claimed {
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
    if (row !== undefined) deliveries.push(wholeDelivery(row));
  }
  return { deliveries, nextDueAtMs: nextDueAt(sql, lane, nodes) };
}

function nextDueAt(sql: Sql, lane: string, nodeIds: readonly string[]): number | null {
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

interface Current {
  readonly sequence: number;
  readonly state: DeliveryState;
  readonly lane: string;
  readonly order_key: string | null;
  readonly attempt_count: number;
}

export function finish(sql: Sql, { id, attempt, atMs, next, keepBodies, report }: Finished): void {
  const current = sql.get<Current>(
    'SELECT sequence, state, lane, order_key, attempt_count FROM deliveries WHERE id = ?',
    id,
  );
  if (current === undefined) return;
  const attempts = current.attempt_count + (attempt === null ? 0 : 1);
  if (attempt !== null) insertAttempt(sql, current.sequence, attempts, attempt);
  if (isTooLate(current.state, next.kind)) {
    sql.run('UPDATE deliveries SET attempt_count = ? WHERE sequence = ?', attempts, current.sequence);
    return;
  }
  const failed = next.kind === 'delivered' ? null : next.error;
  const waiting = next.kind === 'waiting' ? next : null;
  const passAt = waiting?.passAtMs ?? null;
  sql.run(
    `UPDATE deliveries SET state = ?, attempt_count = ?, updated_at = ?, ended_at = ?,
       first_failed_at = coalesce(first_failed_at, ?), last_failed_at = coalesce(?, last_failed_at),
       due_at = ?, not_before = ?, pass_at = ?, free_at = ?, lease_until = NULL, held = 0,
       error_class = ?, error_message = ?, error_status = ?, unreported = ? WHERE sequence = ?`,
    next.kind,
    attempts,
    atMs,
    waiting === null ? atMs : null,
    attempt !== null && attempt.class !== null ? attempt.startedAtMs : null,
    failed === null ? null : atMs,
    waiting?.dueAtMs ?? null,
    waiting?.notBeforeMs ?? null,
    passAt,
    freeAtBeforeArranging(current.order_key, passAt),
    failed?.class ?? null,
    failed?.message ?? null,
    failed?.statusCode ?? null,
    next.kind === 'failed' && report ? 1 : 0,
    current.sequence,
  );
  if (!keepBodies && waiting === null && !(next.kind === 'failed' && report)) removeBodies(sql, current.sequence);
  if (next.kind === 'delivered') noteSuccess(sql, current.lane, atMs);
  arrange(sql, current.lane, current.order_key);
}

/** An outcome that comes after the lease was lost and another brought the delivery to its end: delivered stays delivered, ended stays ended. */
function isTooLate(state: DeliveryState, next: Finished['next']['kind']): boolean {
  return (state === 'delivered' && next !== 'delivered') || (state === 'failed' && next === 'waiting');
}

function insertAttempt(sql: Sql, sequence: number, number: number, attempt: Omit<Attempt, 'number'>): void {
  sql.run(
    `INSERT INTO attempts (delivery, number, started_at, duration_ms, status_code, class, message, response_headers, response_body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    sequence,
    number,
    attempt.startedAtMs,
    attempt.durationMs,
    attempt.statusCode,
    attempt.class,
    attempt.message,
    attempt.response === null ? null : JSON.stringify(attempt.response.headers),
    attempt.response?.body ?? null,
  );
}

/** Back to where a claim was taken from. */
const UNCLAIMED = `state = CASE attempt_count WHEN 0 THEN 'pending' ELSE 'waiting' END, lease_until = NULL, due_at = ?`;

export function release(sql: Sql, ids: readonly string[], dueAtMs: number): void {
  for (const id of ids) {
    sql.run(`UPDATE deliveries SET ${UNCLAIMED} WHERE id = ? AND state = 'sending'`, dueAtMs, id);
  }
}

export function reclaim(sql: Sql, nowMs: number, all: boolean): number {
  return all
    ? sql.run(`UPDATE deliveries SET ${UNCLAIMED} WHERE state = 'sending'`, nowMs).changes
    : sql.run(`UPDATE deliveries SET ${UNCLAIMED} WHERE state = 'sending' AND lease_until <= ?`, nowMs, nowMs).changes;
}

/** Of an ended delivery: the body of its request and of its responses. */
export function removeBodies(sql: Sql, sequence: number): void {
  const { changes } = sql.run('UPDATE contents SET body = NULL WHERE sequence = ? AND body IS NOT NULL', sequence);
  if (changes > 0) sql.run('UPDATE deliveries SET body_removed = 1 WHERE sequence = ?', sequence);
  sql.run("UPDATE attempts SET response_body = '' WHERE delivery = ? AND response_body <> ''", sequence);
}

/** Compared without the nonces of their secret placeholders, which differ at each rendering. */
function findTwin(
  sql: Sql,
  { eventId, nodeId, request, message }: NewDelivery,
): { id: string; sequence: number } | undefined {
  const ours = comparable(
    [request?.method, request?.url, request?.body?.text, request?.body?.encoding],
    nonceOf(message),
  );
  const twins = sql.all<Twin>(
    `SELECT deliveries.id, deliveries.sequence, method, url, body, body_encoding, message FROM deliveries JOIN contents USING (sequence)
     WHERE event_id = ? AND node_id = ? ORDER BY deliveries.sequence`,
    ...[eventId, nodeId],
  );
  const twin = twins.find(
    (row) =>
      comparable([row.method, row.url, row.body, row.body_encoding], nonceOf(fromJson(row.message) ?? {})) === ours,
  );
  return twin && { id: twin.id, sequence: twin.sequence };
}

interface Twin {
  readonly id: string;
  readonly sequence: number;
  readonly method: string | null;
  readonly url: string | null;
  readonly body: string | null;
  readonly body_encoding: string | null;
  readonly message: string;
}

function nonceOf(message: JsonObject): string {
  const mark = message['webhook'];
  return isJsonObject(mark) && typeof mark['nonce'] === 'string' ? mark['nonce'] : '';
}

function comparable(parts: readonly (string | null | undefined)[], nonce: string): string {
  const joined = JSON.stringify(parts.map((part) => part ?? null));
  return nonce === '' ? joined : joined.replaceAll(nonce, '');
}

function isPaused(sql: Sql, lane: string): boolean {
  return sql.get('SELECT 1 FROM lanes WHERE lane = ? AND paused = 1', lane) !== undefined;
}

/** Whether anything of the lane, whichever node's, is due: one look-up where nothing waits, one more for each node that something waits for. */
function isAnyDue(sql: Sql, lane: string, nowMs: number): boolean {
  const nextNode = (after: string): string | undefined =>
    sql.get<{ node_id: string }>(
      'SELECT node_id FROM deliveries WHERE lane = ? AND node_id > ? AND ended_at IS NULL ORDER BY node_id LIMIT 1',
      ...[lane, after],
    )?.node_id;
  for (let node = nextNode(''); node !== undefined; node = nextNode(node)) {
    const due = sql.get(
      `SELECT 1 FROM deliveries WHERE ${CLAIMABLE} AND claimable_at <= ? LIMIT 1`,
      ...[lane, node, nowMs],
    );
    if (due !== undefined) return true;
  }
  return false;
}
