import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scrollTo, windowAt } from '../../nodes/editor/deliveries/virtual-rows';

const HEIGHT = 44;

describe('a list of which the document holds what is seen', () => {
  it('holds every row that is seen, and few others, however long it is', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(10_000_000), fc.integer({ min: 1, max: 2_000 }), (count, top, height) => {
        const scrollTop = Math.min(top, Math.max(0, count * HEIGHT - height));
        const { first, end } = windowAt(scrollTop, height, HEIGHT, count);
        assert.ok(first >= 0 && end <= count);
        assert.ok(end - first <= Math.ceil(height / HEIGHT) + 14);
        if (count === 0) return;
        assert.ok(first * HEIGHT <= scrollTop);
        assert.ok(end === count || end * HEIGHT >= scrollTop + height);
      }),
    );
  });

  it('shows its last rows where it became shorter than it was scrolled', () => {
    assert.deepEqual(windowAt(44_000, 440, HEIGHT, 3), { first: 2, end: 3 });
    assert.deepEqual(windowAt(44_000, 440, HEIGHT, 0), { first: 0, end: 0 });
  });

  for (const [name, index, from, to] of [
    ['a row above', 2, 440, 88],
    ['a row that is seen', 12, 440, 440],
    ['a row below', 30, 440, 31 * HEIGHT - 440],
    ['a row that is half below', 20, 440, 21 * HEIGHT - 440],
  ] as const) {
    it(`scrolls to ${name} no further than it must`, () => assert.equal(scrollTo(index, from, 440, HEIGHT), to));
  }
});
