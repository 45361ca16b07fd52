/**
 * What is wrong just now with the endpoints of a store and with the store itself, and who has been told. By level, not by
 * event: whoever subscribes again after a deploy is told what has changed since, once, and nothing that they know already.
 */
import type { Clock, Timer } from '../clock';

/** `failing`, `paused`, `breaker` and `retry-after` are of an endpoint, the others of the store. */
export type Condition =
  | 'failing'
  | 'paused'
  | 'breaker'
  | 'retry-after'
  | 'store-refusing'
  | 'disk-nearly-full'
  | 'cap-nearly-reached';

/** Something that is wrong. */
export interface Standing {
  readonly condition: Condition;
  /** Of an endpoint; null: of the store. */
  readonly lane: string | null;
  readonly sinceMs: number;
  /** What the one who noticed says of it. Null: nothing. */
  readonly detail: string | null;
  /** Set where it is over because the endpoint was removed: what people called it. */
  readonly removed?: string;
}

export interface Subscriber {
  /** Who it is, over deploys: the id of a node. */
  readonly id: string;
  /** Only what has lasted so long is told, and then its end. */
  readonly afterMs: number;
  began(standing: Standing): void;
  ended(standing: Standing): void;
}

/** Messages may bring any number of origins. */
const MOST_STANDING = 1_000;

export class AlertBoard {
  readonly #standing = new Map<string, Standing>();
  readonly #subscribed = new Map<string, { subscriber: Subscriber; timer: Timer | undefined }>();
  /** What each subscriber knows of, also while it is away. */
  readonly #told = new Map<string, Map<string, Standing>>();

  constructor(private readonly clock: Clock) {}

  /** All that is wrong, oldest first. */
  get standing(): readonly Standing[] {
    return [...this.#standing.values()];
  }

  has(condition: Condition, lane: string | null): boolean {
    return this.#standing.size > 0 && this.#standing.has(keyOf(condition, lane));
  }

  /** It is wrong now. One that is known to be wrong stays as it is. */
  begin(standing: Standing): void {
    const key = keyOf(standing.condition, standing.lane);
    if (this.#standing.has(key) || this.#standing.size >= MOST_STANDING) return;
    this.#standing.set(key, standing);
    this.#lookAll();
  }

  /** It is wrong no longer. */
  end(condition: Condition, lane: string | null): void {
    if (this.#standing.delete(keyOf(condition, lane))) this.#lookAll();
  }

  /** The endpoint was removed: what is wrong with it is over. Whether it is paused is not for its node to say. */
  remove(lane: string, name: string): void {
    for (const [key, standing] of this.#standing) {
      if (standing.lane !== lane || standing.condition === 'paused') continue;
      this.#standing.delete(key);
      for (const told of this.#told.values()) if (told.has(key)) told.set(key, { ...standing, removed: name });
    }
    this.#lookAll();
  }

  /** Tells what is wrong and not known to it, and from now on every change, until the answer is called. `forget`: it never comes back. */
  subscribe(subscriber: Subscriber): (forget: boolean) => void {
    const { id } = subscriber;
    const entry = { subscriber, timer: undefined };
    this.#subscribed.get(id)?.timer?.cancel();
    this.#subscribed.set(id, entry);
    this.#look(id);
    return (forget) => {
      if (forget) this.#told.delete(id);
      const now = this.#subscribed.get(id);
      if (now !== entry) return;
      now.timer?.cancel();
      this.#subscribed.delete(id);
    };
  }

  #lookAll(): void {
    for (const id of [...this.#subscribed.keys()]) this.#look(id);
  }

  #look(id: string): void {
    const entry = this.#subscribed.get(id);
    if (!entry) return;
    const { subscriber } = entry;
    const told = this.#toldTo(id);
    for (const [key, standing] of told) {
      if (this.#standing.has(key)) continue;
      told.delete(key);
      subscriber.ended(standing);
    }
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, standing] of this.#standing) {
      if (told.has(key)) continue;
      // A clock that was set back must not keep an alert back for as long.
      const nowMs = this.clock.now();
      const leftMs = standing.sinceMs > nowMs ? 0 : standing.sinceMs + subscriber.afterMs - nowMs;
      if (leftMs > 0) {
        nextMs = Math.min(nextMs, leftMs);
        continue;
      }
      told.set(key, standing);
      subscriber.began(standing);
    }
    entry.timer?.cancel();
    entry.timer = nextMs < Number.POSITIVE_INFINITY ? this.clock.after(nextMs, () => this.#look(id)) : undefined;
  }

  #toldTo(id: string): Map<string, Standing> {
    const known = this.#told.get(id) ?? new Map<string, Standing>();
    this.#told.set(id, known);
    return known;
  }
}

function keyOf(condition: Condition, lane: string | null): string {
  return lane === null ? condition : `${condition} ${lane}`;
}
