/** What people call a node, in the log, metrics and alerts. */
import { placeOf } from '../../src/sources/registry';
import { findEndpoint, findSource, findTemplate, findWebhookOut } from './config-nodes';
import { templatesBefore } from './flow-wires';
import type { Red, RedNode } from './red';

/**
 * By the id of a node: its own name, else what the log calls its deliveries, or what else people know it by, at least its type
 * and the end of its id. Empty: there is no such node. Reads the flow once, if at all.
 */
export function nodeNames(red: Red): (nodeId: string) => string {
  let before: ReturnType<typeof templatesBefore> | undefined;
  const onlyTemplateOf = (outId: string): string => {
    before ??= templatesBefore(red);
    const [first = '', ...others] = new Set((before.get(outId) ?? []).map(({ name }) => name ?? ''));
    return others.length === 0 ? first : '';
  };
  return (nodeId) => {
    const node = (red.nodes as unknown as { getNode(id: string): Partial<RedNode> | null }).getNode(nodeId);
    if (!node?.type) return '';
    if (node.name) return node.name;
    const out = findWebhookOut(red, nodeId)?.webhookOut;
    if (out) return onlyTemplateOf(nodeId) || out.label;
    const source = findSource(red, nodeId)?.source.config;
    if (source) return placeOf(source) || source.kind;
    const known = findTemplate(red, nodeId)?.template.label ?? findEndpoint(red, nodeId)?.endpoint.typedOrigin;
    return known || `${node.type} ${nodeId.slice(-4)}`;
  };
}

/** The names of all nodes of ours that run, by their ids. */
export function namesInFlow(red: Red): Record<string, string> {
  const nameOf = nodeNames(red);
  const names: [string, string][] = [];
  red.nodes.eachNode(({ id, type }) => {
    if (type.startsWith('telephony-')) names.push([id, nameOf(id)]);
  });
  return Object.fromEntries(names.filter(([, name]) => name !== ''));
}
