/** Which hosts are reached without the proxy. */
import { BlockList, isIP } from 'node:net';
import type { Transport } from './http-client';
import { addBlock, holds } from './ip-address';

/** True where a proxy makes the connection, which this side then cannot judge. */
export function isProxied({ proxy }: Pick<Transport, 'proxy'>, url: URL): boolean {
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
