/** Sees to it that every failure leaves an output: what the store calls unreported is said again at the next start. */
import type { Clock, Timer } from '../clock';
import type { DeliveryStore } from '../store/delivery-store';
import { toResponse } from './attempt';
import type { Webhook } from './webhook';

/** A failure counts as heard of when its message left this long ago: a `retry` node needs a moment to store what it got. */
const REPORTED_AFTER_MS = 1_000;

export interface ReportParts {
  readonly store: Pick<DeliveryStore, 'unreported' | 'attempts' | 'reported'>;
  readonly clock: Clock;
  readonly keepBodies: () => boolean;
  readonly changed: () => void;
  /** The message as it arrived, kept no longer. */
  readonly takeLive: (id: string) => unknown;
}

export class Reports {
  /** Failures of which a message has left in this process, but that the store still calls unreported. */
  readonly #leaving = new Set<string>();
  /** Those of them that the store is just told of. */
  #written: ReadonlySet<string> = new Set();
  #flushing: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  constructor(private readonly parts: ReportParts) {}

  /** Sends the messages of failures of which nobody may have heard, because the process died or the node was closed. */
  async again(webhook: Webhook, isRegistered: () => boolean): Promise<void> {
    const { store } = this.parts;
    for (const delivery of await store.unreported(webhook.nodeId)) {
      if (this.#leaving.has(delivery.id) || this.#written.has(delivery.id) || !isRegistered()) continue;
      const last = (await store.attempts(delivery.id)).at(-1);
      webhook.settled({
        delivery,
        state: 'failed',
        attemptCount: delivery.attemptCount,
        endedAtMs: delivery.updatedAtMs,
        error: delivery.lastError,
        response: last ? toResponse(last) : null,
        live: this.parts.takeLive(delivery.id),
      });
      this.note(delivery.id);
    }
  }

  /** The message of a failure has just left. */
  note(id: string): void {
    this.#leaving.add(id);
    this.#flushLater();
  }

  /** Tells the store what has been heard of, one call after another. Once more later where it refuses; what it is never told comes out again at the next start. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const ids = [...this.#leaving];
    if (ids.length === 0) return;
    this.#leaving.clear();
    this.#written = new Set(ids);
    try {
      await this.parts.store.reported(ids, this.parts.keepBodies());
    } catch {
      for (const id of ids) this.note(id);
      return;
    } finally {
      this.#written = new Set();
    }
    this.parts.changed();
  }

  #flushLater(): void {
    this.#timer ??= this.parts.clock.after(REPORTED_AFTER_MS, () => {
      this.#timer = undefined;
      void this.flush();
    });
  }
}
