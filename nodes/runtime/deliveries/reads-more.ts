/**
 * What a template that is still being edited reads of this Node-RED: its context, its environment, hashes of its secrets, or
 * anything by JSONata.
 */
import { isJsonObject } from '../../../src/json';
import { findHelper, helperNames } from '../../../src/template/helpers';
import { splitSecrets } from '../../../src/template/secret-placeholder';
import type { Red } from '../red';

const EVALUATED: ReadonlySet<unknown> = new Set(['flow', 'global', 'env', 'jsonata']);
const HASHES: readonly unknown[] = helperNames.filter((name) => findHelper(name)?.hides);
const HASH_CALL = new RegExp(HASHES.join('|'));

/**
 * Whether `asked.config` has rows or texts that show, or compute, more than those of the deployed template `asked.node` do: who may
 * look at the log may see what is deployed, and no more.
 */
export function readsMore(red: Red, asked: Readonly<Record<string, unknown>>): boolean {
  const typed = readings(asked['config']);
  if (typed.size === 0) return false;
  const deployed = new Set<string>();
  red.nodes.eachNode((node) => {
    if (node.id === asked['node']) for (const reading of readings(node)) deployed.add(reading);
  });
  return [...typed].some((reading) => !deployed.has(reading));
}

/** Wherever they stand: rows hold rows, to any depth. */
function readings(config: unknown): Set<string> {
  const found = new Set<string>();
  const left: unknown[] = [config];
  while (left.length > 0) {
    const one = left.pop();
    if (hasSecret(one) && HASH_CALL.test(one)) found.add(JSON.stringify(one));
    if (typeof one !== 'object' || one === null) continue;
    if (isJsonObject(one) && isReading(one)) found.add(JSON.stringify([one['type'], one['value']]));
    for (const member of Object.values(one)) left.push(member);
  }
  return found;
}

function isReading({ type, value }: Readonly<Record<string, unknown>>): boolean {
  return EVALUATED.has(type) || (HASHES.includes(type) && hasSecret(value));
}

function hasSecret(text: unknown): text is string {
  return typeof text === 'string' && splitSecrets(text, () => true).some((piece) => typeof piece !== 'string');
}
