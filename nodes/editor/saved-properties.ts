/**
 * The `defaults` of a node, made of its config.ts: what a panel refuses is what parseConfig refuses. The reason shown is the
 * text `<property>.wrong` of the node's locale.
 */
import type { Problem } from '../../src/errors';

interface Reference {
  /** Type of the configuration node whose id the property holds. */
  readonly type: string;
  readonly required?: boolean;
}

/** What is wrong with a property. `reason`: the key of the text that says so, where it is another than the property's. */
interface Refusal {
  readonly field: string;
  readonly reason?: string;
}

/**
 * Node-RED validates all fields of a panel whenever one of them changes, so a validator may look at the others: it sees what
 * stands in their fields. `extra` finds what parseConfig cannot, such as names that only a catalogue knows.
 */
export function savedProperties<Config extends object>(
  defaults: Config,
  parseConfig: (saved: unknown) => { readonly problems: readonly Problem[] },
  references: { readonly [Property in keyof Config]?: Reference } = {},
  extra: (saved: Readonly<Record<string, unknown>>, node: EditorNode) => readonly Refusal[] = () => [],
): Record<string, SavedProperty> {
  const properties: Record<string, SavedProperty> = {};
  const names = Object.keys(defaults) as (keyof Config & string)[];
  for (const name of names) {
    const validate: Validate = function (value, _options) {
      const saved = { ...currentValues(this, names), [name]: value };
      const refusals: readonly Refusal[] = [...parseConfig(saved).problems, ...extra(saved, this)];
      const wrong = refusals.find(
        ({ field }) => field === name || field.startsWith(`${name}[`) || field.startsWith(`${name}.`),
      );
      return wrong ? this._(wrong.reason ?? `${name}.wrong`) : true;
    };
    properties[name] = { value: defaults[name], ...references[name], validate };
  }
  return properties;
}

/**
 * Shows the default of every property that the flow does not have (it was written by hand, or by an older version), so that
 * saving the panel saves what the node does anyway. Goes first in `oneditprepare`.
 */
export function showDefaults(node: EditorNode, defaults: object): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (node[name] !== undefined || Array.isArray(value)) continue;
    const input = $(`#node-input-${name}, #node-config-input-${name}`);
    if (typeof value === 'boolean') input.prop('checked', value);
    // An empty select of configuration nodes says "none" in its own way.
    else if (value !== '') input.val(String(value));
    else if (input.is('select') && input.val() === null) input.val('');
  }
}

/** The saved values of a node; while its panel is on top, what stands in its fields. */
function currentValues(node: EditorNode, names: readonly string[]): Record<string, unknown> {
  const stack = RED.editor.getEditStack?.() ?? [];
  const saved = Object.fromEntries(names.map((name) => [name, node[name]]));
  return stack[stack.length - 1] === node ? { ...saved, ...typedValues(names) } : saved;
}

/** What stands in the fields of the open panel; properties without a field are left out. */
export function typedValues(names: readonly string[]): Record<string, string | boolean> {
  const typed: Record<string, string | boolean> = {};
  for (const name of names) {
    const value = fieldValue(name);
    if (value !== undefined) typed[name] = value;
  }
  return typed;
}

function fieldValue(name: string): string | boolean | undefined {
  // By id: of 40 fields, each with a validator that reads all, a selector would search the whole editor 1600 times. The panel of
  // a configuration node is on top of the one that it was opened from.
  const found = document.getElementById(`node-config-input-${name}`) ?? document.getElementById(`node-input-${name}`);
  const input = found as HTMLInputElement | null;
  if (input === null) return undefined;
  if (input.type === 'checkbox') return input.checked;
  // A configuration node that is not chosen.
  return input.value === '_ADD_' ? '' : input.value;
}
