/**
 * The messages of open deliveries, kept in memory for the outputs of their nodes. Only so many, and so much: a backlog lives in the
 * store. One lane gets half of the room at most, so that an endpoint that hangs leaves some to the others.
 */
const MOST = 10_000;
/** Of what is stored of them, in characters. */
const MOST_SIZE = 32 * 1024 * 1024;

interface Live {
  readonly lane: string;
  readonly size: number;
  readonly message: unknown;
}

/** How many there are, and how large they are together. */
interface Load {
  count: number;
  size: number;
}

export class LiveMessages {
  readonly #byId = new Map<string, Live>();
  readonly #all: Load = { count: 0, size: 0 };
  readonly #lanes = new Map<string, Load>();

  /** Keeps it, if there is room. `size`: of what is stored of it, in characters. */
  keep(id: string, lane: string, message: unknown, size: number): void {
    this.take(id);
    const load = this.#lanes.get(lane) ?? { count: 0, size: 0 };
    if (!hasRoom(this.#all, size, 1) || !hasRoom(load, size, 1 / 2)) return;
    this.#byId.set(id, { lane, size, message });
    this.#lanes.set(lane, load);
    add(this.#all, 1, size);
    add(load, 1, size);
  }

  /** The message, which is kept no longer. Undefined: it was not kept. */
  take(id: string): unknown {
    const live = this.#byId.get(id);
    if (live === undefined) return undefined;
    this.#byId.delete(id);
    add(this.#all, -1, -live.size);
    const load = this.#lanes.get(live.lane);
    if (load !== undefined) add(load, -1, -live.size);
    if (load?.count === 0) this.#lanes.delete(live.lane);
    return live.message;
  }
}

function hasRoom({ count, size }: Load, more: number, share: number): boolean {
  return count < MOST * share && size + more <= MOST_SIZE * share;
}

function add(load: Load, count: number, size: number): void {
  load.count += count;
  load.size += size;
}
