/** The panel of `telephony-webhook-template`. */
import type { Problem } from '../../src/errors';
import { findParameter } from '../../src/event/catalogue';
import { dateFormatProblem } from '../../src/event/date-format';
import { timeZoneProblem } from '../../src/event/zone-name';
import { inMessage } from '../../src/sentences/message';
import { FIELD_TYPES, type Field } from '../../src/template/field';
import { readKey } from '../../src/template/key';
import { element, show, slot } from '../editor/dom';
import { showWhenItMatters } from '../editor/fields/conditional';
import { type FieldTable, fieldTable } from '../editor/fields/field-table';
import { type InsertTarget, insertTarget } from '../editor/fields/insert-target';
import { type ParameterPicker, parameterPicker } from '../editor/fields/parameter-picker';
import { savedRows } from '../editor/fields/saved-rows';
import { type SecretsTable, secretProblems, secretsTable } from '../editor/fields/secrets-table';
import { offerTimeZones } from '../editor/fields/time-zones';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { type BodyEditor, bodyEditor } from '../editor/template/body-editor';
import { copyPane } from '../editor/template/copy-pane';
import { dateFormatChoice } from '../editor/template/date-format-choice';
import { findings } from '../editor/template/findings';
import { heardBefore } from '../editor/template/heard-before';
import { importPane } from '../editor/template/import-pane';
import { type PreviewPane, previewPane } from '../editor/template/preview-pane';
import type { Heard } from '../editor/template/reach';
import { suggestionsOf } from '../editor/template/suggestions';
import { showTabs } from '../editor/template/tabs';
import { takeBody, takeRequest } from '../editor/template/take-over';
import { toolbar } from '../editor/template/toolbar';
import { namesUsed, variablesIn } from '../editor/template/variables';
import { endpointAfter, isWithoutUrlAfter } from '../editor/wiring';
import { defaults, parseConfig, usualDateFormat, type WebhookTemplateConfig } from './config';

const TABS = ['request', 'parameters', 'body', 'preview'] as const;
const CONTENT_TYPES = [
  'none',
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/xml',
  'application/xml',
];
/** From this width on, the preview stands beside the fields. */
const WIDE_PX = 840;

/** The widgets of the open panel. */
interface Panel {
  readonly picker: ParameterPicker;
  readonly tables: Readonly<Record<'user' | 'query' | 'headers', FieldTable>>;
  readonly body: BodyEditor;
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
  defaults: savedProperties(defaults, parseConfig, {}, (saved, node) => [
    ...beyondParsing(saved),
    ...secretProblems(saved['secretNames'], node),
  ]),
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
    showDefaults(this, { ...defaults, dateFormat: usualDateFormat(parseConfig(this).config.names) });
    open(this);
  },
  oneditsave() {
    if (!panel) return;
    Object.assign(this, typed(panel));
    close();
  },
  oneditcancel: close,
  oneditresize() {
    const form = slot('.telephony-template');
    form.classList.toggle('telephony-split', form.clientWidth >= WIDE_PX);
    panel?.body.resize();
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
  panel?.preview.close();
  panel?.body.close();
  panel = undefined;
}

/** What the widgets hold; the other properties have fields that Node-RED reads. */
function typed({ picker, tables, body, secrets }: Panel): Partial<WebhookTemplateConfig> {
  return {
    available: picker.chosen(),
    user: tables.user.value(),
    query: tables.query.value(),
    headers: tables.headers.value(),
    text: body.value(),
    secretNames: secrets.names(),
  };
}

/** Sets `panel`, of which nothing is asked any more once it is closed: Node-RED takes fields apart while some still change. */
function open(node: EditorNode): void {
  const { config: saved } = parseConfig(node);
  const translate = node._;
  const form = slot('.telephony-form');
  const method = $('#node-input-method');
  const target = insertTarget(form, () => [slot('#telephony-body'), slot('#node-input-url')]);
  const changed = (): void => panel?.preview.changed();
  // Declared before the picker, which tells them when its names have arrived.
  const tables: FieldTable[] = [];
  const picker: ParameterPicker = parameterPicker({
    chosen: saved.available,
    vocabulary: saved.names,
    translate,
    onPick: (name) => pick(name, target, translate),
    onChange: changed,
    onNames: () => {
      for (const table of tables) table.check();
    },
  });
  let heard: readonly Heard[] = [];
  heardBefore(node.id, (found) => {
    heard = found;
    picker.setHeard(found);
  });
  const table = (name: 'user' | 'query' | 'headers'): FieldTable => {
    const isHeaders = name === 'headers';
    const filled = fieldTable(slot(`#telephony-${name}`), {
      rows: savedRows(node[name]),
      translate,
      label: translate(`${name}.label`),
      types: isHeaders ? FIELD_TYPES.filter((type) => type !== 'array' && type !== 'object') : FIELD_TYPES,
      keyProblem: (key) => keyProblem(key, picker),
      valueHint: (value) => neverIn(value, picker)[0],
      // What is written after a name in a header stays text, a version such as 1.0 above all.
      typedPaste: name === 'user',
      sameKey: (key) => (isHeaders ? key.toLowerCase() : key),
      onChange: () => {
        hint();
        changed();
      },
    });
    tables.push(filled);
    return filled;
  };
  const hint = (): void => {
    const holds = (name: 'user' | 'query'): boolean => panel !== undefined && panel.tables[name].value().length > 0;
    show(slot('#telephony-query-hint'), method.val() === 'POST' && holds('query'));
    // Nobody is offered what would not be sent; what is there stays in sight.
    show(slot('#telephony-user-row'), !hasOwnBody() || holds('user'));
  };
  const container = slot('#telephony-body');
  const body = bodyEditor(container, {
    value: saved.text,
    label: translate('text.label'),
    suggestions: () => suggestionsOf(picker, panel?.secrets, translate),
    onChange: changed,
  });
  target.addEditor(container, body);
  const secrets = secretsTable(slot('#telephony-secretNames'), slot('#node-input-secrets') as HTMLInputElement, {
    names: saved.secretNames,
    translate,
    label: translate('secretNames.label'),
  });
  const widgets = { user: table('user'), query: table('query'), headers: table('headers') };
  offerTimeZones(slot('#telephony-zones'));
  slot('#telephony-content-types').replaceChildren(...CONTENT_TYPES.map((value) => element('option', { value })));
  const dateFormat = dateFormatChoice();

  const showTab = showTabs(TABS, translate, (tab) => placePicker(tab, form, picker, body));
  const shown = findings({ form, tables: widgets, body, translate, showTab });
  const example = slot('#telephony-time-example');
  const preview = previewPane(slot('#telephony-tab-preview'), {
    translate,
    asked: () => (panel ? asked(node, panel) : {}),
    warnings: () => (panel && isUrlMissing(node, panel) ? [{ field: 'url', ...inMessage('no-url') }] : []),
    firstType: heard[0]?.types[0] ?? 'call.ended',
    nameOf: shown.nameOf,
    onFinding: shown.goTo,
    onRendered: (rendered) => {
      shown.show(rendered);
      example.textContent = rendered.time === null ? '' : translate('dateFormat.example', { time: rendered.time });
    },
  });
  const current: Panel = { picker, tables: widgets, body, secrets, preview };
  panel = current;

  const importing = importPane({
    translate,
    takeRequest: (request) => takeRequest(request, current),
    takeBody: (imported) => takeBody(imported, current),
  });
  const tools = toolbar(slot('#telephony-tools'), [
    { icon: 'download', label: translate('import.label'), open: () => importing.element },
    {
      icon: 'clone',
      label: translate('copy.label'),
      open: () =>
        copyPane({
          translate,
          node,
          typed: () => configOf(node, current),
          heard: () => heard,
          lacking: (other) => lacking(configOf(node, current), picker, other),
        }),
    },
  ]);
  slot('#node-input-url').addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!/^\s*(?:\$\s+)?curl(?:\.exe)?\s/i.test(text)) return;
    event.preventDefault();
    tools.open(0);
    importing.take(text);
  });

  let names: string = saved.names;
  $('#node-input-names').on('change', () => {
    const chosen = String($('#node-input-names').val());
    picker.setVocabulary(chosen);
    if (dateFormat.value() === usualDateFormat(names)) dateFormat.choose(usualDateFormat(chosen));
    names = chosen;
  });
  showWhenItMatters(form);
  hint();
  form.addEventListener('input', changed);
  $(form).on('change', () => {
    hint();
    showTab();
    changed();
  });
  showTab(TABS[0]);
  preview.refresh();
}

/** Why a key is refused, as the key of a text. */
function keyProblem(key: string, picker: ParameterPicker): string | undefined {
  const isVariable = (path: readonly string[]): boolean =>
    path[0] === 'msg' || picker.isParameter(path.join('.')) || picker.isParameter(path[0] ?? '');
  if (readKey(key, isVariable).ok) return undefined;
  return key.trim() === '' ? 'table.keyEmpty' : 'table.keyVariable';
}

/** A sentence for each variable of a text that never comes. */
function neverIn(text: string, picker: ParameterPicker): readonly string[] {
  return variablesIn(text, picker.isParameter).flatMap((name) => {
    const why = picker.whyNever(name);
    return why === undefined ? [] : [`${name}: ${why}`];
  });
}

/** The parameters of which a template makes use and which these events never have. */
function lacking(
  config: Readonly<Record<string, unknown>>,
  picker: ParameterPicker,
  heard: readonly Heard[],
): readonly { readonly name: string; readonly why: string }[] {
  return namesUsed(parseConfig(config).config, picker.isParameter).flatMap((name) => {
    const why = picker.whyNever(name, heard);
    return why === undefined ? [] : [{ name, why }];
  });
}

/** The one picker stands where the user is: below URL and headers, among the parameters, or beside the body. */
function placePicker(tab: string, form: HTMLElement, picker: ParameterPicker, body: BodyEditor): void {
  form.classList.toggle('telephony-insert-only', tab !== 'parameters' || hasOwnBody());
  const home = slot(`#telephony-picker-${tab === 'preview' ? 'parameters' : tab}`);
  if (picker.element.parentElement !== home) home.append(picker.element);
  body.resize();
}

/** A body that is written by hand, or taken as it is: parameters are not sent by themselves. */
function hasOwnBody(): boolean {
  const format = $('#node-input-format').val();
  return $('#node-input-method').val() !== 'GET' && (format === 'text' || format === 'raw');
}

/** What the runtime is asked to render: the panel as it stands, and the endpoint to which it is wired. */
function asked(node: EditorNode, widgets: Panel): Readonly<Record<string, unknown>> {
  const { id, ...config } = configOf(node, widgets);
  const endpoint = endpointAfter(node.id);
  return { config, node: id, ...(endpoint ? { endpoint } : {}) };
}

function isUrlMissing(node: EditorNode, widgets: Panel): boolean {
  return parseConfig(configOf(node, widgets)).config.url === '' && isWithoutUrlAfter(node.id);
}

/** The whole configuration as it stands in the panel. */
function configOf(node: EditorNode, widgets: Panel): Record<string, unknown> {
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
