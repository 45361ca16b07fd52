/**
 * What our HTTP client costs beside bare undici: POSTs of 1 kB over loopback to a receiver in a process of its own,
 * the same number in flight, in turns, so that a busy machine slows both.
 *
 *     node --import tsx bench/http-client.ts
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { AddressGuard } from '../src/http/address-guard';
import { UndiciClient } from '../src/http/undici-client';

const REQUESTS = Number(process.env['REQUESTS'] ?? 20_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const IN_FLIGHT = 64;
const BODY = JSON.stringify({ text: 'x'.repeat(1000) });
const HEADERS = { 'content-type': 'application/json', 'webhook-id': 'dlv_0123456789abcdefghjkmnpqrs' };

type Send = () => Promise<void>;

if (process.argv[2] === 'receiver') startReceiver();
else void run();

function startReceiver(): void {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('{"ok":true}'));
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

  await perSecond(bare, 5000);
  await perSecond(ours, 5000);
  const rates: { bare: number; ours: number }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    rates.push({ bare: await perSecond(bare, REQUESTS), ours: await perSecond(ours, REQUESTS) });
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const bareRate = median(rates.map((rate) => rate.bare));
  const ourRate = median(rates.map((rate) => rate.ours));
  console.log(`undici.request   ${Math.round(bareRate)} requests/s`);
  console.log(
    `our HTTP client  ${Math.round(ourRate)} requests/s, ${(ourRate / bareRate).toFixed(2)} of undici.request`,
  );
  await client.close();
  await pool.close();
  receiver.disconnect();
}

async function perSecond(send: Send, count: number): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await send();
    }),
  );
  return (count * 1000) / (performance.now() - startedAt);
}
