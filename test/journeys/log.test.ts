import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { askUntil } from '../support/patience';
import { type Receiver, startReceiver } from '../support/receiver';

interface Shown {
  id: string;
  state: string;
  webhook: string;
  node: string;
  url: string;
  attemptCount: number;
  nextAttemptAt: string | null;
  lastError: { class: string; statusCode: number | null } | null;
}
type Detail = Shown & {
  event: { id: string } | null;
  resendOf: string | null;
  request: { method: string; url: string; headers: Record<string, string>; body: string | null };
  attempts: { number: number; statusCode: number | null; class: string | null; response: { body: string } | null }[];
};
type Page = { deliveries: Shown[]; cursor: string | null; total: number };
type Left = { topic: string; statusCode: number; payload: string; headers: Record<string, string> } & Record<
  string,
  unknown
>;

const LOG = 'telephony-webhooks/';
const FIELDS = [
  'id',
  'state',
  'webhook',
  'node',
  'eventType',
  'callId',
  'method',
  'url',
  'attemptCount',
  'createdAt',
  'updatedAt',
  'nextAttemptAt',
  'lastError',
];
/** The password of both is `pw`. */
const PASSWORD = '$2b$04$MDLubXmpaZDJXNZ/gIwstuo4jqmdYPU2FJPvKImYE5NV4wQkQVZTW';
const USERS = [
  { username: 'reader', password: PASSWORD, permissions: ['read'] },
  { username: 'writer', password: PASSWORD, permissions: '*' },
  { username: 'operator', password: PASSWORD, permissions: ['telephony-webhooks.read', 'telephony-webhooks.write'] },
];
const CANARIES = ['cnry-bearer', 'cnry-cookie', 'cnry-key', 'cnry-user', 'cnry-endpoint'];

async function login(nodeRed: NodeRedProcess, username: string): Promise<string> {
  const answer = await nodeRed.api('auth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: 'node-red-admin',
      grant_type: 'password',
      scope: '',
      username,
      password: 'pw',
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** POST /in sends its JSON body as a message; what leaves the outputs arrives at `probe` as JSON. */
function flow(target: string, probe: string, out: Record<string, unknown> = {}): FlowNode[] {
  const at = { z: 'tab', x: 1, y: 1 };
  const report = (id: string): FlowNode[] => [
    {
      ...at,
      id,
      type: 'function',
      outputs: 1,
      func: `return { payload: JSON.stringify(msg), method: 'POST', url: '${probe}/${id}' };`,
      wires: [['post']],
    },
  ];
  return [
    { id: 'tab', type: 'tab', label: 'log' },
    { ...at, id: 'in', type: 'http in', method: 'post', url: '/in', wires: [['split']] },
    {
      ...at,
      id: 'split',
      type: 'function',
      outputs: 2,
      func: 'return [msg.payload, { req: msg.req, res: msg.res, payload: "" }];',
      wires: [['out'], ['answer']],
    },
    { ...at, id: 'answer', type: 'http response', wires: [] },
    {
      ...at,
      id: 'out',
      type: 'telephony-webhook-out',
      name: 'CRM',
      url: `${target}/crm`,
      orderBy: '',
      schedule: 'fixed',
      initialDelayMs: 300_000,
      ...out,
      wires: [['good'], ['bad']],
    },
    ...report('good'),
    ...report('bad'),
    { ...at, id: 'post', type: 'http request', method: 'use', ret: 'txt', wires: [[]] },
  ];
}

for (const version of NODE_RED_VERSIONS) {
  describe(`the log of Node-RED ${version}`, () => {
    let receiver: Receiver;
    let probe: Receiver;
    let nodeRed: NodeRedProcess;

    beforeEach(async () => {
      receiver = await startReceiver({ body: 'thanks' });
      probe = await startReceiver();
    });

    afterEach(async () => {
      await nodeRed.stop();
      await receiver.close();
      await probe.close();
    });

    async function start(out: Record<string, unknown> = {}, more: readonly FlowNode[] = []): Promise<void> {
      nodeRed = await startNodeRed({ version, flows: [...flow(receiver.url, probe.url, out), ...more] });
    }

    async function send(number: string, more: Record<string, unknown> = {}): Promise<void> {
      const event = {
        id: `e-${number}`,
        type: 'call.ended',
        callId: `c-${number}`,
        parameters: { callerNumber: number },
      };
      const body = JSON.stringify({ topic: 'call.ended', payload: `from ${number}`, event, ...more });
      const answer = await nodeRed.api('in', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      assert.equal(answer.status, 200);
    }

    /** The list, once it holds `count` deliveries in these states. */
    async function list(query: string, count: number): Promise<Page> {
      return askUntil(
        () => nodeRed.get<Page>(`${LOG}deliveries?${query}`),
        ({ total }) => total === count,
        ({ total }) => `${query} matches ${total}, not ${count}`,
      );
    }

    /** Waits until these lanes have so much open. */
    async function lanesAre(wanted: readonly (readonly [lane: string, open: number])[]): Promise<void> {
      await askUntil(
        () => nodeRed.get<{ lanes: { lane: string; open: number }[] }>(`${LOG}summary`),
        ({ lanes }) =>
          isDeepStrictEqual(
            lanes.map(({ lane, open }) => [lane, open]),
            wanted,
          ),
      );
    }

    async function ask(
      method: string,
      path: string,
      body?: unknown,
    ): Promise<{ status: number; json: Record<string, unknown> }> {
      const response = await nodeRed.api(LOG + path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    }

    it('lists, shows, filters, resends, discards, pauses, exports and forgets', async () => {
      await start();
      receiver.answer(({ text }) => (text.includes('0002') ? { status: 500, body: 'broken' } : { body: 'thanks' }));
      await send('+4930123450001');
      await send('+4930123450003');
      await list('state=delivered', 2);
      await send('+4930123450002');
      const newest = await list('state=waiting', 1);
      const all = await list('', 3);
      assert.deepEqual(Object.keys(all.deliveries[0] ?? {}).sort(), [...FIELDS].sort());
      assert.equal(all.deliveries[0]?.id, newest.deliveries[0]?.id, 'newest first');

      for (const [query, count] of [
        ['q=0002', 1],
        ['q=%2B49%2030%20123450002', 1],
        ['q=c-%2B4930123450003', 1],
        ['type=call.ended', 3],
        ['type=call.missed', 0],
        ['webhook=CRM', 3],
        ['webhook=out', 3],
        ['state=waiting,failed', 1],
        ['from=2020-01-01T00:00:00Z', 3],
        ['to=2020-01-01T00:00:00Z', 0],
      ] as const) {
        assert.equal((await nodeRed.get<Page>(`${LOG}deliveries?${query}`)).total, count, query);
      }
      const first = await nodeRed.get<Page>(`${LOG}deliveries?limit=2`);
      const second = await nodeRed.get<Page>(`${LOG}deliveries?limit=2&cursor=${first.cursor}`);
      assert.deepEqual(
        [...first.deliveries, ...second.deliveries].map(({ id }) => id),
        all.deliveries.map(({ id }) => id),
      );
      assert.equal(second.cursor, null);
      for (const bad of ['state=lost', 'from=soon', 'limit=0', 'limit=x']) {
        assert.equal((await ask('GET', `deliveries?${bad}`)).status, 400, bad);
      }
      assert.equal((await ask('GET', 'deliveries/dlv_none')).status, 404);
      assert.equal((await ask('DELETE', 'deliveries/dlv_none')).status, 404);
      assert.equal((await ask('POST', 'deliveries/dlv_none/resend')).status, 404);

      const [waiting] = (await list('state=waiting', 1)).deliveries;
      assert.ok(waiting);
      const detail = await nodeRed.get<Detail>(`${LOG}deliveries/${waiting.id}`);
      assert.equal(detail.request.body, 'from +4930123450002');
      assert.equal(detail.event?.id, 'e-+4930123450002');
      assert.deepEqual(
        detail.attempts.map(({ number, statusCode, class: failure, response }) => [
          number,
          statusCode,
          failure,
          response?.body,
        ]),
        [[1, 500, 'status', 'broken']],
      );
      assert.ok(Date.parse(detail.nextAttemptAt ?? '') > Date.now());

      receiver.answer({});
      assert.equal((await ask('POST', `deliveries/${waiting.id}/resend`, {})).status, 200);
      await list('state=delivered', 3);
      const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
      assert.equal(ids.filter((id) => id === waiting.id).length, 2);

      const copy = (await ask('POST', `deliveries/${waiting.id}/resend`, {})).json;
      assert.notEqual(copy['delivery'], waiting.id);
      await list('state=delivered', 4);
      assert.equal((await nodeRed.get<Detail>(`${LOG}deliveries/${copy['delivery']}`)).resendOf, waiting.id);

      const dry = (await ask('POST', 'deliveries/resend', { q: '0003', dryRun: true })).json;
      assert.deepEqual([dry['matched'], dry['resent']], [1, 0]);
      assert.equal((await ask('POST', 'deliveries/resend', { q: '0003' })).json['resent'], 1);
      await list('state=delivered', 5);

      const lane = encodeURIComponent(receiver.url);
      assert.equal((await ask('POST', `endpoints/${lane}/pause`)).status, 200);
      const before = receiver.requests.length;
      await send('+4930123450004');
      const [paused] = (await list('state=pending', 1)).deliveries;
      assert.equal(receiver.requests.length, before);
      assert.equal((await ask('DELETE', `deliveries/${paused?.id}`)).json['result'], 'ended');
      const ended = await nodeRed.get<Detail>(`${LOG}deliveries/${paused?.id}`);
      assert.deepEqual([ended.state, ended.lastError?.class], ['failed', 'discarded']);
      assert.equal((await ask('DELETE', `deliveries/${paused?.id}`)).json['result'], 'removed');
      await send('+4930123450005');
      await list('state=pending', 1);
      await ask('POST', `endpoints/${lane}/resume`);
      await list('state=delivered', 6);

      const csv = await (await nodeRed.api(`${LOG}export?format=csv&q=0005`)).text();
      assert.equal(csv.trim().split('\r\n').length, 2);
      const limited = await (await nodeRed.api(`${LOG}export?format=csv&limit=2`)).text();
      assert.equal(limited.trim().split('\r\n').length, 3);
      assert.equal((await nodeRed.api(`${LOG}export?limit=none`)).status, 400);
      const ndjson = await (await nodeRed.api(`${LOG}export?format=ndjson`)).text();
      assert.equal(
        ndjson
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Shown).length,
        6,
      );
      const summary = await nodeRed.get<{ states: Record<string, number> }>(`${LOG}summary`);
      assert.equal(summary.states['delivered'], 6);
      assert.equal((await ask('POST', 'forget', { number: '+49 30 123450005' })).json['removed'], 1);
      await list('q=0005', 0);
      await list('', 5);
      for (const number of ['', '1', '10', '493012', 'everyone', '12345678 or so', null, {}, ['4930123450001']]) {
        const refused = await ask('POST', 'forget', { number });
        assert.deepEqual([refused.status, refused.json['field']], [400, 'number'], JSON.stringify(number));
        assert.match(String(refused.json['message']), /7 digits or more/);
      }
      for (const action of ['resend', 'discard']) {
        for (const none of [
          {},
          { state: [] },
          { q: ' ' },
          { stat: 'failed' },
          { filter: {} },
          { q: {} },
          { all: 'no' },
        ]) {
          const refused = await ask('POST', `deliveries/${action}`, none);
          assert.deepEqual([refused.status, refused.json['code']], [400, 'filter'], JSON.stringify(none));
        }
        assert.equal((await ask('POST', `deliveries/${action}`, { dryRun: true })).json['matched'], 5);
      }
      await list('', 5);
      assert.equal((await ask('POST', 'deliveries/resend', { state: 'failed', all: true })).json['matched'], 0);
      assert.deepEqual((await ask('POST', 'deliveries/discard', { all: true })).json, { matched: 5, discarded: 5 });
      await list('', 0);
    });

    it('continues after a kill and a restart what waited or was under way, as the same delivery with its message', async () => {
      await start({ initialDelayMs: 2_000, jitter: 0 });
      receiver.answer({ fault: 'hang' });
      await send('100', { headers: { Authorization: 'Bearer kept', 'X-A': 'b' } });
      await receiver.waitFor(1);
      await nodeRed.kill9();
      receiver.answer({ status: 503 });
      await nodeRed.restart();
      await receiver.waitFor(2);
      await list('state=waiting', 1);
      await nodeRed.restart();
      receiver.answer({ body: 'at last' });
      await receiver.waitFor(3);
      assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 1);
      assert.deepEqual([...new Set(receiver.requests.map(({ headers }) => headers.authorization))], ['Bearer kept']);
      const [left] = await probe.waitFor(1);
      const message = JSON.parse(left?.text ?? '') as Left;
      assert.equal(left?.url, '/good');
      assert.equal(message.payload, 'at last');
      assert.equal(message.topic, 'call.ended');
      assert.equal((message['event'] as { id: string }).id, 'e-100');
      assert.equal(typeof message['_msgid'], 'string');
      assert.equal(message['method'], 'POST');
      assert.equal(message['url'], `${receiver.url}/crm`);
      assert.equal((message['delivery'] as { state: string }).state, 'delivered');
    });

    it('lets a failure come out again with its request when the process died before anyone could have kept it', async () => {
      const flows = flow(receiver.url, probe.url, { retryIfError: false });
      // Who hears of it is busy with that for ever: nothing that comes after it can happen before the kill.
      const func = `node.warn('has heard of it'); for (;;);`;
      const busy = flows.map((one) => (one.id === 'bad' ? { ...one, func } : one));
      nodeRed = await startNodeRed({ version, flows: busy });
      receiver.answer({ status: 503, headers: { 'retry-after': '60' } });
      const heard = nodeRed.logged(/has heard of it/);
      await send('200', { headers: { Authorization: 'Bearer kept' } });
      await heard;
      await nodeRed.kill9();
      writeFileSync(join(nodeRed.userDir, 'flows.json'), JSON.stringify(flows));
      await nodeRed.restart();
      const [left] = await probe.waitFor(1);
      assert.equal(left?.url, '/bad');
      const again = JSON.parse(left?.text ?? '') as Left;
      assert.equal(again.payload, 'from 200');
      assert.equal(again.headers['Authorization'], 'Bearer kept');
      assert.equal(again.statusCode, 503);
      assert.equal((again['response'] as { headers: Record<string, string> }).headers['retry-after'], '60');
      assert.equal(receiver.requests.length, 1);
    });

    it('keeps what belongs to a node that is gone visible and discardable', async () => {
      await start();
      receiver.answer({ status: 500 });
      await send('300');
      const [delivery] = (await list('state=waiting', 1)).deliveries;
      await nodeRed.deploy([{ id: 'tab', type: 'tab', label: 'empty' }]);
      assert.equal((await list('state=waiting', 1)).deliveries[0]?.node, 'out');
      const resent = await ask('POST', `deliveries/${delivery?.id}/resend`, {});
      assert.deepEqual([resent.status, resent.json['code']], [400, 'no-node'], 'nobody would send it');
      assert.equal((await ask('DELETE', `deliveries/${delivery?.id}`)).json['result'], 'ended');
      await list('state=failed', 1);
    });

    it('keeps secrets out of the database, the log and the answers, also while a retry node holds them', async () => {
      const retry = {
        id: 'again',
        type: 'telephony-webhook-retry',
        z: 'tab',
        x: 1,
        y: 1,
        schedule: 'fixed',
        wires: [['out'], []],
      };
      const endpoint = {
        id: 'crm',
        type: 'telephony-webhook-endpoint',
        baseUrl: '',
        addressPolicy: 'list',
        allow: ['127.0.0.1'],
        auth: 'header',
        headerName: 'X-Crm',
        credentials: { token: 'cnry-endpoint' },
      };
      await start();
      const nodes = flow(receiver.url, probe.url, { url: '', endpoint: 'crm', retryIfError: false });
      await nodeRed.deploy([
        ...nodes.map((one) => (one.id === 'out' ? { ...one, wires: [['good'], ['again']] } : one)),
        { ...retry, initialDelayMs: 600_000 },
        endpoint,
      ]);
      // It repeats what it was sent.
      receiver.answer(({ headers }) => ({
        status: 503,
        headers: { 'set-cookie': 'sid=cnry-cookie', 'x-you-sent': String(headers.authorization) },
        body: JSON.stringify(headers),
      }));
      const headers = { Authorization: 'Bearer cnry-bearer', Cookie: 'a=cnry-cookie', 'X-API-Key': 'cnry-key' };
      await send('400', { headers, url: `${receiver.url}/secret` });
      await receiver.waitFor(1);
      await send('401', { url: `http://cnry-user:cnry-user@127.0.0.1:${receiver.port}/secret` });
      const page = await list('state=waiting', 2);
      assert.equal(receiver.requests[0]?.headers.authorization, 'Bearer cnry-bearer');
      assert.match(receiver.requests[1]?.headers.authorization ?? '', /^Basic /);
      const shown = [JSON.stringify(page), nodeRed.log];
      for (const { id } of page.deliveries) shown.push(JSON.stringify(await nodeRed.get(`${LOG}deliveries/${id}`)));
      const folder = join(nodeRed.userDir, 'telephony-webhooks');
      for (const file of readdirSync(folder)) shown.push(readFileSync(join(folder, file), 'latin1'));
      const encoded = [...CANARIES, Buffer.from('cnry-user:cnry-user').toString('base64')];
      for (const canary of encoded) {
        for (const [index, text] of shown.entries()) assert.ok(!text.includes(canary), `${canary} in text ${index}`);
      }
      assert.equal(statSync(join(folder, 'deliveries.db.key')).mode & 0o777, 0o600);
    });

    it('sends what waits to the address that its endpoint has now', async () => {
      const moved = await startReceiver();
      try {
        const at = (baseUrl: string): FlowNode[] => [
          ...flow('', probe.url, { endpoint: 'crm' }),
          { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl },
        ];
        receiver.answer({ status: 503 });
        nodeRed = await startNodeRed({ version, flows: at(`${receiver.url}/v1`) });
        await send('600');
        const [waiting] = (await list('state=waiting', 1)).deliveries;
        await nodeRed.deploy(at(`${moved.url}/v2/`));
        await ask('POST', 'deliveries/resend', { state: 'waiting' });
        const [request] = await moved.waitFor(1);
        assert.equal(receiver.requests[0]?.url, '/v1/crm');
        assert.equal(request?.url, '/v2/crm');
        assert.equal(request?.headers['webhook-id'], waiting?.id);
      } finally {
        await moved.close();
      }
    });

    it('lets what waits, and what is resent, go by the rules of the endpoint that its webhook has now', async () => {
      const moved = await startReceiver();
      try {
        const by = (endpoint: string): FlowNode[] => [
          ...flow('', probe.url, { endpoint }),
          { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: `${receiver.url}/v1` },
          { id: 'other', type: 'telephony-webhook-endpoint', baseUrl: `${moved.url}/v2` },
        ];
        receiver.answer([{ status: 410 }, { status: 503 }]);
        nodeRed = await startNodeRed({ version, flows: by('crm') });
        await send('600');
        await list('state=failed', 1);
        await send('601');
        await list('state=waiting', 1);
        await ask('POST', 'endpoints/other/pause');
        await nodeRed.deploy(by('other'));
        await ask('POST', 'deliveries/resend', { all: true });
        const { deliveries } = await list('state=waiting', 2);
        await lanesAre([['other', 2]]);
        assert.equal(moved.requests.length, 0);
        await ask('POST', 'endpoints/other/resume');
        const requests = await moved.waitFor(2);
        assert.deepEqual(
          requests.map(({ url }) => url),
          ['/v2/crm', '/v2/crm'],
        );
        assert.deepEqual(
          requests.map(({ headers }) => headers['webhook-id']).sort(),
          deliveries.map(({ id }) => id).sort(),
        );
        assert.equal(receiver.requests.length, 2);
      } finally {
        await moved.close();
      }
    });

    it('pauses an endpoint before its first delivery and in the moment of its deploy, and resumes one whose node is gone', async () => {
      const crm = { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url };
      nodeRed = await startNodeRed({ version, flows: flow(receiver.url, probe.url) });
      const { status, json } = await ask('POST', 'endpoints/crm/pause');
      assert.deepEqual([status, json['code']], [404, 'not-found']);
      assert.match(String(json['message']), /no endpoint "crm"/);
      await nodeRed.deploy([...flow(receiver.url, probe.url, { endpoint: 'crm' }), crm]);
      assert.deepEqual((await ask('POST', 'endpoints/crm/pause')).json, { id: 'crm', paused: true });
      await send('600');
      await list('state=pending', 1);
      await nodeRed.deploy(flow(receiver.url, probe.url, { endpoint: 'crm' }));
      await list('state=pending', 1);
      assert.deepEqual((await ask('POST', 'endpoints/crm/resume')).json, { id: 'crm', paused: false });
      assert.equal(receiver.requests.length, 0); // there is no endpoint to send it to
      await nodeRed.deploy([...flow(receiver.url, probe.url, { endpoint: 'crm' }), crm]);
      await list('state=delivered', 1);
      await nodeRed.deploy(flow(receiver.url, probe.url));
      assert.equal((await ask('POST', 'endpoints/crm/pause')).status, 404);
    });

    it('says what the key file has to do with a delivery that cannot be sent, and shows the rest of it', async () => {
      await start();
      receiver.answer({ status: 503 });
      await send('700', { headers: { Authorization: 'Bearer kept', 'X-Plain': 'shown' } });
      const [waiting] = (await list('state=waiting', 1)).deliveries;
      await nodeRed.kill9();
      const key = join(nodeRed.userDir, 'telephony-webhooks', 'deliveries.db.key');
      const own = readFileSync(key);
      writeFileSync(key, Buffer.alloc(32, 1));
      await nodeRed.restart();
      const path = `${LOG}deliveries/${waiting?.id}`;
      const { request } = await nodeRed.get<Detail & { request: { problem: { message: string } } }>(path);
      assert.deepEqual([request.headers, request.body], [{ 'X-Plain': 'shown' }, 'from 700']);
      assert.match(request.problem.message, /key file/);
      assert.deepEqual((await ask('POST', 'deliveries/resend', { state: 'waiting' })).json, {
        matched: 1,
        resent: 1,
        failed: [],
      });
      const [failed] = (await list('state=failed', 1)).deliveries;
      assert.equal(failed?.lastError?.class, 'secret');
      assert.deepEqual(Object.keys(failed?.lastError ?? {}), ['class', 'message', 'statusCode']);
      const whole = await nodeRed.get<Detail & { errorPhrase: object }>(`${LOG}deliveries/${failed?.id}`);
      assert.deepEqual(whole.lastError, failed?.lastError);
      assert.deepEqual(Object.keys(whole.errorPhrase), ['code', 'values']);
      await nodeRed.kill9();
      writeFileSync(key, own);
      await nodeRed.restart();
      await ask('POST', 'deliveries/resend', { state: 'failed' });
      const [, sent] = await receiver.waitFor(2);
      assert.equal(sent?.headers.authorization, 'Bearer kept');
    });

    it('refuses a second Node-RED on the same data with a clear line, and goes on', async () => {
      await start();
      const second = await startNodeRed({ version, userDir: nodeRed.userDir });
      try {
        const answer = await second.api(`${LOG}deliveries`);
        assert.equal(answer.status, 400);
        assert.match(await answer.text(), /in use by another Node-RED/);
      } finally {
        await second.stop();
      }
      await send('500');
      await list('state=delivered', 1);
    });

    it('asks for a token, and lets a user who may only read change nothing', async () => {
      nodeRed = await startNodeRed({
        version,
        settings: { adminAuth: { type: 'credentials', users: USERS } },
      });
      const tokens = { none: '', reader: await login(nodeRed, 'reader'), writer: await login(nodeRed, 'writer') };
      for (const [method, path, none, reader, writer] of [
        ['GET', 'deliveries', 401, 200, 200],
        ['GET', 'summary', 401, 200, 200],
        ['GET', 'outline', 401, 200, 200],
        ['GET', 'histogram', 401, 200, 200],
        ['GET', 'revision', 401, 200, 200],
        ['GET', 'metrics', 401, 200, 200],
        ['GET', 'export', 401, 200, 200],
        ['GET', 'deliveries/x', 401, 404, 404],
        ['DELETE', 'deliveries/x', 401, 403, 404],
        ['POST', 'deliveries/x/resend', 401, 403, 404],
        ['POST', 'deliveries/resend', 401, 403, 400],
        ['POST', 'deliveries/discard', 401, 403, 400],
        ['POST', 'endpoints/x/pause', 401, 403, 404],
        ['POST', 'endpoints/http%3A%2F%2F127.0.0.1:1/resume', 401, 403, 200],
        ['POST', 'forget', 401, 403, 400],
        ['POST', 'test', 401, 403, 400],
        ['POST', 'numbers', 401, 200, 200],
        ['GET', 'sources/x/numbers', 401, 200, 200],
        ['POST', 'sources/x/heard', 401, 404, 404],
        ['POST', 'sources/x/test', 401, 403, 200],
      ] as const) {
        for (const [who, status] of Object.entries({ none, reader, writer })) {
          const token = tokens[who as keyof typeof tokens];
          const answer = await nodeRed.api(LOG + path, {
            method,
            headers: token ? { authorization: `Bearer ${token}` } : {},
          });
          await answer.arrayBuffer();
          // Node-RED itself answers 401 where a token's permissions do not reach.
          const refused = status === 403 ? [401, 403] : [status];
          assert.ok(refused.includes(answer.status), `${who} ${method} ${path}: ${answer.status}`);
        }
      }
    });

    it('tries what is typed in a panel only for those who may deploy it', async () => {
      nodeRed = await startNodeRed({ version, settings: { adminAuth: { type: 'credentials', users: USERS } } });
      const ask = async (username: string, path: string): Promise<number> => {
        const authorization = `Bearer ${await login(nodeRed, username)}`;
        return (await nodeRed.api(LOG + path, { method: 'POST', headers: { authorization } })).status;
      };
      assert.equal(await ask('operator', 'forget'), 400);
      for (const path of ['endpoint-test', 'address-check']) {
        assert.deepEqual([await ask('reader', path), await ask('operator', path)], [401, 401], path);
        assert.equal(await ask('writer', path), 200, path);
      }
    });

    it('shows context, environment and hashes of secrets in a preview only to those who may deploy, or as it is deployed', async () => {
      const user = [{ key: 'e', type: 'array', value: [{ key: '', type: 'env', value: 'NODE_RED_HOME' }] }];
      const template = { version: 1, method: 'POST', url: 'http://127.0.0.1/x', format: 'json', user };
      nodeRed = await startNodeRed({ version, settings: { adminAuth: { type: 'credentials', users: USERS } } });
      const previewed = async (username: string, asked: object): Promise<number> => {
        const authorization = `Bearer ${await login(nodeRed, username)}`;
        const headers = { authorization, 'content-type': 'application/json' };
        const body = JSON.stringify(asked);
        return (await nodeRed.api(`${LOG}preview`, { method: 'POST', headers, body })).status;
      };
      assert.equal(await previewed('reader', { config: { ...template, user: [] } }), 200);
      for (const type of ['env', 'global', 'flow', 'jsonata']) {
        const config = { ...template, user: [{ key: 'e', type, value: 'a' }] };
        assert.equal(await previewed('reader', { config }), 401, type);
        assert.equal(await previewed('writer', { config }), 200, type);
      }
      const hashed = { key: 'h', type: 'object', value: [{ key: 'm', type: 'md5', value: '%token%' }] };
      const hashes = { ...template, user: [...user, hashed], text: '{{hmac callId "%token%"}}' };
      const headers = { authorization: `Bearer ${await login(nodeRed, 'writer')}`, 'content-type': 'application/json' };
      const flows = [
        { id: 'tab', type: 'tab' },
        { id: 'make', z: 'tab', x: 0, y: 0, type: 'telephony-webhook-template', ...hashes, wires: [[]] },
      ];
      const started = nodeRed.logged(/Started flows/); // which is after the answer
      const deployed = await nodeRed.api('flows', { method: 'POST', headers, body: JSON.stringify(flows) });
      assert.ok(deployed.ok);
      await started;
      assert.equal(await previewed('reader', { node: 'make', config: template }), 200);
      assert.equal(await previewed('reader', { node: 'other', config: template }), 401);
      assert.equal(await previewed('reader', { node: 'make', config: { ...hashes, url: '/%token%' } }), 200);
      for (const more of [
        { text: '{{crc32 "%token%"}}' },
        { url: '/{{md5 callId "%token%"}}' },
        { user: [{ ...hashed.value[0], type: 'crc32' }] },
      ]) {
        const config = { ...hashes, ...more };
        assert.equal(await previewed('reader', { node: 'make', config }), 401, JSON.stringify(more));
        assert.equal(await previewed('writer', { node: 'make', config }), 200, JSON.stringify(more));
      }
    });

    it('is answered while a deploy closes a store and opens it again', async () => {
      const flows = (name: string): FlowNode[] => [
        ...flow(receiver.url, probe.url, { store: 'store' }),
        { id: 'store', type: 'telephony-delivery-store', path: 'own/log.db', name },
      ];
      nodeRed = await startNodeRed({ version, flows: flows('0') });
      let isOver = false;
      const askAgainAndAgain = async (path: string): Promise<void> => {
        while (!isOver) assert.equal((await nodeRed.api(LOG + path)).status, 200, path);
      };
      const asking = ['deliveries', 'summary', 'metrics', 'story?q=1', 'deliveries?q=1', 'outline'].map(
        askAgainAndAgain,
      );
      const deploys = (async () => {
        for (let count = 1; count <= 6; count++) await nodeRed.deploy(flows(String(count)));
      })();
      deploys.finally(() => {
        isOver = true;
      });
      await Promise.all([deploys, ...asking]);
    });

    for (const store of [
      { kind: 'memory', path: 'left/over.db' },
      { kind: 'sqlite', path: 'own/log.db' },
    ]) {
      it(`keeps deliveries in a ${store.kind} store of its own over a deploy, and no bodies where it is told so`, async () => {
        const own = { id: 'store', type: 'telephony-delivery-store', ...store, logBodies: false };
        const flows = [...flow(receiver.url, probe.url, { store: 'store' }), own];
        nodeRed = await startNodeRed({ version, flows });
        await send('600');
        await list('store=store&state=delivered', 1);
        await nodeRed.deploy(flows);
        const { deliveries } = await list('store=store&state=delivered', 1);
        const detail = await nodeRed.get<Detail>(`${LOG}deliveries/${deliveries[0]?.id}`);
        assert.equal(detail.request.body, null);
        assert.equal(detail.attempts[0]?.response?.body, '');
        assert.equal((await list('', 1)).deliveries[0]?.id, deliveries[0]?.id, 'the log is that of all stores');
        const refused = await ask('POST', `deliveries/${deliveries[0]?.id}/resend`, {});
        assert.deepEqual([refused.status, refused.json['code']], [400, 'body-not-kept']);
      });
    }
  });
}
