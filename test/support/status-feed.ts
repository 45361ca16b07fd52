/** The statuses below nodes, heard over the WebSocket that the editor uses: also those from before it was opened. */
import { isJsonObject, type JsonObject } from '../../src/json';
import { PATIENCE_MS } from './patience';

export interface StatusFeed {
  /** Resolves with the status of a node once it is one that is wanted. */
  waitFor(nodeId: string, wanted: (status: JsonObject) => boolean, withinMs?: number): Promise<JsonObject>;
  close(): void;
}

/** `url`: of the editor, without a slash at the end. */
export async function openStatusFeed(url: string): Promise<StatusFeed> {
  const statuses = new Map<string, JsonObject>();
  const waiting = new Set<() => void>();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/comms`);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('Node-RED closed its /comms socket')), { once: true });
  });
  socket.addEventListener('message', ({ data }) => {
    const batch: unknown = JSON.parse(String(data));
    for (const item of Array.isArray(batch) ? batch : [batch]) {
      const [, nodeId] = /^status\/(.+)$/.exec(isJsonObject(item) ? String(item['topic']) : '') ?? [];
      if (nodeId !== undefined && isJsonObject(item['data'])) statuses.set(nodeId, item['data']);
    }
    for (const check of waiting) check();
  });
  socket.send(JSON.stringify({ subscribe: 'status/#' }));

  return {
    waitFor: (nodeId, wanted, withinMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(
            new Error(`The status of ${nodeId} stayed ${JSON.stringify(statuses.get(nodeId))} for ${withinMs} ms`),
          );
        }, withinMs);
        const check = (): void => {
          const status = statuses.get(nodeId);
          if (status === undefined || !wanted(status)) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(status);
        };
        waiting.add(check);
        check();
      }),
    close: () => socket.close(),
  };
}
