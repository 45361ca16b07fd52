import assert from 'node:assert/strict';
import { Circuit, type Evidence, evidenceOf, NO_BREAKER, type Pass, WINDOW } from '../../../src/delivery/circuit';
import { judge } from '../../../src/delivery/outcome';
import { parseSuccessRule } from '../../../src/delivery/success-rule';
import type { WireFailure, WireResult } from '../../../src/http/http-client';

const T0 = Date.UTC(2026, 0, 5, 9);

function circuit(limits: Partial<typeof NO_BREAKER>): Circuit {
  const made = new Circuit();
  made.limit({ ...NO_BREAKER, ...limits });
  return made;
}

function plain(of: Circuit, evidence: readonly Evidence[], nowMs = T0): void {
  for (const one of evidence) of.learn(one, 'plain', nowMs);
}

/** Sends a probe, which must be let through, and learns from it. */
function probe(of: Circuit, evidence: Evidence, nowMs: number): void {
  const pass = takeProbe(of, nowMs);
  assert.equal(of.pass(nowMs), null, 'one at a time');
  of.learn(evidence, pass, nowMs);
}

function takeProbe(of: Circuit, nowMs: number): Pass {
  const pass = of.pass(nowMs);
  assert.ok(pass !== null && pass !== 'plain', 'a probe is let through');
  of.begin(pass);
  return pass;
}

describe('a circuit breaker', () => {
  it('opens after so many failures in a row, and a success starts the count anew', () => {
    const breaker = circuit({ failuresInRow: 3 });
    plain(breaker, ['down', 'down', 'up', 'down', 'down']);
    assert.equal(breaker.pass(T0), 'plain');
    plain(breaker, ['down']);
    assert.deepEqual(breaker.open, { sinceMs: T0, untilMs: T0 + 5_000 });
    assert.equal(breaker.pass(T0), null);
  });

  it('opens at a share of the last 20, but not before there were 20', () => {
    const breaker = circuit({ failurePercent: 50 });
    const halfFailed = Array.from({ length: WINDOW }, (_, n): Evidence => (n % 2 === 0 ? 'up' : 'down'));
    plain(breaker, halfFailed.slice(0, -1));
    assert.equal(breaker.open, null);
    plain(breaker, ['down']);
    assert.notEqual(breaker.open, null);
  });

  it('forgets what lies further back than 20', () => {
    const breaker = circuit({ failurePercent: 50 });
    plain(
      breaker,
      Array.from({ length: 9 }, () => 'down'),
    );
    plain(
      breaker,
      Array.from({ length: WINDOW }, () => 'up'),
    );
    plain(
      breaker,
      Array.from({ length: 9 }, () => 'down'),
    );
    assert.equal(breaker.open, null);
    plain(breaker, ['down']);
    assert.notEqual(breaker.open, null);
  });

  it('never opens without limits', () => {
    const breaker = circuit({});
    plain(
      breaker,
      Array.from({ length: 100 }, () => 'down'),
    );
    assert.equal(breaker.pass(T0), 'plain');
  });

  it('lets one through after a rest, rests twice as long each time it fails, a minute at most, and closes when it succeeds', () => {
    const breaker = circuit({ failuresInRow: 1 });
    plain(breaker, ['down']);
    let nowMs = T0;
    for (const restMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      assert.equal(breaker.pass(nowMs + restMs - 1), null);
      assert.equal(breaker.nextAtMs(nowMs), nowMs + restMs);
      nowMs += restMs;
      probe(breaker, 'down', nowMs);
      assert.equal(breaker.open?.sinceMs, T0);
    }
    probe(breaker, 'up', nowMs + 60_000);
    assert.equal(breaker.pass(nowMs), 'plain');
    plain(breaker, ['down'], nowMs);
    assert.equal(breaker.nextAtMs(nowMs), nowMs + 5_000, 'the next outage begins with a short rest');
  });

  it('learns nothing from requests that set out before it opened', () => {
    const breaker = circuit({ failuresInRow: 2 });
    plain(breaker, ['down', 'down']);
    plain(breaker, ['up', 'down'], T0 + 1_000);
    assert.deepEqual(breaker.open, { sinceMs: T0, untilMs: T0 + 5_000 });
  });

  it('tries another at once where the probe was not sent', () => {
    const breaker = circuit({ failuresInRow: 1 });
    plain(breaker, ['down']);
    probe(breaker, 'nothing', T0 + 5_000);
    takeProbe(breaker, T0 + 5_000);
  });

  it('takes a probe from before it was closed by hand for no probe of the next outage', () => {
    const breaker = circuit({ failuresInRow: 2 });
    plain(breaker, ['down', 'down']);
    const old = takeProbe(breaker, T0 + 5_000);
    breaker.close();
    assert.ok(breaker.stillLets(old), 'nothing keeps it back while the breaker is closed');
    plain(breaker, ['down', 'down'], T0 + 6_000);
    assert.ok(!breaker.stillLets(old));
    breaker.learn('up', old, T0 + 6_500);
    assert.deepEqual(breaker.open, { sinceMs: T0 + 6_000, untilMs: T0 + 11_000 });
    const next = takeProbe(breaker, T0 + 11_000);
    breaker.learn('nothing', old, T0 + 11_500);
    assert.equal(breaker.pass(T0 + 11_500), null, 'the new one is still under way');
    breaker.learn('up', next, T0 + 12_000);
    assert.equal(breaker.open, null);
  });

  it('is not held up by a clock that was set back', () => {
    const breaker = circuit({ failuresInRow: 1 });
    plain(breaker, ['down']);
    takeProbe(breaker, T0 - 3_600_000);
  });

  it('is open after a restart as it was before', () => {
    const breaker = circuit({ failuresInRow: 1 });
    breaker.restore({ sinceMs: T0, untilMs: T0 + 20_000 });
    assert.equal(breaker.pass(T0 + 19_999), null);
    probe(breaker, 'up', T0 + 20_000);
    assert.equal(breaker.open, null);
  });

  it('closes where its limits are taken away', () => {
    const breaker = circuit({ failuresInRow: 1 });
    plain(breaker, ['down']);
    breaker.limit(NO_BREAKER);
    assert.equal(breaker.pass(T0), 'plain');
  });
});

describe('what speaks of an endpoint', () => {
  const rule = parseSuccessRule('2xx');
  const answer = (statusCode: number): WireResult => {
    return { kind: 'response', statusCode, headers: {}, body: Buffer.alloc(0), cut: false, durationMs: 1 };
  };
  for (const [status, evidence] of [
    [200, 'up'],
    [302, 'up'],
    [400, 'up'],
    [404, 'up'],
    [410, 'up'],
    [422, 'up'],
    [429, 'down'],
    [500, 'down'],
    [503, 'down'],
  ] as const) {
    it(`status ${status}: ${evidence}`, () => assert.equal(evidenceOf(judge(answer(status), rule, T0)), evidence));
  }

  const failures: readonly (readonly [WireFailure, Evidence])[] = [
    ...(['refused', 'timeout', 'dns', 'tls', 'reset', 'protocol', 'proxy'] as const).map(
      (one) => [one, 'down'] as const,
    ),
    ['address-blocked', 'nothing'],
    ['request', 'nothing'],
  ];
  for (const [failure, evidence] of failures) {
    it(`${failure}: ${evidence}`, () => {
      const outcome = judge({ kind: 'failure', failure, message: 'x', durationMs: 1 }, rule, T0);
      assert.equal(evidenceOf(outcome), evidence);
    });
  }
});
