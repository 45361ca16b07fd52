/** The config node `telephony-source`: one connection to one phone system, heard by any number of `telephony event in`. */
import type { NodeDef } from 'node-red';
import { systemClock, systemRandom } from '../../src/clock';
import { countryProblem } from '../../src/event/phone-number';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { sentenceOf } from '../../src/sentence';
import { driverOf } from '../../src/sources/drivers';
import type { PushHandler } from '../../src/sources/http-push/pushed-request';
import { sourceCredentials } from '../../src/sources/registry';
import type { Source, SourceHost, SourceStatus } from '../../src/sources/source';
import type { SourceListener, SourceNode, SourceState } from '../runtime/config-nodes';
import { eventNotes } from '../runtime/events/event-notes';
import { EventRelay } from '../runtime/events/event-relay';
import { HeardEvents } from '../runtime/events/heard-events';
import { listen } from '../runtime/events/push-routes';
import { sourceSetup } from '../runtime/events/source-setup';
import { onFlows } from '../runtime/flow-moments';
import { tally } from '../runtime/observation';
import { asError, inShort, onClose, type Red, type RedNode, type Wrong } from '../runtime/red';
import { watchStore } from '../runtime/stores/store-status';
import { embeddedStore } from '../runtime/stores/stores';
import { parseConfig, type SourceConfig } from './config';

type Credentials = Record<string, string | undefined>;

export = (red: Red): void => {
  function SourceNodeType(this: RedNode<Credentials> & { source?: SourceNode['source'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const hub = new SourceHub(red, this, config);
    this.source = {
      config,
      subscribe: (listener) => hub.subscribe(listener),
      state: () => hub.stateNow,
      heard: hub.heard,
      running: () => hub.running,
    };
    onClose(this, (removed) => hub.stop(removed));
    const country = countryProblem(config.countryCode);
    const problem = problems[0] ?? (country === undefined ? undefined : { field: 'countryCode', ...country });
    if (problem) hub.fail(problem);
    else hub.start();
  }
  red.nodes.registerType('telephony-source', SourceNodeType as never, { credentials: sourceCredentials as never });
};

/** Runs what a source hears with, and tells those who listen; each event is stored first. */
class SourceHub {
  /** Undefined: its settings are wrong. */
  running: Source | undefined;
  readonly heard = new HeardEvents();
  private readonly listeners = new Set<SourceListener>();
  private state: SourceState;
  /** Shown in place of the state while the store is in trouble. */
  private storeState: SourceState | null = null;
  /** Said in the log last: once, however often a source tries again. */
  private said = '';
  private stopping: ((removed: boolean) => Promise<void> | void)[] = [];

  constructor(
    private readonly red: Red,
    private readonly node: RedNode<Credentials>,
    private readonly config: SourceConfig,
  ) {
    this.state = { kind: 'connecting', text: this.words('starting') };
  }

  get stateNow(): SourceState {
    return this.storeState ?? this.state;
  }

  subscribe(listener: SourceListener): () => void {
    this.listeners.add(listener);
    listener.state(this.stateNow);
    return () => this.listeners.delete(listener);
  }

  fail(wrong: Wrong): void {
    this.node.error(wrong.message);
    this.state = { kind: 'error', text: inShort(this.red, wrong), reason: sentenceOf(wrong) };
    this.tellState();
  }

  start(): void {
    const relay = new EventRelay(
      this.red,
      this.node.id,
      (event, again) => this.tell(event, again),
      (error) => this.fail(asError(error)),
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
      const setup = sourceSetup(this.node.id, this.config, this.node.credentials);
      const source = driverOf(this.config.kind).create(setup, this.host(relay));
      this.running = source;
      this.stopping.push((removed) => source.stop(removed));
      source.start();
    } catch (error) {
      this.fail(asError(error));
    }
  }

  /** `removed`: for good, not to be replaced by a node of the same id. */
  async stop(removed: boolean): Promise<void> {
    const stopping = this.stopping;
    this.stopping = [];
    this.heard.wake();
    // All at once: a call that comes while another part still writes must find the path closed.
    await Promise.all(stopping.map((stop) => stop(removed)));
    this.listeners.clear();
  }

  private host(relay: EventRelay): SourceHost {
    return {
      clock: systemClock,
      random: systemRandom,
      deliver: async (events) => {
        await relay.accept(events);
      },
      offer: (events) => relay.offer(events),
      status: (status) => this.show(status),
      listen: (path, handler) => this.listen(path, handler),
      refused: (why) => tally.sources.of(this.node.id).refuse(why),
    };
  }

  /** A path that another source has is taken by the first who waits for it when a deploy has made it free. */
  private listen(path: string, handler: PushHandler): (removed: boolean) => void {
    try {
      return listen(this.red, path, handler);
    } catch (error) {
      const stopWaiting = onFlows(this.red, {
        started: () => {
          try {
            this.stopping.push(listen(this.red, path, handler));
          } catch {
            return; // it is not free yet, which was said
          }
          stopWaiting();
          this.show({ kind: 'connected' });
        },
      });
      this.stopping.push(stopWaiting);
      throw error;
    }
  }

  private tell(event: TelephonyEvent, again: boolean): void {
    const verdicts = [...this.listeners].map((listener) => ({
      nodeId: listener.nodeId,
      verdict: listener.event(event, again),
    }));
    this.heard.add(event);
    eventNotes(this.red).add(event.id, { kind: 'told', again, verdicts });
  }

  private show(status: SourceStatus): void {
    switch (status.kind) {
      case 'connecting':
        this.state = { kind: status.kind, text: this.words(status.kind) };
        break;
      case 'connected':
        this.said = '';
        this.state = { kind: status.kind, text: this.words(`connected.${this.config.kind}`) };
        break;
      case 'disconnected':
      case 'error':
        this.state = { kind: status.kind, text: this.words(`trouble.${status.trouble}`), reason: status.reason };
        if (status.reason.message === this.said) break;
        this.said = status.reason.message;
        if (status.kind === 'error') this.node.error(this.said);
        else this.node.warn(this.said);
    }
    this.tellState();
  }

  private tellState(): void {
    for (const listener of this.listeners) listener.state(this.stateNow);
  }

  private words(key: string): string {
    return this.red._(`telephony-source.status.${key}`);
  }
}
