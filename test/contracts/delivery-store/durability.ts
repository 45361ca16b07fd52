import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { DeliveryStore } from '../../../src/store/delivery-store';
import {
  acceptAll,
  acceptedEvent,
  claimIds,
  failedOnce,
  LANE,
  MINUTE,
  newDelivery,
  newEvent,
  type OpenStore,
  T0,
} from './material';

export function survives(open: OpenStore, durable: boolean): void {
  const write = async (store: DeliveryStore): Promise<void> => {
    await acceptAll(
      store,
      ['a', 'b', 'c'].map((id) => newDelivery(id, { orderKey: 'call-1' })),
    );
    await claimIds(store);
    await store.finish(failedOnce('a', T0, T0 + MINUTE, { passAtMs: T0 + 1 }));
    await claimIds(store, T0 + 1);
    await store.setPaused('lane-2', T0);
    await store.acceptEvents([acceptedEvent(newEvent('e'))]);
    await store.hold({
      ...{ id: 'h', nodeId: 'r', message: { x: 1 }, deliveryId: null, failures: 1, firstFailedAtMs: T0, dueAtMs: T0 },
      state: 'held',
    });
  };

  if (durable) {
    it('has everything again after it was closed and opened', async () => {
      const first = await open();
      await write(first);
      const read = async (store: DeliveryStore) => ({
        deliveries: await Promise.all(['a', 'b', 'c'].map((id) => store.get(id))),
        attempts: await store.attempts('a'),
        lanes: await store.lanes(),
        events: await store.recentEvents({}, 9),
        holds: await store.holds('r'),
      });
      const before = await read(first);
      const second = await open();
      assert.deepEqual(await read(second), before);
      assert.equal(await second.reclaim(T0 + 2, true), 1);
      assert.deepEqual(await claimIds(second, T0 + MINUTE), ['b', 'a']);
      assert.deepEqual(await second.acceptEvents([acceptedEvent(newEvent('e'))]), [false]);
      assert.ok((await second.accept(newDelivery('d'))).sequence > (before.deliveries[2]?.sequence ?? Infinity));
    });
  } else {
    it('has forgotten everything after it was closed and opened', async () => {
      await write(await open());
      const store = await open();
      assert.equal(await store.count({}), 0);
      assert.deepEqual(await store.lanes(), []);
      assert.deepEqual(await store.recentEvents({}, 9), []);
      assert.deepEqual(await store.holds('r'), []);
    });
  }

  it('finishes what was asked before it closes, and takes nothing after', async () => {
    const store = await open();
    const accepted = store.accept(newDelivery('a'));
    const listed = store.list({}, 1, null);
    await store.close();
    assert.equal((await accepted).id, 'a');
    assert.equal((await listed).rows.length <= 1, true);
    await assert.rejects(store.accept(newDelivery('b')), /closed/);
    await assert.rejects(store.claim({ lane: LANE, nodeIds: [], limit: 1, nowMs: T0, leaseUntilMs: T0 }), /closed/);
  });
}
