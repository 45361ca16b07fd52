/** A dispatcher over a real store, with a clock that stands still, a receiver that a test plays, and a process that can die. */
import assert from 'node:assert/strict';
import type { Clock, Timer } from '../../../../src/clock';
import { Dispatcher } from '../../../../src/delivery/dispatcher';
import { parseRetryPolicy } from '../../../../src/delivery/retry-policy';
import { parseSuccessRule } from '../../../../src/delivery/success-rule';
import type { HttpClient, OutgoingRequest, WireResult } from '../../../../src/http/http-client';
import type { DeliveryStore } from '../../../../src/store/delivery-store';
import { FakeClock, settle } from '../../../support/fake-clock';
import { type Answer, BREAKER_FAILURES, CONCURRENCY, ORDER_WAIT_MS, Rules } from './rules';

export const MOST_ATTEMPTS = 6;
const { policy } = parseRetryPolicy({
  schedule: 'list',
  delays: '1s,3s,10s,30s,10m',
  jitter: 0.2,
  maxAttempts: MOST_ATTEMPTS,
});
const DAY_MS = 86_400_000;

export class World {
  readonly clock = new FakeClock();
  readonly rules = new Rules();
  /** What the receiver does now. */
  answer: Answer = { status: 200 };
  latencyMs = 0;
  /** How long it takes to get a request ready, such as with a token that must be obtained. */
  prepareMs = 0;
  #process: { isAlive: boolean; dispatcher: Dispatcher } | undefined;
  #broken: Error | undefined;
  /** Calls of the store that have not been answered. */
  #asking = 0;
  /** When the last attempt of each began; getting its request ready is a part of it. */
  readonly #begunAtMs = new Map<string, number>();
  readonly #store: DeliveryStore;

  constructor(
    store: DeliveryStore,
    readonly lane: string,
  ) {
    this.#store = new Proxy(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => {
          this.#asking++;
          return method.apply(target, args).finally(() => this.#asking--);
        };
      },
    });
  }

  async start(): Promise<void> {
    const process = { isAlive: true, dispatcher: undefined as unknown as Dispatcher };
    process.dispatcher = new Dispatcher({
      store: this.#store,
      client: this.#client(process),
      clock: this.#clockOf(process),
      random: () => 0.3,
      changed: () => undefined,
      failed: (error) => assert.fail(String(error)),
      keepBodies: () => true,
    });
    this.#process = process;
    await process.dispatcher.start();
    const breaker = { failuresInRow: BREAKER_FAILURES, failurePercent: 0 };
    process.dispatcher.limit(this.lane, { concurrency: CONCURRENCY, ratePerSecond: null, breaker });
    process.dispatcher.register({
      nodeId: this.lane,
      policy,
      successRule: parseSuccessRule('200'),
      orderWaitMs: ORDER_WAIT_MS,
      timeoutMs: 10_000,
      prepare: async ({ id }) => {
        this.#begunAtMs.set(id, this.clock.now());
        if (this.prepareMs > 0) await new Promise<void>((done) => this.#clockOf(process).after(this.prepareMs, done));
        const request = { method: 'POST', url: 'http://crm.test', headers: {}, body: id, timeoutMs: 10_000 };
        return { kind: 'ready', request };
      },
      settled: ({ delivery, state }) => {
        if (state === 'failed') this.rules.end(delivery.id);
      },
      postponed: () => undefined,
      laneChanged: () => undefined,
    });
    await this.quiet();
  }

  /** As kill -9: nothing of the old process happens any more. */
  async crash(): Promise<void> {
    if (this.#process) this.#process.isAlive = false;
    this.rules.crash();
    await this.start();
  }

  async accept(key: string | null): Promise<void> {
    const id = `${this.lane}-${this.rules.accepted.length}`;
    this.rules.accept(id, key);
    await this.#process?.dispatcher.accept(
      {
        ...{ id, nodeId: this.lane, webhook: 'CRM', lane: this.lane, orderKey: key, eventId: null, eventTime: null },
        ...{
          eventType: null,
          callId: null,
          message: '{}',
          createdAtMs: this.clock.now(),
          resendOf: null,
          compare: false,
        },
        request: { method: 'POST', url: 'http://crm.test', headers: {}, body: null, sealed: null },
      },
      {},
      undefined,
    );
    await this.quiet();
  }

  async pause(isPaused: boolean): Promise<void> {
    // A request that is already on its way to the wire may still go; from the answer on none does.
    const done = this.#process?.dispatcher.setPaused(this.lane, isPaused);
    if (!isPaused) this.rules.pause(false);
    await done;
    if (isPaused) this.rules.pause(true);
    await this.quiet();
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.clock.now() + ms;
    for (let nextMs = this.#nextMs(); nextMs <= endMs; nextMs = this.#nextMs()) {
      this.clock.advance(Math.max(0, nextMs - this.clock.now()));
      await this.quiet();
    }
    this.clock.advance(endMs - this.clock.now());
    await this.quiet();
  }

  /** Until nothing is being done any more that does not wait for the clock. */
  async quiet(): Promise<void> {
    for (let idle = 0; idle < 2; idle = this.#asking === 0 ? idle + 1 : 0) await settle();
    if (this.#broken) throw this.#broken;
  }

  /** Everything accepted must come to an end: delivered, or given up after as many attempts as the policy gives. */
  async finish(): Promise<void> {
    this.answer = { status: 200 };
    // Resuming looks for everything anew: only where someone has to, or what lies forgotten would not be noticed.
    if (this.rules.isPaused) await this.pause(false);
    for (let day = 0; day < 2; day++) await this.pass(DAY_MS);
    for (const { id, spared } of this.rules.accepted) {
      const delivery = await this.#store.get(id);
      const { state = 'lost', attemptCount = 0, sparedCount = 0 } = delivery ?? {};
      const isGivenUp = state === 'failed' && attemptCount - sparedCount === MOST_ATTEMPTS;
      assert(
        state === 'delivered' || isGivenUp,
        `${id} is ${state} after ${attemptCount} attempts, ${sparedCount} spared`,
      );
      assert.equal(sparedCount, spared, `${id} was spared`);
      assert.equal((await this.#store.attempts(id)).length, attemptCount);
    }
    if (this.#process) this.#process.isAlive = false;
  }

  #nextMs(): number {
    return this.clock.dueAtMs[0] ?? Number.POSITIVE_INFINITY;
  }

  #clockOf(process: { isAlive: boolean }): Clock {
    return {
      now: () => this.clock.now(),
      after: (ms, action): Timer => this.clock.after(ms, () => process.isAlive && action()),
    };
  }

  #client(process: { isAlive: boolean }): HttpClient {
    return {
      send: (request) => this.#send(process, request),
      close: () => Promise.resolve(),
    };
  }

  #send(process: { isAlive: boolean }, { body }: OutgoingRequest): Promise<WireResult> {
    return new Promise((resolve) => {
      if (!process.isAlive) return;
      const sentAtMs = this.clock.now();
      const id = String(body);
      const begunAtMs = this.#begunAtMs.get(id) ?? sentAtMs;
      const flight = this.#judged(() => this.rules.send(id, begunAtMs, sentAtMs));
      if (!flight) return;
      const answer = this.answer;
      this.clock.after(this.latencyMs, () => {
        if (!process.isAlive) return;
        this.rules.answer(flight, answer, this.clock.now());
        const { status, retryAfterSeconds } = answer;
        const headers: Record<string, string> =
          retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
        const durationMs = this.clock.now() - sentAtMs;
        resolve({ kind: 'response', statusCode: status, headers, body: Buffer.alloc(0), cut: false, durationMs });
      });
    });
  }

  /** The dispatcher must not swallow what a rule finds. */
  #judged<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.#broken ??= error as Error;
      return undefined;
    }
  }
}
