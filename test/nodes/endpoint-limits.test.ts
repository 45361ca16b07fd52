import assert from 'node:assert/strict';
import { FakeClock, settle } from '../support/fake-clock';
import { deploy, Inbox, node, putClock, undeploy } from '../support/pack';
import { type Receiver, type Script, startReceiver } from '../support/receiver';

describe('the limits of an endpoint', () => {
  let receiver: Receiver;
  let clock: FakeClock;
  let giveClockBack: () => void;
  let statuses: string[];

  beforeEach(() => {
    clock = new FakeClock(Date.now());
    giveClockBack = putClock(clock);
    statuses = [];
  });

  afterEach(async () => {
    giveClockBack();
    await undeploy();
    await receiver.close();
  });

  async function start(endpoint: object, script: Script, out: object = {}): Promise<{ good: Inbox; answers: Inbox }> {
    receiver = await startReceiver(script);
    await deploy([
      { id: 'tab', type: 'tab' },
      { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url, ...endpoint },
      {
        ...{ id: 'out', z: 'tab', type: 'telephony-webhook-out', endpoint: 'crm', orderBy: '', schedule: 'fixed' },
        ...{ initialDelayMs: 600_000, jitter: 0, wires: [['good'], ['bad']], ...out },
      },
      { id: 'ask', z: 'tab', type: 'telephony-deliveries', wires: [['answers']] },
      { id: 'good', z: 'tab', type: 'helper' },
      { id: 'bad', z: 'tab', type: 'helper' },
      { id: 'answers', z: 'tab', type: 'helper' },
    ]);
    node('out').on('call:status', ((call: { args: [{ text?: string }] }) => {
      statuses.push(call.args[0].text ?? '');
    }) as never);
    return { good: new Inbox('good'), answers: new Inbox('answers') };
  }

  const send = (count: number): void => {
    for (let n = 0; n < count; n++) node('out').receive({ payload: `m${n}` });
  };

  /** Until that many were requested and, as far as anyone can see, no more are. */
  async function requested(count: number): Promise<void> {
    await receiver.waitFor(count);
    for (let turn = 0; turn < 50; turn++) await settle();
    assert.equal(receiver.requests.length, count);
  }

  /** Until that stands below the node. */
  const shown = (status: string): Promise<void> =>
    clock.advanceUntil(
      () => statuses.at(-1) === `telephony-webhook-out.status.${status}`,
      () => `The node shows ${statuses.at(-1)}, not ${status}.`,
    );

  it('has no more requests under way than `concurrency` says', async () => {
    let go = (): void => {};
    const after = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { good } = await start({ concurrency: 3 }, { after });
    send(8);
    await requested(3);
    go();
    await good.until(8);
    assert.equal(receiver.mostUnderWay, 3);
  });

  for (const [saved, atOnce] of [
    [{ ratePerSecond: 4 }, 4],
    [{ ratePerSecond: '4', burst: '1' }, 1],
    [{ ratePerSecond: 4, burst: 6 }, 6],
  ] as const) {
    it(`starts ${atOnce} at once and then 4 a second with ${JSON.stringify(saved)}`, async () => {
      await start(saved, {});
      send(20);
      await requested(atOnce);
      for (let more = 1; more <= 5; more++) {
        await clock.advanceAsync(249);
        await requested(atOnce + more - 1);
        await clock.advanceAsync(1);
        await requested(atOnce + more);
      }
    });
  }

  for (const [saved, failures] of [
    [{ breaker: 3 }, 3],
    [{ breakerPercent: 60 }, 20],
  ] as const) {
    it(`rests after ${failures} failures with ${JSON.stringify(saved)}, says so, and sends all when the receiver is back`, async () => {
      let status = 500;
      const { good } = await start({ ...saved, concurrency: 1 }, () => ({ status }));
      send(failures + 2);
      await requested(failures);
      await clock.untilDue(5_000);
      await clock.advanceAsync(1_000);
      assert.equal(statuses.at(-1), 'telephony-webhook-out.status.resting');
      status = 200;
      await clock.advanceAsync(4_000);
      await good.until(failures + 2);
      await shown('delivered');
    });
  }

  it('ends its rest when someone resumes it by message', async () => {
    let status = 500;
    const { good, answers } = await start({ breaker: 1 }, () => ({ status }));
    send(1);
    await requested(1);
    await clock.untilDue(5_000);
    send(2);
    await requested(1);
    status = 200;
    node('ask').receive({ action: 'resume', payload: { id: 'crm' } });
    await answers.until(1);
    await good.until(3);
  });

  it('is left alone as long as Retry-After says, and says so', async () => {
    let answer = { status: 429, headers: { 'retry-after': '20' } };
    const { good } = await start({}, () => answer);
    send(1);
    await requested(1);
    await clock.untilDue(20_000);
    answer = { status: 200, headers: { 'retry-after': '' } };
    send(2);
    await clock.advanceAsync(19_000);
    await requested(1);
    assert.equal(statuses.at(-1), 'telephony-webhook-out.status.retryAfter');
    await clock.advanceAsync(2_000);
    await good.until(3);
  });

  it('lets the next of a call go after `orderWaitMs`, and ends what is older than `maxAgeMs`, and the log says both', async () => {
    const { good, answers } = await start({}, ({ text }) => ({ status: text === 'm0' ? 500 : 200 }), {
      ...{ orderBy: 'call', orderWaitMs: 4_000, schedule: 'fixed', initialDelayMs: 3_000, maxAgeMs: 8_000 },
    });
    const bad = new Inbox('bad');
    const ask = async (payload: object): Promise<unknown> => {
      const before = answers.messages.length;
      node('ask').receive({ action: 'list', payload });
      return (await answers.until(before + 1))[before]?.payload;
    };
    const failed = async (count: number): Promise<string | undefined> => {
      for (;;) {
        const { deliveries } = (await ask({ q: 'm0' })) as { deliveries: { id: string; attemptCount: number }[] };
        if (deliveries[0]?.attemptCount === count) return deliveries[0].id;
      }
    };
    for (const payload of ['m0', 'm1']) node('out').receive({ payload, call: 'c1' });
    await requested(1);
    const id = await failed(1);
    await clock.advanceAsync(3_000);
    await requested(2);
    await failed(2);
    await clock.advanceAsync(1_000);
    await good.until(1);
    assert.deepEqual(
      receiver.requests.map(({ text }) => text),
      ['m0', 'm0', 'm1'],
    );
    const passed = (await ask({ id })) as { passAt: string; createdAt: string };
    assert.equal(Date.parse(passed.passAt) - Date.parse(passed.createdAt), 4_000);
    await clock.advanceUntil(
      () => bad.messages.length === 1,
      () => 'The stale one does not end.',
    );
    const ended = (await ask({ id })) as { state: string; lastError: { message: string } };
    assert.equal(ended.state, 'failed');
    assert.match(ended.lastError.message, /longest age/);
  });
});
