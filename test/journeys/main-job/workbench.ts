/** A real Node-RED, a receiver and the shortest flow between them: source → event in → template → webhook out. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import { type DebugFeed, openDebugFeed } from '../../support/debug-feed';
import { type FlowNode, type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../../support/node-red-process';
import { askUntil, PATIENCE_MS } from '../../support/patience';
import { type Received, type Receiver, startReceiver } from '../../support/receiver';

/** What differs from a flow of new nodes; each is mixed into the node's saved properties. */
export interface Line {
  readonly source?: JsonObject;
  readonly events?: JsonObject;
  /** Undefined: no template; the events are only shown. */
  readonly template?: JsonObject;
  readonly out?: JsonObject;
}

export interface Pushed {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export class Workbench {
  private running: { red: NodeRedProcess; receiver: Receiver; debug: DebugFeed } | undefined;

  constructor(private readonly version: NodeRedVersion) {}

  async start(): Promise<void> {
    const receiver = await startReceiver();
    const red = await startNodeRed({ version: this.version, flows: [], env: { MAIN_JOB_TENANT: 'north' } });
    this.running = { red, receiver, debug: await openDebugFeed(red.url) };
  }

  async stop(): Promise<void> {
    const { red, receiver, debug } = this.parts();
    debug.close();
    await red.stop();
    await receiver.close();
  }

  get red(): NodeRedProcess {
    return this.parts().red;
  }

  get receiver(): Receiver {
    return this.parts().receiver;
  }

  /** Replaces all flows. The name of a line is the path of its source (`/in/<name>`) and of its receiver (`/out/<name>`). */
  async deploy(lines: Readonly<Record<string, Line>>, more: readonly FlowNode[] = []): Promise<void> {
    const flows = Object.entries(lines).flatMap(([name, line]) => nodesOf(name, line, this.receiver.url));
    await this.red.deploy([{ id: 'tab', type: 'tab', label: 'main job' }, ...flows, ...more]);
  }

  /** Calls a source as a provider does. */
  async push(target: string, init: RequestInit = {}): Promise<Pushed> {
    return pushed(await this.red.api(`/in/${target}`, init));
  }

  /** As `pushJson`, by a provider that sends again what was answered 503: flows may be down for longer than a call waits for them. */
  async pushUntilTaken(target: string, body: JsonObject): Promise<Pushed> {
    for (;;) {
      const answer = await this.pushJson(target, body);
      if (answer.status !== 503) return answer;
    }
  }

  pushJson(target: string, body: JsonObject, init: RequestInit = {}): Promise<Pushed> {
    return this.push(target, {
      method: 'POST',
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers },
      body: JSON.stringify(body),
    });
  }

  /** What has arrived for a line, once that is at least `count` requests. */
  async received(name: string, count: number): Promise<readonly Received[]> {
    for (;;) {
      const all = this.receiver.requests.length;
      const own = this.receiver.requests.filter(({ url }) => new RegExp(`^/out/${name}(?![\\w-])`).test(url));
      if (own.length >= count) return own;
      await this.receiver.waitFor(all + 1).catch((error: Error) => {
        throw new Error(`${name}: ${own.length} of ${count}. ${error.message}`);
      });
    }
  }

  /** The only request that a line has made. */
  async only(name: string): Promise<Received> {
    const [request, ...others] = await this.received(name, 1);
    assert.ok(request);
    assert.equal(others.length, 0, `${name} sent more than one request`);
    return request;
  }

  /** The messages that left the event node of a line. */
  heard(name: string, count: number): Promise<readonly JsonObject[]> {
    return this.shown(`shown-${name}`, count);
  }

  /** The messages of the Catch node of a line. */
  caught(name: string, count: number): Promise<readonly JsonObject[]> {
    return this.shown(`caught-${name}`, count);
  }

  /** The status that the editor shows below a node, once its text matches. */
  async status(nodeId: string, text = /(?:)/): Promise<JsonObject> {
    const socket = new WebSocket(`${this.red.url.replace('http', 'ws')}/comms`);
    try {
      return await new Promise<JsonObject>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${nodeId} shows no status`)), PATIENCE_MS);
        socket.addEventListener('open', () => socket.send(JSON.stringify({ subscribe: 'status/#' })));
        socket.addEventListener('message', ({ data }) => {
          const batch: unknown = JSON.parse(String(data));
          for (const item of Array.isArray(batch) ? batch : [batch]) {
            if (!isJsonObject(item) || item['topic'] !== `status/${nodeId}` || !isJsonObject(item['data'])) continue;
            if (!text.test(String(item['data']['text'] ?? ''))) continue;
            clearTimeout(timer);
            resolve(item['data']);
          }
        });
      });
    } finally {
      socket.close();
    }
  }

  /** Deliveries in the log that match, newest first, once there are at least `count`. */
  async logged(filter: Readonly<Record<string, string>>, count = 1): Promise<readonly JsonObject[]> {
    const query = new URLSearchParams(filter);
    const { deliveries } = await askUntil(
      () => this.red.get<{ deliveries: JsonObject[] }>(`/telephony-webhooks/deliveries?${query}`),
      (page) => page.deliveries.length >= count,
      (page) => `The log holds ${page.deliveries.length} of ${count} (${query})`,
    );
    return deliveries;
  }

  /** A request to the admin API with a JSON body. */
  async admin(path: string, body: JsonObject): Promise<Pushed> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return pushed(await this.red.api(`/telephony-webhooks/${path}`, init));
  }

  private async shown(nodeId: string, count: number): Promise<readonly JsonObject[]> {
    return (await this.parts().debug.waitFor(nodeId, count)).filter(isJsonObject);
  }

  private parts(): { red: NodeRedProcess; receiver: Receiver; debug: DebugFeed } {
    assert.ok(this.running, 'the workbench has not started');
    return this.running;
  }
}

async function pushed(response: Response): Promise<Pushed> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

/** The nodes of a line, named by what they are and the line's name: `source-…`, `events-…`, `template-…`, `out-…`. */
export function nodesOf(name: string, { source, events, template, out }: Line, receiver: string): FlowNode[] {
  const z = 'tab';
  const debug = { z, type: 'debug', active: true, tosidebar: true, complete: 'true', targetType: 'full', wires: [] };
  const next = template ? [`template-${name}`] : [];
  return [
    { id: `source-${name}`, type: 'telephony-source', name, kind: 'http-push', path: `/in/${name}`, ...source },
    {
      id: `events-${name}`,
      z,
      type: 'telephony-event-in',
      source: `source-${name}`,
      events: ['*'],
      ...events,
      wires: [[`shown-${name}`, ...next]],
    },
    { ...debug, id: `shown-${name}` },
    ...(template
      ? [
          {
            id: `template-${name}`,
            z,
            type: 'telephony-webhook-template',
            name,
            url: `${receiver}/out/${name}`,
            ...template,
            wires: [[`out-${name}`]],
          },
          { id: `out-${name}`, z, type: 'telephony-webhook-out', name, ...out, wires: [[], []] },
          { id: `catch-${name}`, z, type: 'catch', scope: [`template-${name}`], wires: [[`caught-${name}`]] },
          { ...debug, id: `caught-${name}` },
        ]
      : []),
  ];
}
