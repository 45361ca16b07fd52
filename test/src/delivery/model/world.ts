/**
 * A dispatcher over a real store, with two nodes on one lane, a clock that stands still, a receiver that a test plays, a disk that
 * may refuse, and a process that can die.
 */
import assert from 'node:assert/strict';
import type { Clock, Timer } from '../../../../src/clock';
import { Dispatcher } from '../../../../src/delivery/dispatcher';
import { parseRetryPolicy } from '../../../../src/delivery/retry-policy';
import { parseSuccessRule } from '../../../../src/delivery/success-rule';
import type { Webhook } from '../../../../src/delivery/webhook';
import { UserError } from '../../../../src/errors';
import type { HttpClient, OutgoingRequest, WireResult } from '../../../../src/http/http-client';
import type { Accepted, DeliveryStore, NewDelivery } from '../../../../src/store/delivery-store';
import { IN_ORDER } from '../../../../src/store/thread/worker-protocol';
import { isRefusal, WaitingWrites } from '../../../../src/store/waiting-writes';
import { FakeClock, settle } from '../../../support/fake-clock';
import { RetryNode } from './retry-node';
import { type Answer, BREAKER_FAILURES, CONCURRENCY, ORDER_WAIT_MS, Rules } from './rules';

export const MOST_ATTEMPTS = 6;
const { policy } = parseRetryPolicy({
  schedule: 'list',
  delays: '1s,3s,10s,30s,10m',
  jitter: 0.2,
  maxAttempts: MOST_ATTEMPTS,
});
const DAY_MS = 86_400_000;
/** What a disk that takes nothing more still does. */
const READS: ReadonlySet<string> = new Set(['get', 'attempts', 'holds', 'lanes', 'unreported']);
const DISCARDED = { class: 'discarded', message: 'Ended by hand.', statusCode: null } as const;

interface Process {
  isAlive: boolean;
  readonly clock: Clock;
  readonly store: DeliveryStore;
  readonly dispatcher: Dispatcher;
}

export class World {
  readonly clock = new FakeClock();
  readonly rules: Rules;
  /** What the receiver does now. */
  answer: Answer = { status: 200 };
  latencyMs = 0;
  /** How long it takes to get a request ready, such as with a token that must be obtained. */
  prepareMs = 0;
  isRefusing = false;
  /** The flow behind the retry node sends on what comes, but not back to the webhook. */
  losesMessages = false;
  #process: Process | undefined;
  #broken: Error | undefined;
  /** Calls of the store that have not been answered. */
  #asking = 0;
  /** When the last attempt of each began; getting its request ready is a part of it. */
  readonly #begunAtMs = new Map<string, number>();
  /** Accepted, as far as nobody was told yet. */
  readonly #untold = new Set<string>();
  #count = 0;

  constructor(
    private readonly disk: DeliveryStore,
    readonly lane: string,
    private readonly ratePerSecond: number | null,
  ) {
    this.rules = new Rules(ratePerSecond);
  }

  async start(): Promise<void> {
    const process = this.#newProcess();
    const { dispatcher, store } = process;
    this.#process = process;
    // As its store starts it: when the disk is back, what could not be taken back or read is.
    store.health.onChange(() => {
      if (store.health.trouble === null) this.#asked(dispatcher.reclaim().then(() => dispatcher.refresh()));
    });
    await this.#allowed(dispatcher.start());
    const breaker = { failuresInRow: BREAKER_FAILURES, failurePercent: 0 };
    dispatcher.limit(this.lane, { concurrency: CONCURRENCY, ratePerSecond: this.ratePerSecond, breaker });
    const retry = new RetryNode(process, `${this.lane}-retry`, {
      again: (id) => (this.losesMessages ? void this.rules.seen.lost++ : this.#accept(this.#comingBack(id))),
      watch: (work) => this.#asked(work),
    });
    const retrying = this.#webhook(process, { nodeId: this.lane, policy, timeoutMs: 10_000 });
    const once = this.#webhook(process, { nodeId: `${this.lane}-once`, policy: null, timeoutMs: 60_000 });
    dispatcher.register({
      ...retrying,
      settled: ({ delivery, state }) => {
        if (state === 'failed') this.rules.end(delivery.id);
      },
    });
    dispatcher.register({
      ...once,
      settled: ({ delivery, state }) => {
        if (state === 'failed') retry.hold(delivery.id);
      },
    });
    await this.#allowed(retry.resume());
    await this.quiet();
  }

  /** As kill -9: nothing of the old process happens any more. */
  async crash(): Promise<void> {
    if (this.#process) this.#process.isAlive = false;
    for (const id of this.#untold) this.rules.forget(id);
    this.#untold.clear();
    this.rules.crash();
    this.isRefusing = false; // a store that cannot be opened is tested elsewhere
    await this.start();
  }

  async accept(key: string | null, retries: boolean): Promise<void> {
    const id = `${this.lane}-${this.#count++}`;
    this.rules.accept(id, key, retries);
    this.#untold.add(id);
    this.#accept(this.#delivery(id, key, retries));
    await this.quiet();
  }

  async pause(isPaused: boolean): Promise<void> {
    if (this.isRefusing) return; // nothing is paused then, which the person is told
    // A request that is already on its way to the wire may still go; from the answer on none does.
    const done = this.#process?.dispatcher.setPaused(this.lane, isPaused);
    if (!isPaused) this.rules.pause(false);
    await done;
    if (isPaused) this.rules.pause(true);
    await this.quiet();
  }

  /** By hand, as the log does it. */
  async resend(which: number): Promise<void> {
    const id = this.#any(which);
    const { store, dispatcher } = this.#running;
    if (id === undefined) return;
    if (await this.#allowed(store.reopen(id, { nowMs: this.clock.now() }))) dispatcher.again(id, this.lane);
    await this.quiet();
  }

  /** By hand, as the log does it. */
  async discard(which: number): Promise<void> {
    const id = this.#any(which);
    const { store, dispatcher } = this.#running;
    if (id === undefined) return;
    if (await this.#allowed(store.discard(id, DISCARDED, this.clock.now(), true))) dispatcher.discarded(id);
    await this.#allowed(dispatcher.refresh());
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
    await this.#allowed(this.#running.dispatcher.reclaim()); // as every now and then
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
    this.isRefusing = false;
    await this.pass(2_000);
    // Resuming looks for everything anew: only where someone has to, or what lies forgotten would not be noticed.
    if (this.rules.isPaused) await this.pause(false);
    for (let day = 0; day < 2; day++) await this.pass(DAY_MS);
    assert.deepEqual([...this.#untold], [], 'nobody was told');
    for (const { id, spared, retries, wasDiscarded } of this.rules.accepted) {
      const delivery = await this.disk.get(id);
      const { state = 'lost', attemptCount = 0, sparedCount = 0 } = delivery ?? {};
      const isGivenUp = state === 'failed' && (!retries || attemptCount - sparedCount >= MOST_ATTEMPTS);
      assert(
        state === 'delivered' || isGivenUp || wasDiscarded,
        `${id} is ${state} after ${attemptCount} attempts, ${sparedCount} spared`,
      );
      if (delivery === undefined) continue;
      const attempts = await this.disk.attempts(id);
      const early = attempts.filter(({ phrase }) => phrase?.code === 'delivering.early').length;
      assert.equal(sparedCount - early, spared, `${id} was spared`);
      assert.equal(attempts.length, attemptCount);
    }
    if (this.#process) this.#process.isAlive = false;
  }

  get #running(): Process {
    assert(this.#process !== undefined);
    return this.#process;
  }

  #any(which: number): string | undefined {
    const { accepted } = this.rules;
    return accepted[which % Math.max(accepted.length, 1)]?.id;
  }

  #nextMs(): number {
    return this.clock.dueAtMs[0] ?? Number.POSITIVE_INFINITY;
  }

  #newProcess(): Process {
    const isAlive = (): boolean => process.isAlive;
    const clock: Clock = {
      now: () => this.clock.now(),
      after: (ms, action): Timer => this.clock.after(ms, () => isAlive() && action()),
    };
    const store = this.#storeOf(clock, isAlive);
    const dispatcher = new Dispatcher({
      ...{ store, clock, client: this.#client(isAlive), random: () => 0.3 },
      ...{ changed: () => undefined, failed: (error) => this.#judge(error), keepBodies: () => true },
    });
    const process: Process = { isAlive: true, clock, store, dispatcher };
    return process;
  }

  /** The store as one process has it: what it waits with while the disk refuses dies with it. */
  #storeOf(clock: Clock, isAlive: () => boolean): DeliveryStore {
    const refuse = (): Promise<never> => {
      this.rules.seen.refused++;
      return Promise.reject(new UserError('store-full', { message: 'The disk is full.' }));
    };
    const writes = new WaitingWrites(clock, () => (this.isRefusing ? refuse() : Promise.resolve()));
    return new Proxy(this.disk, {
      get: (target, name) => {
        if (name === 'health') return writes;
        const method = String(name);
        const work = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => {
          const call = async (): Promise<unknown> => {
            if (!isAlive()) return NEVER;
            if (this.isRefusing && !READS.has(method)) return refuse();
            this.#asking++;
            const result = await work.apply(target, args).finally(() => this.#asking--);
            if (!isAlive()) return NEVER;
            this.#note(method, args, result);
            return result;
          };
          return IN_ORDER.has(method) ? writes.make(call, () => 1) : writes.attempt(call);
        };
      },
    });
  }

  /** What the store has said, in the order in which it said it. */
  #note(method: string, args: readonly unknown[], result: unknown): void {
    const { rules } = this;
    const id = String(args[0]);
    if (method === 'accept') {
      const accepted = result as Accepted;
      if (accepted.claimed) rules.claimed([accepted.id]);
      if (accepted.reopened) rules.reopened(accepted.id);
    } else if (method === 'claim') {
      rules.claimed((result as { deliveries: { id: string }[] }).deliveries.map((one) => one.id));
    } else if (method === 'finish') rules.recorded((args[0] as { id: string }).id);
    else if (method === 'reopen' && result === true) rules.reopened(id);
    else if (method === 'discard' && (result === 'ended' || result === 'removed')) rules.discarded(id);
    else if (method === 'setRest') rules.restStored();
  }

  #webhook({ clock }: Process, { nodeId, policy, timeoutMs }: Pick<Webhook, 'nodeId' | 'policy' | 'timeoutMs'>) {
    return {
      ...{ nodeId, policy, timeoutMs, successRule: parseSuccessRule('200'), orderWaitMs: ORDER_WAIT_MS },
      prepare: async ({ id }: { id: string }) => {
        this.#begunAtMs.set(id, this.clock.now());
        this.#judged(() => this.rules.begin(id, this.clock.now()));
        if (this.prepareMs > 0) await new Promise<void>((done) => clock.after(this.prepareMs, done));
        const request = { method: 'POST', url: 'http://crm.test', headers: {}, body: id, timeoutMs };
        return { kind: 'ready', request } as const;
      },
      postponed: () => undefined,
      laneChanged: () => undefined,
    };
  }

  #comingBack(id: string): Omit<NewDelivery, 'start'> {
    const { key } = this.rules.find(id);
    return { ...this.#delivery(`${id}-again`, key, false), comesBack: { id, wasHeld: true } };
  }

  #delivery(id: string, orderKey: string | null, retries: boolean): Omit<NewDelivery, 'start'> {
    return {
      ...{ id, nodeId: retries ? this.lane : `${this.lane}-once`, webhook: 'CRM', lane: this.lane, orderKey },
      ...{ eventId: null, eventTime: null, eventType: null, callId: null, message: '{}', resendOf: null },
      ...{ createdAtMs: this.clock.now(), compare: false },
      request: { method: 'POST', url: 'http://crm.test', headers: {}, body: null, sealed: null },
    };
  }

  /** Not waited for: while the disk refuses, the answer does not come. */
  #accept(delivery: Omit<NewDelivery, 'start'>): void {
    const told = this.#running.dispatcher.accept(delivery, {}, undefined);
    this.#asked(told.then(() => this.#untold.delete(delivery.id)));
  }

  #client(isAlive: () => boolean): HttpClient {
    return {
      send: (request) => this.#send(isAlive, request),
      close: () => Promise.resolve(),
    };
  }

  #send(isAlive: () => boolean, { body }: OutgoingRequest): Promise<WireResult> {
    return new Promise((resolve) => {
      if (!isAlive()) return;
      const sentAtMs = this.clock.now();
      const id = String(body);
      const begunAtMs = this.#begunAtMs.get(id) ?? sentAtMs;
      const flight = this.#judged(() => this.rules.send(id, begunAtMs, sentAtMs));
      if (!flight) return;
      const answer = this.answer;
      this.clock.after(this.latencyMs, () => {
        if (!isAlive()) return;
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

  /** That the disk refuses is no defect. */
  #judge(error: unknown): void {
    if (!isRefusal(error)) this.#broken ??= error as Error;
  }

  #asked(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#judge(error));
  }

  /** Undefined: the disk refused. */
  async #allowed<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.#judge(error);
      return undefined;
    }
  }
}

const NEVER = new Promise<never>(() => undefined);
