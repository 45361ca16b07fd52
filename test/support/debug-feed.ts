/** What a user sees in the debug sidebar, heard over the same WebSocket that the editor uses. */
import { isJsonObject, type JsonObject } from '../../src/json';
import { PATIENCE_MS } from './patience';

export interface DebugFeed {
  /** Resolves with what one debug node has shown, once that is at least `count` messages. Objects come parsed. */
  waitFor(nodeId: string, count: number, withinMs?: number): Promise<readonly unknown[]>;
  /** Errors and warnings that nodes reported, as `node name: text`. */
  readonly complaints: readonly string[];
  close(): void;
}

/** `url`: of the editor, without a slash at the end. */
export async function openDebugFeed(url: string): Promise<DebugFeed> {
  const shown = new Map<string, unknown[]>();
  const complaints: string[] = [];
  const waiting = new Set<() => void>();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/comms`);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('Node-RED closed its /comms socket')), { once: true });
  });
  socket.send(JSON.stringify({ subscribe: 'debug' }));
  socket.addEventListener('message', ({ data }) => {
    const batch: unknown = JSON.parse(String(data));
    for (const item of Array.isArray(batch) ? batch : [batch]) {
      if (isJsonObject(item) && item['topic'] === 'debug' && isJsonObject(item['data'])) note(item['data']);
    }
    for (const check of waiting) check();
  });

  function note(entry: JsonObject): void {
    const { id, level, msg, format, name } = entry;
    if (typeof level === 'number') {
      complaints.push(`${name}: ${msg}`);
      return;
    }
    const value: unknown = /^(?:Object|error|array)/i.test(String(format)) ? JSON.parse(String(msg)) : msg;
    shown.set(String(id), [...(shown.get(String(id)) ?? []), value]);
  }

  return {
    complaints,
    waitFor: (nodeId, count, withinMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          const had = shown.get(nodeId)?.length ?? 0;
          reject(new Error(`The debug node ${nodeId} showed ${had} of ${count} messages within ${withinMs} ms`));
        }, withinMs);
        const check = (): void => {
          const values = shown.get(nodeId) ?? [];
          if (values.length < count) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(values);
        };
        waiting.add(check);
        check();
      }),
    close: () => socket.close(),
  };
}
