/** Tells nodes that the flows have been deployed since they last asked; one listener serves all of them. */
import type { Red } from './red';

let count = 0;
const heard = new WeakSet<object>();

/** Changes with every deploy, also of a part of the flows. */
export function deployCount(red: Red): number {
  if (!heard.has(red.events)) {
    heard.add(red.events);
    red.events.on('flows:started', () => {
      count += 1;
    });
  }
  return count;
}
