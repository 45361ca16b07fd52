/** The panel of `telephony-source`. */
import { findParameter, parameters } from '../../src/event/catalogue';
import { scenarios } from '../../src/sources/simulator/scenarios';
import { type CheckList, checkList } from '../editor/check-list';
import { showWhenItMatters } from '../editor/conditional';
import { element, slot } from '../editor/dom';
import { type FieldTable, fieldTable } from '../editor/field-table';
import { drawKinds } from '../editor/kind-form';
import { revalidate, savedProperties, showDefaults } from '../editor/saved-properties';
import { type TextList, textList } from '../editor/text-list';
import { offerTimeZones } from '../editor/time-zones';
import { defaults, KINDS, parseConfig } from './config';
import { kindFields } from './kinds';

/** Node-RED makes the form out of this element whenever the panel opens. */
const template = document.querySelector('script[data-template-name="telephony-source"]');
if (template) {
  const form = document.createElement('template');
  form.innerHTML = template.innerHTML;
  form.content.querySelector('#telephony-kind-fields')?.replaceWith(drawKinds(kindFields));
  template.innerHTML = form.innerHTML;
}

const HMAC_FIELDS = ['hmacHeader', 'hmacPrefix', 'hmacContent', 'hmacTimestampHeader'];

let panel:
  | {
      readonly fixed: FieldTable;
      readonly mapping: FieldTable;
      readonly allowFrom: TextList;
      readonly scenarios: CheckList;
    }
  | undefined;

RED.nodes.registerType('telephony-source', {
  category: 'config',
  defaults: savedProperties(defaults, parseConfig),
  credentials: {
    username: { type: 'text' },
    password: { type: 'password' },
    token: { type: 'password' },
    secret: { type: 'password' },
  },
  label() {
    const { config } = parseConfig(this);
    const kind = this._(`kind.options.${config.kind}`);
    return config.name || (config.kind === 'http-push' ? `${kind} ${config.path}` : kind);
  },
  oneditprepare() {
    showDefaults(this, defaults);
    // The fields of the kinds that are not chosen keep what was saved in them, too.
    const kinds = KINDS.map((kind) => parseConfig({ ...this, kind }).config);
    const saved = Object.assign({ ...defaults }, ...kinds) as typeof defaults;
    const translate = this._;
    offerTimeZones(slot('#telephony-zones'));
    panel = {
      fixed: fieldTable(slot('#telephony-fixed'), {
        rows: saved.fixed,
        translate,
        label: translate('fixed.label'),
        types: ['text', 'number', 'boolean'],
        keyPlaceholder: translate('fixed.key'),
        keyProblem: (key) => parameterProblem(key),
      }),
      mapping: fieldTable(slot('#telephony-mapping'), {
        rows: saved.mapping,
        translate,
        label: translate('mapping.label'),
        types: ['text'],
        keyPlaceholder: translate('fixed.key'),
        keyProblem: (key) => parameterProblem(key),
      }),
      allowFrom: textList(slot('#telephony-allowFrom'), {
        values: saved.allowFrom,
        translate,
        label: translate('allowFrom.label'),
        placeholder: '203.0.113.0/24',
      }),
      scenarios: scenarioList(saved.scenarios, translate),
    };
    const form = slot('.telephony-form');
    const names = element('datalist', { id: 'telephony-parameters' });
    for (const { name, description } of parameters) names.append(element('option', { value: name }, description));
    form.append(names);
    form.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLInputElement && target.matches('.telephony-key')) target.setAttribute('list', names.id);
    });
    $('#node-config-input-kind, #node-config-input-verify').on('change', () =>
      revalidate(['path', 'tokenName', ...HMAC_FIELDS, 'publicUrl', 'callsPerMinute']),
    );
    // What is signed and where the time stands are judged together.
    for (const field of HMAC_FIELDS) {
      $(`#node-config-input-${field}`).on('change', () => revalidate(HMAC_FIELDS.filter((other) => other !== field)));
    }
    showWhenItMatters(form);
  },
  oneditsave() {
    if (!panel) return;
    this['fixed'] = panel.fixed.value();
    this['mapping'] = panel.mapping.value();
    this['allowFrom'] = panel.allowFrom.values();
    this['scenarios'] = panel.scenarios.chosen();
    panel = undefined;
  },
  oneditcancel() {
    panel = undefined;
  },
});

function scenarioList(chosen: readonly string[], translate: Translate): CheckList {
  const items = scenarios.map(({ id, title }) => ({ values: [id], label: title }));
  const list = checkList({ groups: [{ title: translate('scenarios.all'), items }], chosen, translate });
  slot('#telephony-scenarios').append(list.element);
  return list;
}

/** Fixed values and mappings are for parameters of the catalogue, also for members of those that hold objects. */
function parameterProblem(key: string): string | undefined {
  const name = key.trim();
  if (name === '') return 'table.keyEmpty';
  return findParameter(name) || findParameter(name.split('.')[0] ?? '') ? undefined : 'fixed.unknown';
}
