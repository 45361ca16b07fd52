import assert from 'node:assert/strict';
import { isAllowed, parseAllowFrom } from '../../../../src/sources/http-push/allow-from';

function allow(...entries: readonly string[]) {
  const parsed = parseAllowFrom(entries);
  assert(parsed.kind === 'list', 'the list was not understood');
  return parsed.allow;
}

describe('The addresses that may push', () => {
  const CASES: readonly [list: readonly string[], address: string | undefined, allowed: boolean][] = [
    [[], '198.51.100.1', true],
    [['', ' '], undefined, true],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['203.0.113.7'], '::ffff:203.0.113.7', true],
    [['203.0.113.7'], '::ffff:cb00:7107', true],
    [['203.0.113.7'], '::203.0.113.7', false],
    [['::ffff:203.0.113.7'], '203.0.113.7', true],
    [[' 203.0.113.0/24 ', '10.0.0.0/8'], '203.0.113.255', true],
    [['203.0.113.0/24', '10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['203.0.113.0/24'], '203.0.114.0', false],
    [['::ffff:10.0.0.0/104'], '10.255.0.1', true],
    [['::ffff:10.0.0.0/104'], '11.0.0.1', false],
    [['0.0.0.0/0'], '198.51.100.1', true],
    [['2001:db8::/32'], '2001:db8:1::5', true],
    [['2001:db8::/32'], '2001:db9::5', false],
    [['fe80::1'], 'fe80::1%eth0', true],
    [['203.0.113.7'], undefined, false],
    [['203.0.113.7'], '', false],
    [['203.0.113.7'], '203.0.113.7 ', false],
    [['203.0.113.7'], '203.0.113.07', false],
    [['203.0.113.7'], 'localhost', false],
  ];
  for (const [list, address, allowed] of CASES) {
    it(`[${list.join(', ')}] ${allowed ? 'lets in' : 'shuts out'} ${address}`, () => {
      assert.equal(isAllowed(allow(...list), address), allowed);
    });
  }

  for (const entry of [
    'pbx.example.test',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/8/8',
    '2001:db8::/129',
    '203.0.113',
    '10.0.0.0/-1',
    '*',
  ]) {
    it(`does not understand ${entry}`, () => {
      assert.deepEqual(parseAllowFrom(['203.0.113.7', entry]), { kind: 'wrong', entry });
    });
  }
});
