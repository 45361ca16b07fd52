/**
 * What our HTTP client costs beside bare undici: POSTs of 1 kB over loopback to a receiver in a process of its own,
 * the same number in flight, in turns, so that a busy machine slows both.
 *
 *     node --import tsx bench/http-client.ts
 */
import { fork } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { Pool } from 'undici';
import { AddressGuard } from '../src/http/address-guard';
import { UndiciClient } from '../src/http/undici-client';

const REQUESTS = Number(process.env['REQUESTS'] ?? 20_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const IN_FLIGHT = 64;
const BODY = JSON.stringify({ text: 'x'.repeat(1000) });
const HEADERS = { 'content-type': 'application/json', 'webhook-id': 'dlv_0123456789abcdefghjkmnpqrs' };

type Send = () => Promise<void>;

interface Speed {
  readonly perSecond: number;
  /** Of this process, user and system. */
  readonly cpuMicroseconds: number;
}

if (process.argv[2] === 'receiver') startReceiver();
else void run();

/** As cheap as can be, so that the clients are what is measured: it looks for the end of each request only. */
function startReceiver(): void {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}';
  process.once('disconnect', () => process.exit());
  const server = createServer((socket) => {
    let bytesLeft = 0;
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      // No pipelining: a request begins with a chunk, and its head comes whole.
      if (bytesLeft === 0) {
        const headEnd = chunk.indexOf('\r\n\r\n') + 4;
        const length = /content-length: (\d+)/i.exec(chunk.toString('latin1', 0, headEnd))?.[1];
        bytesLeft = headEnd + Number(length);
      }
      bytesLeft -= chunk.length;
      if (bytesLeft === 0) socket.write(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

async function run(): Promise<void> {
  const receiver = fork(__filename, ['receiver']);
  const port = await new Promise<number>((resolve) => receiver.once('message', (message) => resolve(Number(message))));
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin, { connections: IN_FLIGHT, pipelining: 1 });
  const client = new UndiciClient();
  const transport = { guard: new AddressGuard({ policy: 'lan', hostTyped: true }) };

  const bare: Send = async () => {
    const { body, statusCode } = await pool.request({ path: '/hook', method: 'POST', headers: HEADERS, body: BODY });
    await body.arrayBuffer();
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  };
  const ours: Send = async () => {
    const result = await client.send({
      method: 'POST',
      url: `${origin}/hook`,
      headers: HEADERS,
      body: BODY,
      timeoutMs: 15_000,
      transport,
    });
    if (result.kind !== 'response' || result.statusCode !== 200) throw new Error(JSON.stringify(result));
  };

  await measure(bare, 5000);
  await measure(ours, 5000);
  const rounds: { bare: Speed; ours: Speed }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    rounds.push({ bare: await measure(bare, REQUESTS), ours: await measure(ours, REQUESTS) });
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  for (const [unit, what] of [
    ['requests/s', 'perSecond'],
    ['µs of CPU a request', 'cpuMicroseconds'],
  ] as const) {
    const [bareValue, ourValue] = [
      median(rounds.map(({ bare }) => bare[what])),
      median(rounds.map(({ ours }) => ours[what])),
    ];
    const ratio = (ourValue / bareValue).toFixed(2);
    console.log(`${unit}: undici.request ${bareValue.toFixed(1)}, our client ${ourValue.toFixed(1)}, ratio ${ratio}`);
  }
  await client.close();
  await pool.close();
  receiver.disconnect();
}

async function measure(send: Send, count: number): Promise<Speed> {
  let left = count;
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await send();
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: (count * 1000) / (performance.now() - startedAt), cpuMicroseconds: (user + system) / count };
}
