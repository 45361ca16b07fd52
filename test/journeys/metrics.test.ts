/** What Prometheus reads of a real Node-RED, and what its alerts tell, over deploys and restarts. */
import assert from 'node:assert/strict';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { askUntil } from '../support/patience';
import { type Family, parsePrometheus } from '../support/prometheus';
import { type Receiver, startReceiver } from '../support/receiver';

interface Told {
  readonly topic: string;
  readonly payload: {
    readonly kind: string;
    readonly active: boolean;
    readonly endpoint: string;
    readonly name: string;
    readonly since: string;
    readonly message: string;
  };
}

function flow(receiver: Receiver, probe: Receiver): FlowNode[] {
  const at = { z: 'tab', x: 1, y: 1 };
  const out = {
    ...at,
    type: 'telephony-webhook-out',
    name: 'calls "to" CRM',
    url: `${receiver.url}/crm`,
    endpoint: 'crm',
    schedule: 'fixed',
    initialDelayMs: 1_000,
    maxAttempts: 1000,
    jitter: 0,
    orderBy: '',
    wires: [[], []],
  };
  return [
    { id: 'tab', type: 'tab', label: 'metrics' },
    { id: 'crm', type: 'telephony-webhook-endpoint', name: 'The CRM', baseUrl: receiver.url },
    { id: 'store', type: 'telephony-delivery-store', kind: 'sqlite', path: 'own/log.db' },
    {
      id: 'pbx',
      type: 'telephony-source',
      name: 'PBX',
      kind: 'http-push',
      path: '/pbx',
      dialect: 'generic',
      verify: 'token',
      credentials: { token: 'open sesame' },
    },
    { ...at, id: 'in', type: 'telephony-event-in', source: 'pbx', events: ['call.ended'], wires: [[]] },
    { ...at, id: 'go', type: 'inject', props: [{ p: 'payload', v: 'hello', vt: 'str' }], wires: [['out']] },
    { ...at, id: 'go-own', type: 'inject', props: [{ p: 'payload', v: 'hello', vt: 'str' }], wires: [['own']] },
    { ...out, id: 'out' },
    { ...out, id: 'own', store: 'store', endpoint: '' },
    { ...at, id: 'alerts', type: 'telephony-deliveries', action: 'alerts', alertAfterSeconds: 0, wires: [['tell']] },
    {
      ...at,
      id: 'tell',
      type: 'function',
      outputs: 1,
      func: `return { payload: JSON.stringify(msg), method: 'POST', url: '${probe.url}/alert' };`,
      wires: [['post']],
    },
    { ...at, id: 'post', type: 'http request', method: 'use', ret: 'txt', wires: [[]] },
  ];
}

for (const version of NODE_RED_VERSIONS) {
  describe(`metrics and alerts of Node-RED ${version}`, () => {
    let receiver: Receiver;
    let probe: Receiver;
    let nodeRed: NodeRedProcess;

    beforeEach(async () => {
      receiver = await startReceiver();
      probe = await startReceiver();
      nodeRed = await startNodeRed({ version, flows: flow(receiver, probe) });
    });

    afterEach(async () => {
      await nodeRed.stop();
      await receiver.close();
      await probe.close();
    });

    /** The value of the one sample with these labels among its own; undefined: there is none. */
    function value(families: ReadonlyMap<string, Family>, name: string, labels: object): number | undefined {
      const samples = families.get(`telephony_webhooks_${name.replace(/_count$/, '')}`)?.samples ?? [];
      const wanted = Object.entries(labels);
      const found = samples.filter(
        (sample) =>
          sample.name === `telephony_webhooks_${name}` && wanted.every(([key, text]) => sample.labels[key] === text),
      );
      assert.ok(found.length <= 1, `${name} is there ${found.length} times`);
      return found[0]?.value;
    }

    /** Asks until it is so, as Prometheus does. */
    async function scrapeUntil(name: string, labels: object, expected: number): Promise<ReadonlyMap<string, Family>> {
      let text = '';
      const scrape = async (): Promise<ReadonlyMap<string, Family>> => {
        const answer = await nodeRed.api('telephony-webhooks/metrics');
        assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
        text = await answer.text();
        return parsePrometheus(text);
      };
      return askUntil(
        scrape,
        (families) => value(families, name, labels) === expected,
        () => `${name} did not become ${expected}:\n${text}`,
      );
    }

    async function told(count: number): Promise<Told[]> {
      await probe.waitFor(count);
      return probe.requests.map(({ text }) => JSON.parse(text) as Told);
    }

    it('counts over all stores what was accepted, tried, delivered and heard', async () => {
      await nodeRed.inject('go');
      await nodeRed.inject('go-own');
      await receiver.waitFor(2);
      const push = (token: string) =>
        nodeRed.api('pbx', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-webhook-token': token },
          body: JSON.stringify({ eventType: 'call.ended', callId: 'c-1', eventTime: '2026-07-14T08:05:00Z' }),
        });
      assert.deepEqual(
        [(await push('open sesame')).status, (await push('open sesame')).status, (await push('')).status],
        [200, 200, 401],
      );
      const ownNode = { node: 'own', webhook: 'calls "to" CRM' };
      await scrapeUntil('delivered_total', ownNode, 1);
      await scrapeUntil('delivered_total', { node: 'out', webhook: 'calls "to" CRM' }, 1);
      // That somebody was refused is an event, too; it comes after the answer.
      const families = await scrapeUntil('events_total', { source: 'pbx', source_name: 'PBX', result: 'new' }, 2);
      for (const [name, labels, expected] of [
        ['accepted_total', ownNode, 1],
        ['attempts_total', { node: 'out', outcome: 'success' }, 1],
        ['delivery_age_seconds_count', ownNode, 1],
        ['attempt_duration_seconds_count', { endpoint: 'crm', endpoint_name: 'The CRM' }, 1],
        ['attempt_duration_seconds_count', { endpoint: receiver.url, endpoint_name: '' }, 1],
        ['endpoint_breaker_state', { endpoint: 'crm', state: 'closed' }, 1],
        ['endpoint_failing', { endpoint: 'crm' }, 0],
        ['store_capacity_bytes', { store: 'embedded' }, 1024 ** 3],
        ['store_refusing', { store: 'own/log.db' }, 0],
        ['oldest_open_delivery_age_seconds', { store: 'embedded' }, 0],
        ['events_total', { source: 'pbx', result: 'repeated' }, 1],
        ['push_refused_total', { source: 'pbx', reason: 'credentials' }, 1],
      ] as const) {
        assert.equal(value(families, name, labels), expected, name);
      }
    });

    it('calls what has no name as the log does, or by what else people know it by', async () => {
      const at = { z: 'tab', x: 1, y: 1 };
      const go = (id: string) => ({ ...at, type: 'inject', props: [{ p: 'payload', v: 'hello', vt: 'str' }], id });
      const template = { ...at, type: 'telephony-webhook-template', format: 'text', url: receiver.url };
      const out = { ...at, type: 'telephony-webhook-out', wires: [['missing'], []] };
      await nodeRed.deploy([
        { id: 'tab', type: 'tab', label: 'metrics' },
        { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: `${receiver.url}/token/in/path` },
        { ...go('go'), wires: [['calls', 'alone']] },
        { ...template, id: 'calls', name: 'Calls to CRM', wires: [['behind']] },
        { ...out, id: 'behind' },
        { ...out, id: 'alone', endpoint: 'crm' },
        { ...template, id: 'missing', text: '{{nowhere}}', wires: [['alone']] },
      ]);
      await nodeRed.inject('go');
      await scrapeUntil('accepted_total', { node: 'behind', webhook: 'Calls to CRM' }, 1);
      const families = await scrapeUntil('dead_total', { node: 'missing', webhook: 'webhook template' }, 2);
      assert.equal(value(families, 'accepted_total', { node: 'alone', webhook: 'webhook out' }), 1);
      assert.equal(
        value(families, 'attempt_duration_seconds_count', { endpoint: 'crm', endpoint_name: receiver.url }),
        1,
      );
      const { deliveries } = await nodeRed.get<{ deliveries: { webhook: string }[] }>('telephony-webhooks/deliveries');
      assert.deepEqual(
        new Set(deliveries.map(({ webhook }) => webhook)),
        new Set(['Calls to CRM', 'webhook out', 'webhook template']),
      );
    });

    it('shows an endpoint that fails, what waits for it, and that it was paused', async () => {
      receiver.answer({ status: 503 });
      await nodeRed.inject('go');
      await receiver.waitFor(1);
      await scrapeUntil('endpoint_failing', { endpoint: 'crm', endpoint_name: 'The CRM' }, 1);
      await nodeRed.api('telephony-webhooks/endpoints/crm/pause', { method: 'POST' });
      await scrapeUntil('endpoint_paused', { endpoint: 'crm', reason: 'by-hand' }, 1);
      const families = await scrapeUntil('open_deliveries', { store: 'embedded', node: 'out', state: 'waiting' }, 1);
      assert.ok((value(families, 'oldest_open_delivery_age_seconds', { store: 'embedded' }) ?? 0) > 0);
      assert.ok((value(families, 'attempts_total', { node: 'out', outcome: 'status' }) ?? 0) > 0);
    });

    it('ends what was wrong with an endpoint that is removed, and knows nothing of it when it is back', async () => {
      receiver.answer({ status: 503 });
      await nodeRed.inject('go');
      await told(1);
      const all = flow(receiver, probe);
      await nodeRed.deploy(all.filter(({ id }) => !['crm', 'out', 'go'].includes(id)));
      const { kind, active, name, message } = (await told(2))[1]?.payload ?? {};
      assert.deepEqual([kind, active, name, message], ['recovered', false, 'The CRM', 'The CRM was removed.']);
      await nodeRed.restart();
      await nodeRed.deploy(all);
      assert.deepEqual(
        (await told(3)).map(({ payload }) => payload.kind),
        ['failing', 'recovered', 'failing'],
      );
    });

    it('tells each change once: nothing again after a deploy, what stands once more after a restart', async () => {
      receiver.answer({ status: 503 });
      await nodeRed.inject('go');
      await nodeRed.inject('go');
      await told(1);
      await receiver.waitFor(4);
      await nodeRed.deploy(flow(receiver, probe));
      receiver.answer({});
      const [failing, recovered] = await told(2);
      assert.deepEqual(
        [failing, recovered].map((one) => [one?.topic, one?.payload.kind, one?.payload.endpoint, one?.payload.name]),
        [
          ['failing', 'failing', 'crm', 'The CRM'],
          ['recovered', 'recovered', 'crm', 'The CRM'],
        ],
      );
      await nodeRed.api('telephony-webhooks/endpoints/crm/pause', { method: 'POST' });
      const paused = (await told(3))[2];
      await nodeRed.restart();
      assert.deepEqual((await told(4))[3]?.payload, paused?.payload);
      await nodeRed.api('telephony-webhooks/endpoints/crm/resume', { method: 'POST' });
      const all = await told(5);
      assert.deepEqual(
        all.map(({ topic }) => topic),
        ['failing', 'recovered', 'paused', 'paused', 'resumed'],
      );
    });
  });
}
