/** Percent-encoding of values for URLs and forms. */
import { toUSVString } from 'node:util';

/** For a path segment or a query value: only unreserved characters stay. Lone surrogates become U+FFFD. */
export function encodeUrl(text: string): string {
  return encodeURIComponent(toUSVString(text)).replace(/[!'()*]/g, percent);
}

/** As `application/x-www-form-urlencoded` writes names and values (WHATWG URL, section 5.2). Lone surrogates become U+FFFD. */
export function encodeForm(text: string): string {
  return encodeURIComponent(toUSVString(text)).replace(/%20|[!'()~]/g, (found) =>
    found === '%20' ? '+' : percent(found),
  );
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
