/** Notices what has changed about a lane since it last looked, and says it once. */
import type { Span } from '../store/delivery-store';
import type { Gate } from './gate';
import type { BreakerState, DeliveryObserver, StopReason } from './observer';

export class LaneWatch {
  #breaker: BreakerState = 'closed';
  #isPaused = false;
  #openSpan: Span | null = null;
  #hold: Span | null = null;
  #failingSinceMs: number | null = null;

  constructor(
    private readonly lane: string,
    private readonly gate: Gate,
    private readonly observer: DeliveryObserver,
  ) {}

  /** Answers what has changed: nothing, how the lane stands, or also what has to be stored of it. Cheap where nothing has. */
  look(): 'nothing' | 'condition' | 'rest' {
    const { lane, gate, observer } = this;
    const { open, isProbing, failingSinceMs } = gate.circuit;
    if (failingSinceMs !== this.#failingSinceMs) this.#tellFailing(failingSinceMs);
    const { isPaused, pausedSinceMs, hold } = gate;
    const breaker = open === null ? 'closed' : isProbing ? 'half-open' : 'open';
    const isRestNew = open !== this.#openSpan || hold !== this.#hold;
    if (!isRestNew && breaker === this.#breaker && isPaused === this.#isPaused) return 'nothing';
    if (breaker !== this.#breaker) observer.breaker(lane, breaker, open?.sinceMs ?? null);
    if (isPaused !== this.#isPaused) this.#tellStop('paused', pausedSinceMs);
    if ((hold !== null) !== (this.#hold !== null)) this.#tellStop('retry-after', hold?.sinceMs ?? null);
    this.#breaker = breaker;
    this.#isPaused = isPaused;
    this.#openSpan = open;
    this.#hold = hold;
    return isRestNew ? 'rest' : 'condition';
  }

  #tellStop(reason: StopReason, sinceMs: number | null): void {
    if (sinceMs === null) this.observer.resumed(this.lane, reason);
    else this.observer.stopped(this.lane, reason, sinceMs);
  }

  #tellFailing(sinceMs: number | null): void {
    if (this.#failingSinceMs !== null) this.observer.recovered(this.lane, this.#failingSinceMs);
    if (sinceMs !== null) this.observer.failing(this.lane, sinceMs);
    this.#failingSinceMs = sinceMs;
  }
}
