import assert from 'node:assert/strict';
import { quoted } from '../../src/errors';

const CASES: readonly (readonly [written: string, shown: string])[] = [
  ['Europe/Londn', '"Europe/Londn"'],
  ['', '""'],
  ['a'.repeat(60), `"${'a'.repeat(60)}"`],
  ['a'.repeat(61), `"${'a'.repeat(60)}…"`],
  ['one\r\ntwo\0\u2028three', '"one two three"'],
  [`${'a'.repeat(59)}😀`, `"${'a'.repeat(59)} …"`],
];

describe('what a user wrote, in an error', () => {
  for (const [written, shown] of CASES) {
    it(`is ${JSON.stringify(shown)} for ${JSON.stringify(written.slice(0, 80))}`, () =>
      assert.equal(quoted(written), shown));
  }
});
