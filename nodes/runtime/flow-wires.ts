/** What is wired to what, read from the deployed flow. */
import type { Red } from './red';

interface Deployed {
  readonly id: string;
  readonly type: string;
  readonly wires?: readonly (readonly string[])[];
  readonly endpoint?: string;
}

/** Nodes that are followed at most: a flow of thousands must not hold up a deploy. */
const FURTHEST = 200;

/**
 * The id of the endpoint of the first `webhook out` down the wires of a node. Empty: there is none. In an instance of a
 * subflow the wires are those of the subflow, in which the node goes by `_alias`.
 */
export function endpointBehind(
  red: Red,
  { id: nodeId, _alias }: { readonly id: string; readonly _alias?: string },
): string {
  const deployed = new Map<string, Deployed>();
  red.nodes.eachNode((node) => deployed.set(node.id, node as unknown as Deployed));
  const seen = new Set([_alias ?? nodeId]);
  for (const id of seen) {
    const node = deployed.get(id);
    if (!node) continue;
    if (node.type === 'telephony-webhook-out' && node.endpoint) return node.endpoint;
    for (const next of node.wires?.flat() ?? []) if (seen.size < FURTHEST) seen.add(next);
  }
  return '';
}
