/** What somebody has elsewhere, a cURL command or a body with variables, as properties of a template. */
import { isSecretHeader } from '../../../src/secret-header';
import { FORM_TYPE, JSON_TYPE } from '../../../src/template/content-type';
import type { Field } from '../../../src/template/field';
import { rowsOfJson } from '../fields/pasted-rows';
import { type CurlRequest, readCurl } from './curl-command';

export interface ImportedBody {
  readonly format: 'json' | 'form' | 'text';
  readonly user: readonly Field[];
  readonly text: string;
  /** Empty: by format. */
  readonly contentType: string;
  /** Undefined: as they are. */
  readonly names: 'kompaas' | undefined;
}

export interface ImportedRequest {
  readonly method: string;
  readonly url: string;
  readonly query: readonly Field[];
  readonly headers: readonly Field[];
  /** Undefined: it has none. */
  readonly body: ImportedBody | undefined;
  /** Taken out of the request, where `%name%` stands in their place. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  /** What the user should know, as keys of texts. */
  readonly notes: readonly { readonly key: string; readonly values: Readonly<Record<string, string>> }[];
}

export type Imported =
  | { readonly kind: 'request'; readonly request: ImportedRequest }
  | { readonly kind: 'body'; readonly body: ImportedBody };

/** The connection sets these itself, or curl does because it is curl. */
const NOT_TAKEN = /^(?:host|content-length|connection|content-type|accept-encoding)$/i;
/** Those that a webhook can be sent with. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Undefined: there is nothing. Text that is no cURL command is a body. */
export function readImport(text: string): Imported | undefined {
  if (text.trim() === '') return undefined;
  const curl = readCurl(text);
  return curl ? { kind: 'request', request: requestOf(curl) } : { kind: 'body', body: bodyOf(text, '') };
}

function requestOf(curl: CurlRequest): ImportedRequest {
  const secrets = new SecretNames();
  const notes: { key: string; values: Record<string, string> }[] = [];
  const declared = curl.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const headers = curl.headers
    .filter(([name]) => !NOT_TAKEN.test(name))
    .map(([key, value]) => textRow(key, secrets.hidden(key, value)));
  const { url, pairs } = splitQuery(curl.url);
  const query = pairs.map(([key, value]) => textRow(key, secrets.hidden(key, value)));
  const knows = METHODS.includes(curl.method);
  if (!knows) notes.push({ key: 'import.notes.method', values: { method: curl.method } });
  if (curl.parts.length > 0) notes.push({ key: 'import.notes.parts', values: {} });
  for (const name of secrets.names) notes.push({ key: 'import.notes.secret', values: { name: `%${name}%` } });
  if (curl.lost.length > 0) notes.push({ key: 'import.notes.lost', values: { options: curl.lost.join(', ') } });
  const body = curl.parts.length > 0 ? formBody(curl.parts) : curl.body && bodyOf(curl.body, declared);
  return {
    method: knows ? curl.method : 'POST',
    url,
    query,
    headers,
    body: body || undefined,
    secrets: secrets.all,
    notes,
  };
}

/** Declared: the Content-Type that goes with it; empty where none does. */
function bodyOf(text: string, declared: string): ImportedBody {
  const type = (declared.split(';')[0] ?? '').trim().toLowerCase();
  // KOMPaaS alone writes variables so: whoever was sent such a body knows its names and its ways to write values.
  const names = text.includes('${{') ? 'kompaas' : undefined;
  const rows = type === '' || /[/+]json$/.test(type) ? rowsOfJson(text) : undefined;
  if (rows) return { format: 'json', user: rows, text: '', contentType: type === JSON_TYPE ? '' : declared, names };
  const isForm = type === FORM_TYPE || (type === '' && /^[^\s=&{}<>"]+=[^\n]*$/.test(text) && !text.includes('{{'));
  if (isForm) return { ...formBody([...new URLSearchParams(text)]), names };
  return { format: 'text', user: [], text, contentType: declared, names };
}

function formBody(pairs: readonly (readonly [string, string])[]): ImportedBody {
  const user = pairs.map(([key, value]) => textRow(key, value));
  return { format: 'form', user, text: '', contentType: '', names: undefined };
}

function textRow(key: string, value: string): Field {
  return { key, type: 'text', value };
}

/** An address with variables in its query stays whole: they may stand where no pair begins or ends. */
function splitQuery(url: string): { url: string; pairs: readonly (readonly [string, string])[] } {
  const [, address = url, query = ''] = /^([^?#]*)\??([^#]*)/.exec(url) ?? [];
  return query.includes('{{') ? { url, pairs: [] } : { url: address, pairs: [...new URLSearchParams(query)] };
}

/** Takes secrets out of values, by the names of those. */
class SecretNames {
  readonly all: { name: string; value: string }[] = [];

  get names(): readonly string[] {
    return this.all.map(({ name }) => name);
  }

  /** The value as it may be saved in a flow. Of an `Authorization` the scheme stays readable. */
  hidden(key: string, value: string): string {
    if (!isSecretHeader(key) || value === '' || value.includes('{{')) return value;
    const [, scheme = '', secret = value] = /^([A-Za-z][\w-]*\s+)(\S+)$/.exec(value) ?? [];
    const name = this.freeName(key);
    this.all.push({ name, value: secret });
    return `${scheme}%${name}%`;
  }

  /** `X-Api-Key` → `xApiKey`. */
  private freeName(key: string): string {
    const words = key.split(/[^A-Za-z0-9]+/).filter(Boolean);
    const camel = words.map(
      (word, index) => (index === 0 ? word[0]?.toLowerCase() : word[0]?.toUpperCase()) + word.slice(1),
    );
    const plain = camel.join('').replace(/^\d+/, '').padEnd(3, '_');
    let name = plain;
    for (let number = 2; this.names.includes(name); number += 1) name = `${plain}${number}`;
    return name;
  }
}
