/**
 * Keeps accepted events open until 60 s of live time after they were sent into the flow, so that an event whose
 * delivery was not stored before a crash comes out again.
 */
import type { Clock } from '../../../src/clock';
import type { DeliveryStore } from '../../../src/store/delivery-store';

const SWEEP_MS = 5_000;
/** 60 s in sweeps, which only a process that lives and a clock that cannot be set make; and the one that has begun. */
const SWEEPS_OPEN = 60_000 / SWEEP_MS + 1;

export class OpenEvents {
  private readonly sent: { readonly id: string; sweepsLeft: number }[] = [];
  private sweeping = false;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
    /** False: some store refuses, and what came of the events may still wait in memory alone. Such time does not count. */
    private readonly counts: () => boolean,
  ) {}

  /** The event was sent into the flow now. */
  sentOut(ids: readonly string[]): void {
    for (const id of ids) this.sent.push({ id, sweepsLeft: SWEEPS_OPEN });
    this.sweepLater();
  }

  private sweepLater(): void {
    if (this.sweeping || this.sent.length === 0) return;
    this.sweeping = true;
    this.clock.after(SWEEP_MS, () => {
      this.sweeping = false;
      const due: string[] = [];
      if (this.counts()) {
        for (const event of this.sent) if (--event.sweepsLeft <= 0) due.push(event.id);
        this.sent.splice(0, due.length);
      }
      // What cannot be closed now stays open in the store and comes out again once more: too often, never too seldom.
      if (due.length > 0) this.store.closeEvents(due).catch(() => undefined);
      this.sweepLater();
    });
  }
}
