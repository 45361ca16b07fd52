/**
 * The messages of open deliveries, kept in memory for the outputs of their nodes. Only so many: a backlog lives in the store.
 * One lane gets half of the room at most, so that an endpoint that hangs leaves some to the others.
 */
const MOST = 10_000;
const MOST_OF_A_LANE = MOST / 2;

interface Live {
  readonly lane: string;
  readonly message: unknown;
}

export class LiveMessages {
  readonly #byId = new Map<string, Live>();
  readonly #counts = new Map<string, number>();

  /** Keeps it, if there is room. */
  keep(id: string, lane: string, message: unknown): void {
    this.take(id);
    const count = this.#counts.get(lane) ?? 0;
    if (this.#byId.size >= MOST || count >= MOST_OF_A_LANE) return;
    this.#byId.set(id, { lane, message });
    this.#counts.set(lane, count + 1);
  }

  /** The message, which is kept no longer. Undefined: it was not kept. */
  take(id: string): unknown {
    const live = this.#byId.get(id);
    if (live === undefined) return undefined;
    this.#byId.delete(id);
    const count = (this.#counts.get(live.lane) ?? 1) - 1;
    if (count > 0) this.#counts.set(live.lane, count);
    else this.#counts.delete(live.lane);
    return live.message;
  }
}
