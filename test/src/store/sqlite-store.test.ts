import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IN_MEMORY } from '../../../src/store/engine/sql';
import { createStore } from '../../../src/store/registry';
import { SqliteStore } from '../../../src/store/sqlite-store';
import { deliveryStoreContract } from '../../contracts/delivery-store';

deliveryStoreContract('sqlite', { durable: true }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  return {
    make: () => createStore({ kind: 'sqlite', path: join(folder, 'deliveries.db') }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
});

describe('the lanes of a sqlite store', () => {
  let store: SqliteStore;

  beforeEach(async () => {
    store = new SqliteStore({ path: IN_MEMORY });
    await store.open();
  });

  afterEach(() => store.close());

  it('are read once for all who ask before the answer has come', () => {
    assert.equal(store.lanes(), store.lanes());
  });

  it('are read anew for who asks after a change', async () => {
    const before = store.lanes();
    await store.setPaused('lane', 1);
    const after = store.lanes();
    assert.deepEqual(await before, []);
    assert.deepEqual(
      (await after).map(({ lane, pausedSinceMs }) => [lane, pausedSinceMs]),
      [['lane', 1]],
    );
  });

  it('are read anew after they could not be read', async () => {
    const failing = new SqliteStore({ path: tmpdir() });
    const first = failing.lanes();
    await assert.rejects(first, { code: /^store-/ });
    assert.notEqual(failing.lanes(), first);
    await failing.close();
  });
});
