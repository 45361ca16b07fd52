/** What an IP address is and which other addresses it carries inside; what may be reached is judged elsewhere. */
import { BlockList, isIP } from 'node:net';

/**
 * How far an address reaches. `never`: nothing that a webhook may talk to (metadata services, link-local, unspecified,
 * multicast, reserved). Everything that no registry sets apart is `public`.
 */
export type Scope = 'public' | 'private' | 'loopback' | 'never';

export type AddressKind =
  | 'metadata' // at which a cloud answers with its secrets
  | 'loopback'
  | 'unspecified'
  | 'link-local'
  | 'private'
  | 'public'
  | 'multicast'
  | 'documentation'
  | 'reserved';

interface Range {
  readonly scope: Scope;
  readonly kind: AddressKind;
  readonly blocks: readonly string[];
}

/**
 * The first range that holds an address decides. From the IANA special-purpose registries (RFC 6890 and its updates),
 * the multicast blocks, and the addresses at which clouds answer with credentials, of which some are public ones.
 */
const RANGES: readonly Range[] = [
  {
    scope: 'never',
    kind: 'metadata',
    blocks: [
      '169.254.169.254/32',
      '100.100.100.200/32',
      '168.63.129.16/32',
      '192.0.0.192/32',
      'fd00:ec2::254/128', // Amazon: metadata, and credentials of pods
      'fd00:ec2::23/128',
      'fd20:ce::254/128', // Google
      'fd00:c1::a9fe:a9fe/128', // Oracle
      'fd00:42::42/128', // Scaleway
    ],
  },
  { scope: 'loopback', kind: 'loopback', blocks: ['127.0.0.0/8', '::1/128'] },
  { scope: 'never', kind: 'unspecified', blocks: ['0.0.0.0/8', '::/128'] },
  { scope: 'never', kind: 'link-local', blocks: ['169.254.0.0/16', 'fe80::/10'] },
  {
    scope: 'private',
    kind: 'private',
    blocks: [
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      '198.18.0.0/15',
      'fc00::/7',
      'fec0::/10',
      '64:ff9b:1::/48',
    ],
  },
  {
    scope: 'public',
    kind: 'public',
    // Globally reachable islands within blocks that are set apart below.
    blocks: [
      '192.0.0.9/32',
      '192.0.0.10/32',
      '2001:1::1/128',
      '2001:1::2/128',
      '2001:1::3/128',
      '2001:3::/32',
      '2001:4:112::/48',
      '2001:20::/28',
      '2001:30::/28',
    ],
  },
  { scope: 'never', kind: 'multicast', blocks: ['224.0.0.0/4', 'ff00::/8'] },
  {
    scope: 'never',
    kind: 'documentation',
    blocks: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  },
  {
    scope: 'never',
    kind: 'reserved',
    blocks: ['192.0.0.0/24', '192.88.99.0/24', '240.0.0.0/4', '2001::/23', '2002::/16'],
  },
  { scope: 'public', kind: 'public', blocks: ['0.0.0.0/0', '2000::/3'] },
];

/** Of IPv6 only 2000::/3 has been given out; the rest reaches nobody. */
const NOT_GIVEN_OUT: Range = { scope: 'never', kind: 'reserved', blocks: [] };

const lists = RANGES.map((range) => {
  const list = new BlockList();
  for (const block of range.blocks) addBlock(list, block);
  return { range, list };
});

/** Adds an address or a CIDR block to a list. False: it is neither. */
export function addBlock(list: BlockList, block: string): boolean {
  const [address = '', bits, ...rest] = block.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) {
    list.addAddress(address, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) return false;
  list.addSubnet(address, Number(bits), family);
  return true;
}

/** True where the list holds the address. A zone (`%eth0`) does not count. */
export function holds(list: BlockList, address: string): boolean {
  const plain = withoutZone(address);
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

/** How far an address reaches, and what it is. An address inside another one counts where it is worse. */
export function scopeOf(address: string): { readonly scope: Scope; readonly kind: AddressKind } {
  const plain = withoutZone(address);
  const carried = carriedAddresses(plain);
  // An address that only carries others is as good as they are; it has no reach of its own.
  const judged = carried.addresses.map(rangeOf);
  if (!carried.only) judged.push(rangeOf(plain));
  return judged.reduce((worst, range) => (RANK[range.scope] > RANK[worst.scope] ? range : worst));
}

const RANK: Record<Scope, number> = { public: 0, private: 1, loopback: 2, never: 3 };

function rangeOf(address: string): Range {
  return lists.find(({ list }) => holds(list, address))?.range ?? NOT_GIVEN_OUT;
}

/**
 * The IPv4 addresses inside an IPv6 one, to which a translator on the way, or the operating system, may send what is
 * addressed to it. `only`: the outer address means nothing but them.
 */
function carriedAddresses(address: string): { readonly addresses: readonly string[]; readonly only: boolean } {
  if (isIP(address) !== 6) return { addresses: [], only: false };
  const bytes = ipv6Bytes(address);
  const v4 = (...at: readonly number[]): string => at.map((index) => bytes[index]).join('.');
  const startsWith = (...groups: number[]): boolean =>
    groups.every((group, index) => bytes[2 * index] === group >> 8 && bytes[2 * index + 1] === (group & 255));
  const last = v4(12, 13, 14, 15);
  // v4-mapped (RFC 4291), v4-translated (RFC 2765) and NAT64 (RFC 6052)
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0, 0, 0, 0, 0xffff, 0) || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) {
    return { addresses: [last], only: true };
  }
  // v4-compatible (RFC 4291, deprecated), but not :: and ::1 themselves
  if (startsWith(0, 0, 0, 0, 0, 0) && last !== '0.0.0.0' && last !== '0.0.0.1')
    return { addresses: [last], only: true };
  // NAT64 of a local network (RFC 8215): the network is private, the address inside may be worse
  if (startsWith(0x64, 0xff9b, 1)) return { addresses: localNat64(bytes).map((at) => v4(...at)), only: false };
  // 6to4 (RFC 3056)
  if (startsWith(0x2002)) return { addresses: [v4(2, 3, 4, 5)], only: true };
  // Teredo (RFC 4380): the server, and the client with all its bits turned over
  if (startsWith(0x2001, 0)) {
    const client = bytes.slice(12).map((byte) => byte ^ 255);
    return { addresses: [v4(4, 5, 6, 7), client.join('.')], only: true };
  }
  return { addresses: [], only: false };
}

/** Where the address stands behind a prefix of 48, 56, 64 or 96 bits (RFC 6052 section 2.2); byte 8 is none of its own. */
const NAT64_PLACES = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
] as const;

/**
 * The places where a translator of a local network may find the address. Its prefix is unknown, but nothing stands
 * behind the address, and 0.0.0.0 is nobody's.
 */
function localNat64(bytes: readonly number[]): readonly (readonly number[])[] {
  return NAT64_PLACES.filter((place) => {
    const behind = bytes.slice(place[3] + 1);
    return behind.every((byte) => byte === 0) && place.some((index) => bytes[index] !== 0);
  });
}

function ipv6Bytes(address: string): readonly number[] {
  // The URL parser writes every spelling in one way: hexadecimal groups and at most one `::`.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const bytes = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const before = bytes(head);
  if (tail === undefined) return before;
  const after = bytes(tail);
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}
