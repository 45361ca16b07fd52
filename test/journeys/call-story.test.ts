/** "Why did the CRM not get that call?", asked of a real Node-RED. */
import assert from 'node:assert/strict';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { askUntil } from '../support/patience';
import { type Receiver, startReceiver } from '../support/receiver';

interface Entry {
  readonly kind: string;
  readonly time: string;
  readonly eventId: string;
  readonly node: string;
  readonly name: string;
  readonly delivery: string | null;
  readonly reason?: string | null;
  readonly [value: string]: unknown;
}
interface Story {
  readonly calls: readonly {
    readonly callId: string;
    readonly callerNumber: string;
    readonly calledNumber: string;
    readonly entries: readonly Entry[];
  }[];
  readonly truncated: boolean;
}

const CALLER = '+12025550142';
const CALL = {
  callId: 'call-1',
  eventType: 'call.ended',
  direction: 'inbound',
  callerNumber: CALLER,
  calledNumber: '020 7946 0123',
  startTime: '2026-03-02T09:15:04Z',
  endTime: '2026-03-02T09:17:24Z',
};

/** One source; a webhook that is retried, a template that fails, a path that ends nowhere, and filters of every kind. */
function flow(receiver: string): FlowNode[] {
  const at = { z: 'tab', x: 1, y: 1 };
  const hears = (id: string, changes: Record<string, unknown>, next: string[] = []): FlowNode => ({
    ...at,
    ...{ id, name: `name of ${id}`, type: 'telephony-event-in', source: 'pbx', events: ['call.ended'] },
    ...{ wires: [next], ...changes },
  });
  return [
    { id: 'tab', type: 'tab', label: 'story' },
    { id: 'pbx', type: 'telephony-source', name: 'PBX', kind: 'http-push', path: '/pbx', countryCode: 'GB' },
    hears('crm', {}, ['crm-template']),
    hears('chat', { onceBy: 'callerNumber', onceWithinSeconds: 600 }, ['chat-template']),
    hears('nowhere', {}),
    hears('missed', { events: ['call.missed'] }),
    hears('outbound', { callTypes: ['outbound'] }),
    hears('webhook-7', { webhookId: '7' }),
    hears('paris', { numbers: ['+33 1 42 68 53 00'] }),
    {
      ...at,
      ...{ id: 'crm-template', type: 'telephony-webhook-template', method: 'POST', url: `${receiver}/crm` },
      ...{ available: ['callId'], wires: [['crm-out']] },
    },
    {
      ...at,
      ...{ id: 'crm-out', type: 'telephony-webhook-out', name: 'CRM', schedule: 'list', delays: '1s', jitter: 0 },
      ...{ maxAttempts: 1000, wires: [[], []] },
    },
    {
      ...at,
      ...{ id: 'chat-template', type: 'telephony-webhook-template', name: 'Chat', url: `${receiver}/chat` },
      ...{ format: 'text', text: '{{callerNmae}}', wires: [[]] },
    },
  ];
}

for (const version of NODE_RED_VERSIONS) {
  describe(`the story of a call on Node-RED ${version}`, () => {
    let receiver: Receiver;
    let nodeRed: NodeRedProcess;

    before(async () => {
      receiver = await startReceiver();
      nodeRed = await startNodeRed({ version, flows: flow(receiver.url) });
    });
    beforeEach(() => receiver.answer({}));
    after(async () => {
      await nodeRed.stop();
      await receiver.close();
    });

    async function push(call: Record<string, unknown>): Promise<void> {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(call) };
      assert.equal((await nodeRed.api('pbx', init)).status, 200);
    }

    function ask(query: Record<string, string>): Promise<Story> {
      return nodeRed.get<Story>(`telephony-webhooks/story?${new URLSearchParams(query)}`);
    }

    /** The entries of one call, once they are as wished. */
    async function entries(callId: string, isDone: (entries: readonly Entry[]) => boolean): Promise<readonly Entry[]> {
      return askUntil(async () => (await ask({ q: callId })).calls[0]?.entries ?? [], isDone);
    }

    const lines = (all: readonly Entry[]): readonly string[] =>
      all.map(({ kind, node, reason }) => [kind, node, reason].filter(Boolean).join(' '));
    const has =
      (...wanted: readonly string[]) =>
      (all: readonly Entry[]): boolean =>
        wanted.every((line) => lines(all).includes(line));

    it('tells each filter that dropped it and why, each render, attempt and answer', async () => {
      receiver.answer([{ status: 503, body: 'busy' }, {}]);
      await push(CALL);
      // What became of deliveries is read after what became of the event, which may have been heard in between.
      const wanted = ['passed nowhere no-delivery', 'attempt crm-out', 'unrendered chat-template'];
      const all = await entries('call-1', has(...wanted));
      const stored = lines(all).indexOf('delivery crm-out');
      assert.deepEqual(lines(all).slice(0, 8), [
        'heard pbx',
        'passed crm',
        'passed chat',
        'passed nowhere no-delivery',
        'dropped missed type',
        'dropped outbound callType',
        'dropped webhook-7 webhookId',
        'dropped paris number',
      ]);
      assert.deepEqual(lines(all).slice(8).sort(), [
        'attempt crm-out',
        'attempt crm-out status',
        'delivery crm-out',
        'unrendered chat-template',
      ]);
      const [heard, passed] = all;
      assert.deepEqual(
        [heard?.name, heard?.['eventType'], heard?.['happenedAt'], passed?.name],
        ['PBX', 'call.ended', '2026-03-02T09:17:24.000Z', 'name of crm'],
      );
      assert.deepEqual(
        all.filter(({ kind }) => kind === 'dropped').map(({ value }) => value),
        ['call.ended', 'inbound', '', '020 7946 0123'],
      );
      const times = all.map(({ time }) => Date.parse(time));
      assert.deepEqual(times, [...times].sort());
      const [delivery, first, second] = [all[stored], ...all.filter(({ kind }) => kind === 'attempt')];
      assert.deepEqual(
        [delivery?.name, delivery?.['state'], delivery?.['method'], delivery?.['url']],
        ['CRM', 'delivered', 'POST', `${receiver.url}/crm`],
      );
      assert.deepEqual([first?.['number'], first?.['statusCode']], [1, 503]);
      assert.deepEqual([second?.['number'], second?.['statusCode'], second?.reason], [2, 200, null]);
      assert.ok(delivery?.delivery && [first, second].every((attempt) => attempt?.delivery === delivery.delivery));
      assert.match(String(all.find(({ kind }) => kind === 'unrendered')?.['message']), /callerNmae/);
      assert.equal(new Set(all.map(({ eventId }) => eventId)).size, 1);
    });

    it('tells repeats, and what was held back until when', async () => {
      const before = Date.now();
      await push(CALL);
      assert.ok(has('repeat pbx')(await entries('call-1', has('repeat pbx'))));
      await push({ ...CALL, callId: 'call-2' });
      const all = await entries('call-2', has('held-back chat once', 'attempt crm-out'));
      const held = all.find(({ kind }) => kind === 'held-back');
      assert.deepEqual(
        [held?.node, held?.reason, held?.['by'], held?.['value']],
        ['chat', 'once', 'callerNumber', CALLER],
      );
      const until = Date.parse(String(held?.['until']));
      assert.ok(until > before && until < before + 600_000);
    });

    it('says that it was given up, what waits and for how long, and what was sent again by hand', async () => {
      receiver.answer({ status: 410 });
      await push({ ...CALL, callId: 'call-3' });
      const failed = await entries('call-3', has('given-up crm-out status'));
      assert.equal(failed.at(-1)?.kind, 'given-up');
      receiver.answer({ fault: 'reset' });
      await push({ ...CALL, callId: 'call-4' });
      const waiting = await entries('call-4', has('waiting crm-out'));
      assert.ok(Date.parse(String(waiting.at(-1)?.['until'])) > Date.parse(waiting.at(-1)?.time ?? ''));
      receiver.answer({});
      const done = await entries('call-4', (all) =>
        all.some(({ kind, statusCode }) => kind === 'attempt' && statusCode === 200),
      );
      const { delivery } = done.find(({ kind }) => kind === 'delivery') ?? assert.fail();
      const attempts = (all: readonly Entry[]): number => all.filter(({ kind }) => kind === 'attempt').length;
      await nodeRed.api(`telephony-webhooks/deliveries/${delivery}/resend`, { method: 'POST' });
      const again = await entries('call-4', (all) => attempts(all) === attempts(done) + 1);
      assert.equal(again.find(({ kind }) => kind === 'resend')?.['of'], delivery);
    });

    it('finds the calls of a number, however it is typed, the newest first', async () => {
      for (const q of [CALLER, '1 (202) 555-0142', '0012025550142', '555 0142']) {
        const { calls, truncated } = await ask({ q });
        assert.deepEqual(
          [calls.map(({ callId }) => callId), truncated],
          [['call-4', 'call-3', 'call-2', 'call-1'], false],
          q,
        );
      }
      for (const q of ['020 7946 0123', '+44 (0)20 7946 0123']) assert.equal((await ask({ q })).calls.length, 4, q);
      assert.deepEqual(await ask({ q: CALLER, to: '2020-01-01' }), { calls: [], truncated: false });
      const newest = await ask({ q: CALLER, limit: '1', from: '2020-01-01' });
      assert.deepEqual([newest.calls.map(({ callId }) => callId), newest.truncated], [['call-4'], true]);
      const [{ callerNumber, calledNumber } = assert.fail()] = newest.calls;
      assert.deepEqual([callerNumber, calledNumber], [CALLER, '020 7946 0123']);
      for (const [bad, field] of [
        ['q=', 'q'],
        ['q=1&limit=0', 'limit'],
        ['q=1&from=soon', 'from'],
      ]) {
        const refused = await nodeRed.api(`telephony-webhooks/story?${bad}`);
        assert.deepEqual([refused.status, ((await refused.json()) as { field: string }).field], [400, field]);
      }
    });

    it('goes on with what is held back after a deploy, and holds it back again after a crash', async () => {
      const again = { ...CALL, callerNumber: '+12025550177', calledNumber: '101' };
      const verdicts = (all: readonly Entry[], node: string): readonly string[] =>
        all.flatMap((entry) => (entry.node === node ? entry.kind : []));
      await push({ ...again, callId: 'call-6' });
      await entries('call-6', has('passed chat'));
      await nodeRed.deploy(flow(receiver.url));
      await push({ ...again, callId: 'call-7' });
      await entries('call-7', has('held-back chat once', 'attempt crm-out'));
      await nodeRed.kill9();
      await nodeRed.restart();
      const held = await entries('call-7', (all) => verdicts(all, 'crm').length === 2);
      assert.deepEqual(verdicts(held, 'crm'), ['passed', 'passed']);
      assert.deepEqual(verdicts(held, 'chat'), ['held-back', 'held-back']);
      assert.ok(!verdicts(await entries('call-6', has('again pbx')), 'chat').includes('held-back'));
      await push({ ...again, callId: 'call-8' });
      await entries('call-8', has('held-back chat once'));
    });

    it('says that an event came out again after a crash, and that nobody listened', async () => {
      await nodeRed.deploy(flow(receiver.url).filter(({ type }) => type !== 'telephony-event-in'));
      await push({ ...CALL, callId: 'call-5' });
      const alone = await entries('call-5', has('unheard pbx'));
      assert.deepEqual(lines(alone), ['heard pbx', 'unheard pbx']);
      await nodeRed.kill9();
      await nodeRed.restart();
      await entries('call-5', has('again pbx'));
    });

    it('has gone when the number was forgotten', async () => {
      const body = JSON.stringify({ number: CALLER });
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      assert.equal((await nodeRed.api('telephony-webhooks/forget', init)).status, 200);
      for (const q of [CALLER, 'call-1', 'call-5', '020 7946 0123']) {
        assert.deepEqual(await ask({ q }), { calls: [], truncated: false }, q);
      }
    });
  });
}
