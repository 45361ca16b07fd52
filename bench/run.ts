/**
 * What durability costs, and what it does not: the pack, every delivery stored before and after it is sent, beside the
 * core nodes `template` and `http request`, in the same Node-RED, in alternating rounds. Prints a table.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type FlowNode, type NodeRedProcess, packRoot, startNodeRed } from '../test/support/node-red-process';

const ROUNDS = 7;
const MESSAGES = 4000;
/** Messages under way at once: as many as the pack sends to one receiver at once where nothing else is said. */
const WINDOW = 64;
const EVENTS_PER_SECOND = 200;
const LATENCY_ROUNDS = 3;
const LATENCY_MESSAGES = 1000;
const WAITING = 100_000;

/** What is measured, by the feeder's outputs. */
const PATHS = ['pack', 'core'] as const;
type Path = (typeof PATHS)[number];
type Results = Readonly<Record<Path, number[]>>;
const results = (): Results => ({ pack: [], core: [] });

interface Receiver {
  readonly url: string;
  readonly process: ChildProcess;
  /** How long the events since the last call took, in milliseconds. */
  takeLatencies(): Promise<readonly number[]>;
}

async function startReceiver(): Promise<Receiver> {
  const child = fork(join(__dirname, 'receiver.mjs'), { execArgv: [] });
  const ask = async <T>(): Promise<T> => (await once(child, 'message'))[0] as T;
  const { port } = await ask<{ port: number }>();
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    async takeLatencies() {
      const answer = ask<{ latenciesMs: number[] }>();
      child.send('take');
      return (await answer).latenciesMs;
    },
  };
}

/** Feeder → template → sender → feeder, once with the pack's nodes and once with the core's. */
function flow(url: string, path = '/hook'): readonly FlowNode[] {
  const common = { z: 'tab', x: 0, y: 0 };
  const available = [
    'eventType',
    'eventTime',
    'callId',
    'callerNumber',
    'callerName',
    'calledNumber',
    'duration',
    'billsec',
  ];
  const members = available.map((name) => `"${name}":"{{payload.${name}}}"`).join(',');
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    { ...common, id: 'feeder', type: 'bench-feeder', wires: [['template'], ['core-template']] },
    {
      ...common,
      id: 'template',
      type: 'telephony-webhook-template',
      method: 'POST',
      url: `${url}${path}`,
      available,
      user: [{ key: 'sentAt', type: 'text', value: '{{msg.sentAt}}' }],
      wires: [['out']],
    },
    {
      ...common,
      id: 'out',
      type: 'telephony-webhook-out',
      retryIfError: true,
      orderBy: 'event.callId',
      wires: [['feeder'], []],
    },
    {
      ...common,
      id: 'core-template',
      type: 'template',
      field: 'payload',
      fieldType: 'msg',
      syntax: 'mustache',
      output: 'str',
      template: `{${members},"sentAt":"{{sentAt}}"}`,
      wires: [['request']],
    },
    {
      ...common,
      id: 'request',
      type: 'http request',
      method: 'POST',
      ret: 'txt',
      url: `${url}${path}`,
      // Keeps connections alive: the core nodes at their best.
      persist: true,
      headers: [{ keyType: 'Content-Type', keyValue: '', valueType: 'application/json', valueValue: '' }],
      wires: [['feeder']],
    },
  ];
}

function start(flows: readonly FlowNode[]): Promise<NodeRedProcess> {
  return startNodeRed({
    version: '5',
    flows,
    settings: { nodesDir: [packRoot, join(__dirname, 'feeder')] },
    nodeOptions: ['--expose-gc'],
  });
}

interface Order {
  readonly path: Path;
  readonly count: number;
  readonly window?: number;
  readonly perSecond?: number;
}

async function feed(nodeRed: NodeRedProcess, order: Order): Promise<{ seconds: number; cpuSeconds: number }> {
  const { path, ...rest } = order;
  const response = await nodeRed.api('/bench/run', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ output: PATHS.indexOf(path), ...rest }),
  });
  const report = (await response.json()) as { seconds: number; cpuSeconds: number; failed: number };
  if (report.failed > 0) throw new Error(`${report.failed} of ${order.count} messages failed (${path})`);
  return report;
}

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};
const median = (values: readonly number[]): number => quantile(values, 0.5);

async function measureSpeed(nodeRed: NodeRedProcess, receiver: Receiver): Promise<void> {
  const rates = results();
  const cpuMs = results();
  const ratios = results();
  for (const path of PATHS) await feed(nodeRed, { path, count: MESSAGES / 2, window: WINDOW });
  for (let round = 0; round < ROUNDS; round++) {
    // Which goes first changes, so that neither always runs on what the other left behind.
    for (const path of round % 2 === 0 ? PATHS : [...PATHS].reverse()) {
      const { seconds, cpuSeconds } = await feed(nodeRed, { path, count: MESSAGES, window: WINDOW });
      rates[path].push(MESSAGES / seconds);
      cpuMs[path].push((cpuSeconds * 1000) / MESSAGES);
    }
    for (const path of PATHS) ratios[path].push((rates.pack[round] ?? 0) / (rates[path][round] ?? 0));
  }
  await receiver.takeLatencies();
  print('messages per second, median', (path) => median(rates[path]).toFixed(0));
  print('  slowest and fastest round', (path) => range(rates[path], 0));
  print('the pack is faster by, median', (path) => (path === 'pack' ? '' : `× ${median(ratios[path]).toFixed(2)}`));
  print('  smallest and largest', (path) => (path === 'pack' ? '' : range(ratios[path], 2)));
  print('processor time a message', (path) => `${median(cpuMs[path]).toFixed(2)} ms`);
}

const range = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)} … ${Math.max(...values).toFixed(digits)}`;

async function measureLatency(nodeRed: NodeRedProcess, receiver: Receiver): Promise<void> {
  const p50 = results();
  const p99 = results();
  for (let round = 0; round < LATENCY_ROUNDS; round++) {
    for (const path of PATHS) {
      await feed(nodeRed, { path, count: LATENCY_MESSAGES, perSecond: EVENTS_PER_SECOND });
      const latencies = await receiver.takeLatencies();
      p50[path].push(quantile(latencies, 0.5));
      p99[path].push(quantile(latencies, 0.99));
    }
  }
  const title = `event to request at ${EVENTS_PER_SECOND}/s`;
  print(`${title}, p50`, (path) => `${median(p50[path]).toFixed(1)} ms`);
  print(`${title}, p99`, (path) => `${median(p99[path]).toFixed(1)} ms`);
}

async function measureMemory(receiver: Receiver): Promise<void> {
  const megabytes = async (of: NodeRedProcess): Promise<string> =>
    `${((await of.get<{ rss: number }>('/bench/memory')).rss / 2 ** 20).toFixed(0)} MB`;
  const nodeRed = await start(flow(receiver.url, '/busy'));
  try {
    const empty = await megabytes(nodeRed);
    // Nothing comes back: what waits is counted in the log.
    void nodeRed
      .api('/bench/run', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ output: 0, count: WAITING, perSecond: 2500 }),
      })
      .catch(() => {});
    for (let waiting = 0; waiting < WAITING; ) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const { states } = await nodeRed.get<{ states: { waiting: number } }>('/telephony-webhooks/summary');
      waiting = states.waiting;
    }
    const full = await megabytes(nodeRed);
    await nodeRed.restart();
    const restarted = await megabytes(nodeRed);
    const only = (text: string) => (path: Path) => (path === 'pack' ? text : '');
    print('memory (RSS) at first', only(empty));
    print(`memory with ${WAITING.toLocaleString('en')} that wait`, only(full));
    print('memory after a restart with them', only(restarted));
  } finally {
    await nodeRed.stop();
  }
}

function print(what: string, cell: (path: Path) => string): void {
  console.log(`| ${what.padEnd(33)} | ${PATHS.map((path) => cell(path).padStart(22)).join(' | ')} |`);
}

const TITLES: Readonly<Record<Path, string>> = {
  pack: 'pack, stored durably',
  core: 'template, http request',
};

async function main(): Promise<void> {
  const startedAt = Date.now();
  const receiver = await startReceiver();
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n`);
  print('', (path) => TITLES[path]);
  console.log(`|${'-'.repeat(35)}|${PATHS.map(() => `${'-'.repeat(23)}:`).join('|')}|`);
  const nodeRed = await start(flow(receiver.url));
  try {
    await measureSpeed(nodeRed, receiver);
    await measureLatency(nodeRed, receiver);
  } finally {
    await nodeRed.stop();
  }
  await measureMemory(receiver);
  receiver.process.disconnect();
  console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
