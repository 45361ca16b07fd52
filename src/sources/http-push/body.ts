/**
 * What a phone system sent, as an object of names and values: out of a JSON or form body, or out of the query. Says in a
 * sentence why it cannot be read. What the names mean is for the dialects.
 */
import { TextDecoder } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json';
import { readJson } from './json-text';

export interface Incoming {
  readonly body: Buffer;
  /** The header's value; empty where there was none. */
  readonly contentType: string;
  /** The query, without the names that are addresses or credentials. Read where the body is empty. */
  readonly query: URLSearchParams;
  /** Whether a key is one that the dialect documents; null where the dialect takes no broken JSON. */
  readonly documented: ((key: string) => boolean) | null;
}

export type Reading =
  | { readonly kind: 'payload'; readonly payload: JsonObject }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Marks in `raw` that the JSON had to be repaired, and the text as it was sent. */
export const REPAIRED_KEY = '$repaired';
export const BODY_KEY = '$body';

/** Reads what arrived. Never throws. */
export function readPayload(incoming: Incoming): Reading {
  if (incoming.body.length === 0) {
    const payload = objectOf(incoming.query);
    if (Object.keys(payload).length > 0) return { kind: 'payload', payload };
    return unreadable('The request is empty: no body, and nothing in the query.');
  }
  const { mime, charset } = contentTypeOf(incoming.contentType);
  const decoder = decoderFor(charset);
  if (decoder === null) return unreadable(`The character set "${charset.slice(0, 40)}" is not known.`);
  const text = decoder.decode(incoming.body);
  if (text.trim() === '') return unreadable('The body is blank.');
  if (mime === 'multipart/form-data') {
    return unreadable('The body is multipart/form-data. Let the phone system send JSON or a URL-encoded form.');
  }
  // Many programs post JSON and forget to say so; in a form, a brace would be written %7B.
  const isForm = mime === 'application/x-www-form-urlencoded' && !text.trimStart().startsWith('{');
  if (isForm) return form(text, decoder);
  const json = readObject(text, incoming.documented);
  if (json.kind === 'payload' || saysJson(mime) || !looksLikeForm(text)) return json;
  return form(text, decoder);
}

function readObject(text: string, documented: Incoming['documented']): Reading {
  const reading = readJson(text, documented !== null);
  if (reading.kind === 'unreadable') return reading;
  const { value, repaired } = reading;
  if (!isJsonObject(value)) {
    const found = Array.isArray(value) ? 'a list' : 'a single value';
    return unreadable(`The body holds ${found} where an object with the fields of the call is expected.`);
  }
  if (!repaired) return { kind: 'payload', payload: value };
  // Almost any text can be "repaired" into something; only fields that we know show that it was such a report.
  if (documented === null || !Object.keys(value).some(documented)) {
    return unreadable('The body is not JSON, and none of its fields is known, so it was not repaired.');
  }
  return { kind: 'payload', payload: { ...value, [REPAIRED_KEY]: true, [BODY_KEY]: text } };
}

function form(text: string, decoder: TextDecoder): Reading {
  // URLSearchParams decodes %XX as UTF-8 only.
  const utf8 = decoder.encoding === 'utf-8' ? text : text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => recode(run, decoder));
  return { kind: 'payload', payload: objectOf(new URLSearchParams(utf8.trim())) };
}

function recode(run: string, decoder: TextDecoder): string {
  return encodeURIComponent(decoder.decode(Buffer.from(run.replaceAll('%', ''), 'hex')));
}

/** A name that occurs several times becomes a list. `__proto__` is left out, as it is from JSON. */
function objectOf(pairs: URLSearchParams): JsonObject {
  const values = new Map<string, JsonValue>();
  for (const [key, value] of pairs) {
    const known = values.get(key);
    if (known === undefined) values.set(key, value);
    else if (Array.isArray(known)) known.push(value);
    else values.set(key, [known, value]);
  }
  values.delete('__proto__');
  return Object.fromEntries(values);
}

function contentTypeOf(header: string): { mime: string; charset: string } {
  const [mime = '', ...options] = header.split(';');
  const charset = options.map((option) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i.exec(option)?.[1]).find(Boolean);
  return { mime: mime.trim().toLowerCase(), charset: charset ?? 'utf-8' };
}

/** Strips a byte order mark; bytes that the character set does not have become U+FFFD rather than losing the call. */
function decoderFor(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}

function saysJson(mime: string): boolean {
  return mime === 'text/json' || /^application\/(?:[^/]*\+)?json$/.test(mime);
}

/** A form has no blanks, quotes and brackets: what it holds of those is percent-encoded. */
function looksLikeForm(text: string): boolean {
  return text.includes('=') && !/[\s"<>{}]/.test(text.trim());
}

function unreadable(reason: string): Reading {
  return { kind: 'unreadable', reason };
}
