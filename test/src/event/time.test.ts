import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { dateFormatProblem } from '../../../src/event/date-format';
import { compileEventClock, compileEventDate, compileTimeFormat, formatTime } from '../../../src/event/time';
import { timeZoneProblem } from '../../../src/event/zone-name';

const TIME = '2026-03-02T09:07:04.620Z';

describe('formatTime', () => {
  const cases: [format: string, zone: string, expected: string | number][] = [
    ['standard', 'UTC', '2026-03-02 09:07:04'],
    ['standard', '', '2026-03-02 09:07:04'],
    ['standard', 'Asia/Kolkata', '2026-03-02 14:37:04'],
    ['standard', '+05:30', '2026-03-02 14:37:04'],
    ['standard', 'UTC-3', '2026-03-02 06:07:04'],
    ['iso', 'UTC', '2026-03-02T09:07:04.620Z'],
    ['iso', 'Europe/Kyiv', '2026-03-02T11:07:04.620+02:00'],
    ['unix', 'Asia/Kolkata', 1772442424],
    ['unix-ms', 'Asia/Kolkata', 1772442424620],
    ['rfc2822', 'Europe/Kyiv', 'Mon, 02 Mar 2026 11:07:04 +0200'],
    ['YYYY YY MMMM MMM MM M DD D dddd ddd', 'UTC', '2026 26 March Mar 03 3 02 2 Monday Mon'],
    ['HH H hh h mm m ss s SSS A a', 'UTC', '09 9 09 9 07 7 04 4 620 AM am'],
    ['HH H hh h A a', 'Asia/Kolkata', '14 14 02 2 PM pm'],
    ['hh h A', '+03:00', '12 12 PM'],
    ['hh h A', '-09:00', '12 12 AM'],
    ['Z ZZ X x', 'America/New_York', '-05:00 -0500 1772442424 1772442424620'],
    ['YYYY-MM-DDTHH:mm:ssZ', 'UTC', '2026-03-02T09:07:04+00:00'],
    ['YYYYMMDDHHmmss', 'UTC', '20260302090704'],
    ['dd.MM.yyyy yy', 'UTC', '02.03.2026 26'],
    ['[YYYY is] YYYY[]', 'UTC', 'YYYY is 2026'],
    ["D. MMMM [o'clock] 'HH'", 'UTC', "2. March o'clock '09'"],
  ];
  for (const [format, zone, expected] of cases)
    it(`writes ${format} in ${zone || 'no zone'} as ${expected}`, () => {
      assert.equal(formatTime(TIME, format, zone), expected);
    });

  it('keeps to the clock of the zone before and after the hour changes', () => {
    const london = compileTimeFormat('YYYY-MM-DD HH:mm Z', 'Europe/London');
    assert.equal(london('2026-03-29T00:59:00.000Z'), '2026-03-29 00:59 +00:00');
    assert.equal(london('2026-03-29T01:00:00.000Z'), '2026-03-29 02:00 +01:00');
    assert.equal(london('2026-10-25T00:59:00.000Z'), '2026-10-25 01:59 +01:00');
    assert.equal(london('2026-10-25T01:00:00.000Z'), '2026-10-25 01:00 +00:00');
  });

  it('reads an ISO time with an offset too', () => {
    assert.equal(formatTime('2026-03-02T14:37:04+05:30', 'standard', 'UTC'), '2026-03-02 09:07:04');
  });

  for (const text of ['', 'yesterday', '2026', '2026-03-02 09:07:04', '2026-13-45T99:99:99.000Z', '1772442424'])
    it(`leaves ${JSON.stringify(text)} as it is, being no ISO time`, () => {
      for (const format of ['standard', 'iso', 'unix', 'rfc2822', 'DD.MM.YYYY'])
        assert.equal(formatTime(text, format, 'Europe/London'), text);
    });

  it('never throws, whatever text and pattern', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constant(TIME)),
        fc.string({ unit: 'binary' }),
        (text, format) => {
          assert.equal(typeof formatTime(text, `${format}[`, 'Europe/London'), 'string');
        },
      ),
    );
  });

  it('writes a moment so that it can be read back, in any zone', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/London',
      'Asia/Kathmandu',
      'America/St_Johns',
      '-11:00',
      'Pacific/Apia',
    );
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1975-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        zones,
        (date, zone) => {
          const iso = date.toISOString();
          for (const format of ['iso', 'YYYY-MM-DDTHH:mm:ss.SSSZ'])
            assert.equal(new Date(String(formatTime(iso, format, zone))).toISOString(), iso);
          assert.equal(formatTime(iso, 'unix-ms', zone), date.getTime());
        },
      ),
    );
  });

  it('refuses a zone that does not exist with an error that names the field', () => {
    assert.throws(() => formatTime(TIME, 'standard', 'Mars/Olympus'), { code: 'time-zone', field: 'timeZone' });
  });
});

describe('the day and the time of day', () => {
  const cases: [format: string, date: string, clock: string][] = [
    ['standard', '2026-03-02', '14:37:04'],
    ['iso', '2026-03-02', '14:37:04'],
    ['unix', '2026-03-02', '14:37:04'],
    ['unix-ms', '2026-03-02', '14:37:04'],
    ['rfc2822', 'Mon, 02 Mar 2026', '14:37:04'],
    ['DD.MM.YYYY HH:mm', '02.03.2026', '14:37'],
    ['dd.MM.yyyy HH:mm', '02.03.2026', '14:37'],
    ['h:mm A, M/D/YY', '3/2/26', '2:37 PM'],
    ['dddd, D [of] MMMM', 'Monday, 2 of March', '14:37:04'],
    ['HH[h]mm', '2026-03-02', '14h37'],
    ['DD.MM. HH:mm YYYY', '2026-03-02', '14:37'],
    ['X', '2026-03-02', '14:37:04'],
  ];
  for (const [format, date, clock] of cases)
    it(`are ${date} and ${clock} in the format ${format}`, () => {
      assert.equal(compileEventDate(format, 'Asia/Kolkata')(TIME), date);
      assert.equal(compileEventClock(format, 'Asia/Kolkata')(TIME), clock);
    });

  it('are those of the zone, where the day is another one', () => {
    assert.equal(compileEventDate('standard', 'Pacific/Auckland')('2026-03-02T13:00:00.000Z'), '2026-03-03');
    assert.equal(compileEventClock('standard', 'Pacific/Auckland')('2026-03-02T13:00:00.000Z'), '02:00:00');
  });
});

describe('dateFormatProblem', () => {
  for (const format of [
    'standard',
    'iso',
    'unix',
    'unix-ms',
    'rfc2822',
    'DD.MM.YYYY',
    'dd.MM.yyyy HH:mm',
    'YYYY-MM-DDTHH:mm:ss[Z]',
    'HH:mm Uhr'.replace('Uhr', '[Uhr]'),
  ])
    it(`finds nothing wrong with ${format}`, () => assert.equal(dateFormatProblem(format), undefined));

  const wrong: [format: string, reason: RegExp][] = [
    ['yyyyy-MM', /"yyyyy" is no part of a date format/],
    ['HH:mm Uhr', /"U"/],
    ['', /at least one part/],
    ['--', /at least one part/],
    ['[only text]', /at least one part/],
    ['YYYY [open', /has no "\]"/],
    ['Y'.repeat(300), /at most 200/],
  ];
  for (const [format, reason] of wrong)
    it(`says what is wrong with ${JSON.stringify(format.slice(0, 20))}`, () =>
      assert.match(dateFormatProblem(format)?.message ?? '', reason));
});

describe('timeZoneProblem', () => {
  for (const zone of [
    'Europe/London',
    'Asia/Kolkata',
    'UTC',
    'GMT',
    '',
    ' Europe/Kyiv ',
    '+05:30',
    '-3',
    'UTC+14',
    'GMT-0330',
  ])
    it(`knows ${JSON.stringify(zone)}`, () => assert.equal(timeZoneProblem(zone), undefined));
  for (const zone of ['Mars/Olympus', 'local', 'system', '+15:00', '+05:75', '__proto__', 'x'.repeat(100)])
    it(`does not know ${JSON.stringify(zone.slice(0, 20))}`, () =>
      assert.match(timeZoneProblem(zone)?.message ?? '', /no time zone/));
});
