/** The port of a source: something that hears a phone system and hands on what happens there, event by event. */
import type { Clock, Random } from '../clock';
import type { AcceptedEvent } from '../store/delivery-store';

export interface Source {
  /** Begins to listen. What goes wrong then is a status. Called once. */
  start(): void;
  /** Hears nothing more; resolves when everything heard before is handed over, or cannot be. Called once. */
  stop(): Promise<void>;
}

/** How a source is connected to its phone system. `reason` is a sentence for the user, without secrets. */
export type SourceStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

/** What a source is given by those who run it. */
export interface SourceHost {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Resolves when the events are durably accepted, repeats left out. Rejects where they could not be: then they may be
   * handed over again. Events come out in the order in which they are handed over.
   */
  deliver(events: readonly AcceptedEvent[]): Promise<void>;
  status(status: SourceStatus): void;
}
