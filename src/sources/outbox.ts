/**
 * What a source has heard and not handed over yet: it goes on its way batch by batch and in its order, again for as long as
 * it cannot be stored.
 */
import type { Timer } from '../clock';
import { type Sentence, saidBy } from '../sentence';
import { source } from '../sentences/source';
import type { AcceptedEvent } from '../store/delivery-store';
import type { SourceHost } from './source';

/** How many events are stored at once. */
const LARGEST_BATCH = 500;

/** After a failure to store events they are handed over again, until it works. */
const STORE_AGAIN_MS = 1000;

export interface OutboxListener {
  /** The events could not be stored. */
  fails(reason: Sentence): void;
  /** They can again. */
  recovers(): void;
}

export class Outbox {
  readonly #host: Pick<SourceHost, 'clock' | 'deliver'>;
  readonly #listener: OutboxListener;
  readonly #waiting: AcceptedEvent[] = [];
  #storing: Promise<void> | undefined;
  #again: Timer | undefined;
  #failing = false;
  #closed = false;

  constructor(host: Pick<SourceHost, 'clock' | 'deliver'>, listener: OutboxListener) {
    this.#host = host;
    this.#listener = listener;
  }

  /** How many events wait. */
  get size(): number {
    return this.#waiting.length;
  }

  push(...events: readonly AcceptedEvent[]): void {
    if (events.length === 0) return;
    this.#waiting.push(...events);
    this.#storing ??= this.#store();
  }

  /** Tries no more once that fails; resolves when everything is handed over, or cannot be. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#again?.cancel();
    await this.#storing;
  }

  async #store(): Promise<void> {
    // What happens in the same moment goes into the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, LARGEST_BATCH);
      try {
        await this.#host.deliver(batch);
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#waiting.splice(0, batch.length);
      if (this.#failing) this.#listener.recovers();
      this.#failing = false;
    }
    this.#storing = undefined;
  }

  #fail(error: unknown): void {
    this.#failing = true;
    this.#listener.fails(source('not-stored', { reason: saidBy(error) }));
    if (this.#closed) return;
    this.#again = this.#host.clock.after(STORE_AGAIN_MS, () => {
      this.#storing = this.#store();
    });
  }
}
