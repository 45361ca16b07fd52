import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { numberTest, textTest } from '../../../../src/store/engine/search';

describe('a search', () => {
  const cases: readonly [q: string, text: string, found: boolean][] = [
    ['ИВАН', 'Звонил иван', true],
    ['straße', 'Lange STRAßE 1', true],
    ['+7 (495) 123-45-67', '"74951234567"', true],
    ['74951234567', 'caller: +7 (495) 123-45-67', true],
    ['74951234567', 'from=%2B7%20%28495%29%20123-45-67', true],
    ['74951234567', 'from=%2B7+495+1234567', true],
    ['123-45-67', '+74951234567', true],
    ['74951234567', '7495123456 7', true],
    ['74951234567', '7495123456, 7', false],
    ['74951234567', '7495123456\n7', false],
    ['100', '1 00', false],
    ['1-00', '100', true],
    ['+1', 'a+1', true],
    ['+1', '1', false],
    ['2025-06-15', 'on 2025-06-15', true],
    ['.*', 'anything', false],
  ];
  for (const [q, text, found] of cases) {
    it(`for ${q} ${found ? 'finds' : 'does not find'} ${JSON.stringify(text)}`, () => {
      assert.equal(textTest(q)(text), found);
    });
  }
});

describe('a number to be forgotten', () => {
  const cases: readonly [number: string, text: string, found: boolean][] = [
    ['+74951234567', '74951234567', true],
    ['+74951234567', '+7 (495) 123-45-67', true],
    ['74951234567', 'from=%2B74951234567&to=1', true],
    ['74951234567', 'from=%2074951234567', true],
    ['74951234567', 'tel:0074951234567;x', true],
    ['74951234567', '174951234567', false],
    ['74951234567', '749512345678', false],
    ['100', '"extension":"100"', true],
    ['100', '1001', false],
    ['100', '1.00', false],
    ['no number', 'no number', false],
    ['', '', false],
  ];
  for (const [number, text, found] of cases) {
    it(`${JSON.stringify(number)} ${found ? 'is' : 'is not'} in ${JSON.stringify(text)}`, () => {
      assert.equal(numberTest(number)(text), found);
    });
  }
});
