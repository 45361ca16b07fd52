/** What every part works with: a real Node-RED with the pack and the feeder, a receiver, and runs of which each event is accounted for. */
import { join } from 'node:path';
import {
  type FlowNode,
  type NodeRedOptions,
  type NodeRedProcess,
  packRoot,
  startNodeRed,
} from '../test/support/node-red-process';
import type { Path } from './flows';
import { type Arrivals, Receiver } from './receiver';

/** How much is measured: `full` for figures, `tiny` to see that everything works. */
export type Size = 'full' | 'tiny';

export interface Order {
  readonly path: Path;
  readonly count: number;
  /** Messages under way at once. Left out with a rate: no limit. */
  readonly window?: number;
  readonly perSecond?: number;
}

/** One run, of which every event arrived exactly once. */
export interface Run {
  readonly seconds: number;
  /** Of the event loop of Node-RED; measured where a rate was asked for. */
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly latencies: Arrivals['latencies'];
}

let lastRun = 0;
/** A name that no other run of this process has. */
export const newRun = (): string => `run-${++lastRun}`;

export class Workbench {
  private constructor(
    readonly nodeRed: NodeRedProcess,
    readonly receiver: Receiver,
  ) {}

  /** `flows` are those for a receiver's address. */
  static async start(flows: (receiver: string) => readonly FlowNode[]): Promise<Workbench> {
    const receiver = await Receiver.start();
    try {
      return new Workbench(await startWithFeeder({ flows: flows(receiver.url) }), receiver);
    } catch (error) {
      receiver.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.receiver.stop();
    await this.nodeRed.stop();
  }

  /** Sends events through a path. Throws unless every one of them came back as delivered and arrived exactly once. */
  async feed(order: Order): Promise<Run> {
    const run = newRun();
    const response = await this.nodeRed.api('/bench/run', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ run, ...order }),
    });
    const report = (await response.json()) as Omit<Run, 'latencies'> & { back: number; failed: number };
    const { count, path } = order;
    if (report.back !== count || report.failed > 0) {
      throw new Error(`${path}: of ${count} messages ${report.back} came back, ${report.failed} of them failed`);
    }
    const arrivals = await this.receiver.take(run);
    checkArrivals(path, count, arrivals);
    return { ...report, latencies: arrivals.latencies };
  }
}

/** Throws unless all events of a run arrived, none twice, and nothing came after the end of any run. */
export function checkArrivals(what: string, count: number, { latencies, twice, strays }: Arrivals): void {
  if (latencies.length === count && twice === 0 && strays === 0) return;
  throw new Error(`${what}: of ${count} events ${latencies.length} arrived, ${twice} again, ${strays} after their run`);
}

/** A folder: what Node-RED's main thread does is written there, for a profile viewer, when Node-RED stops. */
const PROFILE = process.env['BENCH_PROFILE'];

export function startWithFeeder(options: Pick<NodeRedOptions, 'flows' | 'userDir'>): Promise<NodeRedProcess> {
  return startNodeRed({
    version: '5',
    settings: { nodesDir: [packRoot, join(__dirname, 'feeder')] },
    nodeOptions: ['--expose-gc', ...(PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`] : [])],
    ...options,
  });
}
