import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { NewDelivery } from '../../../src/store/delivery-store';
import {
  acceptAll,
  claimIds,
  delivered,
  failedOnce,
  givenUp,
  KEPT,
  LANE,
  MINUTE,
  NODE,
  newDelivery,
  nextDueAt,
  type OpenStore,
  requestWith,
  SECOND,
  STATUS_500,
  stateOf,
  T0,
} from './material';

const CLAIM = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;

export function claimsAndLeases(open: OpenStore): void {
  describe('accepts', () => {
    it('keeps every part of a delivery', async () => {
      const store = await open();
      const delivery = newDelivery('a', { orderKey: 'call-1', resendOf: 'older' });
      const accepted = await store.accept(delivery);
      assert.deepEqual(accepted, {
        id: 'a',
        sequence: accepted.sequence,
        claimed: false,
        duplicate: false,
        reopened: false,
      });
      const { start: _start, compare: _compare, eventTime: _eventTime, ...kept } = delivery;
      assert.deepEqual(await store.get('a'), {
        ...kept,
        message: JSON.parse(delivery.message),
        sequence: accepted.sequence,
        state: 'pending',
        attemptCount: 0,
        sparedCount: 0,
        updatedAtMs: T0,
        firstFailedAtMs: null,
        dueAtMs: T0,
        plannedAtMs: null,
        notBeforeMs: null,
        passAtMs: null,
        bodyRemoved: false,
        lastError: null,
      });
    });

    it('numbers deliveries in the order in which they were accepted', async () => {
      const store = await open();
      const sequences = (await Promise.all(['a', 'b', 'c'].map((id) => store.accept(newDelivery(id))))).map(
        ({ sequence }) => sequence,
      );
      assert.deepEqual(
        [...sequences].sort((a, b) => a - b),
        sequences,
      );
      assert.equal(new Set(sequences).size, 3);
    });

    it('keeps requests as they are', async () => {
      const store = await open();
      for (const [what, request] of [
        ['no body', { ...requestWith({}), body: null }],
        ['an empty body', requestWith({ body: '' })],
        ['NUL, emoji and quotes', requestWith({ body: 'a\0b "ü" 😀 \\ \r\n' })],
        ['a binary body', requestWith({ base64: Buffer.of(0, 255, 10, 128).toString('base64') })],
        ['sealed secrets', { ...requestWith({}), sealed: 'AAEC' }],
        ["an endpoint's base URL", { ...requestWith({}), base: 'https://crm.test/api' }],
        ['a header named __proto__', { ...requestWith({}), headers: JSON.parse('{"__proto__":"x"}') }],
        ['100 kB', requestWith({ body: 'ж'.repeat(50_000) })],
      ] as const) {
        await store.accept(newDelivery(what, { request }));
        assert.deepEqual((await store.get(what))?.request, request, what);
      }
    });

    it('keeps keys and names that hold NUL or quotes apart', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { orderKey: 'k\0one', lane: LANE, webhook: "it's\0one" }));
      await store.accept(newDelivery('b', { orderKey: 'k\0two', lane: LANE }));
      assert.deepEqual(await claimIds(store), ['a', 'b']);
      assert.equal((await store.get('a'))?.orderKey, 'k\0one');
      assert.equal((await store.get('a'))?.webhook, "it's\0one");
    });

    it('starts under the lease of its caller where nothing is in the way', async () => {
      const store = await open();
      assert.equal((await store.accept(newDelivery('a', { start: CLAIM }))).claimed, true);
      assert.equal(await stateOf(store, 'a'), 'sending');
      assert.equal((await store.get('a'))?.dueAtMs, null);
    });

    it('starts at once only where nothing of its lane and order key is in the way', async () => {
      const store = await open();
      const later = { kind: 'pending', dueAtMs: T0 + 1 } as const;
      const cases: readonly [what: string, older: Partial<NewDelivery>, claimed: boolean][] = [
        ['older ones of the lane are due', {}, false],
        ['older ones of another node of the lane are due', { nodeId: 'node-2' }, false],
        ['older ones of the lane are due later', { start: later }, true],
        ['older ones of another lane are due', { lane: 'other lane' }, true],
        ['older ones are under way', { start: CLAIM }, true],
        ['the older one of its order key is under way', { start: CLAIM, orderKey: 'call-1' }, false],
        ['the older one of its order key is due later', { start: later, orderKey: 'call-1' }, false],
        ['the older one has ended', { start: { kind: 'failed', error: STATUS_500 }, orderKey: 'call-1' }, true],
        ['its order key is open in another lane', { start: CLAIM, orderKey: 'call-1', lane: 'other lane' }, true],
      ];
      for (const [lane, older, claimed] of cases) {
        await store.accept(newDelivery(`older, ${lane}`, { lane, ...older }));
        const accepted = await store.accept(newDelivery(lane, { lane, start: CLAIM, orderKey: 'call-1' }));
        assert.equal(accepted.claimed, claimed, lane);
        const { state, dueAtMs } = (await store.get(lane)) ?? {};
        assert.deepEqual([state, dueAtMs], claimed ? ['sending', null] : ['pending', T0], lane);
      }
    });

    it('waits for its turn where the lane is paused', async () => {
      const store = await open();
      await store.setPaused(LANE, T0);
      assert.equal((await store.accept(newDelivery('a', { start: CLAIM }))).claimed, false);
      await store.setPaused(LANE, null);
      assert.deepEqual(await claimIds(store), ['a']);
    });

    it('keeps one that ended before it began', async () => {
      const store = await open();
      const error = { class: 'template', message: 'No parameter is called x.', statusCode: null } as const;
      await store.accept(newDelivery('a', { request: null, start: { kind: 'failed', error } }));
      const kept = await store.get('a');
      assert.deepEqual([kept?.state, kept?.request, kept?.lastError, kept?.dueAtMs], ['failed', null, error, null]);
      assert.deepEqual(await claimIds(store), []);
    });

    it('does not store the same request of the same event again when asked to compare', async () => {
      const store = await open();
      const body = '{"number":1}';
      const first = newDelivery('first', { eventId: 'event-1', request: requestWith({ body }) });
      const cases: readonly [what: string, changes: Partial<NewDelivery>, duplicate: boolean][] = [
        ['another body', { request: requestWith({ body: 'other' }) }, false],
        ['the same body, but binary', { request: requestWith({ base64: body }) }, false],
        ['another URL', { request: requestWith({ url: 'https://crm.example.com/other', body }) }, false],
        ['another node', { nodeId: 'node-2' }, false],
        ['another event', { eventId: 'event-2' }, false],
        ['no event', { eventId: null }, false],
        ['another time of the event', { eventTime: '2025-06-15T12:00:01.000Z' }, false],
        ['nothing else', {}, true],
        ['another lane and order', { lane: 'lane-2', orderKey: 'k' }, true],
      ];
      await store.accept(newDelivery('not rendered', { eventId: 'event-1', request: null }));
      const { sequence } = await store.accept(first);
      await store.finish(delivered('first'));
      for (const [what, changes, duplicate] of cases) {
        const again = await store.accept({ ...first, id: what, ...changes, compare: true });
        if (duplicate)
          assert.deepEqual(again, { id: 'first', sequence, claimed: false, duplicate: true, reopened: false }, what);
        assert.equal(again.duplicate, duplicate, what);
        assert.equal((await store.get(what)) === undefined, duplicate, what);
      }
    });

    it('compares with one of which the log kept no body, too', async () => {
      const store = await open();
      const first = newDelivery('a', { eventId: 'event-1', request: requestWith({ body: 'one' }) });
      await store.accept(first);
      await store.finish({ ...delivered('a'), keepBodies: false });
      assert.equal((await store.get('a'))?.bodyRemoved, true);
      const again = (id: string, body: string) =>
        store.accept({ ...first, id, request: requestWith({ body }), compare: true });
      assert.equal((await again('b', 'two')).duplicate, false);
      assert.deepEqual(await again('c', 'one').then(({ id, duplicate }) => [id, duplicate]), ['a', true]);
    });

    it('stores an equal request again when not asked to compare', async () => {
      const store = await open();
      const request = requestWith({});
      await store.accept(newDelivery('a', { eventId: 'event-1', request }));
      assert.equal((await store.accept(newDelivery('b', { eventId: 'event-1', request }))).duplicate, false);
      assert.equal(await store.count({}), 2);
    });

    it('compares what could not be rendered, too', async () => {
      const store = await open();
      const unrendered = { eventId: 'event-1', request: null, start: { kind: 'failed', error: STATUS_500 } } as const;
      await store.accept(newDelivery('a', unrendered));
      assert.equal((await store.accept(newDelivery('b', { ...unrendered, compare: true }))).id, 'a');
    });

    it('fails one that cannot be stored without failing or undoing those that came with it', async () => {
      const store = await open();
      const results = await Promise.allSettled(['a', 'a', 'b'].map((id) => store.accept(newDelivery(id))));
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.deepEqual(await claimIds(store), ['a', 'b']);
    });
  });

  describe('claims', () => {
    it('takes what is due, earliest due first, then oldest', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('later', { start: { kind: 'pending', dueAtMs: T0 + 2 } }),
        newDelivery('due-1'),
        newDelivery('due-2'),
        newDelivery('due-before', { start: { kind: 'pending', dueAtMs: T0 - 1 } }),
        newDelivery('far', { start: { kind: 'pending', dueAtMs: T0 + 3 } }),
      ]);
      assert.deepEqual(await claimIds(store, T0 + 2), ['due-before', 'due-1', 'due-2', 'later']);
    });

    it('answers whole deliveries, in `sending`', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      const { deliveries } = await store.claim({
        lane: LANE,
        nodeIds: [NODE],
        limit: 1,
        nowMs: T0 + 1,
        leaseUntilMs: T0 + MINUTE,
      });
      assert.deepEqual(deliveries, [await store.get('a')]);
      assert.equal(deliveries[0]?.state, 'sending');
      assert.equal(deliveries[0]?.updatedAtMs, T0 + 1);
    });

    it('takes no more than the limit, and each only once', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b', 'c'].map((id) => newDelivery(id)),
      );
      const claims = await Promise.all([1, 2].map((limit) => claimIds(store, T0, { limit })));
      assert.deepEqual(claims, [['a'], ['b', 'c']]);
      assert.deepEqual(await claimIds(store), []);
    });

    it('takes only what belongs to the lane and to the nodes given', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { nodeId: 'node-2' }),
        newDelivery('b', { lane: 'lane-2' }),
        newDelivery('c'),
        newDelivery('d', { nodeId: 'node-3' }),
      ]);
      assert.deepEqual(await claimIds(store, T0, { nodeIds: ['node-2', NODE, NODE] }), ['a', 'c']);
      assert.deepEqual(await claimIds(store, T0, { nodeIds: [] }), []);
      assert.deepEqual(await claimIds(store, T0, { lane: 'lane-2' }), ['b']);
    });

    it('merges the deliveries of several nodes by when they are due', async () => {
      const store = await open();
      await acceptAll(
        store,
        [4, 1, 3, 2].map((n) =>
          newDelivery(`d${n}`, { nodeId: `node-${n % 2}`, start: { kind: 'pending', dueAtMs: T0 + n } }),
        ),
      );
      const nodeIds = ['node-0', 'node-1'];
      assert.deepEqual(await claimIds(store, T0 + 9, { nodeIds, limit: 3 }), ['d1', 'd2', 'd3']);
      assert.equal(await nextDueAt(store, T0, nodeIds), T0 + 4);
    });

    it('takes nothing of a paused lane, and says that nothing of it is due', async () => {
      const store = await open();
      await acceptAll(store, [newDelivery('a'), newDelivery('b', { lane: 'lane-2' })]);
      await store.setPaused(LANE, T0);
      const request = { lane: LANE, nodeIds: [NODE], limit: 5, nowMs: T0, leaseUntilMs: T0 + 1 };
      assert.deepEqual(await store.claim(request), { deliveries: [], nextDueAtMs: null });
      assert.deepEqual(await claimIds(store, T0, { lane: 'lane-2' }), ['b']);
      await store.setPaused(LANE, null);
      assert.deepEqual(await claimIds(store), ['a']);
    });

    it('says when the next of these nodes is due', async () => {
      const store = await open();
      assert.equal(await nextDueAt(store), null);
      await acceptAll(store, [
        newDelivery('a'),
        newDelivery('b', { start: { kind: 'pending', dueAtMs: T0 + 7 } }),
        newDelivery('removed', { nodeId: 'removed' }),
      ]);
      assert.equal(await nextDueAt(store), T0);
      assert.deepEqual(await claimIds(store), ['a']);
      assert.equal(await nextDueAt(store), T0 + 7);
    });
  });

  describe('finishes', () => {
    it('records a success with its answer', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start: CLAIM }));
      const { attempt } = delivered('a', T0 + 5);
      await store.finish(delivered('a', T0 + 5));
      const kept = await store.get('a');
      assert.deepEqual(
        [kept?.state, kept?.attemptCount, kept?.updatedAtMs, kept?.dueAtMs, kept?.lastError],
        ['delivered', 1, T0 + 5, null, null],
      );
      assert.deepEqual(await store.attempts('a'), [{ ...attempt, number: 1 }]);
    });

    it('numbers attempts from 1, and remembers the first failure and the last error', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start: CLAIM }));
      await store.finish(failedOnce('a', T0 + 1, T0 + 10, { notBeforeMs: T0 + 8 }));
      const waiting = await store.get('a');
      assert.deepEqual(
        [waiting?.state, waiting?.dueAtMs, waiting?.notBeforeMs, waiting?.lastError, waiting?.firstFailedAtMs],
        ['waiting', T0 + 10, T0 + 8, STATUS_500, T0 + 1],
      );
      assert.deepEqual(await claimIds(store, T0 + 9), []);
      assert.deepEqual(await claimIds(store, T0 + 10), ['a']);
      await store.finish(givenUp('a', T0 + 11));
      const ended = await store.get('a');
      assert.deepEqual(
        [ended?.state, ended?.dueAtMs, ended?.notBeforeMs, ended?.firstFailedAtMs, ended?.attemptCount],
        ['failed', null, null, T0 + 1, 2],
      );
      const attempts = await store.attempts('a');
      assert.deepEqual(
        attempts.map(({ number, startedAtMs, response }) => [number, startedAtMs, response]),
        [
          [1, T0 + 1, null],
          [2, T0 + 11, null],
        ],
      );
    });

    it('forgets the error of a delivery that got through in the end', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start: CLAIM }));
      await store.finish(failedOnce('a', T0, T0 + 1));
      await claimIds(store, T0 + 1);
      await store.finish(delivered('a', T0 + 2));
      assert.equal((await store.get('a'))?.lastError, null);
      assert.equal((await store.get('a'))?.firstFailedAtMs, T0);
    });

    it('keeps what the reason of a failure is made of, for other languages', async () => {
      const store = await open();
      const message = 'Nobody is listening at 10.0.0.7:80. Given up.';
      const reason = {
        message: 'Nobody is listening at 10.0.0.7:80.',
        phrase: { code: 'a.b', values: { at: '10.0.0.7:80' } },
      };
      const error = {
        class: 'refused',
        message,
        phrase: { code: 'a.c', values: { reason } },
        statusCode: null,
      } as const;
      await store.accept(newDelivery('a'));
      await store.accept(newDelivery('b', { start: { kind: 'failed', error } }));
      const { attempt } = failedOnce('a', T0, T0 + 1);
      assert.ok(attempt);
      const finished = { id: 'a', attempt: { ...attempt, ...reason }, atMs: T0 + 1, ...KEPT };
      await store.finish({ ...finished, next: { kind: 'failed', error } });
      assert.deepEqual((await store.get('a'))?.lastError, error);
      assert.deepEqual((await store.get('b'))?.lastError, error);
      assert.deepEqual((await store.list({}, 1, null)).rows[0]?.lastError, error);
      assert.deepEqual((await store.attempts('a'))[0]?.phrase, reason.phrase);
    });

    it('ends a delivery without an attempt', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      const error = { class: 'expired', message: 'Older than four days.', statusCode: null } as const;
      await store.finish({ id: 'a', attempt: null, atMs: T0 + 3, next: { kind: 'failed', error }, ...KEPT });
      const kept = await store.get('a');
      assert.deepEqual(
        [kept?.state, kept?.attemptCount, kept?.lastError, kept?.firstFailedAtMs],
        ['failed', 0, error, null],
      );
      assert.deepEqual(await store.attempts('a'), []);
    });

    it('ignores ids that it does not know', async () => {
      const store = await open();
      await store.finish(delivered('nobody'));
      assert.deepEqual(await store.attempts('nobody'), []);
      assert.equal(await store.get('nobody'), undefined);
    });

    it('records what comes after the end, and lets no failure undo a success', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start: CLAIM }));
      await store.finish(delivered('a', T0 + 1));
      await store.finish(failedOnce('a', T0 + 2, T0 + 3));
      await store.finish(givenUp('a', T0 + 4));
      const kept = await store.get('a');
      assert.deepEqual([kept?.state, kept?.attemptCount, kept?.lastError], ['delivered', 3, null]);
      assert.equal((await store.attempts('a')).length, 3);
      assert.deepEqual(await claimIds(store, T0 + MINUTE), []);
    });
  });

  describe('a clock that was set back', () => {
    const HOUR = 60 * MINUTE;

    it('keeps nothing waiting for longer than it would have waited', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('claimed', { start: CLAIM }),
        newDelivery('failed', { orderKey: 'k', start: CLAIM }),
        newDelivery('due', { start: { kind: 'pending', dueAtMs: T0 } }),
        newDelivery('behind', { orderKey: 'k' }),
      ]);
      await store.finish(failedOnce('failed', T0, T0 + 9 * SECOND, { passAtMs: T0 + 3 * SECOND }));
      await store.turnBack(HOUR);
      assert.deepEqual(await claimIds(store, T0 - HOUR), ['due']);
      assert.deepEqual(await claimIds(store, T0 - HOUR + 3 * SECOND), ['behind']);
      assert.deepEqual(await claimIds(store, T0 - HOUR + 9 * SECOND), ['failed']);
      assert.equal(await store.reclaim(T0 - HOUR + MINUTE, false), 2);
    });

    it('reckons from when it first failed as that clock would have it', async () => {
      const store = await open();
      await acceptAll(store, [newDelivery('a', { start: CLAIM }), newDelivery('under way', { start: CLAIM })]);
      await store.finish(failedOnce('a', T0, T0 + SECOND));
      await store.turnBack(HOUR);
      await store.finish({ ...failedOnce('under way', T0, T0 - HOUR + SECOND), atMs: T0 - HOUR });
      for (const id of ['a', 'under way']) assert.equal((await store.get(id))?.firstFailedAtMs, T0 - HOUR, id);
    });

    it('knows that a receiver fails, whatever time it was when it last did not', async () => {
      const store = await open();
      await acceptAll(store, [newDelivery('good', { start: CLAIM }), newDelivery('bad', { start: CLAIM })]);
      await store.finish(delivered('good', T0));
      await store.turnBack(HOUR);
      await store.finish(failedOnce('bad', T0 - HOUR + SECOND, T0));
      assert.equal((await store.lanes())[0]?.failingSinceMs, T0 - HOUR + SECOND);
    });

    it('is noticed at the start by what was written last', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { createdAtMs: T0, start: { kind: 'pending', dueAtMs: T0 + SECOND } }));
      await store.turnBackTo(T0 + 5);
      assert.equal(await nextDueAt(store), T0 + SECOND, 'a clock that goes on changes nothing');
      await store.turnBackTo(T0 - HOUR);
      assert.equal(await nextDueAt(store), T0 - HOUR + SECOND);
      await store.turnBackTo(T0 - HOUR + 5);
      assert.equal(await nextDueAt(store), T0 - HOUR + SECOND, 'it was set back once');
    });
  });

  describe('leases', () => {
    it('makes claims due again when their lease has passed, and no others', async () => {
      const store = await open();
      await store.accept(newDelivery('a', { start: { kind: 'claim', leaseUntilMs: T0 + 10 } }));
      await store.accept(newDelivery('b', { start: { kind: 'claim', leaseUntilMs: T0 + 11 } }));
      assert.equal(await store.reclaim(T0 + 9, false), 0);
      assert.equal(await store.reclaim(T0 + 10, false, ['a']), 0, 'its attempt is still under way');
      assert.equal(await store.reclaim(T0 + 10, false), 1);
      assert.equal(await stateOf(store, 'a'), 'pending');
      assert.equal((await store.get('a'))?.dueAtMs, T0 + 10);
      assert.deepEqual(await claimIds(store, T0 + 10), ['a']);
    });

    it('makes every claim due again at a start', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { start: CLAIM }),
        newDelivery('b', { start: CLAIM }),
        newDelivery('c'),
      ]);
      await store.finish(failedOnce('b', T0, T0 + 1));
      await claimIds(store, T0 + 1);
      assert.equal(await store.reclaim(T0 + 2, true), 3);
      assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((id) => stateOf(store, id))), [
        'pending',
        'waiting',
        'pending',
      ]);
      assert.deepEqual(await claimIds(store, T0 + 2), ['a', 'b', 'c']);
    });

    it('takes claims back untried, due when asked', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b', 'c'].map((id) => newDelivery(id)),
      );
      await claimIds(store);
      await store.finish(failedOnce('b', T0, T0 + SECOND));
      await claimIds(store, T0 + SECOND);
      await store.finish(delivered('c'));
      await store.release(['a', 'b', 'c', 'nobody'], T0 + 5 * SECOND);
      assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((id) => stateOf(store, id))), [
        'pending',
        'waiting',
        'delivered',
      ]);
      assert.equal(await nextDueAt(store), T0 + 5 * SECOND);
      assert.equal((await store.get('b'))?.attemptCount, 1);
    });
  });
}
