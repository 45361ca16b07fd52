/** What tests of the dispatcher share. */
import { Dispatcher } from '../../src/delivery/dispatcher';
import type { LaneCondition } from '../../src/delivery/gate';
import { parseRetryPolicy } from '../../src/delivery/retry-policy';
import { parseSuccessRule } from '../../src/delivery/success-rule';
import type { Settled, Webhook } from '../../src/delivery/webhook';
import type { Cancellation } from '../../src/http/cancellation';
import type { HttpClient, OutgoingRequest, WireResult } from '../../src/http/http-client';
import type { DeliveryStore, NewDelivery } from '../../src/store/delivery-store';
import { createStore } from '../../src/store/registry';
import { FakeClock } from './fake-clock';

/** Where its deliveries go. */
export const LANE = 'http://crm.example.test';

/** A wire that answers by script and can keep requests under way until told. */
export class ScriptedWire implements HttpClient {
  readonly sent: OutgoingRequest[] = [];
  status: (request: OutgoingRequest, number: number) => number = () => 200;
  headers: Record<string, string> = {};
  private held: (() => void)[] | undefined;

  get bodies(): unknown[] {
    return this.sent.map(({ body }) => body);
  }

  hold(): void {
    this.held = [];
  }

  /** What is held stays under way; what comes from now on is answered. */
  answersNew(): void {
    this.held = undefined;
  }

  letGo(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const go of held) go();
  }

  async send(request: OutgoingRequest, cancellation?: Cancellation): Promise<WireResult> {
    this.sent.push(request);
    const number = this.sent.length;
    if (this.held) {
      await new Promise<void>((resolve) => {
        this.held?.push(resolve);
        cancellation?.aimAt({ cancel: resolve });
      });
    }
    if (cancellation?.isCancelled) return { kind: 'failure', failure: 'reset', message: 'Aborted.', durationMs: 1 };
    const statusCode = this.status(request, number);
    return { kind: 'response', statusCode, headers: this.headers, body: Buffer.from('ok'), cut: false, durationMs: 1 };
  }

  async close(): Promise<void> {}
}

/** A store that does what it is asked at once, but may keep an answer to itself: a disk that takes its time. */
export class LateAnswers {
  readonly store: DeliveryStore;
  readonly #kept = new Map<PropertyKey, Promise<void>>();

  constructor(store = createStore({ kind: 'memory', path: '' })) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const kept = this.#kept.get(name);
          this.#kept.delete(name);
          const answer: unknown = await member.apply(target, args);
          await kept;
          return answer;
        };
      },
    });
  }

  /** The next call of this name is answered when the answer of this is called. */
  keepNext(name: keyof DeliveryStore): () => void {
    let answer = (): void => undefined;
    this.#kept.set(name, new Promise((resolve) => (answer = resolve)));
    return () => answer();
  }
}

/** Four attempts: now, and after 1, 2 and 4 s. */
export const { policy: POLICY } = parseRetryPolicy({
  schedule: 'list',
  delays: '1s,2s,4s',
  initialDelayMs: 1000,
  maxDelayMs: 1000,
  factor: 2,
  jitter: 0,
  maxAttempts: 4,
  maxAgeMs: 3_600_000,
});

/** A dispatcher over a store in memory, a scripted wire and a clock that a test moves. */
export class Bench {
  readonly wire = new ScriptedWire();
  readonly settled: Settled[] = [];
  /** What the observer heard of lanes, and webhooks of conditions. */
  readonly heard: string[] = [];
  readonly conditions: LaneCondition[] = [];
  /** What it heard of deliveries. */
  readonly counted: string[] = [];
  readonly dispatcher: Dispatcher;

  constructor(
    readonly store: DeliveryStore = createStore({ kind: 'memory', path: '' }),
    keepBodies = true,
    readonly clock = new FakeClock(),
  ) {
    this.dispatcher = new Dispatcher({
      store,
      client: this.wire,
      clock: this.clock,
      random: () => 0.5,
      changed: () => undefined,
      failed: () => undefined,
      keepBodies: () => keepBodies,
      observer: {
        accepted: () => this.counted.push('accepted'),
        attempted: (_lane, _node, failure, ms) => this.counted.push(`attempted ${failure ?? 'success'} ${ms} ms`),
        delivered: () => this.counted.push('delivered'),
        dead: (_lane, _node, failure) => this.counted.push(`dead ${failure}`),
        breaker: (_lane, state) => this.heard.push(`breaker ${state}`),
        stopped: (_lane, reason) => this.heard.push(`stopped ${reason}`),
        resumed: (_lane, reason) => this.heard.push(`resumed ${reason}`),
        failing: () => this.heard.push('failing'),
        recovered: () => this.heard.push('recovered'),
      },
    });
  }

  static async open(store?: DeliveryStore, clock?: FakeClock): Promise<Bench> {
    const bench = new Bench(store, true, clock);
    await bench.store.open();
    await bench.dispatcher.start();
    return bench;
  }

  /** Lets everything that is due happen, without moving the clock: attempts chain a few round trips to the store. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) {
      await this.store.lanes();
      await this.clock.advanceAsync(0);
    }
  }

  /** Moves the clock from timer to timer, and lets all that follows from one happen before the next. */
  async pass(ms: number): Promise<void> {
    const endMs = this.clock.now() + ms;
    for (let nextMs = 0; ; ) {
      await this.rest();
      nextMs = this.clock.dueAtMs[0] ?? Number.POSITIVE_INFINITY;
      if (nextMs > endMs) break;
      await this.clock.advanceAsync(Math.max(0, nextMs - this.clock.now()));
    }
    await this.clock.advanceAsync(endMs - this.clock.now());
    await this.rest();
  }

  register(over: Partial<Webhook> = {}): (graceMs: number) => Promise<void> {
    return this.dispatcher.register({
      nodeId: 'out',
      policy: POLICY,
      successRule: parseSuccessRule('2xx'),
      orderWaitMs: 60_000,
      timeoutMs: 1000,
      prepare: (delivery) => ({
        kind: 'ready',
        request: {
          method: 'POST',
          url: LANE,
          headers: { 'webhook-id': delivery.id },
          body: delivery.id,
          timeoutMs: 1000,
        },
      }),
      settled: (one) => this.settled.push(one),
      postponed: () => undefined,
      laneChanged: (_lane, condition) => this.conditions.push(condition),
      ...over,
    });
  }

  async accept(id: string, over: Partial<Omit<NewDelivery, 'start'>> = {}): Promise<void> {
    await this.dispatcher.accept(this.delivery(id, over), {}, { from: 'flow', id });
    await this.rest();
  }

  delivery(id: string, over: Partial<Omit<NewDelivery, 'start'>> = {}): Omit<NewDelivery, 'start'> {
    return {
      id,
      nodeId: 'out',
      webhook: 'CRM',
      lane: LANE,
      orderKey: null,
      eventId: null,
      eventTime: null,
      eventType: null,
      callId: null,
      request: { method: 'POST', url: LANE, headers: {}, body: { encoding: 'utf8', text: id }, sealed: null },
      message: '{}',
      createdAtMs: this.clock.now(),
      resendOf: null,
      compare: false,
      ...over,
    };
  }
}
