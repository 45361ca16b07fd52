/**
 * What a store does while its disk refuses: keeps writes in memory, bounded, and makes them in the order of their calls once
 * the disk accepts again. It looks for that by itself, and says how things stand.
 */
import type { Clock, Timer } from '../clock';
import { UserError } from '../errors';
import { store } from '../sentences/store';
import type { StoreHealth } from './delivery-store';

/** What is kept in memory at most. */
export interface WaitingLimits {
  readonly writes: number;
  readonly bytes: number;
}

const LIMITS: WaitingLimits = { writes: 10_000, bytes: 64 * 1024 * 1024 };
/** A disk that refused is asked again after this. */
const ASK_AGAIN_MS = 1_000;
/** Writes made together once it accepts again; none is made before all that went before it are. */
const MADE_TOGETHER = 256;

/** Refusals that may end without the store: someone makes room, mounts the disk, ends the other program. */
const MAY_END: ReadonlySet<string> = new Set(['store-full', 'store-unwritable', 'store-busy']);

/** The disk refuses for now: what failed so is worth another try. */
export function isRefusal(error: unknown): error is UserError {
  return error instanceof UserError && MAY_END.has(error.code);
}

interface Waiting {
  readonly call: () => Promise<unknown>;
  readonly bytes: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class WaitingWrites implements StoreHealth {
  #trouble: UserError | null = null;
  #queue: Waiting[] = [];
  #bytes = 0;
  #asking: Timer | undefined;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** `probe` writes something of no consequence, and so shows whether the disk accepts. */
  constructor(
    private readonly clock: Clock,
    private readonly probe: () => Promise<unknown>,
    private readonly limits: WaitingLimits = LIMITS,
  ) {}

  get trouble(): UserError | null {
    return this.#trouble;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes a write that nobody would make again: where the disk refuses, it waits. Rejects with `store-overfull` beyond the limits. */
  async make<T>(call: () => Promise<T>, weigh: () => number): Promise<T> {
    if (this.#queue.length > 0) return this.#wait(call, weigh());
    try {
      return this.#accepted(await call());
    } catch (error) {
      if (!isRefusal(error)) throw this.#failed(error);
      return this.#wait(call, weigh(), error);
    }
  }

  /** Makes a call whose caller knows what to do when it fails. That it succeeds says little: it may have had nothing to write. */
  async attempt<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** What waits is rejected: it was never written. */
  close(): void {
    this.#closed = true;
    this.#asking?.cancel();
    const error = new UserError('store-closed', store('closed'));
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }

  #wait<T>(call: () => Promise<T>, bytes: number, refusal?: UserError): Promise<T> {
    const { writes, bytes: most } = this.limits;
    if (this.#closed || this.#queue.length >= writes || this.#bytes + bytes > most) {
      if (refusal !== undefined) this.#failed(refusal);
      return Promise.reject(this.#overfull());
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ call, bytes, resolve: resolve as Waiting['resolve'], reject });
      this.#bytes += bytes;
      if (refusal === undefined) this.#tell();
      else this.#failed(refusal);
    });
  }

  #overfull(): UserError {
    const cause = this.#trouble;
    const writes = this.#queue.length;
    return cause === null
      ? new UserError('store-overfull', store('overfull', { writes }))
      : new UserError('store-overfull', store('overfull-since', { writes, reason: cause.sentence }), { cause });
  }

  #failed(error: unknown): unknown {
    if (error instanceof UserError && error.code.startsWith('store-')) {
      const isNew = this.#trouble?.message !== error.message;
      this.#trouble = error;
      if (isNew) this.#tell();
      if (isRefusal(error)) this.#askLater();
    }
    return error;
  }

  #accepted<T>(value: T): T {
    if (this.#trouble !== null && this.#queue.length === 0) {
      this.#trouble = null;
      this.#tell();
    }
    return value;
  }

  #askLater(): void {
    if (this.#asking !== undefined || this.#closed) return;
    this.#asking = this.clock.after(ASK_AGAIN_MS, () => {
      void this.#ask().finally(() => {
        this.#asking = undefined;
        if (this.#queue.length > 0 || isRefusal(this.#trouble)) this.#askLater();
      });
    });
  }

  async #ask(): Promise<void> {
    try {
      await this.probe();
      while (this.#queue.length > 0) if (!(await this.#makeSome())) return;
      this.#accepted(null);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The first that waited longest. False: one was refused again; it and all behind it go on waiting. */
  async #makeSome(): Promise<boolean> {
    const some = this.#queue.slice(0, MADE_TOGETHER);
    // Called in one turn: the store takes them in this order, and after one that it refuses none.
    const outcomes = await Promise.allSettled(some.map(({ call }) => call()));
    const refused = outcomes.findIndex((outcome) => outcome.status === 'rejected' && isRefusal(outcome.reason));
    const done = refused < 0 ? some.length : refused;
    for (const { bytes } of this.#queue.splice(0, done)) this.#bytes -= bytes;
    for (const [index, waiting] of some.slice(0, done).entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === 'fulfilled') waiting.resolve(outcome.value);
      else waiting.reject(outcome?.reason);
    }
    this.#tell();
    const stopped = outcomes[refused];
    if (stopped?.status !== 'rejected') return true;
    this.#failed(stopped.reason);
    return false;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
