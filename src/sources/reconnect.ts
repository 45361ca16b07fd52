/** When a source whose connection is gone tries again: soon at first, then ever more slowly, each at a moment of its own. */
import type { Random } from '../random';

export interface ReconnectPolicy {
  /** The wait after the first failure. Every further one doubles it. */
  readonly initialMs: number;
  readonly maxMs: number;
  /** Share of a wait by which chance may shorten it, so that many sources do not come back at once. */
  readonly jitter: number;
}

/** A network that is down, a phone system that restarts. */
export const AFTER_LOSS: ReconnectPolicy = { initialMs: 1_000, maxMs: 30_000, jitter: 0.3 };

/** A password that is wrong stays wrong, and whoever tries it too often is locked out. */
export const AFTER_REFUSAL: ReconnectPolicy = { initialMs: 60_000, maxMs: 900_000, jitter: 0.1 };

/** `failures`: in a row, this one included; 1 or more. */
export function reconnectDelayMs(
  { initialMs, maxMs, jitter }: ReconnectPolicy,
  failures: number,
  random: Random,
): number {
  const delayMs = Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(delayMs * (1 - jitter * random()));
}
