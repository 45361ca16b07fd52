/** How whoever asked for a request ends it early. Every attempt needs one, and an AbortSignal costs more than all else around it. */

export interface Cancellable {
  /** May be called at any time, also after the end, and any number of times. */
  cancel(): void;
}

/** Handed along with a request; aims at what is under way for it just now. */
export class Cancellation implements Cancellable {
  #isCancelled = false;
  #target: Cancellable | undefined;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** From now on `cancel` ends this, and no longer what it was aimed at before. Whoever begins something looks at `isCancelled` first. */
  aimAt(target: Cancellable): void {
    this.#target = target;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#target?.cancel();
  }
}
