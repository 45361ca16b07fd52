/** The connections of one transport: a pool per origin, opened when needed and dropped when its last connection closes. */
import { buildConnector, Pool } from 'undici';
import { Remembered } from '../remembered';
import { AddressBlockedError } from './address-guard';
import type { Transport } from './http-client';
import { isReachedDirectly, proxyByScheme } from './no-proxy';
import { explainProxyError, type ForwardProxy, ProxyFailure, parseProxy, tunnelConnector } from './proxy';

/** Connecting is given this long at most; the whole exchange has its own limit. */
const CONNECT_TIMEOUT_MS = 10_000;

const DEFAULT_CONNECTIONS = 64;

/** How requests reach one origin. */
export interface Route {
  readonly pool: Pool;
  readonly connections: number;
  /** Set where a proxy forwards plain requests: it wants the whole URL on the request line, and these headers. */
  readonly forward: { readonly proxy: ForwardProxy; readonly headers: readonly string[] } | undefined;
}

export class Connections {
  readonly #transport: Transport;
  readonly #proxies = new Map<string, ForwardProxy & { readonly noProxy: readonly string[] }>();
  /** By origin: the proxy that makes the connection, if one does. */
  readonly #proxyTo = new Remembered<ForwardProxy | undefined>(256, (origin) => {
    const url = new URL(origin);
    const proxy = this.#proxies.get(url.protocol);
    return proxy && !isReachedDirectly(url, proxy.noProxy) ? proxy : undefined;
  });
  readonly #direct: buildConnector.connector;
  readonly #routes = new Map<string, Route>();
  readonly #open: Set<Connections>;

  /**
   * Throws a ProxyFailure where the proxy setting cannot be used.
   *
   * @param open holds this object as long as it has connections
   */
  constructor(transport: Transport, open: Set<Connections>) {
    this.#transport = transport;
    this.#open = open;
    for (const [scheme, setting] of Object.entries(proxyByScheme(transport))) {
      const parsed = parseProxy(setting);
      if ('message' in parsed) throw new ProxyFailure(parsed);
      this.#proxies.set(scheme, { ...parsed, noProxy: setting.noProxy ?? [] });
    }
    this.#direct = directConnector(transport);
  }

  isProxied(url: URL): boolean {
    return this.#proxies.size > 0 && this.#proxyTo.get(url.origin) !== undefined;
  }

  route(url: URL): Route {
    const known = this.#routes.get(url.origin);
    if (known) return known;
    const route = this.#newRoute(url);
    this.#routes.set(url.origin, route);
    this.#open.add(this);
    const dropWhenUnused = (): void => {
      const { connected, size } = route.pool.stats;
      if (connected > 0 || size > 0 || this.#routes.get(url.origin) !== route) return;
      this.#routes.delete(url.origin);
      if (this.#routes.size === 0) this.#open.delete(this);
      if (!route.pool.closed) void route.pool.close();
    };
    route.pool.on('disconnect', dropWhenUnused);
    route.pool.on('connectionError', dropWhenUnused);
    return route;
  }

  /** Closes what is idle; what is under way goes on. */
  closeIdle(): void {
    for (const { pool } of this.#routes.values()) if (!pool.closed) void pool.close();
  }

  /** Breaks off everything. */
  async destroy(): Promise<void> {
    const routes = [...this.#routes.values()];
    this.#routes.clear();
    this.#open.delete(this);
    await Promise.all(routes.map(({ pool }) => pool.destroy()));
  }

  #newRoute(url: URL): Route {
    const { connections = DEFAULT_CONNECTIONS } = this.#transport;
    const pool = (origin: string, connect: buildConnector.connector): Pool =>
      new Pool(origin, {
        connections,
        pipelining: 1,
        allowH2: false,
        // One limit for the whole exchange stands in for these two (see exchange.ts).
        headersTimeout: 0,
        bodyTimeout: 0,
        connect,
      });

    const proxy = this.#proxyTo.get(url.origin);
    if (!proxy) {
      return { pool: pool(url.origin, this.#direct), connections, forward: undefined };
    }
    if (url.protocol === 'https:') {
      const secure = secureConnector(this.#transport);
      const tunnel = tunnelConnector(proxy, { timeoutMs: CONNECT_TIMEOUT_MS, secure });
      return { pool: pool(url.origin, tunnel), connections, forward: undefined };
    }
    const toProxy = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
    const connect: buildConnector.connector = (target, callback) =>
      toProxy(target, (error, socket) =>
        error ? callback(explainProxyError(error, proxy), null) : callback(null, socket),
      );
    const headers = proxy.authorization ? ['proxy-authorization', proxy.authorization] : [];
    return { pool: pool(proxy.url.origin, connect), connections, forward: { proxy, headers } };
  }
}

/** Connects straight to the origin, under the eyes of the address guard. */
function directConnector(transport: Transport): buildConnector.connector {
  const { guard } = transport;
  const connect = secureConnector(transport);
  if (!guard) return connect;
  return (target, callback) =>
    connect(target, (error, socket) => {
      if (error) {
        callback(error, null);
        return;
      }
      // The answer of DNS was judged already; this is the address that the bytes really go to. A socket that was closed
      // again meanwhile has none.
      const { remoteAddress } = socket;
      const refusal = remoteAddress === undefined ? undefined : guard.judgeAddress(remoteAddress, target.hostname);
      if (remoteAddress !== undefined && refusal === undefined) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(refusal === undefined ? new ClosedAtOnce() : new AddressBlockedError(refusal), null);
    });
}

/** As the system reports it. An error of undici's own kind would make the pool connect again and again. */
class ClosedAtOnce extends Error {
  override readonly name = 'ClosedAtOnce';
  readonly code = 'ECONNRESET';
}

function secureConnector({ tls, guard, connected }: Transport): buildConnector.connector {
  // HTTP/1.1 is all that is spoken here, whatever a TLS setting offers.
  const { ALPNProtocols: _, ca, ...rest } = tls ?? {};
  const connect = buildConnector({
    ...rest,
    ...(ca !== undefined && { ca: typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca] }),
    ...(guard && { lookup: guard.lookup }),
    allowH2: false,
    timeout: CONNECT_TIMEOUT_MS,
  });
  // Without this, a Host header of the user would decide which name the certificate must bear.
  const { servername } = rest;
  return (target, callback) => {
    const { servername: _fromHostHeader, ...own } = target;
    connect(servername === undefined ? own : { ...own, servername }, (error, socket) => {
      if (error) {
        callback(error, null);
        return;
      }
      // With TLS 1.3 a receiver refuses a client certificate after the handshake, by an alert and a closed connection.
      // Unless the alert ends the socket, the client reports the closing only.
      if (target.protocol === 'https:') socket.on('error', (alert) => socket.destroy(alert));
      connected?.(socket);
      callback(null, socket);
    });
  };
}
