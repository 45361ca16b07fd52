/** Where the pages of a list begin, over one store and several. */
import assert from 'node:assert/strict';
import { histogram, outline, PAGE_ROWS } from '../../nodes/runtime/admin/outline';
import { listAll, type PartOfLog } from '../../nodes/runtime/admin/whole-log';
import { createStore } from '../../src/store/registry';
import { acceptAll, newDelivery, T0 } from '../contracts/delivery-store/material';

for (const keys of [['a'], ['a', 'b', 'c']]) {
  describe(`the outline of ${keys.length === 1 ? 'one store' : 'several stores'}`, () => {
    let parts: PartOfLog[];
    const count = 2 * PAGE_ROWS + 31;

    before(async () => {
      parts = keys.map((key) => ({ key, store: createStore({ kind: 'memory', path: '' }) }));
      for (const [index, { store }] of parts.entries()) {
        await store.open();
        const own = Array.from({ length: count }, (_, n) => n).filter((n) => (n * 7) % parts.length === index);
        await acceptAll(
          store,
          own.map((n) => newDelivery(`d${n}`, { createdAtMs: T0 + n, webhook: n % 2 === 0 ? 'even' : 'odd' })),
        );
      }
    });

    after(async () => {
      for (const { store } of parts) await store.close();
    });

    for (const filter of [{}, { webhook: 'odd' }, { q: 'd1' }, { webhook: 'nobody' }]) {
      it(`names pages that together are the whole list of ${JSON.stringify(filter)}`, async () => {
        const all = (await listAll(parts, filter, 1_000, null)).rows.map(({ id }) => id);
        const { total, pages, pageRows } = await outline(parts, filter);
        assert.equal(total, all.length);
        assert.equal(pages.length, Math.ceil(all.length / pageRows));
        for (const [n, cursor] of pages.entries()) {
          const page = await listAll(parts, filter, pageRows, cursor);
          assert.deepEqual(
            page.rows.map(({ id }) => id),
            all.slice(n * pageRows, (n + 1) * pageRows),
          );
        }
      });
    }

    it('counts by time, each once', async () => {
      const { parts: counted } = await histogram(parts, {});
      assert.equal(
        counted.reduce((sum, { open }) => sum + open, 0),
        count,
      );
    });

    it('names pages that stay what they are while new deliveries come in', async () => {
      const { pages, pageRows } = await outline(parts, {});
      const before = await Promise.all(pages.map((cursor) => listAll(parts, {}, pageRows, cursor)));
      await parts[0]?.store.accept(newDelivery('later', { createdAtMs: T0 + 10_000 }));
      const after = await Promise.all(pages.map((cursor) => listAll(parts, {}, pageRows, cursor)));
      assert.deepEqual(
        after.map(({ rows }) => rows),
        before.map(({ rows }) => rows),
      );
    });
  });
}
