/** What is wired to what in the editor, deployed or not: through junctions, link nodes and subflows. */

/** Nodes that are followed at most: a panel must open at once in a flow of thousands. */
const FURTHEST = 2000;

/** All nodes from which a message can come to this one, the nearest first. */
export function nodesBefore(id: string): readonly EditorNode[] {
  return follow(id, before);
}

/** All nodes to which a message of this one can go, the nearest first. */
export function nodesAfter(id: string): readonly EditorNode[] {
  return follow(id, after);
}

/** The endpoint of the first `webhook out` behind a node. Empty: there is none. */
export function endpointAfter(id: string): string {
  const out = nodesAfter(id).find(({ type, endpoint }) => type === 'telephony-webhook-out' && endpoint);
  return typeof out?.['endpoint'] === 'string' ? out['endpoint'] : '';
}

/** Whether neither the first `webhook out` behind a node nor its endpoint has a URL. */
export function isWithoutUrlAfter(id: string): boolean {
  const out = nodesAfter(id).find(({ type }) => type === 'telephony-webhook-out');
  return out !== undefined && !out['url'] && !RED.nodes.node(String(out['endpoint'] ?? ''))?.['baseUrl'];
}

type Step = { readonly node: EditorNode; readonly port?: number };

function follow(id: string, next: (step: Step) => readonly Step[]): readonly EditorNode[] {
  const start = RED.nodes.node(id);
  if (!start) return [];
  const seen = new Map<string, Step>([[start.id, { node: start }]]);
  for (const step of seen.values()) {
    for (const found of next(step)) {
      if (seen.size < FURTHEST) seen.set(`${found.node.id} ${found.port ?? ''}`, found);
    }
  }
  return [...new Set([...seen.values()].map(({ node }) => node))].filter((node) => node !== start);
}

/** From where messages come to a node; of an instance of a subflow, out of its output `port`. */
function before({ node, port }: Step): readonly Step[] {
  const output = port === undefined ? undefined : subflowOf(node)?.out[port];
  const wired = RED.nodes
    .getNodeLinks(output?.id ?? node.id, 1)
    .map(({ source, sourcePort }) => (subflowOf(source) ? { node: source, port: sourcePort } : { node: source }));
  // A message that comes in at a subflow comes from before each of its instances.
  const outside = node.direction === 'in' ? instancesOf(node) : [];
  // What passes through the instance is found from inside, by the input of the subflow.
  const linked = node.type === 'link in' ? linkedTo(node, 'link out', 'link call') : [];
  return [...wired, ...outside.map((instance) => ({ node: instance })), ...linked];
}

/** Where messages of a node go; of an instance of a subflow, in at its input. */
function after({ node }: Step): readonly Step[] {
  const inside = subflowOf(node)?.in.map((input) => ({ node: input })) ?? [];
  const outside =
    node.direction === 'out'
      ? instancesOf(node).flatMap((instance) =>
          RED.nodes.getNodeLinks(instance.id, 0).filter(({ sourcePort }) => sourcePort === node['i']),
        )
      : [];
  // With a subflow of its own around it, an instance hands nothing on by itself.
  const wired = subflowOf(node) ? [] : RED.nodes.getNodeLinks(node.id, 0);
  const linked = node.type === 'link out' || node.type === 'link call' ? linkedTo(node, 'link in') : [];
  return [...inside, ...[...wired, ...outside].map(({ target }) => ({ node: target })), ...linked];
}

/** The subflow of which a node is an instance. */
function subflowOf({ type }: EditorNode): Subflow | null {
  const [, id] = /^subflow:(.+)$/.exec(type) ?? [];
  return id === undefined ? null : RED.nodes.subflow(id);
}

/** The instances of the subflow to which an input or output belongs. */
function instancesOf({ z }: EditorNode): readonly EditorNode[] {
  return RED.nodes.filterNodes({ type: `subflow:${String(z)}` });
}

/** Link nodes name each other on both sides, and a link call names its target only. */
function linkedTo(node: EditorNode, ...types: readonly string[]): readonly Step[] {
  const names = (one: EditorNode, other: EditorNode): boolean =>
    Array.isArray(one['links']) && one['links'].includes(other.id);
  return types
    .flatMap((type) => RED.nodes.filterNodes({ type }))
    .filter((other) => names(node, other) || names(other, node))
    .map((other) => ({ node: other }));
}
