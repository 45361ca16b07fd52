import assert from 'node:assert/strict';
import fc from 'fast-check';
import { it } from 'mocha';
import type { DeliveryError } from '../../../src/delivery/delivery';
import type { DeliveryStore, Finished, Hold, NewDelivery } from '../../../src/store/delivery-store';
import { delivered, failedOnce, givenUp, NODE, newDelivery, type OpenStore, STATUS_500, T0, wakeAll } from './material';
import { NaiveStore } from './naive-store';

const DISCARDED: DeliveryError = { class: 'discarded', message: 'Discarded by hand.', statusCode: null };

/** One thing that happens; numbers are milliseconds from now, `which` picks one of the deliveries accepted so far. */
type Step =
  | {
      readonly kind: 'accept';
      readonly orderKey: string | null;
      readonly start: NewDelivery['start']['kind'];
      readonly in: number;
    }
  | { readonly kind: 'claim'; readonly limit: number }
  | { readonly kind: 'deliver' | 'give up' | 'reopen' | 'send again' | 'discard' | 'drop'; readonly which: number }
  | {
      readonly kind: 'fail';
      readonly which: number;
      readonly in: number;
      readonly passIn: number | null;
      readonly notFor: number | null;
      readonly planned: boolean;
    }
  | { readonly kind: 'release' | 'hold'; readonly which: number; readonly in: number }
  | { readonly kind: 'reclaim'; readonly all: boolean }
  | { readonly kind: 'pause'; readonly paused: boolean }
  | { readonly kind: 'wake'; readonly since: number; readonly again: boolean }
  | { readonly kind: 'time passes'; readonly by: number };

const ms = fc.integer({ min: 0, max: 6 });
const which = fc.nat({ max: 20 });
const oneOf = <T extends string>(...kinds: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...kinds);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: oneOf('accept'),
      orderKey: fc.constantFrom('k1', 'k2', null),
      start: oneOf('claim', 'claim', 'pending', 'pending', 'failed'),
      in: ms,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: oneOf('claim'), limit: fc.integer({ min: 0, max: 4 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: oneOf('deliver', 'give up', 'reopen', 'send again', 'discard', 'drop'), which }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: oneOf('fail'),
      which,
      in: ms,
      passIn: fc.option(ms),
      notFor: fc.option(ms),
      planned: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: oneOf('release', 'hold'), which, in: ms }) },
  { weight: 1, arbitrary: fc.record({ kind: oneOf('reclaim'), all: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: oneOf('pause'), paused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: oneOf('wake'), since: ms, again: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: oneOf('time passes'), by: ms }) },
);

/** Runs of steps in a lane of their own, against a store and its model. */
class Race {
  readonly #store: DeliveryStore;
  readonly #model = new NaiveStore();
  readonly #lane: string;
  readonly #ids: string[] = [];
  #nowMs = T0;

  constructor(store: DeliveryStore, lane: string) {
    this.#store = store;
    this.#lane = lane;
  }

  async take(step: Step): Promise<void> {
    const id = 'which' in step ? (this.#ids[step.which % Math.max(this.#ids.length, 1)] ?? 'nobody') : 'nobody';
    const [store, model, lane, nowMs] = [this.#store, this.#model, this.#lane, this.#nowMs];
    switch (step.kind) {
      case 'accept':
        return this.#accept(step);
      case 'claim': {
        const request = { lane, nodeIds: [NODE], limit: step.limit, nowMs, leaseUntilMs: nowMs + 3 };
        const { deliveries, nextDueAtMs } = await store.claim(request);
        assert.deepEqual({ ids: deliveries.map((each) => each.id), nextDueAtMs }, model.claim(request));
        return;
      }
      case 'deliver':
        return this.#finish(delivered(id, nowMs));
      case 'give up':
        return this.#finish(givenUp(id, nowMs));
      case 'fail':
        return this.#finish(
          failedOnce(id, nowMs, nowMs + step.in, {
            ...(step.passIn === null ? {} : { passAtMs: nowMs + step.passIn }),
            ...(step.notFor === null ? {} : { notBeforeMs: nowMs + step.notFor }),
            ...(step.planned ? { plannedAtMs: nowMs + step.in } : {}),
          }),
        );
      case 'reopen':
      case 'send again': {
        const change = step.kind === 'reopen' ? { nowMs } : { nowMs, leaseUntilMs: nowMs + 3 };
        assert.equal(await store.reopen(id, change), model.reopen(id, change));
        return;
      }
      case 'discard':
        assert.equal(await store.discard(id, DISCARDED, nowMs, true), model.discard(id));
        return;
      case 'release':
        model.release([id], nowMs + step.in);
        return store.release([id], nowMs + step.in);
      case 'hold': {
        const times = { firstFailedAtMs: nowMs, dueAtMs: nowMs + step.in };
        const hold: Hold = {
          id: `of-${id}`,
          nodeId: 'r',
          message: {},
          deliveryId: id,
          failures: 1,
          ...times,
          state: 'held',
        };
        model.hold(hold);
        return store.hold(hold);
      }
      case 'drop':
        model.dropHold(id);
        return store.dropHold(`of-${id}`, nowMs, true);
      case 'reclaim':
        // How many is not compared: other runs have their lanes in the same store.
        model.reclaim(nowMs, step.all);
        await store.reclaim(nowMs, step.all);
        return;
      case 'pause':
        model.setPaused(step.paused);
        return store.setPaused(lane, step.paused ? T0 : null);
      case 'wake':
        assert.deepEqual(await wakeAll(store, lane, nowMs - step.since, nowMs, step.again), [
          model.wake(nowMs - step.since, nowMs, step.again),
        ]);
        return;
      case 'time passes':
        this.#nowMs += step.by;
        return;
    }
  }

  async compareStates(): Promise<void> {
    const states: Record<string, readonly unknown[]> = {};
    for (const id of this.#ids) {
      const kept = await this.#store.get(id);
      if (kept !== undefined) states[id] = [kept.state, kept.attemptCount, kept.dueAtMs, kept.notBeforeMs];
    }
    assert.deepEqual(states, this.#model.states());
  }

  async #accept(step: Extract<Step, { kind: 'accept' }>): Promise<void> {
    const id = `${this.#lane}-${this.#ids.length}`;
    const at = this.#nowMs + step.in;
    const starts: Record<typeof step.start, NewDelivery['start']> = {
      claim: { kind: 'claim', leaseUntilMs: at },
      pending: { kind: 'pending', dueAtMs: at },
      failed: { kind: 'failed', error: STATUS_500 },
    };
    const { orderKey, start } = step;
    const delivery = newDelivery(id, { lane: this.#lane, orderKey, createdAtMs: this.#nowMs, start: starts[start] });
    this.#ids.push(id);
    assert.equal((await this.#store.accept(delivery)).claimed, this.#model.accept(delivery).claimed);
  }

  async #finish(finished: Finished): Promise<void> {
    this.#model.finish(finished);
    await this.#store.finish(finished);
  }
}

export function matchesModel(open: OpenStore): void {
  it('claims, whatever happens, what the plainest reading of the port would', async () => {
    const store = await open();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 60, size: 'max' }), async (steps) => {
        runs += 1;
        const race = new Race(store, `lane-${runs}`);
        for (const step of steps) await race.take(step);
        await race.compareStates();
      }),
      { numRuns: 80 },
    );
  });
}
