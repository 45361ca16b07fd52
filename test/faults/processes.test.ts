import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SqliteEngine } from '../../src/store/engine/sqlite-engine';
import { newDelivery, requestWith } from '../contracts/delivery-store/material';
import { PATIENCE_MS } from '../support/patience';
import type { Receiver } from '../support/receiver';
import { chance, isLong, lineNodes, Plant, seed, sourceNodes, until } from './plant';

const HOUR_MS = 3_600_000;
const rounds = isLong ? 20 : 3;

describe('what can happen to Node-RED', function () {
  this.timeout(isLong ? 600_000 : 120_000);
  let plant: Plant;
  let crm: Receiver;
  const flows = () => [
    ...sourceNodes,
    ...lineNodes({ name: 'crm', url: `${crm.url}/crm` }),
    ...lineNodes({ name: 'other', url: `${crm.url}/other` }),
    ...lineNodes({ name: 'patient', url: `${crm.url}/patient`, timeoutMs: PATIENCE_MS }),
    ...burstNodes(`${crm.url}/burst`),
  ];

  before(async () => {
    plant = await Plant.start([]);
    crm = await plant.receiver();
    await plant.nodeRed.deploy(flows());
    console.log(`      seed ${seed}`);
  });
  after(async () => plant?.stop());
  afterEach(() => plant.check());

  /** Posts calls while `happens` goes on, and until it is over; every twentieth answer is an error. */
  async function underLoad(happens: () => Promise<void>): Promise<void> {
    crm.answer(plant.keeping(() => ({ status: chance() < 0.05 ? 500 : 200, after: pause(chance() * 15) })));
    let isOver = false;
    const posting = Array.from({ length: 8 }, async () => {
      while (!isOver) await plant.call('crm', 3);
    });
    await until(
      () => crm.requests.length > 0,
      () => 'nothing arrives',
    );
    try {
      await happens();
    } finally {
      isOver = true;
    }
    await Promise.all(posting);
    crm.answer(plant.keeping(() => ({})));
  }

  /** Lets so many more requests arrive. */
  const arrive = (count: number): Promise<unknown> => crm.waitFor(crm.requests.length + count);

  it('it is killed in the middle of commits', () =>
    underLoad(async () => {
      for (let round = 0; round < rounds; round++) {
        await arrive(10 + Math.floor(chance() * 60));
        await plant.nodeRed.kill9();
        await plant.nodeRed.restart();
      }
    }));

  it('it is killed while it starts', () =>
    underLoad(async () => {
      for (let round = 0; round < rounds - 1; round++) {
        await arrive(20);
        await plant.nodeRed.kill9();
        const started = plant.nodeRed.restart().catch(() => undefined);
        await pause(200 + chance() * 800);
        await plant.nodeRed.kill9();
        await started;
        await plant.nodeRed.restart();
      }
    }));

  it('it is stopped in order', () =>
    underLoad(async () => {
      await arrive(30);
      await plant.nodeRed.restart();
      await arrive(30);
    }));

  it('it is deployed again and again', () =>
    underLoad(async () => {
      for (let round = 0; round < rounds + 2; round++) {
        await arrive(20);
        await plant.nodeRed.deploy(flows());
      }
    }));

  it('it is frozen and goes on', () =>
    underLoad(async () => {
      await arrive(10);
      process.kill(plant.nodeRed.pid, 'SIGSTOP');
      await pause(1500); // longer than every time-out of the plant
      process.kill(plant.nodeRed.pid, 'SIGCONT');
      await arrive(10);
    }));

  it('another node keeps it busy for longer than every time-out', () =>
    underLoad(async () => {
      await arrive(10);
      await plant.fault({ blockMs: 1500 });
      await arrive(10);
    }));

  it('its clock jumps back an hour, and later forward again', () =>
    underLoad(async () => {
      for (const clockMs of [-HOUR_MS, 0]) {
        await arrive(20);
        await plant.fault({ clockMs });
        await arrive(20);
      }
    }));

  it('its clock jumps forward an hour, and later back again', () =>
    underLoad(async () => {
      for (const clockMs of [HOUR_MS, 0]) {
        await arrive(20);
        await plant.fault({ clockMs });
        await arrive(20);
      }
    }));

  it('its clock jumps back an hour while deliveries wait for their next attempt', async () => {
    crm.answer(plant.keeping((_, attempt) => (attempt === 1 ? { status: 503, headers: { 'retry-after': '2' } } : {})));
    await plant.calls(5);
    await plant.fault({ clockMs: -HOUR_MS });
    await plant.check();
    await plant.fault();
  });

  it('its clock is set back while it is down', async () => {
    crm.answer(plant.keeping((_, attempt) => (attempt <= 2 ? { status: 500 } : {})));
    await plant.fault({ clockMs: 30_000 });
    await plant.calls(3);
    await plant.nodeRed.kill9();
    await plant.nodeRed.restart(); // the clock is right again
    await plant.check();
  });

  it('10,000 messages come at once', async () => {
    crm.answer(plant.keeping(() => ({})));
    const burst = plant.newCall();
    const response = await plant.nodeRed.api(`burst?call=${burst}&count=10000`);
    assert.equal(response.status, 200);
    for (let n = 0; n < 10_000; n++) plant.ledger.accepted({ callId: `${burst}.${n}`, number: 1 });
  });

  it('a node is removed while deliveries wait for it, and comes back', async () => {
    crm.answer(plant.keeping(() => ({ status: 500 })));
    await plant.calls(3, { line: 'other' });
    const waiting = async (): Promise<number> => {
      const { states } = await plant.summary();
      return states.pending + states.sending + states.waiting;
    };
    // After a kill, what was open before comes out first, and some of it in no hurry.
    await until(
      async () => (await waiting()) === 6,
      () => plant.summary(),
    );
    await plant.nodeRed.deploy(flows().filter(({ id }) => id !== 'out-other'));
    assert.equal(await waiting(), 6);
    crm.answer(plant.keeping(() => ({})));
    await plant.calls(2);
    await plant.nodeRed.deploy(flows());
  });

  describe('by its provider:', () => {
    before(() => crm.answer(plant.keeping(() => ({}))));

    it('one that repeats an event while the first is being stored', async () => {
      const event = { callId: plant.newCall(), number: 1 };
      const statuses = await Promise.all(Array.from({ length: 20 }, () => plant.post(event, 'patient')));
      assert.deepEqual(new Set(statuses), new Set([200]));
      await plant.check();
      assert.equal(plant.ledger.timesArrived(event), 1);
    });

    it('one that posts 1 MB, and one that posts more', async () => {
      const envelope = JSON.stringify({
        eventType: 'call.ended',
        eventId: 'x',
        callId: 'x',
        sequence: 1,
        note: '',
      }).length;
      const most = 'x'.repeat(1024 * 1024 - envelope - 40);
      assert.equal(await plant.post({ callId: plant.newCall(), number: 1 }, 'crm', { note: most }), 200);
      assert.equal(await plant.post({ callId: plant.newCall(), number: 1 }, 'crm', { note: `${most}${most}` }), 413);
    });

    it('one that hangs up in the middle of its body', async () => {
      await Promise.all(
        Array.from(
          { length: 20 },
          () =>
            new Promise<void>((resolve) => {
              const posting = httpRequest(`${plant.nodeRed.url}/provider/crm`, {
                method: 'POST',
                headers: { 'content-type': 'application/json', 'content-length': '1000' },
              });
              posting.on('error', () => resolve());
              posting.write('{"eventType":"call.ended",');
              posting.on('socket', (socket) => socket.once('connect', () => setImmediate(() => posting.destroy())));
            }),
        ),
      );
      await plant.calls(3);
    });

    it('ones that never end what they send, which keep nobody else waiting', async () => {
      const slow = Array.from({ length: 50 }, () => connect(plant.nodeRed.port, '127.0.0.1'));
      for (const [n, socket] of slow.entries()) {
        socket.on('error', () => undefined);
        socket.write('POST /provider/crm HTTP/1.1\r\nHost: slow\r\n');
        if (n % 2) socket.write('Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"eventType":');
      }
      try {
        await plant.calls(5);
        await plant.check();
      } finally {
        for (const socket of slow) socket.destroy();
      }
    });
  });
});

describe('a backlog of 100,000 deliveries at the start', function () {
  this.timeout(isLong ? 600_000 : 120_000);
  const BACKLOG = 100_000;
  let userDir: string;
  let plant: Plant;

  before(() => {
    userDir = mkdtempSync(join(tmpdir(), 'telephony-backlog-'));
  });
  after(async () => {
    await plant?.stop();
    rmSync(userDir, { recursive: true, force: true });
  });

  it('is begun at once, oldest first, and stands in nobody’s way', async () => {
    plant = await Plant.start([], { userDir });
    const crm = await plant.receiver();
    const url = `${crm.url}/crm`;
    // Typed in the node that sends, because these messages have come from no template.
    const line = lineNodes({ name: 'crm', url }).map((node) => (node.id === 'out-crm' ? { ...node, url } : node));
    await plant.nodeRed.deploy([...sourceNodes, ...line]);
    await plant.nodeRed.kill9();
    fillStore(join(userDir, 'telephony-webhooks', 'deliveries.db'), crm.url);

    await plant.nodeRed.restart();
    const wanted = isLong ? BACKLOG : 2000;
    await crm.waitFor(wanted, isLong ? 300_000 : PATIENCE_MS);
    const first = crm.requests.slice(0, 64).map(({ text }) => Number(/backlog-(\d+)/.exec(text)?.[1]));
    assert.ok(Math.max(...first) < 128, `the first to go were ${first}`);
    await plant.calls(3, { events: 1 }); // still answered, and at once
    if (isLong) await plant.check();
  });

  function fillStore(path: string, url: string): void {
    const engine = new SqliteEngine({ path });
    const request = { ...requestWith({}), method: 'POST', url: `${url}/crm`, headers: {} };
    for (let n = 0; n < BACKLOG; ) {
      engine.transaction(() => {
        for (const end = n + 5000; n < end; n++) {
          const callId = `backlog-${n}`;
          const body = { encoding: 'utf8' as const, text: JSON.stringify({ callId, sequence: 1 }) };
          const owner = { nodeId: 'out-crm', lane: url, webhook: 'crm', orderKey: callId, createdAtMs: Date.now() };
          const start = { kind: 'pending' as const, dueAtMs: Date.now() };
          engine.operations.accept(newDelivery(callId, { ...owner, start, request: { ...request, body } }));
          plant.ledger.accepted({ callId, number: 1 });
        }
      });
    }
    engine.close();
  }
});

/** `GET /burst?call=c&count=n` sends n messages in one turn, and is answered when all of them are done. */
function burstNodes(url: string) {
  const common = { z: 'tab', x: 0, y: 0 };
  const burst = `
    const { call, count } = msg.req.query;
    flow.set('left', Number(count));
    flow.set('asker', { req: msg.req, res: msg.res });
    for (let n = 0; n < Number(count); n++) {
      node.send({ method: 'POST', payload: { callId: call + '.' + n, sequence: 1 } });
    }`;
  const count = `
    const left = flow.get('left') - 1;
    flow.set('left', left);
    return left === 0 ? { ...flow.get('asker'), payload: 'done' } : null;`;
  const out = {
    version: 1,
    url,
    orderBy: '',
    timeoutMs: 10_000,
    schedule: 'fixed',
    initialDelayMs: 150,
    maxAttempts: 1000,
  };
  return [
    { id: 'burst', ...common, type: 'http in', url: '/burst', method: 'get', wires: [['many']] },
    { id: 'many', ...common, type: 'function', func: burst, outputs: 1, wires: [['burst-out']] },
    { id: 'burst-out', ...common, type: 'telephony-webhook-out', ...out, wires: [[], []] },
    { id: 'each', ...common, type: 'complete', scope: ['burst-out'], wires: [['count']] },
    { id: 'count', ...common, type: 'function', func: count, outputs: 1, wires: [['burst-answer']] },
    { id: 'burst-answer', ...common, type: 'http response', statusCode: '200', wires: [] },
  ];
}
