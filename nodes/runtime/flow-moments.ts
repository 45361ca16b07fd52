/**
 * When the flows of this Node-RED stop and start. One listener hears it for all nodes of the pack: with one each, the
 * eleventh node would make Node.js warn of a leak.
 */
import type { Node } from 'node-red';
import type { Red } from './red';

export interface FlowListener {
  stopping?(): void;
  /** All nodes of this deploy are there. Told after a deploy of a part of the flows, too. */
  started?(): void;
}

const listenersOf = new WeakMap<object, Set<FlowListener>>();

/** Tells `listener` until the answer is called. */
export function onFlows(red: Red, listener: FlowListener): () => void {
  const listeners = listenersOf.get(red.events) ?? listenOnce(red);
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Resolves when all nodes of this deploy are there. What a node sends of itself before reaches nobody. Call it in a
 * constructor; a node that is closed before waits for ever.
 */
export function flowsStarted(red: Red, node: Node): Promise<void> {
  return new Promise((resolve) => {
    const stop = onFlows(red, {
      started: () => {
        stop();
        resolve();
      },
    });
    node.on('close', stop);
  });
}

function listenOnce(red: Red): Set<FlowListener> {
  const listeners = new Set<FlowListener>();
  listenersOf.set(red.events, listeners);
  // Copied, because a listener may leave while it is told.
  red.events.on('flows:stopping', () => {
    for (const listener of [...listeners]) listener.stopping?.();
  });
  red.events.on('flows:started', () => {
    for (const listener of [...listeners]) listener.started?.();
  });
  return listeners;
}
