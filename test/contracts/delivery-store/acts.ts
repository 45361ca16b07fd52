import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DeliveryError } from '../../../src/delivery/delivery';
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
  type OpenStore,
  requestWith,
  SECOND,
  STATUS_500,
  stateOf,
  T0,
} from './material';

const DISCARDED: DeliveryError = { class: 'discarded', message: 'Discarded by hand.', statusCode: null };
const CLAIM = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;

export function letsPeopleAct(open: OpenStore): void {
  describe('accepts a message that comes back', () => {
    const back = { id: 'a', wasHeld: false };

    it('as the delivery that it names, with what it has now, due at its place', async () => {
      const store = await open();
      await acceptAll(store, [newDelivery('a', { orderKey: 'k' }), newDelivery('b', { orderKey: 'k' })]);
      await claimIds(store);
      await store.finish(givenUp('a'));
      const request = requestWith({ body: 'another' });
      const message = JSON.stringify({ retry: { failures: 1 } });
      const comingBack = newDelivery('new', { orderKey: 'k', comesBack: back, request, message, start: CLAIM });
      const { sequence: _sequence, ...accepted } = await store.accept(comingBack);
      assert.deepEqual(accepted, { id: 'a', claimed: false, duplicate: false, reopened: true });
      assert.equal(await store.get('new'), undefined);
      const kept = await store.get('a');
      assert.deepEqual(
        [kept?.state, kept?.dueAtMs, kept?.request, kept?.message],
        ['waiting', T0, request, { retry: { failures: 1 } }],
      );
      assert.deepEqual(await claimIds(store), ['a']);
    });

    it('in the node, lane and order where it came in, where its template could not render it before', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { orderKey: 'k', request: null }),
        newDelivery('b', { orderKey: 'k' }),
        newDelivery('head', { lane: 'lane-2', orderKey: 'k2' }),
      ]);
      const owner = { nodeId: 'node-2', webhook: 'Other', lane: 'lane-2', orderKey: 'k2' };
      assert.equal((await store.accept(newDelivery('new', { ...owner, comesBack: back }))).reopened, true);
      const kept = await store.get('a');
      assert.deepEqual(
        { nodeId: kept?.nodeId, webhook: kept?.webhook, lane: kept?.lane, orderKey: kept?.orderKey },
        owner,
      );
      assert.deepEqual(await claimIds(store), ['b'], 'the next of the order that it left');
      assert.deepEqual(
        await claimIds(store, T0, { lane: 'lane-2', nodeIds: [NODE, 'node-2'] }),
        ['a'],
        'accepted before the head of the order that it joined',
      );
    });

    for (const [what, changes, reopened, duplicate] of [
      ['of another node', { nodeId: 'node-2', comesBack: back }, false, false],
      ['of one that is unknown', { comesBack: { ...back, id: 'nobody' } }, false, false],
      ['of one that was delivered', { comesBack: { ...back, id: 'delivered' } }, false, false],
      ['that was held, of one that was delivered', { comesBack: { id: 'delivered', wasHeld: true } }, false, true],
      ['that was held, of one under way', { comesBack: { id: 'sending', wasHeld: true } }, false, true],
      ['that was held, of one that failed', { comesBack: { id: 'a', wasHeld: true } }, true, false],
    ] as const) {
      it(`${reopened ? 'as that one' : duplicate ? 'as nothing' : 'as a new one'}: ${what}`, async () => {
        const store = await open();
        await acceptAll(
          store,
          ['a', 'delivered', 'sending'].map((id) => newDelivery(id, { start: CLAIM })),
        );
        await store.finish(givenUp('a'));
        await store.finish(delivered('delivered'));
        const accepted = await store.accept(newDelivery('new', { ...changes }));
        assert.deepEqual([accepted.reopened, accepted.duplicate], [reopened, duplicate]);
        assert.equal((await store.get('new')) === undefined, reopened || duplicate);
        assert.equal(await stateOf(store, 'delivered'), 'delivered');
      });
    }
  });

  describe('reopens', () => {
    it('makes one that waits due now, whatever Retry-After said', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + MINUTE, { notBeforeMs: T0 + MINUTE }));
      assert.equal(await store.reopen('a', { nowMs: T0 + SECOND }), true);
      assert.equal((await store.get('a'))?.notBeforeMs, null);
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['a']);
    });

    it('keeps the place of one that is due already, among all that are due', async () => {
      const store = await open();
      await store.accept(newDelivery('waiting'));
      await claimIds(store);
      await store.finish(failedOnce('waiting', T0, T0 + 2));
      const dueAt = (dueAtMs: number) => ({ start: { kind: 'pending', dueAtMs } }) as const;
      await acceptAll(store, [newDelivery('later', dueAt(T0 + 3)), newDelivery('pending', dueAt(T0 + 1))]);
      for (const id of ['pending', 'waiting']) await store.reopen(id, { nowMs: T0 + SECOND });
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['pending', 'waiting', 'later']);
    });

    it('sends a failed one again as the same delivery, with its attempts counted on', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await claimIds(store);
      await store.finish(givenUp('a'));
      assert.equal(await store.reopen('a', { nowMs: T0 + SECOND }), true);
      assert.equal(await stateOf(store, 'a'), 'waiting');
      assert.deepEqual(await claimIds(store, T0 + SECOND), ['a']);
      await store.finish(delivered('a', T0 + SECOND));
      assert.equal((await store.get('a'))?.attemptCount, 2);
    });

    it('gives one that was never tried back as pending, with a new request and message', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { request: null, start: { kind: 'failed', error: STATUS_500 } }));
      const request = requestWith({ url: 'https://crm.example.com/again', body: 'rendered again' });
      const message = { topic: 'call.ended', again: true };
      assert.equal(await store.reopen('a', { nowMs: T0, request, message: JSON.stringify(message) }), true);
      const kept = await store.get('a');
      assert.deepEqual([kept?.state, kept?.request, kept?.message], ['pending', request, message]);
    });

    it('keeps request and message where none are given', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await store.reopen('a', { nowMs: T0 + SECOND });
      const { request, message } = newDelivery('a');
      const kept = await store.get('a');
      assert.deepEqual([kept?.request, kept?.message], [request, JSON.parse(message)]);
    });

    it('hands it to a caller who sends it, past every rule of order and pause', async () => {
      const store = await open();
      await acceptAll(store, [newDelivery('a', { orderKey: 'k' }), newDelivery('b', { orderKey: 'k' })]);
      await store.setPaused(LANE, T0);
      assert.equal(await store.reopen('b', { nowMs: T0, leaseUntilMs: T0 + MINUTE }), true);
      assert.equal(await stateOf(store, 'b'), 'sending');
      assert.equal(await store.reclaim(T0 + MINUTE, false), 1);
      await store.setPaused(LANE, null);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), ['a']);
    });

    it('waits for a paused lane', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await store.setPaused(LANE, T0);
      assert.equal(await store.reopen('a', { nowMs: T0 }), true);
      assert.deepEqual(await claimIds(store), []);
    });

    it('sends several of one call in the order in which they were accepted', async () => {
      const store = await open();
      const ids = ['a', 'b', 'c'];
      await acceptAll(
        store,
        ids.map((id) => newDelivery(id, { orderKey: 'call-1' })),
      );
      for (const id of ids) {
        assert.deepEqual(await claimIds(store), [id]);
        await store.finish(givenUp(id));
      }
      for (const id of ['c', 'a', 'b']) await store.reopen(id, { nowMs: T0 });
      for (const id of ids) {
        assert.deepEqual(await claimIds(store), [id]);
        await store.finish(delivered(id));
      }
    });

    it('puts one that was passed back into the order', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id, { orderKey: 'call-1' })),
      );
      await claimIds(store);
      await store.finish(failedOnce('a', T0, T0 + 9 * MINUTE, { passAtMs: T0 + SECOND }));
      await store.reopen('a', { nowMs: T0 + MINUTE });
      assert.deepEqual(await claimIds(store, T0 + MINUTE), ['a']);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), []);
    });

    it('leaves one that is under way, delivered or unknown', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id)),
      );
      await claimIds(store);
      await store.finish(delivered('b'));
      for (const id of ['a', 'b', 'nobody']) assert.equal(await store.reopen(id, { nowMs: T0 }), false, id);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), []);
    });
  });

  describe('discards', () => {
    it('ends an open delivery and frees the next of its key', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id, { orderKey: 'call-1' })),
      );
      assert.equal(await store.discard('a', DISCARDED, T0 + 1, true), 'ended');
      const kept = await store.get('a');
      assert.deepEqual(
        [kept?.state, kept?.lastError, kept?.dueAtMs, kept?.updatedAtMs],
        ['failed', DISCARDED, null, T0 + 1],
      );
      assert.deepEqual(await claimIds(store), ['b']);
    });

    it('removes one that has ended, with its attempts', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await claimIds(store);
      await store.finish(delivered('a'));
      assert.equal(await store.discard('a', DISCARDED, T0, true), 'removed');
      assert.equal(await store.get('a'), undefined);
      assert.deepEqual(await store.attempts('a'), []);
      assert.equal((await store.list({}, 10, null)).total, 0);
      await store.accept(newDelivery('a'));
      assert.deepEqual(await store.attempts('a'), []);
    });

    it('leaves one that is under way, and says where there is none', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      await claimIds(store);
      assert.equal(await store.discard('a', DISCARDED, T0, true), 'busy');
      assert.equal(await stateOf(store, 'a'), 'sending');
      assert.equal(await store.discard('nobody', DISCARDED, T0, true), 'unknown');
    });
  });
}
