import assert from 'node:assert/strict';
import { NO_BREAKER } from '../../../src/delivery/circuit';
import type { LaneLimits } from '../../../src/delivery/gate';
import { Bench, LANE, POLICY } from '../../support/delivery-bench';

const FREE: LaneLimits = { concurrency: 64, ratePerSecond: null, breaker: NO_BREAKER };

function breaker(failuresInRow: number): LaneLimits {
  return { ...FREE, breaker: { ...NO_BREAKER, failuresInRow } };
}

/** Whoever has failed waits for longer than any of these tests lasts. */
const HOURLY = { ...POLICY, delays: { kind: 'list', delaysMs: [3_600_000] } } as const;

describe('the limits of a lane', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.open();
  });

  afterEach(() => bench.store.close());

  const acceptAll = async (...ids: string[]): Promise<void> => {
    for (const id of ids) await bench.accept(id);
  };
  const lane = async () => (await bench.store.lanes()).find((one) => one.lane === LANE);

  describe('with a circuit breaker', () => {
    beforeEach(() => {
      bench.register();
      bench.dispatcher.limit(LANE, breaker(2));
    });

    it('sends nothing while it is open but one now and then, and drains in order when that one is through', async () => {
      bench.wire.status = () => 500;
      await acceptAll('a', 'b');
      assert.deepEqual(bench.dispatcher.condition(LANE), {
        kind: 'resting',
        sinceMs: bench.clock.now(),
        untilMs: bench.clock.now() + 5_000,
      });
      await acceptAll('c', 'd');
      await bench.pass(4_999);
      assert.deepEqual(bench.wire.bodies, ['a', 'b']);
      await bench.pass(1);
      assert.equal(bench.wire.sent.length, 3);
      await bench.pass(9_999);
      assert.equal(bench.wire.sent.length, 3);
      bench.wire.status = () => 200;
      await bench.pass(1);
      assert.deepEqual(bench.wire.bodies.slice(3).sort(), ['a', 'b', 'c', 'd']);
      assert.equal(bench.settled.length, 4);
    });

    it('counts no attempt while it is open, so that nobody is given up for what the endpoint did', async () => {
      bench.wire.status = () => 500;
      await acceptAll('a', 'b');
      await bench.pass(600_000); // eleven probes; four attempts are all that the policy gives
      const tried = await bench.store.get('a');
      assert.equal(tried?.state, 'waiting');
      assert.ok((tried?.attemptCount ?? 0) > 4);
      assert.equal((tried?.attemptCount ?? 0) - (tried?.sparedCount ?? 0), 1);
      const last = (await bench.store.attempts('a')).at(-1);
      assert.match(last?.message ?? '', /does not count/);
      bench.wire.status = () => 200;
      await bench.pass(60_000);
      assert.deepEqual(
        bench.settled.map(({ state }) => state),
        ['delivered', 'delivered'],
      );
    });

    it('is not kept open by one that the receiver never takes', async () => {
      bench.wire.status = () => 500;
      await acceptAll('poison', 'b', 'c');
      bench.wire.status = ({ body }) => (body === 'poison' ? 500 : 200);
      await bench.pass(60_000);
      assert.deepEqual(
        bench.settled.map(({ delivery, state }) => `${delivery.id} ${state}`),
        ['c delivered', 'b delivered', 'poison failed'],
      );
      const { attemptCount, sparedCount } = (await bench.store.get('poison')) ?? { attemptCount: 0, sparedCount: 0 };
      assert.equal(attemptCount - sparedCount, 4, 'as many as the policy gives');
    });

    it('asks with one that is not due for long where nothing else waits', async () => {
      bench.register({ policy: HOURLY });
      bench.wire.status = () => 500;
      await acceptAll('a', 'b');
      bench.wire.status = () => 200;
      await bench.pass(5_000);
      assert.equal(bench.settled.length, 2);
    });

    it('opens for what lies with the endpoint, not for what is wrong with one request', async () => {
      bench.wire.status = () => 422;
      await acceptAll('a', 'b', 'c', 'd');
      assert.equal(bench.wire.sent.length, 4);
      assert.deepEqual(bench.dispatcher.condition(LANE), { kind: 'open' });
    });

    describe('that was opened by what had failed before', () => {
      beforeEach(async () => {
        bench.register({ policy: HOURLY });
        bench.dispatcher.limit(LANE, FREE);
        bench.wire.status = () => 500;
        await acceptAll('a', 'b');
        bench.dispatcher.limit(LANE, breaker(2));
        bench.wire.status = ({ body }) => (body === 'c' ? 200 : 500);
        await acceptAll('c'); // for which the others are sent again, and fail again
        assert.equal(bench.dispatcher.condition(LANE).kind, 'resting');
        assert.equal(bench.wire.sent.length, 5);
      });

      it('wakes what waits when one is through', async () => {
        bench.wire.status = () => 200;
        await bench.pass(5_000);
        assert.deepEqual(bench.wire.bodies.slice(5).sort(), ['a', 'b']);
      });

      it('wakes it after a restart, too', async () => {
        await bench.dispatcher.close(0);
        const next = await Bench.open(bench.store, bench.clock);
        next.dispatcher.limit(LANE, breaker(2));
        next.register({ policy: HOURLY });
        await next.pass(5_000);
        assert.deepEqual(next.wire.bodies.sort(), ['a', 'b']);
      });
    });

    it('is closed by hand', async () => {
      bench.wire.status = () => 500;
      await acceptAll('a', 'b', 'c');
      bench.wire.status = () => 200;
      await bench.dispatcher.setPaused(LANE, false);
      await bench.rest();
      assert.equal(bench.settled.length, 3);
      assert.equal((await lane())?.rest.breaker ?? null, null);
    });

    it('is open after a restart, and tries when it would have', async () => {
      bench.wire.status = () => 500;
      await acceptAll('a', 'b', 'c');
      await bench.dispatcher.close(0);
      const next = await Bench.open(bench.store, bench.clock);
      next.dispatcher.limit(LANE, breaker(2));
      next.register();
      await next.pass(4_999);
      assert.equal(next.wire.sent.length, 0);
      await next.pass(1);
      assert.equal(next.settled.length, 3);
    });

    it('tells who listens, and the webhooks, what happens to it', async () => {
      bench.wire.status = () => 500;
      await acceptAll('a', 'b');
      await bench.pass(5_000);
      bench.wire.status = () => 200;
      await bench.pass(10_000);
      assert.deepEqual(bench.heard, [
        'failing',
        'breaker open',
        ...['breaker half-open', 'breaker open'],
        ...['breaker half-open', 'recovered', 'breaker closed'],
      ]);
      assert.deepEqual(
        bench.conditions.map(({ kind }) => kind),
        ['resting', 'probing', 'resting', 'probing', 'open'],
      );
    });
  });

  describe('told to wait by Retry-After', () => {
    for (const status of [429, 503]) {
      it(`sends nothing at all for that time after ${status}, and then what waits`, async () => {
        bench.register();
        bench.wire.status = (_request, number) => (number === 1 ? status : 200);
        bench.wire.headers = { 'retry-after': '30' };
        await acceptAll('a', 'b', 'c');
        const sinceMs = bench.clock.now();
        assert.deepEqual(bench.dispatcher.condition(LANE), { kind: 'retry-after', sinceMs, untilMs: sinceMs + 30_000 });
        assert.deepEqual((await lane())?.rest.retryAfter, { sinceMs, untilMs: sinceMs + 30_000 });
        await bench.pass(29_999);
        assert.deepEqual(bench.wire.bodies, ['a']);
        await bench.pass(3_100);
        assert.deepEqual(bench.wire.bodies, ['a', 'b', 'c', 'a']);
        assert.deepEqual(bench.heard, ['failing', 'stopped retry-after', 'resumed retry-after', 'recovered']);
        assert.equal((await lane())?.rest.retryAfter ?? null, null);
      });
    }

    it('waits for one delivery only where the status speaks of that one', async () => {
      bench.register();
      bench.wire.status = (_request, number) => (number === 1 ? 404 : 200);
      bench.wire.headers = { 'retry-after': '30' };
      await acceptAll('a', 'b');
      assert.deepEqual(bench.wire.bodies, ['a', 'b']);
    });

    it('keeps the others back for an hour at most', async () => {
      bench.register({ policy: { ...POLICY, maxAgeMs: 100_000_000 } });
      bench.wire.status = (_request, number) => (number === 1 ? 503 : 200);
      bench.wire.headers = { 'retry-after': '86400' };
      await acceptAll('a', 'b');
      await bench.pass(3_600_000);
      assert.deepEqual(bench.wire.bodies, ['a', 'b']);
    });

    it('keeps the others back no longer than the one that was told could wait itself', async () => {
      bench.register({ policy: { ...POLICY, maxAgeMs: 2_000 } });
      bench.wire.status = (_request, number) => (number === 1 ? 503 : 200);
      bench.wire.headers = { 'retry-after': '3600' };
      await acceptAll('a', 'b');
      await bench.pass(1_999);
      assert.deepEqual(bench.wire.bodies, ['a']);
      await bench.pass(1);
      assert.ok(bench.wire.bodies.includes('b'));
    });

    it('still waits after a restart', async () => {
      bench.register();
      bench.wire.status = () => 503;
      bench.wire.headers = { 'retry-after': '30' };
      await acceptAll('a', 'b');
      await bench.dispatcher.close(0);
      const next = await Bench.open(bench.store, bench.clock);
      next.register();
      next.wire.status = () => 200;
      await next.pass(29_999);
      assert.equal(next.wire.sent.length, 0);
      await next.pass(1);
      assert.deepEqual(next.wire.bodies, ['b', 'a']);
    });
  });

  it('keeps what was claimed when the lane was stopped, untried', async () => {
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    bench.register({
      prepare: async ({ id }) => {
        await held;
        const request = { method: 'POST', url: LANE, headers: {}, body: id, timeoutMs: 1000 };
        return { kind: 'ready', request };
      },
    });
    await bench.accept('a');
    await bench.dispatcher.setPaused(LANE, true);
    go();
    await bench.rest();
    assert.equal(bench.wire.sent.length, 0);
    const kept = await bench.store.get('a');
    assert.deepEqual([kept?.state, kept?.attemptCount], ['pending', 0]);
    assert.equal((await lane())?.pausedSinceMs, bench.clock.now());
    await bench.dispatcher.setPaused(LANE, false);
    await bench.rest();
    assert.equal(bench.settled.length, 1);
  });

  it('drains what was kept no faster than its rate, after a burst', async () => {
    bench.register();
    bench.dispatcher.limit(LANE, { ...FREE, ratePerSecond: 2, burst: 3 });
    await bench.dispatcher.setPaused(LANE, true);
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await acceptAll(...ids);
    await bench.dispatcher.setPaused(LANE, false);
    await bench.rest();
    assert.deepEqual(bench.wire.bodies, ids.slice(0, 3));
    await bench.pass(1_000);
    assert.deepEqual(bench.wire.bodies, ids.slice(0, 5));
    await bench.pass(1_000);
    assert.deepEqual(bench.wire.bodies, ids);
  });

  it('leaves other lanes alone when one hangs', async () => {
    bench.register();
    bench.dispatcher.limit(LANE, { ...FREE, concurrency: 2 });
    bench.wire.hold();
    await acceptAll('a', 'b', 'c');
    bench.wire.answersNew();
    for (let n = 0; n < 100; n++) await bench.accept(`other-${n}`, { lane: 'http://erp.example.test' });
    assert.equal(bench.settled.length, 100);
    assert.equal(bench.wire.sent.length, 102);
  });

  describe('that is one of ever so many', () => {
    const acceptAt = (id: string): Promise<void> => bench.accept(id, { lane: `http://${id}.example.test` });

    it('is forgotten when all that came for it was sent', async () => {
      bench.register();
      await bench.rest();
      for (let number = 0; number < 20; number++) await acceptAt(`host${number}`);
      assert.equal(bench.settled.length, 20);
      assert.equal(bench.dispatcher.laneCount, 0);
    });

    it('is remembered as long as something waits, is under way or is to be kept back', async () => {
      bench.dispatcher.limit('http://limited.example.test', { ...FREE, concurrency: 1 });
      bench.register();
      await acceptAt('limited');
      await bench.dispatcher.setPaused('http://paused.example.test', true);
      await acceptAt('paused');
      bench.wire.status = () => 500;
      await acceptAt('failing');
      bench.wire.status = () => 503;
      bench.wire.headers = { 'retry-after': '60' };
      await acceptAt('told');
      bench.wire.headers = {};
      bench.wire.status = () => 200;
      bench.wire.hold();
      await acceptAt('sent');
      assert.equal(bench.dispatcher.laneCount, 5);
      bench.wire.letGo();
      await bench.pass(1_000);
      assert.equal(bench.dispatcher.laneCount, 3);
      await bench.pass(59_000);
      assert.equal(bench.dispatcher.laneCount, 2);
      await bench.dispatcher.setPaused('http://paused.example.test', false);
      await bench.rest();
      assert.equal(bench.dispatcher.laneCount, 1);
      assert.equal(bench.settled.length, 5);
    });

    it('is forgotten when what waited for it was discarded', async () => {
      bench.register();
      bench.wire.status = () => 500;
      await acceptAt('gone');
      assert.equal(bench.dispatcher.laneCount, 1);
      await bench.store.discard('gone', { class: 'discarded', message: 'By hand.', statusCode: null }, 1, true);
      await bench.dispatcher.refresh();
      assert.equal(bench.dispatcher.laneCount, 0);
    });
  });

  it('tells who counts what was accepted, tried, delivered and given up', async () => {
    bench.register({ policy: { ...POLICY, maxAttempts: 2 } });
    bench.wire.status = ({ body }) => (body === 'bad' ? 500 : 200);
    await acceptAll('good', 'bad');
    await bench.pass(1_000);
    assert.deepEqual(bench.counted, [
      ...['accepted', 'attempted success 1 ms', 'delivered'],
      ...['accepted', 'attempted status 1 ms', 'attempted status 1 ms', 'dead status'],
    ]);
  });
});
