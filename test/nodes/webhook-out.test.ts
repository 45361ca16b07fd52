import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { deploy, type FlowNode, Inbox, node, redeploy, type TestMessage, undeploy, warningsOf } from '../support/pack';
import { type Answer, type Received, type Receiver, startReceiver } from '../support/receiver';

const CATCH = 'common/25-catch';
const COMPLETE = 'common/24-complete';

/** An endpoint that lets messages name addresses of the receivers of these tests. */
const HERE: FlowNode = { id: 'here', type: 'telephony-webhook-endpoint', addressPolicy: 'list', allow: ['127.0.0.1'] };

describe('webhook out', () => {
  let receiver: Receiver;
  let good: Inbox;
  let bad: Inbox;
  let caught: Inbox;
  let completed: Inbox;

  beforeEach(async () => {
    receiver = await startReceiver({ body: 'ok' });
  });

  afterEach(async () => {
    await undeploy();
    await receiver.close();
  });

  function flowOf(config: Record<string, unknown>, others: readonly FlowNode[]): FlowNode[] {
    return [
      { id: 'tab', type: 'tab', label: 'test' },
      {
        id: 'out',
        z: 'tab',
        type: 'telephony-webhook-out',
        retryIfError: false,
        ...config,
        wires: [['good'], ['bad']],
      },
      { id: 'catcher', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
      { id: 'completer', z: 'tab', type: 'complete', scope: ['out'], wires: [['completed']] },
      ...['good', 'bad', 'caught', 'completed'].map((id) => ({ id, z: 'tab', type: 'helper' })),
      ...others,
    ];
  }

  async function start(
    config: Record<string, unknown> = {},
    others: readonly FlowNode[] = [],
    credentials: Record<string, Record<string, string>> = {},
  ): Promise<void> {
    await deploy(flowOf(config, others), credentials, [CATCH, COMPLETE]);
    good = new Inbox('good');
    bad = new Inbox('bad');
    caught = new Inbox('caught');
    completed = new Inbox('completed');
  }

  /** Sends one message and answers what the receiver got and what left *delivered*. */
  async function sendOne(message: TestMessage): Promise<{ got: Received; left: TestMessage }> {
    const before = receiver.requests.length;
    node('out').receive(message);
    const got = (await receiver.waitFor(before + 1))[before] as Received;
    const left = (await good.until(good.messages.length + 1)).at(-1) as TestMessage;
    return { got, left };
  }

  it('keeps the order of a call, whichever of its messages names a delivery', async () => {
    await start({ url: receiver.url, orderBy: 'event.callId' });
    const event = { type: 'call.ended', callId: 'call-1', parameters: {} };
    node('out').receive({ event, payload: 'first', delivery: { id: 'of another node' } });
    node('out').receive({ event, payload: 'second' });
    const requests = await receiver.waitFor(2);
    assert.deepEqual(
      requests.map(({ text }) => text),
      ['first', 'second'],
    );
  });

  it('says which property cannot be an order key, and keeps the failure in the log', async () => {
    await start({ url: receiver.url, orderBy: 'call' });
    const call: Record<string, unknown> = {};
    call['itself'] = call;
    node('out').receive({ payload: 'x', call });
    const [message] = await caught.until(1);
    assert.match(
      String((message?.['error'] as Error | undefined)?.message),
      /msg\.call cannot be an order key.*Choose a property/,
    );
    assert.equal(receiver.requests.length, 0);
  });

  it('takes the bodies that the core http request node takes', async () => {
    await start({ url: `${receiver.url}/in`, method: 'POST' });
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const cases: readonly [unknown, Record<string, string>, string, string | undefined][] = [
      ['plain text', {}, 'plain text', undefined],
      [Buffer.from([0, 255, 10]), {}, Buffer.from([0, 255, 10]).toString('utf8'), undefined],
      [{ a: [1, null], b: 'ü' }, {}, '{"a":[1,null],"b":"ü"}', 'application/json'],
      [[1, 2], {}, '[1,2]', 'application/json'],
      [42, {}, '42', undefined],
      [0, {}, '0', undefined],
      [false, {}, 'false', undefined],
      [{ a: 'x y', b: ['1', '2'] }, form, 'a=x+y&b=1&b=2', 'application/x-www-form-urlencoded'],
      [{ a: 1 }, { 'content-type': 'application/vnd.api+json' }, '{"a":1}', 'application/vnd.api+json'],
    ];
    for (const [payload, headers, body, contentType] of cases) {
      const { got } = await sendOne({ payload, headers });
      assert.equal(got.text, body);
      assert.equal(got.headers['content-type'], contentType, String(body));
      assert.equal(got.headers['content-length'], String(got.body.length));
    }
    assert.deepEqual(receiver.requests[1]?.body, Buffer.from([0, 255, 10]));
  });

  it('sends headers as they are given, those with several values too', async () => {
    await start({ endpoint: 'here' }, [HERE]);
    const headers = { 'X-One': 1, 'X-Many': ['a', 'b'], 'X-Nothing': null };
    const { got } = await sendOne({ url: `${receiver.url}/h`, payload: 'x', headers });
    assert.equal(got.headers['x-one'], '1');
    assert.deepEqual(
      got.rawHeaders.filter((_, index) => got.rawHeaders[index - 1] === 'X-Many'),
      ['a', 'b'],
    );
    assert.ok(!('x-nothing' in got.headers));
    assert.match(String(got.headers['webhook-id']), /^dlv_/);
  });

  it('means basic authentication by user info, http by a missing scheme, and sends GET without a body', async () => {
    await start({ endpoint: 'here' }, [HERE]);
    const host = receiver.url.slice('http://'.length);
    const { got } = await sendOne({ url: `ann:p%40ss@${host}/a`.replace(/^/, 'http://'), payload: 'x' });
    assert.equal(got.headers.authorization, `Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    assert.equal(got.url, '/a');
    const bare = await sendOne({ url: `${host}/b?c=1`, method: 'get', payload: 'not sent' });
    assert.equal(bare.got.method, 'GET');
    assert.equal(bare.got.url, '/b?c=1');
    assert.equal(bare.got.text, '');
    assert.equal(bare.got.headers['content-length'], undefined);
  });

  it('lets its own method and URL win over those of the message', async () => {
    await start({ url: `${receiver.url}/own`, method: 'PUT' });
    const { got } = await sendOne({ url: 'http://127.0.0.1:9/theirs', method: 'DELETE', payload: 'x' });
    assert.equal(`${got.method} ${got.url}`, 'PUT /own');
  });

  it('appends a path to the base URL of its endpoint with one slash, and uses that alone where there is none', async () => {
    await start({ endpoint: 'crm' }, [
      { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: `${receiver.url}/api/` },
    ]);
    for (const [url, path] of [
      ['/calls?x=1', '/api/calls?x=1'],
      ['calls', '/api/calls'],
      ['', '/api/'],
    ]) {
      assert.equal((await sendOne({ url, payload: 'x' })).got.url, path);
    }
  });

  it('gives back what the core http request node gives back, and the delivery', async () => {
    await start({ url: receiver.url });
    receiver.answer({ status: 201, headers: { 'X-Id': '7', 'Set-Cookie': ['a=1', 'b=2'] }, body: '{"id":7}' });
    const { left } = await sendOne({ payload: 'x', topic: 'call.ended', more: { kept: true }, _msgid: 'm1' });
    assert.equal(left['statusCode'], 201);
    assert.equal(left.payload, '{"id":7}');
    assert.equal((left['headers'] as Record<string, unknown>)['x-id'], '7');
    assert.deepEqual((left['headers'] as Record<string, unknown>)['set-cookie'], ['a=1', 'b=2']);
    assert.equal(left['topic'], 'call.ended');
    assert.deepEqual(left['more'], { kept: true });
    assert.equal(left['_msgid'], 'm1');
    const { id, ...delivery } = left['delivery'] as Record<string, unknown>;
    assert.match(String(id), /^dlv_/);
    assert.equal(delivery['state'], 'delivered');
    assert.equal(delivery['attempts'], 1);
    for (const time of ['createdAt', 'endedAt']) assert.match(String(delivery[time]), /^\d{4}-.*Z$/);
    await completed.until(1);
    assert.equal(completed.messages.length, 1);
    assert.equal(caught.messages.length, 0);
  });

  for (const [response, body, payload] of [
    ['json', '{"a":1}', { a: 1 }],
    ['json', 'no json', 'no json'],
    ['buffer', 'raw', Buffer.from('raw')],
  ] as const) {
    it(`gives the answer "${body}" as ${response}`, async () => {
      await start({ url: receiver.url, response });
      receiver.answer({ body });
      assert.deepEqual((await sendOne({ payload: 'x' })).left.payload, payload);
    });
  }

  it('cuts an answer at 1 MB and says so', async () => {
    await start({ url: receiver.url, response: 'buffer' });
    receiver.answer({ body: Buffer.alloc(1024 * 1024 + 10, 'x') });
    const { left } = await sendOne({ payload: 'x' });
    assert.equal((left.payload as Buffer).length, 1024 * 1024);
    assert.equal((left['delivery'] as Record<string, unknown>)['responseCut'], true);
  });

  it('keeps the request in a message that failed, and adds what went wrong', async () => {
    await start({ endpoint: 'here' }, [HERE]);
    receiver.answer({ status: 422, headers: { 'X-Why': 'name' }, body: 'name is missing' });
    const request = { url: `${receiver.url}/f`, method: 'PUT', headers: { 'X-A': 'b' }, payload: 'the body' };
    node('out').receive({ ...request, topic: 't' });
    const [left] = await bad.until(1);
    assert.ok(left);
    const { url, method, headers, payload } = left as Record<string, unknown>;
    assert.deepEqual({ url, method, headers, payload }, request);
    assert.equal(left['topic'], 't');
    assert.equal(left['statusCode'], 422);
    assert.equal((left['error'] as Record<string, unknown>)['code'], 'status');
    assert.match(
      String((left['error'] as Record<string, unknown>)['message']),
      /understood the request but not its values/,
    );
    const response = left['response'] as Record<string, unknown>;
    assert.equal(response['statusCode'], 422);
    assert.equal(response['payload'], 'name is missing');
    assert.equal((left['delivery'] as Record<string, unknown>)['state'], 'failed');
    assert.equal(good.messages.length, 0);
  });

  const rules: readonly [string, readonly [number, boolean][]][] = [
    [
      '2xx',
      [
        [200, true],
        [204, true],
        [299, true],
        [302, false],
        [404, false],
      ],
    ],
    [
      '200',
      [
        [200, true],
        [202, false],
        [204, false],
      ],
    ],
    [
      '200,202',
      [
        [200, true],
        [202, true],
        [201, false],
      ],
    ],
    [
      '2xx,302',
      [
        [200, true],
        [302, true],
        [301, false],
      ],
    ],
  ];
  for (const [success, answers] of rules) {
    it(`counts as success what the rule ${success} names, and follows no redirect`, async () => {
      await start({ url: receiver.url, success });
      for (const [status, ok] of answers) {
        const before = good.messages.length;
        const beforeBad = bad.messages.length;
        receiver.answer({ status, headers: { location: `${receiver.url}/elsewhere` } });
        node('out').receive({ payload: String(status) });
        await (ok ? good.until(before + 1) : bad.until(beforeBad + 1));
        assert.equal(good.messages.length - before, ok ? 1 : 0, `${status}`);
      }
      assert.equal(receiver.requests.length, answers.length);
    });
  }

  it('sends nothing where a secret is empty', async () => {
    const headers = [{ key: 'X-Key', type: 'text', value: '%api_key%' }];
    const template = { id: 'template', z: 'tab', type: 'telephony-webhook-template', url: receiver.url, headers };
    await start({}, [{ ...template, wires: [['out']] }], { template: { secrets: '{"api_key":""}' } });
    node('template').receive({ event: { id: 'e1', type: 'call.ended', parameters: {} }, payload: {} });
    const [left] = await bad.until(1);
    assert.equal((left?.['error'] as { class?: string } | undefined)?.class, 'secret');
    assert.equal(receiver.requests.length, 0);
  });

  it('gives up at 410 although it would retry', async () => {
    await start({ url: receiver.url, retryIfError: true, schedule: 'fixed', initialDelayMs: 10 });
    receiver.answer({ status: 410 });
    node('out').receive({ payload: 'x' });
    const [left] = await bad.until(1);
    assert.equal((left?.['delivery'] as { attempts?: number } | undefined)?.attempts, 1);
    assert.equal(receiver.requests.length, 1);
  });

  it('waits as long as Retry-After asks, though its schedule is quicker', async () => {
    await start({ url: receiver.url, retryIfError: true, schedule: 'fixed', initialDelayMs: 10, jitter: 0 });
    receiver.answer([{ status: 503, headers: { 'retry-after': '1' } }, {}]);
    await sendOne({ payload: 'x' }).catch(() => {});
    const [first, second] = await receiver.waitFor(2);
    assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 1000);
  });

  it('sends deliveries of one call in their order, and other calls past them', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    receiver.answer(({ text }): Answer => (text === 'a1' ? { after: held } : {}));
    await start({ url: receiver.url, orderBy: 'event.callId' });
    const event = (callId: string) => ({ id: callId, type: 'call.ended', callId, parameters: {} });
    for (const [payload, call] of [
      ['a1', 'A'],
      ['a2', 'A'],
      ['b1', 'B'],
    ] as const) {
      node('out').receive({ payload, event: event(call) });
    }
    await receiver.waitFor(2);
    assert.deepEqual(receiver.requests.map(({ text }) => text).sort(), ['a1', 'b1']);
    release();
    await receiver.waitFor(3);
    assert.equal(receiver.requests[2]?.text, 'a2');
  });

  for (const endpoint of ['', 'crm']) {
    it(`${endpoint ? 'keeps' : 'keeps no'} order between two nodes ${endpoint ? 'of one endpoint' : 'without an endpoint'}`, async () => {
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      receiver.answer(({ text }): Answer => (text === 'a1' ? { after: held } : {}));
      const config = { endpoint, url: `${receiver.url}/x`, orderBy: 'event.callId' };
      await start(config, [
        { ...HERE, id: 'crm', baseUrl: receiver.url },
        { id: 'other', z: 'tab', type: 'telephony-webhook-out', retryIfError: false, ...config, wires: [[], []] },
      ]);
      const event = { id: 'A', type: 'call.ended', callId: 'A', parameters: {} };
      node('out').receive({ payload: 'a1', event });
      await receiver.waitFor(1);
      node('other').receive({ payload: 'a2', event });
      node('other').receive({ payload: 'b1', event: { ...event, callId: 'B' } });
      await receiver.waitFor(endpoint ? 2 : 3);
      assert.deepEqual(receiver.requests.map(({ text }) => text).sort(), endpoint ? ['a1', 'b1'] : ['a1', 'a2', 'b1']);
      release();
      await receiver.waitFor(3);
    });
  }

  const credentials = { username: 'ann', password: 'pass word', token: 'T0k' };
  for (const [auth, header, value] of [
    ['basic', 'authorization', `Basic ${Buffer.from('ann:pass word').toString('base64')}`],
    ['bearer', 'authorization', 'Bearer T0k'],
    ['header', 'x-crm-key', 'T0k'],
  ] as const) {
    it(`puts the endpoint's ${auth} credentials into requests to its own origin, and into no others`, async () => {
      const other = await startReceiver();
      try {
        const endpoint = { ...HERE, id: 'crm', baseUrl: `${receiver.url}/a`, auth };
        await start({ endpoint: 'crm' }, [{ ...endpoint, headerName: 'X-Crm-Key' }], { crm: credentials });
        const { got } = await sendOne({ payload: 'x', headers: { Authorization: 'of the message' } });
        assert.equal(got.headers[header], value);
        node('out').receive({ payload: 'x', url: `${other.url}/b` });
        const [stray] = await other.waitFor(1);
        assert.equal(stray?.headers[header], undefined);
      } finally {
        await other.close();
      }
    });
  }

  const unusable: readonly [string, TestMessage, string][] = [
    ['no URL at all', { payload: 'x' }, 'request-url'],
    ['an address that is none', { payload: 'x', url: 'http://a b/' }, 'request-url'],
    ['another scheme', { payload: 'x', url: 'ftp://host/x' }, 'request-url'],
    ['headers that are text', { payload: 'x', url: 'http://127.0.0.1:9', headers: 'X: y' }, 'request-headers'],
    [
      'a header with a line break',
      { payload: 'x', url: 'http://127.0.0.1:9', headers: { 'X-A': 'a\r\nB: c' } },
      'request-headers',
    ],
    ['a method with a space', { payload: 'x', url: 'http://127.0.0.1:9', method: 'GET /x' }, 'request-method'],
  ];
  for (const [what, message, code] of unusable) {
    it(`reports ${what} to a Catch node once, and completes nothing`, async () => {
      await start();
      node('out').receive(message);
      const [left] = await caught.until(1);
      assert.equal((left?.['error'] as { code?: string } | undefined)?.code, code);
      assert.equal(caught.messages.length, 1);
      assert.equal(completed.messages.length, 0);
      assert.equal(receiver.requests.length, 0);
    });
  }

  for (const [what, config] of [
    ['success rule', { success: '9xx' }],
    ['method', { method: 'G ET' }],
    ['schedule', { schedule: 'list', delays: 'soon' }],
    ['delivery store', { store: 'nowhere' }],
  ] as const) {
    it(`reports an impossible ${what} as an error of each message`, async () => {
      await start({ url: receiver.url, ...config });
      for (const payload of ['1', '2']) node('out').receive({ payload });
      const messages = await caught.until(2);
      assert.deepEqual(messages.map(({ payload }) => payload).sort(), ['1', '2']);
      assert.equal(receiver.requests.length, 0);
      assert.equal(completed.messages.length, 0);
    });
  }

  it('keeps what comes while its settings are wrong, to be resent when they are right', async () => {
    const ask: FlowNode = { id: 'ask', z: 'tab', type: 'telephony-deliveries', wires: [['asked']] };
    const others = [ask, { id: 'asked', z: 'tab', type: 'helper' }];
    await start({ url: receiver.url, success: '200-204' }, others);
    node('out').receive({ payload: 'meanwhile', headers: { Authorization: 'Bearer secret' } });
    await caught.until(1);
    const asked = new Inbox('asked');
    node('ask').receive({ action: 'list' });
    const [page] = await asked.until(1);
    const { deliveries } = (page as TestMessage).payload as { deliveries: (TestMessage & { id: string })[] };
    assert.deepEqual(
      deliveries.map(({ state, lastError }) => [state, (lastError as { class: string }).class]),
      [['failed', 'request']],
    );
    await redeploy(flowOf({ url: receiver.url }, others));
    node('ask').receive({ action: 'resend', payload: { id: deliveries[0]?.id } });
    const [got] = await receiver.waitFor(1);
    assert.deepEqual([got?.text, got?.headers.authorization], ['meanwhile', 'Bearer secret']);
  });

  for (const [by, wires, between] of [
    ['wires', 'retry', []],
    ['a junction', 'junction', [{ id: 'junction', z: 'tab', x: 1, y: 1, type: 'junction', wires: [['retry']] }]],
    [
      'links',
      'to',
      [
        { id: 'to', z: 'tab', x: 1, y: 1, type: 'link out', mode: 'link', links: ['from'], wires: [] },
        { id: 'from', z: 'tab', x: 1, y: 1, type: 'link in', links: ['to'], wires: [['retry']] },
      ],
    ],
    [
      'no way, for its messages are changed between',
      'other',
      [{ id: 'other', z: 'tab', x: 1, y: 1, type: 'helper', wires: [['retry']] }],
    ],
  ] as const) {
    it(`warns that both retry where it comes to a retry node by ${by}`, async () => {
      const retry = { id: 'retry', z: 'tab', x: 1, y: 1, type: 'telephony-webhook-retry', wires: [['out'], []] };
      const [tab, out, ...rest] = flowOf({ url: receiver.url, retryIfError: true }, [retry, ...between] as FlowNode[]);
      const wired = { ...(out as FlowNode), x: 1, y: 1, wires: [[], [wires]] };
      await deploy([tab as FlowNode, wired, ...rest], {}, [CATCH, COMPLETE, 'common/05-junction', 'common/60-link']);
      await pause(); // it looks when all are there
      assert.deepEqual(warningsOf('out'), by.startsWith('no way') ? [] : ['telephony-webhook-out.warnings.twoRetries']);
    });
  }

  it('waits when it is closed for the attempt under way, and its message still leaves', async () => {
    let release: () => void = () => {};
    receiver.answer({
      after: new Promise<void>((resolve) => {
        release = resolve;
      }),
    });
    await start({ url: receiver.url });
    node('out').receive({ payload: 'x' });
    await receiver.waitFor(1);
    const closing = (node('out') as unknown as { close(removed: boolean): Promise<void> }).close(true);
    let closed = false;
    const done = closing.then(() => {
      closed = true;
    });
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(closed, false);
    release();
    await done;
    assert.equal((await good.until(1)).length, 1);
  });
});
