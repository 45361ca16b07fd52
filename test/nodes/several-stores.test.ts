/** What a deploy that gives nodes another store does to what is in the old one, and what several stores have in common. */
import assert from 'node:assert/strict';
import { deploy, type FlowNode, Inbox, node, redeploy, undeploy } from '../support/pack';
import { type Receiver, startReceiver } from '../support/receiver';

const STORES: readonly FlowNode[] = ['A', 'B'].map((id) => ({ id, type: 'telephony-delivery-store', kind: 'memory' }));
/** Never at its end while a test looks at what waits. */
const SCHEDULE = { schedule: 'fixed', initialDelayMs: 300, jitter: 0, maxAttempts: 1000 };

describe('several stores', () => {
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = await startReceiver({ status: 500 });
  });

  afterEach(async () => {
    await undeploy();
    await receiver.close();
  });

  function flow(own: readonly FlowNode[], stores: readonly FlowNode[] = STORES): FlowNode[] {
    const asks = stores.map(({ id }) => ({
      ...{ id: `ask ${id}`, type: 'telephony-deliveries', store: id, wires: [['answers']] },
    }));
    const inboxes = ['good', 'bad', 'answers'].map((id) => ({ id, type: 'helper' }));
    const nodes = [...own, ...asks, ...inboxes].map((one) => ({ z: 'tab', ...one }));
    return [{ id: 'tab', type: 'tab' }, ...stores, ...nodes];
  }

  function out(store: string, more: object = {}): FlowNode {
    const wires = [['good'], ['bad']];
    return {
      id: 'out',
      type: 'telephony-webhook-out',
      url: receiver.url,
      orderBy: '',
      ...SCHEDULE,
      store,
      wires,
      ...more,
    };
  }

  async function ask<Answer>(store: string, action: string, payload: object = {}): Promise<Answer> {
    const answers = new Inbox('answers');
    node(`ask ${store}`).receive({ action, payload });
    return (await answers.until(1))[0]?.payload as Answer;
  }

  async function rows(store: string, state: string): Promise<{ id: string }[]> {
    return (await ask<{ deliveries: { id: string }[] }>(store, 'list', { state })).deliveries;
  }

  it('go on with what waits in the old store of a webhook out, and send what is resent there', async () => {
    await deploy(flow([out('A')]));
    node('out').receive({ payload: 'waits' });
    await receiver.waitFor(1);
    while ((await rows('A', 'waiting')).length === 0);
    receiver.answer({ status: 200 });
    await redeploy(flow([out('B')]));
    const good = new Inbox('good');
    await good.until(1);
    const [delivered] = await rows('A', 'delivered');
    assert.ok(delivered);
    const { delivery } = await ask<{ delivery: string }>('A', 'resend', { id: delivered.id });
    const [, again] = await good.until(2);
    assert.equal((again?.['delivery'] as { id: string } | undefined)?.id, delivery);
    assert.deepEqual(await rows('B', 'delivered'), []);
  });

  it('take a message that comes back as a further attempt of its delivery in the old one', async () => {
    await deploy(flow([out('A', { retryIfError: false })]));
    const bad = new Inbox('bad');
    node('out').receive({ payload: 'fails' });
    const [failed] = await bad.until(1);
    receiver.answer({ status: 200 });
    await redeploy(flow([out('B', { retryIfError: false })]));
    const good = new Inbox('good');
    node('out').receive(failed as object);
    const [message] = await good.until(1);
    const id = (of: object | undefined): unknown => (of as { delivery?: { id: string } } | undefined)?.delivery?.id;
    assert.equal(id(message), id(failed));
  });

  it('go on with what a retry node holds in its old one', async () => {
    const retry = (store: string): FlowNode[] => [
      { id: 'retry', type: 'telephony-webhook-retry', ...SCHEDULE, store, wires: [['good'], ['bad']] },
    ];
    await deploy(flow(retry('A')));
    node('retry').receive({ statusCode: 503, payload: 'of another node' });
    // Asked after it, so answered when it is held.
    await ask('A', 'count');
    await redeploy(flow(retry('B')));
    const good = new Inbox('good');
    const [message] = await good.until(1);
    assert.equal(message?.payload, 'of another node');
    // It stays where it was held, so it goes out once when it comes back.
    node('retry').receive({ ...message, statusCode: 503 });
    assert.equal((await good.until(2)).length, 2);
  });

  it('keep what a template could not render where the webhook out behind it stores', async () => {
    receiver.answer({ status: 200 });
    const template = (text: string): FlowNode => {
      return {
        id: 'template',
        type: 'telephony-webhook-template',
        url: receiver.url,
        format: 'text',
        text,
        wires: [['out']],
      };
    };
    await deploy(flow([template('{{nosuchname}}'), out('B')]));
    node('template').receive({ payload: 'x' });
    let failed: { id: string } | undefined;
    while (!failed) [failed] = await rows('B', 'failed');
    await redeploy(flow([template('mended'), out('B')]));
    const good = new Inbox('good');
    await ask('B', 'resend', { id: failed.id });
    const [message] = await good.until(1);
    assert.equal((message?.['delivery'] as { id: string } | undefined)?.id, failed.id);
    assert.deepEqual(await rows('B', 'failed'), []);
  });

  it('are all paused by a deliveries node, also one that comes later', async () => {
    receiver.answer({ status: 200 });
    const both = [out('A'), out('B', { id: 'other' })];
    await deploy(flow(both));
    const endpoint = { id: new URL(receiver.url).origin };
    await ask('A', 'pause', endpoint);
    const later = { id: 'C', type: 'telephony-delivery-store', path: 'c.db' };
    await redeploy(flow([...both, out('C', { id: 'third' })], [...STORES, later]));
    for (const id of ['out', 'other', 'third']) node(id).receive({ payload: id });
    for (const store of ['A', 'B', 'C']) while ((await rows(store, 'pending')).length === 0);
    assert.equal(receiver.requests.length, 0);
    await ask('C', 'resume', endpoint);
    await receiver.waitFor(3);
  });

  it('show no body of what waits where bodies are not to be kept', async () => {
    receiver.answer({ status: 500, body: 'secret answer' });
    await deploy(flow([out('A', { initialDelayMs: 60_000 })], [{ ...(STORES[0] as FlowNode), logBodies: false }]));
    node('out').receive({ payload: 'secret body' });
    let waiting: { id: string } | undefined;
    while (!waiting) [waiting] = await rows('A', 'waiting');
    const shown = await ask<{ request: { body: unknown }; attempts: unknown[] }>('A', 'list', waiting);
    assert.equal(shown.request.body, null);
    assert.equal(shown.attempts.length, 1);
    assert.ok(!JSON.stringify(shown).includes('secret'));
    receiver.answer({ status: 200 });
    await ask('A', 'resend', waiting);
    assert.equal((await receiver.waitFor(2))[1]?.text, 'secret body');
  });
});
