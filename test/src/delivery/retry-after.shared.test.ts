import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { LONGEST_RETRY_AFTER_MS, parseRetryAfter } from '../../../src/delivery/retry-after';

const file = '../shared/vectors/retry-after/retry-after.json';

if (existsSync(file)) {
  describe('Retry-After, by the vectors', () => {
    const { now, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
      now: string;
      cases: { v: string; seconds: number | null | 'cap' }[];
    };
    for (const { v, seconds } of cases) {
      it(`${JSON.stringify(v)} is ${seconds}`, () => {
        const expected = seconds === null ? undefined : seconds === 'cap' ? LONGEST_RETRY_AFTER_MS : seconds * 1000;
        assert.equal(parseRetryAfter(v, Date.parse(now)), expected);
      });
    }
  });
}
