/** The URL of a request: what is typed, the base URL before it, and the query behind it. */
import { shortened } from '../errors';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import { urlContext } from './contexts/url';
import type { FieldScope } from './field-values';
import { type Frame, RenderError } from './frame';
import { effective, type Member, memberPairs } from './members';
import { QUERY } from './pairs';
import { compileText } from './template-text';

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

export interface UrlWriter {
  /** The origin that was typed, such as `https://crm.example.com:8443`. Undefined: it is a path, empty, or wrong. */
  readonly origin: string | undefined;
  write(frame: Frame): string;
}

/**
 * Appends a path to the path of a base URL, with one slash between them; the base's own query comes first. An absolute URL
 * stays as it is; an empty one is the base.
 */
export function joinUrl(baseUrl: string, url: string): string {
  if (ABSOLUTE.test(url)) return url;
  const [base, baseQuery] = cut(cut(baseUrl, '#')[0], '?');
  const [path, query] = cut(url, '?');
  const behind = path.replace(/^\/+/, '');
  const whole = path === '' ? base : `${base.replace(/\/+$/, '')}/${behind}`;
  return withQuery(whole, [baseQuery, query]);
}

/**
 * Moves a URL that was made of one base URL (`joinUrl`) below another. Undefined: it is not below the old one. Both bases
 * are absolute. Of equal keys those of the URL's own query win, as they did when it was made.
 */
export function rebaseUrl(url: string, oldBaseUrl: string, newBaseUrl: string): string | undefined {
  const [base, baseQuery] = cut(cut(new URL(oldBaseUrl).href, '#')[0], '?');
  const [address, query] = cut(url, '?');
  const stem = base.replace(/\/+$/, '');
  if (address !== base && address !== stem && !address.startsWith(`${stem}/`)) return undefined;
  const own = query.split('&');
  // What is left of the old base's query comes first.
  for (const pair of baseQuery.split('&')) if (own[0] === pair) own.shift();
  const keys = new Set(own.map(keyOf));
  const [whole, newQuery] = cut(joinUrl(newBaseUrl, address === base ? '' : address.slice(stem.length)), '?');
  return new URL(withQuery(whole, [withoutKeys(newQuery, keys), own.join('&')])).href;
}

/** Compiles the URL with what goes into its query. */
export function compileUrl(
  url: string,
  baseUrl: string | undefined,
  members: readonly Member[],
  scope: FieldScope,
): UrlWriter {
  const source = url.trim();
  let origin: string | undefined;
  const context = urlContext((typed) => {
    origin = typed;
  });
  const text = compileText(source, 'url', context, scope);
  const sent = effective(members, scope);
  const writers = sent.map((member) => memberPairs(member, QUERY, scope));
  const replaced = replacedKeys(joinUrl(baseUrl ?? '', withoutBraces(source)), sent, scope);
  if (withoutBraces(source).includes('#')) scope.warning('url', template('fragment'));
  if (text.constant !== undefined) checkPath(text.constant, (why) => scope.problem('url', why));
  const write = (frame: Frame): string => {
    const [typed] = cut(text.render(frame), '#');
    if (text.constant === undefined) {
      checkPath(typed, (why) => {
        throw new RenderError(why);
      });
    }
    const joined = joinUrl(baseUrl ?? '', typed);
    const pairs: string[] = [];
    for (const write of writers) write(frame, pairs);
    if (pairs.length === 0 && replaced.size === 0) return joined;
    const [address, query] = cut(joined, '?');
    return withQuery(address, [withoutKeys(query, replaced), ...pairs]);
  };
  return { origin, write };
}

/** `..` would lead out of the path that was typed, and so would what only looks different. */
function checkPath(url: string, refuse: (why: Sentence) => void): void {
  const path = cut(cut(url.replace(/^https?:\/\/[^/?#]*/i, ''), '#')[0], '?')[0];
  if (DOT_SEGMENT.test(path)) refuse(template('dot-segment'));
}

/** Keys of the URL's own query that a row replaces. */
function replacedKeys(url: string, sent: readonly Member[], scope: FieldScope): ReadonlySet<string> {
  const keys = new Set(cut(url, '?')[1].split('&').map(keyOf));
  const replaced = sent.filter(({ key }) => keys.has(key));
  for (const { key, path } of replaced) {
    scope.warning('url', template('replaced', { key: shortened(key), place: path }));
  }
  return new Set(replaced.map(({ key }) => key));
}

function keyOf(pair: string): string {
  const [first] = new URLSearchParams(pair).keys();
  return first ?? '';
}

function withoutKeys(query: string, keys: ReadonlySet<string>): string {
  if (keys.size === 0) return query;
  const kept = query.split('&').filter((pair) => !keys.has(keyOf(pair)));
  return kept.join('&');
}

function withoutBraces(source: string): string {
  // No expression for this: of braces that are never closed it would look at the rest again and again.
  const [first = '', ...others] = source.split('{{');
  const shown = others.map((part) => {
    const close = part.indexOf('}}');
    return close === -1 ? `{{${part}` : `x${part.slice(close + 2)}`;
  });
  return first + shown.join('');
}

function withQuery(address: string, pairs: readonly string[]): string {
  const query = pairs.filter((pair) => pair !== '').join('&');
  return query === '' ? address : `${address}?${query}`;
}

/** What stands before the first separator, and what behind it. */
function cut(text: string, separator: string): [before: string, behind: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
