import assert from 'node:assert/strict';
import { LONGEST_RETRY_AFTER_MS, parseRetryAfter } from '../../src/delivery/retry-after';
import { fuzz, growsEvenly, quickly } from './fuzzer';

const SAMPLES = [
  '120',
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  'Wed, 29 Feb 2028 23:59:60 GMT',
];

describe('any header Retry-After', () => {
  fuzz('is a wait between nothing and a year, or none', 3000, (hostile) => {
    const one = () => (hostile.chance(0.2) ? hostile.text() : hostile.mutatedText(hostile.pick(SAMPLES)));
    const value = hostile.chance(0.8) ? one() : Array.from({ length: hostile.below(4) }, one);
    const nowMs = hostile.pick([0, 1_772_442_904_000, 4_070_908_800_000, -1, 8.64e15]);
    const wait = quickly(value, () => parseRetryAfter(value, nowMs));
    if (wait !== undefined) assert(wait >= 0 && wait <= LONGEST_RETRY_AFTER_MS, `${wait}`);
  });

  for (const piece of ['9', ' ', '\t', 'Sun, ', ' x']) {
    it(`of ${JSON.stringify(piece)} over and over is read in time that grows with its length and no faster`, () => {
      growsEvenly(
        200_000,
        (size) => `${piece.repeat(size)}x`,
        (value) => void parseRetryAfter(value, 0),
      );
    });
  }
});
