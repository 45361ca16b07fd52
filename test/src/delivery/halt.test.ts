import assert from 'node:assert/strict';
import { Bench } from '../../support/delivery-bench';

describe('a dispatcher that is halted while flows change', () => {
  let bench: Bench;
  const heard = (): unknown[] => bench.settled.map(({ delivery, state }) => [delivery.id, state]);

  beforeEach(async () => {
    bench = await Bench.open();
  });

  afterEach(() => bench.store.close());

  it('keeps what it accepts and what falls due, and sends it when it goes on', async () => {
    bench.wire.status = (_request, number) => (number === 1 ? 500 : 200);
    bench.register();
    await bench.accept('a');
    bench.dispatcher.halt();
    await bench.accept('b');
    await bench.pass(5_000);
    assert.deepEqual(bench.wire.bodies, ['a']);
    bench.dispatcher.goOn();
    await bench.rest();
    assert.deepEqual(bench.wire.bodies.sort(), ['a', 'a', 'b']);
    assert.equal((await bench.store.attempts('a')).length, 2);
  });

  it('ends nothing for want of a template that is just being replaced', async () => {
    let isThere = true;
    const error = { class: 'secret', message: 'No template.', statusCode: null } as const;
    bench.register({
      prepare: async (delivery) => {
        await Promise.resolve(); // the flows stop in this moment
        bench.dispatcher.halt();
        isThere = false;
        return { kind: 'unsendable', error: { ...error, message: delivery.id } };
      },
    });
    await bench.accept('a');
    assert.equal(isThere, false);
    assert.equal((await bench.store.get('a'))?.state, 'pending');
    assert.equal((await bench.store.get('a'))?.attemptCount, 0);
    bench.register();
    bench.dispatcher.goOn();
    await bench.rest();
    assert.deepEqual(heard(), [['a', 'delivered']]);
  });

  it('tells how requests under way ended when it goes on, once', async () => {
    bench.wire.status = ({ body }) => (body === 'bad' ? 410 : 200);
    bench.register();
    bench.wire.hold();
    await bench.accept('good');
    await bench.accept('bad');
    bench.dispatcher.halt();
    bench.wire.letGo();
    await bench.pass(2_000);
    assert.deepEqual(heard(), []);
    assert.equal((await bench.store.unreported('out')).length, 1);
    bench.dispatcher.goOn();
    await bench.pass(2_000);
    assert.deepEqual(heard(), [
      ['good', 'delivered'],
      ['bad', 'failed'],
    ]);
    assert.deepEqual(bench.settled[0]?.live, { from: 'flow', id: 'good' });
    assert.deepEqual(await bench.store.unreported('out'), []);
  });

  for (const isHaltedStill of [true, false]) {
    it(`tells a node that takes the place of another, ${isHaltedStill ? 'before' : 'after'} it goes on, once`, async () => {
      bench.wire.status = ({ body }) => (body === 'bad' ? 410 : 200);
      const stop = bench.register({ settled: () => assert.fail('its wires are cut') });
      bench.wire.hold();
      await bench.accept('good');
      await bench.accept('bad');
      bench.dispatcher.halt();
      const closed = stop(10_000);
      bench.wire.letGo();
      await closed;
      if (isHaltedStill) bench.register();
      bench.dispatcher.goOn();
      if (!isHaltedStill) bench.register();
      await bench.pass(2_000);
      assert.deepEqual(heard().sort(), [
        ['bad', 'failed'],
        ['good', 'delivered'],
      ]);
    });
  }

  it('forgets whom nobody asked after until the next time', async () => {
    const stop = bench.register();
    bench.wire.hold();
    await bench.accept('a');
    bench.dispatcher.halt();
    const closed = stop(10_000);
    bench.wire.letGo();
    await closed;
    bench.dispatcher.goOn();
    bench.dispatcher.halt();
    bench.dispatcher.goOn();
    bench.register();
    await bench.rest();
    assert.deepEqual(heard(), []);
  });

  it('goes on by itself where the flows never start', async () => {
    bench.register();
    bench.dispatcher.halt();
    await bench.accept('a');
    await bench.pass(29_999);
    assert.deepEqual(bench.wire.bodies, []);
    await bench.pass(1);
    assert.deepEqual(bench.wire.bodies, ['a']);
  });
});
