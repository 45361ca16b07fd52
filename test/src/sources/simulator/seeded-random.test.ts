import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pick, shuffled } from '../../../../src/sources/simulator/chance';
import { seededRandom } from '../../../../src/sources/simulator/seeded-random';

describe('seededRandom', () => {
  it('draws the same numbers for the same seed, on every machine', () => {
    const random = seededRandom('seed');
    assert.deepEqual([random(), random(), random()], [0.8039102365728468, 0.5325196874327958, 0.05684020044282079]);
  });

  it('draws others for another seed, however much alike', () => {
    const first = ['', '0', '1', '10', 'a', 'A', 'seed', 'seed '].map((seed) => seededRandom(seed)());
    assert.equal(new Set(first).size, first.length);
  });

  it('draws evenly between 0 and 1', () => {
    const random = seededRandom('even');
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw++) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? Number.NaN) + 1;
    }
    for (const count of tenths) assert.ok(count > 850 && count < 1150, String(tenths));
  });
});

describe('pick and shuffled', () => {
  it('pick any of the items', () => {
    const random = seededRandom('pick');
    const picked = new Set(Array.from({ length: 100 }, () => pick(random, ['a', 'b', 'c'])));
    assert.deepEqual([...picked].sort(), ['a', 'b', 'c']);
  });

  it('shuffle into another order and leave the list alone', () => {
    const list = Array.from({ length: 20 }, (_, index) => index);
    const mixed = shuffled(seededRandom('mix'), list);
    assert.notDeepEqual(mixed, list);
    assert.deepEqual(
      [...mixed].sort((a, b) => a - b),
      list,
    );
    assert.deepEqual(
      list,
      Array.from({ length: 20 }, (_, index) => index),
    );
  });
});
