/**
 * Placeholders of secrets. In a template `%name%` means a secret; in messages and in the store it stands as
 * `%name:nonce:context%`; its value is put in at the moment of sending only, escaped for the place where it stands.
 */
import { toUSVString } from 'node:util';
import { shortened } from '../errors';
import { isJsonObject } from '../json';
import type { Sentence } from '../sentence';
import { delivering } from '../sentences/delivering';
import { escapeXml } from './contexts/xml-escape';
import { encodeForm, encodeUrl } from './encoding';

/** Where a secret stands, and so how it is escaped. */
export type SecretContext = 'json-string' | 'json' | 'url' | 'form' | 'header' | 'text' | 'xml';

export interface SecretReference {
  readonly secret: string;
}

/** Names that `%name%` may have. Shorter ones are too easily part of percent-encoded text. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{2,}$/;

const REFERENCE = /%([A-Za-z_][A-Za-z0-9_]{2,})%/g;
const PLACEHOLDER = /%([A-Za-z_][A-Za-z0-9_]{2,}):([0-9A-Za-z_-]+):(json-string|json|url|form|header|text|xml)%/g;
const HEX_PAIR = /^[0-9A-Fa-f]{2}/;

/** Cuts literal text of a template at its secrets. */
export function splitSecrets(text: string, isDeclared: (name: string) => boolean): (string | SecretReference)[] {
  if (!text.includes('%')) return [text];
  const pieces: (string | SecretReference)[] = [];
  let taken = 0;
  REFERENCE.lastIndex = 0;
  for (let match = REFERENCE.exec(text); match !== null; match = REFERENCE.exec(text)) {
    const [whole, name = ''] = match;
    const end = match.index + whole.length;
    if (!isDeclared(name) && HEX_PAIR.test(name) && HEX_PAIR.test(text.slice(end))) {
      // `%D0a%D1`: two percent-encoded bytes with a letter between them. The second "%" may begin a secret.
      REFERENCE.lastIndex = end - 1;
      continue;
    }
    if (match.index > taken) pieces.push(text.slice(taken, match.index));
    pieces.push({ secret: name });
    taken = end;
  }
  if (taken < text.length || pieces.length === 0) pieces.push(text.slice(taken));
  return pieces;
}

export function placeholder(name: string, nonce: string, context: SecretContext): string {
  return `%${name}:${nonce}:${context}%`;
}

/** `ok: false`: the secret `name` has no value, or one that cannot stand where it should. */
export type Filled =
  | { readonly ok: true; readonly text: string }
  | (Sentence & { readonly ok: false; readonly name: string });

/** Puts secrets in the place of their placeholders, of this nonce only: others are text that somebody sent. */
export function fillSecrets(
  text: string,
  { nonce, secrets }: { readonly nonce: string; readonly secrets: Readonly<Record<string, string>> },
): Filled {
  let failed: (Sentence & { name: string }) | undefined;
  const filled = text.replace(PLACEHOLDER, (whole, name: string, found: string, context: SecretContext) => {
    if (found !== nonce || nonce === '') return whole;
    const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (value === undefined) {
      failed ??= { name, ...delivering('secret-unknown', { name: shortened(name) }) };
      return '';
    }
    const escaped = escapeSecret(value, context);
    if (escaped === undefined) {
      const why = context === 'url' ? 'secret-in-url' : 'secret-in-header';
      failed ??= { name, ...delivering(why, { name: shortened(name) }) };
    }
    return escaped ?? '';
  });
  return failed === undefined ? { ok: true, text: filled } : { ok: false, ...failed };
}

/** The text for people: `%name%` in place of every placeholder, or of those of one nonce. */
export function showSecrets(text: string, nonce?: string): string {
  return text.replace(PLACEHOLDER, (whole, name: string, found: string) =>
    nonce === undefined || nonce === found ? `%${name}%` : whole,
  );
}

/** Undefined: it cannot stand there. */
function escapeSecret(value: string, context: SecretContext): string | undefined {
  switch (context) {
    case 'json':
      return JSON.stringify(value);
    case 'json-string':
      return JSON.stringify(value).slice(1, -1);
    case 'url':
      return value === '.' || value === '..' ? undefined : encodeUrl(value);
    case 'form':
      return encodeForm(value);
    case 'header':
      return isHeaderText(value) ? value : undefined;
    case 'xml':
      return escapeXml(value);
    case 'text':
      return toUSVString(value);
  }
}

/** No line break, NUL or other control character: a header can be neither split nor sent with them. */
export function isHeaderText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[\0-\x08\x0a-\x1f\x7f]/.test(text);
}

/** The nonce of the secret placeholders in a message that a template rendered. Empty: none did. */
export function nonceOf(message: Readonly<Record<string, unknown>>): string {
  const mark = message['webhook'];
  return isJsonObject(mark) && typeof mark['nonce'] === 'string' ? mark['nonce'] : '';
}
