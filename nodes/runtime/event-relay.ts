/**
 * From the store into the flow: tells accepted events to those who listen, each once, and only while the flows run. What
 * is accepted during a deploy waits for its end: until then there may be nobody who hears it.
 */
import { systemClock } from '../../src/clock';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import type { AcceptedEvent } from '../../src/store/delivery-store';
import type { Red } from './red';
import { embeddedStore } from './stores';

/** Sources whose open events have come out again in this process: a redeploy is no restart. */
const resumed = new Set<string>();
/** By source: accepted and not yet told. Outlives the node, which a deploy replaces. */
const untold = new Map<string, TelephonyEvent[]>();

export class EventRelay {
  private running = false;
  private closed = false;
  /** Accepted here before the open events of the last run were read, and so perhaps among them. */
  private acceptedHere: Set<string> | undefined = new Set();
  private readonly onStopping = (): void => {
    this.running = false;
  };
  private readonly onStarted = (): void => {
    this.startTelling().catch(this.fail);
  };

  constructor(
    private readonly red: Red,
    private readonly sourceId: string,
    private readonly tell: (event: TelephonyEvent, again: boolean) => void,
    private readonly fail: (error: unknown) => void,
  ) {
    red.events.on('flows:stopping', this.onStopping);
    red.events.on('flows:started', this.onStarted);
  }

  close(): void {
    this.running = false;
    this.closed = true;
    this.red.events.removeListener('flows:stopping', this.onStopping);
    this.red.events.removeListener('flows:started', this.onStarted);
  }

  /** Resolves with how many were new when all are durable. */
  async accept(events: readonly AcceptedEvent[]): Promise<number> {
    const { store } = await embeddedStore(this.red);
    for (const { event } of events) this.acceptedHere?.add(event.id);
    const fresh = await store.acceptEvents(events);
    const news = events.filter((_, index) => fresh[index]).map(({ event }) => event);
    untold.set(this.sourceId, [...(untold.get(this.sourceId) ?? []), ...news]);
    if (this.running) await this.tellWhatWaits();
    return news.length;
  }

  private async startTelling(): Promise<void> {
    if (!resumed.has(this.sourceId)) await this.resume();
    if (this.closed) return;
    this.acceptedHere = undefined;
    this.running = true;
    await this.tellWhatWaits();
  }

  private async resume(): Promise<void> {
    const { store, events } = await embeddedStore(this.red);
    const open = await store.openEvents(this.sourceId, systemClock.now());
    if (this.closed) return;
    resumed.add(this.sourceId);
    const before = open.filter(({ id }) => !this.acceptedHere?.has(id));
    for (const event of before) this.tell(event, true);
    events.sentOut(before.map(({ id }) => id));
  }

  private async tellWhatWaits(): Promise<void> {
    const { events } = await embeddedStore(this.red);
    if (!this.running) return;
    const waiting = untold.get(this.sourceId) ?? [];
    untold.delete(this.sourceId);
    for (const event of waiting) this.tell(event, false);
    events.sentOut(waiting.map(({ id }) => id));
  }
}
