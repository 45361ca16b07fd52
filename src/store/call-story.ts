/**
 * The part of the port from which the story of a call is told: events by call and by number, what became of them at
 * those who heard them, and the deliveries that came of them.
 */
import type { Attempt } from '../delivery/delivery';
import type { TelephonyEvent } from '../event/telephony-event';
import type { DeliveryRow } from './delivery-store';

/** What became of an event that was accepted and is still open. */
export interface EventNote {
  readonly eventId: string;
  readonly atMs: number;
  /** A Note as text. */
  readonly note: string;
}

export interface CallQuery {
  /** Finds the call of this id. */
  readonly callId: string;
  /** Finds calls in which one of these numbers takes part, each given as `digitsOf` does. */
  readonly numbers: readonly string[];
  /** Of what was accepted then, inclusive. By a number, a call counts as of the first event that has it. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  /** Calls at most. */
  readonly limit: number;
}

export interface HeardEvent {
  /** Without what the vendor sent (`raw`). */
  readonly event: TelephonyEvent;
  readonly acceptedAtMs: number;
  /** Oldest first; `note` is a Note as text. */
  readonly notes: readonly Pick<EventNote, 'atMs' | 'note'>[];
}

export interface HeardCall {
  /** Empty: an event that belongs to no call, alone. */
  readonly callId: string;
  /** As they were accepted. */
  readonly events: readonly HeardEvent[];
}

export interface HeardCalls {
  /** Newest first. */
  readonly calls: readonly HeardCall[];
  /** There are more calls than the limit, or a call has more events than are answered. */
  readonly truncated: boolean;
}

/** A delivery with what its event's story needs of it. */
export interface EventDelivery extends DeliveryRow {
  /** Its own, or of the delivery that it repeats by hand. */
  readonly eventId: string;
  /** `_msgid` of the message. Null: it had none. */
  readonly messageId: string | null;
  readonly resendOf: string | null;
  readonly attempts: readonly Omit<Attempt, 'response'>[];
}

export interface CallStory {
  /**
   * For what nobody misses: notes of events that are unknown, or closed already, are left out, and so are those of one event
   * beyond some thirty.
   */
  noteEvents(notes: readonly EventNote[]): Promise<void>;
  /** The notes of the events of this source that are still open, oldest first. */
  openNotes(source: string): Promise<readonly EventNote[]>;
  heardCalls(query: CallQuery): Promise<HeardCalls>;
  /** All deliveries of these events, also those made by hand later, oldest first. */
  deliveriesOf(events: readonly Pick<TelephonyEvent, 'id' | 'time'>[]): Promise<readonly EventDelivery[]>;
}
