import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  acceptAll,
  claimIds,
  delivered,
  failedOnce,
  givenUp,
  LANE,
  MINUTE,
  NODE,
  newDelivery,
  nextDueAt,
  type OpenStore,
  requestWith,
  SECOND,
  T0,
  wakeAll,
} from './material';

export function keepsOrder(open: OpenStore): void {
  const inOrder = (id: string, orderKey = 'call-1') => newDelivery(id, { orderKey });

  describe('keeps deliveries of one key in order', () => {
    it('lets only the head go, and the next when it has been delivered', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a1'), inOrder('a2'), inOrder('b1', 'call-2'), inOrder('a3')]);
      assert.deepEqual(await claimIds(store), ['a1', 'b1']);
      assert.deepEqual(await claimIds(store), []);
      await store.finish(delivered('a1'));
      assert.deepEqual(await claimIds(store), ['a2']);
      await store.finish(delivered('b1'));
      assert.deepEqual(await claimIds(store), []);
    });

    it('lets the next go when the head was given up', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b')]);
      await claimIds(store);
      await store.finish(givenUp('a'));
      assert.deepEqual(await claimIds(store), ['b']);
    });

    it('keeps the next behind a head that waits, also where that is due first', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b')]);
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + MINUTE));
      assert.deepEqual(await claimIds(store, T0 + SECOND), []);
      assert.equal(await nextDueAt(store), T0 + MINUTE);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), ['a']);
    });

    it('does not order by when they are due', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { orderKey: 'k', start: { kind: 'pending', dueAtMs: T0 + MINUTE } }),
        newDelivery('b', { orderKey: 'k' }),
      ]);
      assert.deepEqual(await claimIds(store), []);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), ['a']);
    });

    it('orders across the nodes of a lane, and not across lanes', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { orderKey: 'k', nodeId: 'node-2' }),
        newDelivery('b', { orderKey: 'k' }),
        newDelivery('c', { orderKey: 'k', lane: 'lane-2' }),
      ]);
      assert.deepEqual(await claimIds(store), []);
      assert.deepEqual(await claimIds(store, T0, { lane: 'lane-2' }), ['c']);
      assert.deepEqual(await claimIds(store, T0, { nodeIds: ['node-2'] }), ['a']);
      await store.finish(delivered('a'));
      assert.deepEqual(await claimIds(store), ['b']);
    });

    it('keeps the order of acceptance where they come from several lanes into one', async () => {
      const store = await open();
      const there = { lane: 'lane-2', nodeId: 'node-2' };
      await acceptAll(store, [
        inOrder('a1'),
        newDelivery('a2', { orderKey: 'call-1', ...there }),
        inOrder('a3'),
        inOrder('b1', 'call-2'),
        newDelivery('b2', { orderKey: 'call-2', ...there }),
        newDelivery('free'),
        newDelivery('other', { nodeId: 'node-3' }),
      ]);
      assert.deepEqual(await claimIds(store, T0, { ...there, nodeIds: ['node-2'] }), ['a2', 'b2']);
      for (const id of ['a2', 'b2']) await store.finish(failedOnce(id, T0, T0));
      assert.equal(await store.move(NODE, 'lane-2'), 4);
      assert.equal(await store.move(NODE, 'lane-2'), 0);
      const claimed = (): Promise<readonly string[]> =>
        claimIds(store, T0, { lane: 'lane-2', nodeIds: [NODE, 'node-2'] });
      assert.deepEqual(await claimed(), ['a1', 'b1', 'free']);
      await store.finish(delivered('a1'));
      assert.deepEqual(await claimed(), ['a2']);
      await store.finish(delivered('a2'));
      await store.finish(delivered('b1'));
      assert.deepEqual(await claimed(), ['a3', 'b2']);
      assert.deepEqual(await claimIds(store, T0, { nodeIds: [NODE, 'node-3'] }), ['other']);
    });

    it('lets the next of the lane that they leave go', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), newDelivery('b', { orderKey: 'call-1', nodeId: 'node-2' })]);
      assert.equal(await store.move(NODE, 'lane-2'), 1);
      assert.deepEqual(await claimIds(store, T0, { nodeIds: ['node-2'] }), ['b']);
    });

    it('moves one that may be passed as that, and leaves alone what is under way or held', async () => {
      const store = await open();
      const start = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;
      await acceptAll(store, [newDelivery('sent', { start }), inOrder('a'), inOrder('b'), newDelivery('held')]);
      await store.hold({
        ...{ id: 'hold', nodeId: 'retry', message: {}, deliveryId: 'held', failures: 1, firstFailedAtMs: T0 },
        ...{ dueAtMs: T0, state: 'held' },
      });
      assert.deepEqual(await claimIds(store), ['a']);
      await store.finish(failedOnce('a', T0, T0 + 10 * MINUTE, { passAtMs: T0 + MINUTE }));
      assert.equal(await store.move(NODE, 'lane-2'), 2);
      assert.deepEqual(await claimIds(store, T0, { lane: 'lane-2' }), []);
      assert.deepEqual(await claimIds(store, T0 + MINUTE, { lane: 'lane-2' }), ['b']);
      assert.deepEqual([(await store.get('sent'))?.lane, (await store.get('held'))?.lane], [LANE, LANE]);
    });

    it('moves each to the origin of its URL where no lane is named, some at a time', async () => {
      const store = await open();
      const here = 'https://crm.example.com';
      await acceptAll(store, [
        ...Array.from({ length: 600 }, (_, number) => inOrder(`a${number}`)),
        newDelivery('there', { request: requestWith({ url: 'http://127.0.0.1:8080/hook' }) }),
        newDelivery('stays', { lane: 'http://another.example.com' }),
      ]);
      for (let all = 601, moved = 1; moved > 0; all -= moved) {
        moved = await store.move(NODE, null);
        assert.ok(moved <= 500);
        if (moved === 0) assert.equal(all, 0);
      }
      assert.deepEqual(
        (await store.lanes()).map(({ lane, open: count }) => [lane, count]),
        [
          ['http://127.0.0.1:8080', 1],
          ['http://another.example.com', 1],
          [here, 600],
        ],
      );
      assert.deepEqual(await claimIds(store, T0, { lane: here }), ['a0']);
    });

    it('lets others overtake freely', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b')]);
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + MINUTE));
      await acceptAll(store, [inOrder('other', 'call-2'), newDelivery('free')]);
      assert.deepEqual(await claimIds(store), ['other', 'free']);
    });

    it('holds one that is accepted behind a head in wait', async () => {
      const store = await open();
      await store.accept(inOrder('a'));
      await claimIds(store);
      const { claimed } = await store.accept({ ...inOrder('b'), start: { kind: 'claim', leaseUntilMs: T0 + MINUTE } });
      assert.equal(claimed, false);
      assert.deepEqual(await claimIds(store), []);
      await store.finish(delivered('a'));
      assert.deepEqual(await claimIds(store), ['b']);
    });

    it('has no order among thousands that one key holds back', async () => {
      const store = await open();
      await acceptAll(
        store,
        Array.from({ length: 2_000 }, (_, n) => inOrder(`d${n}`)),
      );
      for (const n of [0, 1, 2]) {
        assert.deepEqual(await claimIds(store), [`d${n}`]);
        await store.finish(delivered(`d${n}`));
      }
    });

    it('keeps the order of claims that came back', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b')]);
      await claimIds(store);
      await store.reclaim(T0, true);
      assert.deepEqual(await claimIds(store), ['a']);
      await store.release(['a'], T0 + SECOND);
      assert.deepEqual(await claimIds(store, T0), []);
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['a']);
    });
  });

  describe('lets a head that has failed for too long be passed', () => {
    it('frees the next at that time, not before, and says when', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b'), inOrder('c')]);
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + 5 * MINUTE, { passAtMs: T0 + MINUTE }));
      assert.equal(await nextDueAt(store), T0 + MINUTE);
      assert.deepEqual(await claimIds(store, T0 + MINUTE - 1), []);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), ['b']);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), []);
    });

    it('still sends the passed one when it is due, whatever is under way', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b'), inOrder('c')]);
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + 5 * MINUTE, { passAtMs: T0 + MINUTE }));
      await claimIds(store, T0 + MINUTE);
      assert.deepEqual(await claimIds(store, T0 + 5 * MINUTE), ['a']);
      await store.finish(delivered('b'));
      assert.deepEqual(await claimIds(store, T0 + 5 * MINUTE), ['c']);
    });

    it('frees the next at once when the head gets through before', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b')]);
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + SECOND, { passAtMs: T0 + MINUTE }));
      await claimIds(store, T0 + SECOND);
      await store.finish(delivered('a'));
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['b']);
    });

    it('waits for the last of several heads', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a'), inOrder('b'), inOrder('c')]);
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + 9 * MINUTE, { passAtMs: T0 + MINUTE }));
      await claimIds(store, T0 + MINUTE);
      await store.finish(failedOnce('b', T0 + MINUTE, T0 + 9 * MINUTE, { passAtMs: T0 + 2 * MINUTE }));
      assert.deepEqual(await claimIds(store, T0 + 2 * MINUTE - 1), []);
      assert.deepEqual(await claimIds(store, T0 + 2 * MINUTE), ['c']);
    });

    it('claims a newcomer at once only where all before it may be passed by then', async () => {
      const store = await open();
      const start = { kind: 'claim', leaseUntilMs: T0 + 9 * MINUTE } as const;
      await store.accept({ ...inOrder('a'), start });
      await store.finish(failedOnce('a', T0, T0 + 9 * MINUTE, { passAtMs: T0 + MINUTE }));
      assert.equal((await store.accept({ ...inOrder('b'), start, createdAtMs: T0 + SECOND })).claimed, false);
      await claimIds(store, T0 + MINUTE);
      await store.finish(delivered('b'));
      assert.equal((await store.accept({ ...inOrder('c'), start, createdAtMs: T0 + MINUTE })).claimed, true);
    });
  });

  describe('knows its lanes', () => {
    it('lists those with open deliveries, and the paused', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { start: { kind: 'pending', dueAtMs: T0 + 3 } }),
        newDelivery('b', { start: { kind: 'pending', dueAtMs: T0 + 2 }, nodeId: 'node-2' }),
        newDelivery('c', { lane: 'lane-2', start: { kind: 'claim', leaseUntilMs: T0 } }),
        newDelivery('d', { lane: 'lane-3' }),
      ]);
      await claimIds(store, T0, { lane: 'lane-3' });
      await store.finish(delivered('d'));
      await store.setPaused('lane-4', T0);
      await store.setPaused('lane-5', T0);
      await store.setPaused('lane-5', null);
      const rest = { breaker: null, retryAfter: null };
      const none = { pausedSinceMs: null, rest, failingSinceMs: null };
      assert.deepEqual(await store.lanes(), [
        { ...none, lane: 'lane-1', nextDueAtMs: T0 + 2, open: 2, unclaimed: 2 },
        { ...none, lane: 'lane-2', nextDueAtMs: null, open: 1, unclaimed: 0 },
        { ...none, lane: 'lane-4', pausedSinceMs: T0, nextDueAtMs: null, open: 0, unclaimed: 0 },
      ]);
    });

    it('says since when a lane has been failing, until something of it is delivered', async () => {
      const store = await open();
      const failingSince = async () => (await store.lanes()).find(({ lane }) => lane === LANE)?.failingSinceMs;
      await acceptAll(
        store,
        ['a', 'b', 'c', 'd'].map((id) => newDelivery(id)),
      );
      await claimIds(store);
      await store.finish(delivered('d', T0 + 1));
      assert.equal(await failingSince(), null);
      await store.finish(failedOnce('b', T0 + 3, T0 + MINUTE));
      await store.finish(failedOnce('a', T0 + 2, T0 + MINUTE));
      assert.equal(await failingSince(), T0 + 2);
      await store.finish(delivered('c', T0 + 4));
      assert.equal(await failingSince(), null);
    });

    it('remembers why a lane is at rest, until it is told otherwise', async () => {
      const store = await open();
      const restOf = async () => (await store.lanes()).map(({ lane, rest }) => [lane, rest]);
      const breaker = { sinceMs: T0, untilMs: T0 + 5 };
      await store.setRest('lane-6', { breaker, retryAfter: null });
      await store.setRest('lane-7', { breaker: null, retryAfter: { sinceMs: T0, untilMs: T0 + MINUTE } });
      assert.deepEqual(await restOf(), [
        ['lane-6', { breaker, retryAfter: null }],
        ['lane-7', { breaker: null, retryAfter: { sinceMs: T0, untilMs: T0 + MINUTE } }],
      ]);
      await store.setRest('lane-6', { breaker: null, retryAfter: null });
      await store.setRest('lane-7', { breaker, retryAfter: null });
      assert.deepEqual(await restOf(), [['lane-7', { breaker, retryAfter: null }]]);
    });

    it('wakes one at a time, the one that was not tried for longest, and none before its own time', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['asked', 'first', 'second'].map((id) => newDelivery(id)),
      );
      await claimIds(store);
      const late = T0 + 60 * MINUTE;
      await store.finish(failedOnce('asked', T0 + 1, late, { notBeforeMs: late }));
      await store.finish(failedOnce('second', T0 + 3, late));
      await store.finish(failedOnce('first', T0 + 2, late));
      for (const id of ['first', 'second']) {
        assert.equal(await store.wakeOne(LANE, T0 + 10), 1);
        assert.deepEqual(await claimIds(store, T0 + 10), [id]);
      }
      assert.equal(await store.wakeOne(LANE, T0 + 10), 0);
    });

    it('counts the attempts that were spared beside all attempts', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      for (const spared of [true, false, true]) {
        await claimIds(store, T0);
        const { next, ...rest } = failedOnce('a', T0, T0);
        assert(next.kind === 'waiting');
        await store.finish({ ...rest, next: { ...next, spared } });
      }
      const { attemptCount, sparedCount } = (await store.get('a')) ?? {};
      assert.deepEqual([attemptCount, sparedCount], [3, 2]);
    });

    it('wakes what failed since an outage began: due now, but never before its own time', async () => {
      const store = await open();
      const ids = ['before', 'since', 'asked', 'asked-past', 'soon'];
      await acceptAll(store, [...ids.map((id) => newDelivery(id)), newDelivery('else', { lane: 'lane-2' })]);
      await claimIds(store);
      await claimIds(store, T0, { lane: 'lane-2' });
      const late = T0 + 60 * MINUTE;
      await store.finish(failedOnce('before', T0 + 1, late));
      await store.finish(failedOnce('since', T0 + 10, late));
      await store.finish(failedOnce('asked', T0 + 10, late, { notBeforeMs: T0 + MINUTE }));
      await store.finish(failedOnce('asked-past', T0 + 10, late, { notBeforeMs: T0 + 11 }));
      await store.finish(failedOnce('soon', T0 + 10, T0 + 20));
      await store.finish(failedOnce('else', T0 + 10, late));
      assert.deepEqual(await wakeAll(store, LANE, T0 + 10, T0 + 30), [3]);
      const dueAt = async (id: string) => (await store.get(id))?.dueAtMs;
      assert.deepEqual(await Promise.all([...ids, 'else'].map(dueAt)), [
        late,
        T0 + 30,
        T0 + MINUTE,
        T0 + 30,
        T0 + 20,
        late,
      ]);
      assert.deepEqual(await wakeAll(store, LANE, T0 + 10, T0 + 30), [0]);
    });

    it('wakes once until the time that its schedule says, which it keeps; again only where that is asked for', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await claimIds(store);
      const late = T0 + 60 * MINUTE;
      const times = async () => {
        const { dueAtMs, plannedAtMs } = (await store.get('a')) ?? {};
        return [dueAtMs, plannedAtMs];
      };
      await store.finish(failedOnce('a', T0, late));
      assert.deepEqual(await times(), [late, null]);
      assert.deepEqual(await wakeAll(store, LANE, T0, T0 + 1), [1]);
      assert.deepEqual(await times(), [T0 + 1, late]);
      await claimIds(store, T0 + 1);
      await store.finish(failedOnce('a', T0 + 1, late, { plannedAtMs: late }));
      assert.deepEqual(await wakeAll(store, LANE, T0 + 1, T0 + 2), [0]);
      assert.deepEqual(await wakeAll(store, LANE, T0 + 1, T0 + 2, true), [1]);
      assert.deepEqual(await times(), [T0 + 2, late]);
      await claimIds(store, late);
      await store.finish(failedOnce('a', late, late + MINUTE));
      assert.deepEqual(await wakeAll(store, LANE, late, late + 1), [1]);
      assert.deepEqual(await store.reopen('a', { nowMs: late + 2 }), true);
      assert.deepEqual((await times())[1], null);
    });

    it('wakes a great number in parts, all of it once', async () => {
      const store = await open();
      const ids = Array.from({ length: 2_500 }, (_, n) => `d${n}`);
      await acceptAll(
        store,
        ids.map((id) => newDelivery(id)),
      );
      for (let left = ids.length; left > 0; left -= 500) await claimIds(store, T0, { limit: 500 });
      await Promise.all(ids.map((id, n) => store.finish(failedOnce(id, T0 + (n % 7), T0 + 60 * MINUTE))));
      const parts = await wakeAll(store, LANE, T0, T0 + SECOND);
      assert.ok(parts.length > 1, 'others can write in between');
      assert.equal(
        parts.reduce((sum, part) => sum + part, 0),
        ids.length,
      );
      assert.equal(await nextDueAt(store), T0 + SECOND);
    });

    it('wakes in order: oldest first, and the head before the next', async () => {
      const store = await open();
      await acceptAll(store, [inOrder('a1'), inOrder('a2'), newDelivery('free')]);
      await claimIds(store);
      await store.finish(failedOnce('free', T0, T0 + 50 * MINUTE));
      await store.finish(failedOnce('a1', T0, T0 + 60 * MINUTE));
      await wakeAll(store, LANE, T0, T0 + SECOND);
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['a1', 'free']);
      await store.finish(delivered('a1'));
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['a2']);
    });
  });
}
