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

type Path = 'pack' | 'core';
const PATHS: readonly Path[] = ['pack', 'core'];

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
  const coreTemplate = available.map((name) => `"${name}":"{{payload.${name}}}"`).join(',');
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
      template: `{${coreTemplate},"sentAt":"{{sentAt}}"}`,
      wires: [['request']],
    },
    {
      ...common,
      id: 'request',
      type: 'http request',
      method: 'POST',
      ret: 'txt',
      url: `${url}${path}`,
      persist: true,
      headers: [{ keyType: 'Content-Type', keyValue: '', valueType: 'application/json', valueValue: '' }],
      wires: [['feeder']],
    },
  ];
}

function start(flows?: readonly FlowNode[], userDir?: string): Promise<NodeRedProcess> {
  return startNodeRed({
    version: '5',
    ...(flows ? { flows } : {}),
    ...(userDir ? { userDir } : {}),
    settings: { nodesDir: [packRoot, join(__dirname, 'feeder')] },
    nodeOptions: ['--expose-gc'],
  });
}

async function feed(
  nodeRed: NodeRedProcess,
  order: { path: Path; count: number; window?: number; perSecond?: number },
): Promise<number> {
  const response = await nodeRed.api('/bench/run', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  const { seconds, failed } = (await response.json()) as { seconds: number; failed: number };
  if (failed > 0) throw new Error(`${failed} of ${order.count} messages failed (${order.path})`);
  return seconds;
}

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};
const median = (values: readonly number[]): number => quantile(values, 0.5);

async function measureSpeed(nodeRed: NodeRedProcess, receiver: Receiver): Promise<void> {
  const rates: Record<Path, number[]> = { pack: [], core: [] };
  for (const path of PATHS) await feed(nodeRed, { path, count: MESSAGES / 2, window: WINDOW });
  for (let round = 0; round < ROUNDS; round++) {
    // Which goes first changes, so that neither always runs on what the other left behind.
    for (const path of round % 2 === 0 ? PATHS : [...PATHS].reverse()) {
      rates[path].push(MESSAGES / (await feed(nodeRed, { path, count: MESSAGES, window: WINDOW })));
    }
  }
  await receiver.takeLatencies();
  const ratios = rates.pack.map((rate, round) => rate / (rates.core[round] ?? Number.NaN));
  print('messages per second, median', median(rates.pack).toFixed(0), median(rates.core).toFixed(0));
  print('  of rounds from … to', range(rates.pack, 0), range(rates.core, 0));
  print('  times the core nodes', `${median(ratios).toFixed(2)} (${range(ratios, 2)})`, '1');
}

const range = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)} … ${Math.max(...values).toFixed(digits)}`;

async function measureLatency(nodeRed: NodeRedProcess, receiver: Receiver): Promise<void> {
  const p50: Record<Path, number[]> = { pack: [], core: [] };
  const p99: Record<Path, number[]> = { pack: [], core: [] };
  for (let round = 0; round < LATENCY_ROUNDS; round++) {
    for (const path of PATHS) {
      await feed(nodeRed, { path, count: LATENCY_MESSAGES, perSecond: EVENTS_PER_SECOND });
      const latencies = await receiver.takeLatencies();
      p50[path].push(quantile(latencies, 0.5));
      p99[path].push(quantile(latencies, 0.99));
    }
  }
  const title = `event to request at ${EVENTS_PER_SECOND}/s`;
  print(`${title}, p50`, `${median(p50.pack).toFixed(1)} ms`, `${median(p50.core).toFixed(1)} ms`);
  print(`${title}, p99`, `${median(p99.pack).toFixed(1)} ms`, `${median(p99.core).toFixed(1)} ms`);
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
        body: JSON.stringify({ path: 'pack', count: WAITING, perSecond: 2500 }),
      })
      .catch(() => {});
    for (let waiting = 0; waiting < WAITING; ) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const { states } = await nodeRed.get<{ states: { waiting: number } }>('/telephony-webhooks/summary');
      waiting = states.waiting;
    }
    const full = await megabytes(nodeRed);
    await nodeRed.restart();
    print('memory (RSS) before any delivery', empty, '');
    print(`memory with ${WAITING.toLocaleString('en')} that wait`, full, '');
    print('memory after a restart with them', await megabytes(nodeRed), '');
  } finally {
    await nodeRed.stop();
  }
}

function print(what: string, pack: string, core: string): void {
  console.log(`| ${what.padEnd(38)} | ${pack.padStart(22)} | ${core.padStart(22)} |`);
}

async function main(): Promise<void> {
  const startedAt = Date.now();
  const receiver = await startReceiver();
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n`);
  print('', 'pack, stored durably', 'template, http request');
  console.log(`|${'-'.repeat(40)}|${'-'.repeat(23)}:|${'-'.repeat(23)}:|`);
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
