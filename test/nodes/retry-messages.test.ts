import assert from 'node:assert/strict';
import { deploy, Inbox, node, undeploy } from '../support/pack';

describe('the retry node', () => {
  let again: Inbox;
  let up: Inbox;

  afterEach(undeploy);

  async function start(config: Record<string, unknown> = {}): Promise<void> {
    await deploy([
      { id: 'tab', type: 'tab' },
      {
        id: 'retry',
        z: 'tab',
        type: 'telephony-webhook-retry',
        schedule: 'fixed',
        initialDelayMs: 20,
        jitter: 0,
        maxAttempts: 3,
        ...config,
        wires: [['again'], ['up']],
      },
      { id: 'again', z: 'tab', type: 'helper' },
      { id: 'up', z: 'tab', type: 'helper' },
    ]);
    again = new Inbox('again');
    up = new Inbox('up');
  }

  it("sends another node's message again until its schedule is at its end, then gives it up", async () => {
    await start();
    node('retry').receive({ payload: { a: 1 }, statusCode: 503, topic: 't', headers: { Authorization: 'Bearer x' } });
    for (const round of [1, 2]) {
      const message = (await again.until(round))[round - 1];
      assert.deepEqual(message?.payload, { a: 1 });
      assert.equal(message?.['topic'], 't');
      assert.deepEqual(message?.['headers'], { Authorization: 'Bearer x' });
      node('retry').receive({ ...message, statusCode: 503 });
    }
    const [left] = await up.until(1);
    assert.deepEqual(left?.payload, { a: 1 });
    assert.equal(left?.['retry'], undefined);
    assert.equal(again.messages.length, 2);
  });

  it('gives a Buffer back as a Buffer', async () => {
    await start();
    node('retry').receive({ payload: Buffer.from([0, 255]) });
    assert.deepEqual((await again.until(1))[0]?.payload, Buffer.from([0, 255]));
  });

  it('leaves out what does not outlive the process, and says so', async () => {
    await start();
    const warned = new Promise<string>((resolve) => {
      (node('retry') as unknown as { warn(text: string): void }).warn = resolve;
    });
    node('retry').receive({ payload: 'x', req: { server: true }, res: {}, callback: () => undefined });
    const [message] = await again.until(1);
    assert.deepEqual(
      ['req', 'res', 'callback'].filter((name) => message !== undefined && name in message),
      [],
    );
    assert.ok(await warned);
  });

  it('says that a delivery lies in another store than its own', async () => {
    await start();
    const warned = new Promise<string>((resolve) => {
      (node('retry') as unknown as { warn(text: string): void }).warn = resolve;
    });
    node('retry').receive({ payload: 'x', statusCode: 500, delivery: { id: 'dlv_elsewhere' } });
    assert.match(await warned, /otherStore/);
    await again.until(1);
  });

  for (const failure of [
    { statusCode: 410 },
    { error: { code: 'address-blocked' } },
    { error: { code: 'template' } },
  ]) {
    it(`gives up at once what can never succeed, such as ${JSON.stringify(failure)}`, async () => {
      await start();
      node('retry').receive({ payload: 'x', ...failure });
      await up.until(1);
      assert.equal(again.messages.length, 0);
    });
  }

  for (const [message, held] of [
    [{ statusCode: 503 }, true],
    [{ statusCode: 429 }, true],
    [{ statusCode: 404 }, false],
    [{ statusCode: 'ECONNREFUSED' }, true],
    [{ error: { code: 'refused' } }, true],
    [{ error: { code: 'address-blocked' } }, false],
  ] as const) {
    it(`${held ? 'holds' : 'gives up at once'} ${JSON.stringify(message)} where it holds only what may mend`, async () => {
      await start({ retryOn: 'transient' });
      node('retry').receive({ payload: 'x', ...message });
      await (held ? again : up).until(1);
      assert.equal((held ? up : again).messages.length, 0);
    });
  }
});
