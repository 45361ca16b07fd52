/** What an endpoint can say about the addresses it may reach. Runs in the panel, too, so it knows nothing of Node.js. */

/**
 * `lan`: public and private addresses, and this machine, if the flow's author typed the host; else public ones only.
 * `public`: public addresses. `list`: what the list names. Metadata services, link-local and unspecified addresses: never.
 */
export const ADDRESS_POLICIES = ['lan', 'public', 'list'] as const;
export type AddressPolicy = (typeof ADDRESS_POLICIES)[number];

export type AllowEntry =
  | { readonly kind: 'host'; readonly host: string }
  /** `.example.com`: every host below this name, not the name itself. */
  | { readonly kind: 'below'; readonly suffix: string }
  | { readonly kind: 'block'; readonly address: string; readonly bits: number; readonly family: 'ipv4' | 'ipv6' };

/**
 * Reads `crm.example.com`, `*.example.com`, `192.168.1.20`, `10.0.0.0/8`, `fd00::/8`, in any spelling that a URL may have.
 * Undefined: it is nothing of these.
 */
export function parseAllowEntry(text: string): AllowEntry | undefined {
  const entry = text.trim();
  const [, wildcard, below] = /^(\*?\.)(.+)$/.exec(entry) ?? [];
  if (wildcard !== undefined && below !== undefined) {
    const read = readHost(below);
    return read && read.family === undefined ? { kind: 'below', suffix: `.${read.host}` } : undefined;
  }
  const [name = '', bits, ...rest] = entry.split('/');
  const read = readHost(name);
  if (!read || rest.length > 0) return undefined;
  const { host, family } = read;
  if (family === undefined) return bits === undefined ? { kind: 'host', host } : undefined;
  const most = family === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { kind: 'block', address: host, bits: most, family };
  // A block in which numbers are left out (`10.0.0/8`) would be read as another address than the one that is meant.
  if (family === 'ipv4' && name !== host) return undefined;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most
    ? { kind: 'block', address: host, bits: Number(bits), family }
    : undefined;
}

/** Whether it is an address or a CIDR range, written as such. */
export function isBlock(text: string): boolean {
  const entry = parseAllowEntry(text);
  const [name] = text.trim().split('/');
  return entry?.kind === 'block' && (entry.family === 'ipv6' ? !text.includes('[') : name === entry.address);
}

/** A host as a URL means it: without the brackets of an IPv6 address and the dot of a full name, in lower case. */
export function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

function readHost(text: string): { readonly host: string; readonly family?: 'ipv4' | 'ipv6' } | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (!/^[^\s,;/@?#\\[\]*]+$/.test(bare)) return undefined;
  // A name cannot hold a colon, so what holds one is an IPv6 address or has a port, which is refused.
  const isV6 = bare.includes(':');
  const url = `http://${isV6 ? `[${bare}]` : bare}/`;
  if (!URL.canParse(url)) return undefined;
  const host = plainHost(new URL(url).hostname);
  if (host === '') return undefined;
  if (isV6) return { host, family: 'ipv6' };
  // The URL parser takes for an address whatever ends in a number, and writes it with dots.
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? { host, family: 'ipv4' } : { host };
}
