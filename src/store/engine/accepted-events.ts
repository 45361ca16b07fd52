/** Events as they were accepted: each once, open until what became of it is safe, kept for previews. */
import { noteText } from '../../event/event-note';
import type { TelephonyEvent } from '../../event/telephony-event';
import { isJsonObject } from '../../json';
import type { AcceptedEvent } from '../delivery-store';
import { fromJson } from './delivery-rows';
import { addKeys, removeKeys } from './event-keys';
import { addNote, noteEvents, removeNotes } from './event-notes';
import type { Sql, SqlValue } from './sql';
import type { Tables } from './tables';

/** An event that came out that often and was never closed brings the process down, or nobody listens to it. */
const MOST_TIMES_OUT = 3;

const REPEAT = noteText({ kind: 'repeat' });
const CLOSED = noteText({ kind: 'closed' });

interface EventRow {
  readonly event: string;
}

/** Repeats are recognised within one source: two sources that hear the same thing both say it. */
export function acceptEvents(sql: Tables, events: readonly AcceptedEvent[]): readonly boolean[] {
  return events.map(({ event, repeatKey, atMs, repeatUntilMs }) => {
    const known = sql.get<{ sequence: number }>(
      'SELECT sequence FROM events WHERE repeat_key = ? AND source = ? AND repeat_until > ? LIMIT 1',
      ...[repeatKey, event.source, atMs],
    );
    if (known !== undefined) {
      addNote(sql, known.sequence, atMs, REPEAT);
      return false;
    }
    const { rowId } = sql.run(
      'INSERT INTO events (id, source, type, accepted_at, repeat_key, repeat_until, event) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[event.id, event.source, event.type, atMs, repeatKey, repeatUntilMs, JSON.stringify(event)],
    );
    addKeys(sql, rowId, event);
    return true;
  });
}

export function openEvents(sql: Sql, source: string): readonly TelephonyEvent[] {
  return sql
    .all<EventRow>('SELECT event FROM events WHERE source = ? AND closed = 0 ORDER BY sequence', source)
    .flatMap(({ event }) => eventOf(event));
}

/** Counted before they come out: one that brings the process down must not do so for ever. */
export function comeOut(sql: Sql, ids: readonly string[], nowMs: number): readonly string[] {
  return ids.filter((id) => {
    const { changes } = sql.run(
      `UPDATE events SET times_out = times_out + 1 WHERE id = ? AND closed = 0 AND times_out < ${MOST_TIMES_OUT}`,
      id,
    );
    if (changes > 0) return true;
    noteEvents(sql, [{ eventId: id, atMs: nowMs, note: CLOSED }]);
    closeEvents(sql, [id]);
    return false;
  });
}

export function closeEvents(sql: Sql, ids: readonly string[]): void {
  for (const id of ids) sql.run('UPDATE events SET closed = 1 WHERE id = ? AND closed = 0', id);
}

export function recentEvents(
  sql: Sql,
  filter: { source?: string; type?: string },
  limit: number,
): readonly TelephonyEvent[] {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  for (const column of ['source', 'type'] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(value);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return sql
    .all<EventRow>(
      `SELECT event FROM events ${where} ORDER BY sequence DESC LIMIT ?`,
      ...[...values, Math.max(Math.trunc(limit), 0)],
    )
    .flatMap(({ event }) => eventOf(event));
}

/** Removes an event with all that is known of it. Answers whether there was one. */
export function removeEvent(sql: Sql, sequence: number): boolean {
  const row = sql.get<EventRow>('DELETE FROM events WHERE sequence = ? RETURNING event', sequence);
  if (row === undefined) return false;
  removeKeys(sql, sequence, eventOf(row.event)[0]);
  removeNotes(sql, sequence);
  return true;
}

/** One event; none where the row is damaged. */
export function eventOf(text: string): readonly TelephonyEvent[] {
  const event = fromJson<TelephonyEvent>(text);
  const isSound =
    event &&
    [event.id, event.type, event.time, event.source, event.callId].every((member) => typeof member === 'string') &&
    isJsonObject(event.parameters);
  return isSound ? [event] : [];
}
