import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { freePort } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';
import type { Answer, Received, Receiver } from '../support/receiver';
import { testCertificates } from '../support/tls';
import { chance, isLong, lineNodes, Plant, seed, sourceNodes, TIMEOUT_MS, until } from './plant';

/** What was read of it until then counts as its answer. */
const CUT = 'sends a response without end';

/** What goes wrong with the first attempts of every event. */
const WRONG_ANSWERS: readonly [what: string, answer: () => Answer][] = [
  ['breaks the connection before it answers', () => ({ fault: 'reset' })],
  ['breaks the connection after the head', () => ({ fault: 'reset-after-head' })],
  ['breaks the connection in the middle of the body', () => ({ fault: 'reset-mid-body', body: 'x'.repeat(5000) })],
  ['sends half a head', () => ({ raw: 'HTTP/1.1 200 OK\r\nContent-Le' })],
  ['sends less of a body than it said', () => ({ raw: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort' })],
  ['sends a chunk that is none', () => ({ raw: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n' })],
  ['does not speak HTTP', () => ({ raw: 'SSH-2.0-OpenSSH_9.6\r\n' })],
  [
    'sends a head without end',
    () => ({ raw: `HTTP/1.1 200 OK\r\n${'X-Filler: 0123456789abcdef\r\n'.repeat(20_000)}` }),
  ],
  [CUT, () => ({ fault: 'endless' })],
  ['sends a byte now and then', () => ({ fault: 'drip' })],
  ['never answers', () => ({ fault: 'hang' })],
  ['answers 200 later than it is waited for', () => ({ after: pause(TIMEOUT_MS + 300) })],
  ['answers 500', () => ({ status: 500 })],
  ['answers 429 with Retry-After', () => ({ status: 429, headers: { 'retry-after': '1' } })],
  ['answers 503 with a date in Retry-After', () => ({ status: 503, headers: { 'retry-after': inASecond() } })],
  ['redirects to itself', () => ({ status: 302, headers: { location: '/crm' } })],
  [
    'says that it is gzip and it is not',
    () => ({ status: 500, headers: { 'content-encoding': 'gzip' }, body: 'not gzip' }),
  ],
];

const inASecond = (): string => new Date(Date.now() + 1000).toUTCString();

describe('what a receiver can do to a webhook', function () {
  this.timeout(120_000);
  let plant: Plant;
  let crm: Receiver;
  let tlsPort: number;
  let deadPort: number;

  before(async () => {
    [tlsPort, deadPort] = [await freePort(), await freePort()];
    plant = await Plant.start([], {
      env: { NODE_EXTRA_CA_CERTS: join(__dirname, '../fixtures/tls/ca.pem') },
    });
    crm = await plant.receiver();
    await plant.nodeRed.deploy([
      ...sourceNodes,
      ...lineNodes({ name: 'crm', url: `${crm.url}/crm` }),
      ...lineNodes({ name: 'tls', url: `https://localhost:${tlsPort}/crm` }),
      ...lineNodes({ name: 'dead', url: `http://127.0.0.1:${deadPort}/crm` }),
      ...lineNodes({ name: 'named', url: `http://receiver.example:${crm.port}/crm` }),
    ]);
  });
  after(async () => plant?.stop());
  afterEach(() => plant.check());

  describe('all at once, each with calls of its own:', () => {
    const CALLS = 3;
    const posted = new Map<number, Promise<unknown>>();
    const callOf = (fault: number, call: number): string => `wrong-${fault}-${call}`;

    before(() => {
      crm.answer(
        plant.keeping(({ text }, attempt) => {
          const fault = Number(/wrong-(\d+)/.exec(text)?.[1]);
          return attempt <= 2 ? (WRONG_ANSWERS[fault]?.[1]() ?? {}) : {};
        }),
      );
      for (const [fault] of WRONG_ANSWERS.entries()) {
        const calls = Array.from({ length: CALLS }, (_, call) => plant.call('crm', 2, callOf(fault, call)));
        posted.set(fault, Promise.all(calls));
      }
    });

    for (const [fault, [what]] of WRONG_ANSWERS.entries()) {
      it(`one that ${what}`, async () => {
        await posted.get(fault);
        const isDelivered = (): boolean => !plant.ledger.undelivered.some((id) => id.startsWith(`wrong-${fault}-`));
        await until(isDelivered, () => plant.ledger.undelivered);
        for (let call = 0; call < CALLS; call++) {
          const times = plant.ledger.timesArrived({ callId: callOf(fault, call), number: 1 });
          assert.ok(times >= (what === CUT ? 1 : 3), `${times} attempts`);
        }
      });
    }
  });

  it('one that breaks connections before they carry a request', async () => {
    crm.answer(plant.keeping(() => ({})));
    crm.resetConnections = true;
    crm.dropConnections();
    await plant.calls(3);
    await failedOnce();
    crm.resetConnections = false;
  });

  it('one that breaks all connections under load', async () => {
    crm.answer(plant.keeping(async () => ({ after: pause(20) })));
    const posted = plant.calls(20);
    for (let n = 0; n < 5; n++) {
      await crm.waitFor(crm.requests.length + 3);
      crm.dropConnections();
    }
    await posted;
  });

  it('one that is wrong now in this way, now in that, with calls in order', async () => {
    console.log(`      seed ${seed}`);
    const ways = WRONG_ANSWERS.map(([, answer]) => answer);
    const any = (): Answer => ways[Math.floor(chance() * ways.length)]?.() ?? {};
    crm.answer(plant.keeping((_: Received, attempt) => (attempt < 6 && chance() < 0.4 ? any() : {})));
    await plant.calls(isLong ? 200 : 15, { events: 3 });
  });

  it('one that answers with a bomb of gzip, which is cut and not unpacked into memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
    crm.answer(plant.keeping(() => ({ headers: { 'content-encoding': 'gzip' }, body: bomb })));
    const before = residentMegabytes(plant.nodeRed.pid);
    await plant.calls(4, { events: 1 });
    await plant.check();
    const grown = residentMegabytes(plant.nodeRed.pid) - before;
    assert.ok(grown < 150, `Node-RED grew by ${grown} MB`);
  });

  it('one that is not there, until it is', async () => {
    await plant.calls(3, { line: 'dead' });
    await failedOnce();
    await plant.receiver(() => ({}), { port: deadPort });
  });

  it('one with a certificate that is too old, until it is renewed', async () => {
    const expired = await plant.receiver(() => ({}), { port: tlsPort, tls: testCertificates.expired });
    await plant.calls(3, { line: 'tls' });
    await failedOnce();
    assert.equal(expired.requests.length, 0, 'nothing was told to one who could not say who it is');
    await expired.close();
    plant.receivers.splice(plant.receivers.indexOf(expired), 1);
    const plain = await plant.receiver(() => ({}), { port: tlsPort });
    await plant.calls(1, { line: 'tls' });
    await failedOnce();
    await plain.close();
    plant.receivers.splice(plant.receivers.indexOf(plain), 1);
    await plant.receiver(() => ({}), { port: tlsPort, tls: testCertificates.localhost });
  });

  it('one whose name is not found, then leads to nobody, then to it', async () => {
    crm.answer(plant.keeping(() => ({})));
    await plant.fault({ dns: { 'receiver.example': null } });
    await plant.calls(3, { line: 'named' });
    await failedOnce('dns');
    await plant.fault({ dns: { 'receiver.example': '127.0.0.9' } });
    await failedOnce('refused');
    await plant.fault({ dns: { 'receiver.example': '127.0.0.1' } });
  });

  /** Waits until the log has a delivery that waits after a failure, of that class. */
  async function failedOnce(failure?: string): Promise<void> {
    for (const giveUpAt = Date.now() + PATIENCE_MS; Date.now() < giveUpAt; await pause(30)) {
      const { deliveries } = await plant.nodeRed.get<{ deliveries: { lastError: { class: string } | null }[] }>(
        '/telephony-webhooks/deliveries?state=waiting',
      );
      if (deliveries.some(({ lastError }) => lastError && (failure ?? lastError.class) === lastError.class)) return;
    }
    assert.fail(`no attempt failed with ${failure ?? 'anything'}`);
  }
});

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
