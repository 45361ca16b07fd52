/** How an endpoint is reached: Node-RED's own `tls-config` and `http proxy` nodes, and the proxies of its environment. */
import type { Problem } from '../../../src/errors';
import type { Transport } from '../../../src/http/http-client';
import { parseProxy } from '../../../src/http/proxy';
import { basicCredentials } from '../../../src/http/user-info';
import { endpoint } from '../../../src/sentences/endpoint';
import type { WebhookEndpointConfig } from '../../telephony-webhook-endpoint/config';
import type { Red } from '../red';
import { guardedTransports, type Transports } from './address-trust';
import { PROXY } from './network';

/** What we use of Node-RED's own nodes. */
interface TlsNode {
  /** False: its files could not be read. */
  readonly valid?: boolean;
  addTLSOptions(options: Record<string, unknown>): void;
}
interface ProxyNode {
  readonly url?: string;
  readonly noproxy?: readonly string[];
  readonly credentials?: { readonly username?: string; readonly password?: string };
}

export interface Connection {
  readonly transports: Transports;
  readonly hasProxy: boolean;
  /** One that is chosen and cannot be used is a problem: without it, requests would go out unproved or another way. */
  readonly problems: readonly Problem[];
  /** A node that is chosen is not there. */
  readonly isMissing: boolean;
}

export function connectionOf(red: Red, config: WebhookEndpointConfig): Connection {
  const problems: Problem[] = [];
  let isMissing = false;
  const chosen = (field: 'tls' | 'proxy'): unknown => {
    const id = config[field];
    const node = id ? (red.nodes as { getNode(id: string): unknown }).getNode(id) : undefined;
    if (id && !node) {
      isMissing = true;
      problems.push({ field, ...endpoint(`no-${field}`) });
    }
    return node ?? undefined;
  };
  const tls = tlsOf(chosen('tls') as TlsNode | undefined, problems);
  const chosenProxy = proxyOf(chosen('proxy') as ProxyNode | undefined, problems);
  const proxy = config.proxy ? chosenProxy : PROXY;
  const rest = { connections: config.concurrency, ...(tls && { tls }), ...(proxy && { proxy }) };
  return {
    transports: guardedTransports(rest, { policy: config.addressPolicy, allow: config.allow }),
    hasProxy: chosenProxy !== undefined,
    problems,
    isMissing,
  };
}

/**
 * The transport to another host than the receiver's: the name that a `tls-config` sets for the receiver's certificate is not
 * that host's.
 */
export function toOtherHost(transport: Transport, receiver: string, other: string): Transport {
  const hostOf = (url: string): string | undefined => URL.parse(url)?.hostname;
  if (transport.tls?.servername === undefined || hostOf(receiver) === hostOf(other)) return transport;
  const { servername: _, ...tls } = transport.tls;
  return { ...transport, tls };
}

function tlsOf(node: TlsNode | undefined, problems: Problem[]): Transport['tls'] {
  if (!node) return undefined;
  if (node.valid === false) problems.push({ field: 'tls', ...endpoint('tls-unreadable') });
  const options: Record<string, unknown> = {};
  node.addTLSOptions(options);
  return options;
}

function proxyOf(node: ProxyNode | undefined, problems: Problem[]): Transport['proxy'] {
  if (!node) return undefined;
  const { url = '', noproxy = [], credentials: { username = '', password = '' } = {} } = node;
  const proxy = {
    url: url.trim(),
    noProxy: noproxy,
    ...((username || password) && { authorization: basicCredentials(username, password) }),
  };
  const parsed = parseProxy(proxy);
  if ('message' in parsed) problems.push({ field: 'proxy', ...parsed });
  return proxy;
}
