/** The log: lists, counts, one delivery, retention. Synchronous. */
import type { SQLInputValue } from 'node:sqlite';
import type { Attempt, Delivery, DeliveryState } from '../delivery/delivery';
import type { DeliveryFilter, DeliveryPage, Retention, StoreSummary } from './delivery-store';
import type { QueueQueries } from './queue-queries';
import { numberOrNull, ROW_COLUMNS, stateOf, text, toAttempt, toDelivery, toRow } from './rows';
import { STATES } from './schema';
import type { Statements } from './statements';

/** Rows that one call of `prune` removes at most. */
const PRUNE_BATCH = 500;

export class LogQueries {
  constructor(private readonly sql: Statements) {
    // As many parameters as it is called with: SQLite counts them.
    sql.database.function('has_text', { deterministic: true }, (haystack, textual, digits) => {
      if (typeof haystack !== 'string') return 0;
      const lower = haystack.toLowerCase();
      const has = (needle: unknown): boolean => typeof needle === 'string' && needle !== '' && lower.includes(needle);
      return has(textual) || has(digits) ? 1 : 0;
    });
  }

  get(id: string): Delivery | undefined {
    const row = this.sql.get(
      'SELECT d.*, p.headers, p.body, p.body_encoding, p.sealed, p.message FROM deliveries d JOIN payloads p USING (sequence) WHERE id = ?',
      id,
    );
    return row && toDelivery(row);
  }

  attempts(id: string): Attempt[] {
    return this.sql
      .all('SELECT a.* FROM attempts a JOIN deliveries d USING (sequence) WHERE d.id = ? ORDER BY number', id)
      .map(toAttempt);
  }

  list(filter: DeliveryFilter, limit: number, cursor: string | null): DeliveryPage {
    const { where, values } = condition(filter);
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor);
    const rows = this.sql.all(
      `SELECT ${ROW_COLUMNS} FROM deliveries d WHERE ${where} AND d.sequence < ? ORDER BY d.sequence DESC LIMIT ?`,
      ...values,
      Number.isSafeInteger(before) ? before : 0,
      limit + 1,
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      rows: page.map(toRow),
      cursor: rows.length > limit && last ? String(last['sequence']) : null,
      total: this.count(filter),
    };
  }

  count(filter: DeliveryFilter): number {
    const { where, values } = condition(filter);
    return Number(this.sql.get(`SELECT COUNT(*) AS n FROM deliveries d WHERE ${where}`, ...values)?.['n'] ?? 0);
  }

  ids(filter: DeliveryFilter, limit: number): string[] {
    const { where, values } = condition(filter);
    const rows = this.sql.all(
      `SELECT d.id FROM deliveries d WHERE ${where} ORDER BY d.sequence DESC LIMIT ?`,
      ...values,
      limit,
    );
    return rows.map((row) => text(row['id']));
  }

  /** Everything but the lanes. */
  summary(): Omit<StoreSummary, 'lanes'> {
    const states = emptyStates();
    const webhooks = new Map<string, StoreSummary['webhooks'][number] & { states: Record<DeliveryState, number> }>();
    for (const row of this.sql.all(
      'SELECT node_id, webhook, state, COUNT(*) AS n FROM deliveries GROUP BY node_id, webhook, state',
    )) {
      const state = stateOf(row);
      const webhook = text(row['webhook']);
      const nodeId = text(row['node_id']);
      const key = JSON.stringify([nodeId, webhook]);
      const entry = webhooks.get(key) ?? { webhook, nodeId, states: emptyStates() };
      webhooks.set(key, entry);
      entry.states[state] += Number(row['n']);
      states[state] += Number(row['n']);
    }
    const oldest = this.sql.get('SELECT MIN(created_at) AS at FROM deliveries WHERE state < 3');
    return {
      states,
      webhooks: [...webhooks.values()],
      oldestOpenAtMs: numberOrNull(oldest?.['at']),
      bytes: this.bytes(),
    };
  }

  prune({ maxAgeMs, maxBytes }: Retention, nowMs: number, queue: QueueQueries): number {
    const olderThanMs = nowMs - maxAgeMs;
    const aged = this.sql.all(
      'SELECT sequence FROM deliveries WHERE state >= 3 AND updated_at < ? ORDER BY updated_at LIMIT ?',
      olderThanMs,
      PRUNE_BATCH,
    );
    const tooLarge = aged.length === 0 && this.bytes() > maxBytes;
    const rows = tooLarge
      ? this.sql.all('SELECT sequence FROM deliveries WHERE state >= 3 ORDER BY updated_at LIMIT ?', PRUNE_BATCH)
      : aged;
    for (const row of rows) queue.remove(Number(row['sequence']));
    const events = this.sql.run(
      `DELETE FROM events WHERE sequence IN (SELECT sequence FROM events WHERE open = 0 AND repeat_until < ? AND (accepted_at < ? OR ?) ORDER BY sequence LIMIT ${PRUNE_BATCH})`,
      nowMs,
      olderThanMs,
      tooLarge ? 1 : 0,
    );
    return rows.length + events;
  }

  forget(digits: string, queue: QueueQueries): number {
    const pattern = `%${digits}%`;
    const rows = this.sql.all(
      `SELECT d.sequence FROM deliveries d JOIN payloads p USING (sequence)
       WHERE p.message LIKE ?1 OR p.body LIKE ?1 OR d.url LIKE ?1 OR d.call_id LIKE ?1 OR d.error_message LIKE ?1`,
      pattern,
    );
    for (const row of rows) queue.remove(Number(row['sequence']));
    const events = this.sql.run('DELETE FROM events WHERE event LIKE ?', pattern);
    const holds = this.sql.run('DELETE FROM holds WHERE message LIKE ?', pattern);
    return rows.length + events + holds;
  }

  /** Bytes in use, without pages that are free for reuse. */
  private bytes(): number {
    const value = (pragma: string): number => Number(Object.values(this.sql.get(`PRAGMA ${pragma}`) ?? {})[0] ?? 0);
    return (value('page_count') - value('freelist_count')) * value('page_size');
  }
}

function emptyStates(): Record<DeliveryState, number> {
  return { pending: 0, sending: 0, waiting: 0, delivered: 0, failed: 0 };
}

function condition(filter: DeliveryFilter): { where: string; values: SQLInputValue[] } {
  const terms: string[] = ['1'];
  const values: SQLInputValue[] = [];
  if (filter.state) {
    terms.push('d.state IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(filter.state.map((state) => STATES.indexOf(state))));
  }
  if (filter.webhook !== undefined) {
    terms.push('(d.webhook = ? OR d.node_id = ?)');
    values.push(filter.webhook, filter.webhook);
  }
  if (filter.type !== undefined) {
    terms.push('d.event_type = ?');
    values.push(filter.type);
  }
  if (filter.fromMs !== undefined) {
    terms.push('d.created_at >= ?');
    values.push(filter.fromMs);
  }
  if (filter.toMs !== undefined) {
    terms.push('d.created_at < ?');
    values.push(filter.toMs);
  }
  if (filter.q !== undefined && filter.q.trim() !== '') {
    const needles = needlesOf(filter.q);
    const has = (column: string): string => `has_text(${column}, ?, ?)`;
    const columns = ['d.id', 'd.webhook', 'd.url', 'd.call_id', 'd.event_type', 'd.error_message'];
    terms.push(
      `(${columns.map(has).join(' OR ')} OR EXISTS (SELECT 1 FROM payloads p WHERE p.sequence = d.sequence AND (${has('p.body')} OR ${has('p.message')})))`,
    );
    for (let column = 0; column < columns.length + 2; column++) values.push(...needles);
  }
  return { where: terms.join(' AND '), values };
}

/** What is searched: the text, and where it looks like a phone number its digits alone. */
function needlesOf(q: string): [string, string] {
  const textual = q.trim().toLowerCase();
  const digits = /^[+(]?[\d\s().\-/]+$/.test(textual) ? textual.replace(/\D/g, '') : '';
  return [textual, digits.length >= 3 ? digits : ''];
}
