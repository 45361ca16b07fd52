/** Every kind of secret that an endpoint has, and every token that it gets, stays where it belongs. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { startProxy, type TestProxy } from '../support/proxy';
import { type Received, type Receiver, startReceiver } from '../support/receiver';
import { startTokenServer, type TokenServer } from '../support/token-server';

const LOG = 'telephony-webhooks/';
const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const KEY_LINE = PEM.split('\n')[5] ?? '';
const basic = (pair: string): string => Buffer.from(pair).toString('base64');

interface Kind {
  readonly endpoint: Record<string, unknown>;
  readonly credentials: Record<string, string>;
  /** What the receiver must see in the header Authorization or X-API-Key. */
  readonly shown: RegExp;
}

const KINDS: Readonly<Record<string, Kind>> = {
  basic: {
    endpoint: { auth: 'basic' },
    credentials: { username: 'ann', password: 'cnry-password' },
    shown: new RegExp(`^Basic ${basic('ann:cnry-password')}$`),
  },
  bearer: {
    endpoint: { auth: 'bearer', tokenPrefix: 'Token' },
    credentials: { token: 'cnry-bearer' },
    shown: /^Token cnry-bearer$/,
  },
  header: { endpoint: { auth: 'header' }, credentials: { token: 'cnry-header' }, shown: /^cnry-header$/ },
  client: {
    endpoint: { auth: 'oauth2', clientId: 'pbx' },
    credentials: { clientSecret: 'cnry-client' },
    shown: /^Bearer cnry-at-\d+$/,
  },
  refresh: {
    endpoint: { auth: 'oauth2', oauthGrant: 'refresh-token', clientId: 'pbx', clientPlace: 'basic' },
    credentials: { clientSecret: 'cnry-client2', refreshToken: 'cnry-typed' },
    shown: /^Bearer cnry-at-\d+$/,
  },
  service: {
    endpoint: { auth: 'oauth2', oauthGrant: 'service-account', issuer: 'pbx@project.example' },
    credentials: { privateKey: PEM },
    shown: /^Bearer cnry-at-\d+$/,
  },
};

const CANARIES = ['cnry', basic('ann:cnry-password'), basic('pbx:cnry-client2'), basic('proxy:cnry-proxy'), KEY_LINE];

/** What a receiver that decodes credentials finds in them. */
function secretsIn({ authorization = '' }: Received['headers']): readonly string[] {
  const [, credentials = ''] = authorization.split(' ');
  return [credentials, Buffer.from(credentials, 'base64').toString(), Buffer.from(credentials).toString('base64')];
}

/** POST /in sends its body to one webhook per kind; what leaves *failed* arrives at `probe` as JSON. */
function flow(receiver: Receiver, server: TokenServer, proxy: TestProxy, probe: Receiver): FlowNode[] {
  const at = { z: 'tab', x: 1, y: 1 };
  const names = Object.keys(KINDS);
  const report = `return { payload: JSON.stringify(msg), method: 'POST', url: '${probe.url}/failed' };`;
  return [
    { id: 'tab', type: 'tab', label: 'secrets' },
    { ...at, id: 'in', type: 'http in', method: 'post', url: '/in', wires: [['split']] },
    {
      ...at,
      id: 'split',
      type: 'function',
      outputs: 2,
      func: 'return [{ payload: msg.payload }, { req: msg.req, res: msg.res, payload: "" }];',
      wires: [names.map((name) => `out-${name}`), ['answer']],
    },
    { ...at, id: 'answer', type: 'http response', wires: [] },
    { ...at, id: 'report', type: 'function', outputs: 1, func: report, wires: [['post']] },
    { ...at, id: 'post', type: 'http request', method: 'use', ret: 'txt', wires: [[]] },
    {
      id: 'proxy',
      type: 'http proxy',
      url: proxy.url,
      noproxy: [],
      credentials: { username: 'proxy', password: 'cnry-proxy' },
    },
    ...Object.entries(KINDS).flatMap(([name, { endpoint, credentials }]): FlowNode[] => [
      {
        ...at,
        id: `out-${name}`,
        type: 'telephony-webhook-out',
        name,
        endpoint: `endpoint-${name}`,
        url: `/${name}`,
        retryIfError: false,
        wires: [[], ['report']],
      },
      {
        id: `endpoint-${name}`,
        type: 'telephony-webhook-endpoint',
        baseUrl: receiver.url,
        tokenUrl: `${server.url}/${name}`,
        proxy: name === 'client' ? 'proxy' : '',
        secretNames: ['apiKey'],
        signing: 'hmac',
        ...endpoint,
        credentials: { ...credentials, secrets: '{"apiKey":"cnry-named"}', signingSecrets: '["cnry-signing"]' },
      },
    ]),
  ];
}

for (const version of NODE_RED_VERSIONS) {
  describe(`the secrets of endpoints on Node-RED ${version}`, () => {
    const count = Object.keys(KINDS).length;
    let receiver: Receiver;
    let probe: Receiver;
    let server: TokenServer;
    let proxy: TestProxy;
    let nodeRed: NodeRedProcess;

    before(async () => {
      // It repeats all that it was sent, as an error page may.
      receiver = await startReceiver(({ headers, text }) => ({
        status: 503,
        headers: { 'x-you-sent': `${headers.authorization} ${headers['x-api-key']}` },
        body: `${JSON.stringify(headers)} ${encodeURIComponent(text)} ${text} ${secretsIn(headers).join(' ')}`,
      }));
      probe = await startReceiver();
      server = await startTokenServer('cnry-at');
      proxy = await startProxy({ account: 'proxy:cnry-proxy' });
      server.grant = { expires_in: 3600, refresh_token: 'cnry-rotated' };
      nodeRed = await startNodeRed({ version, flows: flow(receiver, server, proxy, probe) });
    });
    after(async () => {
      await nodeRed?.stop();
      for (const one of [receiver, probe, server, proxy]) await one?.close();
    });

    const send = async (): Promise<void> => {
      const answer = await nodeRed.api('in', { method: 'POST', body: 'hello' });
      assert.equal(answer.status, 200);
    };
    const post = async (path: string, body: unknown): Promise<string> => {
      const headers = { 'content-type': 'application/json' };
      return (await nodeRed.api(LOG + path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    };

    it('reach the receiver and the token endpoint', async () => {
      await send();
      await receiver.waitFor(count);
      for (const { url, headers } of receiver.requests) {
        const shown = headers.authorization ?? headers['x-api-key'];
        assert.match(String(shown), KINDS[url.slice(1)]?.shown ?? /^$/, url);
        assert.ok(headers['x-signature']);
      }
      await probe.waitFor(count);
      assert.deepEqual(server.requests.map(({ url }) => url).sort(), ['/client', '/refresh', '/service']);
      assert.deepEqual(
        proxy.requests.map((line) => line.replace(/127.*:\d+/, '…')),
        ['POST http://…/client', 'POST http://…/client'],
      );
      assert.match(
        nodeRed.log,
        /Through the proxy of this endpoint, "May reach" is checked on the host in the URL only/,
      );
    });

    it('are asked for anew after a restart, with the refresh token that replaced the typed one', async () => {
      await nodeRed.restart();
      await send();
      await receiver.waitFor(2 * count);
      const tokens = server.requests.flatMap(({ url }, index) => (url === '/refresh' ? [server.asked[index]] : []));
      assert.deepEqual(
        tokens.map((fields) => fields?.['refresh_token']),
        ['cnry-typed', 'cnry-rotated'],
      );
      await probe.waitFor(2 * count);
    });

    it('outlive a deploy of other things: no new token is asked for', async () => {
      const before = server.requests.length;
      const flows = await nodeRed.get<FlowNode[]>('flows');
      await nodeRed.deploy([...flows, { id: 'tab2', type: 'tab', label: 'another' }]);
      await send();
      await receiver.waitFor(3 * count);
      assert.equal(server.requests.length, before);
      await probe.waitFor(3 * count);
    });

    it('are not in the sentence where the token endpoint refuses them and repeats them', async () => {
      const description = Object.values(KINDS).flatMap(({ credentials }) => Object.values(credentials));
      server.refusal = {
        status: 400,
        body: JSON.stringify({ error: 'invalid_grant', error_description: description.join(' '), error_uri: 'cnry' }),
      };
      await nodeRed.restart();
      await send();
      // Failures of before may be told once more after the restart.
      const refused = () => probe.requests.filter(({ text }) => text.includes('No access token could be obtained'));
      while (refused().length < 3) await probe.waitFor(probe.requests.length + 1);
      await receiver.waitFor(3 * count + 3);
    });

    it('are nowhere else: not on disk, in logs, answers, exported flows and messages', async () => {
      const { deliveries } = await nodeRed.get<{ deliveries: { id: string }[] }>(`${LOG}deliveries`);
      assert.equal(deliveries.length, 4 * count);
      const texts: Record<string, string> = { 'the log of Node-RED': nodeRed.log };
      probe.requests.forEach(({ text }, index) => {
        texts[`message ${index}`] = text;
      });
      const paths = [
        'flows',
        `${LOG}deliveries`,
        `${LOG}summary`,
        `${LOG}export?format=csv`,
        `${LOG}export?format=ndjson`,
        ...deliveries.map(({ id }) => `${LOG}deliveries/${id}`),
        ...Object.keys(KINDS).map((name) => `credentials/telephony-webhook-endpoint/endpoint-${name}`),
        'credentials/http proxy/proxy',
      ];
      for (const path of paths) texts[path] = await (await nodeRed.api(path)).text();
      const config = { method: 'POST', url: '/try', format: 'text', text: 'x %apiKey%' };
      for (const name of Object.keys(KINDS)) {
        const asked = { config, endpoint: `endpoint-${name}`, eventType: 'call.ended' };
        texts[`preview of ${name}`] = await post('preview', asked);
        texts[`test of ${name}`] = await post('test', asked);
      }
      const tried = receiver.requests.filter(({ url }) => url === '/try');
      assert.deepEqual(
        tried.map(({ text }) => text),
        ['x cnry-named', 'x cnry-named', 'x cnry-named'],
      );
      assert.match(texts['test of basic'] ?? '', /x •••/);
      await nodeRed.kill9(); // no file comes or goes while they are read
      for (const file of readdirSync(nodeRed.userDir, { recursive: true, encoding: 'utf8' })) {
        const path = join(nodeRed.userDir, file);
        if (statSync(path).isFile()) texts[file] = readFileSync(path, 'latin1');
      }
      assert.ok(Object.keys(texts).some((name) => name.endsWith('.sealed')));
      for (const [where, text] of Object.entries(texts)) {
        for (const canary of CANARIES) assert.ok(!text.includes(canary), `${canary} in ${where}`);
      }
    });
  });
}
