import assert from 'node:assert/strict';
import { afterFailure, type Uncounted } from '../../../src/delivery/attempt';
import { POLICY } from '../../support/delivery-bench';

const T0 = Date.UTC(2025, 5, 15, 12);
const HOUR = 3_600_000;
const FAILED = {
  ok: false,
  class: 'status',
  code: 'status',
  statusCode: 500,
  retryAfterMs: null,
  final: false,
} as const;

/** A failure, 100 ms after an attempt began, of a delivery that was planned for a second later; the clock was set back meanwhile. */
function failure(setBackMs: number, uncounted: Uncounted | null) {
  const delivery = {
    createdAtMs: T0,
    attemptCount: 1,
    sparedCount: 0,
    orderKey: 'k',
    firstFailedAtMs: T0,
    plannedAtMs: T0 + 1_000,
  };
  const times = { startedAtMs: T0, nowMs: T0 + 100 - setBackMs };
  const webhook = { policy: POLICY, orderWaitMs: 5_000 };
  return afterFailure(webhook, { ...times, delivery, outcome: FAILED, uncounted, random: () => 0 } as never);
}

describe('a failure across a clock that was set back', () => {
  for (const uncounted of [null, 'early', 'spared'] as const)
    it(`waits as it would have waited: ${uncounted ?? 'counted'}`, () => {
      const [before, after] = [failure(0, uncounted), failure(HOUR, uncounted)];
      assert(before.kind === 'waiting' && after.kind === 'waiting');
      for (const time of ['dueAtMs', 'passAtMs'] as const) {
        const laterMs = (after[time] ?? 0) - ((before[time] ?? 0) - HOUR);
        assert(laterMs >= 0 && laterMs <= 100, `${time}: ${laterMs} ms later`);
      }
    });
});
