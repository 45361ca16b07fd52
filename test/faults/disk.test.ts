import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';
import type { Receiver } from '../support/receiver';
import { openStatusFeed } from '../support/status-feed';
import { directNodes, lineNodes, Plant, sourceNodes, until } from './plant';

const DISK_MEGABYTES = 48;

/** Puts a small disk (a tmpfs) in the place of a folder. Answers why that cannot be; null: it is there. */
function mountSmallDisk(folder: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m,mode=700`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
    return null;
  } catch (error) {
    const said = (error as { stderr?: Buffer }).stderr?.toString().split('\n')[0] || String(error);
    return `A disk that is full or read-only needs a small one to be mounted, which only root may do (${said}). Run these tests as root, in a container for instance.`;
  }
}

/** The store of this plant lies on a small disk of its own, where one can be had, so that it can be filled and locked. */
describe('what a disk can do to a store', function () {
  this.timeout(120_000);
  let userDir: string;
  let disk: string;
  let plant: Plant;
  let crm: Receiver;
  let noSmallDisk: string | null = null;

  before(async () => {
    userDir = mkdtempSync(join(tmpdir(), 'telephony-disk-'));
    disk = join(userDir, 'telephony-webhooks');
    mkdirSync(disk);
    noSmallDisk = mountSmallDisk(disk);
    plant = await Plant.start([], { userDir });
    crm = await plant.receiver();
    await plant.nodeRed.deploy([
      ...sourceNodes,
      ...lineNodes({ name: 'crm', url: `${crm.url}/crm`, timeoutMs: PATIENCE_MS }),
      ...directNodes(`${crm.url}/direct`),
    ]);
  });
  after(async () => {
    await plant?.stop();
    if (noSmallDisk === null) execFileSync('umount', [disk]);
    rmSync(userDir, { recursive: true, force: true });
  });
  afterEach(() => plant.check());

  const file = (name = 'deliveries.db'): string => join(disk, name);

  /** Takes up what is free of the disk. The answer gives it back. */
  function fill(): () => void {
    const fd = openSync(file('filler'), 'w');
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
      const some = Buffer.alloc(size);
      try {
        for (;;) writeSync(fd, some);
      } catch (error) {
        assert.equal((error as { code?: unknown }).code, 'ENOSPC');
      }
    }
    closeSync(fd);
    return () => rmSync(file('filler'));
  }

  /** Lets no file grow beyond so many bytes in Node-RED: writes fail as those of a broken disk do. */
  function limitFiles(bytes: number | 'unlimited'): void {
    execFileSync('prlimit', ['--pid', `${plant.nodeRed.pid}`, `--fsize=${bytes}:unlimited`]);
  }

  const alarmOf = async (kind: string): Promise<boolean> =>
    (await plant.summary()).alarms.some((one) => one.kind === kind);

  /** Waits until Node-RED has said so, now or before. */
  const said = (pattern: RegExp): Promise<void> =>
    until(
      () => pattern.test(plant.nodeRed.log),
      () => `no ${pattern} in:\n${plant.nodeRed.log.slice(-3000)}`,
    );

  /** Posts so many new calls at least, and until one is refused: a page or two may go into room that a file still has. */
  async function postUntilRefused(least = 1): Promise<readonly string[]> {
    for (const callIds: string[] = []; ; ) {
      const callId = plant.newCall();
      callIds.push(callId);
      const status = await plant.post({ callId, number: 1 });
      if (status === 503 && callIds.length >= least) return callIds;
    }
  }

  /** Posts to the flow's own way in, which is answered when `webhook out` is done. */
  async function direct(
    event: { callId: string; number: number },
    size = 0,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${plant.nodeRed.url}/direct`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callId: event.callId, sequence: event.number, filler: 'x'.repeat(size) }),
    });
    const text = await response.text();
    if (response.status === 200) plant.ledger.accepted(event);
    return { status: response.status, text };
  }

  /** While the disk refuses: pushes are refused but kept, `done()` waits; afterwards everything comes, once and in order. */
  async function refuses(kind: string, end: () => void): Promise<void> {
    const statuses = await openStatusFeed(plant.nodeRed.url);
    try {
      const callIds = await postUntilRefused(5);
      await until(
        () => alarmOf(kind),
        () => plant.summary(),
      );
      const directCall = plant.newCall();
      const answered: number[] = [];
      const direct1 = direct({ callId: directCall, number: 1 }).then(({ status }) => answered.push(status));
      await until(
        async () => (await plant.summary()).alarms.some(({ waiting }) => waiting >= 2),
        () => plant.summary(),
      );
      const direct2 = direct({ callId: directCall, number: 2 }).then(({ status }) => answered.push(status));
      await statuses.waitFor('out-crm', ({ fill, text }) => fill === 'red' && /disk/.test(String(text)));
      await statuses.waitFor('in-crm', ({ fill }) => fill === 'red');
      // The provider repeats before the disk is back: that is the same event.
      for (const callId of callIds) assert.notEqual(await plant.post({ callId, number: 1 }), 0);
      assert.deepEqual(answered, [], 'done() waits for the disk');
      end();
      await Promise.all([direct1, direct2]);
      assert.deepEqual(answered, [200, 200]);
      for (const callId of callIds) await plant.postUntilAccepted({ callId, number: 1 });
      await until(
        async () => !(await alarmOf(kind)),
        () => plant.summary(),
      );
      await statuses.waitFor('out-crm', ({ fill }) => fill !== 'red');
      await plant.check();
      for (const callId of callIds) assert.equal(plant.ledger.timesArrived({ callId, number: 1 }), 1);
    } finally {
      statuses.close();
    }
  }

  it('it fails to write', async () => {
    await plant.calls(2);
    limitFiles(1);
    await refuses('store-unwritable', () => limitFiles('unlimited'));
  });

  it('the file is removed while it is used: what was in it is written anew', async () => {
    crm.answer(plant.keeping((_, attempt) => (attempt <= 4 ? { status: 500 } : {})));
    await plant.calls(3);
    for (const name of readdirSync(disk))
      if (name.startsWith('deliveries.db') && !name.endsWith('.key')) rmSync(file(name), { force: true });
    await plant.calls(3);
    await plant.nodeRed.kill9();
    await plant.nodeRed.restart();
    assert.ok(statSync(file()).size > 0);
    crm.answer(plant.keeping(() => ({})));
  });

  for (const [what, damage] of [
    ['is damaged', (fd: number) => writeSync(fd, Buffer.alloc(40_000, 'damaged '), 0, 40_000, 0)],
    ['is cut off', (fd: number) => ftruncateSync(fd, 3000)],
    ['is no database', (fd: number) => writeSync(fd, 'something else\n'.repeat(100), 0)],
  ] as const) {
    it(`the file ${what}: it is left as it is, and said what to do`, async () => {
      await plant.calls(3);
      await plant.check();
      await plant.nodeRed.stop();
      copyFileSync(file(), file('backup'));
      const fd = openSync(file(), 'r+');
      damage(fd);
      closeSync(fd);
      const damaged = readFileSync(file());
      await plant.nodeRed.restart();
      assert.equal(await plant.post({ callId: plant.newCall(), number: 1 }), 503);
      await said(/is damaged or no database.*Put a backup in its place/s);
      assert.deepEqual(readFileSync(file()), damaged);
      renameSync(file('backup'), file());
      await plant.nodeRed.restart();
      await plant.calls(3);
    });
  }

  it('the key beside it is none: it is said, and the right one makes it work', async () => {
    await plant.calls(2);
    await plant.check();
    await plant.nodeRed.kill9();
    const key = readFileSync(file('deliveries.db.key'));
    writeFileSync(file('deliveries.db.key'), 'no key');
    await plant.nodeRed.restart();
    assert.equal(await plant.post({ callId: plant.newCall(), number: 1 }), 503);
    await said(/is not a key of 32 bytes. Restore it from a backup/);
    writeFileSync(file('deliveries.db.key'), key);
    await plant.nodeRed.restart();
    await plant.calls(2);
  });

  it('two Node-REDs open it: the second is refused, and takes over when the first has ended', async () => {
    await plant.calls(2);
    const secondDir = mkdtempSync(join(tmpdir(), 'telephony-second-'));
    let second: NodeRedProcess | undefined;
    try {
      // The same file under another name.
      execFileSync('ln', ['-s', disk, join(secondDir, 'telephony-webhooks')]);
      second = await startNodeRed({
        version: '5',
        userDir: secondDir,
        flows: [...sourceNodes, ...lineNodes({ name: 'crm', url: `${crm.url}/crm`, timeoutMs: PATIENCE_MS })],
      });
      await until(
        () => /in use by another Node-RED.*Stop the other one/.test(second?.log ?? ''),
        () => second?.log.slice(-3000),
      );
      const refused = await fetch(`${second.url}/provider/crm`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ eventType: 'call.ended', eventId: 'second#1', callId: 'second', sequence: 1 }),
      });
      assert.equal(refused.status, 503);
      await plant.calls(3);
      await plant.check();
      await plant.nodeRed.kill9();
      // What the second one kept in memory.
      await until(
        () => plant.ledger.timesArrived({ callId: 'second', number: 1 }) > 0,
        () => second?.log.slice(-3000),
      );
    } finally {
      await second?.stop();
      rmSync(secondDir, { recursive: true, force: true });
      await plant.nodeRed.restart();
    }
    await plant.calls(2);
  });

  describe('as small and as locked as only a disk of its own can be', () => {
    before(function () {
      if (noSmallDisk === null) return;
      // Where everything has to run, that is a failure.
      if (process.env['CI']) throw new Error(noSmallDisk);
      console.log(`    Not run: ${noSmallDisk}`);
      this.skip();
    });

    it('room becomes scarce: an alarm comes first', async () => {
      await plant.calls(2);
      await until(
        () => alarmOf('disk-nearly-full'),
        () => plant.summary(),
      );
      await said(/nearly full: [\d.]+ MB are free.*Make room/);
      assert.equal((await plant.summary()).alarms.length, 1);
    });

    it('it is full, until someone makes room', async () => {
      await plant.calls(2);
      await refuses('store-full', fill());
    });

    it('it is full under load, again and again', async () => {
      const posted = plant.calls(30, { events: 3 });
      for (let round = 0; round < 3; round++) {
        const makeRoom = fill();
        await until(
          () => alarmOf('store-full'),
          () => plant.summary(),
        );
        makeRoom();
        await until(
          async () => !(await alarmOf('store-full')),
          () => plant.summary(),
        );
        if (round < 2) void plant.calls(5);
      }
      await posted;
    });

    it('Node-RED is killed while it is full: what was refused is told again, what was accepted is there', async () => {
      const posted = plant.calls(10, { events: 3 });
      const makeRoom = fill();
      await until(
        () => alarmOf('store-full'),
        () => plant.summary(),
      );
      await plant.nodeRed.kill9();
      await plant.nodeRed.restart();
      makeRoom();
      await posted;
    });

    it('it is read-only at the start, until it is not', async () => {
      crm.answer(plant.keeping((_, attempt) => (attempt <= 2 ? { status: 500 } : {})));
      await plant.calls(3);
      await plant.nodeRed.kill9();
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      await plant.nodeRed.restart();
      const call = plant.newCall();
      assert.equal(await plant.post({ callId: call, number: 1 }), 503);
      await said(/cannot be written.*Check that its folder/s);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await plant.postUntilAccepted({ callId: call, number: 1 });
      await plant.check();
      assert.equal(plant.ledger.timesArrived({ callId: call, number: 1 }) >= 1, true);
      crm.answer(plant.keeping(() => ({})));
    });

    it('it is full at the start, until it is not', async () => {
      await plant.nodeRed.kill9();
      const makeRoom = fill();
      await plant.nodeRed.restart();
      const callId = (await postUntilRefused()).at(-1) ?? assert.fail();
      makeRoom();
      await plant.postUntilAccepted({ callId, number: 1 });
    });
  });
});
