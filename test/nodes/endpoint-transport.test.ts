import assert from 'node:assert/strict';
import { deploy, Inbox, node, undeploy, warningsOf } from '../support/pack';
import { startProxy } from '../support/proxy';
import { startReceiver } from '../support/receiver';
import { testAuthority, testCertificates } from '../support/tls';

describe("an endpoint with Node-RED's own network nodes", () => {
  afterEach(undeploy);

  async function start(
    url: string,
    endpoint: object,
    others: readonly { id: string; type: string }[],
    credentials = {},
  ) {
    await deploy(
      [
        { id: 'tab', type: 'tab' },
        {
          id: 'out',
          z: 'tab',
          type: 'telephony-webhook-out',
          url,
          endpoint: 'crm',
          retryIfError: false,
          wires: [['good'], ['bad']],
        },
        { id: 'good', z: 'tab', type: 'helper' },
        { id: 'bad', z: 'tab', type: 'helper' },
        { id: 'catcher', z: 'tab', type: 'catch', scope: null, wires: [['told']] },
        { id: 'told', z: 'tab', type: 'helper' },
        ...others,
        { id: 'crm', type: 'telephony-webhook-endpoint', ...endpoint },
      ],
      credentials,
      ['common/25-catch', 'network/05-tls', 'network/06-httpproxy'],
    );
    return { good: new Inbox('good'), bad: new Inbox('bad') };
  }

  for (const trusted of [true, false]) {
    it(`${trusted ? 'trusts' : 'refuses'} a private authority ${trusted ? 'that its tls-config names' : 'that nothing names'}`, async () => {
      const receiver = await startReceiver({ body: 'ok' }, { tls: testCertificates.localhost });
      try {
        const tls = { id: 'authority', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true };
        const { good, bad } = await start(receiver.url, { tls: trusted ? 'authority' : '' }, [tls], {
          authority: { cadata: testAuthority },
        });
        node('out').receive({ payload: 'x' });
        const [left] = await Promise.race([good.until(1), bad.until(1)]);
        assert.deepEqual(warningsOf('crm'), []);
        assert.equal((left?.['error'] as { code?: string } | undefined)?.code, trusted ? undefined : 'tls');
        assert.equal(receiver.requests.length, trusted ? 1 : 0);
      } finally {
        await receiver.close();
      }
    });
  }

  it('shows its client certificate to a receiver that asks for one', async () => {
    const tls = { ...testCertificates.localhost, ca: testAuthority, requestCert: true, rejectUnauthorized: true };
    const receiver = await startReceiver({ body: 'ok' }, { tls });
    try {
      const { cert, key } = testCertificates.client;
      const certificate = { id: 'mine', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true };
      const { good } = await start(receiver.url, { tls: 'mine' }, [certificate], {
        mine: { cadata: testAuthority, certdata: cert, keydata: key },
      });
      node('out').receive({ payload: 'x' });
      await good.until(1);
      assert.equal(receiver.requests.length, 1);
    } finally {
      await receiver.close();
    }
  });

  it('sends nothing while its TLS configuration cannot be used', async () => {
    const receiver = await startReceiver({}, { tls: testCertificates.localhost });
    try {
      const half = { id: 'half', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: false };
      await start(receiver.url, { tls: 'half' }, [half], { half: { certdata: testCertificates.client.cert } });
      const told = new Inbox('told');
      node('out').receive({ payload: 'x' });
      const [message] = await told.until(1);
      assert.ok(message);
      const { message: sentence } = message['error'] as { message: string };
      assert.match(sentence, /TLS configuration cannot be used/);
      assert.equal(receiver.requests.length, 0);
    } finally {
      await receiver.close();
    }
  });

  const accounts: [what: string, account: string, credentials: Record<string, string>][] = [
    ['a name and a password', 'ann:p w', { username: 'ann', password: 'p w' }],
    ['a name alone', 'ann:', { username: 'ann' }],
    ['a password alone', ':key', { password: 'key' }],
  ];
  for (const [what, account, credentials] of accounts) {
    it(`shows the http proxy that it names ${what}, and says at deploy what cannot be checked then`, async () => {
      const receiver = await startReceiver({ body: 'ok' });
      const proxy = await startProxy({ account });
      try {
        const way = { id: 'way', type: 'http proxy', url: proxy.url, noproxy: [] };
        const { good } = await start(receiver.url, { proxy: 'way' }, [way], { way: credentials });
        assert.deepEqual(warningsOf('crm'), ['telephony-webhook-endpoint.warnings.proxy']);
        node('out').receive({ payload: 'x' });
        await good.until(1);
        assert.deepEqual(proxy.requests, [`POST ${receiver.url}/`]);
      } finally {
        await receiver.close();
        await proxy.close();
      }
    });
  }

  for (const [exception, direct] of [
    ['127.0.0.1', true],
    ['127.0.0.0/8', true],
    ['other.example', false],
  ] as const) {
    it(`goes ${direct ? 'past' : 'through'} the http proxy with ${exception} among its exceptions`, async () => {
      const receiver = await startReceiver({ body: 'ok' });
      const proxy = await startProxy();
      try {
        const way = { id: 'way', type: 'http proxy', url: proxy.url.replace('http://', ''), noproxy: [exception] };
        const { good } = await start(receiver.url, { proxy: 'way' }, [way]);
        node('out').receive({ payload: 'x' });
        await good.until(1);
        assert.equal(proxy.requests.length, direct ? 0 : 1);
      } finally {
        await receiver.close();
        await proxy.close();
      }
    });
  }
});
