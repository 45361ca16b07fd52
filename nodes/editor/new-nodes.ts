/** Nodes that a panel or an action puts into the flow: where there is room, and a whole webhook at once. */

/** So far apart that the wires stay readable. */
const STEP = 60;

/** Wired to each other, from left to right, and how far apart they are. */
const WEBHOOK = ['telephony-event-in', 'telephony-webhook-template', 'telephony-webhook-out'] as const;
const APART = 200;

/** Puts a webhook below all that is there, with the template selected, to be opened next. */
export function addWebhook(): void {
  if (RED.workspaces.isLocked()) return;
  const z = RED.workspaces.active();
  const y = Math.max(...RED.nodes.filterNodes({ z }).map((node) => Number(node['y'])), 0) + STEP;
  const ids = WEBHOOK.map(() => RED.nodes.id());
  const nodes = WEBHOOK.map((type, index) => {
    const { defaults, outputs = 0 } = RED.nodes.getType(type);
    const values = Object.entries(defaults).map(([name, { value }]) => [name, structuredClone(value)]);
    const next = ids[index + 1];
    const wires = Array.from({ length: outputs }, () => (next === undefined ? [] : [next]));
    return { ...Object.fromEntries(values), id: ids[index], type, z, x: 140 + APART * index, y, wires };
  });
  const [eventIn] = nodes;
  if (eventIn) eventIn['source'] = onlySource();
  const made = RED.nodes.import(nodes, { generateIds: false, markChanged: true });
  RED.history.push({ t: 'add', nodes: ids, links: made.links, dirty: RED.nodes.dirty() });
  RED.nodes.dirty(true);
  RED.view.select({ nodes: made.nodes.filter(({ type }) => type === 'telephony-webhook-template') });
  RED.view.redraw(true);
  // By the keyboard, Enter opens what is selected.
  RED.view.focus();
}

/** The first height below at which nothing stands. */
export function firstFree(x: number, y: number): number {
  const taken = RED.nodes
    .filterNodes({ z: RED.workspaces.active() })
    .flatMap((other) => (Math.abs(Number(other['x']) - x) < 2 * STEP ? [Number(other['y'])] : []));
  let free = y + STEP;
  while (taken.some((at) => Math.abs(at - free) < STEP / 2)) free += STEP;
  return free;
}

/** Where there is but one source, it is the one that is meant. */
export function onlySource(): string {
  const sources: EditorNode[] = [];
  RED.nodes.eachConfig((config) => {
    if (config.type === 'telephony-source') sources.push(config);
  });
  return sources.length === 1 ? (sources[0]?.id ?? '') : '';
}
