/** Processor time by thread, of another process, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/task/<tid>/stat are in ticks, which are 10 ms on every Linux that Node.js runs on. */
const TICK_MS = 10;

/** Milliseconds that each thread has used since it began, by its id. Undefined: this system has no /proc. */
export function threadTimes(pid: number): ReadonlyMap<number, number> | undefined {
  const folder = `/proc/${pid}/task`;
  let ids: string[];
  try {
    ids = readdirSync(folder);
  } catch {
    return undefined;
  }
  return new Map(
    ids.flatMap((id) => {
      const ticks = ticksOf(`${folder}/${id}/stat`);
      return ticks === undefined ? [] : [[Number(id), ticks * TICK_MS] as const];
    }),
  );
}

/** User and system time. Undefined: the thread has just ended. */
function ticksOf(file: string): number | undefined {
  try {
    // The name, in brackets, may hold blanks; behind it user time is the 12th field and system time the 13th.
    const fields = readFileSync(file, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}

export interface ProcessorTime {
  readonly mainMs: number;
  readonly storeMs: number;
  /** Garbage collection, compilation, files. */
  readonly otherMs: number;
}

export class ThreadWatch {
  #storeId: number | undefined;

  constructor(private readonly pid: number) {}

  /** What each kind of thread used while `work` ran. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; used: ProcessorTime | undefined }> {
    const before = threadTimes(this.pid);
    const result = await work();
    const after = threadTimes(this.pid);
    if (before === undefined || after === undefined) return { result, used: undefined };
    const used = new Map([...after].map(([id, ms]) => [id, ms - (before.get(id) ?? 0)]));
    const mainMs = used.get(this.pid) ?? 0;
    const storeMs = this.#storeId === undefined ? 0 : (used.get(this.#storeId) ?? 0);
    const allMs = [...used.values()].reduce((sum, ms) => sum + ms, 0);
    return { result, used: { mainMs, storeMs, otherMs: allMs - mainMs - storeMs } };
  }

  /**
   * Node.js 22 gives its threads no names. While the pack is busy, the store's is the busiest but for the main one: each
   * of V8's helpers has far less to do.
   */
  async findStore(whileThePackIsBusy: () => Promise<unknown>): Promise<void> {
    const before = threadTimes(this.pid);
    await whileThePackIsBusy();
    const after = threadTimes(this.pid) ?? [];
    let most = 0;
    for (const [id, ms] of after) {
      const used = ms - (before?.get(id) ?? 0);
      if (id === this.pid || used <= most) continue;
      most = used;
      this.#storeId = id;
    }
  }
}
