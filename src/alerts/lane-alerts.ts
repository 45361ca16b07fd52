/** Puts on the board what the dispatcher of a store says of its endpoints. */
import type { BreakerState, DeliveryObserver, StopReason } from '../delivery/observer';
import type { AlertBoard, Condition } from './alert-board';

type LaneNews = Pick<DeliveryObserver, 'attempted' | 'breaker' | 'stopped' | 'resumed' | 'failing' | 'recovered'>;

export class LaneAlerts implements LaneNews {
  readonly #breakers = new Map<string, BreakerState>();

  constructor(private readonly board: AlertBoard) {}

  breakerOf(lane: string): BreakerState {
    return this.#breakers.get(lane) ?? 'closed';
  }

  /** A failure that an earlier process left behind is over with the first success: nobody here has seen it begin. */
  attempted(lane: string, _nodeId: string, failure: unknown): void {
    if (failure === null && this.board.has('failing', lane)) this.board.end('failing', lane);
  }

  /** A probe that fails changes nothing: the breaker has been open all the time. */
  breaker(lane: string, state: BreakerState, sinceMs: number | null): void {
    if (sinceMs === null) {
      this.#breakers.delete(lane);
      this.board.end('breaker', lane);
    } else {
      this.#breakers.set(lane, state);
      this.#begin('breaker', lane, sinceMs);
    }
  }

  stopped(lane: string, reason: StopReason, sinceMs: number): void {
    this.#begin(reason, lane, sinceMs);
  }

  resumed(lane: string, reason: StopReason): void {
    this.board.end(reason, lane);
  }

  failing(lane: string, sinceMs: number): void {
    this.#begin('failing', lane, sinceMs);
  }

  recovered(lane: string): void {
    this.board.end('failing', lane);
  }

  #begin(condition: Condition, lane: string, sinceMs: number): void {
    this.board.begin({ condition, lane, sinceMs, detail: null });
  }
}
