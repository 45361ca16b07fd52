import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type AllowEntry, parseAllowEntry } from '../../../src/http/address-rule';

const block = (address: string, bits: number, family: 'ipv4' | 'ipv6' = 'ipv4'): AllowEntry => ({
  kind: 'block',
  address,
  bits,
  family,
});

describe('an entry in the list of allowed addresses', () => {
  const entries: [text: string, entry: AllowEntry][] = [
    ['crm.example', { kind: 'host', host: 'crm.example' }],
    [' CRM.example. ', { kind: 'host', host: 'crm.example' }],
    ['bücher.example', { kind: 'host', host: 'xn--bcher-kva.example' }],
    ['pbx', { kind: 'host', host: 'pbx' }],
    ['*.crm.example', { kind: 'below', suffix: '.crm.example' }],
    ['.crm.example', { kind: 'below', suffix: '.crm.example' }],
    ['192.168.1.20', block('192.168.1.20', 32)],
    ['0x7f.1', block('127.0.0.1', 32)],
    ['10.0.0.0/8', block('10.0.0.0', 8)],
    ['0.0.0.0/0', block('0.0.0.0', 0)],
    ['fd00::/8', block('fd00::', 8, 'ipv6')],
    ['FD00:0:0::1', block('fd00::1', 128, 'ipv6')],
    ['[::1]', block('::1', 128, 'ipv6')],
  ];
  for (const [text, entry] of entries) {
    it(`"${text}" is read`, () => {
      assert.deepEqual(parseAllowEntry(text), entry);
    });
  }

  const nonsense = [
    '',
    '.',
    '*',
    '*.',
    '*.10.0.0.1',
    'crm.*.example',
    'http://crm.example/',
    'crm.example:443',
    'crm.example/hook',
    'a b',
    'a.example,b.example',
    'user@crm.example',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'fd00::/129',
    'fe80::1%eth0',
    '1.2.3.4.5',
    '256.0.0.1',
  ];
  for (const text of nonsense) {
    it(`"${text}" is none`, () => {
      assert.equal(parseAllowEntry(text), undefined);
    });
  }
});
