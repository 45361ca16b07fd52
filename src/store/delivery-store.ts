/**
 * The port to whatever keeps deliveries and accepted events across a restart. Asynchronous, and claims carry leases,
 * so that several Node-REDs can share a store without a change above this line.
 *
 * Durable means: when a promise of a writing method resolves, what it wrote survives `kill -9` and a power cut
 * (in the memory store: nothing does). Calls made in one turn of the event loop may be committed together.
 */
import type { Attempt, Delivery, DeliveryError, DeliveryState, StoredRequest } from '../delivery/delivery';
import type { UserError } from '../errors';
import type { TelephonyEvent } from '../event/telephony-event';
import type { JsonObject } from '../json';
import type { CallStory } from './call-story';

/** What `accept` needs to know; the rest of a Delivery starts empty. */
export interface NewDelivery {
  readonly id: string;
  readonly nodeId: string;
  readonly webhook: string;
  readonly lane: string;
  readonly orderKey: string | null;
  readonly eventId: string | null;
  /** As the event has it. */
  readonly eventTime: string | null;
  readonly eventType: string | null;
  readonly callId: string | null;
  readonly request: StoredRequest | null;
  /** What is kept of the message, as JSON text: it is written once, by who has it. */
  readonly message: string;
  readonly createdAtMs: number;
  readonly resendOf: string | null;
  /**
   * What to do with it at once. `claim`: start in `sending` under this lease, unless an open delivery of the same lane
   * and order key precedes it, or the lane is paused, or older ones of the lane are due; then it starts `pending`, due
   * now. `failed`: it ended before it began.
   */
  readonly start:
    | { readonly kind: 'claim'; readonly leaseUntilMs: number }
    | { readonly kind: 'pending'; readonly dueAtMs: number }
    | { readonly kind: 'failed'; readonly error: DeliveryError };
  /**
   * Set for a message of an event that came out again after a crash: if a delivery with the same event id and time, node,
   * method, URL and body exists, nothing is stored and that one is answered with `duplicate: true`.
   */
  readonly compare: boolean;
  /**
   * Set for a message that names a delivery. If that one is this node's, or could not be rendered, nothing new is stored: it is
   * reopened as `reopen` does, with this request, message, node and order. Where it is under way or delivered, the message is
   * a new delivery; one that a retry node sent on is not, but answered with `duplicate: true`.
   */
  readonly comesBack?: { readonly id: string; readonly wasHeld: boolean };
}

export interface Accepted {
  readonly id: string;
  readonly sequence: number;
  /** True: it is in `sending`, and the caller must make the attempt. */
  readonly claimed: boolean;
  readonly duplicate: boolean;
  /** True: no new one, but the one that `comesBack` named; it is due. */
  readonly reopened: boolean;
}

/** What becomes of a delivery after an attempt, or by hand. */
export type Transition =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'waiting';
      readonly dueAtMs: number;
      /** Null: the receiver named no time. */
      readonly notBeforeMs: number | null;
      readonly error: DeliveryError;
      /** From then on the next of the same order key may pass this one. Null: never. */
      readonly passAtMs: number | null;
      /** See Delivery. Absent: null. */
      readonly plannedAtMs?: number | null;
      /** True: the attempt is in the log but counts for nothing. */
      readonly spared?: boolean;
    }
  | { readonly kind: 'failed'; readonly error: DeliveryError };

export interface Finished {
  readonly id: string;
  /** Null: it ended without an attempt (expired, an unknown secret). */
  readonly attempt: Omit<Attempt, 'number'> | null;
  readonly atMs: number;
  readonly next: Transition;
  /** False: once it has ended, its body and those of the responses are removed. One still to be reported keeps its own until then. */
  readonly keepBodies: boolean;
  /** A failure of which its node's output must hear: `unreported` answers it until `reported` was called. */
  readonly report: boolean;
}

/** Filters of the log; absent members do not restrict. */
export interface DeliveryFilter {
  readonly state?: readonly DeliveryState[];
  /** Name of the webhook, id of its node, or its lane: id of the endpoint, or origin. */
  readonly webhook?: string;
  /** Event type. */
  readonly type?: string;
  /** Any text: number, call id, words of URL, body, event or error. Case-insensitive. */
  readonly q?: string;
  /** Acceptance, inclusive. */
  readonly fromMs?: number;
  /** Acceptance, exclusive. */
  readonly toMs?: number;
}

/** A row of the log: a delivery without its body, message and headers. */
export interface DeliveryRow {
  readonly id: string;
  readonly state: DeliveryState;
  readonly webhook: string;
  readonly nodeId: string;
  readonly lane: string;
  readonly eventType: string | null;
  readonly callId: string | null;
  /** Null: the template could not be rendered. */
  readonly method: string | null;
  readonly url: string | null;
  readonly attemptCount: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly dueAtMs: number | null;
  readonly lastError: DeliveryError | null;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly rows: readonly DeliveryRow[];
  /** Opaque; pass it on for the next page. Null: this was the last. */
  readonly cursor: string | null;
  /** How many match in all. */
  readonly total: number;
}

/** Sequences and times of acceptance of deliveries, newest first: the two go together by their index. */
export interface LogPositions {
  readonly sequences: readonly number[];
  readonly createdAtMs: readonly number[];
}

/** Deliveries by the time of their acceptance, oldest first; parts in which there were none are absent. */
export interface LogTimeline {
  readonly stepMs: number;
  readonly parts: readonly LogTimelinePart[];
}

export interface LogTimelinePart {
  /** When it begins: a multiple of the step. */
  readonly atMs: number;
  readonly delivered: number;
  readonly failed: number;
  /** Pending, sending and waiting. */
  readonly open: number;
}

export interface LaneState {
  readonly lane: string;
  /** Since when it has been paused by hand. Null: it is not. */
  readonly pausedSinceMs: number | null;
  readonly rest: LaneRest;
  /** When the earliest claimable delivery of the lane is due. Null: none is open. */
  readonly nextDueAtMs: number | null;
  /** Open deliveries: pending, sending and waiting. */
  readonly open: number;
  /** Those of them that nobody has claimed: pending and waiting. */
  readonly unclaimed: number;
  /**
   * Earliest first failure among what waits, if there was no success in the lane since. Else null; with an open breaker,
   * which others have opened that failed again, the last success.
   */
  readonly failingSinceMs: number | null;
}

/** From when until when; over as soon as the second is past, whoever may still have it written down. */
export interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Why a lane sends nothing for a while, of itself. */
export interface LaneRest {
  /** Its circuit breaker is open: `untilMs` is when one delivery is tried. Null: it is closed. */
  readonly breaker: Span | null;
  /** The receiver asked for it (`Retry-After`). Null: it did not. */
  readonly retryAfter: Span | null;
}

export interface StoreSummary {
  readonly states: Readonly<Record<DeliveryState, number>>;
  readonly webhooks: readonly {
    readonly webhook: string;
    readonly nodeId: string;
    readonly states: Readonly<Record<DeliveryState, number>>;
  }[];
  readonly lanes: readonly LaneState[];
  /** When the oldest open delivery was accepted. Null: none is open. */
  readonly oldestOpenAtMs: number | null;
  /** What is stored takes up, as `Retention.maxBytes` counts it. */
  readonly bytes: number;
}

/** A message that a `retry` node holds. */
export interface Hold {
  readonly id: string;
  readonly nodeId: string;
  readonly message: JsonObject;
  /** The delivery it belongs to, whose row in the log says `waiting` meanwhile. Null: another node's message. */
  readonly deliveryId: string | null;
  /** How often it has failed, with the failure that brought it here. */
  readonly failures: number;
  readonly firstFailedAtMs: number;
  /** When to send it to *again*; for one that is out, when it is forgotten. */
  readonly dueAtMs: number;
  /** `held`: waits for its time. `out`: was sent on and is kept until it comes back or its 60 s of live time pass. */
  readonly state: 'held' | 'out';
}

export interface Retention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/** How a store stands with its disk. */
export interface StoreHealth {
  /** Why it refuses to write just now, or refused last. Null: it writes. */
  readonly trouble: UserError | null;
  /** Writes that wait in memory until the disk accepts again. */
  readonly waiting: number;
  /** Hears of every change until the answer is called. */
  onChange(listener: () => void): () => void;
}

/** One of a lane's waiting deliveries. */
export interface WakePlace {
  readonly firstFailedAtMs: number;
  readonly sequence: number;
}

/**
 * While the disk refuses, `accept`, `acceptEvents`, `comeOut` and `hold` wait, in the order of their calls, in memory and bounded: beyond
 * that they reject with `store-overfull`. Every other write rejects at once with what the disk said.
 */
export interface DeliveryStore extends CallStory {
  readonly health: StoreHealth;
  /** Creates or migrates what is kept. Rejects with a UserError: `store-busy`, `store-newer`, `store-corrupt`, `store-unwritable`. */
  open(): Promise<void>;
  /** Waits for what is under way. No call may follow. */
  close(): Promise<void>;

  // Deliveries, for the dispatcher
  accept(delivery: NewDelivery): Promise<Accepted>;
  /**
   * Takes up to `limit` due deliveries of a lane into `sending`, earliest due first, then oldest. Only of the nodes given;
   * never one that an open delivery of the same lane and order key precedes (unless that one may be passed), never of a paused lane.
   */
  claim(request: {
    lane: string;
    nodeIds: readonly string[];
    limit: number;
    nowMs: number;
    leaseUntilMs: number;
  }): Promise<{
    deliveries: readonly Delivery[];
    /**
     * When the next claimable delivery of these nodes (or the next to be freed by `passAtMs`) becomes due.
     * Null: none, before something else happens; a paused lane has none.
     */
    nextDueAtMs: number | null;
  }>;
  /** Records an attempt and what follows. Frees the next of the order key where this one ended. Unknown ids are ignored. */
  finish(finished: Finished): Promise<void>;
  /** Failed deliveries of a node of which its output has not heard for sure, oldest first. */
  unreported(nodeId: string): Promise<readonly Delivery[]>;
  /** The output has heard of them. Reopening and holding a delivery says the same. */
  reported(ids: readonly string[], keepBodies: boolean): Promise<void>;
  /** Gives claims back untried: they are due at `dueAtMs` again. */
  release(ids: readonly string[], dueAtMs: number): Promise<void>;
  /** Makes claims of which the lease has passed due again; with `all`, every claim (at the start of a store that nobody shares). Never those excepted: their attempts are still under way. */
  reclaim(nowMs: number, all: boolean, except?: readonly string[]): Promise<number>;
  /** The clock was set back: what was to happen at a time happens that much earlier, so that nothing waits for as long as the clock was wrong. */
  turnBack(byMs: number): Promise<void>;
  /** The same, at the start: by as much as what was written last lies ahead of now. */
  turnBackTo(nowMs: number): Promise<void>;
  /** Lanes with open deliveries, or paused, or at rest. */
  lanes(): Promise<readonly LaneState[]>;
  /**
   * After an outage: makes what waits in the lane and last failed at `failedSinceMs` or later due now, not before its own
   * `notBeforeMs`. Goes on after that place, and looks at a bounded number, those that have been failing for longest first: a
   * million may wait. Answers how many are due now, and where to go on; null: that was all. `again`: also what was woken before
   * and has not been tried since at the time that its schedule says.
   */
  wake(
    lane: string,
    failedSinceMs: number,
    nowMs: number,
    after: WakePlace | null,
    again: boolean,
  ): Promise<{ readonly woken: number; readonly next: WakePlace | null }>;
  /** Makes one delivery that waits in the lane due now: of the oldest, one that was not tried for long. Answers how many. */
  wakeOne(lane: string, nowMs: number): Promise<number>;
  /**
   * Puts what a node has pending and waiting into this lane, or, where null, into that of the origin of each one's URL; there it
   * takes its place in the order of its key. What a retry node holds is left: it comes back as a message. A bounded part a
   * call; answers how many, 0 when all is there.
   */
  move(nodeId: string, lane: string | null): Promise<number>;
  /** By hand, from now on; null: no longer. */
  setPaused(lane: string, sinceMs: number | null): Promise<void>;
  /** For the next start only: claims do not look at it. */
  setRest(lane: string, rest: LaneRest): Promise<void>;

  // The log
  get(id: string): Promise<Delivery | undefined>;
  attempts(id: string): Promise<readonly Attempt[]>;
  list(filter: DeliveryFilter, limit: number, cursor: string | null): Promise<DeliveryPage>;
  count(filter: DeliveryFilter): Promise<number>;
  /** Ids that match, oldest first, at most `limit`: for resending and discarding many. */
  ids(filter: DeliveryFilter, limit: number): Promise<readonly string[]>;
  /** For pages anywhere in a list (`cursorAfter` makes their cursors): where the newest `most` that match stand. */
  positions(filter: DeliveryFilter, most: number): Promise<LogPositions>;
  /** How many there were over time, in about `mostParts` parts at most. */
  timeline(filter: DeliveryFilter, mostParts: number): Promise<LogTimeline>;
  summary(): Promise<StoreSummary>;
  /** What all that is stored takes up; found at once, where a summary has to count. */
  usedBytes(): Promise<number>;
  /**
   * Makes an open or failed delivery due now, or leaves it due where it is already, as the same delivery; with `request`, sends that instead of what was stored,
   * with `message`, keeps that instead. Answers false where it is under way, delivered or unknown. It takes back its place
   * in the order of its key, and waits for a paused lane like any other. What a retry node held of it is dropped.
   */
  reopen(
    id: string,
    change: {
      nowMs: number;
      request?: StoredRequest;
      /** As JSON text. */
      message?: string;
      /** Goes into this lane: its webhook may have got another endpoint since. */
      lane?: string;
      /** Starts it in `sending` under this lease: the caller makes the attempt. */
      leaseUntilMs?: number;
    },
  ): Promise<boolean>;
  /** Ends an open delivery as `failed` with this error (`ended`); removes an ended one (`removed`); `sending` is left (`busy`). */
  discard(
    id: string,
    error: DeliveryError,
    nowMs: number,
    keepBodies: boolean,
  ): Promise<'ended' | 'removed' | 'busy' | 'unknown'>;
  /** Removes ended deliveries and events beyond age or size, oldest first, a bounded batch a call. Answers how many. */
  prune(retention: Retention, nowMs: number): Promise<number>;
  /** Removes events and deliveries, open ones too, in which the number occurs (as given or as E.164 digits). Answers how many. */
  forget(digits: string): Promise<number>;

  // Accepted events
  /** Keeps events that are not known yet, as open. Answers, per event, whether it is new (false: a repeat). */
  acceptEvents(events: readonly AcceptedEvent[]): Promise<readonly boolean[]>;
  /** Events of this source that are still open, oldest first. */
  openEvents(source: string): Promise<readonly TelephonyEvent[]>;
  /**
   * To be asked before open events come out again. Counts one more time for each and answers which may; those that have
   * come out three times already are closed instead, which their story says.
   */
  comeOut(ids: readonly string[], nowMs: number): Promise<readonly string[]>;
  /** Their 60 s of live time have passed: they stay in the log, closed. */
  closeEvents(ids: readonly string[]): Promise<void>;
  /** The newest events of a source (or of all), newest first: for previews. */
  recentEvents(filter: { source?: string; type?: string }, limit: number): Promise<readonly TelephonyEvent[]>;

  // Messages held by retry nodes
  /**
   * Keeps it, in place of one with the same id. While it is `held`, its delivery (open or failed) is `waiting` until
   * `dueAtMs`, is never claimed or woken, and stands in nobody's way; `out` changes no delivery.
   */
  hold(hold: Hold): Promise<void>;
  holds(nodeId: string): Promise<readonly Hold[]>;
  /**
   * For sending it on: marks it as `out` until then, and answers it. Undefined: it is held no longer, because its delivery
   * was sent or discarded by hand, or its number forgotten.
   */
  takeHold(id: string, untilMs: number): Promise<Hold | undefined>;
  /** Nobody will send the message on: forgets it, and its delivery, where it waits for that, has failed with its last error. */
  dropHold(id: string, nowMs: number, keepBodies: boolean): Promise<void>;
  /**
   * Drops what should have been sent on before then: the nodes that held it are gone, for one that runs sends what is due.
   * Answers how many.
   */
  pruneHolds(dueBeforeMs: number, nowMs: number, keepBodies: boolean): Promise<number>;
}

export interface AcceptedEvent {
  readonly event: TelephonyEvent;
  /** What a repeat is recognised by: the id of the event. */
  readonly repeatKey: string;
  readonly atMs: number;
  /** A later one with the same key is a repeat until then. May be put off while the event waits for the disk. */
  repeatUntilMs: number;
}
