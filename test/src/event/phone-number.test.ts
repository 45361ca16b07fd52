import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { compileNumberFilter, countryProblem, internationalForm, toE164 } from '../../../src/event/phone-number';

describe('toE164', () => {
  const cases: [number: string, country: string, expected: string | undefined][] = [
    ['+12025550142', '', '+12025550142'],
    ['+1 (202) 555-0142', 'GB', '+12025550142'],
    ['＋１２０２５５５０１４２', '', '+12025550142'],
    ['+44 (0)20 7946 0018', '', '+442079460018'],
    ['tel:+1-202-555-0142;ext=5', '', '+12025550142'],
    ['sip:+12025550142@pbx.example.test', '', '+12025550142'],
    ['00442079460018', '', '+442079460018'],
    ['00442079460018', 'GB', '+442079460018'],
    ['00442079460018', 'US', '+442079460018'],
    ['011442079460018', 'US', '+442079460018'],
    // The international form without its plus
    ['12025550142', 'US', '+12025550142'],
    ['12025550142', 'GB', '+12025550142'],
    ['12025550142', 'IN', '+12025550142'],
    ['447700900123', 'GB', '+447700900123'],
    ['447700900123', 'DE', '+447700900123'],
    ['447700900123', 'US', '+447700900123'],
    ['491511234567', 'DE', '+491511234567'],
    ['919876543210', 'IN', '+919876543210'],
    ['79161234567', 'RU', '+79161234567'],
    ['393912345678', 'IT', '+393912345678'],
    ['44 (0)20 7946 0018', 'GB', '+442079460018'],
    // The national form
    ['2025550142', 'US', '+12025550142'],
    ['(202) 555-0142', '+1', '+12025550142'],
    ['0 20 7946 0018', 'GB', '+442079460018'],
    ['0 20 7946 0018', '44', '+442079460018'],
    ['07700900123', '+44', '+447700900123'],
    ['٠٢٠٧٩٤٦٠٠١٨', 'gb', '+442079460018'],
    ['015112345678', 'DE', '+4915112345678'],
    ['09876543210', 'IN', '+919876543210'],
    ['89161234567', 'RU', '+79161234567'],
    ['0612345678', 'IT', '+390612345678'],
    // The national form without its trunk prefix, in countries where people leave it out
    ['9876543210', 'IN', '+919876543210'],
    ['8618123456', 'IN', '+918618123456'],
    ['13812345678', 'CN', '+8613812345678'],
    ['31987654321', 'BR', '+5531987654321'],
    ['3912345678', 'IT', '+393912345678'],
    ['612345678', 'ES', '+34612345678'],
    ['2079460018', 'UK', '+442079460018'],
    // What cannot be told
    ['12025550142', '', undefined],
    ['02079460018', '', undefined],
    ['101', 'GB', undefined],
    ['1001', 'DE', undefined],
    ['100100', 'DE', undefined],
    ['*72', 'US', undefined],
    ['anonymous', 'US', undefined],
    ['Extension-0602141810347', 'IN', undefined],
    ['1-800-FLOWERS', 'US', undefined],
    ['+', 'US', undefined],
    ['+999123456789', '', undefined],
    ['+12025550142+12025550142', 'US', undefined],
    ['', 'US', undefined],
    ['2025550142', 'nowhere', undefined],
    [`+1202555${'0'.repeat(200)}`, 'US', undefined],
  ];
  for (const [number, country, expected] of cases)
    it(`makes ${expected} of ${JSON.stringify(number.slice(0, 40))} in ${country || 'no country'}`, () => {
      assert.equal(toE164(number, country), expected);
    });

  it('answers the same when asked again, and after very many others', () => {
    assert.equal(toE164('2025550142', 'US'), '+12025550142');
    for (let last = 0; last < 2100; last++) toE164(`x${last}`, 'US');
    assert.equal(toE164('2025550142', 'US'), '+12025550142');
    assert.equal(toE164('2025550142', 'GB'), undefined);
  });

  it('never throws, gives E.164 or nothing, and keeps what it gave', () => {
    const number = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+0]{0,2}[0-9 ()-]{0,20}$/));
    fc.assert(
      fc.property(number, fc.oneof(fc.constantFrom('', 'US', 'GB', '91', 'DE'), fc.string()), (text, country) => {
        const e164 = toE164(text, country);
        if (e164 === undefined) return;
        assert.match(e164, /^\+[1-9]\d{4,16}$/);
        assert.equal(toE164(e164, country), e164);
      }),
    );
  });
});

describe('compileNumberFilter', () => {
  const isSame = (a: string, b: string, country: string): boolean => compileNumberFilter([a, 'other'], country)([b]);

  const same: [a: string, b: string, country: string][] = [
    ['02079460018', '+44 20 7946 0018', 'GB'],
    ['442079460018', '00442079460018', 'GB'],
    ['12025550142', '(202) 555-0142', 'US'],
    ['12025550142', '+12025550142', ''],
    ['0012025550142', '12025550142', ''],
    ['101', '101', 'GB'],
    ['1-01', '101', 'GB'],
    ['Anonymous', ' anonymous', 'US'],
    ['sip:alice@pbx.example.test', 'alice', ''],
  ];
  for (const [a, b, country] of same)
    it(`finds ${a} and ${b} the same in ${country || 'no country'}`, () => {
      assert.ok(isSame(a, b, country));
      assert.ok(isSame(b, a, country));
    });

  const different: [a: string, b: string, country: string][] = [
    ['02079460018', '02079460019', 'GB'],
    ['2025550142', '+442025550142', 'US'],
    ['2025550142', '+12025550142', ''],
    ['101', '0101', 'GB'],
    ['', '', 'GB'],
    ['alice', 'bob', ''],
  ];
  for (const [a, b, country] of different)
    it(`finds ${a || 'nothing'} and ${b || 'nothing'} different in ${country || 'no country'}`, () => {
      assert.ok(!isSame(a, b, country));
    });

  const accepts = compileNumberFilter(['020 7946 0018', '101', ''], 'GB');

  it('lets an event through when one of its numbers is in the list, however it is written', () => {
    assert.ok(accepts(['+442079460018']));
    assert.ok(accepts([undefined, '12025550142', '442079460018']));
    assert.ok(accepts(['101']));
  });

  it('holds back an event with other numbers, or none', () => {
    assert.ok(!accepts(['+442079460019', '']));
    assert.ok(!accepts([undefined]));
    assert.ok(!accepts([]));
  });

  it('lets everything through when the list is empty', () => {
    assert.ok(compileNumberFilter([], 'GB')([]));
    assert.ok(compileNumberFilter([' '], 'GB')([undefined]));
  });
});

describe('countryProblem', () => {
  for (const country of ['', 'GB', 'gb', 'UK', '44', '+44', '0044', ' 1 '])
    it(`knows ${JSON.stringify(country)}`, () => assert.equal(countryProblem(country), undefined));
  for (const country of ['XX', 'GBR', '999', '__proto__', 'constructor'])
    it(`does not know ${country}`, () => assert.match(countryProblem(country)?.message ?? '', /no country/));
});

describe('internationalForm', () => {
  for (const [number, country, expected] of [
    ['020 7946 0018', 'GB', '+44 20 7946 0018'],
    ['tel:+1-202-555-0142;ext=5', '', '+1 202 555 0142'],
    ['09876543210', '91', '+91 98765 43210'],
    ['020 7946 0018', '', undefined],
    ['101', 'GB', undefined],
    ['anonymous', 'GB', undefined],
  ] as const) {
    it(`of ${number} in ${country || 'no country'} is ${expected}`, () => {
      assert.equal(internationalForm(number, country), expected);
    });
  }
});
