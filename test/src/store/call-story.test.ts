import assert from 'node:assert/strict';
import { noteText } from '../../../src/event/event-note';
import { MIGRATIONS, migrate } from '../../../src/store/engine/schema';
import { IN_MEMORY, Sql } from '../../../src/store/engine/sql';
import { SqliteEngine } from '../../../src/store/engine/sqlite-engine';
import { sqlite } from '../../../src/store/engine/sqlite-module';
import { acceptedEvent, newEvent, T0 } from '../../contracts/delivery-store/material';

const NOTE = noteText({ kind: 'told', again: false, verdicts: [] });

describe('what is kept of events for the story of a call', () => {
  let engine: SqliteEngine;

  beforeEach(() => {
    engine = new SqliteEngine({ path: IN_MEMORY });
    const events = ['a', 'b', 'c'].map((id) => acceptedEvent(newEvent(id, { callId: 'call' }), T0, T0));
    engine.transaction(() => engine.operations.acceptEvents(events));
    engine.operations.noteEvents(['a', 'b', 'c'].map((eventId) => ({ eventId, atMs: T0, note: NOTE })));
  });
  afterEach(() => engine.close());

  const left = (): readonly unknown[] =>
    ['event_keys', 'event_notes'].map(
      (table) => engine.sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n,
    );

  it('is a key for each event, and one for each number of a call', () => {
    assert.deepEqual(
      engine.sql.all<{ key: string }>('SELECT key FROM event_keys ORDER BY key, event').map(({ key }) => key),
      ['1234567', 'call', 'call', 'call'],
    );
  });

  it('has gone, all of it, when the events have been pruned', () => {
    engine.operations.closeEvents(['a', 'b', 'c']);
    assert.equal(engine.operations.prune({ maxAgeMs: 0, maxBytes: 1e9 }, T0 + 1), 3);
    assert.deepEqual(left(), [0, 0]);
  });

  it('has gone, all of it, when their number was forgotten', () => {
    assert.equal(engine.operations.erase(engine.operations.occurrences('74951234567')), 3);
    assert.deepEqual(left(), [0, 0]);
  });

  it('has gone with an event of which the row is damaged', () => {
    engine.sql.run("UPDATE events SET event = '{' WHERE id = 'a'");
    engine.operations.closeEvents(['a', 'b', 'c']);
    engine.operations.prune({ maxAgeMs: 0, maxBytes: 1e9 }, T0 + 1);
    assert.deepEqual(left(), [0, 0]);
  });

  it('is written anew where a transaction was undone', () => {
    const event = acceptedEvent(newEvent('d', { callId: 'other' }));
    const fail = (): void => {
      engine.transaction(() => {
        engine.operations.acceptEvents([event]);
        throw new Error('undone');
      });
    };
    assert.throws(fail, /undone/);
    engine.transaction(() => engine.operations.acceptEvents([event]));
    const { calls } = engine.operations.heardCalls({ callId: '', numbers: ['74951234567'], limit: 9 });
    assert.deepEqual(
      calls.map(({ callId }) => callId),
      ['other', 'call'],
    );
  });

  it('is kept from now on in a file of the layout before', () => {
    const sql = new Sql(new sqlite.DatabaseSync(IN_MEMORY));
    migrate(sql, MIGRATIONS.slice(0, 1));
    migrate(sql);
    assert.deepEqual(sql.all('SELECT * FROM event_keys'), []);
    assert.deepEqual(sql.all('SELECT * FROM event_notes'), []);
  });
});
