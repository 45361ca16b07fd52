/** What the story of a call consists of, as the admin API answers it. Times are ISO 8601 UTC. */
import type { DeliveryState } from '../delivery/delivery';
import type { DropReason } from '../event/event-note';
import type { Phrase, Sentence } from '../sentence';

/** What every entry has. Null: there is none. */
export interface Base {
  readonly time: string;
  readonly eventId: string;
  /** Id of the node at which it happened, and its name, or that of the webhook. Empty: it has none. */
  readonly node: string;
  readonly name: string;
  readonly delivery: string | null;
}

export type Happening =
  | { readonly kind: 'heard'; readonly eventType: string; readonly happenedAt: string }
  /**
   * The source heard it once more; it came out of the source once more; it has come out three times, each time shortly
   * before Node-RED ended, and does not again; it came out and no node listened.
   */
  | { readonly kind: 'repeat' | 'again' | 'closed' | 'unheard' }
  /** `no-delivery`: nothing in the log came of it, and nothing that did can be meant. */
  | { readonly kind: 'passed'; readonly reason: 'no-delivery' | null }
  /** `value`: what the event has there. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly value: string }
  /** Another event with the same `value` of the parameter `by` came out before. */
  | {
      readonly kind: 'held-back';
      readonly reason: 'once';
      readonly by: string;
      readonly value: string;
      readonly until: string;
    }
  /** The template could not be rendered. */
  | ({ readonly kind: 'unrendered' } & Sentence)
  /** `resend`: by hand, of the delivery `of`. */
  | {
      readonly kind: 'delivery' | 'resend';
      readonly state: DeliveryState;
      readonly method: string | null;
      readonly url: string | null;
      readonly of: string | null;
    }
  /** With its answer. `reason`: the class of its failure; null: it succeeded. */
  | {
      readonly kind: 'attempt';
      readonly number: number;
      readonly durationMs: number;
      readonly statusCode: number | null;
      readonly reason: string | null;
      readonly message: string | null;
      readonly phrase?: Phrase | undefined;
    }
  /** It failed, and will be tried again. */
  | { readonly kind: 'waiting'; readonly until: string }
  /** It failed for good. */
  | ({ readonly kind: 'given-up'; readonly reason: string } & Sentence);

export type StoryEntry = Base & Happening;

export interface ShownCall {
  /** Empty: an event that belongs to no call. */
  readonly callId: string;
  /** As the first event has them that has any. Empty: unknown. */
  readonly callerNumber: string;
  readonly calledNumber: string;
  /** Oldest first. */
  readonly entries: readonly StoryEntry[];
}
