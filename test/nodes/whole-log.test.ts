import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countAll, listAll, type PartOfLog, summaryOfAll } from '../../nodes/runtime/admin/whole-log';
import { createStore } from '../../src/store/registry';
import { LANE, NODE, newDelivery, T0 } from '../contracts/delivery-store/material';

describe('the log of several stores', () => {
  let parts: PartOfLog[];

  beforeEach(async () => {
    parts = ['a', 'b', 'c'].map((key) => ({ key, store: createStore({ kind: 'memory', path: '' }) }));
    for (const { store } of parts) await store.open();
  });

  afterEach(async () => {
    for (const { store } of parts) await store.close();
  });

  async function fill(owners: readonly number[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, owner] of owners.entries()) {
      const id = `${index} in ${parts[owner]?.key}`;
      await parts[owner]?.store.accept(newDelivery(id, { createdAtMs: T0 + index }));
      ids.unshift(id);
    }
    return ids;
  }

  it('is newest first, whole and without repeats, whatever the page', async () => {
    await fc.assert(
      fc
        .asyncProperty(
          fc.array(fc.nat({ max: 2 }), { maxLength: 12 }),
          fc.integer({ min: 1, max: 5 }),
          async (owners, limit) => {
            const expected = await fill(owners);
            const ids: string[] = [];
            let cursor: string | null = null;
            do {
              const page: Awaited<ReturnType<typeof listAll>> = await listAll(parts, {}, limit, cursor);
              assert.ok(page.rows.length <= limit);
              assert.equal(page.total, owners.length);
              ids.push(...page.rows.map(({ id }) => id));
              cursor = page.cursor;
            } while (cursor !== null);
            assert.deepEqual(ids, expected);
          },
        )
        .afterEach(async () => {
          const error = { class: 'discarded', message: 'Test.', statusCode: null } as const;
          for (const { store } of parts)
            for (const id of await store.ids({}, 100))
              for (const _ of ['ends', 'removes']) await store.discard(id, error, T0, true);
        }),
      { numRuns: 30 },
    );
  });

  it('counts and sums up what all hold', async () => {
    await fill([0, 1, 1, 2]);
    assert.equal(await countAll(parts, { state: ['pending'] }), 4);
    assert.equal(await countAll(parts, { state: ['failed'] }), 0);
    const { states, webhooks, oldestOpenAtMs } = await summaryOfAll(parts);
    assert.deepEqual(states, { pending: 4, sending: 0, waiting: 0, delivered: 0, failed: 0 });
    assert.deepEqual(webhooks, [{ webhook: 'CRM', nodeId: NODE, states }]);
    assert.equal(oldestOpenAtMs, T0);
  });

  it('tells of a receiver once, with what keeps it longest', async () => {
    await fill([0, 1, 1]);
    const [one, other] = parts.map(({ store }) => store);
    const until = (untilMs: number) => ({ sinceMs: T0, untilMs });
    await one?.setRest(LANE, { breaker: until(T0 + 5_000), retryAfter: until(T0 + 2_000) });
    await other?.setRest(LANE, { breaker: null, retryAfter: until(T0 + 9_000) });
    await other?.setPaused(LANE, T0 + 7);
    const { lanes } = await summaryOfAll(parts);
    assert.deepEqual(lanes, [
      {
        ...{ lane: LANE, pausedSinceMs: T0 + 7, nextDueAtMs: T0, open: 3, unclaimed: 3, failingSinceMs: null },
        rest: { breaker: until(T0 + 5_000), retryAfter: until(T0 + 9_000) },
      },
    ]);
  });

  for (const cursor of ['nonsense', 'bnVsbA', '17.4']) {
    it(`refuses the cursor ${cursor}`, async () => {
      await assert.rejects(listAll(parts, {}, 5, cursor), { code: 'bad-cursor' });
    });
  }
});
