import assert from 'node:assert/strict';
import { deploy, Inbox, node, type TestMessage, undeploy } from '../support/pack';
import { type Receiver, startReceiver } from '../support/receiver';

describe('the deliveries node', () => {
  let receiver: Receiver;
  let answers: Inbox;
  let caught: Inbox;
  let good: Inbox;

  beforeEach(async () => {
    receiver = await startReceiver(({ text }) => ({ status: text === 'bad' ? 500 : 200 }));
    const out = {
      type: 'telephony-webhook-out',
      z: 'tab',
      name: 'CRM',
      url: receiver.url,
      retryIfError: false,
      orderBy: '',
    };
    await deploy(
      [
        { id: 'tab', type: 'tab' },
        { ...out, id: 'out', wires: [['good'], ['failed']] },
        { ...out, id: 'below', url: '', endpoint: 'crm', wires: [['good'], ['failed']] },
        { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: `${receiver.url}/api` },
        {
          id: 'template',
          z: 'tab',
          type: 'telephony-webhook-template',
          url: '/calls',
          format: 'text',
          text: 'rendered for {{msg.payload.caller}}',
          wires: [['rendered']],
        },
        { id: 'ask', z: 'tab', type: 'telephony-deliveries', wires: [['answers']] },
        { id: 'broken', z: 'tab', type: 'telephony-deliveries', action: 'explode', wires: [['answers']] },
        { id: 'catcher', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
        ...['good', 'failed', 'rendered', 'answers', 'caught'].map((id) => ({ id, z: 'tab', type: 'helper' })),
      ],
      {},
      ['common/25-catch'],
    );
    good = new Inbox('good');
    answers = new Inbox('answers');
    caught = new Inbox('caught');
    const failed = new Inbox('failed');
    for (const payload of ['one', 'two']) node('out').receive({ payload });
    await good.until(2);
    // After a success, whichever way the answers come: the endpoint is failing now.
    node('out').receive({ payload: 'bad' });
    await failed.until(1);
  });

  afterEach(async () => {
    await undeploy();
    await receiver.close();
  });

  async function ask(action: string, payload: unknown = {}): Promise<Record<string, unknown>> {
    const before = answers.messages.length;
    node('ask').receive({ action, payload, topic: 'kept' });
    const answer = (await answers.until(before + 1))[before] as TestMessage;
    assert.equal(answer['topic'], 'kept');
    return answer.payload as Record<string, unknown>;
  }

  it('lists and counts what matches, and shows one whole', async () => {
    assert.deepEqual(await ask('count'), { total: 3 });
    assert.deepEqual(await ask('count', { state: ['failed'] }), { total: 1 });
    const page = await ask('list', { state: 'failed', webhook: 'CRM' });
    assert.equal(page['total'], 1);
    const [row] = page['deliveries'] as { id: string }[];
    const one = await ask('list', { id: row?.id });
    assert.equal((one['request'] as { body: string }).body, 'bad');
    assert.equal((one['attempts'] as unknown[]).length, 1);
  });

  it('sends a failed one again as itself, and a delivered one as a new one', async () => {
    receiver.answer({});
    const idOf = async (state: string): Promise<string> => {
      const [row] = (await ask('list', { state }))['deliveries'] as { id: string }[];
      return row?.id ?? '';
    };
    const failed = await idOf('failed');
    assert.deepEqual(await ask('resend', { id: failed }), { id: failed, delivery: failed });
    await good.until(3);
    const delivered = await idOf('delivered');
    assert.notEqual((await ask('resend', { id: delivered }))['delivery'], delivered);
    await good.until(4);
    assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 4);
  });

  it('renders again what a webhook out put below the base URL of its endpoint, however it is wired', async () => {
    const rendered = new Inbox('rendered');
    const parameters = { caller: 'Ann' };
    node('template').receive({ payload: parameters, event: { id: 'e', type: 'call.ended', parameters } });
    const [message] = await rendered.until(1);
    assert.equal(message?.['url'], '/calls');
    node('below').receive({ ...message, payload: 'edited by the flow' });
    await good.until(3);
    const [row] = (await ask('list', { webhook: 'below' }))['deliveries'] as { id: string }[];
    await ask('resend', { id: row?.id, render: true });
    await good.until(4);
    assert.deepEqual(
      receiver.requests.slice(3).map(({ url, text }) => [url, text]),
      [
        ['/api/calls', 'edited by the flow'],
        ['/api/calls', 'rendered for Ann'],
      ],
    );
  });

  it('discards, pauses and resumes', async () => {
    assert.deepEqual(await ask('pause', { id: receiver.url }), { id: receiver.url, paused: true });
    node('out').receive({ payload: 'meanwhile' });
    while ((await ask('count', { state: 'pending' }))['total'] !== 1);
    assert.equal(receiver.requests.length, 3);
    await ask('resume', { id: receiver.url });
    await good.until(3);
    assert.deepEqual(await ask('discard', { state: 'failed' }), { matched: 1, discarded: 1 });
    assert.deepEqual(await ask('count', { state: 'failed' }), { total: 0 });
    assert.deepEqual(await ask('discard', { all: true }), { matched: 3, discarded: 3 });
    assert.deepEqual(await ask('count'), { total: 0 });
  });

  it('pauses and resumes the same origin, however it is written', async () => {
    const paused = { id: receiver.url, paused: true };
    assert.deepEqual(await ask('pause', { id: `${receiver.url}/` }), paused);
    assert.deepEqual(await ask('resume', { id: receiver.url.toUpperCase() }), { ...paused, paused: false });
    assert.deepEqual(await ask('pause', { id: 'https://CRM.example:443' }), {
      id: 'https://crm.example',
      paused: true,
    });
  });

  it('only says how many a dry run is about', async () => {
    const [row] = (await ask('list', { state: 'failed' }))['deliveries'] as { id: string }[];
    for (const [action, done] of [
      ['resend', 'resent'],
      ['discard', 'discarded'],
    ] as const) {
      for (const dryRun of [true, 'true', 1]) {
        assert.deepEqual(await ask(action, { state: 'delivered', dryRun }), { matched: 2, [done]: 0, dryRun: true });
      }
      assert.deepEqual(await ask(action, { id: row?.id, dryRun: true }), { matched: 1, [done]: 0, dryRun: true });
    }
    assert.deepEqual(await ask('count'), { total: 3 });
    assert.equal(receiver.requests.length, 3);
  });

  it('resends and discards no more than limit, the oldest', async () => {
    const { deliveries } = (await ask('list', { state: 'delivered' })) as { deliveries: { id: string }[] };
    const oldest = deliveries.at(-1)?.id;
    assert.deepEqual(await ask('resend', { state: 'delivered', limit: 1 }), { matched: 2, resent: 1, failed: [] });
    await good.until(3);
    assert.equal(receiver.requests.at(-1)?.text, 'one');
    assert.deepEqual(await ask('discard', { state: 'delivered', limit: '1' }), { matched: 3, discarded: 1 });
    const left = (await ask('list', { all: true })) as { deliveries: { id: string }[] };
    assert.equal(left.deliveries.length, 3);
    assert.ok(left.deliveries.every(({ id }) => id !== oldest));
  });

  it('answers what is wrong now, until a request gets through', async () => {
    const { alerts } = (await ask('alerts')) as { alerts: Record<string, unknown>[] };
    assert.deepEqual(
      alerts.map(({ kind, active, endpoint, name }) => [kind, active, endpoint, name]),
      [['failing', true, receiver.url, receiver.url]],
    );
    node('out').receive({ payload: 'works' });
    await good.until(3);
    assert.deepEqual(await ask('alerts'), { alerts: [] });
  });

  it('does nothing but report where its own action is none', async () => {
    node('broken').receive({ action: 'count' });
    const [left] = await caught.until(1);
    assert.equal((left?.['error'] as { code?: string } | undefined)?.code, 'config');
    assert.equal(answers.messages.length, 0);
  });

  for (const [what, action, payload, code] of [
    ['an action that it does not have', 'explode', {}, 'action'],
    ['no action', '', {}, 'action'],
    ['a filter that is none', 'list', { state: 'lost' }, 'filter'],
    ['discarding without any filter', 'discard', {}, 'filter'],
    ['an id that is a number', 'discard', { id: 7, state: 'delivered' }, 'filter'],
    ['an id that is empty', 'resend', { id: '', state: 'delivered' }, 'filter'],
    ['an id that is undefined', 'list', { id: undefined }, 'filter'],
    ['one delivery to be counted that is none', 'count', { id: null }, 'filter'],
    ['an endpoint that is a list', 'pause', { id: ['crm'] }, 'filter'],
    ['a limit that is none', 'discard', { state: 'delivered', limit: 0 }, 'filter'],
    ['a text as what is to be discarded', 'discard', 'dlv_none', 'filter'],
    ['a text as what is to be resent', 'resend', '{"id":"dlv_none"}', 'filter'],
    ['a delivery that does not exist', 'resend', { id: 'dlv_none' }, 'not-found'],
    ['pausing nothing', 'pause', {}, 'action'],
    ['pausing an endpoint that does not exist', 'pause', { id: 'cmr' }, 'not-found'],
    ['resuming an address that is more than an origin', 'resume', { id: 'https://crm.example/hook' }, 'not-found'],
  ] as const) {
    it(`reports ${what} to a Catch node`, async () => {
      node('ask').receive({ action, payload });
      const [left] = await caught.until(1);
      assert.equal((left?.['error'] as { code?: string } | undefined)?.code, code);
      assert.equal(answers.messages.length, 0);
      assert.deepEqual(await ask('count'), { total: 3 });
    });
  }
});
