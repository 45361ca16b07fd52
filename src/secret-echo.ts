/** Takes out of an answer the secrets that its receiver repeats: servers that are being debugged do, and error pages. */
import type { WireResult } from './http/http-client';
import { REDACTED } from './redact';
import { Remembered } from './remembered';
import { escapeXml } from './template/contexts/xml-escape';
import { encodeForm, encodeUrl } from './template/encoding';

/** Shorter ones stand by chance in any text: hiding them would spoil the log, and tell what they are. */
const SHORTEST = 4;

/** The spellings in which a receiver may repeat a secret. Few are in use, and they come again with every attempt. */
const spellings = new Remembered<readonly string[]>(200, (secret) => {
  if (secret.length < SHORTEST) return [];
  const percent = [encodeUrl(secret), encodeForm(secret)];
  const bytes = Buffer.from(secret);
  const all = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    escapeXml(secret),
    ...percent,
    ...percent.map((text) => text.replaceAll(/%../g, (byte) => byte.toLowerCase())),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
  // PHP writes slashes in JSON so.
  return [...new Set(all.flatMap((text) => [text, text.replaceAll('/', '\\/')]))];
});

/**
 * What came back, with `•••` in place of these secrets, and of the token that the client put in, however they are spelled.
 * The same object where there are none.
 */
export function hideEcho(result: WireResult, secrets: readonly string[] = []): WireResult {
  if (result.kind === 'failure') return result;
  const { authorization } = result;
  const all = authorization === undefined ? secrets : [...secrets, ...secretsOfHeader(authorization)];
  if (all.length === 0) return result;
  // The longest first: one may be part of another.
  const hidden = all.flatMap((secret) => spellings.get(secret)).sort((a, b) => b.length - a.length);
  const hide = (text: string): string =>
    hidden.reduce((shown, one) => (shown.includes(one) ? shown.replaceAll(one, REDACTED) : shown), text);
  const headers = Object.entries(result.headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? hide(value) : value.map(hide),
  ]);
  const text = result.body.toString('utf8');
  const shown = hide(text);
  return {
    ...result,
    headers: Object.fromEntries(headers),
    body: shown === text ? result.body : Buffer.from(shown),
  };
}

/**
 * What is a secret in the value of a header: all of it, without the name of a scheme; each of its parts, as of cookies; and the
 * password of basic authentication.
 */
export function secretsOfHeader(value: string): readonly string[] {
  const credentials = value.replace(/^[\w-]+ +(?=\S)/, '');
  const parts = credentials.split(/[\s;,]+/);
  const [, basic = ''] = /^basic +(\S+)/i.exec(value) ?? [];
  const [, password = ''] = /:(.*)/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
  return [credentials, ...parts, ...parts.map((part) => part.slice(part.indexOf('=') + 1)), password];
}
