/**
 * Remembers what became of events, for the story of their call. Nobody waits for it: notes are gathered and written a moment later,
 * many at a time and one write after the other; where they come faster than the store takes them, they are left out and counted.
 */
import { systemClock } from '../../../src/clock';
import { type Note, noteText } from '../../../src/event/event-note';
import type { EventNote } from '../../../src/store/call-story';
import { tally } from '../observation';
import type { Red } from '../red';
import type { SharedStore } from '../stores/shared-store';
import { embeddedStore, type OpenStore } from '../stores/stores';

const WRITE_AFTER_MS = 250;
/** In one transaction, which others wait for. */
const WRITTEN_TOGETHER = 200;
const MOST_WAITING = 5_000;

export class EventNotes {
  private readonly waiting: EventNote[] = [];
  private isPlanned = false;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly shared: Pick<SharedStore, 'isOpen' | 'trouble'> & {
      readonly ready: Promise<Pick<OpenStore, 'store'>>;
    },
  ) {}

  add(eventId: string, note: Note): void {
    if (this.waiting.length >= MOST_WAITING) {
      tally.notesLost++;
      return;
    }
    this.waiting.push({ eventId, atMs: systemClock.now(), note: noteText(note) });
    if (this.isPlanned) return;
    this.isPlanned = true;
    systemClock.after(WRITE_AFTER_MS, () => {
      this.isPlanned = false;
      void this.write();
    });
  }

  /** Writes what waits. Resolves when it is written, or cannot be just now. */
  write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    if (!this.shared.isOpen) return;
    const { store } = await this.shared.ready;
    while (this.waiting.length > 0 && this.shared.trouble === null) {
      const some = this.waiting.splice(0, WRITTEN_TOGETHER);
      await store.noteEvents(some).catch(() => {
        // The store says itself what is wrong with it.
        tally.notesLost += some.length;
      });
    }
  }
}

const known = new WeakMap<SharedStore, EventNotes>();

/** Of the store that keeps the events. */
export function eventNotes(red: Red): EventNotes {
  const shared = embeddedStore(red);
  const notes = known.get(shared) ?? new EventNotes(shared);
  known.set(shared, notes);
  return notes;
}
