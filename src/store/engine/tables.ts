/** The connection of a store that writes, with what it remembers of lanes between calls: the usual delivery asks little of the database. */
import { Sql } from './sql';

/** Lanes remembered at most; where URLs hold ever new hosts, every one of them is a lane. */
const MOST_LANES = 1_000;

/** What the end of an attempt has to know of its delivery. */
export interface UnderWay {
  readonly sequence: number;
  readonly lane: string;
  readonly order_key: string | null;
  readonly attempt_count: number;
}

/** The columns of an UnderWay. */
export const UNDER_WAY = 'sequence, lane, order_key, attempt_count';

/** What was written lately, remembered at most. */
const MOST_WRITTEN = 10_000;

/** Attempts remembered at most; of others it is looked up. */
const MOST_UNDER_WAY = 10_000;

export class Tables extends Sql {
  readonly #underWay = new Map<string, UnderWay>();
  readonly #quiet = new Set<string>();
  readonly #written = new Set<string>();
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

  /** Something in this lane, or in any, may be claimable or paused now; or no longer under way as it was. */
  stir(lane?: string): void {
    if (lane !== undefined) this.#quiet.delete(lane);
    else this.#forget();
  }

  /** An attempt of a delivery begins: only its end changes it, and whatever calls `stir`. */
  noteUnderWay(id: string, { sequence, lane, order_key, attempt_count }: UnderWay): void {
    if (this.#underWay.size < MOST_UNDER_WAY) this.#underWay.set(id, { sequence, lane, order_key, attempt_count });
  }

  /** Answers it once. Undefined: it has to be looked up. */
  takeUnderWay(id: string): UnderWay | undefined {
    const known = this.#underWay.get(id);
    this.#underWay.delete(id);
    return known;
  }

  /** False: it was asked for the same text before, and what that stood for is written still. */
  isNews(text: string): boolean {
    if (this.#written.has(text)) return false;
    if (this.#written.size >= MOST_WRITTEN) this.#written.clear();
    this.#written.add(text);
    return true;
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
      this.#forget();
      this.#successes.clear();
      throw error;
    }
  }

  #forget(): void {
    this.#quiet.clear();
    this.#underWay.clear();
    this.#written.clear();
  }
}
