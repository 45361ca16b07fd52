/** The address that is given to a provider, and who can reach it. Runs in a browser, so it judges by what stands there and asks no DNS. */

import { isHttpUrl } from '../../parse';

interface AddressParts {
  /** Where Node-RED is, as far as one knows: `https://pbx.example.com`. */
  readonly origin: string;
  /** Where Node-RED serves HTTP nodes, below the origin. */
  readonly root: string;
  /** Of the source. */
  readonly path: string;
  /** As called-url.ts reads it: an origin, or the whole address down to the source's path. Empty: `origin` is right. */
  readonly publicUrl: string;
}

/** Undefined: what was typed so far is no address. */
export function providerAddress({ origin, root, path, publicUrl }: AddressParts): URL | undefined {
  if (!isHttpUrl(publicUrl || origin)) return undefined;
  const base = new URL(publicUrl || origin);
  if (publicUrl === '' || base.pathname === '/') base.pathname = `${root}/${path}`.replace(/\/{2,}/g, '/');
  base.pathname = base.pathname.replace(/(.)\/$/, '$1');
  return base;
}

export type Reach = 'this-machine' | 'own-network' | 'internet';

/** From how far off an address can be called, as far as its host tells. */
export function reachOf({ hostname }: Pick<URL, 'hostname'>): Reach {
  // The URL parser has brought every spelling of an IPv4 address into this form.
  const v4 = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(hostname);
  if (v4) return reachOfIpv4(Number(v4[1]), Number(v4[2]));
  if (hostname.startsWith('[')) {
    if (/^\[(?:::1|::ffff:7f[\da-f]{2}:[\da-f]+)\]$/.test(hostname)) return 'this-machine';
    return /^\[f[cde]/.test(hostname) ? 'own-network' : 'internet';
  }
  if (/(?:^|\.)localhost\.?$/.test(hostname)) return 'this-machine';
  // A name without a dot, and those that RFC 6762, RFC 8375 and ICANN set apart, mean something at home only.
  return !hostname.includes('.') || /\.(?:local|internal|home\.arpa|lan|test)\.?$/.test(hostname)
    ? 'own-network'
    : 'internet';
}

function reachOfIpv4(first: number, second: number): Reach {
  if (first === 127 || first === 0) return 'this-machine';
  const isPrivate =
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second < 128);
  return isPrivate ? 'own-network' : 'internet';
}
