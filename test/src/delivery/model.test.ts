/**
 * Runs of random steps, whatever they are, must keep the rules. `MODEL_SEED=7` repeats a run; with TEST_SECONDS set (`npm run test:long`)
 * as many are tried as there is time for.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DeliveryStore } from '../../../src/store/delivery-store';
import { createStore } from '../../../src/store/registry';
import { PATIENCE_MS } from '../../support/patience';
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
/** The longest outlasts a lease. */
const PREPARE_TIMES = fc.constantFrom(0, 0, 0, 50, 4_000, 100_000);

const KEY = fc.constantFrom('a', 'b', 'c', null);
const accept = step('accept', fc.record({ key: KEY, retries: fc.boolean() }), (world, { key, retries }) =>
  world.accept(key, retries),
);
const receiver = step(
  'receiver',
  fc.record({ answer: RECEIVER, latencyMs: TIMES, prepareMs: PREPARE_TIMES }),
  async (world, to) => {
    world.answer = to.answer;
    world.latencyMs = to.latencyMs;
    world.prepareMs = to.prepareMs;
  },
);
const pass = step('pass', fc.constantFrom(10, 1_000, 6_000, 6_000, 25_000, 90_000, 4_000_000), (world, ms) =>
  world.pass(ms),
);
const WHICH = fc.nat({ max: 30 });
const STEPS = [
  ...[accept, accept, accept, accept, accept],
  ...[receiver, receiver],
  ...[pass, pass, pass],
  step('resend', WHICH, (world, which) => world.resend(which)),
  step('discard', WHICH, (world, which) => world.discard(which)),
  step('refuse', fc.constantFrom(true, false, false), async (world, isRefusing) => {
    world.isRefusing = isRefusing;
  }),
  step('lose', fc.boolean(), async (world, losesMessages) => {
    world.losesMessages = losesMessages;
  }),
  step('pause', fc.boolean(), (world, isPaused) => world.pause(isPaused)),
  step('crash', fc.constant(null), (world) => world.crash()),
];

const seconds = Number(process.env['TEST_SECONDS'] ?? 0);
/** CI judges a change and not its luck: there it is always the same. */
const ownSeed = process.env['CI'] && seconds === 0 ? 1 : randomInt(2 ** 31);
const seed = Number(process.env['MODEL_SEED'] || ownSeed);

describe('the dispatcher, whatever happens', () => {
  let folder: string;
  let store: DeliveryStore;
  const seen: Record<string, number> = {};

  before(() => console.log(`  MODEL_SEED=${seed}`));
  after(() => {
    for (const [name, count] of Object.entries(seen)) assert(count > 5, `${name} happened ${count} times only`);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'model-'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  for (const [kind, numRuns] of [
    ['memory', 60],
    ['sqlite', 20],
  ] as const) {
    it(`keeps the order of each key, loses nothing, and sends nothing twice or while it must not, over a ${kind} store`, async () => {
      store = createStore({ kind, path: join(folder, 'deliveries.db') });
      await store.open();
      let runs = 0;
      const RATE = fc.constantFrom(null, null, 2, 0.5);
      await fc.assert(
        fc.asyncProperty(RATE, fc.commands(STEPS, { maxCommands: 60, size: 'max' }), async (rate, commands) => {
          const world = new World(store, `lane-${runs++}`, rate);
          await world.start();
          await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
          await world.finish();
          for (const [name, count] of Object.entries(world.rules.seen)) seen[name] = (seen[name] ?? 0) + count;
        }),
        // What fails is told before the test's own time is up, however small it has been made by then.
        seconds > 0
          ? { seed, numRuns: 1e6, interruptAfterTimeLimit: seconds * 1000 }
          : { seed, numRuns, interruptAfterTimeLimit: PATIENCE_MS },
      );
    }).timeout(seconds > 0 ? 0 : 60_000);
  }
});
