/** The URL of a request: values are percent-encoded, and nothing before the path holds one. */
import { toUSVString } from 'node:util';
import type { Sentence } from '../../sentence';
import { template } from '../../sentences/template';
import { encodeUrl } from '../encoding';
import { textOf } from '../values';
import { type Context, ContextError, type Hole } from './context';
import { afterPercent } from './percent';

/** `origin`: scheme, host and port, or a path that has not shown itself as one yet. */
export interface UrlState {
  readonly part: 'origin' | 'path' | 'key' | 'value' | 'fragment';
  /** In part `origin`: all that was read; later the origin that was typed, empty for a path. Never depends on a value. */
  readonly read: string;
  /** Hex digits that an open `%` still needs. */
  readonly open: number;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const AUTHORITY = /^https?:\/\/[^/?#\\]+/i;

/** `tellOrigin` hears the origin, once the text has been read; not where it is only a path. */
export function urlContext(tellOrigin: (origin: string) => void): Context<UrlState> {
  return {
    start: { part: 'origin', read: '', open: 0 },
    literal(state, text) {
      let { part, read, open } = state;
      let written = '';
      for (const character of text) {
        if (isUnwritable(character)) throw new ContextError(template('url-control'));
        // Browsers and Node read it as "/", others do not: what is host and what is path must be beyond doubt.
        if (character === '\\' && (part === 'origin' || part === 'path'))
          throw new ContextError(template('url-backslash'));
        if (part === 'origin') {
          part = partAfterOrigin(read, character);
          if (part === 'origin') read += character;
          else if (!AUTHORITY.test(read)) read = '';
        } else {
          part = partAfter(part, character);
        }
        open = afterPercent(open, character);
        written += part === 'origin' ? character : encodeLiteral(character);
      }
      return { state: { part, read, open }, text: written };
    },
    hole({ part, read, open }): Hole<UrlState> {
      if (part === 'origin') throw new ContextError(inOrigin(read));
      if (part === 'key') throw new ContextError(template('url-query-key'));
      if (open > 0) throw new ContextError(template('behind-percent'));
      const secret = part === 'fragment' ? undefined : 'url';
      return { write: (value) => encodeUrl(textOf(value)), secret, next: { part, read, open } };
    },
    merge: (a, b) => (a.part === b.part && a.read === b.read && a.open === b.open ? a : undefined),
    end({ part, read }) {
      if (part === 'origin') partAfterOrigin(read, '/');
      if (AUTHORITY.test(read)) tellOrigin(new URL(read).origin);
    },
  };
}

/** Where one more character leads from the beginning of the URL. Throws where the beginning is none of a URL. */
function partAfterOrigin(read: string, character: string): UrlState['part'] {
  const authority = AUTHORITY.exec(read);
  const isEnd = /[/?#\\]/.test(character);
  if (!isEnd) return 'origin';
  if (authority !== null) {
    checkOrigin(read);
    return partAfter('path', character);
  }
  if (SCHEME.test(read)) {
    // On the way through "https://".
    if (/^https?:\/?$/i.test(read) && character === '/') return 'origin';
    throw new ContextError(template('url-scheme'));
  }
  return partAfter('path', character);
}

/** Why nothing may vary before the path. Without scheme and "/" it is a host where no endpoint has a base URL. */
function inOrigin(read: string): Sentence {
  if (SCHEME.test(read)) return template('url-origin-varies');
  return read === '' ? template('url-begins-variable') : template('url-begins-host', { read });
}

function checkOrigin(origin: string): void {
  const valid = URL.canParse(origin) && new URL(origin).hostname !== '' && !/\s/.test(origin);
  if (!valid) throw new ContextError(template('url-origin'));
}

function partAfter(part: UrlState['part'], character: string): UrlState['part'] {
  if (part === 'fragment' || character === '#') return 'fragment';
  if (part === 'path') return character === '?' ? 'key' : 'path';
  if (character === '&') return 'key';
  return character === '=' ? 'value' : part;
}

function isUnwritable(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x20 || code === 0x7f;
}

/** What a URL cannot hold as it is (spaces, letters beyond ASCII, a backslash) is encoded; the rest is the user's. */
function encodeLiteral(character: string): string {
  return /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/.test(character)
    ? character
    : encodeURIComponent(toUSVString(character));
}
