import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'mocha';
import type { DeliveryStore, NewDelivery } from '../../../src/store/delivery-store';
import {
  acceptAll,
  acceptedEvent,
  claimIds,
  DAY,
  delivered,
  failedOnce,
  MINUTE,
  newDelivery,
  newEvent,
  type OpenStore,
  requestWith,
  STATUS_500,
  T0,
} from './material';

const AMPLE = 1e9;
const START = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;
const NUMBER = '74951234567';

function ids(store: DeliveryStore): Promise<readonly string[]> {
  return store.ids({}, 10_000);
}

async function eventIds(store: DeliveryStore): Promise<readonly string[]> {
  return (await store.recentEvents({}, 10_000)).map(({ id }) => id).reverse();
}

export function letsGo(open: OpenStore): void {
  describe('prunes', () => {
    it('removes what ended before the longest age, and never what is open', async () => {
      const store = await open();
      const old = { createdAtMs: T0 - 40 * DAY };
      await acceptAll(store, [
        newDelivery('old-open', old),
        newDelivery('old-sending', { ...old, start: START, lane: 'lane-2' }),
        newDelivery('old-delivered', { ...old, start: START, lane: 'lane-3' }),
        newDelivery('old-ended-late', { ...old, start: START, lane: 'lane-4' }),
        newDelivery('new'),
      ]);
      await store.finish(delivered('old-delivered', T0 - 31 * DAY));
      await store.finish(delivered('old-ended-late', T0 - 29 * DAY));
      assert.equal(await store.prune({ maxAgeMs: 30 * DAY, maxBytes: AMPLE }, T0), 1);
      assert.deepEqual(await ids(store), ['old-open', 'old-sending', 'old-ended-late', 'new']);
      assert.deepEqual(await store.attempts('old-delivered'), []);
      assert.equal(await store.prune({ maxAgeMs: 30 * DAY, maxBytes: AMPLE }, T0), 0);
    });

    it('removes closed events of that age, not open ones nor those whose repeats it must know', async () => {
      const store = await open();
      const longAgo = T0 - 40 * DAY;
      await store.acceptEvents([
        acceptedEvent(newEvent('closed'), longAgo),
        acceptedEvent(newEvent('open'), longAgo),
        acceptedEvent(newEvent('repeats'), longAgo, T0 + 1),
        acceptedEvent(newEvent('new'), T0 - DAY),
      ]);
      await store.closeEvents(['closed', 'repeats', 'new']);
      assert.equal(await store.prune({ maxAgeMs: 30 * DAY, maxBytes: AMPLE }, T0), 1);
      assert.deepEqual(await eventIds(store), ['open', 'repeats', 'new']);
    });

    it('removes the oldest until the size is right, and no more', async () => {
      const store = await open();
      const bodies = Array.from({ length: 60 }, (_, n) => randomBytes(n % 3 === 0 ? 100_000 : 500).toString('hex'));
      await acceptAll(
        store,
        bodies.map((body, n) => newDelivery(`d${n}`, { start: START, request: requestWith({ body }) })),
      );
      await store.accept(newDelivery('open', { createdAtMs: T0 - DAY, lane: 'lane-2' }));
      for (const n of bodies.keys()) await store.finish(delivered(`d${n}`, T0 + n));
      const maxBytes = (await store.summary()).bytes / 2;
      let removed = 0;
      for (let batch = 1; batch > 0; removed += batch) batch = await store.prune({ maxAgeMs: DAY, maxBytes }, T0);
      const bytes = (await store.summary()).bytes;
      assert.ok(bytes <= maxBytes && bytes > maxBytes - 250_000, `${bytes} of ${maxBytes}`);
      const kept = bodies.map((_, n) => `d${n}`).slice(removed);
      assert.deepEqual(await ids(store), [...kept, 'open']);
    });

    it('removes a bounded number a call', async () => {
      const store = await open();
      await acceptAll(
        store,
        Array.from({ length: 700 }, (_, n) => newDelivery(`d${n}`, { start: START })),
      );
      await Promise.all(Array.from({ length: 700 }, (_, n) => store.finish(delivered(`d${n}`, T0 - DAY))));
      const first = await store.prune({ maxAgeMs: 1, maxBytes: AMPLE }, T0);
      assert.ok(first > 0 && first <= 500);
      assert.equal(await store.prune({ maxAgeMs: 1, maxBytes: AMPLE }, T0), 700 - first);
    });
  });

  describe('forgets a number', () => {
    const places: readonly [what: string, changes: Partial<NewDelivery>, found: boolean][] = [
      ['a body', { request: requestWith({ body: `{"from":"+${NUMBER}"}` }) }, true],
      ['a form', { request: requestWith({ body: `from=%2B${NUMBER}&x=1` }) }, true],
      ['a form with spaces', { request: requestWith({ body: 'from=%2B7%20495%20123-45-67' }) }, true],
      ['a URL', { request: requestWith({ url: `https://crm.example.com/${NUMBER}/x` }) }, true],
      ['a header', { request: { ...requestWith({}), headers: { 'X-Caller': `+${NUMBER}` } } }, true],
      ['a binary body', { request: requestWith({ base64: Buffer.from(`\0${NUMBER}`).toString('base64') }) }, true],
      ['a body behind a NUL', { request: requestWith({ body: `\0${NUMBER}` }) }, true],
      ['the message', { message: JSON.stringify({ event: { caller: '+7 (495) 123-45-67' } }) }, true],
      ['the call id', { callId: `${NUMBER}-1` }, true],
      ['the order key', { orderKey: NUMBER }, true],
      ['a number written with 00', { message: JSON.stringify({ caller: `00${NUMBER}` }) }, true],
      [
        'a number that only contains it',
        { message: JSON.stringify({ caller: `1${NUMBER}`, other: `${NUMBER}0` }) },
        false,
      ],
      ['another number', { message: JSON.stringify({ caller: '+74951234568' }) }, false],
    ];
    it('wherever it stands in a delivery, however it is written', async () => {
      const store = await open();
      for (const [what, changes] of places) await store.accept(newDelivery(what, changes));
      assert.equal(await store.forget('+7 495 123-45-67'), places.filter(([, , found]) => found).length);
      assert.deepEqual(
        await ids(store),
        places.filter(([, , found]) => !found).map(([what]) => what),
      );
    });

    it('removes what an answer mentions, events, and what is held', async () => {
      const store = await open();
      await acceptAll(
        store,
        ['answered', 'kept'].map((id) => newDelivery(id, { start: START })),
      );
      const { attempt, ...rest } = delivered('answered');
      assert(attempt !== null);
      await store.finish({ ...rest, attempt: { ...attempt, response: { headers: {}, body: `hello ${NUMBER}` } } });
      await store.finish(delivered('kept'));
      await store.acceptEvents([
        acceptedEvent(newEvent('e1')),
        acceptedEvent(newEvent('e2', { parameters: { callerNumber: '+100' } })),
      ]);
      const held = {
        nodeId: 'r',
        deliveryId: null,
        failures: 1,
        firstFailedAtMs: T0,
        dueAtMs: T0,
        state: 'held',
      } as const;
      await store.hold({ ...held, id: 'h1', message: { caller: NUMBER } });
      await store.hold({ ...held, id: 'h2', message: { caller: '1' } });
      await store.accept(newDelivery('failed', { start: { kind: 'failed', error: STATUS_500 } }));
      await store.hold({ ...held, id: 'h3', deliveryId: 'failed', message: { looked: { up: NUMBER } } });
      assert.equal(await store.forget(NUMBER), 3, 'two deliveries and an event');
      assert.deepEqual(await ids(store), ['kept']);
      assert.deepEqual(await store.attempts('answered'), []);
      assert.deepEqual(await eventIds(store), ['e2']);
      assert.deepEqual(
        (await store.holds('r')).map(({ id }) => id),
        ['h2'],
      );
    });

    it('removes open ones, too, and frees the next of their key', async () => {
      const store = await open();
      await acceptAll(store, [
        newDelivery('a', { orderKey: 'k', message: JSON.stringify({ caller: NUMBER }) }),
        newDelivery('b', { orderKey: 'k' }),
      ]);
      await claimIds(store);
      assert.equal(await store.forget(NUMBER), 1);
      await store.finish(failedOnce('a', T0, T0 + 1));
      assert.deepEqual(await ids(store), ['b']);
      assert.deepEqual(await claimIds(store), ['b']);
    });

    it('removes nothing for a text without digits', async () => {
      const store = await open();
      await store.accept(newDelivery('a'));
      assert.equal(await store.forget('+'), 0);
      assert.deepEqual(await ids(store), ['a']);
    });

    it('goes through more than it holds at once', async () => {
      const store = await open();
      await acceptAll(
        store,
        Array.from({ length: 450 }, (_, n) => newDelivery(`d${n}`, { message: JSON.stringify({ caller: NUMBER }) })),
      );
      await store.accept(newDelivery('kept'));
      assert.equal(await store.forget(NUMBER), 450);
      assert.deepEqual(await ids(store), ['kept']);
    });
  });
}
