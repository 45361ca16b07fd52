/** What is on disk: whatever was kept comes back as it was, and a row that was damaged holds up nothing but itself. */
import assert from 'node:assert/strict';
import { noteText, readNote } from '../../src/event/event-note';
import { sampleEvent } from '../../src/event/samples';
import type { JsonObject } from '../../src/json';
import { IN_MEMORY } from '../../src/store/engine/sql';
import { SqliteEngine } from '../../src/store/engine/sqlite-engine';
import { LANE, NODE, newDelivery, requestWith, T0 } from '../contracts/delivery-store/material';
import { fuzz, quickly } from './fuzzer';
import type { Hostile } from './hostile';

const CLAIM = { lane: LANE, nodeIds: [NODE], limit: 10, nowMs: T0, leaseUntilMs: T0 + 1 };

/** The store as its thread runs it, without the thread and the disk. */
function withStore(work: (engine: SqliteEngine, store: SqliteEngine['operations']) => void): void {
  const engine = new SqliteEngine({ path: IN_MEMORY });
  try {
    work(engine, engine.operations);
  } finally {
    engine.close();
  }
}

describe('a stored delivery', () => {
  fuzz('comes back as it was, whatever it holds', 150, (hostile) => {
    // Texts are kept as UTF-8; what comes in over HTTP is such already.
    const text = (): string => Buffer.from(hostile.text(2000)).toString();
    const message = JSON.parse(JSON.stringify({ ...Object(hostile.json()), [text()]: hostile.json() })) as JsonObject;
    const delivery = newDelivery('one', {
      ...{
        webhook: text(),
        orderKey: text(),
        eventId: text(),
        eventType: text(),
        callId: text(),
        message: JSON.stringify(message),
      },
      request: {
        ...requestWith({ url: text(), body: text() }),
        headers: { [`X-${text()}`]: text(), 'X-Many': [text(), text()] },
      },
    });
    withStore((_engine, store) => {
      store.accept(delivery);
      const found = store.get('one') ?? assert.fail();
      for (const name of ['webhook', 'orderKey', 'eventId', 'eventType', 'callId', 'request'] as const) {
        assert.deepEqual(found[name], delivery[name], name);
      }
      assert.deepEqual(found.message, message);
      const q = hostile.text(2000);
      quickly(q, () => store.list({ q }, 500, null));
      quickly(q, () => store.occurrences(q));
      assert.deepEqual(store.claim(CLAIM).deliveries[0]?.request, delivery.request);
    });
  });

  fuzz('that was damaged is shown as far as it goes, and the others go on', 400, (hostile) => {
    withStore((engine, store) => {
      for (const id of ['first', 'damaged', 'last']) store.accept(newDelivery(id));
      const [table, column] = hostile.pick([
        ...['headers', 'message', 'body', 'body_encoding', 'sealed'].map((name) => ['contents', name] as const),
        ...['url', 'method', 'webhook'].map((name) => ['deliveries', name] as const),
      ]);
      damage(engine, table, column, hostile);
      assert.equal(store.get('damaged')?.id, 'damaged');
      assert.equal(store.list({}, 10, null).total, 3);
      store.list({ q: '+1 202 555' }, 10, null);
      store.summary();
      assert.deepEqual(
        store.claim(CLAIM).deliveries.map(({ id }) => id),
        ['first', 'damaged', 'last'],
      );
    });
  });

  fuzz('or an event that was damaged holds up no other', 300, (hostile) => {
    withStore((engine, store) => {
      const event = sampleEvent('call.ended') ?? assert.fail();
      const kept = { repeatKey: 'a', atMs: T0, repeatUntilMs: T0 };
      store.acceptEvents([
        { ...kept, event: { ...event, id: 'good' } },
        { ...kept, event, repeatKey: 'b' },
      ]);
      damage(engine, 'events', 'event', hostile, 'sequence = 2');
      assert(store.openEvents('sample').some(({ id }) => id === 'good'));
      assert(store.recentEvents({}, 10).some(({ id }) => id === 'good'));
      store.noteEvents([{ eventId: 'good', atMs: T0, note: noteText({ kind: 'repeat' }) }]);
      damage(engine, 'event_notes', 'note', hostile, 'event = 1');
      for (const { note } of store.openNotes('sample')) readNote(note);
      const { calls } = store.heardCalls({ callId: event.callId, numbers: [], limit: 1 });
      assert(calls[0]?.events.some(({ event: { id } }) => id === 'good'));
      for (const { note } of calls.flatMap(({ events }) => events.flatMap(({ notes }) => notes))) readNote(note);
      store.closeEvents(['good', event.id]);
      assert.equal(store.prune({ maxAgeMs: 0, maxBytes: 1e9 }, T0 + 1), 2);
    });
  });
});

/** Writes nonsense where the store expects its own, as a disk or a person with a tool might. */
function damage(engine: SqliteEngine, table: string, column: string, hostile: Hostile, row?: string): void {
  const where = row ?? "sequence = (SELECT sequence FROM deliveries WHERE id = 'damaged')";
  const { was } =
    engine.sql.get<{ was: unknown }>(`SELECT ${column} AS was FROM ${table} WHERE ${where}`) ?? assert.fail();
  const text = hostile.chance(0.7)
    ? hostile.mutatedText(String(was))
    : hostile.pick([hostile.text(500), JSON.stringify(hostile.json())]);
  engine.sql.run(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, text);
}
