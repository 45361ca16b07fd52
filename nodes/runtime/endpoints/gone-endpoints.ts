/**
 * Forgets what is wrong with endpoints whose nodes are gone: no request would ever end it. One that someone has paused stays so
 * until someone resumes it.
 */
import { isOrigin } from '../../../src/http/origin';
import { isEndpoint } from '../config-nodes';
import { onFlows } from '../flow-moments';
import { nodeNames } from '../node-names';
import { boards } from '../observation';
import type { Red } from '../red';
import { openStores } from '../stores/stores';

const listening = new WeakSet<object>();
/** What people called those in trouble, as long as there were nodes: one that is gone has no name. */
let names: ReadonlyMap<string, string> = new Map();

/** Looks for them after each deploy, from now on. */
export function watchForGoneEndpoints(red: Red): void {
  if (listening.has(red.events)) return;
  listening.add(red.events);
  onFlows(red, {
    stopping: () => {
      const nameOf = nodeNames(red);
      names = new Map(lanesInTrouble().map((lane) => [lane, nameOf(lane)]));
    },
    started: () => void forgetGoneEndpoints(red),
  });
}

/** Looks for them now. To be called while the flows run. */
export async function forgetGoneEndpoints(red: Red): Promise<void> {
  const stores = await openStores();
  for (const lane of lanesInTrouble()) {
    if (isOrigin(lane) || isEndpoint(red, lane)) continue;
    for (const board of boards()) board.remove(lane, names.get(lane) || lane);
    for (const { dispatcher } of stores) dispatcher.forget(lane);
  }
}

function lanesInTrouble(): string[] {
  const standing = boards().flatMap((board) => board.standing);
  return [...new Set(standing.flatMap(({ lane, condition }) => (condition === 'paused' ? [] : (lane ?? []))))];
}
