/**
 * Keeps accepted events open until 60 s of live time after they were sent into the flow, so that an event whose
 * delivery was not stored before a crash comes out again.
 */
import type { Clock } from '../../src/clock';
import type { DeliveryStore } from '../../src/store/delivery-store';

const OPEN_MS = 60_000;
const SWEEP_MS = 5_000;

export class OpenEvents {
  private readonly sent: { id: string; closeAtMs: number }[] = [];
  private sweeping = false;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
  ) {}

  /** The event was sent into the flow now. */
  sentOut(ids: readonly string[]): void {
    const closeAtMs = this.clock.now() + OPEN_MS;
    for (const id of ids) this.sent.push({ id, closeAtMs });
    this.sweepLater();
  }

  private sweepLater(): void {
    if (this.sweeping || this.sent.length === 0) return;
    this.sweeping = true;
    this.clock.after(SWEEP_MS, () => {
      this.sweeping = false;
      const nowMs = this.clock.now();
      const first = this.sent.findIndex(({ closeAtMs }) => closeAtMs > nowMs);
      const due = this.sent.splice(0, first < 0 ? this.sent.length : first);
      // What cannot be closed now stays open in the store and comes out again once more: too often, never too seldom.
      if (due.length > 0) this.store.closeEvents(due.map(({ id }) => id)).catch(() => undefined);
      this.sweepLater();
    });
  }
}
