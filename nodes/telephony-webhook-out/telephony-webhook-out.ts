/** The node `telephony-webhook-out`: stores what arrives as a delivery, and says how it ended. */
import type { NodeDef } from 'node-red';
import { systemClock, type Timer } from '../../src/clock';
import type { Dispatcher } from '../../src/delivery/dispatcher';
import type { LaneCondition } from '../../src/delivery/gate';
import { parseSuccessRule } from '../../src/delivery/success-rule';
import type { Prepared, Sendable, Settled, Webhook } from '../../src/delivery/webhook';
import { UserError } from '../../src/errors';
import { delivering } from '../../src/sentences/delivering';
import { inMessage } from '../../src/sentences/message';
import { type EndpointNode, findEndpoint, type WebhookOutNode as SenderNode } from '../runtime/config-nodes';
import { deliveryOf, describe, sealRequest } from '../runtime/deliveries/delivery-message';
import { deliveredMessage, failedMessage } from '../runtime/deliveries/outcome-message';
import { laneOf, makeRequest, prepareRequest } from '../runtime/deliveries/outgoing';
import { type Sender, SendingStores } from '../runtime/deliveries/sending-stores';
import { sayProxy } from '../runtime/endpoints/network';
import { flowsStarted } from '../runtime/flow-moments';
import { isWiredToRetry } from '../runtime/flow-wires';
import { lookAgain } from '../runtime/look-again';
import { keptText, type MessageRequest, typedOriginOf } from '../runtime/message';
import {
  asError,
  type Message,
  onClose,
  onInput,
  type Red,
  type RedNode,
  reportProblem,
  StatusLine,
  type Wrong,
} from '../runtime/red';
import { saying } from '../runtime/status-text';
import type { SharedStore } from '../runtime/stores/shared-store';
import { acquireFor } from '../runtime/stores/store-choice';
import { watchStore } from '../runtime/stores/store-status';
import { type OpenStore, releaseStore } from '../runtime/stores/stores';
import { parseConfig, type WebhookOutConfig } from './config';
import { WebhookStatus } from './status';
import { isHeld, keepUnsent, nameFor } from './unsent';

/** Of the 15 s that Node-RED allows a node to close, 4 s may pass before; what has not ended by then is sent again at the next start. */
const CLOSE_GRACE_MS = 10_000;
/** What waits is counted as it comes and goes; now and then anew, for someone may have discarded some. */
const RECOUNT_EVERY_MS = 60_000;
/** Sooner where something changed while it was counted, each time after a rest twice as long. */
const RECOUNT_SOON_MS = 1_000;

export = (red: Red): void => {
  function WebhookOutNode(this: RedNode & { webhookOut?: SenderNode['webhookOut'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const [problem] = problems;
    if (problem) {
      reportProblem(red, this, problem);
      const store = acquireFor(red, config.store);
      onInput(this, async (message) => {
        try {
          const open = await store.enter(() => keptText(message).length);
          await keepUnsent(red, this.id, config, open, message, problem);
        } catch (error) {
          this.warn(asError(error).message); // which must not hide what is to be mended
        }
        throw new UserError('config', problem, { field: problem.field });
      });
      onClose(this, (_removed) => releaseStore(store));
      return;
    }
    const webhook = new WebhookOut(red, this, config);
    this.webhookOut = webhook;
    onInput(this, (message) => webhook.accept(message));
    onClose(this, () => webhook.close());
  }
  red.nodes.registerType('telephony-webhook-out', WebhookOutNode as never);
};

class WebhookOut implements Sender {
  readonly nodeId: string;
  private readonly policy: Webhook['policy'];
  private readonly successRule: Webhook['successRule'];
  private readonly ownOrigin: string | undefined;
  private readonly store: SharedStore;
  private readonly stores: SendingStores;
  private readonly statusLine: StatusLine;
  private readonly status: WebhookStatus;
  private recount: Timer | undefined;
  private readonly stopWatching: () => void;
  private closed = false;
  /** Where it sends: its endpoint, or the origin that it sent to last. */
  private lane: string;
  readonly label: string;

  constructor(
    private readonly red: Red,
    private readonly node: RedNode,
    readonly config: WebhookOutConfig,
  ) {
    this.nodeId = node.id;
    this.lane = config.endpoint;
    this.label = red._('telephony-webhook-out.label');
    this.policy = config.retryIfError ? config.policy : null;
    this.successRule = parseSuccessRule(config.success);
    this.ownOrigin = typedOriginOf(config.url);
    this.statusLine = new StatusLine(node, systemClock);
    this.status = new WebhookStatus(this.statusLine, saying(red, 'telephony-webhook-out.status'));
    this.store = acquireFor(red, config.store);
    this.stores = new SendingStores(red, this);
    this.stopWatching = watchStore(red, node, this.store, (status) => this.statusLine.pin(status));
    const started = flowsStarted(red, node);
    this.store.ready.then(
      async (store) => {
        await started;
        if (this.closed) return;
        lookAgain(red, node, (wasMissing) => {
          const endpoint = findEndpoint(red, config.endpoint)?.endpoint;
          const missing = this.missing(endpoint);
          if (missing) return missing;
          if (wasMissing) this.statusLine.show(() => ({}));
          void this.begin(store);
          return undefined;
        });
      },
      (error: unknown) => {
        if (!this.closed) reportProblem(red, node, asError(error));
      },
    );
    this.warnOfTwoRetries();
    if (!config.endpoint) sayProxy(red);
  }

  async accept(message: Message): Promise<void> {
    const own = await this.store.enter(() => keptText(message).length);
    const { request, orderKey } = await this.read(message, own);
    const lane = laneOf(this.red, this.config.endpoint, request.url);
    this.sendTo(lane, own.dispatcher);
    const named = deliveryOf(message);
    // A retry node sends what it holds once more after a crash; what was delivered meanwhile is not sent again.
    const comesBack = named && { id: named.id, wasHeld: isHeld(message) };
    const open = this.stores.storeFor(own, comesBack);
    const { dispatcher, box } = open instanceof Promise ? await open : open;
    await dispatcher.accept(
      {
        ...describe(message),
        ...{ nodeId: this.nodeId, webhook: nameFor(this.red, this.config, message), lane, orderKey },
        request: sealRequest(request, message, box),
        message: keptText(message),
        ...(comesBack && { comesBack }),
      },
      message,
      message,
    );
  }

  webhookFor(open: OpenStore): Webhook {
    const { nodeId, policy, successRule, config } = this;
    return {
      ...{ nodeId, policy, successRule, orderWaitMs: config.orderWaitMs, timeoutMs: config.timeoutMs },
      prepare: (delivery) => this.prepare(delivery, open),
      settled: (settled) => this.settled(settled, open),
      postponed: (delivery, dueAtMs) => this.postponed(delivery, dueAtMs),
      laneChanged: (lane, condition) => {
        if (open.key === this.store.key) this.laneChanged(lane, condition);
      },
    };
  }

  private prepare(delivery: Sendable, { box }: OpenStore): Prepared {
    return prepareRequest(this.red, delivery, {
      endpointId: this.config.endpoint,
      ownOrigin: this.ownOrigin,
      timeoutMs: this.config.timeoutMs,
      nowMs: systemClock.now(),
      box,
    });
  }

  private settled(settled: Settled, { box }: OpenStore): void {
    const hasWaited = settled.delivery.firstFailedAtMs !== null;
    if (settled.error === null) {
      this.status.delivered(hasWaited, settled.endedAtMs);
      this.node.send([deliveredMessage(settled, this.config.response) as never, null]);
    } else {
      this.status.gaveUp(hasWaited, settled.error);
      this.node.send([null, failedMessage(settled, box) as never]);
    }
  }

  private postponed(delivery: Sendable, dueAtMs: number): void {
    this.status.postponed(delivery.firstFailedAtMs === null, delivery.attemptCount + 2, dueAtMs);
  }

  private laneChanged(lane: string, condition: LaneCondition): void {
    if (lane === this.lane) this.status.lane(condition);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopWatching();
    this.recount?.cancel();
    this.statusLine.close();
    await this.stores.close(CLOSE_GRACE_MS);
    await releaseStore(this.store);
  }

  private missing(endpoint: EndpointNode['endpoint'] | undefined): Wrong | undefined {
    const { red, config } = this;
    if (endpoint?.problems[0]) {
      // What waits stays until the endpoint is mended: it must go out neither unproved nor another way.
      return { field: 'endpoint', ...delivering('of-endpoint', { reason: endpoint.problems[0] }) };
    }
    if (config.endpoint === '' || endpoint) return undefined;
    // One that is gone for a while keeps what is its.
    return { field: 'endpoint', message: red._('telephony-webhook-out.errors.noEndpoint') };
  }

  /** Also long after the start, where the endpoint was missing until then. */
  private async begin(store: OpenStore): Promise<void> {
    await this.stores.start(store);
    if (this.closed) return;
    if (this.config.endpoint) this.lane = this.config.endpoint;
    this.laneChanged(this.lane, store.dispatcher.condition(this.lane));
    this.countWaiting();
  }

  private sendTo(lane: string, dispatcher: Dispatcher): void {
    if (lane === this.lane) return;
    this.lane = lane;
    this.laneChanged(lane, dispatcher.condition(lane));
  }

  private countWaiting(): void {
    if (!this.policy) return; // nothing waits here
    let restMs = RECOUNT_SOON_MS;
    const again = (): void => {
      if (!this.closed) this.recount = systemClock.after(restMs, count);
    };
    const count = (): void => {
      const { changes } = this.status;
      this.stores
        .countWaiting()
        .then((waiting) => {
          restMs = changes === this.status.changes ? RECOUNT_EVERY_MS : Math.min(restMs * 2, RECOUNT_EVERY_MS);
          if (!this.closed) this.status.waitingCount = waiting;
        })
        .then(again, again); // that the store fails, it says itself
    };
    count();
  }

  /** A message without a usable request is an error for a Catch node, and in the log like every other failure. */
  private async read(message: Message, open: OpenStore): Promise<{ request: MessageRequest; orderKey: string | null }> {
    try {
      return { request: makeRequest(this.red, message, this.config), orderKey: this.orderKey(message) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      await keepUnsent(this.red, this.nodeId, this.config, open, message, error.sentence);
      throw error;
    }
  }

  private orderKey(message: Message): string | null {
    if (!this.config.orderBy) return null;
    let value: unknown;
    try {
      value = this.red.util.getMessageProperty(message, this.config.orderBy);
    } catch {
      return null; // a property of something that the message does not have
    }
    if (value === undefined || value === null || value === '') return null;
    try {
      const key = typeof value === 'string' ? value : JSON.stringify(value);
      if (key === undefined) return null;
      // Who chooses no endpoint has a receiver of its own, though others may live at the same origin.
      return this.config.endpoint ? key : `${this.nodeId} ${key}`;
    } catch (cause) {
      const why = inMessage('order-key', { property: this.config.orderBy });
      throw new UserError('order-key', why, { field: 'orderBy', cause });
    }
  }

  private warnOfTwoRetries(): void {
    if (!this.config.retryIfError) return;
    systemClock.after(0, () => {
      if (!isWiredToRetry(this.red, this.node)) return;
      this.node.warn(this.red._('telephony-webhook-out.warnings.twoRetries'));
    });
  }
}
