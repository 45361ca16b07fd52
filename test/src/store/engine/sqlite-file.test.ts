import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { UserError } from '../../../../src/errors';
import { migrate } from '../../../../src/store/engine/schema';
import { Sql } from '../../../../src/store/engine/sql';
import { SqliteEngine } from '../../../../src/store/engine/sqlite-engine';
import { sqlite } from '../../../../src/store/engine/sqlite-module';
import { SqliteStore } from '../../../../src/store/sqlite-store';
import { delivered, newDelivery, requestWith, T0 } from '../../../contracts/delivery-store/material';
import { PATIENCE_MS } from '../../../support/patience';

describe('the file of a store', () => {
  let folder: string;
  let path: string;
  const stores: SqliteStore[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'));
    path = join(folder, 'sub', 'deliveries.db');
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function storeAt(file = path): SqliteStore {
    const store = new SqliteStore({ path: file, lockWaitMs: 20 });
    stores.push(store);
    return store;
  }

  /** A file of this layout with one delivery, closed. */
  function made(): string {
    const engine = new SqliteEngine({ path });
    engine.operations.accept(newDelivery('a', { request: requestWith({ body: 'x'.repeat(50_000) }) }));
    engine.close();
    return path;
  }

  /** Another process that opens the store, accepts without end and says the id of each delivery that was kept. */
  function acceptingProcess(): { child: ChildProcess; lines: AsyncIterator<string> } {
    const script = join(__dirname, 'accept-forever.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    assert(child.stdout !== null);
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  it('and its folder are readable by their user only', async () => {
    await storeAt().open();
    const mode = (file: string): number => statSync(file).mode & 0o777;
    assert.equal(mode(join(folder, 'sub')), 0o700);
    for (const suffix of ['', '-wal', '-shm', '.lock']) assert.equal(mode(path + suffix), 0o600, suffix);
  });

  describe('has one owner', () => {
    it('and refuses another store of the same process, whatever it calls the file', async () => {
      await storeAt().open();
      const link = join(folder, 'link.db');
      symlinkSync(path, link);
      for (const name of [path, join(folder, '.', 'sub', '..', 'sub', 'deliveries.db'), link]) {
        await assert.rejects(storeAt(name).open(), (error) => {
          assert(error instanceof UserError);
          assert.equal(error.code, 'store-busy');
          assert.equal(error.field, 'path');
          assert.match(error.message, /in use by another Node-RED.*own path/);
          return true;
        });
      }
    });

    it('whom a refused opener does not disturb', async () => {
      const owner = storeAt();
      await owner.open();
      await assert.rejects(storeAt().open(), { code: 'store-busy' });
      await assert.rejects(storeAt().open(), { code: 'store-busy' }, 'the lock still holds');
      assert.equal((await owner.accept(newDelivery('a'))).id, 'a');
    });

    it('until that is closed', async () => {
      const first = storeAt();
      await first.open();
      const second = storeAt();
      await assert.rejects(second.open(), { code: 'store-busy' });
      await first.close();
      await second.open();
    });

    it('for whom a store that could not be opened waits, says so, and keeps meanwhile what it is given', async () => {
      const first = storeAt();
      await first.open();
      const second = storeAt();
      const accepted = second.accept(newDelivery('a'));
      await assert.rejects(second.claim({ lane: 'l', nodeIds: [], limit: 1, nowMs: T0, leaseUntilMs: T0 }), {
        code: 'store-busy',
      });
      assert.equal(second.health.trouble?.code, 'store-busy');
      assert.equal(second.health.waiting, 1);
      await first.close();
      assert.equal((await accepted).id, 'a');
      assert.equal(second.health.waiting, 0);
    });

    it('also where that is another process; killing it frees the file and loses nothing that it was told is kept', async () => {
      const kept: string[] = [];
      for (let round = 0; round < 5; round += 1) {
        const { child, lines } = acceptingProcess();
        const enough = 1 + Math.floor(Math.random() * 200);
        for (let n = 0; n < enough; n += 1) {
          const { value } = await lines.next();
          kept.push(value);
          if (round === 0 && n === 0) await assert.rejects(storeAt().open(), { code: 'store-busy' });
        }
        child.kill('SIGKILL');
        await once(child, 'exit');
        // What it had said by then, but was not read yet.
        for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
          if (next.value.length === kept[0]?.length) kept.push(next.value);
        }
      }
      const store = storeAt();
      await store.open();
      const there = new Set(await store.ids({}, 1_000_000));
      assert.deepEqual(
        kept.filter((id) => !there.has(id)),
        [],
        `${kept.length} were acknowledged`,
      );
    }).timeout(5 * PATIENCE_MS); // as many processes are started
  });

  describe('that cannot be used is left as it is, and the reason is said', () => {
    const cases: readonly [what: string, code: string, says: RegExp, prepare: () => void][] = [
      ['garbage', 'store-corrupt', /damaged or no database.*backup/, () => write('no database at all, '.repeat(500))],
      ['a few bytes', 'store-corrupt', /damaged or no database/, () => write('short')],
      ['a file cut off', 'store-corrupt', /damaged/, () => truncateSync(made(), 8_192)],
      ['a file cut off within a page', 'store-corrupt', /damaged/, () => truncateSync(made(), 20_001)],
      ['a header that was overwritten', 'store-corrupt', /damaged/, () => overwrite(made(), 0, 'x'.repeat(60))],
      ['tables that were overwritten', 'store-corrupt', /damaged/, () => overwrite(made(), 100, '\xff'.repeat(3_000))],
      [
        'a database of another program',
        'store-corrupt',
        /another program/,
        () => execute('CREATE TABLE notes (text TEXT)'),
      ],
      [
        'a database with the mark of another program',
        'store-corrupt',
        /another program/,
        () => execute('PRAGMA application_id = 77; PRAGMA user_version = 3'),
      ],
      [
        'a newer layout',
        'store-newer',
        /newer version.*layout 99.*Update/,
        () => {
          made();
          execute('PRAGMA user_version = 99');
        },
      ],
      ['a folder in its place', 'store-unwritable', /cannot be written/, () => mkdirSync(path, { recursive: true })],
      [
        'a file where its folder should be',
        'store-unwritable',
        /cannot be written/,
        () => writeFileSync(join(folder, 'sub'), ''),
      ],
    ];

    function write(text: string): void {
      mkdirSync(join(folder, 'sub'));
      writeFileSync(path, text);
    }

    function overwrite(file: string, at: number, bytes: string): void {
      const content = readFileSync(file);
      content.write(bytes, at, 'latin1');
      writeFileSync(file, content);
    }

    function execute(sql: string): void {
      mkdirSync(join(folder, 'sub'), { recursive: true });
      const database = new sqlite.DatabaseSync(path);
      database.exec(sql);
      database.close();
    }

    for (const [what, code, says, prepare] of cases) {
      it(what, () => {
        prepare();
        const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined;
        assert.throws(
          () => new SqliteEngine({ path }),
          (error) =>
            error instanceof UserError && error.code === code && error.field === 'path' && says.test(error.message),
        );
        if (before !== undefined) assert.ok(readFileSync(path).equals(before), 'left as it was');
      });
    }

    it('and can be used once it is moved away', () => {
      write('no database');
      assert.throws(() => new SqliteEngine({ path }), { code: 'store-corrupt' });
      rmSync(path);
      new SqliteEngine({ path }).close();
    });
  });

  describe('is brought to the newest layout', () => {
    const open = (): Sql => new Sql(new sqlite.DatabaseSync(':memory:'));
    const steps = ['CREATE TABLE t (a)', "INSERT INTO t VALUES ('two')", 'ALTER TABLE t ADD COLUMN b'];
    const columns = (sql: Sql): unknown[] => sql.all<{ name: string }>('PRAGMA table_info(t)').map(({ name }) => name);

    it('from any older one, each step once', () => {
      for (const from of [0, 1, 2]) {
        const sql = open();
        migrate(sql, steps.slice(0, from));
        migrate(sql, steps);
        migrate(sql, steps);
        assert.equal(sql.pragma('user_version'), 3);
        assert.deepEqual(columns(sql), ['a', 'b']);
        assert.deepEqual(
          sql.all<{ a: string }>('SELECT a FROM t').map(({ a }) => a),
          ['two'],
        );
      }
    });

    it('by all steps or none', () => {
      const sql = open();
      migrate(sql, steps.slice(0, 1));
      assert.throws(() => migrate(sql, [...steps, 'nonsense']), /syntax error/);
      assert.equal(sql.pragma('user_version'), 1);
      assert.deepEqual(columns(sql), ['a']);
    });

    it('and keeps what is in it', async () => {
      made();
      const store = storeAt();
      await store.finish(delivered('a', T0));
      const kept = await store.get('a');
      assert.deepEqual([kept?.state, kept?.request], ['delivered', requestWith({ body: 'x'.repeat(50_000) })]);
    });
  });
});
