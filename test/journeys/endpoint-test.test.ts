/** What the panel of an endpoint asks while it is edited: a test request, and what becomes of addresses. Secrets stay where they are. */
import assert from 'node:assert/strict';
import type { Sentence } from '../../src/sentence';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';
import { testAuthority, testCertificates } from '../support/tls';
import { startTokenServer, type TokenServer } from '../support/token-server';

/** Node-RED's mark for a password that is stored and was not typed anew. */
const KEPT = '__PWRD__';
const STORED = 'cnry-stored';

type Step = Readonly<Record<string, unknown>> & { readonly step: string };
interface Tested {
  readonly steps: readonly Step[];
}
interface Refused {
  readonly field: string;
  readonly problem: Sentence;
}

/** Of what is said in an answer. */
function messageOf(said: unknown): string {
  return (said as Sentence | undefined)?.message ?? '';
}

for (const version of NODE_RED_VERSIONS) {
  describe(`an endpoint that is being edited, on Node-RED ${version}`, () => {
    let receiver: Receiver;
    let other: Receiver;
    let secure: Receiver;
    let server: TokenServer;
    let nodeRed: NodeRedProcess;

    before(async () => {
      // Whatever arrives is sent back, so that a secret in an answer would be seen.
      const echo = ({ headers }: { headers: object }) => ({ body: JSON.stringify(headers) });
      receiver = await startReceiver(echo);
      other = await startReceiver(echo);
      secure = await startReceiver(echo, { tls: testCertificates.localhost });
      server = await startTokenServer('cnry-at');
      const endpoint = (id: string, settings: object, credentials: object): FlowNode => ({
        id,
        type: 'telephony-webhook-endpoint',
        baseUrl: `${receiver.url}/api`,
        ...settings,
        credentials,
      });
      const refresh = { auth: 'oauth2', oauthGrant: 'refresh-token', clientId: 'pbx', tokenUrl: `${server.url}/token` };
      nodeRed = await startNodeRed({
        version,
        flows: [
          { id: 'tab', type: 'tab', label: 'endpoints' },
          {
            id: 'authority',
            type: 'tls-config',
            cert: '',
            key: '',
            ca: '',
            verifyservercert: true,
            credentials: { cadata: testAuthority },
          },
          endpoint('with-bearer', { auth: 'bearer' }, { token: STORED }),
          endpoint('with-key', { signing: 'hmac' }, { signingSecrets: `["${STORED}"]` }),
          endpoint('with-refresh', refresh, { clientSecret: STORED, refreshToken: STORED }),
        ],
      });
    });
    after(async () => {
      await nodeRed?.stop();
      for (const one of [receiver, other, secure, server]) await one?.close();
    });

    async function ask<Answer>(path: string, question: object): Promise<Answer> {
      const response = await nodeRed.api(`telephony-webhooks/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
      });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.doesNotMatch(text, /cnry/);
      return JSON.parse(text) as Answer;
    }
    const test = async (config: object, credentials: object, more: object = {}): Promise<readonly Step[]> =>
      (await ask<Tested>('endpoint-test', { id: 'new', config, credentials, ...more })).steps;
    /** Nothing was sent, because of this field. */
    const refusal = async (config: object, credentials: object, more: object = {}): Promise<Refused> => {
      const [step, ...others] = await test(config, credentials, more);
      assert.deepEqual([step?.step, others], ['settings', []]);
      return step as unknown as Refused;
    };

    it('is tried by one request, marked as a test, with the credentials that are typed', async () => {
      const steps = await test(
        { baseUrl: `${receiver.url}/api?v=1`, auth: 'basic' },
        { username: 'ann', password: 'cnry-typed' },
        { path: 'hooks' },
      );
      const [address, connection, answer] = steps;
      assert.deepEqual(address, { step: 'address', host: '127.0.0.1', kind: 'allowed', addresses: ['127.0.0.1'] });
      assert.deepEqual(connection, { step: 'connection', address: '127.0.0.1', tls: null });
      assert.deepEqual([answer?.['statusCode'], answer?.['problem'], steps.length], [200, null, 3]);
      const got = receiver.requests.at(-1);
      assert.match(`${got?.method} ${got?.url}`, /^GET \/api\/hooks/);
      assert.equal(got?.headers['webhook-test'], 'true');
      assert.match(String(got?.headers['webhook-id']), /^test_/);
      assert.equal(got?.headers.authorization, `Basic ${Buffer.from('ann:cnry-typed').toString('base64')}`);
    });

    it('sends a small JSON by POST, signed with the keys that are stored', async () => {
      await test(
        { baseUrl: receiver.url, signing: 'hmac' },
        { signingSecrets: KEPT },
        { id: 'with-key', method: 'POST' },
      );
      const got = receiver.requests.at(-1);
      assert.deepEqual([got?.method, JSON.parse(got?.text ?? '')], ['POST', { type: 'webhook.test', test: true }]);
      assert.match(String(got?.headers['x-signature']), /^[0-9a-f]{64}$/);
    });

    it('lends what is stored to its own origin, and to nobody else', async () => {
      const typed = { auth: 'bearer', baseUrl: `${receiver.url}/elsewhere` };
      await test(typed, { token: KEPT }, { id: 'with-bearer' });
      assert.equal(receiver.requests.at(-1)?.headers.authorization, `Bearer ${STORED}`);
      const before = receiver.requests.length;
      for (const [id, changed] of [
        ['with-bearer', { baseUrl: other.url }],
        ['with-bearer', { proxy: 'authority' }],
        ['with-bearer', { tls: 'authority' }],
        ['new', {}],
        ['with-refresh', { auth: 'oauth2', oauthGrant: 'client-credentials', clientId: 'pbx', tokenUrl: other.url }],
      ] as const) {
        const { problem } = await refusal({ ...typed, ...changed }, { token: KEPT, clientSecret: KEPT }, { id });
        assert.match(problem.message, /^What is stored is sent only where the endpoint sends it as deployed/, id);
      }
      assert.deepEqual([receiver.requests.length, other.requests.length], [before, 0]);
    });

    it('does not leave its origin by the path', async () => {
      const { field } = await refusal({ baseUrl: receiver.url }, {}, { path: other.url });
      assert.equal(field, 'path');
      await test({ baseUrl: receiver.url }, {}, { path: `//127.0.0.1:${other.port}/x` });
      assert.equal(other.requests.length, 0);
    });

    it('says by whom and until when a certificate is, and what is wrong with one', async () => {
      const steps = await test({ baseUrl: secure.url, tls: 'authority' }, {});
      const { tls } = steps.find(({ step }) => step === 'connection') as unknown as { tls: Record<string, string> };
      assert.match(tls['protocol'] ?? '', /^TLSv1\.[23]$/);
      assert.match(tls['validTo'] ?? '', /^2\d{3}-\d\d-\d\dT/);
      assert.equal(steps.at(-1)?.['statusCode'], 200);
      const distrusted = await test({ baseUrl: secure.url }, {});
      assert.match(messageOf(distrusted.at(-1)?.['problem']), /authority that this machine does not know/);
    });

    it('obtains a token first, and says why there is none', async () => {
      const config = { baseUrl: receiver.url, auth: 'oauth2', clientId: 'pbx', tokenUrl: `${server.url}/typed` };
      const steps = await test(config, { clientSecret: 'cnry-secret' });
      assert.deepEqual(
        steps.map(({ step }) => step),
        ['address', 'token', 'connection', 'answer'],
      );
      assert.match(String(receiver.requests.at(-1)?.headers.authorization), /^Bearer cnry-at-\d+$/);
      server.refusal = { status: 401, body: '{"error":"invalid_client"}' };
      const refused = await test(config, { clientSecret: 'cnry-wrong' });
      server.refusal = undefined;
      assert.match(messageOf(refused.at(-1)?.['problem']), /^No access token could be obtained/);
      assert.equal(refused.at(-1)?.step, 'token');
    });

    it('uses a refresh token only as it is deployed, since its first use may cost it', async () => {
      const config = {
        baseUrl: `${receiver.url}/api`,
        auth: 'oauth2',
        oauthGrant: 'refresh-token',
        clientId: 'pbx',
        tokenUrl: `${server.url}/token`,
      };
      const before = server.requests.length;
      const typed = await test(config, { clientSecret: KEPT, refreshToken: 'cnry-new' }, { id: 'with-refresh' });
      assert.match(messageOf(typed.at(-1)?.['problem']), /Deploy, then test/);
      assert.equal(server.requests.length, before);
      const stored = await test(config, { clientSecret: KEPT, refreshToken: KEPT }, { id: 'with-refresh' });
      assert.equal(stored.at(-1)?.['statusCode'], 200);
      assert.equal(server.asked.at(-1)?.['refresh_token'], STORED);
    });

    it('sends nothing where its own policy forbids the address', async () => {
      const before = receiver.connections;
      const steps = await test({ baseUrl: receiver.url, addressPolicy: 'public' }, {});
      assert.deepEqual([steps.length, steps[0]?.['kind']], [1, 'refused']);
      assert.match(messageOf(steps[0]?.['reason']), /policy "public" of the endpoint forbids it/);
      assert.equal(receiver.connections, before);
    });

    it('says what nobody answers, and what is missing', async () => {
      const [, answer] = await test({ baseUrl: 'http://127.0.0.1:1' }, {});
      assert.match(messageOf(answer?.['problem']), /^Nobody is listening at 127\.0\.0\.1:/);
      for (const [config, field] of [
        [{ baseUrl: '' }, 'baseUrl'],
        [{ baseUrl: receiver.url, auth: 'bearer' }, 'token'],
        [{ baseUrl: receiver.url, signing: 'standard' }, 'signingSecrets'],
        [{ baseUrl: receiver.url, tls: 'gone' }, 'tls'],
        [{ baseUrl: 'ftp://crm.example' }, 'baseUrl'],
      ] as const) {
        assert.equal((await refusal(config, {})).field, field);
      }
    });

    it('judges addresses by the policy that is typed', async () => {
      interface Checked {
        readonly checks: readonly { readonly typed: Step; readonly brought: Step }[];
      }
      const all = ['https://1.1.1.1', '192.168.1.20/x', 'http://[::1]:1880', 'http://2852039166/', 'http://localhost'];
      const kinds = async (config: object, urls = all): Promise<readonly string[]> => {
        const { checks } = await ask<Checked>('address-check', { config, urls });
        return checks.map(({ typed, brought }) => `${typed['kind']} ${brought['kind']}`);
      };
      const [both, typedOnly, none] = ['allowed allowed', 'allowed refused', 'refused refused'];
      assert.deepEqual(await kinds({}), [both, typedOnly, typedOnly, none, typedOnly]);
      assert.deepEqual(await kinds({ addressPolicy: 'public' }), [both, none, none, none, none]);
      assert.deepEqual(await kinds({ addressPolicy: 'list', allow: ['192.168.0.0/16'] }), [
        none,
        both,
        none,
        none,
        none,
      ]);
      assert.deepEqual(await kinds({}, ['http://', 'ftp://crm.example']), ['unknown unknown', 'unknown unknown']);
    });
  });
}
