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
  now: () => readClock(),
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

/** How far the system's clock is ahead of one that nobody can set. */
const lead = (wallMs: number): number => wallMs - performance.now();
let lastLead = lead(Date.now());
const setBackListeners = new Set<(byMs: number) => void>();

/** What a clock that is merely adjusted may lose between two looks. */
const ADJUSTED_MS = 500;
const LOOK_EVERY_MS = 1_000;

/** Seen by whoever asks for the time first: what is decided next must not wait for as long as the clock was wrong. */
function readClock(): number {
  const wallMs = Date.now();
  const backMs = lastLead - lead(wallMs);
  lastLead -= backMs;
  if (backMs > ADJUSTED_MS) for (const listener of [...setBackListeners]) listener(backMs);
  return wallMs;
}

/**
 * Tells by how much the system's clock was set back, within a second, until the answer is called. (Set forward cannot be told
 * from a machine that slept, and makes nothing wait.)
 */
export function onSetBack(listener: (byMs: number) => void): () => void {
  setBackListeners.add(listener);
  const looking = setInterval(readClock, LOOK_EVERY_MS);
  looking.unref();
  return () => {
    setBackListeners.delete(listener);
    clearInterval(looking);
  };
}

export const systemRandom: Random = () => Math.random();

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;
const TIME_LENGTH = 10;
/** Random bytes drawn ahead: one call of the system's generator for many identifiers. */
const pool = Buffer.alloc(4096);
let poolUsed = pool.length;

/** An unguessable identifier with a readable prefix: `test_` and 26 characters of base32 (130 bits). */
export function randomId(prefix: string): string {
  return prefix + randomText(ID_LENGTH);
}

/**
 * As `randomId`, but those made later sort later, so that an index of them grows at its end: `dlv_`, 10 characters of
 * time in milliseconds and 16 of chance (80 bits), as in a ULID.
 */
export function sortableId(prefix: string): string {
  let time = '';
  for (let rest = systemClock.now(), n = 0; n < TIME_LENGTH; n++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  return prefix + time + randomText(ID_LENGTH - TIME_LENGTH);
}

function randomText(length: number): string {
  if (poolUsed + length > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  let text = '';
  for (const end = poolUsed + length; poolUsed < end; poolUsed++) text += ALPHABET.charAt((pool[poolUsed] ?? 0) & 31);
  return text;
}
