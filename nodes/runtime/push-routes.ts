/**
 * The HTTP paths on which providers call us. Bodies are captured raw, ahead of Node-RED's own body parsers (with default
 * roots the admin app has parsed JSON and forms before any route of a pack runs, and a signature over the raw body could
 * not be checked any more); the answer is given on the normal `httpNode` route, behind the user's own authentication.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Red } from './red';

/** A provider's call, whole. */
export interface PushedRequest {
  readonly method: string;
  /** What follows the registered path, as it was sent: empty, or `/77`. */
  readonly subPath: string;
  readonly query: URLSearchParams;
  /** Path and query as they were sent. */
  readonly target: string;
  /** It came by TLS. */
  readonly isEncrypted: boolean;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body was longer than the limit; `body` is empty. */
  readonly tooLarge: boolean;
  readonly remoteAddress: string;
}

export interface PushAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type PushHandler = (request: PushedRequest) => Promise<PushAnswer>;

type Next = (error?: unknown) => void;
type Middleware = (request: PushRequest, response: ServerResponse, next: Next) => void;
interface PushRequest extends IncomingMessage {
  originalUrl?: string;
  _body?: boolean;
  body?: unknown;
  [CAPTURED]?: { body: Buffer; tooLarge: boolean };
}
/** What we need of an Express application; Express 5 renamed `_router`. */
interface Application {
  parent?: Application;
  use(handler: Middleware): void;
  path(): string;
  _router?: { stack: { handle: unknown }[] };
  router?: { stack: { handle: unknown }[] };
}

const CAPTURED = Symbol('raw body');
const LIMIT_BYTES = 1024 * 1024;
/** A body over the limit is read to its end up to here, so that the sender hears our answer instead of a reset. */
const DRAIN_BYTES = 16 * 1024 * 1024;

const handlers = new Map<string, PushHandler>();
const prepared = new WeakSet<object>();

/** `/hooks//crm/` → `/hooks/crm`: what two paths are compared by. */
export function normalPath(path: string): string {
  return `/${path}`.replace(/\/{2,}/g, '/').replace(/\/$/, '') || '/';
}

/** Listens on a path and below it. Answers how to stop, or undefined where the path is taken. */
export function listen(red: Red, path: string, handler: PushHandler): (() => void) | undefined {
  const app = red.httpNode as unknown as Application;
  const key = normalPath(path);
  if (handlers.has(key)) return undefined;
  prepare(app, red);
  handlers.set(key, handler);
  return () => {
    if (handlers.get(key) === handler) handlers.delete(key);
  };
}

/** The address of a path as the user must give it to the provider, without host. */
export function publicPath(red: Red, path: string): string {
  return normalPath(mountPath(red) + normalPath(path));
}

function mountPath(red: Red): string {
  const app = red.httpNode as unknown as Application;
  return typeof app.path === 'function' ? app.path() : '';
}

/** The source that listens on a path or above it, at most this many levels: `<path>/<webhookId>/<trigger>`. */
const LEVELS = 2;

function find(pathname: string): { handler: PushHandler; subPath: string } | undefined {
  const path = normalPath(pathname);
  let end = path.length;
  for (let level = 0; level <= LEVELS && end >= 0; level++) {
    const handler = handlers.get(path.slice(0, end) || '/');
    if (handler) return { handler, subPath: path.slice(end) };
    end = path.lastIndexOf('/', end - 1);
  }
  return undefined;
}

function prepare(app: Application, red: Red): void {
  if (prepared.has(app)) return;
  prepared.add(app);
  let root = app;
  while (root.parent) root = root.parent;
  const capture: Middleware = (request, _response, next) => {
    const pathname = pathOf(request.url);
    const mount = normalPath(mountPath(red));
    const below =
      mount === '/' ? pathname : pathname.startsWith(`${mount}/`) ? pathname.slice(mount.length) : undefined;
    if (below === undefined || !find(below)) return next();
    read(request).then((captured) => {
      request[CAPTURED] = captured;
      request._body = true; // body parsers leave it alone
      next();
    }, next);
  };
  if (root !== app) {
    root.use(capture);
    const stack = (root._router ?? root.router)?.stack;
    const index = stack?.findIndex((layer) => layer.handle === capture) ?? -1;
    if (stack && index > 0) stack.unshift(...stack.splice(index, 1));
  }
  app.use((request, response, next) => {
    const found = find(pathOf(request.url));
    if (!found) return next();
    answer(found, request, response).catch(next);
  });
}

function pathOf(url: string | undefined): string {
  return (url ?? '/').split('?', 1)[0] ?? '/';
}

async function answer(
  found: { handler: PushHandler; subPath: string },
  request: PushRequest,
  response: ServerResponse,
): Promise<void> {
  const captured = request[CAPTURED] ?? (await read(request));
  const target = request.originalUrl ?? request.url ?? '';
  const { status, body, headers } = await found.handler({
    method: request.method ?? 'GET',
    subPath: found.subPath,
    query: new URLSearchParams(target.split('?').slice(1).join('?')),
    target,
    isEncrypted: 'encrypted' in request.socket,
    headers: request.headers,
    body: captured.body,
    tooLarge: captured.tooLarge,
    remoteAddress: request.socket.remoteAddress ?? '',
  });
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    ...(captured.tooLarge ? { Connection: 'close' } : {}),
    ...headers,
  });
  response.end(body);
}

/** Reads a body up to the limit; beyond it the rest is drained, bounded, so that the sender hears our answer. */
function read(request: IncomingMessage): Promise<{ body: Buffer; tooLarge: boolean }> {
  if (request.readableEnded) return Promise.resolve({ body: Buffer.alloc(0), tooLarge: false });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (): void => {
      const tooLarge = bytes > LIMIT_BYTES;
      resolve({ body: tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), tooLarge });
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LIMIT_BYTES) chunks.push(chunk);
      else if (bytes > DRAIN_BYTES) {
        request.pause();
        settle();
      } else chunks.length = 0;
    });
    request.on('end', settle);
    request.on('error', reject);
  });
}
