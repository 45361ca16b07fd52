/**
 * The stores that a `webhook out` sends from: its own, and every other one for as long as it is open. What waits there since
 * before a deploy that gave the node another store, or is resent there, would else wait for ever.
 */
import type { Webhook } from '../../../src/delivery/webhook';
import type { NewDelivery } from '../../../src/store/delivery-store';
import { findEndpoint } from '../config-nodes';
import { laneLimits } from '../endpoints/lane-limits';
import type { Red } from '../red';
import { isOpen, type OpenStore, onOpenStore, storesInUse } from '../stores/stores';

export interface Sender {
  readonly nodeId: string;
  readonly config: { readonly endpoint: string };
  /** The node, as the dispatcher of that store sees it. */
  webhookFor(open: OpenStore): Webhook;
}

export class SendingStores {
  private readonly endings = new Map<OpenStore, (graceMs: number) => Promise<void>>();
  /** Those of them in which something of the node may wait: its own, and others until nothing is left there. */
  private readonly holding = new Set<OpenStore>();
  private stopHearing: () => void = () => undefined;
  private own: OpenStore | undefined;
  private isClosed = false;
  private finding: Promise<OpenStore> | undefined;

  constructor(
    private readonly red: Red,
    private readonly sender: Sender,
  ) {}

  /** Resolves when it sends from its own; the others follow. */
  async start(own: OpenStore): Promise<void> {
    this.own = own;
    await this.sendFrom(own);
    if (this.isClosed) return;
    this.stopHearing = onOpenStore((open) => {
      if (open !== own) void this.sendFrom(open);
    });
  }

  async countWaiting(): Promise<number> {
    const filter = { state: ['waiting'], webhook: this.sender.nodeId } as const;
    const counts = [...this.holding].map(async (open) => {
      const count = isOpen(open) ? await open.store.count(filter) : 0;
      if (count === 0 && open !== this.own) this.holding.delete(open);
      return count;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /**
   * Where a message is to be stored: one that names a delivery (`comesBack`) where that one is, if it is a further attempt of it,
   * else the node's own. Others wait behind one of which that is still being found out, so that none overtakes it.
   */
  storeFor(own: OpenStore, comesBack: NewDelivery['comesBack']): OpenStore | Promise<OpenStore> {
    const others = comesBack ? storesInUse().filter((open) => open !== own) : [];
    const mayBeElsewhere = comesBack !== undefined && others.length > 0;
    if (!mayBeElsewhere && this.finding === undefined) return own;
    const found = mayBeElsewhere ? this.whereIs([own, ...others], comesBack) : undefined;
    const finding = Promise.all([found, this.finding]).then(([open]) => open ?? own);
    this.finding = finding;
    const forget = (): void => {
      if (this.finding === finding) this.finding = undefined;
    };
    // Not before those who wait for it have gone on.
    void finding.then(() => undefined).then(forget);
    return finding;
  }

  async close(graceMs: number): Promise<void> {
    this.isClosed = true;
    this.stopHearing();
    await Promise.all([...this.endings.values()].map((end) => end(graceMs)));
  }

  private async sendFrom(open: OpenStore): Promise<void> {
    const { nodeId, config } = this.sender;
    for (const known of this.endings.keys()) if (!isOpen(known)) this.endings.delete(known);
    // What waits since before a deploy goes by the endpoint of now.
    await open.dispatcher.move(nodeId, config.endpoint || null, () => !this.isClosed);
    if (this.isClosed || !isOpen(open)) return;
    this.holding.add(open);
    const endpoint = findEndpoint(this.red, config.endpoint)?.endpoint;
    if (endpoint) open.dispatcher.limit(config.endpoint, laneLimits(endpoint.config));
    this.endings.set(open, open.dispatcher.register(this.sender.webhookFor(open)));
  }

  private async whereIs(
    stores: readonly OpenStore[],
    { id, wasHeld }: NonNullable<NewDelivery['comesBack']>,
  ): Promise<OpenStore | undefined> {
    for (const open of stores) {
      // What one store cannot say now must not keep back a message that is none of its own.
      const delivery = await open.store.get(id).catch(() => undefined);
      if (!delivery) continue;
      const { nodeId, request, state } = delivery;
      const isOfNode = nodeId === this.sender.nodeId || request === null;
      const isFurtherAttempt = isOfNode && (wasHeld || (state !== 'sending' && state !== 'delivered'));
      if (isFurtherAttempt) this.holding.add(open);
      return isFurtherAttempt ? open : undefined;
    }
    return undefined;
  }
}
