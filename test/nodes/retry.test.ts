import assert from 'node:assert/strict';
import { FakeClock } from '../support/fake-clock';
import { deploy, Inbox, node, putClock, type TestMessage, undeploy } from '../support/pack';
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
    for (let turns = 0; !clock.dueAtMs.includes(clock.now() + afterMs); turns++) {
      assert.ok(turns < 100_000, `attempt ${number} was never scheduled`);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
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
});

function attemptsOf(message: TestMessage | undefined): number | undefined {
  return (message?.['delivery'] as { attempts: number } | undefined)?.attempts;
}
