import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Hold } from '../../../src/store/delivery-store';
import {
  acceptAll,
  claimIds,
  delivered,
  givenUp,
  LANE,
  MINUTE,
  newDelivery,
  nextDueAt,
  type OpenStore,
  STATUS_500,
  stateOf,
  T0,
  wakeAll,
} from './material';

const DISCARDED = { class: 'discarded', message: 'Discarded by hand.', statusCode: null } as const;

function newHold(id: string, changes: Partial<Hold> = {}): Hold {
  return {
    id,
    nodeId: 'retry-1',
    message: { payload: { n: 1 }, text: 'ü\0' },
    deliveryId: null,
    failures: 1,
    firstFailedAtMs: T0,
    dueAtMs: T0 + MINUTE,
    state: 'held',
    ...changes,
  };
}

export function keepsHolds(open: OpenStore): void {
  describe('holds messages for retry nodes', () => {
    it('keeps them as they are, earliest due first, by node', async () => {
      const store = await open();
      const late = newHold('late', { dueAtMs: T0 + 2 * MINUTE });
      const soon = newHold('soon', { failures: 3 });
      await store.hold(late);
      await store.hold(soon);
      await store.hold(newHold('other', { nodeId: 'retry-2' }));
      assert.deepEqual(await store.holds('retry-1'), [soon, late]);
      assert.deepEqual(await store.holds('nobody'), []);
    });

    it('replaces one that is held again or was sent on', async () => {
      const store = await open();
      await store.hold(newHold('a'));
      const out = newHold('a', { state: 'out', failures: 2, dueAtMs: T0 + 5 * MINUTE });
      await store.hold(out);
      assert.deepEqual(await store.holds('retry-1'), [out]);
    });

    it('gives one to be sent on, and says when it is held no longer', async () => {
      const store = await open();
      const held = newHold('a', { failures: 2 });
      await store.hold(held);
      const out = { ...held, state: 'out', dueAtMs: T0 + 5 * MINUTE };
      assert.deepEqual(await store.takeHold('a', T0 + 5 * MINUTE), out);
      assert.deepEqual(await store.holds('retry-1'), [out]);
      await store.dropHold('a', T0, true);
      assert.equal(await store.takeHold('a', T0 + 5 * MINUTE), undefined);
      assert.deepEqual(await store.holds('retry-1'), []);
    });

    it('forgets one, and ignores one that it does not know', async () => {
      const store = await open();
      await store.hold(newHold('a'));
      await store.dropHold('a', T0, true);
      await store.dropHold('nobody', T0, true);
      assert.deepEqual(await store.holds('retry-1'), []);
    });
  });

  describe('prunes holds', () => {
    it('that should have been sent on long ago, and says in the log that their deliveries failed', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start: { kind: 'claim', leaseUntilMs: T0 + MINUTE } }));
      await store.finish(givenUp('a'));
      await store.hold(newHold('old', { deliveryId: 'a', dueAtMs: T0 - 1 }));
      await store.hold(newHold('new', { dueAtMs: T0 }));
      assert.equal(await store.pruneHolds(T0, T0 + MINUTE, true), 1);
      assert.deepEqual(
        (await store.holds('retry-1')).map(({ id }) => id),
        ['new'],
      );
      const kept = await store.get('a');
      assert.deepEqual([kept?.state, kept?.updatedAtMs, kept?.lastError], ['failed', T0 + MINUTE, STATUS_500]);
    });
  });

  describe('shows a held delivery as waiting', () => {
    const start = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;

    it('until its message is sent again, and leaves the sending to the retry node', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start }));
      await store.finish(givenUp('a'));
      await store.hold(newHold('h', { deliveryId: 'a' }));
      const kept = await store.get('a');
      assert.deepEqual([kept?.state, kept?.dueAtMs, kept?.lastError], ['waiting', T0 + MINUTE, STATUS_500]);
      assert.equal(await nextDueAt(store), null);
      assert.deepEqual(await claimIds(store, T0 + 9 * MINUTE), []);
      assert.deepEqual(await wakeAll(store, LANE, T0, T0 + 9 * MINUTE), [0]);
      await store.hold(newHold('h', { deliveryId: 'a', state: 'out', dueAtMs: T0 + 2 * MINUTE }));
      assert.equal(await stateOf(store, 'a'), 'waiting');
      assert.equal(await store.reopen('a', { nowMs: T0 + MINUTE, leaseUntilMs: T0 + 2 * MINUTE }), true);
      assert.deepEqual(await store.holds('retry-1'), [], 'what came back is held no longer');
      await store.finish(delivered('a'));
      assert.deepEqual(
        (await store.attempts('a')).map(({ number }) => number),
        [1, 2],
      );
    });

    it('without standing in the way of the next of its key', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b', 'c'].map((id) => newDelivery(id, { orderKey: 'call-1' })),
      );
      await claimIds(store);
      await store.finish(givenUp('a'));
      await store.hold(newHold('h', { deliveryId: 'a' }));
      assert.deepEqual(await claimIds(store), ['b']);
      await store.finish(delivered('b'));
      assert.deepEqual(await claimIds(store), ['c']);
    });

    it('until its retry gives up: it has failed then, with its last error', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start }));
      await store.finish(givenUp('a'));
      await store.hold(newHold('h', { deliveryId: 'a' }));
      await store.dropHold('h', T0 + 5, true);
      const kept = await store.get('a');
      assert.deepEqual(
        [kept?.state, kept?.updatedAtMs, kept?.dueAtMs, kept?.lastError, kept?.request?.body?.text],
        ['failed', T0 + 5, null, STATUS_500, '{"id":"a"}'],
      );
      assert.deepEqual(await claimIds(store, T0 + 9 * MINUTE), []);
      assert.equal(await store.reopen('a', { nowMs: T0 }), true);
      assert.deepEqual(await claimIds(store, T0), ['a']);
    });

    it('and keeps no body of one that was given up where none is wanted', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start }));
      await store.finish(givenUp('a'));
      await store.hold(newHold('h', { deliveryId: 'a' }));
      await store.dropHold('h', T0 + 5, false);
      assert.equal((await store.get('a'))?.bodyRemoved, true);
    });

    it('and ends none that is sent again by the time its message is dropped', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start }));
      await store.finish(delivered('a'));
      await store.hold(newHold('h', { deliveryId: 'a' }));
      await store.dropHold('h', T0 + 5, true);
      assert.equal(await stateOf(store, 'a'), 'delivered');
    });

    it('and drops what it held when someone sends or discards the delivery by hand', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id, { start })),
      );
      for (const id of ['a', 'b']) {
        await store.finish(givenUp(id));
        await store.hold(newHold(`h-${id}`, { deliveryId: id }));
      }
      await store.reopen('a', { nowMs: T0 });
      assert.equal(await store.discard('b', DISCARDED, T0, true), 'ended');
      assert.deepEqual(await store.holds('retry-1'), []);
      assert.deepEqual(await claimIds(store, T0 + 9 * MINUTE), ['a']);
      assert.equal(await stateOf(store, 'b'), 'failed');
    });

    it('but changes none that is under way, delivered or unknown', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id, { start })),
      );
      await store.finish(delivered('b'));
      for (const deliveryId of ['a', 'b', 'nobody']) await store.hold(newHold(`h-${deliveryId}`, { deliveryId }));
      assert.deepEqual([await stateOf(store, 'a'), await stateOf(store, 'b')], ['sending', 'delivered']);
      assert.equal((await store.holds('retry-1')).length, 3);
    });
  });
}
