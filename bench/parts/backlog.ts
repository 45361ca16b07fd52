/** What deliveries that wait cost: memory, the time until Node-RED sends again after a start, and claiming what is due among them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { manyEndpoints } from '../flows';
import { Receiver } from '../receiver';
import type { Seed, Seeded } from '../seed';
import { type Findings, fixed, milliseconds } from '../tables';
import { checkArrivals, newRun, type Size, startWithFeeder } from '../workbench';

const SIZES = {
  full: { waiting: [0, 1_000, 10_000, 100_000, 1_000_000], due: 4000, lanes: 10 },
  tiny: { waiting: [100], due: 50, lanes: 3 },
} as const;

const POLL_MS = 100;
const ALL_ARRIVE_WITHIN_MS = 60_000;
const MEGABYTE = 2 ** 20;

interface Found {
  readonly waiting: number;
  readonly claimMs: number;
  readonly megabytes: number;
  /** From the start of the process. */
  readonly flowsMs: number;
  readonly firstMs: number;
}

interface Summary {
  readonly states: { readonly pending: number; readonly delivered: number };
}

export async function backlog(size: Size): Promise<Findings> {
  const { waiting, due, lanes } = SIZES[size];
  const receiver = await Receiver.start();
  try {
    // The first start reads all files from the disk, which no later one has to.
    if (size === 'full') await measure(receiver, 0, due, lanes);
    const found: Found[] = [];
    for (const count of waiting) found.push(await measure(receiver, count, due, lanes));
    return findings(found);
  } finally {
    receiver.stop();
  }
}

async function measure(receiver: Receiver, waiting: number, due: number, lanes: number): Promise<Found> {
  const userDir = mkdtempSync(join(tmpdir(), 'telephony-bench-'));
  try {
    const run = newRun();
    const path = join(userDir, 'telephony-webhooks', 'deliveries.db');
    const { claimMs } = await seed({ path, receiver: receiver.url, run, waiting, due, lanes });
    writeFileSync(join(userDir, 'flows.json'), JSON.stringify(manyEndpoints(receiver.url, lanes)));
    const startedAt = process.hrtime.bigint();
    const since = (at: bigint): number => Number(at - startedAt) / 1e6;
    const nodeRed = await startWithFeeder({ userDir });
    try {
      const flowsMs = since(process.hrtime.bigint());
      const firstMs = since(await receiver.first(run));
      await poll(async () => (await receiver.arrived(run)) >= due);
      const { rss } = await nodeRed.get<{ rss: number }>('/bench/memory');
      checkArrivals(`${waiting} waiting`, due, await receiver.take(run));
      const states = () => nodeRed.get<Summary>('/telephony-webhooks/summary').then((summary) => summary.states);
      // The receiver has the last of them before the log knows it.
      await poll(async () => (await states()).delivered === due);
      const { pending, delivered } = await states();
      if (pending !== waiting || delivered !== due) {
        throw new Error(`Of ${waiting} deliveries ${pending} wait, and ${delivered} of ${due} are delivered`);
      }
      return { waiting, claimMs, megabytes: rss / MEGABYTE, flowsMs, firstMs };
    } finally {
      await nodeRed.stop();
    }
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** Asks until it is so, or the time is up: what was waited for is checked afterwards. */
async function poll(isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs <= ALL_ARRIVE_WITHIN_MS && !(await isSo()); waitedMs += POLL_MS) await pause(POLL_MS);
}

async function seed(what: Seed): Promise<Seeded> {
  const child = fork(join(__dirname, '..', 'seed.ts'), [JSON.stringify(what)]);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`Filling the store ended with ${code}`);
  });
  const [seeded] = (await Promise.race([once(child, 'message'), ended])) as [Seeded];
  await ended.catch(() => undefined);
  return seeded;
}

function findings(found: readonly Found[]): Findings {
  const [empty] = found;
  const most = found.at(-1);
  if (empty === undefined || most === undefined) throw new Error('Nothing was measured');
  const growth = ({ megabytes }: Found): number => megabytes - empty.megabytes;
  const count = most.waiting.toLocaleString('en-US');
  return {
    tables: [
      {
        title: 'Deliveries that wait, in several lanes, four of each call in order',
        columns: found.map(({ waiting }) => (waiting === 0 ? 'none' : waiting.toLocaleString('en-US'))),
        rows: [
          ['memory (RSS) of Node-RED', ...found.map(({ megabytes }) => `${fixed(megabytes)} MB`)],
          ['more than with none', ...found.map((one) => (one === empty ? '' : `${fixed(growth(one))} MB`))],
          ['process start to running flows', ...found.map(({ flowsMs }) => milliseconds(flowsMs))],
          ['process start to first delivery', ...found.map(({ firstMs }) => milliseconds(firstMs))],
          ['a claim of up to 64, median', ...found.map(({ claimMs }) => milliseconds(claimMs))],
        ],
      },
    ],
    goals: [
      { what: `memory for ${count} that wait`, bound: 'at most', goal: 60, measured: growth(most), unit: 'MB' },
      {
        what: `process start to first delivery with ${count} that wait`,
        bound: 'at most',
        goal: 2000,
        measured: most.firstMs,
        unit: 'ms',
      },
      {
        what: `a claim with ${count} that wait, beside one with none`,
        bound: 'at most',
        goal: 1.5,
        measured: most.claimMs / empty.claimMs,
        unit: '×',
      },
    ],
  };
}
