import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { deploy, type FlowNode, Inbox, node, type TestMessage, undeploy } from '../support/pack';
import { type Receiver, startReceiver } from '../support/receiver';
import { testAuthority, testCertificates } from '../support/tls';
import { startTokenServer, type TokenServer } from '../support/token-server';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyFile = (tokenUrl: string): string =>
  JSON.stringify({
    client_email: 'pbx@project.example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: tokenUrl,
  });

describe('an endpoint with OAuth 2', () => {
  let receiver: Receiver;
  let server: TokenServer;
  let good: Inbox;
  let bad: Inbox;
  let caught: Inbox;

  beforeEach(async () => {
    receiver = await startReceiver({ body: 'ok' });
    server = await startTokenServer();
  });
  afterEach(async () => {
    await undeploy();
    await receiver.close();
    await server.close();
  });

  async function start(
    endpoint: Record<string, unknown> = {},
    credentials: Record<string, string> = { clientSecret: 'secret' },
    out: Record<string, unknown> = { retryIfError: false },
    others: Record<string, Record<string, string>> = {},
  ): Promise<void> {
    const { tls, ...own } = endpoint;
    const tlsNode = typeof tls === 'object' ? [tls as FlowNode] : [];
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      { id: 'out', z: 'tab', type: 'telephony-webhook-out', endpoint: 'crm', ...out, wires: [['good'], ['bad']] },
      { id: 'catcher', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
      ...['good', 'bad', 'caught'].map((id) => ({ id, z: 'tab', type: 'helper' })),
      {
        id: 'crm',
        type: 'telephony-webhook-endpoint',
        baseUrl: `${receiver.url}/hook`,
        auth: 'oauth2',
        tokenUrl: `${server.url}/token`,
        clientId: 'pbx',
        ...own,
        tls: tlsNode[0]?.id ?? tls ?? '',
      },
      ...tlsNode,
    ];
    await deploy(flow, { crm: credentials, ...others }, ['common/25-catch', 'network/05-tls']);
    good = new Inbox('good');
    bad = new Inbox('bad');
    caught = new Inbox('caught');
  }
  const send = (message: TestMessage = { payload: 'x' }): void => node('out').receive(message);
  const authorizations = (): unknown[] => receiver.requests.map(({ headers }) => headers.authorization);
  const errorOf = (message: TestMessage | undefined): { code?: string; message: string } =>
    message?.['error'] as { code?: string; message: string };
  const attempts = (message: TestMessage | undefined): unknown =>
    (message?.['delivery'] as { attempts?: unknown } | undefined)?.attempts;

  it('sends with a token that it got for client ID and secret', async () => {
    await start({ scope: 'calls', audience: 'the-crm' });
    send({ payload: 'x', headers: { Authorization: 'Basic of the message' } });
    await good.until(1);
    assert.deepEqual(authorizations(), ['Bearer at-1']);
    assert.deepEqual(server.asked, [
      {
        grant_type: 'client_credentials',
        scope: 'calls',
        audience: 'the-crm',
        client_id: 'pbx',
        client_secret: 'secret',
      },
    ]);
  });

  it('sends with a token that it got for a refresh token, behind the prefix that Zoho wants', async () => {
    const credentials = { clientSecret: 'secret', refreshToken: 'rt-1' };
    await start({ oauthGrant: 'refresh-token', tokenPrefix: 'Zoho-oauthtoken', clientPlace: 'basic' }, credentials);
    send();
    await good.until(1);
    assert.deepEqual(authorizations(), ['Zoho-oauthtoken at-1']);
    assert.deepEqual(server.asked, [{ grant_type: 'refresh_token', refresh_token: 'rt-1' }]);
    const basic = `Basic ${Buffer.from('pbx:secret').toString('base64')}`;
    assert.equal(server.requests[0]?.headers.authorization, basic);
  });

  it('sends with a token that it got as a service account, knowing no more than the key file', async () => {
    const tokenUrl = `${server.url}/token`;
    await start(
      { oauthGrant: 'service-account', tokenUrl: '', clientId: '', scope: 'calls' },
      { privateKey: keyFile(tokenUrl) },
    );
    send();
    await good.until(1);
    assert.deepEqual(authorizations(), ['Bearer at-1']);
    const [header, payload, signature = ''] = (server.asked[0]?.['assertion'] ?? '').split('.');
    const signed = Buffer.from(`${header}.${payload}`);
    assert.ok(
      verify(
        'sha256',
        signed,
        createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
        Buffer.from(signature, 'base64url'),
      ),
    );
    const { iss, aud } = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual([iss, aud], ['pbx@project.example', tokenUrl]);
  });

  it('asks for one token when a hundred messages come at once', async () => {
    await start();
    for (let n = 0; n < 100; n++) send({ payload: `${n}` });
    await good.until(100);
    assert.equal(server.requests.length, 1);
    assert.deepEqual([...new Set(authorizations())], ['Bearer at-1']);
  });

  it('never sends a token to another origin', async () => {
    await start({ addressPolicy: 'list', allow: ['127.0.0.1'] });
    const other = await startReceiver();
    try {
      send({ payload: 'x', url: `${other.url}/x` });
      await good.until(1);
      assert.equal(other.requests[0]?.headers.authorization, undefined);
      assert.equal(server.requests.length, 0);
    } finally {
      await other.close();
    }
  });

  it("asks a token endpoint with the endpoint's TLS settings, but for the name that the receiver's certificate bears", async () => {
    const tls = { ca: testAuthority, requestCert: true, rejectUnauthorized: true };
    const secure = await startReceiver({ body: 'ok' }, { tls: { ...tls, ...testCertificates.otherName } });
    const login = await startTokenServer('tls', { tls: { ...tls, ...testCertificates.localhost } });
    try {
      const { cert, key } = testCertificates.client;
      const endpoint = {
        baseUrl: secure.url,
        tokenUrl: `https://127.0.0.1:${login.port}/token`,
        tls: {
          id: 'mine',
          type: 'tls-config',
          cert: '',
          key: '',
          ca: '',
          servername: 'receiver.example',
          verifyservercert: true,
        },
      };
      await start(endpoint, { clientSecret: 'secret' }, undefined, {
        mine: { cadata: testAuthority, certdata: cert, keydata: key },
      });
      send();
      await good.until(1);
      assert.equal(secure.requests[0]?.headers.authorization, 'Bearer tls-1');
    } finally {
      await secure.close();
      await login.close();
    }
  });

  it('counts a failing token endpoint as an attempt like any other, and gets through when it is back', async () => {
    server.refusal = { status: 503, body: '{"error":"temporarily_unavailable"}' };
    await start({}, { clientSecret: 'secret' }, { schedule: 'list', delays: '1s,1s,1s', jitter: 0 });
    send();
    await server.waitFor(2);
    server.refusal = undefined;
    const [message] = await good.until(1);
    assert.equal(attempts(message), server.requests.length);
    assert.deepEqual(authorizations(), ['Bearer at-1']);
  });

  it('says what is wrong with the credentials, and none of them', async () => {
    const body = '{"error":"invalid_client","error_description":"secret s3cret-canary of pbx is wrong"}';
    server.refusal = { status: 401, body };
    await start({}, { clientSecret: 's3cret-canary' });
    send();
    const [message] = await bad.until(1);
    const { code, message: sentence } = errorOf(message);
    assert.equal(code, 'auth');
    assert.match(sentence, /does not accept the client ID or secret: invalid_client/);
    assert.doesNotMatch(JSON.stringify(message), /canary/);
    assert.equal(message?.['statusCode'], undefined);
    assert.equal(receiver.requests.length, 0);
  });

  const unusable: [
    what: string,
    endpoint: Record<string, unknown>,
    credentials: Record<string, string>,
    why: RegExp,
  ][] = [
    ['no client secret', {}, {}, /needs a client secret/],
    ['no token URL', { tokenUrl: '' }, { clientSecret: 'x' }, /tokenUrl must be an address/],
    ['no refresh token', { oauthGrant: 'refresh-token' }, { clientSecret: 'x' }, /needs that token/],
    ['a key that is none', { oauthGrant: 'service-account' }, { privateKey: 'canary' }, /This is no private key/],
    ['a TLS configuration that is gone', { tls: 'gone' }, { clientSecret: 'x' }, /TLS configuration does not exist/],
    ['a proxy that is gone', { proxy: 'gone' }, { clientSecret: 'x' }, /proxy does not exist/],
    [
      'an allowed address that is none',
      { addressPolicy: 'list', allow: ['a b'] },
      { clientSecret: 'x' },
      /no host name/,
    ],
  ];
  for (const [what, endpoint, credentials, why] of unusable) {
    it(`is an error at the first message with ${what}`, async () => {
      await start(endpoint, credentials);
      send();
      const [message] = await caught.until(1);
      assert.match(errorOf(message).message, why);
      assert.equal(receiver.requests.length + server.requests.length, 0);
    });
  }
});
