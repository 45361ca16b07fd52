/**
 * Time and chance. The only file that reads the system clock, sets timers or draws random numbers,
 * so that everything else takes them as arguments and tests advance them by hand.
 */
import { randomFillSync } from 'node:crypto';
import type { Random } from './random';

/** A timer that was set. `cancel` may be called at any time and any number of times. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `action` once, `delayMs` from now (any non-negative length). Never keeps the process alive. */
  after(delayMs: number, action: () => void): Timer;
}

export type { Random } from './random';

/** The longest delay that setTimeout keeps; longer ones fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    let handle: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(Math.max(leftMs, 0), LONGEST_TIMEOUT_MS);
      handle = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : action()), stepMs);
      handle.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

export const systemRandom: Random = () => Math.random();

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;
/** Random bytes drawn ahead: one call of the system's generator for many identifiers. */
const pool = Buffer.alloc(4096);
let poolUsed = pool.length;

/** An unguessable identifier with a readable prefix: `dlv_` and 26 characters of base32 (130 bits). */
export function randomId(prefix: string): string {
  if (poolUsed + ID_LENGTH > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  let id = prefix;
  for (const end = poolUsed + ID_LENGTH; poolUsed < end; poolUsed++) id += ALPHABET.charAt((pool[poolUsed] ?? 0) & 31);
  return id;
}
