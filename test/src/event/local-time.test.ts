import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseLocalTime } from '../../../src/event/local-time';

describe('parseLocalTime', () => {
  const cases: [written: string | number, zone: string, expected: string][] = [
    ['2026-03-02 09:17:24', 'UTC', '2026-03-02T09:17:24.000Z'],
    ['2026-03-02 09:17:24', 'Asia/Kolkata', '2026-03-02T03:47:24.000Z'],
    ['2026-03-02 09:17:24.721211', 'UTC', '2026-03-02T09:17:24.721Z'],
    ['2026-03-02 09:17:24,7', 'UTC', '2026-03-02T09:17:24.700Z'],
    [' 2021-04-09 6:27:39 ', 'Asia/Kolkata', '2021-04-09T00:57:39.000Z'],
    ['2026/03/02 09:17', 'UTC', '2026-03-02T09:17:00.000Z'],
    ['2026-03-02', 'Europe/Kyiv', '2026-03-01T22:00:00.000Z'],
    ['2026-03-02T09:17:24', 'Europe/Kyiv', '2026-03-02T07:17:24.000Z'],
    ['2026-03-02T09:17:24Z', 'Europe/Kyiv', '2026-03-02T09:17:24.000Z'],
    ['2026-03-02T09:17:24.62+05:30', 'Europe/Kyiv', '2026-03-02T03:47:24.620Z'],
    ['2026-03-02T09:17:24-0330', 'Europe/Kyiv', '2026-03-02T12:47:24.000Z'],
    ['2026-03-02 09:17:24 +02', 'UTC', '2026-03-02T07:17:24.000Z'],
    ['2026-03-02 09:17:24 UTC', 'Europe/Kyiv', '2026-03-02T09:17:24.000Z'],
    ['20260302091724', 'Europe/Kyiv', '2026-03-02T07:17:24.000Z'],
    [1772443044, 'Europe/Kyiv', '2026-03-02T09:17:24.000Z'],
    ['1772443044', 'Europe/Kyiv', '2026-03-02T09:17:24.000Z'],
    ['1772443044.620000', 'UTC', '2026-03-02T09:17:24.620Z'],
    [1772443044620, 'UTC', '2026-03-02T09:17:24.620Z'],
    ['1772443044620', 'UTC', '2026-03-02T09:17:24.620Z'],
    ['1772443044620413', 'UTC', '2026-03-02T09:17:24.620Z'],
    ['Mon, 02 Mar 2026 09:17:24 GMT', 'Europe/Kyiv', '2026-03-02T09:17:24.000Z'],
    ['Mon, 2 Mar 2026 09:17:24 +0530', 'Europe/Kyiv', '2026-03-02T03:47:24.000Z'],
  ];
  for (const [written, zone, expected] of cases)
    it(`reads ${JSON.stringify(written)} in ${zone}`, () => assert.equal(parseLocalTime(written, zone), expected));

  const nothing: (string | number)[] = [
    '',
    ' ',
    'now',
    'nonsense',
    '0001-01-01T00:00:00Z',
    '0001-01-01 00:00:00',
    '0000-00-00 00:00:00',
    '1970-01-01 00:00:00',
    '2026-02-30 10:00:00',
    '2026-13-01 10:00:00',
    '2026-03-02 25:00:00',
    '2026-03-02 10:61:00',
    '2026-03-02T10:00:00+99:00',
    '09:17:24',
    '2026',
    '2026-W10-1',
    '02.03.2026 09:17:24',
    'Yan 01, 2026, 0:00:00 PM',
    '101',
    '23',
    0,
    -1772443044,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    `2026-03-02 09:17:24${' '.repeat(100)}.`,
  ];
  for (const written of nothing)
    it(`finds no time in ${JSON.stringify(written)}`, () => assert.equal(parseLocalTime(written, 'UTC'), undefined));

  it('finds none in a zone that does not exist', () => {
    assert.equal(parseLocalTime('2026-03-02 09:17:24', 'Mars/Olympus'), undefined);
  });

  const changes: [what: string, written: string, zone: string, expected: string][] = [
    ['an hour that comes twice is the first', '2026-10-25 01:30:00', 'Europe/London', '2026-10-25T00:30:00.000Z'],
    ['an hour that comes twice is the first', '2026-11-01 01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['the hour after it is the second', '2026-10-25 02:00:00', 'Europe/London', '2026-10-25T02:00:00.000Z'],
    [
      'an hour that is left out is as far after the change',
      '2026-03-29 01:30:00',
      'Europe/London',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'an hour that is left out is as far after the change',
      '2026-03-08 02:30:00',
      'America/New_York',
      '2026-03-08T07:30:00.000Z',
    ],
    [
      'the half hour of Lord Howe counts as well',
      '2026-10-04 02:15:00',
      'Australia/Lord_Howe',
      '2026-10-03T15:45:00.000Z',
    ],
    [
      'a year before the change the zone was another',
      '2011-12-29 12:00:00',
      'Pacific/Apia',
      '2011-12-29T22:00:00.000Z',
    ],
  ];
  for (const [what, written, zone, expected] of changes)
    it(`${what}: ${written} in ${zone}`, () => assert.equal(parseLocalTime(written, zone), expected));

  it('never throws, and gives a time in the one form or nothing', () => {
    const written = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.stringMatching(
        /^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{4})?$/,
      ),
    );
    fc.assert(
      fc.property(written, fc.constantFrom('UTC', 'Europe/London', 'nowhere'), (text, zone) => {
        const iso = parseLocalTime(text, zone);
        if (iso !== undefined) assert.match(iso, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }),
    );
  });
});
