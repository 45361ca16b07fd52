/** The panel of `telephony-webhook-template`. */
import type { Problem } from '../../src/errors';
import { findParameter } from '../../src/event/catalogue';
import { dateFormatProblem, namedDateFormats } from '../../src/event/date-format';
import { timeZoneProblem } from '../../src/event/zone-name';
import { FIELD_TYPES, type Field } from '../../src/template/field';
import { readKey } from '../../src/template/key';
import { showWhenItMatters } from '../editor/conditional';
import { element, show, slot } from '../editor/dom';
import { type FieldTable, fieldTable } from '../editor/field-table';
import { type InsertTarget, insertTarget } from '../editor/insert-target';
import { type ParameterPicker, parameterPicker } from '../editor/parameter-picker';
import { type PreviewPane, previewPane } from '../editor/preview-pane';
import { revalidate, savedProperties, showDefaults } from '../editor/saved-properties';
import { type SecretsTable, secretsTable } from '../editor/secrets-table';
import { offerTimeZones } from '../editor/time-zones';
import { defaults, parseConfig, type WebhookTemplateConfig } from './config';

const TABS = ['request', 'parameters', 'options', 'preview'] as const;
const CONTENT_TYPES = [
  'none',
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/xml',
  'application/xml',
];
const DATE_FORMATS = [...namedDateFormats, 'DD.MM.YYYY HH:mm'];

/** The widgets of the open panel. */
interface Panel {
  readonly picker: ParameterPicker;
  readonly user: FieldTable;
  readonly query: FieldTable;
  readonly headers: FieldTable;
  readonly body: CodeEditor;
  readonly secrets: SecretsTable;
  readonly preview: PreviewPane;
}
let panel: Panel | undefined;

RED.nodes.registerType('telephony-webhook-template', {
  category: 'telephony webhooks',
  color: '#D3C6E4',
  icon: 'telephony-webhook-template.svg',
  inputs: 1,
  outputs: 1,
  defaults: savedProperties(defaults, parseConfig, {}, beyondParsing),
  credentials: { secrets: { type: 'password' } },
  paletteLabel() {
    return this._('paletteLabel');
  },
  label() {
    return this.name || this._('paletteLabel');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('inputs.event');
  },
  outputLabels() {
    return this._('outputs.request');
  },
  oneditprepare() {
    showDefaults(this, defaults);
    panel = open(this);
  },
  oneditsave() {
    if (!panel) return;
    Object.assign(this, typed(panel));
    close();
  },
  oneditcancel: close,
  oneditresize() {
    panel?.body.resize?.();
  },
});

/** What the runtime refuses at deploy, as far as it can be told without it. */
function beyondParsing(saved: Readonly<Record<string, unknown>>): readonly Problem[] {
  const { config } = parseConfig(saved);
  const problems: Problem[] = [];
  const hasScheme = /^[a-z][a-z\d+.-]*:/i.test(config.url);
  const startsWell = hasScheme ? /^https?:\/\/[^/?#{}\s]+(?:[/?#]|$)/i : /^(?![^/?#]*\{\{)/;
  if (!startsWell.test(config.url)) problems.push({ field: 'url', message: '' });
  if (timeZoneProblem(config.timeZone) !== undefined) problems.push({ field: 'timeZone', message: '' });
  if (dateFormatProblem(config.dateFormat) !== undefined) problems.push({ field: 'dateFormat', message: '' });
  const isVariable = ([head = '', ...rest]: readonly string[]): boolean =>
    head === 'msg' || findParameter([head, ...rest].join('.')) !== undefined || findParameter(head) !== undefined;
  const hasVariable = ({ key, type, value }: Field, keyed: boolean): boolean =>
    (keyed && !readKey(key, isVariable).ok) ||
    (Array.isArray(value) && (value as readonly Field[]).some((row) => hasVariable(row, type === 'object')));
  for (const field of ['user', 'query', 'headers'] as const) {
    if (config[field].some((row) => hasVariable(row, true))) problems.push({ field, message: '' });
  }
  return problems;
}

function close(): void {
  panel?.body.destroy();
  panel = undefined;
}

/** What the widgets hold; the other properties have fields that Node-RED reads. */
function typed({ picker, user, query, headers, body, secrets }: Panel): Partial<WebhookTemplateConfig> {
  return {
    available: picker.chosen(),
    user: user.value(),
    query: query.value(),
    headers: headers.value(),
    text: body.getValue(),
    secretNames: secrets.names(),
  };
}

function open(node: EditorNode): Panel {
  const { config: saved } = parseConfig(node);
  const translate = node._;
  const form = slot('.telephony-form');
  const method = $('#node-input-method');
  const format = $('#node-input-format');
  const target = insertTarget(form, () => [slot('#telephony-body'), slot('#node-input-url')]);
  // Declared before the picker, which tells them when its names have arrived.
  const tables: FieldTable[] = [];
  const picker: ParameterPicker = parameterPicker({
    chosen: saved.available,
    vocabulary: saved.names,
    translate,
    onPick: (name) => pick(name, target, translate),
    onChange: () => {},
    onNames: () => {
      for (const table of tables) table.check();
    },
  });
  const isVariable = (path: readonly string[]): boolean =>
    path[0] === 'msg' || picker.isParameter(path.join('.')) || picker.isParameter(path[0] ?? '');
  const check = (key: string): string | undefined => {
    if (readKey(key, isVariable).ok) return undefined;
    return key.trim() === '' ? 'table.keyEmpty' : 'table.keyVariable';
  };
  const table = (name: 'user' | 'query' | 'headers', onChange?: () => void): FieldTable => {
    const isFlat = name === 'headers';
    const made = fieldTable(slot(`#telephony-${name}`), {
      rows: saved[name],
      translate,
      label: translate(`${name}.label`),
      types: isFlat ? FIELD_TYPES.filter((type) => type !== 'array' && type !== 'object') : FIELD_TYPES,
      keyProblem: check,
      ...(onChange ? { onChange } : {}),
    });
    tables.push(made);
    return made;
  };
  const user = table('user');
  const query = table('query', () => hint());
  const headers = table('headers');
  const hint = (): void => show(slot('#telephony-query-hint'), method.val() === 'POST' && query.value().length > 0);
  method.on('change', hint);
  hint();

  const container = slot('#telephony-body');
  const body = RED.editor.createEditor({ id: container.id, mode: 'ace/mode/text', value: saved.text });
  target.addEditor(container, body);
  const secrets = secretsTable(slot('#telephony-secretNames'), slot('#node-input-secrets') as HTMLInputElement, {
    names: saved.secretNames,
    translate,
    label: translate('secretNames.label'),
  });
  offerTimeZones(slot('#telephony-zones'));
  offer('#telephony-content-types', CONTENT_TYPES);
  offer('#telephony-date-formats', DATE_FORMATS);
  $('#node-input-names').on('change', () => picker.setVocabulary(String($('#node-input-names').val())));
  format.on('change', () => revalidate(['rpcMethod', 'rawProperty']));
  showWhenItMatters(form);

  const made: Panel = {
    picker,
    user,
    query,
    headers,
    body,
    secrets,
    preview: previewPane(slot('#telephony-tab-preview'), translate, () => current(node, made)),
  };
  /** The one picker stands where the user is: beside the body, or below the tables. */
  const place = (tab: string): void => {
    const isBody = method.val() !== 'GET';
    const isBeside = tab === 'request' && isBody && format.val() === 'text';
    // A body that is written by hand, or taken as it is, sends nothing because it is ticked.
    form.classList.toggle('telephony-insert-only', isBody && (format.val() === 'text' || format.val() === 'raw'));
    slot('#telephony-body-row').classList.toggle('telephony-beside', isBeside);
    const home = slot(tab === 'parameters' ? '#telephony-picker-parameters' : '#telephony-picker-request');
    if (picker.element.parentElement !== home) home.append(picker.element);
    body.resize?.();
  };
  let shownTab: string = TABS[0];
  const tabs = RED.tabs.create({
    element: $('#telephony-tabs'),
    onchange: ({ id }) => {
      shownTab = id;
      for (const tab of TABS) show(slot(`#telephony-tab-${tab}`), tab === id);
      place(id);
      if (id === 'preview') made.preview.refresh();
    },
  });
  for (const id of TABS) tabs.addTab({ id, label: translate(`tabs.${id}`) });
  tabs.activateTab(TABS[0]);
  $(form).on('change', () => place(shownTab));
  return made;
}

/** The whole configuration as it stands in the panel, to be rendered by the runtime. */
function current(node: EditorNode, widgets: Panel): Record<string, unknown> {
  const fields = Object.keys(defaults).flatMap((name) => {
    const input = document.querySelector<HTMLInputElement>(`#node-input-${name}`);
    if (!input) return [];
    return [[name, input.type === 'checkbox' ? input.checked : input.value] as const];
  });
  return { ...Object.fromEntries(fields), ...typed(widgets), id: node.id };
}

/** Puts the variable where the cursor was, and on the clipboard for where it cannot be put. */
function pick(name: string, target: InsertTarget, translate: Translate): void {
  const variable = `{{${name}}}`;
  // Copying borrows the focus; Node-RED gives it back.
  RED.clipboard.copyText(variable);
  if (!target.insert(variable))
    RED.notify(translate('available.copied', { variable }), { type: 'success', timeout: 2000 });
}

function offer(selector: string, values: readonly string[]): void {
  slot(selector).replaceChildren(...values.map((value) => element('option', { value })));
}
