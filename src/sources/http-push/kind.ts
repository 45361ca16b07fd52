/** The source kind `http-push`: providers that call us. What its form holds and how that is saved; also runs in a browser. */
import { shortened } from '../../errors';
import { isBlock } from '../../http/address-rule';
import { choice, fields, isHttpUrl, list, number, text } from '../../parse';
import type { Sentence } from '../../sentence';
import { source } from '../../sentences/source';
import {
  checkHmac,
  HMAC_ALGORITHMS,
  HMAC_ENCODINGS,
  type HmacSettings,
  hmacDefaults,
  readHmacSettings,
} from '../../signing/hmac-settings';
import { DEFAULT_TOLERANCE_SECONDS } from '../../signing/signed-time';
import type { Field } from '../../template/field';
import type { KindField, SourceKind } from '../kind';
import { TOKEN_PLACES, TOLERANCE_BOUNDS, VERIFICATIONS } from './verification-kinds';

/** A browser cannot load the dialects themselves. */
export const DIALECTS = ['generic', 'kompaas', 'smartflo', 'obd', 'ringostat'] as const;

export interface HttpPushSettings extends HmacSettings {
  /** Under Node-RED's `httpNode` root, with a leading slash. */
  readonly path: string;
  readonly dialect: (typeof DIALECTS)[number];
  /** Key: catalogue name. Value: where it stands in what arrives. */
  readonly mapping: readonly Field[];
  readonly verify: (typeof VERIFICATIONS)[number];
  readonly tokenName: string;
  readonly tokenIn: (typeof TOKEN_PLACES)[number];
  /** How far the time of a signature may be off. */
  readonly toleranceSeconds: number;
  /** The address as the provider has it, where a proxy changes it; an origin, or all of it. Empty: as it arrives. */
  readonly publicUrl: string;
  /** Addresses and CIDR ranges that may call; empty: any. */
  readonly allowFrom: readonly string[];
}

const defaults: HttpPushSettings = {
  path: '/telephony/events',
  dialect: 'generic',
  mapping: [],
  verify: 'none',
  tokenName: 'X-Webhook-Token',
  tokenIn: 'header',
  ...hmacDefaults,
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  publicUrl: '',
  allowFrom: [],
};

const byHmac = (field: KindField): KindField => ({ ...field, when: 'verify=hmac' });

export const httpPushKind: SourceKind<'http-push', HttpPushSettings> = {
  id: 'http-push',
  defaults,
  fields: [
    { name: 'dialect', icon: 'language', input: { kind: 'choice', options: DIALECTS } },
    { name: 'path', icon: 'link', input: { kind: 'text', placeholder: defaults.path } },
    { name: 'publicUrl', icon: 'globe', input: { kind: 'text', placeholder: 'https://pbx.example.com' } },
    { name: 'address', icon: 'share', input: { kind: 'shown' } },
    { name: 'mapping', icon: 'exchange', input: { kind: 'parameters' }, when: 'dialect=generic' },
    { name: 'verify', icon: 'shield', input: { kind: 'choice', options: VERIFICATIONS } },
    { name: 'tokenIn', icon: 'map-marker', input: { kind: 'choice', options: TOKEN_PLACES }, when: 'verify=token' },
    { name: 'tokenName', icon: 'header', input: { kind: 'text' }, when: 'verify=token' },
    { name: 'token', icon: 'key', input: { kind: 'password' }, when: 'verify=token' },
    { name: 'username', icon: 'user', input: { kind: 'text' }, credential: true, when: 'verify=basic' },
    { name: 'password', icon: 'key', input: { kind: 'password' }, when: 'verify=basic' },
    byHmac({ name: 'hmacHeader', icon: 'header', input: { kind: 'text' } }),
    byHmac({ name: 'hmacPrefix', icon: 'angle-double-right', input: { kind: 'text', placeholder: 'sha256=' } }),
    byHmac({ name: 'hmacAlgorithm', icon: 'calculator', input: { kind: 'choice', options: HMAC_ALGORITHMS } }),
    byHmac({ name: 'hmacEncoding', icon: 'font', input: { kind: 'choice', options: HMAC_ENCODINGS } }),
    byHmac({
      name: 'hmacContent',
      icon: 'file-text-o',
      input: { kind: 'text', placeholder: '{{timestamp}}.{{body}}' },
    }),
    byHmac({ name: 'hmacTimestampHeader', icon: 'clock-o', input: { kind: 'text' } }),
    { name: 'secret', icon: 'key', input: { kind: 'password' }, when: 'verify=hmac|standard|twilio|telnyx' },
    {
      name: 'toleranceSeconds',
      icon: 'hourglass-half',
      input: { kind: 'number' },
      when: 'verify=hmac|standard|telnyx',
    },
    { name: 'proof', icon: 'handshake-o', input: { kind: 'shown' } },
    { name: 'allowFrom', icon: 'filter', input: { kind: 'list', placeholder: '203.0.113.0/24', fits: isBlock } },
  ],
  placeOf: ({ path }) => path,
  read(from) {
    const typed = text(from, 'path', defaults.path) || defaults.path;
    const settings = {
      path: typed.startsWith('/') ? typed : `/${typed}`,
      dialect: choice(from, 'dialect', DIALECTS, defaults.dialect),
      mapping: fields(from, 'mapping'),
      verify: choice(from, 'verify', VERIFICATIONS, defaults.verify),
      tokenName: text(from, 'tokenName', defaults.tokenName),
      tokenIn: choice(from, 'tokenIn', TOKEN_PLACES, defaults.tokenIn),
      ...readHmacSettings(from),
      toleranceSeconds: number(from, 'toleranceSeconds', defaults.toleranceSeconds, TOLERANCE_BOUNDS),
      publicUrl: text(from, 'publicUrl', defaults.publicUrl),
      allowFrom: list(from, 'allowFrom', defaults.allowFrom),
    };
    const report = (field: keyof HttpPushSettings, what: Sentence): void => void from.problems.push({ field, ...what });
    if (!PATH.test(settings.path)) report('path', source('path', { example: defaults.path }));
    if (settings.verify === 'token' && settings.tokenName === '') {
      report('tokenName', source('token-name'));
    }
    if (settings.verify === 'hmac') from.problems.push(...checkHmac(settings, 'verify'));
    if (settings.publicUrl !== '' && (!isHttpUrl(settings.publicUrl) || settings.publicUrl.includes('?'))) {
      report('publicUrl', source('public-url'));
    }
    for (const [index, entry] of settings.allowFrom.entries()) {
      if (isBlock(entry)) continue;
      from.problems.push({ field: `allowFrom[${index}]`, ...source('allow-from', { entry: shortened(entry) }) });
    }
    return settings;
  },
};

/** A path of plain segments: no query, no fragment, no route pattern. */
const PATH = /^\/[^\s?#*:()]*$/;
