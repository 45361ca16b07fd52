/** What is wired to what, read from the deployed flow. */
import type { Red } from './red';

export interface Deployed {
  readonly id: string;
  readonly type: string;
  readonly wires?: readonly (readonly string[])[];
  /** Of a link node: the ids of those it is linked to. */
  readonly links?: readonly string[];
  readonly d?: boolean;
  readonly endpoint?: string;
}

/** Nodes that are followed at most: a flow of thousands must not hold up a deploy. */
const FURTHEST = 200;

/**
 * The `webhook out` that sends what a node makes, as it is deployed: the first down the wires that has an endpoint, else the
 * first. What is wired to its outputs is another request's. In an instance of a subflow the wires are those of the subflow, in
 * which the node goes by `_alias`.
 */
export function webhookOutBehind(
  red: Red,
  { id: nodeId, _alias }: { readonly id: string; readonly _alias?: string },
): Deployed | undefined {
  const deployed = new Map<string, Deployed>();
  red.nodes.eachNode((node) => deployed.set(node.id, node as unknown as Deployed));
  const seen = new Set([_alias ?? nodeId]);
  let first: Deployed | undefined;
  for (const id of seen) {
    const node = deployed.get(id);
    if (!node || node.d) continue;
    if (node.type === 'telephony-webhook-out') {
      if (node.endpoint) return node;
      first ??= node;
      continue;
    }
    const links = node.type === 'link out' ? (node.links ?? []) : [];
    for (const next of [...(node.wires?.flat() ?? []), ...links]) if (seen.size < FURTHEST) seen.add(next);
  }
  return first;
}

/** The id of the endpoint of that `webhook out`. Empty: there is none. */
export function endpointBehind(red: Red, node: Parameters<typeof webhookOutBehind>[1]): string {
  return webhookOutBehind(red, node)?.endpoint ?? '';
}
