import assert from 'node:assert/strict';
import { createStore } from '../../../src/store/registry';

describe('pruning by size', () => {
  it('removes the oldest until the store is below its limit, and no more', async () => {
    const store = createStore({ kind: 'memory', path: '' });
    await store.open();
    const text = 'x'.repeat(100_000);
    for (let n = 0; n < 30; n++) {
      const id = `d${n}`;
      await store.accept({
        id,
        nodeId: 'out',
        webhook: 'CRM',
        lane: 'http://crm.example.test',
        orderKey: null,
        eventId: null,
        eventTime: null,
        eventType: null,
        callId: null,
        request: {
          method: 'POST',
          url: 'http://crm.example.test/',
          headers: {},
          body: { encoding: 'utf8', text },
          sealed: null,
        },
        message: '{}',
        createdAtMs: n,
        resendOf: null,
        start: { kind: 'claim', leaseUntilMs: 1000 },
        compare: false,
      });
      await store.finish({ id, attempt: null, atMs: n, next: { kind: 'delivered' }, keepBodies: true, report: true });
    }
    const maxBytes = 2_000_000;
    assert.ok((await store.summary()).bytes > maxBytes);
    await store.prune({ maxAgeMs: 1e12, maxBytes }, 1000);
    const left = await store.ids({}, 100);
    assert.ok((await store.summary()).bytes <= maxBytes);
    assert.ok(left.length >= 15, `${left.length} are left`);
    assert.deepEqual([left.at(-1), left.includes('d0')], ['d29', false]);
    await store.close();
  });
});
