/** Puts what was imported into the fields and widgets of the panel. */
import type { FieldTable } from '../fields/field-table';
import type { ParameterPicker } from '../fields/parameter-picker';
import type { SecretsTable } from '../fields/secrets-table';
import type { BodyEditor } from './body-editor';
import type { ImportedBody, ImportedRequest } from './import-request';

/** The widgets that take something; all else are fields of Node-RED. */
interface Widgets {
  readonly picker: ParameterPicker;
  readonly tables: Readonly<Record<'user' | 'query' | 'headers', FieldTable>>;
  readonly body: BodyEditor;
  readonly secrets: SecretsTable;
}

export function takeRequest(request: ImportedRequest, widgets: Widgets): void {
  setField('method', request.method);
  setField('url', request.url);
  widgets.tables.query.replace(request.query);
  widgets.tables.headers.replace(request.headers);
  for (const { name, value } of request.secrets) widgets.secrets.add(name, value);
  const nothing: ImportedBody = { format: 'json', user: [], text: '', contentType: '', names: undefined };
  putBody(request.body ?? nothing, widgets);
}

export function takeBody(body: ImportedBody, widgets: Widgets): void {
  if ($('#node-input-method').val() === 'GET') setField('method', 'POST');
  putBody(body, widgets);
}

/** What a body from elsewhere says is all that is sent. */
function putBody({ format, user, text, contentType, names }: ImportedBody, widgets: Widgets): void {
  setField('format', format);
  setField('contentType', contentType);
  if (names !== undefined) setField('names', names);
  widgets.tables.user.replace(user);
  widgets.body.setValue(text);
  widgets.picker.choose([]);
}

function setField(name: string, value: string): void {
  $(`#node-input-${name}`).val(value).trigger('change');
}
