import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseDelays } from '../../../src/delivery/schedule';
import { UserError } from '../../../src/errors';

describe('a list of delays', () => {
  const good: [text: string, delaysMs: number[]][] = [
    ['5s', [5000]],
    ['5s,5m,30m', [5000, 300_000, 1_800_000]],
    [' 250ms , 1.5h ', [250, 5_400_000]],
    ['2min,1d', [120_000, 86_400_000]],
    ['5S, 5 M', [5000, 300_000]],
    ['365d', [31_536_000_000]],
  ];
  for (const [text, delaysMs] of good) {
    it(`"${text}" is ${delaysMs.join(', ')} ms`, () => {
      assert.deepEqual(parseDelays(text), delaysMs);
    });
  }

  const bad: [text: string, message: RegExp][] = [
    ['', /The list of delays is empty/],
    [' ', /The list of delays is empty/],
    ['5s,,5m', /Delay 2 is empty/],
    ['5s,', /Delay 2 is empty/],
    ['5', /"5" has no unit.*5s or 5m/],
    ['5s,5x', /"x" in "5x" is no unit/],
    ['5 constructor', /"constructor" in/],
    ['-5s', /"-5s" is not a time/],
    ['1e3s', /"1e3s" is not a time/],
    ['five', /"five" is not a time/],
    ['0s', /"0s" is no wait at all/],
    ['0.1ms', /no wait at all/],
    ['366d', /longer than a year/],
    [`${'9'.repeat(400)}d`, /longer than a year/],
    [new Array(101).fill('1s').join(), /101 delays; 100 are the most/],
  ];
  for (const [text, message] of bad) {
    it(`"${text.slice(0, 20)}" is refused`, () => {
      assert.throws(
        () => parseDelays(text),
        (error) => error instanceof UserError && error.field === 'delays' && message.test(error.message),
      );
    });
  }

  it('of any text gives whole delays from 1 ms on, or a coded error', () => {
    const part = fc.tuple(
      fc.oneof(fc.nat().map(String), fc.string()),
      fc.constantFrom('ms', 's', 'm', 'h', 'd', '', 'x'),
    );
    const texts = fc.array(part.map((pair) => pair.join(''))).map((parts) => parts.join(','));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string()), (text) => {
        try {
          for (const delayMs of parseDelays(text)) assert.ok(Number.isInteger(delayMs) && delayMs >= 1);
        } catch (error) {
          assert.ok(error instanceof UserError);
          assert.equal(error.code, 'retry-delays');
        }
      }),
    );
  });
});
