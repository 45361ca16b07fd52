import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Scope, scopeOf } from '../../../src/http/ip-address';

describe('an address', () => {
  const scopes: [address: string, scope: Scope][] = [
    ['93.184.216.34', 'public'],
    ['2606:4700::6810:85e5', 'public'],
    ['192.0.0.9', 'public'],
    ['2001:1::1', 'public'],
    ['2001:20::1', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.255.255', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['169.254.169.254', 'never'],
    ['fd00:ec2::254', 'never'],
    ['fd00:ec2::23', 'never'],
    ['fd20:ce::254', 'never'],
    ['fd00:c1:0:0:0:0:169.254.169.254', 'never'],
    ['fd00:42::42', 'never'],
    ['fd00:42::43', 'private'],
    ['100.100.100.200', 'never'],
    ['168.63.129.16', 'never'],
    ['169.254.1.1', 'never'],
    ['fe80::1', 'never'],
    ['fe80::1%eth0', 'never'],
    ['0.0.0.0', 'never'],
    ['0.1.2.3', 'never'],
    ['::', 'never'],
    ['224.0.0.1', 'never'],
    ['ff02::1', 'never'],
    ['255.255.255.255', 'never'],
    ['192.0.2.1', 'never'],
    ['2001:db8::1', 'never'],
    ['4000::1', 'never'],
    // Addresses inside others count as themselves.
    ['::ffff:8.8.8.8', 'public'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'never'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b::a9fe:a9fe', 'never'],
    ['64:ff9b:1::8.8.8.8', 'private'],
    ['64:ff9b:1::127.0.0.1', 'loopback'],
    ['64:ff9b:1:2:3::a9fe:a9fe', 'never'],
    // A translator with a prefix of 48, 56 or 64 bits finds the address elsewhere.
    ['64:ff9b:1:a9fe:a9:fe00::', 'never'],
    ['64:ff9b:1:ca9:fe:a9fe::', 'never'],
    ['64:ff9b:1:abcd:7f:0:100:0', 'loopback'],
    ['64:ff9b:1::', 'private'],
    ['64:ff9b:2::1', 'never'],
    ['100::1', 'never'],
    ['100:0:0:1::1', 'never'],
    ['5f00::1', 'never'],
    ['2001:2::1', 'never'],
    ['2001:10::1', 'never'],
    ['fec0::1', 'private'],
    ['::2', 'never'],
    ['2002:808:808::1', 'public'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:a9fe:a9fe::1', 'never'],
    ['2001:0:808:808:8000:63bf:f7f7:f7f7', 'public'],
    ['2001:0:808:808:8000:63bf:80ff:fffe', 'loopback'],
    ['2001:0:a00:1:8000:63bf:f7f7:f7f7', 'private'],
  ];
  for (const [address, scope] of scopes) {
    it(`${address} is ${scope}`, () => {
      assert.equal(scopeOf(address).scope, scope);
    });
  }

  const hex = (address: string): string =>
    Buffer.from(address.split('.').map(Number)).toString('hex').replace(/....$/, ':$&');
  const flipped = (address: string): string =>
    address
      .split('.')
      .map((byte) => 255 - Number(byte))
      .join('.');
  const wrappings: [name: string, wrap: (address: string) => string][] = [
    ['v4-mapped', (address) => `::ffff:${address}`],
    ['v4-translated', (address) => `::ffff:0:${hex(address)}`],
    ['NAT64', (address) => `64:ff9b::${address}`],
    ['6to4', (address) => `2002:${hex(address)}:1:2:3:4:5`],
    ['the client of Teredo', (address) => `2001:0:808:808:8000:63bf:${hex(flipped(address))}`],
    ['the server of Teredo', (address) => `2001:0:${hex(address)}:8000:63bf:f7f7:f7f7`],
  ];
  for (const [name, wrap] of wrappings) {
    it(`${name} is as good as the IPv4 address inside`, () => {
      fc.assert(
        fc.property(anyIpv4(), (address) => assert.equal(scopeOf(wrap(address)).scope, scopeOf(address).scope)),
      );
    });
  }

  it('inside that of a local NAT64 is never better than private, and as bad as it is', () => {
    const rank: Scope[] = ['public', 'private', 'loopback', 'never'];
    fc.assert(
      fc.property(anyIpv4(), (address) => {
        fc.pre(address !== '0.0.0.0');
        const inside = rank.indexOf(scopeOf(address).scope);
        assert.ok(rank.indexOf(scopeOf(`64:ff9b:1::${address}`).scope) >= Math.max(inside, 1));
      }),
    );
  });

  it('has the same reach in every spelling of IPv6, with a zone, too', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const some = fc.oneof(fc.array(group, { minLength: 8, maxLength: 8 }), fc.ipV6().map(groupsOf));
    fc.assert(
      fc.property(some, fc.boolean(), (groups, zone) => {
        const short = new URL(`http://[${groups.map((one) => one.toString(16)).join(':')}]/`).hostname.slice(1, -1);
        const long = groups.map((one) => one.toString(16).padStart(4, '0').toUpperCase()).join(':');
        assert.equal(scopeOf(zone ? `${long}%eth0` : long).scope, scopeOf(short).scope);
      }),
    );
  });
});

/** Half of them in blocks of which something is said. */
function anyIpv4(): fc.Arbitrary<string> {
  const starts = fc.constantFrom('10', '127', '169.254', '172.16', '192.168', '100.64', '0', '192.0.0', '224', '240');
  const near = fc.tuple(starts, fc.ipV4()).map(([start, address]) => {
    const given = start.split('.');
    return [...given, ...address.split('.').slice(given.length)].join('.');
  });
  return fc.oneof(fc.ipV4(), near);
}

function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const read = (part: string): number[] => (part ? part.split(':').map((one) => Number.parseInt(one, 16)) : []);
  const [before, after] = [read(head), read(tail ?? '')];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
