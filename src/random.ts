/** Chance as an argument. Apart from clock.ts, so that policies which take it also compile for the browser. */

/** A number drawn uniformly from [0, 1). */
export type Random = () => number;
