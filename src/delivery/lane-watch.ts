/** Notices what has changed about a lane since it last looked, and says it once. */
import type { Span } from '../store/delivery-store';
import type { Gate } from './gate';
import type { BreakerState, DeliveryObserver } from './observer';

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
    const { isPaused, hold } = gate;
    const breaker = open === null ? 'closed' : isProbing ? 'half-open' : 'open';
    const isRestNew = open !== this.#openSpan || hold !== this.#hold;
    if (!isRestNew && breaker === this.#breaker && isPaused === this.#isPaused) return 'nothing';
    if (breaker !== this.#breaker) observer.breaker(lane, breaker);
    if (isPaused !== this.#isPaused) observer[isPaused ? 'stopped' : 'resumed'](lane, 'paused');
    if ((hold !== null) !== (this.#hold !== null)) observer[hold ? 'stopped' : 'resumed'](lane, 'retry-after');
    this.#breaker = breaker;
    this.#isPaused = isPaused;
    this.#openSpan = open;
    this.#hold = hold;
    return isRestNew ? 'rest' : 'condition';
  }

  #tellFailing(sinceMs: number | null): void {
    if (this.#failingSinceMs !== null) this.observer.recovered(this.lane, this.#failingSinceMs);
    if (sinceMs !== null) this.observer.failing(this.lane, sinceMs);
    this.#failingSinceMs = sinceMs;
  }
}
