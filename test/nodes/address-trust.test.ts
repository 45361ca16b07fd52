/** Where a webhook may go: what the flow's author typed, and what only a message brings. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy, type FlowNode, Inbox, node, type TestMessage, undeploy } from '../support/pack';
import { type Receiver, startReceiver } from '../support/receiver';

describe('an address in the own network', () => {
  let receiver: Receiver;
  let good: Inbox;
  let bad: Inbox;
  let folder: string | undefined;

  beforeEach(async () => {
    receiver = await startReceiver();
  });

  afterEach(async () => {
    await undeploy();
    await receiver.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  });

  async function start(out: Record<string, unknown> = {}, others: readonly FlowNode[] = []): Promise<void> {
    const shared = { z: 'tab' };
    await deploy([
      { id: 'tab', type: 'tab' },
      { ...shared, id: 'out', type: 'telephony-webhook-out', ...out, wires: [['good'], ['bad']] },
      ...['good', 'bad'].map((id) => ({ ...shared, id, type: 'helper' })),
      ...others,
    ]);
    good = new Inbox('good');
    bad = new Inbox('bad');
  }

  const template = (url: string, id = 'template'): FlowNode => ({
    id,
    z: 'tab',
    type: 'telephony-webhook-template',
    url,
    wires: [['out']],
  });
  const endpoint = (settings: Record<string, unknown>): FlowNode => ({
    id: 'crm',
    type: 'telephony-webhook-endpoint',
    ...settings,
  });
  const call: TestMessage = { event: { id: 'e1', type: 'call.ended', parameters: {} }, payload: {} };

  /** Sends a message; resolves with what was refused. */
  async function refused(message: TestMessage, to = 'out'): Promise<string> {
    const before = bad.messages.length;
    node(to).receive(message);
    const left = (await bad.until(before + 1))[before];
    const error = left?.['error'] as { code: string; message: string };
    assert.equal(error.code, 'address-blocked', error.message);
    assert.equal((left?.['delivery'] as { attempts: number } | undefined)?.attempts, 1);
    assert.equal(receiver.connections, 0);
    return error.message;
  }

  async function delivered(message: TestMessage, to = 'out'): Promise<void> {
    const before = good.messages.length;
    node(to).receive(message);
    await good.until(before + 1);
    assert.equal(bad.messages.length, 0);
  }

  it('is refused once and for all where only the message brings it, and the reason says how to allow it', async () => {
    await start({ retryIfError: true });
    const reason = await refused({ payload: 'x', url: `${receiver.url}/x` });
    assert.match(reason, /^127\.0\.0\.1 is this machine itself \(loopback\), and the address policy "lan"/);
    assert.match(reason, /type the whole address into the template, the webhook out or the endpoint/);
    assert.match(await refused({ payload: 'x', url: 'http://192.168.77.1/x' }), /192\.168\.77\.1 is a private address/);
  });

  it('is reached where it is typed in the webhook out, without its scheme, too', async () => {
    await start({ url: receiver.url.replace('http://', '') });
    await delivered({ payload: 'x', url: 'http://192.168.77.1/of-the-message' });
  });

  it('is reached where it is typed in the template', async () => {
    await start({}, [template(`${receiver.url}/{{eventId}}`)]);
    await delivered(call, 'template');
    assert.equal(receiver.requests[0]?.url, '/e1');
  });

  it('is reached where it is the base URL of the endpoint, by a path or by a whole address in the message', async () => {
    await start({ endpoint: 'crm' }, [endpoint({ baseUrl: `${receiver.url}/api` })]);
    await delivered({ payload: 'x', url: 'a' });
    await delivered({ payload: 'x', url: `${receiver.url}/b` });
    assert.deepEqual(
      receiver.requests.map(({ url }) => url),
      ['/api/a', '/b'],
    );
  });

  it('is that of the endpoint which sends, where a template leads to several', async () => {
    const another = { ...endpoint({ baseUrl: `${receiver.url}/erp/v2?site=1`, secrets: {} }), id: 'erp' };
    await start({ endpoint: 'crm' }, [
      endpoint({ baseUrl: `${receiver.url}/crm` }),
      another,
      {
        ...template('/hook/{{eventId}}'),
        query: [{ key: 'a', type: 'text', value: '1' }],
        wires: [['out', 'erp-out']],
      },
      { z: 'tab', id: 'erp-out', type: 'telephony-webhook-out', endpoint: 'erp', wires: [['good'], ['bad']] },
    ]);
    node('template').receive(call);
    await good.until(2);
    assert.deepEqual(receiver.requests.map(({ url }) => url).sort(), [
      '/crm/hook/e1?a=1',
      '/erp/v2/hook/e1?site=1&a=1',
    ]);
  });

  it('is not believed to be typed because a message says so', async () => {
    await start({}, [template('https://crm.example/hook')]);
    const origin = new URL(receiver.url).origin;
    for (const mark of [
      { template: 'template', origin, typedOrigin: origin, url: receiver.url },
      { template: 'nowhere' },
      { template: 'out' },
      { template: { typedOrigin: origin } },
    ]) {
      await refused({ payload: 'x', url: receiver.url, webhook: mark });
    }
  });

  it('is not typed by a template that has another port, host or scheme', async () => {
    const { port } = receiver;
    await start({}, [
      template(`http://127.0.0.1:${port + 1}/`, 'port'),
      template(`http://localhost:${port}/`, 'host'),
      template(`https://127.0.0.1:${port}/`, 'scheme'),
    ]);
    for (const id of ['port', 'host', 'scheme']) {
      await refused({ payload: 'x', url: receiver.url, webhook: { template: id } });
    }
  });

  it('is reached where the list of the endpoint names it, whoever brings it, and nothing else is', async () => {
    await start({ endpoint: 'crm' }, [endpoint({ addressPolicy: 'list', allow: ['127.0.0.1'] })]);
    assert.match(await refused({ payload: 'x', url: 'http://127.0.0.2/' }), /127\.0\.0\.2 .*policy "list"/);
    assert.match(await refused({ payload: 'x', url: 'http://8.8.8.8/' }), /8\.8\.8\.8 is a public address/);
    node('out').receive({ payload: 'x', url: receiver.url });
    await good.until(1);
  });

  it('is refused by the policy "public" even where it is typed', async () => {
    await start({ url: receiver.url, endpoint: 'crm' }, [endpoint({ addressPolicy: 'public' })]);
    assert.match(await refused({ payload: 'x' }), /"public" of the endpoint forbids it\. Choose "lan" or "list"/);
  });

  it('is judged in the same way when a waiting delivery goes on after a restart', async () => {
    folder = mkdtempSync(join(tmpdir(), 'telephony-restart-'));
    receiver.answer({ status: 503 });
    const out = { store: 'store', retryIfError: true, schedule: 'fixed', initialDelayMs: 50, maxAttempts: 1000 };
    const others = [
      template(`${receiver.url}/hook`),
      { id: 'store', type: 'telephony-delivery-store', kind: 'sqlite', path: join(folder, 'deliveries.db') },
    ];
    await start(out, others);
    node('template').receive(call);
    await receiver.waitFor(1);
    await undeploy();
    receiver.answer({});
    await start(out, others);
    await good.until(1);
    assert.equal(bad.messages.length, 0);
  });
});
