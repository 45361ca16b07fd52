import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { UserError } from '../../../src/errors';
import { WaitingWrites } from '../../../src/store/waiting-writes';
import { FakeClock } from '../../support/fake-clock';

const FULL = new UserError('store-full', { message: 'The disk is full.' });

describe('writes that wait for the disk', () => {
  let clock: FakeClock;
  let writes: WaitingWrites;
  /** What the disk says to every write. Null: it accepts. */
  let refusal: Error | null;
  /** The write that takes up the last room. */
  let fullAfter: string | undefined;
  let written: string[];
  let told: (string | null)[];

  const write = (name: string, bytes = 1): Promise<string> =>
    writes.make(
      () => put(name),
      () => bytes,
    );
  async function put(name: string): Promise<string> {
    if (refusal) throw refusal;
    written.push(name);
    if (name === fullAfter) refusal = FULL;
    return name;
  }

  beforeEach(() => {
    clock = new FakeClock();
    refusal = null;
    fullAfter = undefined;
    written = [];
    told = [];
    writes = new WaitingWrites(clock, () => put('probe'), { writes: 3, bytes: 100 });
    writes.onChange(() => told.push(writes.trouble?.code ?? null));
  });

  it('are made at once while it accepts', async () => {
    assert.equal(await write('a'), 'a');
    assert.deepEqual(told, []);
  });

  it('are made in the order of their calls when it accepts again, behind those that were refused first', async () => {
    refusal = FULL;
    const waiting = [write('a'), write('b')];
    await clock.advanceAsync(5_000);
    assert.deepEqual(written, []);
    assert.equal(writes.waiting, 2);
    assert.equal(writes.trouble, FULL);
    refusal = null;
    waiting.push(write('c'));
    await clock.advanceAsync(1_000);
    assert.deepEqual(await Promise.all(waiting), ['a', 'b', 'c']);
    assert.deepEqual(written, ['probe', 'a', 'b', 'c']);
    assert.equal(writes.trouble, null);
    assert.equal(writes.waiting, 0);
    assert.equal(told.at(-1), null);
  });

  it('go on waiting where it refuses again half-way', async () => {
    refusal = FULL;
    const waiting = ['a', 'b', 'c'].map((name) => write(name));
    await clock.advanceAsync(0);
    refusal = null;
    fullAfter = 'a';
    await clock.advanceAsync(1_000);
    assert.deepEqual(written, ['probe', 'a']);
    assert.equal(await waiting[0], 'a');
    assert.equal(writes.waiting, 2);
    refusal = null;
    await clock.advanceAsync(1_000);
    assert.deepEqual(await Promise.all(waiting), ['a', 'b', 'c']);
    assert.deepEqual(written, ['probe', 'a', 'probe', 'b', 'c']);
  });

  for (const [limit, sizes] of [
    ['so many', [1, 1, 1, 1]],
    ['so many bytes', [60, 41]],
  ] as const) {
    it(`are at most ${limit}; what is beyond is refused with the reason`, async () => {
      refusal = FULL;
      const names = ['a', 'b', 'c', 'd'].slice(0, sizes.length);
      const made = names.map((name, index) => write(name, sizes[index]));
      await assert.rejects(made.pop() ?? Promise.resolve(), {
        code: 'store-overfull',
        message: /Not kept: \d writes wait.*The disk is full\./,
      });
      refusal = null;
      await clock.advanceAsync(1_000);
      assert.deepEqual(await Promise.all(made), names.slice(0, -1));
    });
  }

  it('are rejected when the store is closed', async () => {
    refusal = FULL;
    const waiting = write('a');
    await clock.advanceAsync(0);
    writes.close();
    await assert.rejects(waiting, { code: 'store-closed' });
  });

  it('do not wait where waiting would not help', async () => {
    refusal = new UserError('store-corrupt', { message: 'The file is damaged.' });
    await assert.rejects(write('a'), { code: 'store-corrupt' });
    assert.equal(writes.trouble, refusal);
    refusal = new Error('a bug');
    await assert.rejects(write('a'), /a bug/);
    refusal = null;
    await write('b');
    assert.equal(writes.trouble, null);
  });

  it('say that it accepts again also when nothing waits', async () => {
    refusal = FULL;
    await assert.rejects(
      writes.attempt(() => put('a')),
      FULL,
    );
    assert.equal(writes.trouble, FULL);
    await writes.attempt(async () => 'read'); // reading says nothing about writing
    assert.equal(writes.trouble, FULL);
    refusal = null;
    await clock.advanceAsync(1_000);
    assert.equal(writes.trouble, null);
  });
});
