/** The HTTP client on undici: pools that are kept alive, one exchange a request, every outcome a value. */
import { type Clock, systemClock } from '../clock';
import type { Sentence } from '../sentence';
import { wire } from '../sentences/wire';
import type { Cancellation } from './cancellation';
import { Connections, type Route } from './connections';
import { Exchange } from './exchange';
import type { HttpClient, OutgoingRequest, Transport, WireFailure, WireResult } from './http-client';
import { ProxyFailure, proxyWantsAccount } from './proxy';
import { prepareHead, type RequestHead } from './request-head';
import { hostAndPort } from './wire-failure';

const PLAIN: Transport = {};

export interface UndiciClientOptions {
  readonly clock?: Clock;
  /** Sent where a request has no User-Agent of its own. */
  readonly userAgent?: string;
}

export class UndiciClient implements HttpClient {
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #byTransport = new WeakMap<Transport, Connections | ProxyFailure>();
  readonly #open = new Set<Connections>();
  /** A number, since a set that so many short-lived objects pass through keeps the garbage collector busy. */
  #underWay = 0;
  #closed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: UndiciClientOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#userAgent = options.userAgent ?? 'node-red-telephony-webhooks';
  }

  send(request: OutgoingRequest, cancellation?: Cancellation): Promise<WireResult> {
    const head = prepareHead(request, this.#userAgent);
    if ('message' in head) return failed('request', head);
    if (this.#closed || cancellation?.isCancelled) {
      return failed('reset', wire('ended-before', { at: hostAndPort(head.url) }));
    }
    const transport = request.transport ?? PLAIN;
    const connections = this.#connectionsOf(transport);
    if (connections instanceof ProxyFailure) return failed('proxy', connections.sentence);
    const refusal = transport.guard?.judgeHost(head.url.hostname, connections.isProxied(head.url));
    if (refusal !== undefined) return failed('address-blocked', refusal);
    return this.#exchange(head, request, connections.route(head.url), cancellation);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const connections of this.#open) connections.closeIdle();
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await Promise.all([...this.#open].map((connections) => connections.destroy()));
  }

  #exchange(
    head: RequestHead,
    request: OutgoingRequest,
    route: Route,
    cancellation?: Cancellation,
  ): Promise<WireResult> {
    const { forward, pool } = route;
    return new Promise((resolve) => {
      const exchange = new Exchange({
        url: head.url,
        timeoutMs: request.timeoutMs,
        clock: this.#clock,
        isCrowded: () => pool.stats.running >= route.connections,
        onEnd: (result) => {
          this.#underWay--;
          if (this.#underWay === 0) this.#onIdle?.();
          // A 407 comes from the proxy only: receivers have no such status.
          if (forward && result.kind === 'response' && result.statusCode === 407) {
            const { sentence } = proxyWantsAccount(forward.proxy);
            resolve({ kind: 'failure', failure: 'proxy', ...sentence, durationMs: result.durationMs });
          } else resolve(result);
        },
      });
      this.#underWay++;
      cancellation?.aimAt(exchange);
      pool.dispatch(
        {
          path: forward ? head.url.origin + head.path : head.path,
          method: head.method as 'POST',
          headers: forward ? forwardedHeaders(head, forward.headers) : head.headers,
          body: request.body,
        },
        exchange,
      );
    });
  }

  #connectionsOf(transport: Transport): Connections | ProxyFailure {
    const known = this.#byTransport.get(transport);
    if (known) return known;
    const connections = openConnections(transport, this.#open);
    this.#byTransport.set(transport, connections);
    return connections;
  }
}

function openConnections(transport: Transport, open: Set<Connections>): Connections | ProxyFailure {
  try {
    return new Connections(transport, open);
  } catch (error) {
    if (error instanceof ProxyFailure) return error;
    throw error;
  }
}

function forwardedHeaders(head: RequestHead, added: readonly string[]): string[] {
  const headers = [...head.headers, ...added];
  // The pool would name the proxy as host.
  const hasHost = head.headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (!hasHost) headers.unshift('host', head.url.host);
  return headers;
}

function failed(failure: WireFailure, why: Sentence): Promise<WireResult> {
  return Promise.resolve({ kind: 'failure', failure, ...why, durationMs: 0 });
}
