/**
 * The queue: acceptance, claims, results, order. Synchronous; every method is called inside a transaction.
 *
 * Order within one lane and order key: of the open deliveries, those that are neither the first nor passed are `BEHIND`.
 * Whenever the first ends or may be passed, the next is freed.
 */
import type { Delivery, DeliveryError } from '../delivery/delivery';
import type { Accepted, DeliveryStore, Finished, LaneState, NewDelivery } from './delivery-store';
import { numberOrNull, text, toDelivery } from './rows';
import { BEHIND, DELIVERED, FAILED, FREE, HELD, PENDING, SENDING, WAITING } from './schema';
import type { Statements } from './statements';

type Reopen = Parameters<DeliveryStore['reopen']>[1];
type Claim = Parameters<DeliveryStore['claim']>[0];

const CLAIMABLE = 'state IN (0, 2) AND held = 0';

export class QueueQueries {
  constructor(private readonly sql: Statements) {}

  accept(delivery: NewDelivery): Accepted {
    const duplicate = delivery.compare ? this.duplicateOf(delivery) : undefined;
    if (duplicate) return duplicate;
    const { start, request, lane, orderKey } = delivery;
    const failed = start.kind === 'failed' ? start.error : null;
    const behind = !failed && orderKey !== null && this.hasHead(lane, orderKey);
    const nowMs = delivery.createdAtMs;
    const claimed = start.kind === 'claim' && !behind && !this.isPaused(lane) && !this.hasDue(lane, nowMs);
    const state = failed ? FAILED : claimed ? SENDING : PENDING;
    const dueAtMs = failed || claimed ? null : start.kind === 'pending' ? start.dueAtMs : nowMs;
    const sequence = this.sql.insert(
      `INSERT INTO deliveries (id, state, held, node_id, webhook, lane, order_key, event_id, event_type, call_id, method, url,
         created_at, updated_at, due_at, lease_until, error_class, error_message, error_status, resend_of)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      delivery.id,
      state,
      behind ? BEHIND : FREE,
      delivery.nodeId,
      delivery.webhook,
      lane,
      orderKey,
      delivery.eventId,
      delivery.eventType,
      delivery.callId,
      request?.method ?? null,
      request?.url ?? null,
      nowMs,
      nowMs,
      dueAtMs,
      start.kind === 'claim' && claimed ? start.leaseUntilMs : null,
      failed?.class ?? null,
      failed?.message ?? null,
      failed?.statusCode ?? null,
      delivery.resendOf,
    );
    this.sql.run(
      'INSERT INTO payloads (sequence, headers, body, body_encoding, sealed, message) VALUES (?, ?, ?, ?, ?, ?)',
      sequence,
      request ? JSON.stringify(request.headers) : null,
      request?.body?.text ?? null,
      request?.body?.encoding ?? null,
      request?.sealed ?? null,
      JSON.stringify(delivery.message),
    );
    return { id: delivery.id, sequence, claimed, duplicate: false };
  }

  claim({ lane, nodeIds, limit, nowMs, leaseUntilMs }: Claim): { deliveries: Delivery[]; nextDueAtMs: number | null } {
    if (this.isPaused(lane)) return { deliveries: [], nextDueAtMs: null };
    this.passHeads(lane, nowMs);
    const nodes = JSON.stringify(nodeIds);
    const found = this.sql.all(
      `SELECT d.sequence FROM deliveries d WHERE lane = ? AND ${CLAIMABLE} AND due_at <= ?
         AND node_id IN (SELECT value FROM json_each(?)) ORDER BY due_at, sequence LIMIT ?`,
      lane,
      nowMs,
      nodes,
      limit,
    );
    const deliveries = found.map(({ sequence }) => {
      this.sql.run(
        'UPDATE deliveries SET state = 1, lease_until = ?, updated_at = ? WHERE sequence = ?',
        leaseUntilMs,
        nowMs,
        sequence ?? null,
      );
      const row = this.sql.get(
        'SELECT d.*, p.headers, p.body, p.body_encoding, p.sealed, p.message FROM deliveries d JOIN payloads p USING (sequence) WHERE sequence = ?',
        sequence ?? null,
      );
      if (!row) throw new Error(`Delivery ${String(sequence)} has no payload`);
      return toDelivery(row);
    });
    return { deliveries, nextDueAtMs: this.nextDueAtMs(lane, nodes) };
  }

  finish({ id, attempt, atMs, next, keepBodies, report }: Finished): void {
    const row = this.sql.get(
      'SELECT sequence, lane, order_key, attempt_count, first_failed_at, passed FROM deliveries WHERE id = ?',
      id,
    );
    if (!row) return;
    const sequence = Number(row['sequence']);
    const lane = text(row['lane']);
    const number = Number(row['attempt_count']) + (attempt ? 1 : 0);
    if (attempt) {
      this.sql.run(
        `INSERT INTO attempts (sequence, number, started_at, duration_ms, status_code, class, message, response_headers, response_body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        sequence,
        number,
        attempt.startedAtMs,
        attempt.durationMs,
        attempt.statusCode,
        attempt.class,
        attempt.message,
        attempt.response ? JSON.stringify(attempt.response.headers) : null,
        attempt.response?.body ?? null,
      );
    }
    const failedAtMs = next.kind === 'delivered' ? null : (attempt?.startedAtMs ?? atMs);
    const error = next.kind === 'delivered' ? null : next.error;
    const waiting = next.kind === 'waiting' ? next : null;
    this.sql.run(
      `UPDATE deliveries SET state = ?, attempt_count = ?, updated_at = ?, due_at = ?, not_before = ?, pass_at = ?, lease_until = NULL,
         first_failed_at = COALESCE(first_failed_at, ?), last_failed_at = COALESCE(?, last_failed_at),
         error_class = ?, error_message = ?, error_status = ?, unreported = ? WHERE sequence = ?`,
      next.kind === 'delivered' ? DELIVERED : waiting ? WAITING : FAILED,
      number,
      atMs,
      waiting?.dueAtMs ?? null,
      waiting?.notBeforeMs ?? null,
      waiting?.passAtMs ?? null,
      failedAtMs,
      failedAtMs,
      error?.class ?? null,
      error?.message ?? null,
      error?.statusCode ?? null,
      next.kind === 'failed' && report ? 1 : 0,
      sequence,
    );
    if (!keepBodies && (next.kind === 'delivered' || (next.kind === 'failed' && !report))) this.removeBodies(sequence);
    if (next.kind === 'delivered') this.noteSuccess(lane, atMs);
    if (waiting) {
      if (waiting.passAtMs !== null && waiting.passAtMs <= atMs) this.passHeads(lane, atMs);
    } else this.freeNext(lane, row['order_key'] as string | null);
  }

  unreported(nodeId: string): Delivery[] {
    return this.sql
      .all(
        'SELECT d.*, p.headers, p.body, p.body_encoding, p.sealed, p.message FROM deliveries d JOIN payloads p USING (sequence) WHERE node_id = ? AND unreported = 1 ORDER BY sequence',
        nodeId,
      )
      .map(toDelivery);
  }

  reported(ids: readonly string[], keepBodies: boolean): void {
    for (const id of ids) {
      const row = this.sql.get('SELECT sequence FROM deliveries WHERE id = ? AND unreported = 1', id);
      if (!row) continue; // open again meanwhile, or gone
      this.sql.run('UPDATE deliveries SET unreported = 0 WHERE sequence = ?', row['sequence'] ?? null);
      if (!keepBodies) this.removeBodies(Number(row['sequence']));
    }
  }

  release(ids: readonly string[], dueAtMs: number): void {
    for (const id of ids) {
      this.sql.run(
        'UPDATE deliveries SET state = CASE WHEN attempt_count > 0 THEN 2 ELSE 0 END, due_at = ?, lease_until = NULL WHERE id = ? AND state = 1',
        dueAtMs,
        id,
      );
    }
  }

  reclaim(nowMs: number, all: boolean): number {
    return this.sql.run(
      `UPDATE deliveries SET state = CASE WHEN attempt_count > 0 THEN 2 ELSE 0 END, due_at = ?, lease_until = NULL
       WHERE state = 1 AND (? OR lease_until <= ?)`,
      nowMs,
      all ? 1 : 0,
      nowMs,
    );
  }

  lanes(): LaneState[] {
    const open = this.sql.all(
      `SELECT lane, COUNT(*) AS open, MIN(CASE WHEN ${CLAIMABLE} THEN due_at END) AS due,
         MIN(CASE WHEN state = 2 THEN first_failed_at END) AS failing
       FROM deliveries WHERE state < 3 GROUP BY lane`,
    );
    const known = new Map(this.sql.all('SELECT * FROM lanes').map((row) => [text(row['lane']), row]));
    const states: LaneState[] = [];
    for (const row of open) {
      const lane = text(row['lane']);
      const stored = known.get(lane);
      known.delete(lane);
      const failing = numberOrNull(row['failing']);
      const success = numberOrNull(stored?.['last_success_at']);
      states.push({
        lane,
        paused: stored?.['paused'] === 1,
        nextDueAtMs: numberOrNull(row['due']),
        open: Number(row['open']),
        failingSinceMs: failing !== null && (success === null || success < failing) ? failing : null,
      });
    }
    for (const [lane, row] of known) {
      if (row['paused'] === 1) states.push({ lane, paused: true, nextDueAtMs: null, open: 0, failingSinceMs: null });
    }
    return states;
  }

  wake(lane: string, failedSinceMs: number, nowMs: number): number {
    return this.sql.run(
      `UPDATE deliveries SET due_at = MAX(?, COALESCE(not_before, 0))
       WHERE lane = ? AND ${CLAIMABLE} AND due_at > ? AND state = 2 AND last_failed_at >= ?`,
      nowMs,
      lane,
      nowMs,
      failedSinceMs,
    );
  }

  setPaused(lane: string, paused: boolean): void {
    this.sql.run(
      'INSERT INTO lanes (lane, paused) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE SET paused = excluded.paused',
      lane,
      paused ? 1 : 0,
    );
  }

  /** A delivery that is reopened has lost its place in the order: what came after it may have been delivered. */
  reopen(id: string, { nowMs, request, message, owner, leaseUntilMs }: Reopen): boolean {
    const row = this.sql.get('SELECT sequence, state, lane, order_key FROM deliveries WHERE id = ?', id);
    const state = Number(row?.['state']);
    if (!row || state === SENDING || state === DELIVERED) return false;
    const sequence = Number(row['sequence']);
    const ended = state === FAILED;
    this.sql.run(
      `UPDATE deliveries SET state = ?, held = 0, passed = MAX(passed, ?), due_at = ?, lease_until = ?, not_before = NULL, unreported = 0, updated_at = ? WHERE sequence = ?`,
      leaseUntilMs !== undefined ? SENDING : state === FAILED ? WAITING : state,
      ended ? 1 : 0,
      leaseUntilMs !== undefined ? null : nowMs,
      leaseUntilMs ?? null,
      nowMs,
      sequence,
    );
    if (owner) {
      this.sql.run(
        'UPDATE deliveries SET node_id = ?, webhook = ?, lane = ?, order_key = ? WHERE sequence = ?',
        owner.nodeId,
        owner.webhook,
        owner.lane,
        owner.orderKey,
        sequence,
      );
    }
    if (request) {
      this.sql.run(
        'UPDATE deliveries SET method = ?, url = ?, body_removed = 0 WHERE sequence = ?',
        request.method,
        request.url,
        sequence,
      );
      this.sql.run(
        'UPDATE payloads SET headers = ?, body = ?, body_encoding = ?, sealed = ? WHERE sequence = ?',
        JSON.stringify(request.headers),
        request.body?.text ?? null,
        request.body?.encoding ?? null,
        request.sealed,
        sequence,
      );
    }
    if (message) this.sql.run('UPDATE payloads SET message = ? WHERE sequence = ?', JSON.stringify(message), sequence);
    return true;
  }

  discard(
    id: string,
    error: DeliveryError,
    nowMs: number,
    keepBodies: boolean,
  ): 'ended' | 'removed' | 'busy' | 'unknown' {
    const row = this.sql.get('SELECT sequence, state FROM deliveries WHERE id = ?', id);
    if (!row) return 'unknown';
    const state = Number(row['state']);
    if (state === SENDING) return 'busy';
    if (state >= DELIVERED) {
      this.remove(Number(row['sequence']));
      return 'removed';
    }
    this.finish({ id, attempt: null, atMs: nowMs, next: { kind: 'failed', error }, keepBodies, report: false });
    this.sql.run('UPDATE deliveries SET held = 0 WHERE id = ?', id);
    this.sql.run('DELETE FROM holds WHERE delivery_id = ?', id);
    return 'ended';
  }

  /** Removes a delivery with all that belongs to it, and frees the next of its order. */
  remove(sequence: number): void {
    const row = this.sql.get('SELECT id, lane, order_key FROM deliveries WHERE sequence = ?', sequence);
    for (const table of ['deliveries', 'payloads', 'attempts']) {
      this.sql.run(`DELETE FROM ${table} WHERE sequence = ?`, sequence);
    }
    if (!row) return;
    this.sql.run('DELETE FROM holds WHERE delivery_id = ?', row['id'] ?? null);
    this.freeNext(text(row['lane']), row['order_key'] as string | null);
  }

  /** The log says `waiting` while a retry node holds the message, and the dispatcher leaves it alone. */
  holdDelivery(id: string, dueAtMs: number): void {
    this.sql.run(
      `UPDATE deliveries SET state = ${WAITING}, held = ${HELD}, passed = 1, unreported = 0, due_at = ? WHERE id = ? AND state IN (${WAITING}, ${FAILED})`,
      dueAtMs,
      id,
    );
  }

  private removeBodies(sequence: number): void {
    const removed = this.sql.run('UPDATE payloads SET body = NULL WHERE sequence = ? AND body IS NOT NULL', sequence);
    if (removed > 0) this.sql.run('UPDATE deliveries SET body_removed = 1 WHERE sequence = ?', sequence);
    this.sql.run("UPDATE attempts SET response_body = '' WHERE sequence = ?", sequence);
  }

  private isPaused(lane: string): boolean {
    return this.sql.get('SELECT 1 FROM lanes WHERE lane = ? AND paused = 1', lane) !== undefined;
  }

  private hasDue(lane: string, nowMs: number): boolean {
    return (
      this.sql.get(`SELECT 1 FROM deliveries WHERE lane = ? AND ${CLAIMABLE} AND due_at <= ? LIMIT 1`, lane, nowMs) !==
      undefined
    );
  }

  private hasHead(lane: string, orderKey: string): boolean {
    return (
      this.sql.get(
        'SELECT 1 FROM deliveries WHERE lane = ? AND order_key = ? AND state < 3 AND passed = 0 LIMIT 1',
        lane,
        orderKey,
      ) !== undefined
    );
  }

  /** Lets the first that is behind go, unless another is still ahead of it. */
  private freeNext(lane: string, orderKey: string | null): void {
    if (orderKey === null) return;
    const head = this.sql.get(
      'SELECT sequence, held FROM deliveries WHERE lane = ? AND order_key = ? AND state < 3 AND passed = 0 ORDER BY sequence LIMIT 1',
      lane,
      orderKey,
    );
    if (Number(head?.['held']) === BEHIND)
      this.sql.run('UPDATE deliveries SET held = 0 WHERE sequence = ?', head?.['sequence'] ?? null);
  }

  private passHeads(lane: string, nowMs: number): void {
    const late = this.sql.all(
      'SELECT sequence, order_key FROM deliveries WHERE lane = ? AND state < 3 AND pass_at IS NOT NULL AND passed = 0 AND pass_at <= ?',
      lane,
      nowMs,
    );
    for (const row of late) {
      this.sql.run('UPDATE deliveries SET passed = 1 WHERE sequence = ?', row['sequence'] ?? null);
      this.freeNext(lane, row['order_key'] as string | null);
    }
  }

  private nextDueAtMs(lane: string, nodes: string): number | null {
    const due = this.sql.get(
      `SELECT due_at AS at FROM deliveries WHERE lane = ? AND ${CLAIMABLE} AND node_id IN (SELECT value FROM json_each(?)) ORDER BY due_at LIMIT 1`,
      lane,
      nodes,
    );
    const pass = this.sql.get(
      'SELECT MIN(pass_at) AS at FROM deliveries WHERE lane = ? AND state < 3 AND pass_at IS NOT NULL AND passed = 0',
      lane,
    );
    const times = [due?.['at'], pass?.['at']].map(numberOrNull).filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  private noteSuccess(lane: string, atMs: number): void {
    this.sql.run(
      'INSERT INTO lanes (lane, last_success_at) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE SET last_success_at = excluded.last_success_at',
      lane,
      atMs,
    );
  }

  /** Bodies are compared without the nonces of their secret placeholders, which differ at each rendering. */
  private duplicateOf({ eventId, nodeId, request, message }: NewDelivery): Accepted | undefined {
    if (eventId === null) return undefined;
    const rows = this.sql.all(
      'SELECT d.sequence, d.id, d.url, d.method, p.body, p.message FROM deliveries d JOIN payloads p USING (sequence) WHERE event_id = ? AND node_id = ?',
      eventId,
      nodeId,
    );
    const ours = comparable(request?.method, request?.url, request?.body?.text, nonceOf(message));
    const same = rows.find((row) => {
      const nonce = nonceOf(JSON.parse(text(row['message'])));
      return comparable(row['method'], row['url'], row['body'], nonce) === ours;
    });
    return same && { id: text(same['id']), sequence: Number(same['sequence']), claimed: false, duplicate: true };
  }
}

function nonceOf(message: unknown): string {
  const mark = typeof message === 'object' && message !== null && 'webhook' in message ? message.webhook : undefined;
  return typeof mark === 'object' && mark !== null && 'nonce' in mark ? String(mark.nonce) : '';
}

function comparable(method: unknown, url: unknown, body: unknown, nonce: string): string {
  const joined = JSON.stringify([method ?? null, url ?? null, body ?? null]);
  return nonce ? joined.replaceAll(nonce, '') : joined;
}
