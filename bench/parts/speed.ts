/**
 * Messages per second of the pack, every delivery stored before and after it is sent, beside the core nodes and bare
 * undici on the same payload, in the same Node-RED and in alternating rounds.
 */
import { type Path, sideBySide } from '../flows';
import { median } from '../statistics';
import { type Findings, fixed, type Goal, range, type Table, times } from '../tables';
import { type ProcessorTime, ThreadWatch } from '../threads';
import { type Size, Workbench } from '../workbench';

/** Windows, messages under way: as many as the pack sends to one receiver at once by itself, and a burst. */
const SIZES = {
  full: { rounds: 7, messages: 5000, windows: [64, 512] },
  tiny: { rounds: 1, messages: 50, windows: [64] },
} as const;

const PATHS: readonly Path[] = ['pack', 'core', 'undici'];

interface Round {
  readonly perSecond: number;
  readonly used: ProcessorTime | undefined;
}

export async function speed(size: Size): Promise<Findings> {
  const { rounds, messages, windows } = SIZES[size];
  const bench = await Workbench.start(sideBySide);
  try {
    const threads = new ThreadWatch(bench.nodeRed.pid);
    const tables: Table[] = [];
    const goals: Goal[] = [];
    for (const window of windows) {
      for (const path of PATHS) {
        const warmUp = () => bench.feed({ path, count: messages, window });
        await (path === 'pack' ? threads.findStore(warmUp) : warmUp());
      }
      const found: Record<Path, Round[]> = { pack: [], core: [], undici: [] };
      for (let round = 0; round < rounds; round++) {
        // Which goes first changes, so that none always runs on what another left behind.
        for (const path of round % 2 === 0 ? PATHS : [...PATHS].reverse()) {
          const { result, used } = await threads.during(() => bench.feed({ path, count: messages, window }));
          found[path].push({ perSecond: messages / result.seconds, used });
        }
      }
      tables.push(tableOf(found, window, messages));
      goals.push({
        what: `the pack beside the core nodes, ${window} messages under way`,
        bound: 'at least',
        goal: 5,
        measured: median(ratios(found, 'core')),
        unit: '×',
      });
    }
    return { tables, goals };
  } finally {
    await bench.stop();
  }
}

/** The pack's speed by another's, round by round: what the machine does besides slows both. */
function ratios(found: Readonly<Record<Path, readonly Round[]>>, other: Path): number[] {
  return found.pack.map(({ perSecond }, round) => perSecond / (found[other][round]?.perSecond ?? Number.NaN));
}

function tableOf(found: Readonly<Record<Path, readonly Round[]>>, window: number, messages: number): Table {
  const rates = (path: Path): number[] => found[path].map(({ perSecond }) => perSecond);
  const microseconds = (path: Path, thread: keyof ProcessorTime): string => {
    const all = found[path].flatMap(({ used }) => (used === undefined ? [] : [used[thread]]));
    const totalMs = all.reduce((sum, ms) => sum + ms, 0);
    return all.length === 0 ? '–' : `${fixed((totalMs * 1000) / (all.length * messages))} µs`;
  };
  const each = (cell: (path: Path) => string): [string, string, string] => [cell('pack'), cell('core'), cell('undici')];
  return {
    title: `Messages per second, ${window} under way`,
    columns: ['pack, every delivery on disk', 'core template + http request', 'bare undici'],
    rows: [
      ['messages per second, median', ...each((path) => fixed(median(rates(path))))],
      ['slowest and fastest round', ...each((path) => range(rates(path)))],
      ['the pack beside it, median', ...each((path) => (path === 'pack' ? '' : times(median(ratios(found, path)))))],
      ['smallest and largest', ...each((path) => (path === 'pack' ? '' : `× ${range(ratios(found, path))}`))],
      ['processor time a message: main thread', ...each((path) => microseconds(path, 'mainMs'))],
      ['the store’s thread', ...each((path) => microseconds(path, 'storeMs'))],
      ['other threads', ...each((path) => microseconds(path, 'otherMs'))],
    ],
  };
}
