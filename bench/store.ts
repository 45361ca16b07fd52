/**
 * How fast the store is, by itself: `node --import tsx bench/store.ts [folder]`. The folder decides which disk is measured;
 * it is made and removed again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewDelivery, WakePlace } from '../src/store/delivery-store';
import { SqliteStore } from '../src/store/sqlite-store';

const NOW = 1_750_000_000_000;
const WAITING = 100_000;
const PAIRS = 40_000;
const IN_FLIGHT = 64;

const PARAMETERS = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`parameter${n}`, `value of ${n}`]));

let made = 0;

function newDelivery(lane: string, orderKey: string | null, start: NewDelivery['start']): NewDelivery {
  made += 1;
  const event = { id: `event-${made}`, type: 'call.ended', time: '2025-06-15T12:00:00.000Z', parameters: PARAMETERS };
  return {
    id: `dlv_${String(made).padStart(26, '0')}`,
    nodeId: 'a1b2c3d4e5f60718',
    webhook: 'CRM',
    lane,
    orderKey,
    eventId: event.id,
    eventTime: event.time,
    eventType: event.type,
    callId: `call-${made}`,
    request: {
      method: 'POST',
      url: 'https://crm.example.com/hooks/calls?source=pbx',
      headers: { 'Content-Type': 'application/json' },
      body: { encoding: 'utf8', text: JSON.stringify({ number: `+7495${1_000_000 + made}`, ...PARAMETERS }) },
      sealed: null,
    },
    message: JSON.stringify({ _msgid: String(made), topic: event.type, event }),
    createdAtMs: NOW,
    resendOf: null,
    start,
    compare: false,
  };
}

const ATTEMPT = { startedAtMs: NOW, durationMs: 12, statusCode: 200, class: null, message: null };
const RESPONSE = { headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };

/** Runs `work` that often, `IN_FLIGHT` at a time. */
async function concurrently(times: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < times; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function measure(what: string, units: number, work: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const rate = units > 1 ? `${Math.round((units * 1000) / ms).toLocaleString('en')} a second` : `${ms.toFixed(1)} ms`;
  console.log(`${what.padEnd(56)} ${rate.padStart(18)}   cpu ${((user + system) / units).toFixed(0)} µs each`);
}

async function finish(store: SqliteStore, id: string): Promise<void> {
  await store.finish({
    id,
    attempt: { ...ATTEMPT, response: RESPONSE },
    atMs: NOW,
    next: { kind: 'delivered' },
    keepBodies: true,
    report: false,
  });
}

async function claimAndFinish(store: SqliteStore, lane: string, rounds: number): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const { deliveries } = await store.claim({
      lane,
      nodeIds: ['a1b2c3d4e5f60718'],
      limit: IN_FLIGHT,
      nowMs: NOW,
      leaseUntilMs: NOW + 60_000,
    });
    times.push(performance.now() - started);
    await Promise.all(deliveries.map(({ id }) => finish(store, id)));
  }
  times.sort((a, b) => a - b);
  console.log(
    `  claim of ${IN_FLIGHT}: median ${times[times.length >> 1]?.toFixed(2)} ms, slowest ${times.at(-1)?.toFixed(2)} ms`,
  );
}

async function run(folder: string): Promise<void> {
  const store = new SqliteStore({ path: join(folder, 'bench.db') });
  await store.open();
  const claiming = { kind: 'claim', leaseUntilMs: NOW + 60_000 } as const;
  const waiting = { kind: 'pending', dueAtMs: NOW } as const;
  await measure(`accept and finish, in order by call, ${IN_FLIGHT} at once`, PAIRS, () =>
    concurrently(PAIRS, async (n) => {
      const { id } = await store.accept(newDelivery('lane', `call-${n >> 2}-${n & 3}`, claiming));
      await finish(store, id);
    }),
  );
  await measure(`accept, no order`, WAITING, () =>
    concurrently(WAITING, () => store.accept(newDelivery('no order', null, waiting))),
  );
  await measure(`accept, 50,000 keys in one lane`, WAITING, () =>
    concurrently(WAITING, (n) => store.accept(newDelivery('ordered', `key ${n % 50_000}`, waiting))),
  );
  await measure(`accept, one key`, WAITING, () =>
    concurrently(WAITING, () => store.accept(newDelivery('one key', 'key', waiting))),
  );
  for (const lane of ['no order', 'ordered', 'one key']) {
    const rounds = 100;
    const units = lane === 'one key' ? rounds : rounds * IN_FLIGHT;
    await measure(`claim and finish among ${WAITING.toLocaleString('en')} waiting, ${lane}`, units, () =>
      claimAndFinish(store, lane, rounds),
    );
  }
  await measure(`accept and finish beside 300,000 waiting`, PAIRS, () =>
    concurrently(PAIRS, async (n) => {
      const { id } = await store.accept(newDelivery('lane', `again-${n}`, claiming));
      await finish(store, id);
    }),
  );
  await measure('lanes', 1, () => store.lanes());
  await measure('list, the newest 50 (starts the reader)', 1, () => store.list({}, 50, null));
  await measure('list, the newest 50', 1, () => store.list({}, 50, null));
  await measure('list, delivered, of one webhook', 1, () =>
    store.list({ state: ['delivered'], webhook: 'CRM' }, 50, null),
  );
  await measure('list, failed', 1, () => store.list({ state: ['failed'] }, 50, null));
  await measure('list, sending', 1, () => store.list({ state: ['sending'] }, 50, null));
  await measure('search a number in 380,000', 1, () => store.list({ q: '+7 495 100-05-00' }, 50, null));
  await measure('search a word that is nowhere in 380,000', 1, () => store.list({ q: 'Müller' }, 50, null));
  await measure('summary', 1, () => store.summary());
  await measure('wake 100,000', 1, async () => {
    const { deliveries } = await store.claim({
      lane: 'no order',
      nodeIds: ['a1b2c3d4e5f60718'],
      limit: WAITING,
      nowMs: NOW,
      leaseUntilMs: NOW,
    });
    const error = { class: 'status', message: 'status 500', statusCode: 500 } as const;
    await concurrently(deliveries.length, (n) =>
      store.finish({
        id: deliveries[n]?.id ?? '',
        attempt: { ...ATTEMPT, ...error, response: null },
        atMs: NOW,
        next: { kind: 'waiting', dueAtMs: NOW + 3_600_000, notBeforeMs: null, error, passAtMs: null },
        keepBodies: true,
        report: false,
      }),
    );
    const started = performance.now();
    let woken = 0;
    let longestMs = 0;
    for (let after: WakePlace | null = null; ; ) {
      const partStarted = performance.now();
      const part: Awaited<ReturnType<SqliteStore['wake']>> = await store.wake(
        ...(['no order', NOW, NOW + 1, after, false] as const),
      );
      longestMs = Math.max(longestMs, performance.now() - partStarted);
      woken += part.woken;
      if (part.next === null) break;
      after = part.next;
    }
    const ms = performance.now() - started;
    console.log(`  ${woken} woken in ${ms.toFixed(0)} ms, the longest part ${longestMs.toFixed(0)} ms`);
  });
  await measure('prune 500', 500, () => store.prune({ maxAgeMs: 0, maxBytes: 1e9 }, NOW + 1));
  console.log(`  ${((await store.summary()).bytes / 1e6).toFixed(0)} MB`);
  await store.close();
}

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'store-bench-'));
run(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
