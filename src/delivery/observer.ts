/** The port to whoever counts or raises alarms. Called while deliveries pass, so it must answer at once and never throw. */
import type { FailureClass } from './delivery';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Why a lane sends nothing: by hand, or because the receiver asked for it (`Retry-After`). */
export type StopReason = 'paused' | 'retry-after';

/** `lane` is the endpoint's node id, or an origin where there is no endpoint. */
export interface DeliveryObserver {
  /** It is stored. */
  accepted(lane: string, nodeId: string): void;
  /** `failure`: null where it succeeded. */
  attempted(lane: string, nodeId: string, failure: FailureClass | null, durationMs: number): void;
  /** `ageMs`: since it was accepted. */
  delivered(lane: string, nodeId: string, ageMs: number): void;
  /** Given up, or failed where nobody retries. */
  dead(lane: string, nodeId: string, failure: FailureClass): void;
  /** `sinceMs`: since when it is not closed. Null: it is. */
  breaker(lane: string, state: BreakerState, sinceMs: number | null): void;
  stopped(lane: string, reason: StopReason, sinceMs: number): void;
  resumed(lane: string, reason: StopReason): void;
  /** The first request has failed for a reason that lies with the endpoint. */
  failing(lane: string, sinceMs: number): void;
  /** The first request after that has succeeded, or been answered in a way that shows that the endpoint is up. */
  recovered(lane: string, sinceMs: number): void;
}

const nothing = (): void => undefined;

/** Nobody listens. */
export const UNOBSERVED: DeliveryObserver = {
  accepted: nothing,
  attempted: nothing,
  delivered: nothing,
  dead: nothing,
  breaker: nothing,
  stopped: nothing,
  resumed: nothing,
  failing: nothing,
  recovered: nothing,
};
