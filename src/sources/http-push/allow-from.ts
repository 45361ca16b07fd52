/** From which addresses a source may be called: a list of IP addresses and CIDR ranges. */
import { BlockList, isIP } from 'node:net';
import { addBlock } from '../../http/ip-address';

/** Null: anybody may call. */
export type AllowFrom = BlockList | null;

/** A list of addresses and ranges, or the first entry that is neither. An empty list allows everybody. */
export function parseAllowFrom(
  entries: readonly string[],
): { readonly kind: 'list'; readonly allow: AllowFrom } | { readonly kind: 'wrong'; readonly entry: string } {
  const list = new BlockList();
  const wanted = entries.map((text) => text.trim()).filter((text) => text !== '');
  for (const entry of wanted) {
    if (!addBlock(list, entry)) return { kind: 'wrong', entry };
  }
  return { kind: 'list', allow: wanted.length === 0 ? null : list };
}

/**
 * Whether a caller with this address may push; one whose address cannot be read may not. An IPv4 address that came over
 * an IPv6 socket (::ffff:10.0.0.1) is the IPv4 address, in the list and in what arrives: BlockList sees to that.
 */
export function isAllowed(allow: AllowFrom, remoteAddress: string | undefined): boolean {
  if (allow === null) return true;
  const family = familyOf(remoteAddress ?? '');
  return family !== null && allow.check(remoteAddress ?? '', family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}
