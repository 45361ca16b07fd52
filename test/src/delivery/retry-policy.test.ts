import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  describeSchedule,
  type FailedSoFar,
  nextAttempt,
  parseRetryPolicy,
  type RetryPolicy,
  type SavedRetryPolicy,
} from '../../../src/delivery/retry-policy';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CREATED = Date.UTC(2023, 5, 20);

function policyOf(saved: SavedRetryPolicy): RetryPolicy {
  const { policy, problems } = parseRetryPolicy(saved);
  assert.deepEqual(problems, []);
  return policy;
}

/** The middle of the jitter: no jitter at all. */
const middle = (): number => 0.5;

function waitAfter(policy: RetryPolicy, more: Partial<FailedSoFar> = {}): string | number {
  const so = { failedAttempts: 1, createdAtMs: CREATED, nowMs: CREATED, notBeforeMs: null, random: middle, ...more };
  const next = nextAttempt(policy, so);
  return next.kind === 'wait' ? next.dueAtMs - so.nowMs : next.reason;
}

/** The waits until it is given up, if every attempt fails in no time, and why it was. */
function life(policy: RetryPolicy): (string | number)[] {
  const waits: (string | number)[] = [];
  let nowMs = CREATED;
  for (let failedAttempts = 1; ; failedAttempts++) {
    const wait = waitAfter(policy, { failedAttempts, nowMs });
    waits.push(wait);
    if (typeof wait === 'string') return waits;
    nowMs += wait;
  }
}

describe('a retry policy', () => {
  const lives: [what: string, saved: SavedRetryPolicy, waits: (string | number)[]][] = [
    [
      'nothing saved is the Standard schedule',
      {},
      [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR, 'attempts'],
    ],
    [
      'hot',
      { schedule: 'hot' },
      [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 'attempts'],
    ],
    ['screen pop', { schedule: 'screen-pop' }, [SECOND, 2 * SECOND, 4 * SECOND, 'attempts']],
    [
      'screen pop with more attempts goes on at its last delay, but never later than 15 s',
      { schedule: 'screen-pop', maxAttempts: 10, maxAgeMs: 96 * HOUR },
      [SECOND, 2 * SECOND, 4 * SECOND, 4 * SECOND, 4 * SECOND, 'age'],
    ],
    ['screen pop with a shorter age', { schedule: 'screen-pop', maxAgeMs: '2000' }, [SECOND, 'age']],
    [
      'an own list of n delays gives n + 1 attempts',
      { schedule: 'list', delays: '5s,1m' },
      [5 * SECOND, MINUTE, 'attempts'],
    ],
    [
      'with more attempts its last delay repeats',
      { schedule: 'list', delays: '5s,1m', maxAttempts: '5' },
      [5 * SECOND, MINUTE, MINUTE, MINUTE, 'attempts'],
    ],
    ['with fewer it ends early', { schedule: 'list', delays: '5s,1m,1h', maxAttempts: 2 }, [5 * SECOND, 'attempts']],
    ['one attempt is no retry', { maxAttempts: 1 }, ['attempts']],
    [
      'fixed',
      { schedule: 'fixed', initialDelayMs: '30000', maxAttempts: 4 },
      [30 * SECOND, 30 * SECOND, 30 * SECOND, 'attempts'],
    ],
    [
      'exponential, up to its longest delay',
      { schedule: 'exponential', initialDelayMs: 1000, factor: 3, maxDelayMs: 10_000, maxAttempts: 6 },
      [SECOND, 3 * SECOND, 9 * SECOND, 10 * SECOND, 10 * SECOND, 'attempts'],
    ],
    [
      'the longest age ends it before an attempt that would come too late',
      { maxAgeMs: HOUR },
      [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 'age'],
    ],
  ];
  for (const [what, saved, waits] of lives) {
    it(what, () => {
      assert.deepEqual(life(policyOf(saved)), waits);
    });
  }

  it('exponential and fixed have ten attempts where nothing else is said', () => {
    assert.equal(policyOf({ schedule: 'exponential' }).maxAttempts, 10);
    assert.equal(policyOf({ schedule: 'fixed' }).maxAttempts, 10);
  });

  it('empty properties are absent ones', () => {
    const empty = { schedule: '', delays: '', initialDelayMs: '', jitter: ' ', maxAttempts: null, maxAgeMs: undefined };
    assert.deepEqual(policyOf(empty), policyOf({}));
  });

  it('numbers may arrive as text', () => {
    const policy = policyOf({
      schedule: 'exponential',
      jitter: '0.25',
      maxAttempts: '7',
      maxAgeMs: '60000',
      factor: '1.5',
    });
    assert.equal(policy.jitter, 0.25);
    assert.equal(policy.maxAttempts, 7);
    assert.equal(policy.maxAgeMs, 60_000);
    assert.deepEqual(policy.delays, { kind: 'exponential', initialDelayMs: 5000, factor: 1.5, maxDelayMs: 3_600_000 });
  });

  const wrong: [saved: SavedRetryPolicy, field: string, message: RegExp][] = [
    [{ schedule: 'weekly' }, 'schedule', /"weekly" is no schedule.*screen-pop/],
    [{ schedule: 'list' }, 'delays', /is empty/],
    [{ schedule: 'list', delays: '5s,soon' }, 'delays', /"soon" is not a time/],
    [{ jitter: 2 }, 'jitter', /"2" must be a number from 0 to 1/],
    [{ jitter: 'some' }, 'jitter', /"some"/],
    [{ maxAttempts: 0 }, 'maxAttempts', /whole number from 1/],
    [{ maxAttempts: 2.5 }, 'maxAttempts', /whole number/],
    [{ maxAttempts: [3] }, 'maxAttempts', /whole number/],
    [{ maxAgeMs: -1 }, 'maxAgeMs', /from 1/],
    [{ schedule: 'exponential', factor: 0.5 }, 'factor', /from 1/],
    [{ initialDelayMs: Number.NaN }, 'initialDelayMs', /NaN/],
  ];
  for (const [saved, field, message] of wrong) {
    it(`${JSON.stringify(saved)} is a problem of ${field}, and a default stands in`, () => {
      const { policy, problems } = parseRetryPolicy(saved);
      assert.deepEqual(
        problems.map((problem) => problem.field),
        [field],
      );
      assert.match(problems[0]?.message ?? '', message);
      assert.ok(life(policy).length >= 4);
    });
  }

  it('reads anything without throwing, and what it reads always ends', () => {
    const anything = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.constantFrom('list', 'hot', '5s', '0.1'));
    fc.assert(
      fc.property(
        fc.record({
          schedule: anything,
          delays: anything,
          initialDelayMs: anything,
          maxDelayMs: anything,
          factor: anything,
          jitter: anything,
          maxAgeMs: anything,
        }),
        (saved) => {
          const { policy } = parseRetryPolicy(saved);
          const last = life(policy).at(-1);
          assert.ok(last === 'age' || last === 'attempts');
        },
      ),
    );
  });

  describe('jitter', () => {
    const policy = policyOf({ schedule: 'fixed', initialDelayMs: 10_000, jitter: 0.1 });

    it('makes a wait up to a tenth shorter or longer', () => {
      assert.equal(waitAfter(policy, { random: () => 0 }), 9000);
      assert.equal(waitAfter(policy, { random: () => 0.75 }), 10_500);
      assert.equal(waitAfter(policy, { random: () => 1 - 2 ** -53 }), 11_000);
    });

    it('carries no attempt past the longest age', () => {
      const screenPop = policyOf({ schedule: 'screen-pop', jitter: 1, maxAttempts: 10 });
      const late = { failedAttempts: 5, nowMs: CREATED + 11_000, random: () => 0.99 };
      assert.equal(waitAfter(screenPop, late), 4000);
    });
  });

  describe('Retry-After', () => {
    const policy = policyOf({ schedule: 'fixed', initialDelayMs: 10_000, jitter: 0.1, maxAgeMs: HOUR });
    const at = (seconds: number): number => CREATED + seconds * SECOND;

    it('makes the wait longer', () => {
      assert.equal(waitAfter(policy, { notBeforeMs: at(60), random: () => 0 }), 60_000);
    });

    it('gets jitter that only makes it longer still', () => {
      assert.equal(waitAfter(policy, { notBeforeMs: at(60), random: () => 0.5 }), 63_000);
    });

    it('that is shorter than the schedule leaves the schedule as it is', () => {
      assert.equal(waitAfter(policy, { notBeforeMs: at(5) }), 10_000);
      assert.equal(waitAfter(policy, { notBeforeMs: at(-100) }), 10_000);
    });

    it('is not undercut by the jitter of a schedule that is just longer', () => {
      assert.equal(waitAfter(policy, { notBeforeMs: at(9.9), random: () => 0 }), 9900);
    });

    it('may reach to the longest age, and jitter not beyond', () => {
      assert.equal(waitAfter(policy, { notBeforeMs: at(3600), random: () => 0.9 }), HOUR);
    });

    it('beyond the longest age leaves one last attempt at that age', () => {
      assert.equal(waitAfter(policy, { notBeforeMs: at(3601) }), HOUR);
    });

    it('does not add attempts', () => {
      assert.equal(waitAfter(policy, { failedAttempts: 10, notBeforeMs: at(60) }), 'attempts');
    });
  });

  it('a next attempt is never in the past, never past the longest age, and before Retry-After only at that age', () => {
    const saved = fc.record({
      schedule: fc.constantFrom('standard', 'hot', 'screen-pop', 'exponential', 'fixed'),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      maxAttempts: fc.integer({ min: 1, max: 30 }),
      maxAgeMs: fc.integer({ min: 1, max: 400 * HOUR }),
    });
    const so = fc.record({
      failedAttempts: fc.integer({ min: 1, max: 40 }),
      createdAtMs: fc.constant(CREATED),
      nowMs: fc.integer({ min: CREATED - HOUR, max: CREATED + 500 * HOUR }),
      notBeforeMs: fc.option(fc.integer({ min: CREATED - HOUR, max: CREATED + 500 * HOUR })),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((draw) => () => draw),
    });
    fc.assert(
      fc.property(saved, so, (properties, soFar) => {
        const policy = policyOf(properties);
        const next = nextAttempt(policy, soFar);
        if (next.kind === 'give-up') return;
        assert.ok(soFar.failedAttempts < policy.maxAttempts);
        assert.ok(next.dueAtMs >= soFar.nowMs);
        const lastMs = CREATED + policy.maxAgeMs;
        assert.ok(next.dueAtMs >= Math.min(soFar.notBeforeMs ?? 0, lastMs));
        assert.ok(next.dueAtMs <= lastMs);
      }),
    );
  });

  it('describes its attempts as times after the first', () => {
    assert.deepEqual(describeSchedule(policyOf({ schedule: 'screen-pop' })), [0, 1000, 3000, 7000]);
    assert.deepEqual(
      describeSchedule(policyOf({ schedule: 'screen-pop', maxAttempts: 10 })),
      [0, 1000, 3000, 7000, 11_000, 15_000],
    );
    const standard = describeSchedule(policyOf({}));
    assert.equal(standard.length, 10);
    assert.equal(standard.at(-1), 75 * HOUR + 35 * MINUTE + 5 * SECOND);
    assert.equal(
      describeSchedule(policyOf({ schedule: 'fixed', initialDelayMs: 1, maxAttempts: 10_000 })).length,
      10_000,
    );
  });
});
