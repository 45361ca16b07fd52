/** What the dispatcher and a `webhook out` know of each other. */
import type { OutgoingRequest, WireResult } from '../http/http-client';
import type { Delivery, DeliveryError, DeliveryState } from './delivery';
import type { LaneCondition } from './gate';
import type { RetryPolicy } from './retry-policy';
import type { SuccessRule } from './success-rule';

/** What an attempt needs to know of a delivery. */
export type Sendable = Pick<
  Delivery,
  | 'id'
  | 'nodeId'
  | 'webhook'
  | 'lane'
  | 'orderKey'
  | 'eventType'
  | 'request'
  | 'attemptCount'
  | 'sparedCount'
  | 'createdAtMs'
  | 'firstFailedAtMs'
  | 'plannedAtMs'
> & {
  /** Of a delivery that this process accepted: the message itself. */
  readonly message: Readonly<Record<string, unknown>>;
};

export type Prepared =
  /** `secrets`: what of the request must not be kept, should the answer repeat it. Undefined: nothing. */
  | { readonly kind: 'ready'; readonly request: OutgoingRequest; readonly secrets?: readonly string[] }
  | { readonly kind: 'unsendable'; readonly error: DeliveryError };

/** How a delivery ended, or (only for one that nobody retries) failed. */
export interface Settled {
  readonly delivery: Sendable;
  readonly state: Extract<DeliveryState, 'delivered' | 'failed'>;
  readonly attemptCount: number;
  readonly endedAtMs: number;
  /** Null: delivered. */
  readonly error: DeliveryError | null;
  /** Null: no answer came. One of a failure repeats no secret, since flows write such messages to logs. */
  readonly response: Extract<WireResult, { kind: 'response' }> | null;
  /** What was handed to `accept` as `live`, if the process has lived since. */
  readonly live: unknown;
}

/** One `webhook out`, as the dispatcher sees it. */
export interface Webhook {
  readonly nodeId: string;
  /** Null: the first failure is final. */
  readonly policy: RetryPolicy | null;
  readonly successRule: SuccessRule;
  /** How long a failing head of an order key keeps the next ones back. */
  readonly orderWaitMs: number;
  readonly timeoutMs: number;
  /** Puts the secrets in; with the address and the credentials of now, not of when it was accepted. */
  prepare(delivery: Sendable): Promise<Prepared> | Prepared;
  settled(settled: Settled): void;
  /** An attempt failed and another will follow. */
  postponed(delivery: Sendable, dueAtMs: number, error: DeliveryError): void;
  /** Some lane, whether or not this webhook sends to it, was stopped or goes on. */
  laneChanged(lane: string, condition: LaneCondition): void;
}
