/** The config node `telephony-source`: one connection to one phone system, heard by any number of `telephony event in`. */
import type { NodeDef } from 'node-red';
import { systemClock, systemRandom } from '../../src/clock';
import { UserError } from '../../src/errors';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { SimulatorSource } from '../../src/sources/simulator/simulator-source';
import type { AcceptedEvent } from '../../src/store/delivery-store';
import type { SourceListener, SourceNode, SourceState } from '../runtime/config-nodes';
import { startHttpPush } from '../runtime/http-push';
import { onClose, type Red, type RedNode } from '../runtime/red';
import { embeddedStore } from '../runtime/stores';
import { parseConfig, type SourceConfig } from './config';

export interface SourceCredentials {
  username?: string;
  password?: string;
  token?: string;
  secret?: string;
}

/** Sources whose open events have come out again in this process: a redeploy is no restart. */
const resumed = new Set<string>();

export = (red: Red): void => {
  function SourceNodeType(this: RedNode<SourceCredentials> & { source?: SourceNode['source'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const hub = new SourceHub(red, this, config);
    this.source = { config, subscribe: (listener) => hub.subscribe(listener) };
    onClose(this, () => hub.stop());
    if (problems[0]) hub.fail(problems[0].message);
    else hub.start();
  }
  red.nodes.registerType('telephony-source', SourceNodeType as never, {
    credentials: {
      username: { type: 'text' },
      password: { type: 'password' },
      token: { type: 'password' },
      secret: { type: 'password' },
    },
  });
};

/** Stores what a source hears before anybody acts on it, and tells those who listen. */
class SourceHub {
  private readonly listeners = new Set<SourceListener>();
  private state: SourceState = { kind: 'connecting', text: 'starting' };
  private stopping: (() => Promise<void> | void)[] = [];

  constructor(
    private readonly red: Red,
    private readonly node: RedNode<SourceCredentials>,
    private readonly config: SourceConfig,
  ) {}

  subscribe(listener: SourceListener): () => void {
    this.listeners.add(listener);
    listener.state(this.state);
    return () => this.listeners.delete(listener);
  }

  fail(text: string): void {
    this.node.error(text);
    this.show({ kind: 'error', text: text.slice(0, 60) });
  }

  start(): void {
    const onStarted = (): void => {
      this.resume().catch((error: unknown) => this.fail(error instanceof Error ? error.message : String(error)));
    };
    // Not before every node of the flow is there to hear it.
    this.red.events.once('flows:started', onStarted);
    this.stopping.push(() => {
      this.red.events.removeListener('flows:started', onStarted);
    });
    try {
      if (this.config.kind === 'http-push') this.startPush(this.config);
      else this.startSimulator(this.config);
    } catch (error) {
      this.fail(error instanceof UserError ? error.message : `The source could not be started: ${String(error)}`);
    }
  }

  async stop(): Promise<void> {
    const stopping = this.stopping;
    this.stopping = [];
    for (const stop of stopping) await stop();
    this.listeners.clear();
  }

  /** Resolves when the events are durable; those that are new have then been told to all listeners. */
  async deliver(events: readonly AcceptedEvent[]): Promise<number> {
    const { store, events: open } = await embeddedStore(this.red);
    const fresh = await store.acceptEvents(events);
    const told: string[] = [];
    events.forEach(({ event }, index) => {
      if (!fresh[index]) return;
      this.tell(event, false);
      told.push(event.id);
    });
    open.sentOut(told);
    return told.length;
  }

  private async resume(): Promise<void> {
    const { store, events: open } = await embeddedStore(this.red);
    if (resumed.has(this.node.id)) return;
    resumed.add(this.node.id);
    const events = await store.openEvents(this.node.id, systemClock.now());
    for (const event of events) this.tell(event, true);
    open.sentOut(events.map(({ id }) => id));
  }

  private tell(event: TelephonyEvent, again: boolean): void {
    for (const listener of this.listeners) listener.event(event, again);
  }

  private show(state: SourceState): void {
    this.state = state;
    for (const listener of this.listeners) listener.state(state);
  }

  private startPush(config: Extract<SourceConfig, { kind: 'http-push' }>): void {
    const stop = startHttpPush(this.red, {
      sourceId: this.node.id,
      config,
      credentials: { ...this.node.credentials },
      deliver: (events) => this.deliver(events),
    });
    this.stopping.push(stop);
    this.show({ kind: 'connected', text: config.path });
  }

  private startSimulator(config: Extract<SourceConfig, { kind: 'simulator' }>): void {
    const source = new SimulatorSource(
      { ...config, sourceId: this.node.id, sourceName: config.name || this.node.id },
      {
        clock: systemClock,
        random: systemRandom,
        deliver: async (events) => {
          await this.deliver(events);
        },
        status: (status) => this.show({ kind: status.kind, text: 'reason' in status ? status.reason : 'simulator' }),
      },
    );
    this.stopping.push(() => source.stop());
    source.start();
  }
}
