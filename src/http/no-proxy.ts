/** Which hosts are reached without the proxy. */
import { BlockList, isIP } from 'node:net';
import type { ProxySetting, Transport } from './http-client';
import { addBlock, holds } from './ip-address';

type Proxies = Pick<Transport, 'proxy'>;

/** The proxy of each scheme (`http:`, `https:`) that goes through one. */
export function proxyByScheme({ proxy = {} }: Proxies): Readonly<Record<string, ProxySetting>> {
  return 'url' in proxy ? { 'http:': proxy, 'https:': proxy } : { ...proxy };
}

/** True where a proxy makes the connection, which this side then cannot judge. */
export function isProxied(transport: Proxies, url: URL): boolean {
  const proxy = proxyByScheme(transport)[url.protocol];
  return proxy !== undefined && !isReachedDirectly(url, proxy.noProxy ?? []);
}

/**
 * True where an entry of the list names the host of the URL, as curl reads NO_PROXY: `*` is every host, a name also
 * stands for the hosts below it (with or without a leading `.` or `*.`), `host:port` for one port only; addresses may
 * be CIDR blocks.
 */
export function isReachedDirectly(url: URL, noProxy: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const blocks = new BlockList();
  if (addBlock(blocks, entry.replace(/^\[(.*)\]$/, '$1'))) return isIP(host) !== 0 && holds(blocks, host);
  const [, name = entry, onlyPort] = /^(.*?):(\d+)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const suffix = name
    .replace(/^\*?\./, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return host === suffix || host.endsWith(`.${suffix}`);
}
