/**
 * For nodes that need a config node. Node-RED restarts those who use one when it is changed or removed, but not when it is added: until
 * they have found it, they must look again themselves.
 */
import type { Node } from 'node-red';
import { onFlows } from './flow-moments';
import { type Red, reportProblem, type Wrong } from './red';

/**
 * Looks now, and after each deploy for as long as `look` answers what is missing, which is said once. `wasMissing`: the status below the
 * node says so still. Ends when the node is closed.
 */
export function lookAgain(red: Red, node: Node, look: (wasMissing: boolean) => Wrong | undefined): void {
  let said = '';
  const isFound = (): boolean => {
    const missing = look(said !== '');
    if (missing && missing.message !== said) reportProblem(red, node, missing);
    said = missing?.message ?? '';
    return missing === undefined;
  };
  if (isFound()) return;
  const stop = onFlows(red, {
    started: () => {
      if (isFound()) stop();
    },
  });
  node.on('close', stop);
}
