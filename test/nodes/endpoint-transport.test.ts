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
        ...others,
        { id: 'crm', type: 'telephony-webhook-endpoint', ...endpoint },
      ],
      credentials,
      ['network/05-tls', 'network/06-httpproxy'],
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

  it('goes through the http proxy that it names, and says at deploy what cannot be checked then', async () => {
    const receiver = await startReceiver({ body: 'ok' });
    const proxy = await startProxy();
    try {
      const { good } = await start(receiver.url, { proxy: 'way' }, [
        { id: 'way', type: 'http proxy', url: proxy.url, noproxy: [] } as never,
      ]);
      assert.deepEqual(warningsOf('crm'), ['telephony-webhook-endpoint.warnings.proxy']);
      node('out').receive({ payload: 'x' });
      await good.until(1);
      assert.equal(receiver.requests.length, 1);
      assert.ok(proxy.requests.length > 0);
    } finally {
      await receiver.close();
      await proxy.close();
    }
  });
});
