/** A real HTTP or HTTPS server on loopback that answers by script, goes wrong on command and records what it got. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { PATIENCE_MS } from './patience';

/** A request as it arrived. */
export interface Received {
  /** 1 for the first request, whatever connection it came over. */
  readonly number: number;
  readonly method: string;
  /** As on the request line: path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were written. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** `body` as UTF-8. */
  readonly text: string;
  /** Milliseconds since the epoch when its last byte had arrived. */
  readonly at: number;
  /** 1 for the first connection that carried a request. */
  readonly connection: number;
}

/** What can go wrong with an answer. */
export type Fault =
  | 'hang' // no answer ever
  | 'reset' // the connection breaks before the head
  | 'reset-after-head'
  | 'reset-mid-body' // after half of `body`
  | 'endless' // `body` again and again, as fast as it is read
  | 'drip'; // one byte of `body` every 10 ms, for ever

/** An answer. Status 200 and an empty body where nothing else is said. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** The answer is held back until this promise resolves. */
  readonly after?: Promise<unknown>;
  readonly fault?: Fault;
  /** Written to the socket byte for byte in place of an HTTP answer; then the connection ends. */
  readonly raw?: string | Buffer;
}

/** One answer for all, answers by request number (the last one stays), or a function of the request. */
export type Script = Answer | readonly Answer[] | ((request: Received) => Answer | Promise<Answer>);

export interface ReceiverOptions {
  /** Serve HTTPS with these options of node:tls. */
  readonly tls?: TlsOptions;
  /** Listen here instead of at any free port. */
  readonly port?: number;
  /** At another loopback address than 127.0.0.1. */
  readonly host?: string;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs?: number;
}

export interface Receiver {
  /** `http://127.0.0.1:<port>` without a slash at the end; `https://localhost:<port>` with TLS. */
  readonly url: string;
  readonly port: number;
  /** In order of arrival; it grows. */
  readonly requests: readonly Received[];
  /** Connections ever opened. */
  readonly connections: number;
  /** Requests being answered now, and the most there were at once. */
  readonly underWay: number;
  readonly mostUnderWay: number;
  /** Replaces the script for the requests to come. */
  answer(script: Script): void;
  /** True: every new connection is broken before it can carry a request. */
  resetConnections: boolean;
  /** Resolves with the requests once there are at least `count`; rejects when that takes longer than `withinMs`. */
  waitFor(count: number, withinMs?: number): Promise<readonly Received[]>;
  /** Breaks every connection that is open. */
  dropConnections(): void;
  /** Stops listening and breaks every connection. */
  close(): Promise<void>;
}

export async function startReceiver(script: Script = {}, options: ReceiverOptions = {}): Promise<Receiver> {
  const requests: Received[] = [];
  const sockets = new Set<Socket>();
  const numbers = new WeakMap<Socket, number>();
  const waiting = new Set<() => void>();
  let carrying = 0;
  let connections = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  let current = script;

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    const { socket } = incoming;
    if (!numbers.has(socket)) numbers.set(socket, ++carrying);
    underWay++;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    response.once('close', () => underWay--);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => {}); // the sender broke off; what had arrived whole is recorded
    incoming.on('end', async () => {
      const body = Buffer.concat(chunks);
      const received: Received = {
        number: requests.length + 1,
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        rawHeaders: incoming.rawHeaders,
        body,
        text: body.toString('utf8'),
        at: Date.now(),
        connection: numbers.get(socket) ?? 0,
      };
      requests.push(received);
      for (const check of waiting) check();
      const answer = await chooseAnswer(current, received);
      await answer.after;
      give(answer, response, socket);
    });
  };

  const server = options.tls ? createTlsServer(options.tls, onRequest) : createServer(onRequest);
  server.keepAliveTimeout = options.keepAliveTimeoutMs ?? 60_000;
  server.on(options.tls ? 'secureConnection' : 'connection', () => connections++);
  server.on('tlsClientError', () => {}); // the client's test says what the client saw
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (receiver.resetConnections) socket.resetAndDestroy();
  });

  const receiver: Receiver = {
    url: '',
    port: 0,
    requests,
    get connections() {
      return connections;
    },
    get underWay() {
      return underWay;
    },
    get mostUnderWay() {
      return mostUnderWay;
    },
    resetConnections: false,
    answer(next) {
      current = next;
    },
    waitFor(count, withinMs = PATIENCE_MS) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`The receiver got ${requests.length} of ${count} requests within ${withinMs} ms`));
        }, withinMs);
        const check = (): void => {
          if (requests.length < count) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(requests);
        };
        waiting.add(check);
        check();
      });
    },
    dropConnections() {
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return Object.defineProperties(receiver, {
    port: { value: port },
    url: { value: options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}` },
  });
}

async function chooseAnswer(script: Script, request: Received): Promise<Answer> {
  if (typeof script === 'function') return await script(request);
  if (!isList(script)) return script;
  return script[Math.min(request.number, script.length) - 1] ?? {};
}

function isList(script: Answer | readonly Answer[]): script is readonly Answer[] {
  return Array.isArray(script);
}

function give(answer: Answer, response: ServerResponse, socket: Socket): void {
  const body = Buffer.from(answer.body ?? '');
  if (answer.raw !== undefined) {
    socket.end(answer.raw);
    return;
  }
  if (answer.fault === 'hang') return;
  if (answer.fault === 'reset') {
    socket.resetAndDestroy();
    return;
  }
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  switch (answer.fault) {
    case undefined:
      response.end(body);
      return;
    case 'reset-after-head':
      response.flushHeaders();
      // The head must have left before the connection breaks, or it is lost with it.
      setTimeout(() => socket.resetAndDestroy(), 50);
      return;
    case 'reset-mid-body':
      response.setHeader('content-length', body.length);
      response.write(body.subarray(0, body.length >> 1));
      setTimeout(() => socket.resetAndDestroy(), 50);
      return;
    case 'endless':
      writeForEver(response, body.length > 0 ? body : Buffer.alloc(16_384, 'x'));
      return;
    case 'drip': {
      const drop = body.length > 0 ? body.subarray(0, 1) : '.';
      const timer = setInterval(() => response.write(drop), 10);
      response.once('close', () => clearInterval(timer));
      return;
    }
  }
}

function writeForEver(response: ServerResponse, chunk: Buffer): void {
  if (response.destroyed) return;
  if (response.write(chunk)) setImmediate(() => writeForEver(response, chunk));
  else response.once('drain', () => writeForEver(response, chunk));
}
