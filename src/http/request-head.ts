/** Checks method, URL and headers before anything is sent, and writes them as the wire needs them. */
import type { Sentence } from '../sentence';
import { wire } from '../sentences/wire';
import type { OutgoingRequest } from './http-client';

export interface RequestHead {
  readonly url: URL;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
}

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header value must not hold
const FORBIDDEN_IN_VALUE = /[\x00-\x08\x0a-\x1f\x7f]/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
const OUTSIDE_ASCII = /[^\x00-\x7f]/;

/**
 * Headers that frame the message or belong to one connection. A message that came from elsewhere often still has
 * those of its old request; passed on they would be wrong, or let a value end the request early.
 */
const SET_BY_THE_CLIENT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** True for what can be the name of a header. */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** The head of a request as it goes out, or a sentence that says what cannot be sent. */
export function prepareHead(request: OutgoingRequest, userAgent: string): RequestHead | Sentence {
  const method = request.method.toUpperCase();
  if (!TOKEN.test(method) || method === 'CONNECT') return wire('method', { method: printable(request.method) });

  const url = parseUrl(request.url);
  if (!url) return wire('url');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return wire('scheme', { scheme: printable(url.protocol) });
  }

  const headers: string[] = [];
  let hasUserAgent = false;
  let hasHost = false;
  for (const name of Object.keys(request.headers)) {
    const value = request.headers[name];
    const lowerCase = name.toLowerCase();
    if (value === undefined || SET_BY_THE_CLIENT.has(lowerCase)) continue;
    if (!isHeaderName(name)) return wire('header-name', { name: printable(name) });
    if (lowerCase === 'user-agent') hasUserAgent = true;
    if (lowerCase === 'host') {
      if (hasHost || typeof value !== 'string') return wire('host-twice');
      hasHost = true;
    }
    for (const one of typeof value === 'string' ? [value] : value) {
      if (FORBIDDEN_IN_VALUE.test(one)) return wire('header-value', { name });
      headers.push(name, OUTSIDE_ASCII.test(one) ? Buffer.from(one, 'utf8').toString('latin1') : one);
    }
  }
  if (!hasUserAgent) headers.push('user-agent', userAgent);
  return { url, method, path: url.pathname + url.search, headers };
}

/** White space before the path: parsers disagree on which host is meant (`http://a b@c#@d/`), so none is believed. */
const SPACE_IN_AUTHORITY = /^[^/\\?#]*:[/\\]*[^/\\?#]*\s/;

function parseUrl(text: string): URL | null {
  const trimmed = text.trim();
  return SPACE_IN_AUTHORITY.test(trimmed) ? null : URL.parse(trimmed);
}

/** For a sentence: short, and without what would break a line of a log. */
function printable(text: string): string {
  const safe = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return safe.length > 60 ? `${safe.slice(0, 60)}…` : safe;
}
