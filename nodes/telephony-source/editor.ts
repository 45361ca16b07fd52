/** The panel of `telephony-source`. */
import { findKind, placeOf, sourceCredentials, sourceKindIds, sourceKinds } from '../../src/sources/registry';
import { element, slot } from '../editor/dom';
import { showWhenItMatters } from '../editor/fields/conditional';
import type { FieldTable } from '../editor/fields/field-table';
import { arrangeKind, drawKinds, kindWidgets } from '../editor/fields/kind-form';
import { parameterTable } from '../editor/fields/parameter-table';
import { savedRows } from '../editor/fields/saved-rows';
import { offerTimeZones } from '../editor/fields/time-zones';
import { savedProperties, showDefaults, typedValues } from '../editor/saved-properties';
import { lostParameters } from '../editor/source/lost-parameters';
import { addressShown, proofShown, type Typed, typedAddress } from '../editor/source/shown';
import { testPane } from '../editor/source/test-pane';
import { defaults, parseConfig } from './config';

/** Node-RED makes the form out of this element whenever the panel opens. */
const template = document.querySelector('script[data-template-name="telephony-source"]');
if (template) {
  const form = document.createElement('template');
  form.innerHTML = template.innerHTML;
  form.content.querySelector('[data-kind-fields]')?.after(drawKinds(sourceKinds));
  for (const id of sourceKindIds) {
    const option = element('option', { value: id, 'data-i18n': `kind.options.${id}` });
    form.content.querySelector('#node-config-input-kind')?.append(option);
  }
  template.innerHTML = form.innerHTML;
}

/** The widgets of the open panel. */
let panel: { readonly fixed: FieldTable; readonly ofKinds: () => Record<string, unknown> } | undefined;

RED.nodes.registerType('telephony-source', {
  category: 'config',
  defaults: savedProperties(defaults, parseConfig),
  credentials: sourceCredentials,
  label() {
    const { config } = parseConfig(this);
    const kind = this._(`kind.options.${config.kind}`);
    return config.name || `${kind} ${placeOf(config)}`.trim();
  },
  oneditprepare() {
    showDefaults(this, defaults);
    // The fields of the kinds that are not chosen keep what was saved in them, too.
    const configs = sourceKindIds.map((kind) => parseConfig({ ...this, kind }).config);
    const parsed: Record<string, unknown> = Object.assign({}, ...configs);
    const translate = this._;
    offerTimeZones(slot('#telephony-zones'));
    panel = {
      fixed: parameterTable(slot('#telephony-fixed'), {
        rows: savedRows(this['fixed']),
        translate,
        label: translate('fixed.label'),
        types: ['text', 'number', 'boolean'],
      }),
      ofKinds: kindWidgets(sourceKinds, { saved: this, parsed }, translate),
    };
    const form = slot('.telephony-form');
    const typed = (name: string): string => String($(`#node-config-input-${name}`).val() ?? '');
    const test = testPane(slot('#telephony-test'), {
      translate,
      id: this.id,
      kind: () => typed('kind'),
      config: () => typedConfig(),
      credentials: () => typedCredentials(typed),
      address: () => (typed('kind') === 'http-push' ? typedAddress(typed) : undefined),
    });
    const arrange = (): void => {
      const kind = sourceKindIds.find((known) => known === typed('kind'));
      if (kind) arrangeKind(form, findKind(kind), translate);
      test();
    };
    arrange();
    const shown = [
      addressShown(slot('#telephony-address'), typed, translate),
      proofShown(slot('#telephony-proof'), typed, translate),
      lostParameters(slot('#telephony-lost'), this, typedConfig, translate),
    ];
    const update = (): void => {
      for (const show of shown) show();
    };
    update();
    $(form).on('input change', update);
    $('#node-config-input-kind').on('change', arrange);
    showWhenItMatters(form);
  },
  oneditsave() {
    if (!panel) return;
    Object.assign(this, typedInWidgets());
    panel = undefined;
  },
  oneditcancel() {
    panel = undefined;
  },
});

/** What stands in the widgets, which Node-RED does not read itself. */
function typedInWidgets(): Record<string, unknown> {
  return panel ? { fixed: panel.fixed.value(), ...panel.ofKinds() } : {};
}

/** All that would be saved now. */
function typedConfig(): Record<string, unknown> {
  return { ...typedValues(Object.keys(defaults)), ...typedInWidgets() };
}

/** Node-RED shows this in place of a password that is stored. */
const STORED = '__PWRD__';

function typedCredentials(typed: Typed): Record<string, string> {
  const values = Object.keys(sourceCredentials).map((name): [string, string] => [name, typed(name)]);
  return Object.fromEntries(values.filter(([, value]) => value !== STORED));
}
