/**
 * What one endpoint that hangs does to forty-nine others: deliveries at a steady pace to fifty lanes, each stored on disk,
 * in turns with the fiftieth endpoint answering and with it taking requests and never answering. Prints the 99th percentile of the
 * forty-nine, from acceptance to the output of the node, and how the two compare.
 *
 *     node --import tsx bench/hanging-endpoint.ts
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sortableId, systemClock, systemRandom } from '../src/clock';
import { NO_BREAKER } from '../src/delivery/circuit';
import { Dispatcher } from '../src/delivery/dispatcher';
import { parseSuccessRule } from '../src/delivery/success-rule';
import { UndiciClient } from '../src/http/undici-client';
import { createStore } from '../src/store/registry';

const ENDPOINTS = 50;
const PER_SECOND = Number(process.env['PER_SECOND'] ?? 500);
const SECONDS = Number(process.env['SECONDS'] ?? 6);
const ROUNDS = Number(process.env['ROUNDS'] ?? 6);
const TICK_MS = 10;
const HANGING = 'lane-0';
/** Few, so that what is meant for the endpoint that hangs soon waits in the store, too. */
const CONCURRENCY = 8;

if (process.argv[2] === 'receiver') startReceiver();
else void run();

function startReceiver(): void {
  process.once('disconnect', () => process.exit());
  const server = createServer((request, response) => {
    request.resume();
    if (request.url !== '/hang') request.once('end', () => response.end('ok'));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function run(): Promise<void> {
  const receiver = fork(__filename, ['receiver']);
  const port = await new Promise<number>((resolve) => receiver.once('message', (message) => resolve(Number(message))));
  await round(port, true); // warms up
  const p99s: Record<'healthy' | 'hanging', number[]> = { healthy: [], hanging: [] };
  for (let turn = 0; turn < ROUNDS; turn++) {
    for (const kind of turn % 2 === 0 ? (['healthy', 'hanging'] as const) : (['hanging', 'healthy'] as const)) {
      p99s[kind].push(await round(port, kind === 'hanging'));
    }
  }
  const [healthy, hanging] = [median(p99s.healthy), median(p99s.hanging)];
  console.log(
    `99th percentile of ${ENDPOINTS - 1} endpoints at ${PER_SECOND} deliveries a second, median of ${ROUNDS} rounds:`,
  );
  console.log(
    `all answer ${healthy.toFixed(1)} ms, one hangs ${hanging.toFixed(1)} ms, ratio ${(hanging / healthy).toFixed(2)}`,
  );
  receiver.disconnect();
}

/** The 99th percentile, in milliseconds, of all lanes but the one that may hang. */
async function round(port: number, hangs: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'telephony-webhooks-bench-'));
  const store = createStore({ kind: 'sqlite', path: join(folder, 'deliveries.db') });
  await store.open();
  const client = new UndiciClient();
  const dispatcher = new Dispatcher({
    store,
    client,
    clock: systemClock,
    random: systemRandom,
    changed: () => undefined,
    failed: (error) => console.error(error),
    keepBodies: () => true,
  });
  await dispatcher.start();
  const startedAt = new Map<string, number>();
  const latencies: number[] = [];
  const transports = new Map<string, object>();
  for (let n = 0; n < ENDPOINTS; n++) {
    const lane = `lane-${n}`;
    transports.set(lane, {});
    const url = `http://127.0.0.1:${port}/${hangs && lane === HANGING ? 'hang' : 'hook'}`;
    dispatcher.limit(lane, { concurrency: CONCURRENCY, ratePerSecond: null, breaker: NO_BREAKER });
    dispatcher.register({
      nodeId: lane,
      policy: null,
      successRule: parseSuccessRule('2xx'),
      orderWaitMs: 0,
      timeoutMs: 2_000,
      prepare: (delivery) => ({
        kind: 'ready',
        request: {
          method: 'POST',
          url,
          headers: { 'webhook-id': delivery.id },
          body: '{}',
          timeoutMs: 2_000,
          transport: transports.get(lane) ?? {},
        },
      }),
      settled: ({ delivery, state }) => {
        if (lane === HANGING) return;
        if (state !== 'delivered') throw new Error(`${delivery.id} failed`);
        latencies.push(performance.now() - (startedAt.get(delivery.id) ?? 0));
      },
      postponed: () => undefined,
      laneChanged: () => undefined,
    });
  }
  let sent = 0;
  let wanted = 0;
  const accept = (): void => {
    const id = sortableId('dlv_');
    const lane = `lane-${sent++ % ENDPOINTS}`;
    if (lane !== HANGING) wanted++;
    startedAt.set(id, performance.now());
    void dispatcher.accept(
      {
        ...{ id, nodeId: lane, webhook: lane, lane, orderKey: null, eventId: null, eventTime: null, eventType: null },
        ...{ callId: null, message: '{}', createdAtMs: systemClock.now(), resendOf: null, compare: false },
        request: { method: 'POST', url: 'http://127.0.0.1/', headers: {}, body: null, sealed: null },
      },
      {},
      undefined,
    );
  };
  const beganAt = performance.now();
  while (performance.now() - beganAt < SECONDS * 1_000) {
    while (sent < ((performance.now() - beganAt) / 1_000) * PER_SECOND) accept();
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  while (latencies.length < wanted) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  await dispatcher.close(0);
  await store.close();
  await client.close();
  rmSync(folder, { recursive: true, force: true });
  latencies.sort((a, b) => a - b);
  return latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
