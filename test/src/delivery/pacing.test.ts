import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DEFAULT_PACE, Pacing } from '../../../src/delivery/pacing';

const NOW = Date.UTC(2023, 5, 20);

/** How many can be taken at one moment, with every slot given back at once. */
function takeAll(pacing: Pacing, nowMs: number): number {
  let taken = 0;
  while (taken < 1000 && pacing.tryTake(nowMs)) {
    pacing.release();
    taken++;
  }
  return taken;
}

describe('pacing', () => {
  it('lets as many be under way as there are slots', () => {
    const pacing = new Pacing({ concurrency: 2, ratePerSecond: null });
    assert.equal(pacing.available(NOW), 2);
    assert.equal(pacing.tryTake(NOW), true);
    assert.equal(pacing.nextAtMs(NOW), NOW);
    assert.equal(pacing.tryTake(NOW), true);
    assert.equal(pacing.tryTake(NOW), false);
    assert.equal(pacing.inUse, 2);
    assert.equal(pacing.nextAtMs(NOW), null);
    pacing.release();
    assert.equal(pacing.tryTake(NOW), true);
  });

  it('by default 64 and no rate', () => {
    const pacing = new Pacing(DEFAULT_PACE);
    assert.equal(pacing.available(NOW), 64);
    assert.equal(takeAll(pacing, NOW), 1000);
  });

  it('refuses to give back what was not taken', () => {
    assert.throws(() => new Pacing(DEFAULT_PACE).release());
  });

  it('begins with a burst of one second and goes on at the rate', () => {
    const pacing = new Pacing({ concurrency: 100, ratePerSecond: 5 });
    assert.equal(takeAll(pacing, NOW), 5);
    assert.equal(pacing.nextAtMs(NOW), NOW + 200);
    assert.equal(takeAll(pacing, NOW + 199), 0);
    assert.equal(takeAll(pacing, NOW + 200), 1);
    assert.equal(takeAll(pacing, NOW + 650), 2);
    assert.equal(takeAll(pacing, NOW + 60_000), 5);
  });

  it('takes a burst of its own', () => {
    const pacing = new Pacing({ concurrency: 100, ratePerSecond: 10, burst: 1 });
    assert.equal(takeAll(pacing, NOW), 1);
    assert.equal(takeAll(pacing, NOW + 99), 0);
    assert.equal(takeAll(pacing, NOW + 100), 1);
  });

  it('knows rates below one a second', () => {
    const pacing = new Pacing({ concurrency: 100, ratePerSecond: 0.2 });
    assert.equal(takeAll(pacing, NOW), 1);
    assert.equal(pacing.nextAtMs(NOW), NOW + 5000);
    assert.equal(takeAll(pacing, NOW + 4999), 0);
    assert.equal(takeAll(pacing, NOW + 5000), 1);
  });

  it('is not held up for long by a clock that was set back', () => {
    const pacing = new Pacing({ concurrency: 100, ratePerSecond: 5 });
    takeAll(pacing, NOW);
    const backMs = NOW - 3_600_000;
    assert.equal(pacing.nextAtMs(backMs), backMs + 200);
    assert.equal(takeAll(pacing, backMs + 1000), 5);
  });

  it('has a token that is given back once more, unless it was full meanwhile', () => {
    for (const [afterMs, left] of [
      [0, 3],
      [100, 3],
      [10_000, 2],
    ] as const) {
      const pacing = new Pacing({ concurrency: 100, ratePerSecond: 5 });
      for (let i = 0; i < 3; i++) pacing.tryTake(NOW);
      const nowMs = NOW + afterMs;
      if (afterMs > 1_000) for (let i = 0; i < 3; i++) pacing.tryTake(nowMs);
      pacing.giveBack(NOW);
      assert.equal(takeAll(pacing, nowMs), left, `after ${afterMs} ms`);
    }
  });

  it('counts a request from when it begins, though its token was taken before', () => {
    const pacing = new Pacing({ concurrency: 100, ratePerSecond: 5 });
    for (let i = 0; i < 3; i++) pacing.tryTake(NOW);
    for (let i = 0; i < 3; i++) assert.equal(pacing.begin(NOW, NOW + 10_000), true);
    assert.equal(takeAll(pacing, NOW + 10_000), 2);
  });

  it('lets none begin later with a token that others have by then', () => {
    const pacing = new Pacing({ concurrency: 100, ratePerSecond: 5 });
    pacing.tryTake(NOW);
    const nowMs = NOW + 10_000;
    takeAll(pacing, nowMs);
    assert.equal(pacing.begin(NOW, nowMs), false);
    assert.equal(pacing.tokenAtMs(nowMs), nowMs + 200);
    assert.equal(pacing.begin(NOW, nowMs + 200), true);
    assert.equal(pacing.tokenAtMs(nowMs + 200), nowMs + 400);
  });

  it('takes new limits while requests are under way', () => {
    const pacing = new Pacing({ concurrency: 3, ratePerSecond: null });
    for (let i = 0; i < 3; i++) pacing.tryTake(NOW);
    pacing.limit({ concurrency: 1, ratePerSecond: null });
    assert.equal(pacing.available(NOW), 0);
    pacing.release();
    pacing.release();
    assert.equal(pacing.tryTake(NOW), false);
    pacing.release();
    assert.equal(pacing.tryTake(NOW), true);
  });

  it('never lets more begin than burst plus rate times time, and always at the time it names', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 60 });
    const limits = fc.record({
      concurrency: fc.constant(1000),
      ratePerSecond: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(0.1, 0.3, 1 / 3, 2.5, 7.7)),
      burst: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(limits, steps, (limit, waits) => {
        const pacing = new Pacing(limit);
        let nowMs = NOW;
        let begun = 0;
        for (const wait of waits) {
          nowMs += wait;
          assert.ok(pacing.available(nowMs) <= limit.burst);
          begun += takeAll(pacing, nowMs);
          const most = limit.burst + ((nowMs - NOW) * limit.ratePerSecond) / 1000;
          assert.ok(begun <= most + 1e-3, `${begun} begun, ${most} allowed`);
          const nextMs = pacing.nextAtMs(nowMs);
          assert.ok(nextMs !== null && nextMs > nowMs);
          nowMs = nextMs;
          assert.equal(pacing.tryTake(nowMs), true);
          pacing.release();
          begun++;
        }
      }),
    );
  });
});
