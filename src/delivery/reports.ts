/** Tells nodes how their deliveries ended. Every failure is told: what the store calls unreported is told again at the next start. */
import type { Clock, Timer } from '../clock';
import type { DeliveryStore } from '../store/delivery-store';
import { toResponse } from './attempt';
import type { Settled, Webhook } from './webhook';

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
  /** Of a time in which nobody is told (`halt`): what ended since then, or before it of nodes that were not there. */
  #untold: Settled[] = [];
  #isHalted = false;

  constructor(private readonly parts: ReportParts) {}

  /**
   * A node that takes the place of another is told what that one has not been, and its failures of which nobody may have heard,
   * because the process died or the node was closed.
   */
  async register(webhook: Webhook, isRegistered: () => boolean): Promise<void> {
    // Failures come out of the store.
    this.#untold = this.#untold.filter(
      ({ delivery, state }) => delivery.nodeId !== webhook.nodeId || state === 'delivered',
    );
    if (!this.#isHalted) this.#tellUntold((nodeId) => (nodeId === webhook.nodeId ? webhook : undefined));
    const { store } = this.parts;
    for (const delivery of await store.unreported(webhook.nodeId)) {
      if (this.#leaving.has(delivery.id) || this.#written.has(delivery.id) || !isRegistered()) continue;
      const last = (await store.attempts(delivery.id)).at(-1);
      this.#tellNow(webhook, {
        delivery,
        state: 'failed',
        attemptCount: delivery.attemptCount,
        endedAtMs: delivery.updatedAtMs,
        error: delivery.lastError,
        response: last ? toResponse(last) : null,
        live: this.parts.takeLive(delivery.id),
      });
    }
  }

  tell(webhook: Webhook, settled: Settled): void {
    if (this.#isHalted) this.#untold.push(settled);
    else this.#tellNow(webhook, settled);
  }

  /** Tells nobody until `goOn`. */
  halt(): void {
    if (!this.#isHalted) this.#untold = []; // of nodes that never came back
    this.#isHalted = true;
  }

  goOn(webhookOf: (nodeId: string) => Webhook | undefined): void {
    this.#isHalted = false;
    this.#tellUntold(webhookOf);
  }

  #tellUntold(webhookOf: (nodeId: string) => Webhook | undefined): void {
    const untold = this.#untold;
    this.#untold = [];
    for (const settled of untold) {
      const webhook = webhookOf(settled.delivery.nodeId);
      if (webhook) this.#tellNow(webhook, settled);
      else this.#untold.push(settled);
    }
  }

  #tellNow(webhook: Webhook, settled: Settled): void {
    webhook.settled(settled);
    if (settled.state === 'failed') this.#note(settled.delivery.id);
  }

  /** The message of a failure has just left. */
  #note(id: string): void {
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
      for (const id of ids) this.#note(id);
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
