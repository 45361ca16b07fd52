/** Counts values by size. A few comparisons for each: what a metrics library does for labels is done when someone asks. */

/** Upper bounds, in seconds, of how long an attempt takes: from the next room to the longest time-out that is usual. */
export const ATTEMPT_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];
/** Upper bounds, in seconds, of how old a delivery is when it is through: from at once to the end of the longest schedule. */
export const AGE_BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200, 21_600, 86_400, 345_600];

export class Distribution {
  /** How many values lie between a bound and the one before it; the last counts those beyond all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(readonly bounds: readonly number[]) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** A clock that was set back meanwhile makes negative ones: they count as nothing. */
  addMs(ms: number): void {
    const seconds = Math.max(0, ms) / 1000;
    let index = 0;
    while (index < this.bounds.length && seconds > (this.bounds[index] ?? 0)) index++;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sum += seconds;
  }
}
