import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeliveryStore } from '../../../src/store/delivery-store';
import { createStore } from '../../../src/store/registry';
import { World } from './model/world';

type Model = Record<string, never>;
type Command = fc.AsyncCommand<Model, World>;

/** A step of which the rules, not a model state, say whether it is right. */
function step<T>(name: string, values: fc.Arbitrary<T>, run: (world: World, value: T) => Promise<void>) {
  return values.map(
    (value): Command => ({
      check: () => true,
      run: (_model, world) => run(world, value),
      toString: () => `${name} ${JSON.stringify(value)}`,
    }),
  );
}

const RECEIVER = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ status: 200 }) },
  { weight: 4, arbitrary: fc.constantFrom(500, 502).map((status) => ({ status })) },
  { weight: 1, arbitrary: fc.constant({ status: 404 }) },
  {
    weight: 2,
    arbitrary: fc.record({ status: fc.constantFrom(429, 503), retryAfterSeconds: fc.constantFrom(2, 40, 7_200) }),
  },
);

const TIMES = fc.constantFrom(0, 0, 50, 4_000);

const accept = step('accept', fc.constantFrom('a', 'b', 'c', null), (world, key) => world.accept(key));
const STEPS = [
  ...[accept, accept, accept, accept],
  step('receiver', fc.record({ answer: RECEIVER, latencyMs: TIMES, prepareMs: TIMES }), async (world, to) => {
    world.answer = to.answer;
    world.latencyMs = to.latencyMs;
    world.prepareMs = to.prepareMs;
  }),
  ...[step('pass', fc.constantFrom(10, 1_000, 6_000, 6_000, 25_000, 90_000, 4_000_000), (world, ms) => world.pass(ms))],
  step('pause', fc.boolean(), (world, isPaused) => world.pause(isPaused)),
  step('crash', fc.constant(null), (world) => world.crash()),
];

describe('the dispatcher, whatever happens', () => {
  let store: DeliveryStore;

  before(async () => {
    store = createStore({ kind: 'memory', path: '' });
    await store.open();
  });

  after(() => store.close());

  it('keeps the order of each key, loses nothing, and sends nothing while it must not', async () => {
    let runs = 0;
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(fc.commands(STEPS, { maxCommands: 60, size: 'max' }), async (commands) => {
        const world = new World(store, `lane-${runs++}`);
        await world.start();
        await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
        await world.finish();
        for (const [name, count] of Object.entries(world.rules.seen)) seen[name] = (seen[name] ?? 0) + count;
      }),
      { numRuns: 40 },
    );
    for (const [name, count] of Object.entries(seen)) assert(count > 10, `${name} happened ${count} times only`);
  }).timeout(60_000);
});
