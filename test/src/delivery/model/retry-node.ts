/** What a retry node does with the deliveries of a webhook that does not try again by itself: holds each, and sends it on twice. */
import type { Clock } from '../../../../src/clock';
import type { Dispatcher } from '../../../../src/delivery/dispatcher';
import type { DeliveryStore } from '../../../../src/store/delivery-store';

const HELD_MS = 5_000;
const OUT_MS = 60_000;
const RETRY_MS = 1_000;
const MOST_FAILURES = 3;

interface Parts {
  readonly clock: Clock;
  readonly store: DeliveryStore;
  readonly dispatcher: Dispatcher;
}

export class RetryNode {
  readonly #failures = new Map<string, number>();

  constructor(
    private readonly parts: Parts,
    private readonly nodeId: string,
    private readonly flow: {
      /** The message of a delivery goes on: it may come back. */
      readonly again: (id: string) => void;
      readonly watch: (work: Promise<unknown>) => void;
    },
  ) {}

  /** A delivery has failed. */
  hold(id: string): void {
    const { clock, store } = this.parts;
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    const [nowMs, holdId] = [clock.now(), `hold-${id}`];
    if (failures >= MOST_FAILURES) {
      this.flow.watch(store.dropHold(holdId, nowMs, true));
      return;
    }
    const times = { firstFailedAtMs: nowMs, dueAtMs: nowMs + HELD_MS };
    const hold = { id: holdId, nodeId: this.nodeId, message: {}, deliveryId: id, failures, ...times } as const;
    this.flow.watch(store.hold({ ...hold, state: 'held' }).then(() => this.#arm(id, HELD_MS, () => this.#send(id))));
  }

  /** What was out when the process died goes out again. */
  async resume(): Promise<void> {
    const { clock, store } = this.parts;
    for (const { deliveryId, failures, state, dueAtMs } of await store.holds(this.nodeId)) {
      const id = String(deliveryId);
      this.#failures.set(id, failures);
      this.#arm(id, state === 'out' ? 0 : dueAtMs - clock.now(), () => this.#send(id));
    }
  }

  #arm(id: string, afterMs: number, work: () => Promise<void>): void {
    this.parts.clock.after(afterMs, () => {
      this.flow.watch(
        work().catch((error: unknown) => {
          this.#arm(id, RETRY_MS, work);
          throw error;
        }),
      );
    });
  }

  async #send(id: string): Promise<void> {
    if (!(await this.#take(id))) return;
    this.#arm(id, OUT_MS, () => this.#letGo(id));
    this.flow.again(id);
  }

  async #letGo(id: string): Promise<void> {
    const { clock, store, dispatcher } = this.parts;
    const delivery = await this.#take(id);
    if (delivery && (await store.reopen(id, { nowMs: clock.now() }))) dispatcher.again(id, delivery.lane);
  }

  async #take(id: string): ReturnType<DeliveryStore['get']> {
    const { clock, store } = this.parts;
    const hold = await store.takeHold(`hold-${id}`, clock.now() + OUT_MS);
    const delivery = hold && (await store.get(id));
    return delivery?.state === 'waiting' ? delivery : undefined;
  }
}
