/** From what a source hears into the store, and then to those who listen, by the event line of the source. */
import { systemClock } from '../../../src/clock';
import type { AcceptedEvent } from '../../../src/store/delivery-store';
import { isRefusal } from '../../../src/store/waiting-writes';
import { onFlows } from '../flow-moments';
import { tally } from '../observation';
import { type Red, storedInTime } from '../red';
import { embeddedStore } from '../stores/stores';
import { EventLine, type Teller } from './event-line';
import { eventNotes } from './event-notes';

/** A provider that was told to send again may do so that much later. */
const REPEATED_WITHIN_MS = 86_400_000;

interface Line {
  readonly events: EventLine;
  /** Being stored, or waiting in memory for the disk, by what a repeat is recognised by. */
  readonly storing: Map<string, { readonly untilMs: number; readonly stored: Promise<unknown> }>;
}

/** By source, for as long as the process lives. */
const lines = new Map<string, Line>();

function lineOf(red: Red, sourceId: string): Line {
  const known = lines.get(sourceId);
  if (known) return known;
  const line: Line = { events: new EventLine(red, sourceId), storing: new Map() };
  lines.set(sourceId, line);
  return line;
}

export class EventRelay implements Teller {
  private readonly line: Line;
  private readonly stopListening: () => void;

  constructor(
    private readonly red: Red,
    private readonly sourceId: string,
    readonly tell: Teller['tell'],
    readonly fail: Teller['fail'],
    readonly warn: Teller['warn'],
  ) {
    this.line = lineOf(red, sourceId);
    this.stopListening = onFlows(red, {
      stopping: () => this.line.events.stop(this),
      started: () => this.line.events.start(this),
    });
  }

  async close(): Promise<void> {
    this.line.events.stop(this);
    this.stopListening();
    const storing = [...this.line.storing.values()].map(({ stored }) => stored);
    await Promise.all([storedInTime(Promise.allSettled(storing)), eventNotes(this.red).write()]);
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
    for (const [index, { event }] of events.entries()) {
      // The store notes only repeats of what it has.
      if (earlier[index] !== undefined) eventNotes(this.red).add(event.id, { kind: 'repeat' });
    }
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
    const fresh = await store.acceptEvents(events);
    const counts = tally.sources.of(this.sourceId);
    for (const isFresh of fresh) counts[isFresh ? 'fresh' : 'repeated']++;
    const news = events.filter((_, index) => fresh[index]).map(({ event }) => event);
    // Only what is new: a repeat of what the last run accepted is open still, and will come out.
    await this.line.events.add(news);
    return news.length;
  }
}
