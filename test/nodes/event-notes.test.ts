import assert from 'node:assert/strict';
import { EventNotes } from '../../nodes/runtime/event-notes';
import { tally } from '../../nodes/runtime/observation';
import { UserError } from '../../src/errors';
import { MemoryStore } from '../../src/store/memory-store';
import { acceptedEvent, newEvent } from '../contracts/delivery-store/material';

describe('notes of what became of events', () => {
  let store: MemoryStore;
  let shared: { isOpen: boolean; trouble: UserError | null; ready: Promise<{ store: MemoryStore }> };
  let notes: EventNotes;

  beforeEach(async () => {
    store = new MemoryStore();
    await store.open();
    const ids = Array.from({ length: 6_000 }, (_, n) => `e${n}`);
    await store.acceptEvents(ids.map((id) => acceptedEvent(newEvent(id, { callId: id }))));
    shared = { isOpen: true, trouble: null, ready: Promise.resolve({ store }) };
    notes = new EventNotes(shared);
    tally.notesLost = 0;
  });
  afterEach(() => store.close());

  const add = (from: number, to: number): void => {
    for (let n = from; n < to; n += 1) notes.add(`e${n}`, { kind: 'repeat' });
  };
  const notesOf = async (n: number): Promise<number | undefined> =>
    (await store.heardCalls({ callId: `e${n}`, numbers: [], limit: 1 })).calls[0]?.events[0]?.notes.length;

  it('are all written, also those that come while it writes', async () => {
    add(0, 500);
    const written = notes.write();
    add(500, 700);
    await Promise.all([written, notes.write()]);
    assert.deepEqual([await notesOf(0), await notesOf(499), await notesOf(699)], [1, 1, 1]);
    assert.equal(tally.notesLost, 0);
  });

  it('are bounded, and what is left out is counted', async () => {
    add(0, 6_000);
    assert.equal(tally.notesLost, 1_000);
    await notes.write();
    assert.deepEqual([await notesOf(4_999), await notesOf(5_000)], [1, 0]);
  });

  it('wait while the store is in trouble, or not yet open', async () => {
    add(0, 1);
    for (const state of [{ trouble: new UserError('store-full', { message: 'It is full.' }) }, { isOpen: false }]) {
      Object.assign(shared, state);
      await notes.write();
      assert.equal(await notesOf(0), 0);
      Object.assign(shared, { trouble: null, isOpen: true });
    }
    await notes.write();
    assert.equal(await notesOf(0), 1);
  });

  it('that the store does not take are counted, and hold up no others', async () => {
    add(0, 300);
    await store.close();
    await notes.write();
    assert.equal(tally.notesLost, 300);
  });
});
