/** What became of accepted events at those who heard them. Written later than the event, many at a time, and removed with it. */
import type { EventNote } from '../call-story';
import type { Sql } from './sql';

/** Of one event: a provider that repeats it for ever fills no disk. */
const MOST_NOTES = 32;

const ADD = 'INSERT OR IGNORE INTO event_notes (event, at, note) SELECT sequence, ?, ? FROM events';
const HAS_ROOM = `(SELECT count(*) FROM event_notes WHERE event_notes.event = sequence) < ${MOST_NOTES}`;

/** Found among the open events, which have an index of their ids: what comes of an event is known long before it is closed. */
export function noteEvents(sql: Sql, notes: readonly EventNote[]): void {
  for (const { eventId, atMs, note } of notes) {
    sql.run(
      `${ADD} WHERE id = ? AND closed = 0 AND ${HAS_ROOM} ORDER BY sequence DESC LIMIT 1`,
      ...[atMs, note, eventId],
    );
  }
}

export function addNote(sql: Sql, sequence: number, atMs: number, note: string): void {
  sql.run(`${ADD} WHERE sequence = ? AND ${HAS_ROOM}`, atMs, note, sequence);
}

export function notesOf(sql: Sql, sequence: number): readonly Pick<EventNote, 'atMs' | 'note'>[] {
  return sql.all('SELECT at AS atMs, note FROM event_notes WHERE event = ? ORDER BY at', sequence);
}

export function openNotes(sql: Sql, source: string): readonly EventNote[] {
  return sql.all(
    `SELECT events.id AS eventId, at AS atMs, note FROM events JOIN event_notes ON event_notes.event = sequence
    WHERE source = ? AND closed = 0 ORDER BY at`,
    source,
  );
}

export function removeNotes(sql: Sql, sequence: number): void {
  sql.run('DELETE FROM event_notes WHERE event = ?', sequence);
}
