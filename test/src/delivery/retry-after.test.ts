import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LONGEST_RETRY_AFTER_MS, parseRetryAfter } from '../../../src/delivery/retry-after';

const NOW = Date.UTC(2023, 5, 20, 14, 4, 34);

describe('Retry-After', () => {
  const waits: [value: string | string[], seconds: number | undefined][] = [
    ['0', 0],
    ['30', 30],
    ['\t30 ', 30],
    ['007', 7],
    ['Tue, 20 Jun 2023 14:05:34 GMT', 60],
    ['Tuesday, 20-Jun-23 14:05:34 GMT', 60],
    ['Tue Jun 20 14:05:34 2023', 60],
    ['Sat Jul  1 14:04:34 2023', 11 * 86_400],
    ['Tue, 20 Jun 2023 14:04:33 GMT', 0],
    // The day of the week says nothing that the date does not.
    ['Mon, 20 Jun 2023 14:05:34 GMT', 60],
    ['Wed, 21 Jun 2023 23:59:60 GMT', 122_126],
    ['Thu, 29 Feb 2024 00:00:00 GMT', (Date.UTC(2024, 1, 29) - NOW) / 1000],
    ['99999999999999999999', LONGEST_RETRY_AFTER_MS / 1000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', LONGEST_RETRY_AFTER_MS / 1000],
    [['10', '20'], 20],
    [['10', 'soon'], 10],
    [[], undefined],
    ['', undefined],
    ['soon', undefined],
    ['1.5', undefined],
    ['-1', undefined],
    ['+1', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['10, 20', undefined],
    ['10s', undefined],
    ['٣', undefined],
    ['2023-06-20T14:05:34Z', undefined],
    ['Tue, 20 Jun 2023 14:05:34 UTC', undefined],
    ['Tue, 20 Jun 2023 14:05:34 +0200', undefined],
    ['Tue, 20 jun 2023 14:05:34 GMT', undefined],
    ['Fri, 30 Feb 2024 00:00:00 GMT', undefined],
    ['Tue, 20 Jun 2023 24:00:00 GMT', undefined],
    ['Tue, 00 Jun 2023 14:05:34 GMT', undefined],
    ['x Tue, 20 Jun 2023 14:05:34 GMT', undefined],
  ];
  for (const [value, seconds] of waits) {
    it(`${JSON.stringify(value)} is ${seconds === undefined ? 'nothing that can be read' : `${seconds} s`}`, () => {
      assert.equal(parseRetryAfter(value, NOW), seconds === undefined ? undefined : seconds * 1000);
    });
  }

  it('that is absent is undefined', () => {
    assert.equal(parseRetryAfter(undefined, NOW), undefined);
  });

  const years: [now: number, twoDigits: string, year: number][] = [
    [2023, '22', 2022],
    [2023, '24', 2024],
    [2023, '73', 2073],
    [2023, '74', 1974],
    [2023, '99', 1999],
    [2099, '01', 2101],
    [1994, '44', 2044],
    [1994, '45', 1945],
  ];
  for (const [now, twoDigits, year] of years) {
    it(`in ${now}, the year ${twoDigits} is ${year}`, () => {
      const nowMs = Date.UTC(now, 0, 1);
      const wait = Date.UTC(year, 5, 1) - nowMs;
      assert.equal(
        parseRetryAfter(`Monday, 01-Jun-${twoDigits} 00:00:00 GMT`, nowMs),
        Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS),
      );
    });
  }

  it('reads back every date that Date writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 * 86_400 }), (seconds) => {
        assert.equal(parseRetryAfter(new Date(NOW + seconds * 1000).toUTCString(), NOW), seconds * 1000);
      }),
    );
  });

  it('of any text is undefined or a wait between nothing and a year', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\dA-Za-z :,-]{0,40}$/)), (text) => {
        const wait = parseRetryAfter(text, NOW);
        assert.ok(wait === undefined || (wait >= 0 && wait <= LONGEST_RETRY_AFTER_MS));
      }),
    );
  });
});
