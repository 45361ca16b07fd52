/**
 * The built pack inside the Node-RED that `NODE_RED` names (`node-red`, else `node-red-4`), with the test helper: quick,
 * but without HTTP roots and words. What needs those runs a real process (node-red-process.ts).
 */
import { type EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import helper from 'node-red-node-test-helper';
import type * as Stores from '../../nodes/runtime/stores/stores';
import type { Clock } from '../../src/clock';

export const packRoot = join(__dirname, '..', '..');
const nodeRed = process.env['NODE_RED'] ?? 'node-red';
helper.init(require.resolve(nodeRed));
// All that is sent stays on this machine, whatever proxy this machine has.
process.env['no_proxy'] = '*';

const TYPES = [
  'telephony-source',
  'telephony-webhook-endpoint',
  'telephony-delivery-store',
  'telephony-event-in',
  'telephony-webhook-template',
  'telephony-webhook-out',
  'telephony-webhook-retry',
  'telephony-deliveries',
];

export type FlowNode = { id: string; type: string; wires?: string[][] } & Record<string, unknown>;
export type TestMessage = Record<string, unknown> & { payload?: unknown };

interface RunningNode {
  receive(message: object): void;
  send(message: object): void;
  on(event: string, listener: (...args: never[]) => void): void;
}

/** A module as Node-RED loads it: the compiled one, of which there is one instance. */
export function built<Module>(path: string): Module {
  return require(join(packRoot, 'dist', path)) as Module;
}

/** A node of Node-RED's own, such as `common/25-catch`, of the version under test. */
export function coreNode(path: string): unknown {
  const paths = [dirname(require.resolve(`${nodeRed}/package.json`))];
  return require(require.resolve(`@node-red/nodes/core/${path}.js`, { paths }));
}

let userDir = '';

/** Deploys a flow. Every test has its own user directory, so its own embedded store. */
export async function deploy(
  flow: readonly FlowNode[],
  credentials: Record<string, Record<string, string>> = {},
  coreNodes: readonly string[] = [],
): Promise<void> {
  userDir = mkdtempSync(join(tmpdir(), 'telephony-webhooks-'));
  helper.settings({ userDir, logging: { console: { level: 'off' } } } as never);
  await new Promise<void>((resolve, reject) => {
    helper.startServer((error?: Error) => (error ? reject(error) : resolve()));
  });
  const own = TYPES.map((type) => built<unknown>(`nodes/${type}/${type}.js`));
  const modules = [...coreNodes.map(coreNode), ...own];
  await helper.load(modules as never, structuredClone(flow) as never, credentials as never);
}

/** The parts of Node-RED under the helper. Its own `setFlows` waits no longer than 300 ms for the flows to start, which read a file before. */
const runtime = helper as unknown as {
  readonly _events: EventEmitter;
  readonly _redNodes: { setFlows(flow: unknown, credentials: object, type: 'nodes'): Promise<unknown> };
};

/** Deploys a changed flow: nodes that it leaves out are removed, those that are the same go on. */
export async function redeploy(flow: readonly FlowNode[]): Promise<void> {
  const started = once(runtime._events, 'flows:started');
  await runtime._redNodes.setFlows(structuredClone(flow), {}, 'nodes');
  await started;
}

/** Takes the flow down, with all its nodes. */
export async function undeploy(): Promise<void> {
  await helper.unload();
  await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
  const { closeStores, openStores } = built<typeof Stores>('nodes/runtime/stores/stores.js');
  await openStores(); // one that is still being opened makes files in the folder that is removed
  await closeStores();
  rmSync(userDir, { recursive: true, force: true });
}

export function node(id: string): RunningNode {
  return helper.getNode(id) as unknown as RunningNode;
}

/** What a node has warned of since the flow was deployed; without words, the keys of the texts. */
export function warningsOf(id: string): readonly unknown[] {
  const { args } = helper.log();
  const WARN = 30;
  return args.flatMap(([entry]) => (entry?.id === id && entry.level === WARN ? [entry.msg] : []));
}

/** Collects what arrives at a `helper` node. */
export class Inbox {
  readonly messages: TestMessage[] = [];
  private waiting: { count: number; resolve: () => void }[] = [];

  constructor(id: string) {
    node(id).on('input', ((message: TestMessage) => {
      this.messages.push(message);
      this.waiting = this.waiting.filter(({ count, resolve }) => {
        if (this.messages.length < count) return true;
        resolve();
        return false;
      });
    }) as never);
  }

  async until(count: number): Promise<readonly TestMessage[]> {
    if (this.messages.length < count) await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    return this.messages;
  }
}

/** Lets the pack run on a clock that a test moves. The answer gives it back its own. */
export function putClock(clock: Clock): () => void {
  const { systemClock } = built<{ systemClock: Clock }>('src/clock.js');
  const own = { ...systemClock };
  Object.assign(systemClock, {
    now: () => clock.now(),
    after: (ms: number, action: () => void) => clock.after(ms, action),
  });
  return () => Object.assign(systemClock, own);
}
