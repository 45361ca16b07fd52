/**
 * What a delivery is: one request to one endpoint, from acceptance to its end, with every attempt made for it.
 * Pure shapes; who moves a delivery from state to state is the dispatcher, and who keeps it is a store.
 */
import type { JsonObject } from '../json';
import type { Phrase, Sentence } from '../sentence';

/** `pending`: never tried. `sending`: an attempt is under way. `waiting`: failed, will be tried again. */
export type DeliveryState = 'pending' | 'sending' | 'waiting' | 'delivered' | 'failed';

/** Why an attempt failed, or why a delivery ended without one. Stable: shown in the log, used in filters and metrics. */
export const FAILURE_CLASSES = [
  'refused', // nobody listens at that port
  'timeout', // no whole answer in time
  'dns', // the host name has no address
  'tls', // certificate or handshake
  'reset', // the connection broke
  'status', // an answer, but not one that counts as success
  'protocol', // what came back is not HTTP
  'address-blocked', // the address policy forbids it
  'proxy', // the proxy refused or failed
  'auth', // a token could not be obtained
  'secret', // a %name% declared nowhere
  'template', // the template could not be rendered
  'request', // the message holds no request that can be sent
  'expired', // older than its longest age
  'discarded', // ended by hand
  'internal', // an error of ours
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** A request as it is stored and shown: secrets are `%name:nonce:context%` placeholders or sealed, never plain. */
export interface StoredRequest {
  readonly method: string;
  /** Without user info: that is in `sealed`. */
  readonly url: string;
  /** As the user wrote them; names keep their case. Secret headers are absent here and in `sealed`. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Null: no body. */
  readonly body: { readonly encoding: 'utf8' | 'base64'; readonly text: string } | null;
  /** Headers and URL user info that came as secrets in a message: encrypted, base64. Null: none. */
  readonly sealed: string | null;
  /** The base URL that the endpoint had then: what is sent follows when it changes. Absent: there was none. */
  readonly base?: string;
}

/** Why the last attempt failed, in a sentence that a user understands. */
export interface DeliveryError extends Sentence {
  readonly class: FailureClass;
  readonly statusCode: number | null;
}

/** One try. Numbers start with 1 and have no gaps. */
export interface Attempt {
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Null: no answer came. */
  readonly statusCode: number | null;
  /** Null: it succeeded. */
  readonly class: FailureClass | null;
  /** Null: it succeeded. With `phrase` it is a Sentence. */
  readonly message: string | null;
  readonly phrase?: Phrase | undefined;
  /** Null: no answer came. The body is the first 16 kB, decoded as UTF-8. */
  readonly response: {
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly body: string;
  } | null;
}

/** A delivery as its store holds it, without its attempts. */
export interface Delivery {
  readonly id: string;
  /** Grows with acceptance; the order within one `lane` and `orderKey`. */
  readonly sequence: number;
  readonly state: DeliveryState;
  /** The `telephony-webhook-out` (or template) node it belongs to, and that node's name when it was accepted. */
  readonly nodeId: string;
  readonly webhook: string;
  /** What limits, pauses and order are counted by: the endpoint node's id, else the URL's origin. */
  readonly lane: string;
  /** Deliveries of one lane with the same key go one after another. Null: in no order. */
  readonly orderKey: string | null;
  /** Null where the message carried no event. */
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly callId: string | null;
  /** Null: the template could not be rendered, so there is nothing to send. */
  readonly request: StoredRequest | null;
  /** The message's other JSON properties (`event`, `topic`, `_msgid`, …), without the request's. */
  readonly message: JsonObject;
  readonly attemptCount: number;
  /** Those of them that count for nothing: the endpoint was known to be down, or it was woken before its time. */
  readonly sparedCount: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** When the first failed attempt began. Null: none failed. */
  readonly firstFailedAtMs: number | null;
  /** When the next attempt is due. Null: none will be made. */
  readonly dueAtMs: number | null;
  /**
   * It was made due at the end of an outage, and by its schedule would be then. Stays until then, so that it is woken once. Null:
   * it was not woken.
   */
  readonly plannedAtMs: number | null;
  /** The receiver's `Retry-After`: nothing is sent before. Null: it named none. */
  readonly notBeforeMs: number | null;
  /** It has failed: from then on later ones of its order key may go first. Null: they wait for it. */
  readonly passAtMs: number | null;
  readonly lastError: DeliveryError | null;
  /** True: it had a body, which the log does not keep. It cannot be sent as stored. */
  readonly bodyRemoved: boolean;
  /** The delivery that this one repeats by hand. */
  readonly resendOf: string | null;
}
