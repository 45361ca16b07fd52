/** What each `telephony event in` with "once per" has let out, for as long as the process lives: a deploy forgets nothing. */
import { readNote } from '../../../src/event/event-note';
import { OnceMemory } from '../../../src/event/once-filter';
import { forgetOldest } from '../../../src/remembered';
import type { EventNote } from '../../../src/store/call-story';

/** Nodes in instances of subflows are not told that they are removed for good. */
const MOST_NODES = 1_000;

/** By node id. `by`: the parameter; another one begins anew. */
const memories = new Map<string, { readonly by: string; readonly memory: OnceMemory }>();

export function onceMemory(nodeId: string, by: string): OnceMemory {
  const known = memories.get(nodeId);
  if (known?.by === by) return known.memory;
  const memory = new OnceMemory();
  memories.delete(nodeId);
  memories.set(nodeId, { by, memory });
  forgetOldest(memories, MOST_NODES);
  return memory;
}

/** By the notes of an earlier process: what was held back then is so again when it comes out again. */
export function rememberHeldBack(notes: readonly EventNote[]): void {
  for (const { eventId, note } of notes) {
    const read = readNote(note);
    if (read?.kind !== 'told') continue;
    for (const { nodeId, verdict } of read.verdicts) {
      const known = memories.get(nodeId);
      if (verdict.kind !== 'held-back' || verdict.by !== known?.by) continue;
      known.memory.noteHeldBack(eventId, verdict.untilMs);
    }
  }
}

/** The node is removed for good. */
export function forgetOnce(nodeId: string): void {
  memories.delete(nodeId);
}
