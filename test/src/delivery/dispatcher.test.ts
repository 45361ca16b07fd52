import assert from 'node:assert/strict';
import { NO_BREAKER } from '../../../src/delivery/circuit';
import { UserError } from '../../../src/errors';
import { Bench, LANE, LateAnswers, POLICY } from '../../support/delivery-bench';
import { inEnglish } from '../../support/in-english';

describe('the dispatcher', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await Bench.open();
  });

  afterEach(() => bench.store.close());

  it('sends what it accepted and says that it was delivered, with the message it came with', async () => {
    bench.register();
    await bench.accept('a');
    assert.equal(bench.settled.length, 1);
    assert.equal(bench.settled[0]?.state, 'delivered');
    assert.deepEqual(bench.settled[0]?.live, { from: 'flow', id: 'a' });
    assert.equal((await bench.store.get('a'))?.state, 'delivered');
    assert.equal((await bench.store.attempts('a'))[0]?.statusCode, 200);
  });

  it('reaches a receiver that is down for three attempts on the fourth, when the schedule says', async () => {
    bench.wire.status = (_request, number) => (number <= 3 ? 503 : 200);
    bench.register();
    await bench.accept('a');
    assert.equal((await bench.store.get('a'))?.state, 'waiting');
    for (const [delayMs, attempts] of [
      [999, 1],
      [1, 2],
      [2000, 3],
      [4000, 4],
    ] as const) {
      await bench.pass(delayMs);
      assert.equal(bench.wire.sent.length, attempts);
    }
    assert.equal(bench.settled[0]?.state, 'delivered');
    assert.equal(bench.settled[0]?.attemptCount, 4);
    assert.equal(new Set(bench.wire.sent.map(({ headers }) => headers['webhook-id'])).size, 1);
  });

  it('sends again what is due again before it has heard that its failure was stored', async () => {
    const late = new LateAnswers();
    const bench = await Bench.open(late.store);
    bench.wire.status = (_request, number) => (number === 1 ? 500 : 200);
    bench.register();
    const answer = late.keepNext('finish');
    await bench.accept('a');
    await bench.pass(10);
    await bench.dispatcher.refresh(); // as another's success does
    await bench.pass(1_000);
    await bench.accept('b');
    answer();
    await bench.rest();
    assert.deepEqual(bench.wire.bodies.sort(), ['a', 'a', 'b']);
    assert.equal((await bench.store.get('a'))?.state, 'delivered');
    await bench.store.close();
  });

  it('gives up when the schedule is at its end, and keeps every attempt', async () => {
    bench.wire.status = () => 500;
    bench.register();
    await bench.accept('a');
    for (const delayMs of [1000, 2000, 4000, 60_000]) await bench.pass(delayMs);
    assert.equal(bench.wire.sent.length, 4);
    assert.equal(bench.settled[0]?.state, 'failed');
    assert.equal(bench.settled[0]?.error?.class, 'status');
    const attempts = await bench.store.attempts('a');
    assert.deepEqual(
      attempts.map(({ number }) => number),
      [1, 2, 3, 4],
    );
  });

  it('ends at the first failure where nothing is retried', async () => {
    bench.wire.status = () => 500;
    bench.register({ policy: null });
    await bench.accept('a');
    await bench.pass(3_600_000);
    assert.equal(bench.settled[0]?.state, 'failed');
    assert.equal(bench.wire.sent.length, 1);
  });

  it('does not try again what answers 410', async () => {
    bench.wire.status = () => 410;
    bench.register();
    await bench.accept('a');
    assert.equal(bench.settled[0]?.state, 'failed');
  });

  it('waits as long as Retry-After asks', async () => {
    bench.wire.status = (_request, number) => (number === 1 ? 503 : 200);
    bench.wire.headers = { 'retry-after': '30' };
    bench.register();
    await bench.accept('a');
    await bench.pass(29_000);
    assert.equal(bench.wire.sent.length, 1);
    await bench.pass(1500);
    assert.equal(bench.wire.sent.length, 2);
  });

  it('keeps no more requests under way than the lane allows', async () => {
    bench.register();
    bench.dispatcher.limit(LANE, { concurrency: 2, ratePerSecond: null, breaker: NO_BREAKER });
    bench.wire.hold();
    for (const id of ['a', 'b', 'c', 'd']) await bench.accept(id);
    assert.equal(bench.wire.sent.length, 2);
    bench.wire.letGo();
    await bench.rest();
    assert.equal(bench.settled.length, 4);
  });

  it('claims nothing while nothing waits, also after the lanes were read with a request under way', async () => {
    const { claim } = bench.store;
    let claims = 0;
    const counted: typeof claim = (request) => {
      claims++;
      return claim(request);
    };
    Object.assign(bench.store, { claim: counted });
    bench.register();
    bench.wire.hold();
    await bench.accept('a');
    await bench.dispatcher.refresh();
    bench.wire.letGo();
    await bench.rest();
    for (const id of ['b', 'c']) await bench.accept(id);
    assert.equal(bench.settled.length, 3);
    assert.equal(claims, 0);
  });

  it('sends deliveries of one order key one after another, and other keys past them', async () => {
    bench.wire.status = (request) => (request.body === 'a1' && bench.wire.sent.length === 1 ? 500 : 200);
    bench.register();
    await bench.accept('a1', { orderKey: 'call a' });
    await bench.accept('a2', { orderKey: 'call a' });
    assert.deepEqual(bench.wire.bodies, ['a1']);
    // b1's success ends an outage, which makes a1 due at once.
    await bench.accept('b1', { orderKey: 'call b' });
    assert.deepEqual(bench.wire.bodies, ['a1', 'b1', 'a1', 'a2']);
  });

  it('lets the next pass a head that has failed for too long', async () => {
    bench.wire.status = (request) => (request.body === 'a1' ? 500 : 200);
    bench.register({ orderWaitMs: 2500 });
    await bench.accept('a1', { orderKey: 'call a' });
    await bench.accept('a2', { orderKey: 'call a' });
    await bench.pass(1000);
    assert.deepEqual(bench.wire.bodies, ['a1', 'a1']);
    await bench.pass(1500);
    assert.deepEqual(bench.wire.bodies.slice(0, 3), ['a1', 'a1', 'a2']);
  });

  it('makes what failed in an outage due at once when the receiver is back, oldest first and once', async () => {
    let down = true;
    bench.wire.status = (request) => (down || request.body === 'poison' ? 500 : 200);
    bench.register();
    await bench.accept('a');
    await bench.accept('poison');
    await bench.accept('b');
    down = false;
    await bench.accept('c');
    assert.deepEqual(bench.wire.bodies, ['a', 'poison', 'b', 'c', 'a', 'poison', 'b']);
    await bench.accept('d');
    assert.deepEqual(bench.wire.bodies.slice(7), ['d']);
  });

  it('tries what fails by itself no more than once before its time, counts that for nothing, and keeps its schedule', async () => {
    bench.wire.status = ({ body }) => (String(body).startsWith('bad') ? 500 : 200);
    bench.register();
    await bench.accept('bad');
    const dueAtMs = (await bench.store.get('bad'))?.dueAtMs;
    assert.ok(dueAtMs && dueAtMs > bench.clock.now());
    for (let n = 0; n < 20; n++) {
      // Attempts of others begin to fail while it is under way, and then one gets through.
      bench.wire.hold();
      await bench.accept(`bad ${n}`);
      bench.wire.answersNew();
      await bench.accept(`good ${n}`);
      bench.wire.letGo();
      await bench.rest();
    }
    const bad = await bench.store.get('bad');
    assert.deepEqual([bad?.state, bad?.attemptCount, bad?.sparedCount, bad?.dueAtMs], ['waiting', 2, 1, dueAtMs]);
    await bench.pass(dueAtMs - bench.clock.now());
    const again = await bench.store.get('bad');
    assert.equal((again?.attemptCount ?? 0) - (again?.sparedCount ?? 0), 2);
  });

  it('keeps what arrives while its lane is paused, and sends it when it is resumed', async () => {
    bench.register();
    await bench.dispatcher.setPaused(LANE, true);
    await bench.accept('a');
    assert.equal(bench.wire.sent.length, 0);
    await bench.dispatcher.setPaused(LANE, false);
    await bench.rest();
    assert.deepEqual(bench.wire.bodies, ['a']);
  });

  it('keeps what belongs to a node that is gone, and sends it when the node is back', async () => {
    await bench.accept('a');
    assert.equal((await bench.store.get('a'))?.state, 'pending');
    bench.register();
    await bench.rest();
    assert.deepEqual(bench.wire.bodies, ['a']);
  });

  it('gives back what is cut off by closing: it is due again, untried', async () => {
    bench.register();
    bench.wire.hold();
    await bench.accept('a');
    const closing = bench.dispatcher.close(5000);
    await bench.clock.advanceAsync(5000);
    await closing;
    assert.equal(bench.settled.length, 0);
    assert.equal((await bench.store.get('a'))?.state, 'pending');
    assert.equal((await bench.store.get('a'))?.attemptCount, 0);
  });

  it('ends what has become too old while it waited, without sending it', async () => {
    bench.register({ policy: { ...POLICY, maxAgeMs: 10_000 } });
    await bench.dispatcher.setPaused(LANE, true);
    await bench.accept('a');
    await bench.clock.advanceAsync(20_000);
    await bench.dispatcher.setPaused(LANE, false);
    await bench.rest();
    assert.equal(bench.wire.sent.length, 0);
    assert.equal(bench.settled[0]?.error?.class, 'expired');
  });

  it('sends what someone asks for at any age, once', async () => {
    bench.register({ policy: { ...POLICY, maxAgeMs: 10_000 } });
    bench.wire.status = () => 500;
    await bench.accept('a');
    await bench.pass(60_000);
    assert.equal((await bench.store.get('a'))?.state, 'failed');
    const before = bench.wire.sent.length;
    assert.equal(await bench.store.reopen('a', { nowMs: bench.clock.now() }), true);
    bench.dispatcher.again('a', LANE);
    await bench.pass(60_000);
    assert.equal(bench.wire.sent.length, before + 1);
    assert.equal((await bench.store.get('a'))?.lastError?.class, 'status');
  });

  it('remembers nothing of what was discarded', async () => {
    bench.register({ policy: { ...POLICY, maxAgeMs: 10_000 } });
    await bench.dispatcher.setPaused(LANE, true);
    await bench.accept('a');
    bench.dispatcher.again('a', LANE);
    const error = { class: 'discarded', message: 'Ended by hand.', statusCode: null } as const;
    assert.equal(await bench.store.discard('a', error, bench.clock.now(), true), 'ended');
    bench.dispatcher.discarded('a');
    await bench.pass(60_000);
    assert.equal(await bench.store.reopen('a', { nowMs: bench.clock.now() }), true);
    await bench.dispatcher.setPaused(LANE, false);
    await bench.rest();
    assert.deepEqual([bench.settled[0]?.error?.class, bench.settled[0]?.live], ['expired', undefined]);
  });

  it('says again what failed when nobody may have heard of it, and only then', async () => {
    const bench = await Bench.open();
    bench.wire.status = () => 503;
    bench.wire.headers = { 'retry-after': '120' };
    bench.register({ policy: null });
    await bench.accept('d1');
    await bench.rest();
    assert.equal(bench.settled.length, 1);

    const next = new Bench(bench.store); // the process died at once
    await next.dispatcher.start();
    next.register({ policy: null });
    await next.rest();
    const [again] = next.settled;
    assert.equal(again?.delivery.id, 'd1');
    assert.equal(again?.error?.statusCode, 503);
    assert.equal(again?.attemptCount, 1);
    assert.equal(again?.response?.headers['retry-after'], '120');
    assert.equal(next.wire.sent.length, 0);

    await next.pass(1_000);
    const later = new Bench(bench.store);
    await later.dispatcher.start();
    later.register({ policy: null });
    await later.rest();
    assert.deepEqual(later.settled, []);
  });

  it('keeps no body of what has ended where bodies stay out of the log', async () => {
    const bench = new Bench(undefined, false);
    await bench.store.open();
    await bench.dispatcher.start();
    bench.register({ policy: null });
    bench.wire.status = (_request, number) => (number === 1 ? 200 : 500);
    const request = {
      method: 'POST',
      url: LANE,
      headers: {},
      body: { encoding: 'utf8', text: 'secret talk' },
      sealed: null,
    } as const;
    for (const id of ['good', 'bad']) {
      await bench.accept(id, { request });
      await bench.rest();
    }
    const bodies = async () =>
      Promise.all(['good', 'bad'].map(async (id) => (await bench.store.get(id))?.request?.body?.text ?? null));
    assert.deepEqual(await bodies(), [null, 'secret talk'], 'a failure that may have to come out again keeps its body');
    await bench.pass(1_000);
    assert.deepEqual(await bodies(), [null, null]);
    assert.equal((await bench.store.get('bad'))?.bodyRemoved, true);
    assert.equal((await bench.store.attempts('bad'))[0]?.response?.body, '');
  });

  for (const [error, expected] of [
    [
      new UserError('store-key', { message: 'The key is another one.' }),
      { class: 'request', message: 'The key is another one.' },
    ],
    [
      new TypeError('x is not a function'),
      { class: 'internal', message: 'What is stored of this delivery could not be made a request.' },
    ],
  ] as const) {
    it(`ends a delivery, and not the process, when making its request throws: ${error.message}`, async () => {
      bench.register({
        prepare() {
          throw error;
        },
      });
      await bench.accept('a');
      assert.deepEqual(inEnglish(bench.settled[0]?.error), { ...expected, statusCode: null });
    });
  }

  describe('never sends twice what it has in hand, though its lease has passed', () => {
    const twice = { concurrency: 2, ratePerSecond: null, breaker: NO_BREAKER };

    it('where its turn comes late', async () => {
      bench.register();
      bench.dispatcher.limit(LANE, twice);
      bench.wire.hold();
      for (const id of ['a', 'b', 'c']) await bench.accept(id);
      await bench.pass(600_000);
      await bench.dispatcher.reclaim();
      bench.wire.letGo();
      await bench.rest();
      assert.deepEqual(bench.wire.bodies, ['a', 'b', 'c']);
    });

    for (const call of ['accept', 'claim'] as const) {
      it(`where the answer to its ${call} comes late`, async () => {
        const late = new LateAnswers();
        const bench = await Bench.open(late.store);
        if (call === 'accept') bench.register();
        const answer = late.keepNext(call);
        void bench.dispatcher.accept(bench.delivery('a'), {}, undefined);
        if (call === 'claim') bench.register();
        await bench.rest();
        await bench.pass(600_000);
        await bench.dispatcher.reclaim();
        bench.wire.hold();
        answer();
        await bench.rest();
        await bench.dispatcher.refresh();
        await bench.rest();
        bench.wire.letGo();
        await bench.rest();
        assert.deepEqual(bench.wire.bodies, ['a']);
        assert.equal((await bench.store.get('a'))?.state, 'delivered');
        await bench.store.close();
      });
    }

    it('and leaves to others that share the store no claim of which the longest time-out has not passed', async () => {
      bench.register({ timeoutMs: 1_000 });
      bench.register({ nodeId: 'slow', timeoutMs: 600_000 });
      bench.wire.hold();
      await bench.accept('a');
      assert.equal(await bench.store.reclaim(bench.clock.now() + 600_000, false), 0);
    });
  });

  it('records a request that cannot be sent as failed, without an attempt', async () => {
    const error = { class: 'secret', message: 'The secret %key% is not declared.', statusCode: null } as const;
    bench.register({ prepare: () => ({ kind: 'unsendable', error }) });
    await bench.accept('a');
    assert.deepEqual(bench.settled[0]?.error, error);
    assert.equal((await bench.store.get('a'))?.attemptCount, 0);
  });

  it('says each failure once, also one that came while the store was told of others', async () => {
    const late = new LateAnswers();
    const bench = await Bench.open(late.store);
    bench.wire.status = () => 500;
    bench.register({ policy: null });
    const answer = late.keepNext('reported');
    await bench.accept('a');
    await bench.pass(1_000);
    await bench.accept('b');
    answer();
    await bench.rest();
    await bench.pass(1_000);
    await bench.accept('c');
    await bench.pass(1_000);
    assert.deepEqual(await bench.store.unreported('out'), []);
    await bench.store.close();
  });

  it('tells the store once more of what was heard of, where it refused', async () => {
    const { reported } = bench.store;
    Object.assign(bench.store, {
      reported: () => Promise.reject(new UserError('store-full', { message: 'The disk is full.' })),
    });
    bench.wire.status = () => 500;
    bench.register({ policy: null });
    await bench.accept('a');
    await bench.pass(1_000);
    Object.assign(bench.store, { reported });
    await bench.pass(1_000);
    assert.deepEqual(await bench.store.unreported('out'), []);
  });

  it('sends what fell due while a place was taken for what the store had already', async () => {
    const late = new LateAnswers();
    const bench = await Bench.open(late.store);
    bench.dispatcher.limit(LANE, { concurrency: 1, ratePerSecond: null, breaker: NO_BREAKER });
    bench.wire.status = (_request, number) => (number === 2 ? 500 : 200);
    bench.register();
    const event = { eventId: 'e1', eventTime: '2023-01-01T00:00:00Z' };
    await bench.accept('first', event);
    await bench.accept('waits');
    await bench.pass(900);
    const answer = late.keepNext('accept');
    const { request } = bench.delivery('first');
    const accepted = bench.dispatcher.accept(bench.delivery('again', { ...event, compare: true, request }), {}, {});
    await bench.pass(200);
    assert.equal(bench.wire.sent.length, 2);
    answer();
    assert.equal((await accepted).duplicate, true);
    await bench.rest();
    assert.equal((await bench.store.get('waits'))?.state, 'delivered');
    await bench.store.close();
  });

  it('ends an outage for what waits, also where the store refuses at first', async () => {
    const { wake } = bench.store;
    Object.assign(bench.store, {
      wake: () => Promise.reject(new UserError('store-full', { message: 'The disk is full.' })),
    });
    bench.wire.status = (_request, number) => (number === 1 ? 500 : 200);
    bench.register({ policy: { ...POLICY, delays: { kind: 'list', delaysMs: [1_800_000] } } });
    await bench.accept('a');
    await bench.accept('b');
    assert.equal((await bench.store.get('a'))?.state, 'waiting');
    Object.assign(bench.store, { wake });
    await bench.pass(5_000);
    assert.equal((await bench.store.get('a'))?.state, 'delivered');
  });
});
