/** Which templates use parameters that came from a source as it was, and never come from it as it stands in its panel. */
import { findParameter } from '../../../src/event/catalogue';
import { parseConfig } from '../../telephony-webhook-template/config';
import { element } from '../dom';
import { type Heard, heardBy, type Name, type Told, whyNever } from '../template/reach';
import { namesUsed } from '../template/variables';
import { nodesAfter, nodesBefore } from '../wiring';

type Config = Readonly<Record<string, unknown>>;

export interface Loss {
  readonly template: EditorNode;
  /** In the template's own vocabulary. */
  readonly names: readonly string[];
}

/** Shows them in `container`. Answers what looks again, to be called when something in the panel has changed. */
export function lostParameters(
  container: HTMLElement,
  source: EditorNode,
  typed: () => Config,
  translate: Translate,
): () => void {
  const eventIns = RED.nodes.filterNodes({ type: 'telephony-event-in' }).filter((node) => node['source'] === source.id);
  const behind = eventIns.flatMap(({ id }) => nodesAfter(id));
  const templates = [...new Set(behind)].filter(({ type }) => type === 'telephony-webhook-template');
  let told: Told = {};
  const vocabularies = new Map<string, readonly Name[]>();
  let shown = '';

  const look = (): void => {
    const losses = templates.flatMap((template) => lossOf(template, source, typed(), told, vocabularies));
    const now = JSON.stringify(losses.map(({ template, names }) => [template.id, ...names]));
    if (now === shown) return;
    shown = now;
    container.replaceChildren(...(losses.length === 0 ? [] : [warning(losses, translate)]));
  };
  if (templates.length > 0) {
    $.ajax({ url: 'telephony-webhooks/told-parameters', dataType: 'json' }).then((answer: Told) => {
      told = answer;
      look();
    });
    for (const id of new Set(templates.map(vocabularyOf))) {
      if (id === 'canonical') continue;
      $.ajax({ url: `telephony-webhooks/vocabulary/${encodeURIComponent(id)}`, dataType: 'json' }).then(
        (answer: { readonly names: readonly Name[] }) => {
          vocabularies.set(id, answer.names);
          look();
        },
      );
    }
  }
  return look;
}

function vocabularyOf(template: EditorNode): string {
  return parseConfig(template).config.names;
}

function lossOf(
  template: EditorNode,
  source: EditorNode,
  typed: Config,
  told: Told,
  vocabularies: ReadonlyMap<string, readonly Name[]>,
): readonly Loss[] {
  const vocabulary = vocabularyOf(template);
  const own = vocabularies.get(vocabulary) ?? [];
  const meant = (name: string): Pick<Name, 'name' | 'parameter' | 'composed'> | undefined =>
    own.find((one) => one.name === name) ?? (findParameter(name) && { name, parameter: name });
  const eventIns = nodesBefore(template.id).filter(({ type }) => type === 'telephony-event-in');
  const heardOf = (config: Config): readonly Heard[] =>
    eventIns.map((node) => {
      const id = String(node['source'] ?? '');
      return heardBy(node, id === source.id ? config : (RED.nodes.node(id) ?? null), told);
    });
  const [before, after] = [heardOf(source), heardOf(typed)];
  const comes = (name: string, heard: readonly Heard[]): boolean => {
    const known = meant(name);
    // The reason is not shown here.
    return known === undefined || whyNever(known, heard, vocabulary, (key) => key) === undefined;
  };
  const names = namesUsed(parseConfig(template).config, (name) => meant(name) !== undefined);
  const lost = names.filter((name) => comes(name, before) && !comes(name, after));
  return lost.length > 0 ? [{ template, names: lost }] : [];
}

function warning(losses: readonly Loss[], translate: Translate): HTMLElement {
  const line = ({ template, names }: Loss): HTMLElement =>
    element(
      'li',
      {},
      element('b', {}, template.name || translate('lost.unnamed')),
      ': ',
      ...names.flatMap((name, index) => [index > 0 ? ', ' : '', element('code', {}, name)]),
    );
  return element(
    'div',
    { class: 'telephony-hint', role: 'alert' },
    translate('lost.found'),
    element('ul', {}, ...losses.map(line)),
  );
}
