/**
 * What is saved about a push source, checked: everything that cannot work is found at deploy, by field, and a source with
 * a problem lets nobody in. Credentials come apart from the rest, as Node-RED keeps them.
 */

import { type Problem, shortened } from '../../errors';
import { findParameter } from '../../event/catalogue';
import { isHttpUrl, number, reading } from '../../parse';
import type { Sentence } from '../../sentence';
import { source } from '../../sentences/source';
import { hmacKey, hmacScheme } from '../../signing/hmac';
import { checkHmac, HMAC_ALGORITHMS, HMAC_ENCODINGS } from '../../signing/hmac-settings';
import { readVerifyingKey } from '../../signing/keys';
import { readTelnyxKey } from '../../signing/telnyx';
import { parseAllowFrom } from './allow-from';
import { type MappedField, parsePath } from './dialects/generic';
import { httpPushKind } from './kind';
import type { PushConfig } from './push';
import { dialectChoices, findDialect } from './registry';
import { TOKEN_PLACES, TOLERANCE_BOUNDS, VERIFICATIONS } from './verification-kinds';
import type { Verification } from './verify';

/** Saved property or credential → value, as it comes out of a flow. */
export type Saved = Readonly<Record<string, unknown>>;

export type ParsedPush =
  | { readonly kind: 'config'; readonly config: Pick<PushConfig, 'dialect' | 'verification' | 'allowFrom'> }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const { defaults } = httpPushKind;

/** A header name as HTTP allows it. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** Reads the saved properties `dialect`, `mapping`, `verify`, `allowFrom` and those that go with them. */
export function parsePush(saved: Saved, credentials: Saved): ParsedPush {
  const problems: Problem[] = [];
  const report: Report = (field, what) => void problems.push({ field, ...what });

  const mapping = parseMapping(saved['mapping'], report);
  const id = textOr(saved['dialect'], defaults.dialect);
  const dialect = findDialect(id, mapping);
  if (dialect === undefined) {
    report(
      'dialect',
      source('no-dialect', { dialect: shortened(id), dialects: dialectChoices.map((choice) => choice.id).join(', ') }),
    );
  }
  const verification = parseVerification(saved, credentials, report);
  const allowed = parseAllowFrom(textsOf(saved['allowFrom'], report));
  if (allowed.kind === 'wrong') {
    report('allowFrom', source('allow-from', { entry: shortened(allowed.entry) }));
  }
  if (problems.length > 0 || dialect === undefined || verification === undefined || allowed.kind === 'wrong') {
    return { kind: 'problems', problems };
  }
  return { kind: 'config', config: { dialect, verification, allowFrom: allowed.allow } };
}

type Report = (field: string, what: Sentence) => void;

function parseVerification(saved: Saved, credentials: Saved, report: Report): Verification | undefined {
  const setting = (name: keyof typeof defaults & string) => textOr(saved[name], String(defaults[name]));
  const secret = (name: string) => {
    const value = credentials[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
    report(name, source('secret-empty', { name }));
    return '';
  };
  const oneOf = <Choice extends string>(name: keyof typeof defaults, choices: readonly Choice[]) => {
    const value = setting(name);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) report(name, source('none-of', { value: shortened(value), choices: choices.join(', ') }));
    return found;
  };
  const headerName = (name: keyof typeof defaults) => {
    const value = setting(name);
    if (!TOKEN.test(value)) report(name, source('header-name', { name: shortened(value) }));
    return value;
  };

  const tolerance = () => {
    const from = reading(saved);
    const seconds = number(from, 'toleranceSeconds', defaults.toleranceSeconds, TOLERANCE_BOUNDS);
    for (const { field, ...reason } of from.problems) report(field, source('whole', { reason }));
    return seconds;
  };

  switch (oneOf('verify', VERIFICATIONS)) {
    case undefined:
      return undefined;
    case 'none':
      return { kind: 'none' };
    case 'basic':
      return { kind: 'basic', username: textOr(credentials['username'], ''), password: secret('password') };
    case 'token': {
      const place = oneOf('tokenIn', TOKEN_PLACES);
      const name = place === 'query' ? setting('tokenName') : headerName('tokenName');
      // No header can begin or end with a blank, which is easily pasted along.
      const token = place === 'header' ? secret('token').trim() : secret('token');
      return place === undefined ? undefined : { kind: 'token', place, name, token };
    }
    case 'hmac': {
      const hmacAlgorithm = oneOf('hmacAlgorithm', HMAC_ALGORITHMS);
      const hmacEncoding = oneOf('hmacEncoding', HMAC_ENCODINGS);
      const key = secret('secret');
      if (hmacAlgorithm === undefined || hmacEncoding === undefined) return undefined;
      const settings = {
        hmacAlgorithm,
        hmacEncoding,
        hmacHeader: setting('hmacHeader'),
        hmacPrefix: setting('hmacPrefix'),
        hmacContent: setting('hmacContent'),
        hmacTimestampHeader: setting('hmacTimestampHeader'),
      };
      for (const { field, ...what } of checkHmac(settings, 'verify')) report(field, what);
      return { kind: 'hmac', scheme: hmacScheme(settings), key: hmacKey(key), toleranceSeconds: tolerance() };
    }
    case 'standard': {
      const texts = secret('secret')
        .split(/[\s,]+/)
        .filter(Boolean);
      const keys = texts.flatMap((text) => readVerifyingKey(text) ?? []);
      if (keys.length < texts.length) {
        report('secret', source('standard-key'));
      }
      return { kind: 'standard', keys, toleranceSeconds: tolerance() };
    }
    case 'twilio': {
      const publicUrl = setting('publicUrl');
      if (publicUrl !== '' && (!isHttpUrl(publicUrl) || publicUrl.includes('?'))) {
        report('publicUrl', source('public-url-wrong', { url: shortened(publicUrl) }));
      }
      return { kind: 'twilio', token: hmacKey(secret('secret').trim()), publicUrl };
    }
    case 'telnyx': {
      const text = secret('secret').trim();
      const key = readTelnyxKey(text);
      if (key === undefined) {
        if (text !== '') report('secret', source('telnyx-key'));
        return undefined;
      }
      return { kind: 'telnyx', key, toleranceSeconds: tolerance() };
    }
  }
}

function parseMapping(saved: unknown, report: Report): readonly MappedField[] {
  if (saved === undefined || saved === '') return [];
  if (!Array.isArray(saved)) {
    report('mapping', source('mapping'));
    return [];
  }
  return saved.flatMap((row: unknown, index): MappedField[] => {
    const { key, value } = isRecord(row) ? row : {};
    const parameter = textOr(key, '');
    const written = textOr(value, '');
    // A row that was added and left empty maps nothing.
    if (parameter === '' && written === '') return [];
    const path = parsePath(written);
    if (findParameter(parameter) === undefined) {
      report(`mapping[${index}].key`, source('mapping-key', { parameter: shortened(parameter) }));
    }
    if (path === null) {
      report(`mapping[${index}].value`, source('mapping-value', { written: shortened(written) }));
    }
    return path === null ? [] : [{ parameter, path, written }];
  });
}

/** A list, or text with commas or blanks between. */
function textsOf(saved: unknown, report: Report): readonly string[] {
  const list: readonly unknown[] = Array.isArray(saved)
    ? saved
    : typeof saved === 'string'
      ? saved.split(/[\s,]+/)
      : [];
  const texts = list.filter((entry) => typeof entry === 'string');
  if (texts.length < list.length) report('allowFrom', source('allow-from-text'));
  return texts;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
