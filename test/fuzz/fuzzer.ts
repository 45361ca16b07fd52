/**
 * Runs a property on hostile input, round by round: a fixed number of rounds in `npm test`, as many as there is time for
 * with TEST_SECONDS set (`npm run test:long`). Every round has its own random numbers, drawn from the seed, which a failure names:
 * `FUZZ_SEED=abc` repeats a run, `FUZZ_SEED=abc/17` only its round 17. In CI, which judges a change and not its luck, the seed is
 * always the same.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { seededRandom } from '../../src/sources/simulator/seeded-random';
import { Hostile } from './hostile';

const seconds = Number(process.env['TEST_SECONDS'] ?? 0);
const ownSeed = process.env['CI'] && seconds === 0 ? 'ci' : randomBytes(4).toString('hex');
const [seed = '', onlyRound] = (process.env['FUZZ_SEED'] || ownSeed).split('/');

/** No single input may keep the processor busy for longer; in proportion on a processor that is slower than one of 2024, or is just now. */
const LONGEST_MS = 100;
const RUNS = 5;
/** A test that hangs is named before its suite is ended. */
export const HANGS_MS = 300_000;

/** What a reader of an error has no use for, and what it shows of the inside. */
const INSIDES =
  /\n\s+at |\bundefined\b|\[object |Cannot (?:read|set|convert|mix)|is not (?:a function|iterable|defined)|Maximum call|call stack|Invalid (?:array|string) length|Invalid time value|node_modules|\.[cm]?[jt]s:\d|ERR_[A-Z]|SQLITE_|\bRangeError|\bTypeError/;
const LONGEST_MESSAGE = 500;

const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, RegExp, Map, Buffer].map(
  ({ prototype }) => prototype,
);
const CLEAN = prototypeKeys();

console.log(`  FUZZ_SEED=${seed}`);
fc.configureGlobal({
  seed: seededRandom(seed)() * 2 ** 31,
  ...(seconds > 0 && { interruptAfterTimeLimit: seconds * 1000, numRuns: 1e6 }),
});

/** Registers a test. `round` throws where the property does not hold. */
export function fuzz(title: string, rounds: number, round: (hostile: Hostile) => Promise<void> | void): void {
  it(title, async function () {
    this.timeout(seconds > 0 ? 0 : HANGS_MS);
    const end = performance.now() + seconds * 1000;
    const isOver = (number: number) => (seconds > 0 ? performance.now() > end : number >= rounds);
    const first = onlyRound === undefined ? 0 : Number(onlyRound);
    for (let number = first; number === first || (onlyRound === undefined && !isOver(number)); number++) {
      try {
        await round(new Hostile(seededRandom(`${seed} ${title} ${number}`)));
        assert.deepEqual(prototypeKeys(), CLEAN, 'a prototype was changed');
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`FUZZ_SEED=${seed}/${number}: ${message}`, { cause: error });
      }
    }
  });
}

/**
 * Runs the work and fails where it takes long. Counts the time of the processor, not of the clock, and the shortest of
 * several runs: what else the machine does must not matter.
 */
export function quickly<Result>(what: unknown, work: () => Result): Result {
  let result!: Result;
  const tookMs = shortestMs(() => {
    result = work();
  }, LONGEST_MS);
  assert(isQuick(tookMs), `${tookMs.toFixed(0)} ms for ${excerpt(what)}`);
  return result;
}

/** As `quickly`, for work that another process does. Only Linux tells its time; elsewhere the work is just done. */
export async function quicklyDone<Result>(pid: number, what: unknown, work: () => Promise<Result>): Promise<Result> {
  for (let run = 1; ; run++) {
    const beginMs = processorMsOf(pid);
    const result = await work();
    const tookMs = processorMsOf(pid) - beginMs;
    if (isQuick(tookMs)) return result;
    assert(run < RUNS, `${tookMs.toFixed(0)} ms for ${excerpt(what)}`);
  }
}

/** Time that all threads of a process have had, to 10 ms. */
function processorMsOf(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  const [user, system] = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Work that is shorter than that tells nothing: the processor's own caches and the collector of garbage weigh more. */
const SHORTEST_MS = 10;

/** Fails where input of twice the size takes four times as long. */
export function growsEvenly<Input>(size: number, make: (size: number) => Input, work: (input: Input) => void): void {
  const [input, twice] = [make(size), make(2 * size)];
  work(input); // compiled by now
  const [once, onceOfTwice] = [() => work(input), () => work(twice)];
  let [single, double] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // By turns: what else the machine does weighs on both alike.
  for (let run = 0; run < RUNS; run++) {
    single = Math.min(single, processorMs(once));
    if (double > 4 * SHORTEST_MS) double = Math.min(double, processorMs(onceOfTwice));
  }
  const figures = `${single.toFixed(1)} ms for ${size}, ${double.toFixed(1)} ms for twice that`;
  assert(double <= 4 * Math.max(single, SHORTEST_MS), `${figures}: ${excerpt(input)}`);
}

/** Of several runs; of fewer, if one was short enough. */
function shortestMs(work: () => void, enough = 0): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS && shortest > enough; run++) shortest = Math.min(shortest, processorMs(work));
  return shortest;
}

function processorMs(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

/** What the processor is measured by: objects, texts and patterns, of which all the work here is made. */
const YARDSTICK = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ [`key ${index}`]: `${index}, x` })));
/** That long it takes for it. */
const YARDSTICK_MS = 20;

function layYardstick(): void {
  JSON.stringify(JSON.parse(YARDSTICK)).replace(/\d+/g, (number) => `<${number}>`);
}

function isQuick(tookMs: number): boolean {
  return tookMs <= LONGEST_MS || tookMs <= LONGEST_MS * (shortestMs(layYardstick) / YARDSTICK_MS);
}

/** A text for people: some words, not too many, and nothing of how the program is made. */
export function assertClear(message: unknown): void {
  assert(typeof message === 'string', `no text: ${excerpt(message)}`);
  assert.match(message, /\p{L}+\P{L}+\p{L}+\P{L}+\p{L}/u, `not even three words: ${excerpt(message)}`);
  assert(message.length <= LONGEST_MESSAGE, `${message.length} characters: ${message.slice(0, 200)}`);
  assert.doesNotMatch(message, INSIDES);
}

/** Some of a value, for the message of a failure. */
export function excerpt(value: unknown): string {
  try {
    return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 400);
  } catch {
    return 'something that is not JSON';
  }
}

function prototypeKeys(): readonly (readonly PropertyKey[])[] {
  return PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype as object));
}
