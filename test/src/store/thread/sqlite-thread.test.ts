import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { SqliteEngine } from '../../../../src/store/engine/sqlite-engine';
import { MemoryStore } from '../../../../src/store/memory-store';
import { SqliteStore } from '../../../../src/store/sqlite-store';
import { GroupCommit } from '../../../../src/store/thread/group-commit';
import type { Call } from '../../../../src/store/thread/worker-protocol';
import { newDelivery, requestWith } from '../../../contracts/delivery-store/material';
import { FakeClock } from '../../../support/fake-clock';
import { PATIENCE_MS } from '../../../support/patience';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('calls that come together', () => {
  let engines: SqliteEngine[] = [];
  const engineAt = (name: string): SqliteEngine => {
    const engine = new SqliteEngine({ path: join(folder, name) });
    engines.push(engine);
    return engine;
  };
  afterEach(() => {
    for (const engine of engines) engine.close();
    engines = [];
  });

  const request = requestWith({ body: 'x'.repeat(20_000) });
  const accepting = (...ids: string[]): Call[] =>
    ids.map((id) => ({ name: 'accept', args: [newDelivery(id, { request })], heard: 0 }));
  const runTogether = (engine: SqliteEngine, calls: readonly Call[]) => new GroupCommit(engine).run(calls);
  const oks = (engine: SqliteEngine, calls: readonly Call[]): readonly boolean[] =>
    runTogether(engine, calls).map(({ ok }) => ok);

  it('share one commit: they write far less than each by itself', () => {
    const calls = Array.from(
      { length: 50 },
      (_, n): Call => ({ name: 'accept', args: [newDelivery(`d${n}`)], heard: 0 }),
    );
    runTogether(engineAt('together'), calls);
    const singly = engineAt('singly');
    for (const call of calls) runTogether(singly, [call]);
    const written = (name: string): number => statSync(join(folder, `${name}-wal`)).size;
    assert.ok(written('together') * 3 < written('singly'), `${written('together')} and ${written('singly')} bytes`);
  });

  it('are answered in order', () => {
    const outcomes = runTogether(engineAt('a'), [...accepting('a'), { name: 'count', args: [{}], heard: 0 }]);
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [true, true],
    );
    assert.deepEqual(outcomes[1], { ok: true, value: 1 });
  });

  it('do not share the failure of one', () => {
    const engine = engineAt('a');
    assert.deepEqual(oks(engine, accepting('a', 'a', 'b')), [true, false, true]);
    assert.deepEqual(engine.operations.ids({}, 9), ['a', 'b']);
  });

  it('do not overtake one that the disk refused, before their caller has heard of it', () => {
    const engine = engineAt('a');
    engine.sql.database.exec(`PRAGMA max_page_count = ${engine.sql.pragma('page_count') + 8}`);
    const groups = new GroupCommit(engine);
    const small = (id: string, heard: number): Call => ({ name: 'accept', args: [newDelivery(id)], heard });
    const read: Call = { name: 'count', args: [{}], heard: 0 };
    const large = requestWith({ body: 'x'.repeat(100_000) });
    const tooLarge: Call = { name: 'accept', args: [newDelivery('large', { request: large })], heard: 0 };
    const codes = (calls: readonly Call[]): readonly string[] =>
      groups.run(calls).map((outcome) => (outcome.ok ? 'done' : String(outcome.error.code)));
    assert.deepEqual(codes([tooLarge, small('a', 0), read]), ['store-full', 'store-full', 'done']);
    assert.deepEqual(codes([small('b', 0)]), ['store-full'], 'it was on its way when the first was refused');
    assert.equal(groups.refusals, 1);
    assert.deepEqual(codes([small('c', 1)]), ['done']);
    assert.deepEqual(engine.operations.ids({}, 9), ['c']);
  });

  it('fail one by one while the disk is full, and work again when it is not', () => {
    const engine = engineAt('a');
    engine.sql.database.exec(`PRAGMA max_page_count = ${engine.sql.pragma('page_count') + 8}`);
    const outcomes = runTogether(engine, accepting('a', 'b', 'c'));
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.ok ? 'kept' : outcome.error.code)),
      ['kept', 'store-full', 'store-full'],
    );
    assert.equal(engine.operations.count({}), 1);
    engine.sql.database.exec('PRAGMA max_page_count = 1000000');
    assert.deepEqual(oks(engine, accepting('b', 'c')), [true, true]);
    assert.deepEqual(engine.operations.ids({}, 9), ['a', 'b', 'c']);
  });
});

describe('the threads of a store', () => {
  let store: SqliteStore;
  let threads: Worker[] = [];
  const noteThread = (worker: Worker): void => {
    threads.push(worker);
  };

  beforeEach(() => {
    threads = [];
    process.on('worker', noteThread);
    store = new SqliteStore({ path: join(folder, 'deliveries.db') });
  });
  afterEach(async () => {
    process.off('worker', noteThread);
    await store.close();
  });

  it('are one for writing and, from the first list on, one for reading', async () => {
    await store.accept(newDelivery('a'));
    await store.get('a');
    assert.equal(threads.length, 1);
    await Promise.all([store.list({}, 1, null), store.count({ q: 'a' }), store.summary()]);
    assert.equal(threads.length, 2);
  });

  it('are only one in memory, where a second would see nothing', async () => {
    const memory = new MemoryStore();
    await memory.accept(newDelivery('a'));
    assert.equal((await memory.list({}, 1, null)).total, 1);
    assert.equal(threads.length, 1);
    await memory.close();
  });

  it('reject what they were asked for when they die, and are started again by the next call', async () => {
    await store.accept(newDelivery('a'));
    const lost = store.accept(newDelivery('b'));
    const [thread] = threads;
    assert(thread !== undefined);
    const died = thread.terminate();
    await assert.rejects(lost, { name: 'UserError', code: 'store-stopped' });
    await died;
    assert.equal((await store.get('a'))?.id, 'a');
    assert.equal(threads.length, 2);
  });

  it('say why they could not be started again', async () => {
    await store.accept(newDelivery('a'));
    await threads[0]?.terminate();
    const other = new SqliteStore({ path: join(folder, 'deliveries.db') });
    await other.open();
    const slow = store.get('a');
    await assert.rejects(slow, { code: 'store-busy' });
    await other.close();
    assert.equal((await store.get('a'))?.id, 'a');
  });

  it('hold no message that was dropped while the disk refused to hold it', async () => {
    await store.open();
    const clock = new FakeClock();
    const refusing = new SqliteStore({ path: join(folder, 'deliveries.db'), lockWaitMs: 10, clock });
    const refused = new Promise<void>((resolve) => refusing.health.onChange(resolve));
    const held = refusing.hold({
      id: 'h',
      nodeId: 'retry',
      message: {},
      deliveryId: null,
      failures: 1,
      firstFailedAtMs: 0,
      dueAtMs: 0,
      state: 'held',
    });
    await refused;
    const dropped = refusing.dropHold('h', 0, true);
    await store.close();
    await clock.advanceAsync(1_000);
    await Promise.all([held, dropped]);
    assert.deepEqual(await refusing.holds('retry'), []);
    await refusing.close();
  });

  it('fail a call that cannot be sent to them, and no other of its turn', async () => {
    const message = { callback: () => undefined } as unknown as string;
    const results = await Promise.allSettled([
      store.accept(newDelivery('a')),
      store.accept(newDelivery('b', { message })),
      store.accept(newDelivery('c')),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  it('keep a process alive while it waits for them, and no longer; nothing is printed', () => {
    const script = `
      const { SqliteStore } = require(${JSON.stringify(join(__dirname, '../../../../src/store/sqlite-store.ts'))});
      const store = new SqliteStore({ path: ${JSON.stringify(join(folder, 'other.db'))} });
      store.open().then(() => store.count({})).then((n) => console.log('counted', n));
    `;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
    });
    assert.deepEqual({ stdout, stderr, status }, { stdout: 'counted 0\n', stderr: '', status: 0 });
  });
});
