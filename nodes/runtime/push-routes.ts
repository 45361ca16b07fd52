/**
 * The HTTP paths on which providers call us. Bodies are captured raw, ahead of Node-RED's own body parsers (with default
 * roots the admin app has parsed JSON and forms before any route of a pack runs, and a signature over the raw body could
 * not be checked any more); the answer is given on the normal `httpNode` route, behind the user's own authentication.
 *
 * A deploy takes no path away: many providers never call twice. Until the flows run again a source that was closed to be
 * replaced goes on taking what comes, and a call for one that was removed waits for whoever may have its path next.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../src/clock';
import { UserError } from '../../src/errors';
import type { Sentence } from '../../src/sentence';
import { source } from '../../src/sentences/source';
import type { PushHandler } from '../../src/sources/http-push/pushed-request';
import { onFlows } from './flow-moments';
import type { Red } from './red';

type Next = (error?: unknown) => void;
type Middleware = (request: PushRequest, response: ServerResponse, next: Next) => void;
interface PushRequest extends IncomingMessage {
  originalUrl?: string;
  _body?: boolean;
  body?: unknown;
  [CAPTURED]?: Captured;
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

/** Node-RED gives the nodes of a deploy 15 s to close. Flows that are still down then were stopped by someone. */
const DEPLOY_MS = 20_000;
/** Longer than most deploys, shorter than most providers wait for an answer. */
const HOLD_MS = 5_000;

/** Who answers on a path. */
interface Route {
  readonly handler: PushHandler;
  /** Since when its source is closed, and whether for good. Undefined: it listens. */
  closed: { readonly atMs: number; readonly removed: boolean } | undefined;
}

const routes = new Map<string, Route>();
const prepared = new WeakSet<object>();

/** `/hooks//crm/` → `/hooks/crm`: what two paths are compared by. */
export function normalPath(path: string): string {
  return `/${path}`.replace(/\/{2,}/g, '/').replace(/\/$/, '') || '/';
}

/** See `Listen`: takes calls of a path and below it. */
export function listen(red: Red, path: string, handler: PushHandler): (removed: boolean) => void {
  const { httpNodeRoot } = red.settings as { readonly httpNodeRoot?: unknown };
  if (httpNodeRoot === false || !red.httpNode) {
    throw wrongPath(source('no-http'));
  }
  // As it arrives: percent-encoded.
  const key = new URL(normalPath(path), 'http://localhost').pathname;
  const known = routes.get(key);
  if (known && !known.closed) throw wrongPath(source('path-used', { path: publicPath(red, path) }));
  prepare(red.httpNode as unknown as Application, red);
  const route: Route = { handler, closed: undefined };
  routes.set(key, route);
  return (removed) => {
    route.closed = { atMs: systemClock.now(), removed };
  };
}

function wrongPath(why: Sentence): UserError {
  return new UserError('path', why, { field: 'path' });
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

function find(pathname: string): { route: Route; subPath: string } | undefined {
  const path = normalPath(pathname);
  let end = path.length;
  for (let level = 0; level <= LEVELS && end >= 0; level++) {
    const route = routes.get(path.slice(0, end) || '/');
    if (route) return { route, subPath: path.slice(end) };
    end = path.lastIndexOf('/', end - 1);
  }
  return undefined;
}

function prepare(app: Application, red: Red): void {
  if (prepared.has(app)) return;
  prepared.add(app);
  onFlows(red, {
    started: () => {
      for (const [key, { closed }] of routes) if (closed) routes.delete(key);
    },
  });
  let root = app;
  while (root.parent) root = root.parent;
  const capture: Middleware = (request, _response, next) => {
    const pathname = pathOf(request.url);
    const mount = normalPath(mountPath(red));
    const below =
      mount === '/' ? pathname : pathname.startsWith(`${mount}/`) ? pathname.slice(mount.length) : undefined;
    if (below === undefined || !find(below)) return next();
    read(request).then((captured) => {
      if (!captured) return;
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
    const pathname = pathOf(request.url);
    if (!find(pathname)) return next();
    answer(red, pathname, request, response, next).catch(next);
  });
}

function pathOf(url: string | undefined): string {
  return (url ?? '/').split('?', 1)[0] ?? '/';
}

async function answer(
  red: Red,
  pathname: string,
  request: PushRequest,
  response: ServerResponse,
  next: Next,
): Promise<void> {
  const captured = request[CAPTURED] ?? (await read(request));
  if (!captured) return;
  const closed = find(pathname)?.route.closed;
  if (closed?.removed) await flowsRun(red, closed.atMs + HOLD_MS - systemClock.now());
  const found = find(pathname);
  if (!found) return next();
  const target = request.originalUrl ?? request.url ?? '';
  const { status, body, headers } = await handlerOf(found.route)({
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
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    ...(captured.tooLarge ? { Connection: 'close' } : {}),
    ...headers,
  });
  response.end(body);
}

function handlerOf({ handler, closed }: Route): PushHandler {
  const accepts = !closed || (!closed.removed && systemClock.now() < closed.atMs + DEPLOY_MS);
  return accepts ? handler : notNow;
}

const notNow: PushHandler = async () => ({
  status: 503,
  body: JSON.stringify({ error: 'The flows do not run just now; send it again.' }),
  headers: { 'Retry-After': '5' },
});

/** Resolves when the flows have started, at the latest after so long. */
function flowsRun(red: Red, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      stop();
      timer.cancel();
      resolve();
    };
    const stop = onFlows(red, { started: finish });
    const timer = systemClock.after(Math.max(0, withinMs), finish);
  });
}

interface Captured {
  readonly body: Buffer;
  readonly tooLarge: boolean;
}

/**
 * Reads a body up to the limit; beyond it the rest is drained, bounded, so that the sender hears our answer. Undefined: the
 * sender hung up before its end, so there is nobody to answer.
 */
function read(request: IncomingMessage): Promise<Captured | undefined> {
  if (request.readableEnded) return Promise.resolve({ body: Buffer.alloc(0), tooLarge: false });
  return new Promise((resolve) => {
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
    request.on('error', () => resolve(undefined));
  });
}
