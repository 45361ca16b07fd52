/** The time of a signature: what was signed long ago may have been overheard and sent again. */

/** Within how many seconds, either way, a signature counts as fresh where nothing else is set. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

export interface Freshness {
  readonly nowMs: number;
  readonly toleranceSeconds: number;
}

/** `timestamp`: seconds since the epoch, as they were sent. Null: fresh. Else why it is refused. */
export function staleness(timestamp: string, { nowMs, toleranceSeconds }: Freshness): string | null {
  if (!/^\d{1,12}$/.test(timestamp)) return 'The time of the signature is no whole number of seconds.';
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
  if (ageSeconds > toleranceSeconds) return `The signature is ${ageSeconds} seconds old by this machine's clock.`;
  if (ageSeconds < -toleranceSeconds) {
    return `The signature is ${-ageSeconds} seconds ahead of this machine's clock.`;
  }
  return null;
}
