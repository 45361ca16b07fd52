/** What is wired to what, read from the deployed flow. */
import type { Red } from './red';

export interface Deployed {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly wires?: readonly (readonly string[])[];
  /** Of a link node: the ids of those it is linked to. */
  readonly links?: readonly string[];
  readonly d?: boolean;
  readonly endpoint?: string;
  readonly store?: string;
}

/** Nodes that change nothing in a message. */
const PASSING: ReadonlySet<string> = new Set(['junction', 'link out', 'link in']);

type Deployment = ReadonlyMap<string, Deployed>;

/** Nodes that are followed at most: a flow of thousands must not hold up a deploy. */
const FURTHEST = 200;

/**
 * The `webhook out` that sends what a node makes, as it is deployed: the first down the wires that has an endpoint, else the
 * first. In an instance of a subflow the wires are those of the subflow, in which the node goes by `_alias`.
 */
export function webhookOutBehind(
  red: Red,
  { id, _alias }: { readonly id: string; readonly _alias?: string },
): Deployed | undefined {
  const outs = webhookOutsBehind(deploymentOf(red), _alias ?? id);
  return outs.find(({ endpoint }) => endpoint) ?? outs[0];
}

/** The ids of the endpoints of every `webhook out` that may send what a node makes, the first one's first. */
export function endpointsBehind(red: Red, { id, _alias }: Parameters<typeof webhookOutBehind>[1]): readonly string[] {
  return [...new Set(webhookOutsBehind(deploymentOf(red), _alias ?? id).flatMap(({ endpoint }) => endpoint || []))];
}

/** Whether what leaves a node comes to a `retry` node as it is: by wires, junctions and links. */
export function isWiredToRetry(red: Red, { id, _alias }: Parameters<typeof webhookOutBehind>[1]): boolean {
  const deployment = deploymentOf(red);
  const start = _alias ?? id;
  const seen = new Set([start]);
  for (const at of seen) {
    const node = deployment.get(at);
    if (!node || node.d) continue;
    if (node.type === 'telephony-webhook-retry') return true;
    if (at === start || PASSING.has(node.type)) follow(node, seen);
  }
  return false;
}

/** The templates that each `webhook out` is wired to, by its id. */
export function templatesBefore(red: Red): ReadonlyMap<string, readonly Deployed[]> {
  const deployment = deploymentOf(red);
  const before = new Map<string, Deployed[]>();
  for (const node of deployment.values()) {
    if (node.type !== 'telephony-webhook-template' || node.d) continue;
    for (const { id } of webhookOutsBehind(deployment, node.id)) {
      const known = before.get(id);
      if (known) known.push(node);
      else before.set(id, [node]);
    }
  }
  return before;
}

function deploymentOf(red: Red): Deployment {
  const deployed = new Map<string, Deployed>();
  red.nodes.eachNode((node) => deployed.set(node.id, node as unknown as Deployed));
  return deployed;
}

/** Nearest first. What leaves one of them, or goes through another template, is another request. */
function webhookOutsBehind(deployment: Deployment, start: string): Deployed[] {
  const found: Deployed[] = [];
  const seen = new Set([start]);
  for (const id of seen) {
    const node = deployment.get(id);
    if (!node || node.d) continue;
    if (node.type === 'telephony-webhook-out') found.push(node);
    if (node.type === 'telephony-webhook-out' || (node.type === 'telephony-webhook-template' && id !== start)) continue;
    follow(node, seen);
  }
  return found;
}

function follow({ type, wires = [], links = [] }: Deployed, seen: Set<string>): void {
  for (const next of [...wires.flat(), ...(type === 'link out' ? links : [])]) if (seen.size < FURTHEST) seen.add(next);
}
