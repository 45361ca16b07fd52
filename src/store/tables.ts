/** The connection of a store that writes, with what it remembers of lanes between calls: the usual delivery asks little of the database. */
import { Sql } from './sql';

/** Lanes remembered at most; where URLs hold ever new hosts, every one of them is a lane. */
const MOST_LANES = 1_000;

export class Tables extends Sql {
  readonly #quiet = new Set<string>();
  readonly #successes = new Map<string, number>();

  /** Whether it is known that the lane is not paused and that nothing in it can be claimed, now or later. */
  isQuiet(lane: string): boolean {
    return this.#quiet.has(lane);
  }

  /** It was looked up. Whatever may change it has to call `stir`. */
  noteQuiet(lane: string): void {
    if (this.#quiet.size >= MOST_LANES) this.#quiet.clear();
    this.#quiet.add(lane);
  }

  /** Something in this lane, or in any, may be claimable or paused now. */
  stir(lane?: string): void {
    if (lane === undefined) this.#quiet.clear();
    else this.#quiet.delete(lane);
  }

  /** Something of the lane was delivered. Written once for all deliveries of a transaction, at its end. */
  noteSuccess(lane: string, atMs: number): void {
    this.#successes.set(lane, Math.max(this.#successes.get(lane) ?? 0, atMs));
  }

  /** For those who read what was noted within the same transaction. */
  writeSuccesses(): void {
    for (const [lane, atMs] of this.#successes) {
      this.run(
        `INSERT INTO lanes (lane, last_success_at) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE
         SET last_success_at = max(coalesce(last_success_at, 0), excluded.last_success_at)`,
        ...[lane, atMs],
      );
    }
    this.#successes.clear();
  }

  override transaction<T>(work: () => T): T {
    try {
      return super.transaction(() => {
        const result = work();
        this.writeSuccesses();
        return result;
      });
    } catch (error) {
      this.#quiet.clear();
      this.#successes.clear();
      throw error;
    }
  }
}
