/** What the dispatcher remembers of one lane (an endpoint, or an origin): its slots, its backlog, its outage. */
import type { Timer } from '../clock';
import type { Pacing } from './pacing';

export class Lane {
  /** Open deliveries in the store that nobody here has claimed. Kept so that an idle lane costs no query. */
  unclaimed = 0;
  paused = false;
  /** When the first of the failures began that no success has followed. Null: no outage. */
  failingSinceMs: number | null = null;
  /** Set while a claim is being asked for: one at a time, so that slots are not promised twice. */
  claiming = false;
  /** Set when something happened during a claim that may have made more claimable. */
  stale = false;
  timer: Timer | undefined;
  timerAtMs = Number.POSITIVE_INFINITY;

  constructor(
    readonly id: string,
    public pacing: Pacing,
  ) {}

  cancelTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.timerAtMs = Number.POSITIVE_INFINITY;
  }
}
