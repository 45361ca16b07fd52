/** The entries of a call's story as lines: what several nodes dropped for the same reason is one. Pure. */
import type { StoryEntry } from '../../../src/story/entries';

export interface StoryLine {
  readonly entry: StoryEntry;
  /** At which nodes it happened, in one line or more after each other. */
  readonly nodes: readonly Pick<StoryEntry, 'node' | 'name'>[];
}

export type Tone = 'plain' | 'quiet' | 'waits' | 'good' | 'bad';

export function linesOf(entries: readonly StoryEntry[]): readonly StoryLine[] {
  const lines: { entry: StoryEntry; nodes: StoryEntry[] }[] = [];
  for (const entry of entries) {
    const same = lines.findLast((line) => isSameDrop(line.entry, entry));
    if (same === undefined) lines.push({ entry, nodes: [entry] });
    else same.nodes.push(entry);
  }
  return lines;
}

function isSameDrop(a: StoryEntry, b: StoryEntry): boolean {
  return (
    a.kind === 'dropped' &&
    b.kind === 'dropped' &&
    a.reason === b.reason &&
    a.eventId === b.eventId &&
    a.time === b.time
  );
}

/** How it looks: by an icon, and by a colour that says no more than the words do. */
export function lookOf(entry: StoryEntry): { readonly icon: string; readonly tone: Tone } {
  switch (entry.kind) {
    case 'heard':
      return { icon: 'phone', tone: 'plain' };
    case 'repeat':
    case 'again':
      return { icon: 'repeat', tone: 'quiet' };
    case 'closed':
    case 'unheard':
      return { icon: 'ban', tone: 'bad' };
    case 'passed':
      return entry.reason === null ? { icon: 'arrow-right', tone: 'plain' } : { icon: 'question-circle', tone: 'bad' };
    case 'dropped':
      return { icon: 'filter', tone: 'quiet' };
    case 'held-back':
      return { icon: 'hand-paper-o', tone: 'quiet' };
    case 'unrendered':
    case 'given-up':
      return { icon: 'times-circle', tone: 'bad' };
    case 'delivery':
      return { icon: 'inbox', tone: 'plain' };
    case 'resend':
      return { icon: 'paper-plane', tone: 'plain' };
    case 'attempt':
      return entry.reason === null
        ? { icon: 'check-circle', tone: 'good' }
        : { icon: 'exclamation-circle', tone: 'bad' };
    case 'waiting':
      return { icon: 'clock-o', tone: 'waits' };
  }
}
