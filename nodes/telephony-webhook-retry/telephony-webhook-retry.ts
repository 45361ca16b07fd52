/** The node `telephony-webhook-retry`: holds a message that failed, durably, and sends it again when its schedule says. */
import type { NodeDef, NodeStatus } from 'node-red';
import { randomId, systemClock, systemRandom, type Timer } from '../../src/clock';
import { type Delivery, FAILURE_CLASSES } from '../../src/delivery/delivery';
import { isFinal, isTransient } from '../../src/delivery/outcome';
import { parseRetryAfter } from '../../src/delivery/retry-after';
import { nextAttempt } from '../../src/delivery/retry-policy';
import { UserError } from '../../src/errors';
import { isJsonObject } from '../../src/json';
import type { Hold } from '../../src/store/delivery-store';
import { isRefusal } from '../../src/store/waiting-writes';
import { deliveryOf, putSealed, sealMessage } from '../runtime/deliveries/delivery-message';
import { errorShape } from '../runtime/deliveries/outcome-message';
import { laneNow } from '../runtime/deliveries/outgoing';
import { flowsStarted } from '../runtime/flow-moments';
import { keepOf } from '../runtime/message';
import {
  asError,
  type Message,
  onClose,
  onInput,
  type Red,
  type RedNode,
  reportProblem,
  StatusLine,
} from '../runtime/red';
import { clockTime, firstThatFits, type Say, saying, shortCount } from '../runtime/status-text';
import type { SharedStore } from '../runtime/stores/shared-store';
import { acquireFor } from '../runtime/stores/store-choice';
import { watchStore } from '../runtime/stores/store-status';
import { isOpen, type OpenStore, onOpenStore, releaseStore } from '../runtime/stores/stores';
import { parseConfig, type WebhookRetryConfig } from './config';

/** How long a message that was sent on stays held: its flow may lose it, or the process may die before it comes back. */
const OUT_MS = 60_000;
/** When a store that refused is asked once more. */
const ASKED_AGAIN_MS = 1_000;
const NOT_KEPT: ReadonlySet<string> = new Set([
  'req',
  'res',
  'error',
  'response',
  'statusCode',
  'responseUrl',
  'redirectList',
  'responseCookies',
]);

/** `msg.held`: what a message carries round, so that it is known when it comes back. (The core `http request` puts a figure of its own into `msg.retry`.) */
interface RetryMark {
  readonly id: string;
  readonly failures: number;
  /** Unix milliseconds. */
  readonly firstFailedAtMs: number;
  /** The one that was held, which waits for this message. Absent: another node's message. */
  readonly delivery?: string;
  /** The secrets of the message while it is held: encrypted. Absent: it has none, or is not held. */
  readonly sealed?: string;
}

export = (red: Red): void => {
  function RetryNode(this: RedNode, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const problem = problems[0];
    if (problem) {
      reportProblem(red, this, problem);
      onInput(this, () => {
        throw new UserError('config', problem, { field: problem.field });
      });
      return;
    }
    const retry = new Retry(red, this, config);
    onInput(this, (message) => retry.accept(message));
    onClose(this, (removed) => retry.close(removed));
  }
  red.nodes.registerType('telephony-webhook-retry', RetryNode as never);
};

/** By id, those that are deployed now: what one accepted may be stored only when another has taken its place. */
const living = new Map<string, Retry>();

class Retry {
  private readonly store: SharedStore;
  private readonly stopWatching: () => void;
  /** By id, what it holds: `open` is where. */
  private readonly timers = new Map<
    string,
    Pick<Hold, 'state' | 'dueAtMs'> & { readonly timer: Timer; readonly open: OpenStore }
  >();
  private readonly status: StatusLine;
  private readonly say: Say;
  private last: { readonly what: 'gaveUp' | 'sentOn'; readonly atMs: number } | undefined;
  private closed = false;
  private asking: Timer | undefined;
  private stopHearing: () => void = () => undefined;

  constructor(
    private readonly red: Red,
    private readonly node: RedNode,
    private readonly config: WebhookRetryConfig,
  ) {
    this.status = new StatusLine(node, systemClock);
    this.say = saying(red, 'telephony-webhook-retry.status');
    this.store = acquireFor(red, config.store);
    this.stopWatching = watchStore(red, node, this.store, (status) => this.status.pin(status));
    const started = flowsStarted(red, node);
    this.store.ready
      .then(() => started)
      .then(() => {
        if (this.closed) return;
        // Before a deploy, another than its own may have been its own.
        this.stopHearing = onOpenStore((open) => this.resume(open).catch((error: unknown) => this.report(error)));
      })
      .catch((error: unknown) => this.report(error));
    living.set(node.id, this);
  }

  async accept(message: Message): Promise<void> {
    const own = await this.store.enter(() => JSON.stringify(keepOf(message, NOT_KEPT).kept).length);
    const nowMs = systemClock.now();
    const named = deliveryOf(message);
    const mark = markOf(message);
    const failures = (mark?.failures ?? 0) + 1;
    const firstFailedAtMs = mark?.firstFailedAtMs ?? nowMs;
    const next = !mayBeMended(message, this.config.retryOn)
      ? undefined
      : nextAttempt(this.config.policy, {
          failedAttempts: failures,
          createdAtMs: firstFailedAtMs,
          nowMs,
          notBeforeMs: retryAfterOf(message, nowMs),
          random: systemRandom,
        });
    // Another delivery than before: that one still waits for its message, which went elsewhere, and is let go by itself.
    const id = mark && mark.delivery === named?.id ? mark.id : randomId('hold_');
    // What comes back stays where it was held.
    const heldIn = (living.get(this.node.id) ?? this).timers.get(id)?.open;
    const open = heldIn && isOpen(heldIn) ? heldIn : own;
    if (next?.kind !== 'wait') {
      await this.drop(open, id);
      delete message['held'];
      this.last = { what: 'gaveUp', atMs: nowMs };
      this.show();
      this.node.send([null, message as never]);
      return;
    }
    const { kept, leftOut } = keepOf(message, NOT_KEPT);
    if (leftOut.length > 0) {
      this.node.warn(this.red._('telephony-webhook-retry.warnings.leftOut', { names: leftOut.join(', ') } as never));
    }
    if (named && !(await open.store.get(named.id))) {
      this.node.warn(this.red._('telephony-webhook-retry.warnings.otherStore'));
    }
    const sealed = sealMessage(kept, open.box);
    const held: RetryMark = {
      ...{ id, failures, firstFailedAtMs },
      ...(named && { delivery: named.id }),
      ...(sealed && { sealed }),
    };
    kept['held'] = { ...held };
    const hold: Hold = {
      id,
      nodeId: this.node.id,
      message: kept,
      deliveryId: named?.id ?? null,
      failures,
      firstFailedAtMs,
      dueAtMs: next.dueAtMs,
      state: 'held',
    };
    await open.store.hold(hold);
    const holder = living.get(this.node.id) ?? this;
    holder.arm(open, hold);
    holder.show();
  }

  /** `removed`: nobody will send on what it holds; the deliveries are sent as they are stored. */
  async close(removed: boolean): Promise<void> {
    this.closed = true;
    if (living.get(this.node.id) === this) living.delete(this.node.id);
    this.asking?.cancel();
    this.stopHearing();
    const stores = new Set([...this.timers.values()].map(({ open }) => open));
    for (const { timer } of this.timers.values()) timer.cancel();
    this.timers.clear();
    this.stopWatching();
    this.status.close();
    try {
      if (removed && this.store.isOpen) stores.add(await this.store.ready);
      if (removed) await Promise.all([...stores].filter(isOpen).map((open) => this.letAllGo(open)));
    } finally {
      await releaseStore(this.store);
    }
  }

  /** What an earlier process held. A message that was out when it ended goes out again: nobody knows how far it came. */
  private async resume(open: OpenStore): Promise<void> {
    if (this.closed) return;
    const holds = await open.store.holds(this.node.id).catch((error: unknown) => {
      if (!isOpen(open)) return [];
      if (!isRefusal(error)) throw error;
      this.resumeLater(open);
      return [];
    });
    for (const hold of holds) {
      this.arm(open, hold.state === 'out' ? { ...hold, state: 'held', dueAtMs: systemClock.now() } : hold);
    }
    this.show();
  }

  private report(error: unknown): void {
    if (!this.closed) reportProblem(this.red, this.node, asError(error));
  }

  private resumeLater(open: OpenStore): void {
    if (this.closed) return;
    this.asking = systemClock.after(ASKED_AGAIN_MS, () => {
      this.resume(open).catch((error: unknown) => this.report(error));
    });
  }

  /** Remembers when, not what: the message stays in the store alone, where it can be discarded and forgotten. */
  private arm(open: OpenStore, { id, state, dueAtMs }: Pick<Hold, 'id' | 'state' | 'dueAtMs'>): void {
    if (this.closed) return;
    this.timers.get(id)?.timer.cancel();
    const delayMs = Math.max(0, dueAtMs - systemClock.now());
    const timer = systemClock.after(delayMs, () => {
      this.timers.delete(id);
      const act = state === 'held' ? this.sendAgain(open, id) : this.letGo(open, id);
      act.catch((error: unknown) => {
        if (!isOpen(open)) return; // what it holds is resumed when it is open again
        // That the disk refuses is said once, by the store.
        if (!isRefusal(error)) this.node.error(error instanceof Error ? error.message : String(error));
        this.arm(open, { id, state, dueAtMs: systemClock.now() + ASKED_AGAIN_MS });
      });
    });
    this.timers.set(id, { timer, state, dueAtMs, open });
  }

  private async sendAgain(open: OpenStore, id: string): Promise<void> {
    const taken = await this.take(open, id);
    if (!taken || this.closed) return;
    const { message, problem } = asItCame(taken.hold, open);
    if (problem !== null) {
      await this.drop(open, id);
      const error = errorShape({ class: 'secret', message: problem, statusCode: null });
      this.node.send([null, { ...message, error } as never]);
      return;
    }
    this.arm(open, taken.hold);
    this.last = { what: 'sentOn', atMs: systemClock.now() };
    this.node.send([message as never, null]);
    this.show();
  }

  /** Of a message that will not come back: its delivery is due as it is stored, and keeps count of its failures. */
  private async letGo(open: OpenStore, id: string): Promise<void> {
    const taken = await this.take(open, id);
    if (!taken) return;
    const { hold, delivery } = taken;
    if (!delivery) return this.drop(open, id);
    const message = JSON.stringify({ ...delivery.message, held: markOf(hold.message) });
    const lane = laneNow(this.red, delivery);
    if (await open.store.reopen(delivery.id, { nowMs: systemClock.now(), lane, message })) {
      open.dispatcher.again(delivery.id, lane);
    }
  }

  /** What belongs to no delivery stays, in case that the node was only disabled. */
  private async letAllGo(open: OpenStore): Promise<void> {
    const holds = await open.store.holds(this.node.id);
    const ofDeliveries = holds.filter(({ deliveryId }) => deliveryId !== null);
    await Promise.all(ofDeliveries.map(({ id }) => this.letGo(open, id)));
  }

  /** Marks it as out. Undefined: it came back, or was sent, discarded or forgotten by hand meanwhile, and is not this node's any more. */
  private async take(open: OpenStore, id: string): Promise<{ hold: Hold; delivery: Delivery | undefined } | undefined> {
    const hold = await open.store.takeHold(id, systemClock.now() + OUT_MS);
    if (!hold) return undefined;
    const delivery = hold.deliveryId === null ? undefined : await open.store.get(hold.deliveryId);
    if (!delivery || delivery.state === 'waiting') return { hold, delivery };
    await this.drop(open, id);
    return undefined;
  }

  private async drop(open: OpenStore, id: string): Promise<void> {
    this.timers.get(id)?.timer.cancel();
    this.timers.delete(id);
    await open.store.dropHold(id, systemClock.now(), open.config.logBodies);
    this.show();
  }

  private show(): void {
    this.status.show(() => this.shown());
  }

  /** How many it holds, of a single one until when; else what became of the last. */
  private shown(): NodeStatus {
    const { last, say } = this;
    const held = [...this.timers.values()].filter(({ state }) => state === 'held');
    const [only, ...others] = held;
    if (only) {
      const count = say('held', { count: shortCount(held.length) });
      const next = say('next', { time: clockTime(only.dueAtMs) });
      return { fill: 'yellow', shape: 'ring', text: others.length === 0 ? firstThatFits(next, count) : count };
    }
    if (last === undefined) return {};
    const fill = last.what === 'gaveUp' ? 'red' : 'green';
    return { fill, shape: 'dot', text: say(last.what, { time: clockTime(last.atMs) }) };
  }
}

/** The message as it came, with its secrets; a Buffer, which JSON writes as an object, is one again. */
function asItCame(hold: Hold, open: OpenStore): { message: Record<string, unknown>; problem: string | null } {
  const message: Record<string, unknown> = structuredClone(hold.message);
  const { payload } = message;
  if (isJsonObject(payload) && payload['type'] === 'Buffer' && Array.isArray(payload['data'])) {
    message['payload'] = Buffer.from(payload['data'] as number[]);
  }
  const mark = message['held'];
  if (!isJsonObject(mark) || typeof mark['sealed'] !== 'string') return { message, problem: null };
  const { sealed, ...rest } = mark;
  message['held'] = rest;
  return { message, problem: putSealed(message, sealed, open.box)?.message ?? null };
}

function markOf(message: Readonly<Record<string, unknown>>): RetryMark | undefined {
  const mark = message['held'];
  if (!isJsonObject(mark)) return undefined;
  const { id, failures, firstFailedAtMs, delivery } = mark;
  if (typeof id !== 'string' || typeof failures !== 'number' || typeof firstFailedAtMs !== 'number') return undefined;
  return { id, failures, firstFailedAtMs, ...(typeof delivery === 'string' && { delivery }) };
}

/** By what `webhook out` said of the failure; of another node's message only its status code is known. */
function mayBeMended(message: Message, retryOn: WebhookRetryConfig['retryOn']): boolean {
  const status = Number(message['statusCode']);
  const statusCode = Number.isInteger(status) && status >= 100 ? status : null;
  const error = message['error'];
  const code = isJsonObject(error) ? FAILURE_CLASSES.find((one) => one === error['code']) : undefined;
  // Nothing is known: a core node that got no answer.
  if (code === undefined && statusCode === null) return true;
  const failure = { class: code ?? ('status' as const), statusCode };
  return retryOn === 'transient' ? isTransient(failure) : !isFinal(failure);
}

/** `Retry-After` of the answer: of `webhook out` in `msg.response`, of the core `http request` node in `msg.headers`. */
function retryAfterOf(message: Message, nowMs: number): number | null {
  const response = message['response'];
  const headers = isJsonObject(response) ? response['headers'] : message['headers'];
  if (!isJsonObject(headers)) return null;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'retry-after' || typeof value !== 'string') continue;
    const afterMs = parseRetryAfter(value, nowMs);
    return afterMs === undefined ? null : nowMs + afterMs;
  }
  return null;
}
