/** How a proxy is spoken to: a tunnel for https, plain forwarding for http. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { Sentence } from '../sentence';
import { wire } from '../sentences/wire';
import type { ProxySetting } from './http-client';
import { takeUserInfo } from './user-info';

/** What a connection through a proxy ends with when the proxy is to blame; the sentence is for the user. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';
  readonly code = 'PROXY_FAILURE';

  constructor(
    readonly sentence: Sentence,
    options?: ErrorOptions,
  ) {
    super(sentence.message, options);
  }
}

export interface ForwardProxy {
  readonly url: URL;
  /** `host:port`, for sentences. */
  readonly name: string;
  /** Value of Proxy-Authorization. Undefined: the proxy asks for none. */
  readonly authorization: string | undefined;
}

/** Reads a proxy setting. A sentence: what is wrong with it. */
export function parseProxy(setting: ProxySetting): ForwardProxy | Sentence {
  // As Node-RED's own nodes do: without a scheme it is the usual one.
  const address = setting.url.includes('://') ? setting.url : `http://${setting.url}`;
  if (!URL.canParse(address)) return wire('proxy-address');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return wire('proxy-scheme', { scheme: url.protocol });
  const name = `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  const authorization = setting.authorization ?? takeUserInfo(address).authorization;
  return { url, name, authorization };
}

/** Connects to an https origin through a tunnel (CONNECT, RFC 9110 section 9.3.6). */
export function tunnelConnector(
  proxy: ForwardProxy,
  options: { readonly timeoutMs: number; readonly secure: buildConnector.connector },
): buildConnector.connector {
  const send = proxy.url.protocol === 'https:' ? httpsRequest : httpRequest;
  return (target, callback) => {
    const authority = `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${target.port || '443'}`;
    const request = send(proxy.url.origin, {
      method: 'CONNECT',
      path: authority,
      agent: false,
      timeout: options.timeoutMs,
      headers: { host: authority, ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }) },
    });
    request.once('timeout', () =>
      request.destroy(
        new ProxyFailure(wire('proxy-silent', { proxy: proxy.name, within: `${options.timeoutMs / 1000} s` })),
      ),
    );
    request.once('error', (error) => callback(explainProxyError(error, proxy), null));
    request.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      const refusal = explainProxyStatus(response.statusCode ?? 0, proxy, authority);
      if (refusal) {
        socket.destroy();
        callback(refusal, null);
        return;
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      try {
        options.secure({ ...target, httpSocket: socket }, callback);
      } catch (error) {
        // A certificate or key that cannot be read; directly connected, the pool would catch it.
        socket.destroy();
        callback(error as Error, null);
      }
    });
    request.end();
  };
}

/** Undefined: the proxy agreed. */
function explainProxyStatus(status: number, proxy: ForwardProxy, authority: string): ProxyFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 407) return proxyWantsAccount(proxy);
  return new ProxyFailure(wire('proxy-refused', { proxy: proxy.name, at: authority, status }));
}

/** What status 407 means. */
export function proxyWantsAccount(proxy: ForwardProxy): ProxyFailure {
  return new ProxyFailure(wire('proxy-account', { proxy: proxy.name }));
}

/** What became of the connection to the proxy itself. */
export function explainProxyError(error: Error & { code?: string }, proxy: ForwardProxy): ProxyFailure {
  if (error instanceof ProxyFailure) return error;
  const reason = error.code === 'ECONNREFUSED' ? wire('connection-refused') : (error.code ?? error.message);
  return new ProxyFailure(wire('proxy-unreachable', { proxy: proxy.name, reason }), { cause: error });
}
