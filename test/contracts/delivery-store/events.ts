import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { noteText } from '../../../src/event/event-note';
import type { DeliveryStore } from '../../../src/store/delivery-store';
import { acceptedEvent, DAY, newEvent, type OpenStore, T0 } from './material';

export function keepsEvents(open: OpenStore): void {
  const accept = async (store: DeliveryStore, ...ids: string[]): Promise<readonly boolean[]> =>
    store.acceptEvents(ids.map((id) => acceptedEvent(newEvent(id))));
  const openIds = async (store: DeliveryStore, source = 'source-1'): Promise<readonly string[]> =>
    (await store.openEvents(source)).map(({ id }) => id);

  describe('accepts events', () => {
    it('tells new ones from repeats, also within one call', async () => {
      const store = await open();
      assert.deepEqual(await accept(store, 'a', 'b', 'a'), [true, true, false]);
      assert.deepEqual(await accept(store, 'b', 'c'), [false, true]);
      assert.deepEqual(await store.acceptEvents([]), []);
    });

    it('takes the same key for a new event when its time has passed', async () => {
      const store = await open();
      await store.acceptEvents([acceptedEvent(newEvent('a'), T0, T0 + 60)]);
      assert.deepEqual(await store.acceptEvents([acceptedEvent(newEvent('a'), T0 + 59, T0 + 119)]), [false]);
      assert.deepEqual(await store.acceptEvents([acceptedEvent(newEvent('a'), T0 + 60, T0 + 120)]), [true]);
    });

    it('knows repeats by their key and not by their id', async () => {
      const store = await open();
      const event = { ...acceptedEvent(newEvent('a')), repeatKey: 'fingerprint' };
      assert.deepEqual(await store.acceptEvents([event]), [true]);
      assert.deepEqual(await store.acceptEvents([{ ...event, event: newEvent('b') }]), [false]);
      assert.deepEqual(await store.acceptEvents([{ ...event, repeatKey: 'other' }]), [true]);
    });

    it('knows repeats of a source only', async () => {
      const store = await open();
      await accept(store, 'a');
      assert.deepEqual(await store.acceptEvents([acceptedEvent(newEvent('a', { source: 'source-2' }))]), [true]);
    });

    it('knows repeats of closed events', async () => {
      const store = await open();
      await accept(store, 'a');
      await store.closeEvents(['a']);
      assert.deepEqual(await accept(store, 'a'), [false]);
    });
  });

  describe('gives open events out again', () => {
    it('whole, oldest first, of that source, until they are closed', async () => {
      const store = await open();
      await accept(store, 'a', 'b', 'c');
      await store.acceptEvents([acceptedEvent(newEvent('d', { source: 'source-2' }))]);
      await store.closeEvents(['b', 'nobody']);
      assert.deepEqual(await store.openEvents('source-1'), [newEvent('a'), newEvent('c')]);
      assert.deepEqual(await openIds(store, 'source-2'), ['d']);
    });

    it('three times at most, which its story says', async () => {
      const store = await open();
      await accept(store, 'a');
      for (let times = 0; times < 3; times += 1) assert.deepEqual(await store.comeOut(['a'], T0), ['a']);
      await accept(store, 'b');
      assert.deepEqual(await openIds(store), ['a', 'b']);
      assert.deepEqual(await store.comeOut(['a', 'b', 'nobody'], T0 + 9), ['b']);
      const { calls } = await store.heardCalls({ callId: newEvent('a').callId, numbers: [], limit: 9 });
      assert.deepEqual(
        calls.flatMap(({ events }) => events.map(({ event, notes }) => [event.id, notes])),
        [['a', [{ atMs: T0 + 9, note: noteText({ kind: 'closed' }) }]]],
      );
      assert.deepEqual(await openIds(store), ['b']);
      assert.deepEqual(await accept(store, 'a'), [false]);
      assert.deepEqual(
        (await store.recentEvents({}, 9)).map(({ id }) => id),
        ['b', 'a'],
      );
    });
  });

  it('remembers the newest events, by source and type', async () => {
    const store = await open();
    const events = [
      newEvent('a'),
      newEvent('b', { type: 'call.missed' }),
      newEvent('c', { source: 'source-2' }),
      newEvent('d', { parameters: { text: 'ü\0"\ud800' } }),
    ];
    await store.acceptEvents(events.map((event, n) => acceptedEvent(event, T0 + n, T0 + DAY)));
    const recent = async (filter: Parameters<DeliveryStore['recentEvents']>[0], limit = 10): Promise<string> =>
      (await store.recentEvents(filter, limit)).map(({ id }) => id).join(' ');
    assert.equal(await recent({}), 'd c b a');
    assert.equal(await recent({}, 2), 'd c');
    assert.equal(await recent({ source: 'source-1' }), 'd b a');
    assert.equal(await recent({ type: 'call.ended' }), 'd c a');
    assert.equal(await recent({ source: 'source-1', type: 'call.ended' }, 1), 'd');
    assert.equal(await recent({ type: 'call.started' }), '');
    assert.deepEqual((await store.recentEvents({}, 1))[0], events[3]);
  });
}
