/** The one shape in which every source says what happened on the phone. */
import type { JsonObject } from '../json';

export type CallType = 'inbound' | 'outbound' | 'click-to-call' | 'internal';

/** An event, immutable. Everything in it is JSON, so it survives queues, stores and restarts. */
export interface TelephonyEvent {
  /** Derived from the source's own identifiers: the same event heard twice has the same id. */
  readonly id: string;
  /** A type of the catalogue, such as `call.ended`, or `event.unknown`. */
  readonly type: string;
  /** When it happened: ISO 8601, UTC, milliseconds. */
  readonly time: string;
  /** Id of the `telephony-source` node that heard it. */
  readonly source: string;
  /** Identifier of the whole call; empty where the event belongs to no call (a message, an agent's pause). */
  readonly callId: string;
  /** Empty where neither `origin` nor `direction` is known. */
  readonly callType: CallType | '';
  /** Catalogue name → value. A parameter that the source did not give is absent. `raw` holds what the vendor sent. */
  readonly parameters: Readonly<JsonObject>;
}
