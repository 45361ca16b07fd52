/**
 * The promise of the pack, kept while its process is killed again and again: an event that was answered with 200 reaches
 * the receiver. A real Node-RED, a provider that repeats what was refused, a receiver that is slow and fails now and then.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../src/sources/simulator/seeded-random';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Received, type Receiver, startReceiver } from '../support/receiver';

const KILLS = 50;
const EVENTS = 2000;
/** So many are under way at the provider at once. */
const POSTERS = 8;

const seed = process.env['KILL_SEED'] ?? String(Date.now());

/** Provider → event in → template → webhook out → receiver, as a new node has its settings but for shorter delays. */
function flow(receiverUrl: string): readonly FlowNode[] {
  const common = { z: 'tab', x: 0, y: 0, version: 1 };
  return [
    { id: 'tab', type: 'tab', label: 'Killed again and again' },
    { id: 'source', type: 'telephony-source', version: 1, kind: 'http-push', path: '/provider', dialect: 'generic' },
    {
      id: 'in',
      ...common,
      type: 'telephony-event-in',
      source: 'source',
      events: ['call.ended'],
      wires: [['template']],
    },
    {
      id: 'template',
      ...common,
      type: 'telephony-webhook-template',
      method: 'POST',
      url: `${receiverUrl}/crm`,
      format: 'json',
      available: ['callId', 'eventId'],
      wires: [['out']],
    },
    {
      id: 'out',
      ...common,
      type: 'telephony-webhook-out',
      retryIfError: true,
      schedule: 'fixed',
      initialDelayMs: 250,
      maxAttempts: 1000,
      jitter: 0.1,
      orderBy: 'event.callId',
      wires: [[], []],
    },
  ];
}

const callIdOf = (request: Received): string => String((JSON.parse(request.text) as { callId: unknown }).callId);

describe('while Node-RED is killed again and again', function () {
  this.timeout(600_000);
  let receiver: Receiver;
  let nodeRed: NodeRedProcess;

  before(async () => {
    const chance = seededRandom(`receiver ${seed}`);
    receiver = await startReceiver(() => ({ status: chance() < 0.05 ? 503 : 200, after: pause(chance() * 15) }));
    nodeRed = await startNodeRed({ version: '5', flows: flow(receiver.url) });
  });

  after(async () => {
    await nodeRed?.stop();
    await receiver?.close();
  });

  it('delivers every event that it has accepted, and repeats show the same webhook-id', async () => {
    const provider = new Provider(`${nodeRed.url}/provider`, seed);
    const chance = seededRandom(`kills ${seed}`);
    let duringStart = 0;
    /** How long a start takes tells how slow this machine is now: what is open has to come out in some of these lives. */
    let startMs = 1_000;
    for (let kill = 0; kill < KILLS; kill++) {
      provider.postUpTo(((kill + 1) * EVENTS) / KILLS);
      await pause(chance() * 0.4 * startMs);
      await nodeRed.kill9();
      if (chance() < 0.2) {
        // Once more, while it starts: what was open is just being taken up again.
        duringStart++;
        const started = nodeRed.restart().catch(() => {});
        await pause((0.1 + chance() * 0.9) * startMs);
        await nodeRed.kill9();
        await started;
      }
      const startedAt = performance.now();
      await nodeRed.restart();
      startMs = Math.max(1_000, performance.now() - startedAt);
    }
    await provider.done();
    // What was in the flow at three kills is not told a fourth time, and its story says so.
    const missing = async (): Promise<{ shut: number; lost: readonly string[] }> => {
      const arrived = new Set(receiver.requests.map(callIdOf));
      const callIds = [...provider.accepted].filter((callId) => !arrived.has(callId));
      const closed = await Promise.all(callIds.map((callId) => isClosed(nodeRed, callId)));
      const lost = callIds.filter((_, index) => !closed[index]);
      return { shut: callIds.length - lost.length, lost };
    };
    await allEnded(nodeRed, async () => (await missing()).lost);

    const idsOf = new Map<string, string[]>();
    for (const request of receiver.requests) {
      const ids = idsOf.get(callIdOf(request)) ?? [];
      idsOf.set(callIdOf(request), [...ids, String(request.headers['webhook-id'])]);
    }
    const { shut, lost } = await missing();
    const repeated = [...idsOf].filter(([, ids]) => ids.length > 1);
    const twoIds = repeated.filter(([, ids]) => new Set(ids).size > 1);
    const { states } = await nodeRed.get<{ states: Record<string, number> }>('/telephony-webhooks/summary');
    console.log(
      `      seed ${seed}: ${KILLS} kills and ${duringStart} during a start; ${provider.accepted.size} events accepted, ` +
        `${provider.refused} posts refused and repeated; ${receiver.requests.length} requests received, ` +
        `${repeated.length} events more than once, ${twoIds.length} under two webhook-ids; ${shut} in the flow at three kills, ${lost.length} lost; ` +
        `the log: ${JSON.stringify(states)}`,
    );
    assert.equal(provider.accepted.size, EVENTS);
    assert.deepEqual(lost, []);
    assert.deepEqual(twoIds, []);
    assert.deepEqual(states, { pending: 0, sending: 0, waiting: 0, delivered: EVENTS - shut, failed: 0 });
    assert.ok(shut <= 2, `${shut} events were in the flow at three kills`);
  });
});

describe('an event that no webhook out has stored when Node-RED is killed', () => {
  let receiver: Receiver;
  let nodeRed: NodeRedProcess;

  before(async () => {
    receiver = await startReceiver();
    const at = { z: 'tab', x: 1, y: 1 };
    nodeRed = await startNodeRed({
      version: '5',
      flows: [
        { id: 'tab', type: 'tab', label: 'Nothing is stored' },
        { id: 'pbx', type: 'telephony-source', kind: 'http-push', path: '/pbx', dialect: 'generic', verify: 'none' },
        { ...at, id: 'in', type: 'telephony-event-in', source: 'pbx', events: ['*'], wires: [['note']] },
        {
          ...at,
          id: 'note',
          type: 'function',
          outputs: 1,
          func: `const { callId, again = false } = msg.event;
            const seen = [...(context.get('seen') ?? []), { callId, again }];
            context.set('seen', seen);
            return /^last/.test(callId) && !again ? { method: 'POST', url: '${receiver.url}', payload: seen } : null;`,
          wires: [['post']],
        },
        { ...at, id: 'post', type: 'http request', method: 'use', ret: 'txt', wires: [[]] },
      ],
    });
  });
  after(async () => {
    await nodeRed?.stop();
    await receiver?.close();
  });

  const call = async (callId: string): Promise<void> => {
    const answer = await nodeRed.api('pbx', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventType: 'call.ended', callId }),
    });
    assert.equal(answer.status, 200);
  };

  it('comes out again at each of the next three starts, once and marked so, and never again', async () => {
    await call('lost');
    for (const [index, times] of [1, 1, 1, 0].entries()) {
      await nodeRed.kill9();
      await nodeRed.restart();
      await call(`last-${index}`);
      const requests = await receiver.waitFor(index + 1);
      const seen = JSON.parse(requests[index]?.text ?? '') as { callId: string; again: boolean }[];
      const lost = seen.filter(({ callId }) => callId === 'lost');
      assert.deepEqual(lost, Array(times).fill({ callId: 'lost', again: true }), `start ${index + 1}`);
    }
  });
});

/** Posts events as a provider does: what was not answered with 200 is posted again, a little later. */
class Provider {
  readonly accepted = new Set<string>();
  /** Posts that were not answered with 200. */
  refused = 0;
  private next = 0;
  private end = 0;
  private readonly chance;
  private readonly posters: Promise<void>[];

  constructor(
    private readonly url: string,
    seedText: string,
  ) {
    this.chance = seededRandom(`provider ${seedText}`);
    this.posters = Array.from({ length: POSTERS }, () => this.work());
  }

  /** Lets it post events until there are so many. */
  postUpTo(end: number): void {
    this.end = end;
  }

  /** When all of them are accepted. */
  async done(): Promise<void> {
    await Promise.all(this.posters);
  }

  private async work(): Promise<void> {
    while (this.next < EVENTS) {
      await pause(5 + this.chance() * 60);
      if (this.next < this.end) await this.postUntilAccepted(`call-${this.next++}`);
    }
  }

  private async postUntilAccepted(callId: string): Promise<void> {
    while (!(await this.post(callId))) {
      this.refused++;
      await pause(50);
    }
    this.accepted.add(callId);
  }

  private async post(callId: string): Promise<boolean> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          eventType: 'call.ended',
          eventId: `${callId}-ended`,
          callId,
          callerNumber: '+442079460123',
        }),
        signal: AbortSignal.timeout(5000),
      });
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false; // refused, or the connection broke
    }
  }
}

/** Whether its story says that it came out three times and does not again. */
async function isClosed(nodeRed: NodeRedProcess, callId: string): Promise<boolean> {
  const { calls } = await nodeRed.get<{ calls: { entries: { kind: string }[] }[] }>(
    `/telephony-webhooks/story?q=${callId}`,
  );
  return calls.some(({ entries }) => entries.some(({ kind }) => kind === 'closed'));
}

/**
 * Waits until the log has no delivery left that is not at its end, and nothing is on the way there: an accepted event may wait for its
 * turn to be told.
 */
async function allEnded(nodeRed: NodeRedProcess, onTheWay: () => Promise<readonly string[]>): Promise<void> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await pause(100)) {
    if ((await onTheWay()).length > 0) continue;
    const { states } = await nodeRed.get<{ states: Record<string, number> }>('/telephony-webhooks/summary');
    if (states['pending'] === 0 && states['sending'] === 0 && states['waiting'] === 0) return;
  }
  assert.fail(
    `Not at their end after a minute: deliveries, or ${await onTheWay()}. Node-RED wrote:\n${nodeRed.log.slice(-4000)}`,
  );
}
