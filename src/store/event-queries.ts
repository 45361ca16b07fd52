/** Accepted events, and the messages that retry nodes hold. Synchronous. */
import type { TelephonyEvent } from '../event/telephony-event';
import type { AcceptedEvent, Hold } from './delivery-store';
import type { QueueQueries } from './queue-queries';
import { text, toHold } from './rows';
import type { Statements } from './statements';

/** An event comes out again at most this often. */
const TIMES_AGAIN = 3;

export class EventQueries {
  constructor(private readonly sql: Statements) {}

  accept(events: readonly AcceptedEvent[]): boolean[] {
    return events.map(({ event, repeatKey, atMs, repeatUntilMs }) => {
      if (this.sql.get('SELECT 1 FROM events WHERE repeat_key = ? AND repeat_until > ? LIMIT 1', repeatKey, atMs))
        return false;
      this.sql.run(
        `INSERT INTO events (id, source, type, call_id, accepted_at, repeat_key, repeat_until, open, event) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)`,
        event.id,
        event.source,
        event.type,
        event.callId,
        atMs,
        repeatKey,
        repeatUntilMs,
        JSON.stringify(event),
      );
      return true;
    });
  }

  open(source: string): TelephonyEvent[] {
    this.sql.run('UPDATE events SET open = 0 WHERE source = ? AND open = 1 AND times_again >= ?', source, TIMES_AGAIN);
    const rows = this.sql.all('SELECT event FROM events WHERE source = ? AND open = 1 ORDER BY sequence', source);
    this.sql.run('UPDATE events SET times_again = times_again + 1 WHERE source = ? AND open = 1', source);
    return rows.map((row) => JSON.parse(text(row['event'])) as TelephonyEvent);
  }

  close(ids: readonly string[]): void {
    for (const id of ids) this.sql.run('UPDATE events SET open = 0 WHERE id = ? AND open = 1', id);
  }

  recent({ source, type }: { source?: string; type?: string }, limit: number): TelephonyEvent[] {
    return this.sql
      .all(
        'SELECT event FROM events WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR type = ?2) ORDER BY sequence DESC LIMIT ?3',
        source ?? null,
        type ?? null,
        limit,
      )
      .map((row) => JSON.parse(text(row['event'])) as TelephonyEvent);
  }

  hold(hold: Hold, queue: QueueQueries): void {
    this.sql.run(
      `INSERT INTO holds (id, node_id, delivery_id, state, failures, first_failed_at, due_at, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET delivery_id = excluded.delivery_id, state = excluded.state, failures = excluded.failures,
         due_at = excluded.due_at, message = excluded.message`,
      hold.id,
      hold.nodeId,
      hold.deliveryId,
      hold.state,
      hold.failures,
      hold.firstFailedAtMs,
      hold.dueAtMs,
      JSON.stringify(hold.message),
    );
    if (hold.deliveryId !== null && hold.state === 'held') queue.holdDelivery(hold.deliveryId, hold.dueAtMs);
  }

  holds(nodeId: string): Hold[] {
    return this.sql.all('SELECT * FROM holds WHERE node_id = ? ORDER BY due_at', nodeId).map(toHold);
  }

  dropHold(id: string): void {
    this.sql.run('DELETE FROM holds WHERE id = ?', id);
  }
}
