import assert from 'node:assert/strict';
import fc from 'fast-check';
import { digitsOf, mayBeSame, tailOf } from '../../../src/event/number-digits';

describe('a number as digits', () => {
  for (const [number, digits] of [
    ['+44 20 7946 0123', '442079460123'],
    ['0044-20-7946-0123', '442079460123'],
    ['(020) 7946.0123', '2079460123'],
    ['sip:+12025550142@10.0.0.7:5060', '12025550142'],
    ['tel:+1-202-555-0142;ext=5', '12025550142'],
    ['101', '101'],
    ['000', ''],
    ['anonymous', ''],
  ] as const) {
    it(`is ${digits || 'nothing'} for ${number}`, () => assert.equal(digitsOf(number), digits));
  }

  for (const [a, b, same] of [
    ['442079460123', '2079460123', true],
    ['442079460123', '9460123', true],
    ['442079460123', '460123', false],
    ['442079460123', '442079460124', false],
    ['101', '101', true],
    ['1101', '101', false],
  ] as const) {
    it(`${same ? 'may' : 'cannot'} be ${b} where it is ${a}`, () => {
      assert.equal(mayBeSame(a, b), same);
      assert.equal(mayBeSame(b, a), same);
    });
  }

  it('ends as every other that may be the same', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,14}$/);
    fc.assert(
      fc.property(digits, fc.nat({ max: 5 }), (number, prefix) => {
        const other = `${prefix}${number}`;
        if (mayBeSame(other, number)) assert.equal(tailOf(other), tailOf(number));
      }),
    );
  });
});
