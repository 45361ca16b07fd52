import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DeliveryFilter, DeliveryStore, LogTimeline } from '../../../src/store/delivery-store';
import { cursorAfter } from '../../../src/store/engine/delivery-log';
import {
  acceptAll,
  acceptedEvent,
  claimIds,
  DAY,
  delivered,
  failedOnce,
  givenUp,
  MINUTE,
  newDelivery,
  newEvent,
  type OpenStore,
  requestWith,
  SECOND,
  STATUS_500,
  T0,
} from './material';

const all = async (store: DeliveryStore, filter: DeliveryFilter): Promise<readonly string[]> =>
  (await store.list(filter, 100, null)).rows.map(({ id }) => id);

const countOf = ({ parts }: LogTimeline): number =>
  parts.reduce((sum, { delivered, failed, open }) => sum + delivered + failed + open, 0);

export function behavesAsLog(open: OpenStore): void {
  describe('lists', () => {
    it('shows the newest first, without bodies', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a'),
        newDelivery('b', { request: null, start: { kind: 'failed', error: STATUS_500 } }),
      ]);
      assert.deepEqual(await store.list({}, 10, null), {
        rows: [
          {
            ...{ id: 'b', state: 'failed', webhook: 'CRM', nodeId: 'node-1', lane: 'lane-1', eventType: 'call.ended' },
            ...{ callId: 'call-of-b', method: null, url: null, attemptCount: 0, createdAtMs: T0, updatedAtMs: T0 },
            ...{ dueAtMs: null, lastError: STATUS_500 },
          },
          {
            ...{ id: 'a', state: 'pending', webhook: 'CRM', nodeId: 'node-1', lane: 'lane-1', eventType: 'call.ended' },
            ...{ callId: 'call-of-a', method: 'POST', url: 'https://crm.example.com/hook', attemptCount: 0 },
            ...{ createdAtMs: T0, updatedAtMs: T0, dueAtMs: T0, lastError: null },
          },
        ],
        cursor: null,
        total: 2,
      });
    });

    for (const q of [undefined, 'call-of']) {
      it(`pages ${q === undefined ? 'the log' : 'what a search found'} without gap or repeat while new ones come in`, async () => {
        const store = await open();
        const filter = q === undefined ? {} : { q };
        await acceptAll(
          store,
          Array.from({ length: 7 }, (_, n) => newDelivery(`d${n}`)),
        );
        const seen: string[] = [];
        let cursor: string | null = null;
        for (let page = 0; page < 3; page += 1) {
          const { rows, total, cursor: next } = await store.list(filter, 3, cursor);
          seen.push(...rows.map(({ id }) => id));
          assert.equal(total, 7);
          assert.equal(next === null, page === 2);
          cursor = next;
          await store.accept(newDelivery(`new${page}`));
        }
        assert.deepEqual(seen, ['d6', 'd5', 'd4', 'd3', 'd2', 'd1', 'd0']);
      });
    }

    it('ends without a cursor where the last page is full', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id)),
      );
      assert.equal((await store.list({}, 2, null)).cursor, null);
    });

    it('refuses a cursor that it did not give', async () => {
      const store = await open();
      for (const cursor of ['', 'x', '1', "1.1' OR 1", '-1.2']) {
        await assert.rejects(store.list({}, 10, cursor), { name: 'UserError', code: 'bad-cursor', field: 'cursor' });
      }
    });

    it('shows at least one row a page', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['a', 'b'].map((id) => newDelivery(id)),
      );
      assert.equal((await store.list({}, 0, null)).rows.length, 1);
    });
  });

  describe('shows the log from above', () => {
    it('with the place of each of the newest, so that a page can begin anywhere', async () => {
      const store = await open();
      await acceptAll(
        store,
        Array.from({ length: 9 }, (_, n) => newDelivery(`d${n}`, { createdAtMs: T0 + n })),
      );
      const { sequences, createdAtMs } = await store.positions({}, 5);
      assert.deepEqual(
        createdAtMs,
        [8, 7, 6, 5, 4].map((n) => T0 + n),
      );
      const { rows } = await store.list({}, 2, cursorAfter(sequences[3] ?? 0, 9));
      assert.deepEqual(
        rows.map(({ id }) => id),
        ['d4', 'd3'],
      );
    });

    const spans: readonly (readonly [spanMs: number, mostParts: number, stepMs: number])[] = [
      [0, 60, SECOND],
      [59 * MINUTE, 60, MINUTE],
      [61 * MINUTE, 60, 5 * MINUTE],
      [30 * DAY, 60, DAY],
      [30 * DAY, 200, 6 * 60 * MINUTE],
      [4_000 * DAY, 60, 364 * DAY],
    ];
    for (const [spanMs, mostParts, stepMs] of spans) {
      it(`with ${spanMs} ms in at most ${mostParts} parts of ${stepMs} ms`, async () => {
        const store = await open();
        const times = [0, 1 / 3, 1 / 2, 1].map((share) => T0 + Math.round(spanMs * share));
        await acceptAll(
          store,
          times.map((createdAtMs, n) => newDelivery(`d${n}`, { createdAtMs })),
        );
        const line = await store.timeline({}, mostParts);
        assert.equal(line.stepMs, stepMs);
        assert.ok(line.parts.length <= mostParts + 1);
        const began = new Set(times.map((ms) => Math.floor(ms / stepMs) * stepMs));
        assert.deepEqual(
          line.parts.map(({ atMs }) => atMs),
          [...began].sort((a, b) => a - b),
        );
        assert.equal(countOf(line), times.length);
      });
    }

    it('with what became of them', async () => {
      const store = await open();
      const start = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;
      await acceptAll(
        store,
        ['a', 'b', 'c', 'd'].map((id) => newDelivery(id, { start })),
      );
      await store.finish(delivered('a'));
      await store.finish(delivered('b'));
      await store.finish(givenUp('c'));
      assert.deepEqual(await store.timeline({}, 60), {
        stepMs: SECOND,
        parts: [{ atMs: T0, delivered: 2, failed: 1, open: 1 }],
      });
      assert.deepEqual((await store.timeline({ state: ['failed'] }, 60)).parts, [
        { atMs: T0, delivered: 0, failed: 1, open: 0 },
      ]);
    });

    it('with nothing, where nothing is', async () => {
      const store = await open();
      assert.deepEqual(await store.positions({}, 10), { sequences: [], createdAtMs: [] });
      assert.deepEqual((await store.timeline({ q: 'nothing' }, 60)).parts, []);
    });
  });

  describe('filters', () => {
    const filters: readonly [DeliveryFilter, string][] = [
      [{}, 'f e d c b a'],
      [{ state: ['pending'] }, 'f'],
      [{ state: ['sending'] }, 'e'],
      [{ state: ['waiting'] }, 'd'],
      [{ state: ['delivered'] }, 'c'],
      [{ state: ['failed'] }, 'b a'],
      [{ state: ['failed', 'delivered'] }, 'c b a'],
      [{ state: ['pending', 'sending', 'waiting'] }, 'f e d'],
      [{ webhook: 'Chat' }, 'f b'],
      [{ webhook: 'node-2' }, 'f b'],
      [{ webhook: 'nobody' }, ''],
      [{ webhook: 'lane-1' }, 'f e d c b a'],
      [{ type: 'call.missed' }, 'e'],
      [{ fromMs: T0 + 2 }, 'f e d c'],
      [{ toMs: T0 + 2 }, 'b a'],
      [{ fromMs: T0 + 1, toMs: T0 + 4, state: ['failed', 'waiting'] }, 'd b'],
      [{ q: 'CALL-OF-C' }, 'c'],
      [{ q: 'call-of', state: ['pending', 'sending'] }, 'f e'],
      [{ q: 'call-of', webhook: 'Chat', toMs: T0 + 5 }, 'b'],
    ];

    it('alike in lists, counts and ids', async () => {
      const store = await open();
      const start = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;
      for (const [n, id] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
        await store.accept(
          newDelivery(id, {
            createdAtMs: T0 + n,
            start: id === 'f' ? { kind: 'pending', dueAtMs: T0 } : start,
            ...(id === 'f' || id === 'b' ? { webhook: 'Chat', nodeId: 'node-2' } : {}),
            ...(id === 'e' ? { eventType: 'call.missed' } : {}),
          }),
        );
      }
      await store.finish(givenUp('a'));
      await store.finish(givenUp('b'));
      await store.finish(delivered('c'));
      await store.finish(failedOnce('d', T0, T0 + MINUTE));
      for (const [filter, expected] of filters) {
        const ids = expected === '' ? [] : expected.split(' ');
        const what = JSON.stringify(filter);
        assert.deepEqual(await all(store, filter), ids, what);
        assert.equal(await store.count(filter), ids.length, what);
        assert.equal((await store.list(filter, 1, null)).total, ids.length, what);
        assert.deepEqual(await store.ids(filter, 100), ids.toReversed(), what);
        assert.deepEqual(await store.ids(filter, 1), ids.slice(-1), what);
        assert.deepEqual(await store.ids(filter, 0), [], what);
        const times = ids.map((id) => T0 + 'abcdef'.indexOf(id));
        const { createdAtMs, sequences } = await store.positions(filter, 100);
        assert.deepEqual([createdAtMs, sequences.length], [times, ids.length], what);
        assert.equal(countOf(await store.timeline(filter, 60)), ids.length, what);
      }
    });
  });

  describe('searches', () => {
    const searches: readonly [q: string, found: boolean][] = [
      ['+7 (495) 123-45-67', true],
      ['74951234567', true],
      ['495 123', true],
      ['8005550199', true],
      ['800 555-01-99', true],
      ['5550100', false],
      ['+7 495 123-45-68', false],
      ['Call-Of-A', true],
      ['event-of-a', true],
      ['CALL.ENDED', true],
      ['crm.example.com/HOOK', true],
      ['иван ПЕТРОВ', true],
      ['MÜLLER', true],
      ['müller', true],
      ['Muller', false],
      ['call center', true],
      ['answered 500', true],
      ['binary ünïcode', true],
      ['100%', true],
      ['100_', false],
      ["o'brien", true],
      ['"quoted"', true],
      ['{"id":"other"}', false],
      ['   74951234567   ', true],
    ];

    it('finds numbers, call ids, URLs, bodies, events, errors and webhooks, in any case', async () => {
      const store = await open();
      const event = newEvent('event-of-a', { parameters: { callerName: 'Пётр Иван Петров', calleeName: 'MÜLLER' } });
      const body = `{"number":"+74951234567","name":"O'Brien","rate":"100%","note":"\\"quoted\\"","said":"\\"quoted\\""} "quoted"`;
      await acceptAll(store, [
        newDelivery('a', {
          webhook: 'Call center',
          request: requestWith({ body }),
          message: JSON.stringify({ event }),
        }),
        newDelivery('text', { request: requestWith({ body: 'please ring +1 (800) 555-01-99 now' }) }),
        newDelivery('bytes', { request: requestWith({ base64: Buffer.from('\0binary ÜNÏCODE').toString('base64') }) }),
        newDelivery('nul', { request: requestWith({ body: 'before\0after the nul' }) }),
      ]);
      await claimIds(store, T0);
      await store.finish(failedOnce('a', T0, T0 + MINUTE));
      for (const [q, found] of searches) {
        assert.equal((await store.count({ q })) > 0, found, q);
      }
      assert.deepEqual(await all(store, { q: 'after the NUL' }), ['nul']);
      assert.deepEqual(await all(store, { q: '' }), ['nul', 'bytes', 'text', 'a']);
      assert.deepEqual(await all(store, { q: 'base64' }), []);
    });

    it('reads more than it holds at once', async () => {
      const store = await open();
      await acceptAll(
        store,
        Array.from({ length: 450 }, (_, n) => newDelivery(`d${n}`, { webhook: n % 3 === 0 ? 'third' : 'other' })),
      );
      const found = await store.list({ q: 'THIRD' }, 20, null);
      assert.deepEqual([found.total, found.rows.length, found.rows[0]?.id], [150, 20, 'd447']);
      assert.deepEqual((await store.ids({ q: 'third' }, 1_000)).length, 150);
    });
  });

  describe('sums up', () => {
    it('counts by state and by webhook, and knows the oldest open delivery', async () => {
      const store = await open();
      const start = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;
      await acceptAll(store, [
        newDelivery('a', { start, createdAtMs: T0 - DAY }),
        newDelivery('b', { start, createdAtMs: T0 + 1 }),
        newDelivery('c', { createdAtMs: T0 + 2 }),
        newDelivery('d', { webhook: 'Chat', nodeId: 'node-2', lane: 'lane-2', createdAtMs: T0 + 3 }),
      ]);
      await store.finish(delivered('a'));
      const none = { pending: 0, sending: 0, waiting: 0, delivered: 0, failed: 0 };
      const { bytes, ...rest } = await store.summary();
      assert.deepEqual(rest, {
        states: { ...none, pending: 2, sending: 1, delivered: 1 },
        webhooks: [
          { webhook: 'CRM', nodeId: 'node-1', states: { ...none, pending: 1, sending: 1, delivered: 1 } },
          { webhook: 'Chat', nodeId: 'node-2', states: { ...none, pending: 1 } },
        ],
        lanes: await store.lanes(),
        oldestOpenAtMs: T0 + 1,
      });
      assert.ok(bytes > 0);
    });

    it('is all zeros at first', async () => {
      const { states, webhooks, lanes, oldestOpenAtMs } = await (await open()).summary();
      assert.deepEqual(
        { states, webhooks, lanes, oldestOpenAtMs },
        {
          ...{ states: { pending: 0, sending: 0, waiting: 0, delivered: 0, failed: 0 }, webhooks: [], lanes: [] },
          oldestOpenAtMs: null,
        },
      );
    });

    it('sees at once what was just written', async () => {
      const store = await open();
      for (let n = 1; n <= 20; n += 1) {
        await store.accept(newDelivery(`d${n}`));
        await store.acceptEvents([acceptedEvent(newEvent(`e${n}`))]);
        assert.equal((await store.list({}, 1, null)).total, n);
        assert.equal((await store.recentEvents({}, 100)).length, n);
      }
    });
  });
}
