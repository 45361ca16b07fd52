/** Whether endpoints suffer from one among them that takes requests and never answers. */
import { endpointPath, manyEndpoints } from '../flows';
import { median, quantile } from '../statistics';
import { type Findings, milliseconds } from '../tables';
import { type Size, Workbench } from '../workbench';

/** What hangs is answered at last, before its time-out, so that every event can be accounted for. */
const SIZES = {
  full: { rounds: 3, endpoints: 50, perSecond: 500, seconds: 7, answeredLaterMs: 1000 },
  tiny: { rounds: 1, endpoints: 3, perSecond: 200, seconds: 0.3, answeredLaterMs: 100 },
} as const;

/** Which of them hangs. */
const HANGING = 1;

export async function hanging(size: Size): Promise<Findings> {
  const { rounds, endpoints, perSecond, seconds, answeredLaterMs } = SIZES[size];
  const bench = await Workbench.start((receiver) => manyEndpoints(receiver, endpoints));
  const order = { path: 'pack', count: perSecond * seconds, perSecond } as const;
  /** Latencies at the others. */
  const feed = async (): Promise<number[]> =>
    (await bench.feed(order)).latencies.flatMap(([number, ms]) => (number % endpoints === HANGING ? [] : [ms]));
  const feedWhileOneHangs = async (): Promise<number[]> => {
    await bench.receiver.hang(endpointPath(HANGING));
    const released = new Promise((resolve) => setTimeout(resolve, seconds * 1000 + answeredLaterMs)).then(() =>
      bench.receiver.release(),
    );
    const [latencies] = await Promise.all([feed(), released]);
    return latencies;
  };
  try {
    await feed();
    const found = { without: [] as number[][], with: [] as number[][] };
    for (let round = 0; round < rounds; round++) {
      found.without.push(await feed());
      found.with.push(await feedWhileOneHangs());
    }
    const figure = (of: readonly number[][], part: number): number =>
      median(of.map((latencies) => quantile(latencies, part)));
    const ratio = figure(found.with, 0.99) / figure(found.without, 0.99);
    const row = (part: number): [string, string] => [
      milliseconds(figure(found.without, part)),
      milliseconds(figure(found.with, part)),
    ];
    return {
      tables: [
        {
          title: `From event to wire at the other ${endpoints - 1} of ${endpoints} endpoints, ${perSecond.toLocaleString('en-US')} events a second in all`,
          columns: ['all answer', 'one hangs'],
          rows: [
            ['50th percentile', ...row(0.5)],
            ['99th percentile', ...row(0.99)],
          ],
        },
      ],
      goals: [
        {
          what: `99th percentile of the other ${endpoints - 1} endpoints while one hangs`,
          bound: 'at most',
          goal: 1.2,
          measured: ratio,
          unit: '×',
        },
      ],
    };
  } finally {
    await bench.stop();
  }
}
