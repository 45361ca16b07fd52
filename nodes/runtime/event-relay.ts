/**
 * From the store into the flow: tells accepted events to those who listen, and only while the flows run. What is accepted
 * during a deploy waits for its end: until then there may be nobody who hears it. What was told just before is told again,
 * marked so: its message may have been lost between two nodes.
 */
import { systemClock } from '../../src/clock';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import type { AcceptedEvent } from '../../src/store/delivery-store';
import { isRefusal } from '../../src/store/waiting-writes';
import { onFlows } from './flow-moments';
import { tally } from './observation';
import type { Red } from './red';
import { embeddedStore } from './stores';

/** Of one source, for as long as the process lives: a deploy replaces its node, but is no restart. */
interface Line {
  /** Events of the last run that were open and have not come out again. Undefined: they were not read yet. */
  fromLastRun: TelephonyEvent[] | undefined;
  /** Accepted by this run before they were read, and so perhaps among them. */
  readonly ownBefore: Set<string>;
  /** Accepted, and not yet told. */
  untold: TelephonyEvent[];
  /** Told so shortly ago that their messages may still be on their way from node to node. */
  justTold: { readonly event: TelephonyEvent; readonly atMs: number }[];
  /** Who tells just now. Not always who accepts: a call that came before a deploy may be stored after it. */
  teller: EventRelay | undefined;
  /** Being stored, or waiting in memory for the disk, by what a repeat is recognised by. */
  readonly storing: Map<string, { readonly untilMs: number; readonly stored: Promise<unknown> }>;
}

/** Node-RED drops the messages that are between two nodes when it stops these for a deploy. */
const ON_ITS_WAY_MS = 500;

/** A provider that was told to send again may do so that much later. */
const REPEATED_WITHIN_MS = 86_400_000;

/**
 * So many come out together. Each time out counts before it happens, and a kill before their deliveries are stored has
 * used it up for nothing: so they are few, and the store is asked in between.
 */
const OUT_TOGETHER = 32;

const lines = new Map<string, Line>();

function lineOf(sourceId: string): Line {
  const known = lines.get(sourceId);
  if (known) return known;
  const line: Line = {
    fromLastRun: undefined,
    ownBefore: new Set(),
    untold: [],
    justTold: [],
    teller: undefined,
    storing: new Map(),
  };
  lines.set(sourceId, line);
  return line;
}

export class EventRelay {
  /** The flows run, and this relay's node is among them. */
  private running = false;
  private readonly line: Line;
  private readonly stopListening: () => void;

  constructor(
    private readonly red: Red,
    private readonly sourceId: string,
    private readonly tell: (event: TelephonyEvent, again: boolean) => void,
    private readonly fail: (error: unknown) => void,
  ) {
    this.line = lineOf(sourceId);
    this.stopListening = onFlows(red, {
      stopping: () => this.stopTelling(),
      started: () => void this.startTelling().catch(this.fail),
    });
  }

  close(): void {
    if (this.line.teller === this) this.line.teller = undefined;
    this.running = false;
    this.stopListening();
  }

  /**
   * Resolves with how many were new when all are durable, however long the disk refuses: meanwhile they wait in memory, and a
   * repeat waits with the first of its kind. Rejects where there is no more room for them.
   */
  async accept(events: readonly AcceptedEvent[]): Promise<number> {
    const { storing } = this.line;
    const earlier = events.map(({ repeatKey, atMs }) => {
      const known = storing.get(repeatKey);
      return known && atMs < known.untilMs ? known.stored : undefined;
    });
    const own = events.filter((_, index) => earlier[index] === undefined);
    const storingOwn = this.store(own);
    for (const { repeatKey, repeatUntilMs } of own) {
      storing.set(repeatKey, { untilMs: repeatUntilMs, stored: storingOwn });
    }
    try {
      const [count] = await Promise.all([storingOwn, ...earlier]);
      return count;
    } finally {
      for (const { repeatKey } of own) if (storing.get(repeatKey)?.stored === storingOwn) storing.delete(repeatKey);
    }
  }

  /** As `accept`, but answers `waits` as soon as the disk refuses: they wait on, and are stored when it is back. */
  offer(events: readonly AcceptedEvent[]): Promise<number | 'waits'> {
    const health = embeddedStore(this.red);
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isRefusal(health.trouble)) return;
        // Who is told so will send them again, nobody knows when.
        for (const event of events)
          event.repeatUntilMs = Math.max(event.repeatUntilMs, event.atMs + REPEATED_WITHIN_MS);
        // Later than a rejection, which says that they do not wait.
        systemClock.after(0, () => resolve('waits'));
      };
      const stop = health.onChange(look);
      this.accept(events).then(resolve, reject).finally(stop);
      look();
    });
  }

  private async store(events: readonly AcceptedEvent[]): Promise<number> {
    if (events.length === 0) return 0;
    const { store } = await embeddedStore(this.red).enter(() => JSON.stringify(events).length);
    const { line } = this;
    const fresh = await store.acceptEvents(events);
    const counts = tally.sources.of(this.sourceId);
    for (const isFresh of fresh) counts[isFresh ? 'fresh' : 'repeated']++;
    const news = events.filter((_, index) => fresh[index]).map(({ event }) => event);
    // Only what is new: a repeat of what the last run accepted is open still, and must come out.
    if (!line.fromLastRun) for (const { id } of news) line.ownBefore.add(id);
    line.untold.push(...news);
    await line.teller?.tellWhatWaits();
    return news.length;
  }

  private stopTelling(): void {
    this.running = false;
    if (this.line.teller !== this) return;
    this.line.teller = undefined;
    this.forgetArrived();
  }

  private async startTelling(): Promise<void> {
    this.running = true;
    // What comes now must not wait for what was open before, should that not be readable.
    await this.resume().catch(this.fail);
    if (!this.running) return;
    this.line.teller = this;
    // The next deploy may come before they have arrived.
    const atMs = systemClock.now();
    this.line.justTold = this.line.justTold.map(({ event }) => ({ event, atMs }));
    for (const { event } of this.line.justTold) this.tell(event, true);
    await this.tellWhatWaits();
  }

  /** Lets what was open when the last run ended come out again, before anything newer. */
  private async resume(): Promise<void> {
    const { line } = this;
    const { store, events } = await embeddedStore(this.red).ready;
    if (!line.fromLastRun) {
      const open = await store.openEvents(this.sourceId);
      line.fromLastRun ??= open.filter(({ id }) => !line.ownBefore.has(id));
      line.ownBefore.clear();
    }
    while (line.fromLastRun.length > 0) {
      const some = line.fromLastRun.slice(0, OUT_TOGETHER);
      const may = new Set(await store.comeOut(some.map(({ id }) => id)));
      if (!this.running) return;
      line.fromLastRun.splice(0, some.length);
      const atMs = systemClock.now();
      for (const event of some) {
        if (!may.has(event.id)) continue;
        line.justTold.push({ event, atMs });
        this.tell(event, true);
      }
      events.sentOut([...may]);
      if (may.size < some.length) {
        const ids = some.flatMap(({ id }) => (may.has(id) ? [] : id)).join(', ');
        this.fail(`Node-RED ended three times after these events came out, so they stay in: ${ids}`);
      }
    }
  }

  private async tellWhatWaits(): Promise<void> {
    const { events } = await embeddedStore(this.red).ready;
    if (this.line.teller !== this) return;
    const waiting = this.line.untold;
    this.line.untold = [];
    this.forgetArrived();
    const atMs = systemClock.now();
    for (const event of waiting) {
      this.line.justTold.push({ event, atMs });
      this.tell(event, false);
    }
    events.sentOut(waiting.map(({ id }) => id));
  }

  private forgetArrived(): void {
    const { justTold } = this.line;
    const nowMs = systemClock.now();
    // Either way: the clock may have been set back.
    const first = justTold.findIndex(({ atMs }) => Math.abs(nowMs - atMs) <= ON_ITS_WAY_MS);
    justTold.splice(0, first < 0 ? justTold.length : first);
  }
}
