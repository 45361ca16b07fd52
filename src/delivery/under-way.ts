/** The attempts under way: which node's each is, and how to wait for their end or cut them off. */
import type { Clock } from '../clock';
import { Cancellation } from '../http/cancellation';

export class UnderWay {
  readonly cancellation = new Cancellation();
  private isSending = true;

  constructor(
    readonly nodeId: string,
    private readonly letNext: () => void,
  ) {}

  /** Lets the next of the lane be sent: what this one amounted to is still being written. */
  answered(): void {
    if (!this.isSending) return;
    this.isSending = false;
    this.letNext();
  }
}

export class AttemptsUnderWay {
  /** Each with the promise of its end. */
  private readonly ends = new Map<UnderWay, Promise<void>>();

  get count(): number {
    return this.ends.size;
  }

  /** `run` must not reject. */
  begin(attempt: UnderWay, run: () => Promise<void>): void {
    const end = run().then(() => void this.ends.delete(attempt));
    this.ends.set(attempt, end);
  }

  /** Resolves when those of some nodes have ended; after `graceMs` they are cut off. */
  async drain(clock: Clock, graceMs: number, of: (nodeId: string) => boolean): Promise<void> {
    const mine = [...this.ends].filter(([{ nodeId }]) => of(nodeId));
    if (mine.length === 0) return;
    const timer = clock.after(graceMs, () => {
      for (const [{ cancellation }] of mine) cancellation.cancel();
    });
    await Promise.all(mine.map(([, end]) => end));
    timer.cancel();
  }
}
