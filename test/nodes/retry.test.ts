import assert from 'node:assert/strict';
import type * as LogActions from '../../nodes/runtime/admin/log-actions';
import type * as Stores from '../../nodes/runtime/stores/stores';
import { FakeClock } from '../support/fake-clock';
import {
  built,
  deploy,
  type FlowNode,
  Inbox,
  node,
  putClock,
  redeploy,
  type TestMessage,
  undeploy,
} from '../support/pack';
import { PATIENCE_MS } from '../support/patience';
import { type Receiver, startReceiver } from '../support/receiver';

const THREE_THEN_OK = [{ status: 503 }, { status: 503 }, { status: 503 }, { status: 200, body: 'got it' }];
const SCHEDULE = { schedule: 'list', delays: '5s,5m,30m', jitter: 0, maxAttempts: 4 };

describe('a receiver that is down for the first three attempts', () => {
  let receiver: Receiver;
  let clock: FakeClock;
  let restore: () => void;

  beforeEach(async () => {
    receiver = await startReceiver(THREE_THEN_OK);
    clock = new FakeClock();
    restore = putClock(clock);
  });

  afterEach(async () => {
    await undeploy();
    restore();
    await receiver.close();
  });

  /** Moves the clock to the next attempt, and waits for it on the wire. */
  async function attempt(number: number, afterMs: number): Promise<void> {
    await clock.untilDue(afterMs);
    await clock.advanceAsync(afterMs);
    await receiver.waitFor(number);
  }

  it('gets the delivery on the fourth through "Retry if error"', async () => {
    await deploy([
      {
        id: 'out',
        type: 'telephony-webhook-out',
        url: `${receiver.url}/crm`,
        retryIfError: true,
        ...SCHEDULE,
        wires: [['good'], ['bad']],
      },
      { id: 'good', type: 'helper' },
      { id: 'bad', type: 'helper' },
    ]);
    const good = new Inbox('good');
    const bad = new Inbox('bad');
    node('out').receive({ payload: { call: 'ended' } });
    await receiver.waitFor(1);
    await attempt(2, 5_000);
    await attempt(3, 300_000);
    await attempt(4, 1_800_000);
    const [message] = await good.until(1);
    assert.equal(message?.['statusCode'], 200);
    assert.equal(message?.payload, 'got it');
    assert.equal(attemptsOf(message), 4);
    assert.equal(bad.messages.length, 0);
    assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 1);
  });

  it('gets the delivery on the fourth through a wired retry node, as the same delivery', async () => {
    await deploy([
      {
        id: 'out',
        type: 'telephony-webhook-out',
        url: `${receiver.url}/crm`,
        retryIfError: false,
        wires: [['good'], ['again']],
      },
      { id: 'again', type: 'telephony-webhook-retry', ...SCHEDULE, wires: [['out'], ['up']] },
      { id: 'good', type: 'helper' },
      { id: 'up', type: 'helper' },
    ]);
    const good = new Inbox('good');
    const up = new Inbox('up');
    node('out').receive({ payload: { call: 'ended' }, topic: 'call.ended' });
    await receiver.waitFor(1);
    await attempt(2, 5_000);
    await attempt(3, 300_000);
    await attempt(4, 1_800_000);
    const [message] = await good.until(1);
    assert.equal(message?.payload, 'got it');
    assert.equal(message?.['topic'], 'call.ended');
    assert.equal(attemptsOf(message), 4);
    assert.equal(up.messages.length, 0);
    assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.deepEqual([...new Set(receiver.requests.map(({ text }) => text))], ['{"call":"ended"}']);
  });

  describe('whose message does not come back from the flow of a retry node', () => {
    const lost = (): FlowNode[] => [
      { id: 'out', type: 'telephony-webhook-out', url: receiver.url, retryIfError: false, wires: [[], ['again']] },
      { id: 'again', type: 'telephony-webhook-retry', ...SCHEDULE, maxAttempts: 3, wires: [['lost'], ['up']] },
      ...['lost', 'up'].map((id) => ({ id, type: 'helper' })),
    ];

    beforeEach(async () => {
      await deploy(lost());
    });

    it('gets the delivery as it is stored a minute later, and only as often as the schedule says', async () => {
      const up = new Inbox('up');
      const onTheirWay = new Inbox('lost');
      node('out').receive({ payload: 'kept' });
      await receiver.waitFor(1);
      for (const [number, afterMs] of [
        [2, 5_000],
        [3, 300_000],
      ] as const) {
        await clock.untilDue(afterMs);
        await clock.advanceAsync(afterMs);
        await onTheirWay.until(number - 1);
        await clock.advanceAsync(60_000);
        await receiver.waitFor(number);
      }
      const [message] = await up.until(1);
      assert.equal(attemptsOf(message), 3);
      assert.deepEqual(
        receiver.requests.map(({ text }) => text),
        ['kept', 'kept', 'kept'],
      );
      assert.equal((await log())[0]?.state, 'failed');
    });

    it('gets it as it is stored when the retry node is taken out of the flow', async () => {
      node('out').receive({ payload: 'kept' });
      await receiver.waitFor(1);
      await clock.untilDue(5_000);
      await redeploy(lost().filter(({ id }) => id !== 'again'));
      await receiver.waitFor(2);
      assert.deepEqual(await held(), []);
    });
  });

  it('gets each of the requests that a flow sends one after another, also after one that was retried', async () => {
    await receiver.close();
    receiver = await startReceiver([{ status: 503 }, { status: 200 }, { status: 200 }]);
    await deploy([
      {
        id: 'out',
        type: 'telephony-webhook-out',
        url: receiver.url,
        retryIfError: false,
        wires: [['good'], ['again']],
      },
      { id: 'again', type: 'telephony-webhook-retry', ...SCHEDULE, wires: [['out'], []] },
      { id: 'good', type: 'helper' },
    ]);
    const good = new Inbox('good');
    node('out').receive({ payload: 'step 1' });
    await receiver.waitFor(1);
    await attempt(2, 5_000);
    const [message] = await good.until(1);
    node('out').receive({ ...message, payload: 'step 2' } as never);
    await receiver.waitFor(3);
    assert.deepEqual(
      receiver.requests.map(({ text }) => text),
      ['step 1', 'step 1', 'step 2'],
    );
  });

  it('gets what waits when its endpoint was gone for a while', async () => {
    await receiver.close();
    receiver = await startReceiver([{ status: 503 }, { status: 200 }]);
    const endpoint = { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url };
    const flow = [
      { id: 'out', type: 'telephony-webhook-out', endpoint: 'crm', url: '/x', ...SCHEDULE, wires: [['good'], ['bad']] },
      ...['good', 'bad'].map((id) => ({ id, type: 'helper' })),
    ];
    await deploy([endpoint, ...flow]);
    node('out').receive({ payload: 'kept' });
    await receiver.waitFor(1);
    await clock.untilDue(5_000);
    await redeploy(flow.map((one) => ({ ...one, name: 'without' })));
    await clock.advanceAsync(60_000);
    assert.equal((await log())[0]?.state, 'waiting');
    await redeploy([endpoint, ...flow]);
    await receiver.waitFor(2);
  });

  it('is not waited for any more when the message was given up elsewhere in the flow', async () => {
    await deploy([
      { id: 'out', type: 'telephony-webhook-out', url: receiver.url, retryIfError: false, wires: [[], ['again']] },
      { id: 'again', type: 'telephony-webhook-retry', ...SCHEDULE, maxAttempts: 2, wires: [['other'], ['up']] },
      { id: 'other', type: 'helper' },
      { id: 'up', type: 'helper' },
    ]);
    const other = new Inbox('other');
    const up = new Inbox('up');
    node('out').receive({ payload: 'kept' });
    await receiver.waitFor(1);
    await clock.untilDue(5_000);
    await clock.advanceAsync(5_000);
    const [message] = await other.until(1);
    node('again').receive(message as object);
    await up.until(1);
    assert.equal((await log())[0]?.state, 'failed');
  });

  it('gets nothing more of a delivery that was discarded while a retry node held it', async () => {
    await deploy([
      {
        id: 'out',
        type: 'telephony-webhook-out',
        url: `${receiver.url}/crm`,
        retryIfError: false,
        orderBy: '',
        wires: [[], ['again', 'bad']],
      },
      { id: 'again', type: 'telephony-webhook-retry', ...SCHEDULE, wires: [['out'], []] },
      { id: 'log', type: 'telephony-deliveries', action: 'discard', wires: [['done']] },
      { id: 'bad', type: 'helper' },
      { id: 'done', type: 'helper' },
    ]);
    const bad = new Inbox('bad');
    const done = new Inbox('done');
    node('out').receive({ payload: 'first' });
    const [failed] = await bad.until(1);
    await clock.untilDue(5_000);
    const delivery = failed?.['delivery'] as { id: string } | undefined;
    node('log').receive({ payload: { id: delivery?.id } });
    await done.until(1);
    await clock.advanceAsync(5_000);
    node('out').receive({ payload: 'second' });
    const requests = await receiver.waitFor(2);
    assert.deepEqual(
      requests.map(({ text }) => text),
      ['first', 'second'],
    );
  });

  it('gets nothing more of a number that was forgotten while a retry node held its message', async () => {
    await deploy([
      {
        id: 'out',
        type: 'telephony-webhook-out',
        url: receiver.url,
        retryIfError: false,
        orderBy: '',
        wires: [[], []],
      },
      { id: 'again', type: 'telephony-webhook-retry', ...SCHEDULE, wires: [['out'], []] },
    ]);
    for (const caller of ['+49 30 123450001', '+49 30 123450002']) {
      node('again').receive({ payload: { caller }, statusCode: 503 });
    }
    const endMs = performance.now() + PATIENCE_MS;
    while ((await held()).length < 2) assert.ok(performance.now() < endMs, 'not held');
    await built<typeof LogActions>('nodes/runtime/admin/log-actions.js').forgetNumber(
      await store(),
      '0049 30 123450001',
    );
    await clock.advanceAsync(5_000);
    const [request] = await receiver.waitFor(1);
    assert.match(String(request?.text), /0002/);
    assert.deepEqual(
      (await held()).map(({ message, state }) => [message['payload'], state]),
      [[{ caller: '+49 30 123450002' }, 'out']],
    );
    assert.equal(receiver.requests.length, 1);
  });

  /** The embedded store of this test; those of the tests before it stay open. */
  const store = async () => (await built<typeof Stores>('nodes/runtime/stores/stores.js').openStores()).slice(-1);
  const log = async () => (await (await store())[0]?.store.list({}, 10, null))?.rows ?? [];
  const held = async () => (await store())[0]?.store.holds('again') ?? [];
});

function attemptsOf(message: TestMessage | undefined): number | undefined {
  return (message?.['delivery'] as { attempts: number } | undefined)?.attempts;
}
