/** The config node `telephony-source`: one connection to one phone system, heard by any number of `telephony event in`. */
import type { NodeDef } from 'node-red';
import { systemClock, systemRandom } from '../../src/clock';
import { UserError } from '../../src/errors';
import { countryProblem } from '../../src/event/phone-number';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { SimulatorSource } from '../../src/sources/simulator/simulator-source';
import type { SourceListener, SourceNode, SourceState } from '../runtime/config-nodes';
import { EventRelay } from '../runtime/event-relay';
import { startHttpPush } from '../runtime/http-push';
import { onClose, type Red, type RedNode } from '../runtime/red';
import { watchStore } from '../runtime/store-status';
import { embeddedStore } from '../runtime/stores';
import { parseConfig, type SourceConfig } from './config';

export interface SourceCredentials {
  username?: string;
  password?: string;
  token?: string;
  secret?: string;
}

export = (red: Red): void => {
  function SourceNodeType(this: RedNode<SourceCredentials> & { source?: SourceNode['source'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const hub = new SourceHub(red, this, config);
    this.source = { config, subscribe: (listener) => hub.subscribe(listener) };
    onClose(this, (removed) => hub.stop(removed));
    const problem = problems[0]?.message ?? countryProblem(config.countryCode);
    if (problem) hub.fail(problem);
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

/** Runs what a source hears with, and tells those who listen; each event is stored first. */
class SourceHub {
  private readonly listeners = new Set<SourceListener>();
  private state: SourceState = { kind: 'connecting', text: 'starting' };
  /** Shown in place of the state while the store is in trouble. */
  private storeState: SourceState | null = null;
  private stopping: ((removed: boolean) => Promise<void> | void)[] = [];

  constructor(
    private readonly red: Red,
    private readonly node: RedNode<SourceCredentials>,
    private readonly config: SourceConfig,
  ) {}

  subscribe(listener: SourceListener): () => void {
    this.listeners.add(listener);
    listener.state(this.storeState ?? this.state);
    return () => this.listeners.delete(listener);
  }

  fail(text: string): void {
    this.node.error(text);
    this.show({ kind: 'error', text: text.slice(0, 60) });
  }

  start(): void {
    const relay = new EventRelay(
      this.red,
      this.node.id,
      (event, again) => this.tell(event, again),
      (error) => this.fail(error instanceof Error ? error.message : String(error)),
      (text) => this.node.warn(text),
    );
    this.stopping.push(() => relay.close());
    const stopWatching = watchStore(this.red, this.node, embeddedStore(this.red), (status) => {
      if (status === null && this.storeState === null) return;
      this.storeState = status && { kind: status.fill === 'red' ? 'error' : 'connecting', text: status.text ?? '' };
      this.tellState();
    });
    this.stopping.push(stopWatching);
    try {
      if (this.config.kind === 'http-push') this.startPush(this.config, relay);
      else this.startSimulator(this.config, relay);
    } catch (error) {
      this.fail(error instanceof UserError ? error.message : `The source could not be started: ${String(error)}`);
    }
  }

  /** `removed`: for good, not to be replaced by a node of the same id. */
  async stop(removed: boolean): Promise<void> {
    const stopping = this.stopping;
    this.stopping = [];
    for (const stop of stopping) await stop(removed);
    this.listeners.clear();
  }

  private tell(event: TelephonyEvent, again: boolean): void {
    for (const listener of this.listeners) listener.event(event, again);
  }

  private show(state: SourceState): void {
    this.state = state;
    this.tellState();
  }

  private tellState(): void {
    for (const listener of this.listeners) listener.state(this.storeState ?? this.state);
  }

  private startPush(config: Extract<SourceConfig, { kind: 'http-push' }>, relay: EventRelay): void {
    const stop = startHttpPush(this.red, {
      sourceId: this.node.id,
      config,
      credentials: { ...this.node.credentials },
      deliver: (events) => relay.offer(events),
    });
    this.stopping.push(stop);
    this.show({ kind: 'connected', text: config.path });
  }

  private startSimulator(config: Extract<SourceConfig, { kind: 'simulator' }>, relay: EventRelay): void {
    const source = new SimulatorSource(
      { ...config, sourceId: this.node.id, sourceName: config.name || this.node.id },
      {
        clock: systemClock,
        random: systemRandom,
        deliver: async (events) => {
          await relay.accept(events);
        },
        status: (status) => this.show({ kind: status.kind, text: 'reason' in status ? status.reason : 'simulator' }),
      },
    );
    this.stopping.push(() => source.stop());
    source.start();
  }
}
