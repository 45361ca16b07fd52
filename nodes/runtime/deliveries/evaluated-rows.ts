/** What a template that is still being edited reads of this Node-RED: its context, its environment, or anything by JSONata. */
import { isJsonObject } from '../../../src/json';
import type { Red } from '../red';

const EVALUATED: ReadonlySet<unknown> = new Set(['flow', 'global', 'env', 'jsonata']);

/**
 * Whether `asked.config` has rows that show, or compute, more than those of the deployed template `asked.node` do: who may look at
 * the log may see what is deployed, and no more.
 */
export function readsMore(red: Red, asked: Readonly<Record<string, unknown>>): boolean {
  const typed = evaluatedRows(asked['config']);
  if (typed.size === 0) return false;
  const deployed = new Set<string>();
  red.nodes.eachNode((node) => {
    if (node.id === asked['node']) for (const row of evaluatedRows(node)) deployed.add(row);
  });
  return [...typed].some((row) => !deployed.has(row));
}

/** Wherever they stand: rows hold rows, to any depth. */
function evaluatedRows(config: unknown): Set<string> {
  const rows = new Set<string>();
  const left: unknown[] = [config];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (isJsonObject(one) && EVALUATED.has(one['type'])) rows.add(JSON.stringify([one['type'], one['value']]));
    for (const member of Object.values(one)) left.push(member);
  }
  return rows;
}
