/**
 * Stands between Node-RED and itself: passes every request on and notes, byte for byte, what was asked and answered.
 * So a receiver that lives in a flow does its own work, and a test still sees what was on the wire.
 */
import { request as httpRequest } from 'node:http';
import { PATIENCE_MS } from './patience';
import { type Answer, type Received, startReceiver } from './receiver';

export interface Exchange {
  readonly request: Received;
  readonly status: number;
  /** The body of the answer. */
  readonly answer: string;
}

export interface Relay {
  /** Without a slash at the end. */
  readonly url: string;
  /** The exchanges of a path (without its query), in order of arrival of the requests. */
  at(path: string): readonly Exchange[];
  /** Resolves once a path has had `count` exchanges. */
  waitFor(path: string, count: number, withinMs?: number): Promise<readonly Exchange[]>;
  /** The next request to this path is answered so, and not passed on. */
  answerOnce(path: string, answer: Answer): void;
  /** The next request to this path is passed on at once, and its answer when this promise has resolved. */
  holdOnce(path: string, until: Promise<unknown>): void;
  /** Passes on to this address from now on. */
  passTo(url: string): void;
  close(): Promise<void>;
}

export async function startRelay(): Promise<Relay> {
  const exchanges: Exchange[] = [];
  const waiting = new Set<() => void>();
  const scripted = new Map<string, Answer>();
  const held = new Map<string, Promise<unknown>>();
  let target = '';

  const receiver = await startReceiver(async (request) => {
    const path = pathOf(request);
    const own = scripted.get(path);
    scripted.delete(path);
    const after = held.get(path);
    held.delete(path);
    const answer = own ?? (await passOn(target, request));
    exchanges.push({ request, status: answer.status ?? 200, answer: String(answer.body ?? '') });
    exchanges.sort((one, other) => one.request.number - other.request.number);
    for (const check of waiting) check();
    return after === undefined ? answer : { ...answer, after };
  });
  const at = (path: string): readonly Exchange[] => exchanges.filter(({ request }) => pathOf(request) === path);

  return {
    url: receiver.url,
    at,
    waitFor: (path, count, withinMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`${path} had ${at(path).length} of ${count} requests within ${withinMs} ms`));
        }, withinMs);
        const check = (): void => {
          if (at(path).length < count) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(at(path));
        };
        waiting.add(check);
        check();
      }),
    answerOnce: (path, answer) => scripted.set(path, answer),
    holdOnce: (path, until) => held.set(path, until),
    passTo(url) {
      target = url;
    },
    close: () => receiver.close(),
  };
}

function pathOf({ url }: Received): string {
  return url.replace(/\?.*$/, '');
}

function passOn(target: string, { method, url, rawHeaders, body }: Received): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = rawHeaders.filter((_, index) => !/^(?:host|connection)$/i.test(rawHeaders[index & ~1] ?? ''));
    const outgoing = httpRequest(`${target}${url}`, { method, headers: pairs(headers), agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const type = incoming.headers['content-type'];
        resolve({
          status: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks),
          headers: type === undefined ? {} : { 'content-type': type },
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function pairs(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < flat.length; index += 2) headers[flat[index] ?? ''] = flat[index + 1] ?? '';
  return headers;
}
