/** Between a Node-RED message and a request: what of it is sent, what is kept with the delivery, and how it comes back. */

import type { StoredRequest } from '../../src/delivery/delivery';
import { shortened, UserError } from '../../src/errors';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json';
import { inMessage } from '../../src/sentences/message';
import { joinUrl } from '../../src/template/request-url';
import { showSecrets } from '../../src/template/secret-placeholder';
import type { Message } from './red';
import { RESPONSE_MARK } from './response-mark';

/** A request as a message carries it: the shape of the core `http request` node, ready to be stored. */
export interface MessageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: StoredRequest['body'];
  /** The endpoint's base URL. Absent: there is none. */
  readonly base?: string;
}

/** Members that are the request itself, or that live only as long as the process. */
const NOT_KEPT = new Set([
  'method',
  'url',
  'headers',
  'payload',
  'req',
  'res',
  'delivery',
  'error',
  'statusCode',
  'response',
  'responseUrl',
  'redirectList',
  'responseCookies',
]);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads the request out of a message; what the node sets wins over it. Throws a UserError that names the field.
 * `baseUrl`: the endpoint's, used where there is no URL, and in front of one that is only a path.
 */
export function requestOf(message: Message, node: { method: string; url: string; baseUrl: string }): MessageRequest {
  const body = bodyOf(message);
  const method = (node.method || textOf(message['method'], 'msg.method') || (body.body ? 'POST' : 'GET')).toUpperCase();
  if (!TOKEN.test(method))
    throw new UserError('request-method', inMessage('method', { method: shortened(method) }), { field: 'method' });
  const url = absoluteUrl(node.url || textOf(message['url'], 'msg.url') || node.baseUrl, node.baseUrl);
  const headers = headersOf(message['headers']);
  const bare = method === 'GET' || method === 'HEAD';
  if (!bare && body.contentType && !hasHeader(headers, 'content-type')) headers['Content-Type'] = body.contentType;
  return { method, url, headers, body: bare ? null : body.body, ...(node.baseUrl ? { base: node.baseUrl } : {}) };

  function bodyOf(from: Message): { body: StoredRequest['body']; contentType: string | undefined } {
    const payload = from['payload'];
    if (payload === undefined || payload === null || payload === '') return { body: null, contentType: undefined };
    if (Buffer.isBuffer(payload)) {
      return { body: { encoding: 'base64', text: payload.toString('base64') }, contentType: undefined };
    }
    if (typeof payload === 'string') return { body: { encoding: 'utf8', text: payload }, contentType: undefined };
    if (typeof payload === 'object') {
      const type = contentTypeOf(from['headers']);
      if (type.startsWith('application/x-www-form-urlencoded')) {
        return { body: { encoding: 'utf8', text: formOf(payload) }, contentType: undefined };
      }
      return { body: { encoding: 'utf8', text: JSON.stringify(payload) }, contentType: 'application/json' };
    }
    return { body: { encoding: 'utf8', text: String(payload) }, contentType: undefined };
  }
}

function textOf(value: unknown, where: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') {
    throw new UserError('request-field', inMessage('text', { property: where, type: typeof value }));
  }
  return value.trim();
}

/** Joins a path to the base URL with one slash, and adds the scheme that people leave out. Refuses what is not http. */
function absoluteUrl(url: string, baseUrl: string): string {
  if (!url) {
    throw new UserError('request-url', inMessage('no-url'), { field: 'url' });
  }
  let text = url;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    if (baseUrl) text = joinUrl(baseUrl, url);
    else if (/^[/?]/.test(url)) {
      throw new UserError('request-url', inMessage('only-path', { url: shortened(showSecrets(url)) }), {
        field: 'url',
      });
    } else text = `http://${url}`;
  }
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch (cause) {
    throw new UserError('request-url', inMessage('url', { url: shortened(showSecrets(redactUserInfo(text))) }), {
      field: 'url',
      cause,
    });
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new UserError('request-url', inMessage('scheme', { scheme: parsed.protocol }), { field: 'url' });
  }
  return parsed.href;
}

/** The origin of an address that was typed. Undefined: it is empty, only a path, or cannot be read. */
export function typedOriginOf(url: string): string | undefined {
  try {
    return new URL(absoluteUrl(url, '')).origin;
  } catch {
    return undefined;
  }
}

function redactUserInfo(url: string): string {
  return url.replace(/\/\/.*@/, '//');
}

function headersOf(value: unknown): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  if (value === undefined || value === null) return headers;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError('request-headers', inMessage('headers'), { field: 'headers' });
  // A response's headers, left in place by a webhook out or by the core http request node: they are no request's.
  if (Object.hasOwn(value, RESPONSE_MARK)) return headers;
  for (const [name, header] of Object.entries(value)) {
    if (header === undefined || header === null) continue;
    if (!TOKEN.test(name))
      throw new UserError('request-headers', inMessage('header-name', { name: shortened(name) }), {
        field: 'headers',
      });
    headers[name] = Array.isArray(header) ? header.map((one) => headerText(name, one)) : headerText(name, header);
  }
  return headers;
}

function headerText(name: string, value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (/[\r\n\0]/.test(text)) {
    throw new UserError('request-headers', inMessage('header-value', { name }), {
      field: 'headers',
    });
  }
  return text;
}

function hasHeader(headers: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.keys(headers).some((one) => one.toLowerCase() === name);
}

function contentTypeOf(headers: unknown): string {
  if (typeof headers !== 'object' || headers === null) return '';
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'content-type' && typeof value === 'string') return value.toLowerCase();
  }
  return '';
}

function formOf(payload: object): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(payload)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      form.append(
        key,
        one === null || one === undefined ? '' : typeof one === 'object' ? JSON.stringify(one) : String(one),
      );
    }
  }
  return form.toString();
}

/** As JSON text: what `keepOf` keeps. Written in one go where nothing in the message resists. */
export function keptText(message: Message): string {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(message)) if (!NOT_KEPT.has(key) && key !== '__proto__') kept[key] = message[key];
  try {
    return JSON.stringify(kept);
  } catch {
    return JSON.stringify(keepOf(message).kept); // circular, or no JSON at all: member by member
  }
}

/** What is JSON in a message, without its request; and the names of what had to be left out. */
export function keepOf(
  message: Message,
  notKept: ReadonlySet<string> = NOT_KEPT,
): { kept: JsonObject; leftOut: string[] } {
  const kept: JsonObject = {};
  const leftOut: string[] = [];
  for (const [key, value] of Object.entries(message)) {
    if (notKept.has(key)) {
      if (key === 'req' || key === 'res') leftOut.push(key);
      continue;
    }
    if (key === '__proto__' || value === undefined) continue;
    const json = jsonOf(value);
    if (json === undefined) leftOut.push(key);
    else kept[key] = json;
  }
  return { kept, leftOut };
}

function jsonOf(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return undefined;
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined; // circular
  }
}

/** Puts a stored request back where `http request` and `webhook out` look for it. */
export function putRequest(message: Record<string, unknown>, request: StoredRequest): void {
  message['method'] = request.method;
  message['url'] = request.url;
  message['headers'] = { ...request.headers };
  message['payload'] =
    request.body === null
      ? ''
      : request.body.encoding === 'base64'
        ? Buffer.from(request.body.text, 'base64')
        : request.body.text;
}

/**
 * The event that a message carries, if what stands there has its shape. What a flow made by hand may lack a time or an id, or
 * have something there that is no text: then it is empty.
 */
export function eventOf(
  message: Record<string, unknown>,
): (JsonObject & Record<'id' | 'type' | 'time' | 'callId', string>) | null {
  const event = message['event'];
  if (!isJsonObject(event) || typeof event['type'] !== 'string' || !isJsonObject(event['parameters'])) return null;
  const text = (name: string): string => (typeof event[name] === 'string' ? event[name] : '');
  return { ...event, id: text('id'), type: event['type'], time: text('time'), callId: text('callId') };
}
