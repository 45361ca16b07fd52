import assert from 'node:assert/strict';
import { Lane } from '../../../src/delivery/lane';
import { UNOBSERVED } from '../../../src/delivery/observer';
import type { DeliveryStore } from '../../../src/store/delivery-store';
import { createStore } from '../../../src/store/registry';
import { newDelivery } from '../../contracts/delivery-store/material';
import { FakeClock } from '../../support/fake-clock';

describe('a lane', () => {
  let store: DeliveryStore;
  let begun: Promise<string>;
  let lane: Lane;
  const { lane: id, nodeId } = newDelivery('any');
  const clock = new FakeClock(newDelivery('any').createdAtMs);

  beforeEach(async () => {
    store = createStore({ kind: 'memory', path: '' });
    await store.open();
    begun = new Promise((resolve) => {
      lane = new Lane(id, {
        store,
        clock,
        observer: UNOBSERVED,
        failed: (error) => assert.fail(String(error)),
        nodeIds: () => [nodeId],
        longestMs: () => 1_000,
        begin: (_lane, delivery) => resolve(delivery.id),
        changed: () => undefined,
        idle: () => undefined,
      });
    });
  });
  afterEach(() => store.close());

  it('claims what comes in the moment in which it finds that there is nothing', async () => {
    await store.accept(newDelivery('a'));
    lane.wakeAt(clock.now()); // nothing waits as far as it knows, and it will say so in a moment
    lane.waits(clock.now());
    assert.equal(await begun, 'a');
  });

  it('keeps in hand what it claims before who accepted it has heard that it stands behind others', async () => {
    const pass = lane.tryTake('a', clock.now());
    await store.accept(newDelivery('a'));
    lane.waits(clock.now());
    assert.equal(await begun, 'a');
    lane.giveBack('a', pass ?? assert.fail(), clock.now());
    assert.deepEqual([...lane.inHand], ['a']);
  });
});
