import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addressOf,
  boundsOf,
  filterFrom,
  isRestricting,
  type LogFilter,
  NO_FILTER,
  queryOf,
  SPANS,
  STATE_CHOICES,
} from '../../nodes/editor/deliveries/log-filter';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30);
const filter = (changes: Partial<LogFilter>): LogFilter => ({ ...NO_FILTER, ...changes });

describe('the filter of the log', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.trim());
  const time = fc.integer({ min: 0, max: 4_102_444_800_000 }).map((ms) => new Date(ms).toISOString());
  const any: fc.Arbitrary<LogFilter> = fc
    .record({
      state: fc.constantFrom('' as const, ...STATE_CHOICES),
      webhook: text,
      type: text,
      q: text,
      last: fc.constantFrom('' as const, ...SPANS),
      from: fc.oneof(fc.constant(''), time),
      to: fc.oneof(fc.constant(''), time),
    })
    .map((one) => (one.last === '' ? { ...one } : { ...one, from: '', to: '' }));

  it('is the same after the way through an address', () => {
    fc.assert(fc.property(any, (one) => assert.deepEqual(filterFrom(addressOf(one)), one)));
  });

  it('has no address where it does not restrict', () => {
    assert.equal(addressOf(NO_FILTER), '');
    assert.equal(isRestricting(NO_FILTER), false);
    assert.equal(isRestricting(filter({ q: 'a' })), true);
  });

  const typed: readonly (readonly [address: string, Partial<LogFilter>])[] = [
    ['', {}],
    ['state=failed', { state: 'failed' }],
    ['state=lost&last=century', {}],
    ['id=dlv_1&q=%2B49+30', { q: '+49 30' }],
    ['from=2026-11-20', { from: '2026-11-20T00:00:00.000Z' }],
    ['from=yesterday', {}],
    ['last=7d&from=2026-11-20', { last: '7d' }],
    ['__proto__=1&constructor=2', {}],
  ];
  for (const [address, expected] of typed) {
    it(`is read from "${address}"`, () => assert.deepEqual(filterFrom(address), filter(expected)));
  }

  const asked: readonly (readonly [Partial<LogFilter>, Record<string, string>])[] = [
    [{}, {}],
    [
      { state: 'failed', q: '4930' },
      { state: 'failed', q: '4930' },
    ],
    [{ state: 'open' }, { state: 'pending,sending,waiting' }],
    [{ last: '1h' }, { from: '2026-11-21T11:00:00.000Z' }],
    [{ from: '2026-11-20T00:00:00.000Z' }, { from: '2026-11-20T00:00:00.000Z' }],
  ];
  for (const [changes, expected] of asked) {
    it(`asks for ${JSON.stringify(changes)}`, () => assert.deepEqual(queryOf(filter(changes), NOW), expected));
  }

  it('asks for the same rows within a minute', () => {
    const last = filter({ last: '24h' });
    assert.deepEqual(queryOf(last, NOW), queryOf(last, NOW + 29_000));
    assert.notDeepEqual(queryOf(last, NOW), queryOf(last, NOW + 31_000));
  });

  it('knows its bounds', () => {
    assert.deepEqual(boundsOf(NO_FILTER, NOW), { fromMs: null, toMs: null });
    assert.deepEqual(boundsOf(filter({ last: '1h' }), NOW), { fromMs: NOW - 3_630_000, toMs: NOW });
    assert.deepEqual(boundsOf(filter({ to: '2026-11-20T00:00:00.000Z' }), NOW), {
      fromMs: null,
      toMs: Date.UTC(2026, 10, 20),
    });
  });
});
