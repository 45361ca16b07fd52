import assert from 'node:assert/strict';
import { Lane } from '../../../src/delivery/lane';
import { UNOBSERVED } from '../../../src/delivery/observer';
import { createStore } from '../../../src/store/registry';
import { LANE } from '../../support/delivery-bench';
import { FakeClock } from '../../support/fake-clock';

describe('a lane', () => {
  it('sends what waits though the last request ended just while it found no room for another', async () => {
    const store = createStore({ kind: 'memory', path: '' });
    await store.open();
    const clock = new FakeClock();
    const begun = new Promise<string>((resolve) => {
      const lane = new Lane(LANE, {
        store,
        clock,
        observer: UNOBSERVED,
        failed: (error) => assert.fail(String(error)),
        nodeIds: () => ['out'],
        longestMs: () => 1000,
        begin: (_lane, { id }) => resolve(id),
        changed: () => undefined,
      });
      lane.limit({ concurrency: 1, ratePerSecond: null, breaker: { failuresInRow: 0, failurePercent: 0 } });
      assert.equal(lane.tryTake(clock.now()), 'plain');
      store
        .accept({
          id: 'second',
          nodeId: 'out',
          webhook: 'CRM',
          lane: LANE,
          orderKey: null,
          eventId: null,
          eventTime: null,
          eventType: null,
          callId: null,
          request: null,
          message: '{}',
          createdAtMs: clock.now(),
          resendOf: null,
          compare: false,
          start: { kind: 'pending', dueAtMs: clock.now() },
        })
        .then(() => {
          lane.waits(clock.now());
          lane.giveBack('plain', clock.now());
          lane.look();
        });
    });
    assert.equal(await begun, 'second');
    await store.close();
  });
});
