import assert from 'node:assert/strict';
import { capAlarm } from '../../nodes/runtime/disk-alarm';
import { OpenEvents } from '../../nodes/runtime/open-events';
import type { Red } from '../../nodes/runtime/red';
import { SharedStore } from '../../nodes/runtime/shared-store';
import { storeStatus } from '../../nodes/runtime/store-status';
import type { OpenStore } from '../../nodes/runtime/stores';
import { UserError } from '../../src/errors';
import type { DeliveryStore } from '../../src/store/delivery-store';
import { createStore } from '../../src/store/registry';
import { acceptedEvent, newEvent } from '../contracts/delivery-store/material';
import { FakeClock } from '../support/fake-clock';
import { sayIn, wordsOf } from '../support/words';

const NONE = { pending: 0, sending: 0, waiting: 0, delivered: 0, failed: 0 };
const MEGABYTE = 1024 * 1024;
/** Without words: the keys of the texts, and what is put into them. */
const RED = { _: sayIn(wordsOf('editor')) } as unknown as Red;

describe('room for what waits', () => {
  for (const [title, states, bytes, kind] of [
    ['is enough where nothing waits, however full the log is', { ...NONE, delivered: 9 }, 99, undefined],
    ['is enough where most of it is log, which can be removed', { ...NONE, waiting: 1, delivered: 9 }, 99, undefined],
    ['is enough while there is much of it', { ...NONE, waiting: 10 }, 79, undefined],
    [
      'is scarce when most of the cap is taken up',
      { ...NONE, pending: 5, waiting: 4, failed: 1 },
      99,
      'cap-nearly-reached',
    ],
  ] as const) {
    it(title, async () => {
      const store = {
        usedBytes: async () => bytes * MEGABYTE,
        summary: async () => ({ states, bytes: bytes * MEGABYTE, webhooks: [], lanes: [], oldestOpenAtMs: null }),
      };
      assert.equal((await capAlarm(100, store))?.kind, kind);
    });
  }
});

describe('an accepted event', () => {
  let store: DeliveryStore;
  let clock: FakeClock;
  let counts: boolean;
  const isOpen = async (): Promise<boolean> => (await store.openEvents('source-1')).length > 0;

  beforeEach(async () => {
    clock = new FakeClock();
    counts = true;
    store = createStore({ kind: 'memory', path: '' });
    const event = newEvent('e', { source: 'source-1' });
    await store.acceptEvents([acceptedEvent(event, clock.now())]);
    new OpenEvents(store, clock, () => counts).sentOut(['e']);
  });
  afterEach(() => store.close());

  it('is open for 60 s of live time after it was sent', async () => {
    await clock.advanceAsync(60_000);
    assert.equal(await isOpen(), true);
    await clock.advanceAsync(5_000);
    assert.equal(await isOpen(), false);
  });

  it('is not closed by a clock that jumps', async () => {
    clock.jump(3_600_000);
    await clock.advanceAsync(5_000);
    assert.equal(await isOpen(), true);
  });

  it('stays open while a store refuses what came of it', async () => {
    counts = false;
    await clock.advanceAsync(600_000);
    assert.equal(await isOpen(), true);
    counts = true;
    await clock.advanceAsync(65_000);
    assert.equal(await isOpen(), false);
  });
});

describe('a store that cannot be opened', () => {
  const BUSY = new UserError('store-busy', { message: 'It is in use.' });

  it('lets a bounded number of messages wait, and says so below the node', async () => {
    const shared = new SharedStore('key', () => Promise.reject(BUSY));
    await assert.rejects(shared.now(), BUSY);
    const waiting = [40, 20].map((megabytes) => shared.enter(() => megabytes * MEGABYTE));
    await assert.rejects(
      shared.enter(() => 5 * MEGABYTE),
      { code: 'store-overfull', message: /It is in use\./ },
    );
    assert.deepEqual(storeStatus(RED, shared), {
      fill: 'red',
      shape: 'ring',
      text: 'store busy, 3 wait',
    });
    shared.giveUp();
    for (const one of waiting) await assert.rejects(one, { code: 'store-closed' });
  });

  it('is closed again where nobody waits for it any more when it can be', async () => {
    const store = createStore({ kind: 'memory', path: '' });
    const opening = store.open().then(() => ({ store }) as OpenStore);
    const shared = new SharedStore('key', () => opening);
    shared.giveUp();
    await shared.now();
    await assert.rejects(store.lanes(), /closed/);
  });
});
