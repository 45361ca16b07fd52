/** Ways to do the same thing, how often each does it in a second. */
import assert from 'node:assert/strict';
import { median } from './statistics';
import { type Findings, fixed } from './tables';
import type { Size } from './workbench';

export interface Contender {
  readonly name: string;
  /** Answers what it made. */
  run(): unknown;
}

export interface Contest {
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly size: Size;
  /** What has to be the same of what all contenders make. */
  meaningOf(made: unknown): unknown;
}

const SIZES = { full: { rounds: 5, turnMs: 300 }, tiny: { rounds: 1, turnMs: 1 } } as const;
/** Between two looks at the clock. */
const AT_ONCE = 100;

export function compare({ title, contenders, size, meaningOf }: Contest): Findings {
  const [first] = contenders;
  for (const { run } of contenders) assert.deepEqual(meaningOf(run()), meaningOf(first?.run()));
  const { rounds, turnMs } = SIZES[size];
  const rates = contenders.map(() => [] as number[]);
  for (const { run } of contenders) perSecond(run, turnMs); // compiled now
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of contenders.entries()) rates[index]?.push(perSecond(run, turnMs));
  }
  const rows = contenders.map(({ name }, index): [string, string, string] => {
    const rate = median(rates[index] ?? []);
    return [name, fixed(rate), `${fixed(1e6 / rate)} µs`];
  });
  return { tables: [{ title, columns: ['a second', 'each'], rows }], goals: [] };
}

function perSecond(run: () => unknown, turnMs: number): number {
  const startedAt = performance.now();
  let times = 0;
  let elapsedMs = 0;
  do {
    for (let n = 0; n < AT_ONCE; n++) run();
    times += AT_ONCE;
    elapsedMs = performance.now() - startedAt;
  } while (elapsedMs < turnMs);
  return (times * 1000) / elapsedMs;
}
