/**
 * One store as the nodes that share it see it: opened again and again while its disk refuses, so that nobody has to deploy when
 * the disk is back, and with a gate at which a bounded number of messages wait for that.
 */
import { systemClock } from '../../../src/clock';
import type { UserError } from '../../../src/errors';
import type { StoreHealth } from '../../../src/store/delivery-store';
import { WaitingWrites } from '../../../src/store/waiting-writes';
import type { StoreAlarm } from './disk-alarm';
import type { OpenStore } from './stores';

export class SharedStore implements StoreHealth {
  users = 0;
  /** It is kept open when its last user has gone. */
  stays = false;
  /** Resolves when it is open, however long that takes; rejects where waiting would not help, and when the last user leaves before. */
  readonly ready: Promise<OpenStore>;
  private opened: OpenStore | undefined;
  private room: StoreAlarm | null = null;
  private isGivenUp = false;
  private attempt: Promise<OpenStore> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly gate = new WaitingWrites(systemClock, () => Promise.resolve());

  constructor(
    readonly key: string,
    private readonly open: () => Promise<OpenStore>,
  ) {
    this.gate.onChange(() => this.tell());
    this.ready = this.gate.make(
      () => this.tryToOpen(),
      () => 0,
    );
    this.ready.catch(() => undefined); // those who use it hear of it
  }

  /** Opens it, or says at once why it cannot be opened just now. */
  now(): Promise<OpenStore> {
    return this.attempt ?? this.ready;
  }

  /** The store for a message of that many bytes, which waits for it in memory. Rejects with `store-overfull` beyond what may wait. */
  enter(weigh: () => number): Promise<OpenStore> {
    return this.opened ? this.ready : this.gate.make(() => this.now(), weigh);
  }

  get isOpen(): boolean {
    return this.opened !== undefined;
  }

  /** Room becomes scarce. Null: it does not. */
  get alarm(): StoreAlarm | null {
    return this.room;
  }

  set alarm(alarm: StoreAlarm | null) {
    const isNews = alarm?.kind !== this.room?.kind;
    this.room = alarm;
    if (isNews) this.tell();
  }

  get trouble(): UserError | null {
    return this.gate.trouble ?? this.opened?.store.health.trouble ?? null;
  }

  get waiting(): number {
    return this.gate.waiting + (this.opened?.store.health.waiting ?? 0);
  }

  /** Hears of every change of trouble, waiting and alarm until the answer is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Nobody waits for it any more. */
  giveUp(): void {
    this.isGivenUp = true;
    this.gate.close();
  }

  private tryToOpen(): Promise<OpenStore> {
    this.attempt = this.open().then(async (store) => {
      if (this.isGivenUp) await store.store.close();
      this.opened = store;
      store.store.health.onChange(() => this.tell());
      return store;
    });
    return this.attempt;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
