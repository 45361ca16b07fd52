/** How long an event takes to become a whole request at the receiver, at a steady pace. */
import { type Path, sideBySide } from '../flows';
import { median, quantile } from '../statistics';
import { type Findings, type Goal, milliseconds, type Table } from '../tables';
import { type Size, Workbench } from '../workbench';

const SIZES = {
  full: { rounds: 3, seconds: 4, rates: [200, 500] },
  tiny: { rounds: 1, seconds: 0.2, rates: [200] },
} as const;

const PATHS: readonly Path[] = ['pack', 'undici', 'core'];
const WARM_UP = 2000;

export async function latency(size: Size): Promise<Findings> {
  const { rounds, seconds, rates } = SIZES[size];
  const bench = await Workbench.start(sideBySide);
  try {
    const tables: Table[] = [];
    const goals: Goal[] = [];
    if (size === 'full') for (const path of PATHS) await bench.feed({ path, count: WARM_UP, window: 64 });
    for (const perSecond of rates) {
      const p50: Record<Path, number[]> = { pack: [], core: [], undici: [] };
      const p99: typeof p50 = { pack: [], core: [], undici: [] };
      for (let round = 0; round < rounds; round++) {
        for (const path of PATHS) {
          const { latencies } = await bench.feed({ path, count: perSecond * seconds, perSecond });
          const values = latencies.map(([, ms]) => ms);
          p50[path].push(quantile(values, 0.5));
          p99[path].push(quantile(values, 0.99));
        }
      }
      const each = (of: typeof p50): [string, string, string] => [
        milliseconds(median(of.pack)),
        milliseconds(median(of.undici)),
        milliseconds(median(of.core)),
      ];
      tables.push({
        title: `From event to wire, ${perSecond} events a second`,
        columns: ['pack, every delivery on disk', 'bare undici', 'core template + http request'],
        rows: [
          ['50th percentile', ...each(p50)],
          ['99th percentile', ...each(p99)],
        ],
      });
      goals.push({
        what: `99th percentile above bare undici’s, ${perSecond} events a second`,
        bound: 'at most',
        goal: 5,
        measured: median(p99.pack) - median(p99.undici),
        unit: 'ms',
      });
    }
    return { tables, goals };
  } finally {
    await bench.stop();
  }
}
