/** How long others in Node-RED wait for their turn while events pass through. */
import { type Path, sideBySide } from '../flows';
import { median } from '../statistics';
import { type Findings, milliseconds } from '../tables';
import { type Run, type Size, Workbench } from '../workbench';

const SIZES = {
  full: { rounds: 3, seconds: 4, perSecond: 2000 },
  tiny: { rounds: 1, seconds: 0.05, perSecond: 1000 },
} as const;

const PATHS: readonly Path[] = ['pack', 'undici', 'core'];

export async function eventLoop(size: Size): Promise<Findings> {
  const { rounds, seconds, perSecond } = SIZES[size];
  const bench = await Workbench.start(sideBySide);
  try {
    const found: Record<Path, Run['delayMs'][]> = { pack: [], core: [], undici: [] };
    const order = { count: perSecond * seconds, perSecond };
    for (const path of PATHS) await bench.feed({ path, ...order });
    for (let round = 0; round < rounds; round++) {
      for (const path of PATHS) found[path].push((await bench.feed({ path, ...order })).delayMs);
    }
    const of = (path: Path, part: keyof Run['delayMs']): number => median(found[path].map((delay) => delay[part]));
    const each = (part: keyof Run['delayMs']): [string, string, string] => [
      milliseconds(of('pack', part)),
      milliseconds(of('undici', part)),
      milliseconds(of('core', part)),
    ];
    return {
      tables: [
        {
          title: `Event-loop delay, ${perSecond.toLocaleString('en-US')} events a second`,
          columns: ['pack, every delivery on disk', 'bare undici', 'core template + http request'],
          rows: [
            ['50th percentile', ...each('p50')],
            ['99th percentile', ...each('p99')],
            ['longest', ...each('max')],
          ],
        },
      ],
      goals: [
        {
          what: `event-loop delay, 99th percentile, ${perSecond.toLocaleString('en-US')} events a second`,
          bound: 'at most',
          goal: 10,
          measured: of('pack', 'p99'),
          unit: 'ms',
        },
      ],
    };
  } finally {
    await bench.stop();
  }
}
