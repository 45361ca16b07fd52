/** Makes a copy of a template for another event: a `telephony event in` for that event, the template, and the same wires on. */
import { eventTypes, findEventType } from '../../../src/event/catalogue';
import { typesOf } from '../../../src/event/triggers';
import { eventTitle } from '../catalogue-words';
import { element } from '../dom';
import { firstFree, onlySource } from '../new-nodes';
import { nodesBefore } from '../wiring';
import type { Heard } from './reach';

export interface CopyOptions {
  readonly translate: Translate;
  readonly node: EditorNode;
  /** What the panel holds now, as it would be saved. */
  readonly typed: () => Readonly<Record<string, unknown>>;
  readonly heard: () => readonly Heard[];
  /** The parameters that the template uses, each with the reason why these events never have it, if so. */
  readonly lacking: (heard: readonly Heard[]) => readonly { readonly name: string; readonly why: string }[];
}

export function copyPane(options: CopyOptions): HTMLElement {
  const { translate } = options;
  const choice = element(
    'select',
    { 'aria-label': translate('copy.event') },
    ...eventTypes.map((event) => element('option', { value: event.type }, eventTitle(translate, event))),
  );
  choice.value = 'call.missed';
  const lacks = element('div', { role: 'status' });
  const button = element('button', { type: 'button', class: 'red-ui-button' }, translate('copy.make'));
  const told = element('div', { role: 'status' });
  const sentence = (text: string, kind: string): HTMLElement => element('p', { class: kind }, text);
  const titleOf = (): string => {
    const event = findEventType(choice.value);
    return event ? eventTitle(translate, event) : choice.value;
  };

  const showLacking = (): void => {
    const lacking = options.lacking(heardOf(choice.value, options.heard()));
    told.replaceChildren();
    lacks.replaceChildren(
      ...(lacking.length === 0
        ? [sentence(translate('copy.lacksNone', { event: titleOf() }), 'telephony-words')]
        : [
            sentence(translate('copy.lacks', { event: titleOf() }), 'telephony-words'),
            element(
              'ul',
              {},
              ...lacking.map(({ name, why }) => element('li', { title: why }, element('code', {}, name))),
            ),
          ]),
    );
  };
  button.addEventListener('click', () => {
    copyFor(options, choice.value, titleOf());
    const { secretNames } = options.typed();
    const hasSecrets = Array.isArray(secretNames) && secretNames.length > 0;
    told.replaceChildren(
      sentence(translate('copy.made', { event: titleOf() }), 'telephony-words'),
      ...(hasSecrets ? [sentence(translate('copy.secrets'), 'telephony-hint')] : []),
    );
  });
  choice.addEventListener('change', showLacking);
  showLacking();
  return element(
    'div',
    {},
    element('p', { class: 'telephony-tip telephony-tip-wide' }, translate('copy.tip')),
    element('div', { class: 'telephony-preview-bar' }, choice, button),
    lacks,
    told,
  );
}

/** The same sources, with this event; one that tells everything where nothing is wired. */
function heardOf(type: string, heard: readonly Heard[]): readonly Heard[] {
  const anything = { label: '', dialect: '', told: undefined, fixed: new Set<string>() };
  const sources = heard.length > 0 ? heard.map(({ source }) => source) : [anything];
  const types = typesOf([type]).map((event) => event.type);
  return sources.map((source) => ({ types, source }));
}

function copyFor({ node, typed }: CopyOptions, event: string, title: string): void {
  const translate = node._;
  const eventIn = nodesBefore(node.id).find(({ type }) => type === 'telephony-event-in');
  const original = RED.nodes.convertNode(node, false) as { x?: number; y?: number; z?: string };
  // Room for what goes before it.
  const x = Math.max(original.x ?? 0, 320);
  const { y = 0, z } = original;
  const below = firstFree(x, y);
  const [inId, templateId] = [RED.nodes.id(), RED.nodes.id()];
  const heard = eventIn ? RED.nodes.convertNode(eventIn, false) : { type: 'telephony-event-in', source: onlySource() };
  const name = String(typed()['name'] || translate('paletteLabel'));
  const made = RED.nodes.import(
    [
      {
        ...heard,
        ...{ id: inId, z, g: undefined, x: x - 200, y: below, wires: [[templateId]] },
        ...{ name: '', events: [event] },
      },
      {
        ...original,
        ...typed(),
        ...{ id: templateId, z, g: undefined, x, y: below, wires: [[]] },
        name: translate('copy.name', { name, event: title }),
      },
    ],
    { generateIds: false, markChanged: true },
  );
  const copy = made.nodes.find(({ id }) => id === templateId);
  const onwards = RED.nodes
    .getNodeLinks(node.id, 0)
    .flatMap(({ sourcePort, target }) => (copy ? [{ source: copy, sourcePort, target }] : []));
  for (const wire of onwards) RED.nodes.addLink(wire);
  RED.history.push({
    t: 'add',
    nodes: made.nodes.map(({ id }) => id),
    links: [...made.links, ...onwards],
    dirty: RED.nodes.dirty(),
  });
  RED.nodes.dirty(true);
  RED.view.redraw(true);
}
