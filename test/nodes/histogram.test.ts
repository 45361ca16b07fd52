/** The histogram of the log: the parts that the runtime counts, and the bars that the view makes of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { barAt, barsOf, heightsOf, spanOf } from '../../nodes/editor/deliveries/histogram-scale';
import { sumOf } from '../../nodes/runtime/outline';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 21, 12);
const UNBOUND = { fromMs: null, toMs: null };
const part = (minute: number, delivered = 0, failed = 0, open = 0) => ({
  at: new Date(T0 + minute * MINUTE).toISOString(),
  ...{ delivered, failed, open },
});

describe('the histogram of the log', () => {
  it('has no bars without deliveries', () => {
    assert.deepEqual(barsOf({ stepMs: MINUTE, parts: [] }, { fromMs: T0, toMs: T0 + MINUTE }), []);
  });

  it('has a bar for each part of the span, also for empty ones', () => {
    const bars = barsOf({ stepMs: MINUTE, parts: [part(1, 4), part(3, 0, 2)] }, { ...UNBOUND, fromMs: T0 + MINUTE });
    assert.deepEqual(
      bars.map(({ fromMs, delivered, failed }) => [(fromMs - T0) / MINUTE, delivered, failed]),
      [
        [1, 4, 0],
        [2, 0, 0],
        [3, 0, 2],
      ],
    );
  });

  it('shows the first deliveries as bars at the end of a time line, not as a wall', () => {
    const bars = barsOf({ stepMs: MINUTE, parts: [part(0, 3)] }, UNBOUND);
    assert.deepEqual(bars.at(-1), { fromMs: T0, delivered: 3, failed: 0, open: 0 });
    assert.equal(bars.length, 24);
    assert.equal(barsOf({ stepMs: MINUTE, parts: [part(0, 3), part(59, 1)] }, UNBOUND).length, 60);
  });

  it('reaches over all of the time that the filter names', () => {
    const bars = barsOf({ stepMs: MINUTE, parts: [part(2, 1)] }, { fromMs: T0 + 30_000, toMs: T0 + 5 * MINUTE });
    assert.deepEqual([bars.length, bars[0]?.fromMs], [5, T0]);
  });

  it('stays drawable where the filter names centuries', () => {
    assert.equal(barsOf({ stepMs: MINUTE, parts: [part(0, 1)] }, { fromMs: 0, toMs: T0 }).length, 120);
  });

  it('means the whole of its bars, from whichever side they were chosen', () => {
    const bars = barsOf({ stepMs: MINUTE, parts: [part(0, 1), part(4, 1)] }, { ...UNBOUND, fromMs: T0 });
    const span = { fromMs: T0 + MINUTE, toMs: T0 + 4 * MINUTE };
    assert.deepEqual(spanOf(bars, MINUTE, 1, 3), span);
    assert.deepEqual(spanOf(bars, MINUTE, 3, 1), span);
    assert.equal(spanOf([], MINUTE, 0, 0), null);
  });

  for (const [share, bar] of [
    [-1, 0],
    [0, 0],
    [0.24, 0],
    [0.25, 1],
    [1, 3],
    [7, 3],
  ] as const) {
    it(`finds the bar at ${share} of its width`, () => assert.equal(barAt(share, 4), bar));
  }

  it('shows every piece that is there, none that is not, and no bar beyond its top', () => {
    const counts = fc.record({ delivered: fc.nat(), failed: fc.nat(), open: fc.nat() });
    fc.assert(
      fc.property(counts, fc.nat(), (bar, more) => {
        const highest = Math.max(1, bar.delivered + bar.failed + bar.open + more);
        const heights = heightsOf({ fromMs: 0, ...bar }, highest);
        let sum = 0;
        for (const kind of ['delivered', 'failed', 'open'] as const) {
          assert.equal(heights[kind] > 0.05, bar[kind] > 0, kind);
          sum += heights[kind];
        }
        assert.ok(sum < 1.000_001, String(sum));
      }),
    );
  });

  it('adds up the time lines of several stores in the longest step', () => {
    const none = { delivered: 0, failed: 0, open: 0 };
    const fine = {
      stepMs: MINUTE,
      parts: [0, 4, 5].map((minute) => ({ ...none, atMs: T0 + minute * MINUTE, failed: 1 })),
    };
    const coarse = { stepMs: 5 * MINUTE, parts: [{ ...none, atMs: T0 + 5 * MINUTE, delivered: 7 }] };
    assert.deepEqual(sumOf([fine, coarse]), {
      stepMs: 5 * MINUTE,
      parts: [
        { ...none, atMs: T0, failed: 2 },
        { ...none, atMs: T0 + 5 * MINUTE, failed: 1, delivered: 7 },
      ],
    });
  });
});
