import assert from 'node:assert/strict';
import { FakeClock } from '../support/fake-clock';
import { deploy, Inbox, node, putClock, undeploy } from '../support/pack';
import { startReceiver } from '../support/receiver';

const DAY_MS = 86_400_000;

describe('retentionDays of a delivery store', () => {
  for (const [saved, days] of [
    [{}, 30],
    [{ retentionDays: '2' }, 2],
  ] as const) {
    it(`${JSON.stringify(saved)} removes what ended ${days} days ago, and nothing that waits`, async () => {
      const clock = new FakeClock();
      const restore = putClock(clock);
      const receiver = await startReceiver(({ text }) => ({ status: text === 'waits' ? 503 : 200 }));
      try {
        const out = { type: 'telephony-webhook-out', z: 'tab', url: receiver.url, store: 'store', orderBy: '' };
        await deploy([
          { id: 'tab', type: 'tab' },
          { id: 'store', type: 'telephony-delivery-store', ...saved },
          {
            ...out,
            id: 'out',
            schedule: 'fixed',
            initialDelayMs: 40 * DAY_MS,
            maxAgeMs: 80 * DAY_MS,
            wires: [['good'], []],
          },
          { id: 'ask', z: 'tab', type: 'telephony-deliveries', store: 'store', action: 'count', wires: [['answers']] },
          ...['good', 'answers'].map((id) => ({ id, z: 'tab', type: 'helper' })),
        ]);
        const good = new Inbox('good');
        const answers = new Inbox('answers');
        const count = async (state: string): Promise<unknown> => {
          const before = answers.messages.length;
          node('ask').receive({ payload: { state } });
          const answer = (await answers.until(before + 1))[before];
          return (answer?.payload as { total: number } | undefined)?.total;
        };
        node('out').receive({ payload: 'is through' });
        await good.until(1);
        node('out').receive({ payload: 'waits' });
        while ((await count('waiting')) !== 1) await receiver.waitFor(2);

        await clock.advanceAsync((days - 0.1) * DAY_MS);
        await clock.advanceAsync(60_000);
        assert.equal(await count('delivered'), 1);
        clock.jump(0.2 * DAY_MS);
        while ((await count('delivered')) !== 0) await clock.advanceAsync(60_000);
        assert.equal(await count('waiting'), 1);
      } finally {
        await undeploy();
        restore();
        await receiver.close();
      }
    });
  }
});
