import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outlookOf } from '../../../src/delivery/outlook';
import {
  nextAttempt,
  parseRetryPolicy,
  type RetryPolicy,
  type SavedRetryPolicy,
} from '../../../src/delivery/retry-policy';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function policyOf(saved: SavedRetryPolicy): RetryPolicy {
  const { policy, problems } = parseRetryPolicy(saved);
  assert.deepEqual(problems, []);
  return policy;
}

describe('the outlook of a retry policy', () => {
  const fates: [what: string, saved: SavedRetryPolicy, downForMs: number, fate: readonly unknown[]][] = [
    ['a receiver that is up gets it at once', {}, 0, ['arrives', 1, 0]],
    ['two hours', {}, 2 * HOUR, ['arrives', 5, 2 * HOUR + 35 * MINUTE + 5 * SECOND]],
    [
      'an attempt at the very moment of its return arrives',
      { schedule: 'hot' },
      3 * SECOND,
      ['arrives', 3, 3 * SECOND],
    ],
    ['a moment later, and the next has to do', { schedule: 'hot' }, 3 * SECOND + 1, ['arrives', 4, 8 * SECOND]],
    ['for good', {}, Number.POSITIVE_INFINITY, ['attempts', 10, 75 * HOUR + 35 * MINUTE + 5 * SECOND]],
    ['a screen pop does not outlive a minute', { schedule: 'screen-pop' }, MINUTE, ['attempts', 4, 7 * SECOND]],
    [
      'a screen pop with more attempts ends with its age',
      { schedule: 'screen-pop', maxAttempts: 10 },
      MINUTE,
      ['age', 6, 15 * SECOND],
    ],
    ['a longest age ends a schedule', { maxAgeMs: HOUR }, 2 * HOUR, ['age', 4, 35 * MINUTE + 5 * SECOND]],
    ['own waits', { schedule: 'list', delays: '2s, 1.5h' }, HOUR, ['arrives', 3, 1.5 * HOUR + 2 * SECOND]],
    [
      'own waits repeat the last',
      { schedule: 'list', delays: '1m', maxAttempts: 60 },
      HOUR,
      ['attempts', 60, 59 * MINUTE],
    ],
    ['fixed', { schedule: 'fixed', initialDelayMs: 20_000 }, MINUTE, ['arrives', 4, MINUTE]],
    [
      'exponential up to its longest wait',
      { schedule: 'exponential', initialDelayMs: SECOND, factor: 3, maxDelayMs: 5 * SECOND },
      10 * SECOND,
      ['arrives', 5, 14 * SECOND],
    ],
    ['a single attempt', { maxAttempts: 1 }, 1, ['attempts', 1, 0]],
  ];
  for (const [what, saved, downForMs, fate] of fates) {
    it(`${what}: ${fate.join(' ')}`, () => {
      const { attempts, end, arrival } = outlookOf(policyOf(saved), downForMs);
      const last = arrival ?? attempts.at(-1);
      assert.deepEqual([arrival ? 'arrives' : end, last?.number, last?.atMs], fate);
    });
  }

  const policies = fc.record({
    schedule: fc.constantFrom('standard', 'hot', 'screen-pop', 'exponential', 'fixed', 'list'),
    delays: fc.constant('1s, 30s, 2h'),
    maxAttempts: fc.option(fc.integer({ min: 1, max: 30 }), { nil: '' }),
    maxAgeMs: fc.integer({ min: 1, max: 96 * HOUR }),
    initialDelayMs: fc.integer({ min: 1, max: HOUR }),
    factor: fc.double({ min: 1, max: 5, noNaN: true }),
  });

  it('is what happens to a delivery whose attempts fail at once until the receiver is back', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 200 * HOUR }), (saved, downForMs) => {
        const policy = policyOf(saved);
        const { attempts, end, arrival } = outlookOf(policy, downForMs);
        let nowMs = 0;
        for (const { number, atMs, fate } of attempts) {
          assert.equal(atMs, nowMs);
          assert.equal(fate === 'fails', atMs < downForMs);
          if (fate === 'arrives') {
            assert.equal(arrival?.number, number);
            return;
          }
          const so = { failedAttempts: number, createdAtMs: 0, nowMs, notBeforeMs: null, random: () => 0.5 };
          const next = nextAttempt(policy, so);
          if (next.kind === 'wait') nowMs = next.dueAtMs;
          else assert.deepEqual([next.reason, number], [end, attempts.length]);
        }
        assert.equal(arrival, undefined);
      }),
    );
  });

  it('has waits that add up, and spares what would follow an arrival', () => {
    const { attempts } = outlookOf(policyOf({}), 20 * MINUTE);
    assert.deepEqual(
      attempts.slice(0, 5).map(({ waitMs, fate }) => [waitMs, fate]),
      [
        [0, 'fails'],
        [5 * SECOND, 'fails'],
        [5 * MINUTE, 'fails'],
        [30 * MINUTE, 'arrives'],
        [2 * HOUR, 'spare'],
      ],
    );
    assert.equal(
      attempts.reduce((sum, { waitMs }) => sum + waitMs, 0),
      attempts.at(-1)?.atMs,
    );
  });
});
