/** What a `telephony-source` node saves, besides its credentials: what every kind has, and the fields of its kind. */
import type { Problem } from '../../src/errors';
import { plainCountryCode } from '../../src/event/country-code';
import { timeZoneProblem } from '../../src/event/zone-name';
import { choice, fields, isHttpUrl, list, number, type Reading, reading, text } from '../../src/parse';
import { checkHmac, type HmacSettings, hmacDefaults, readHmacSettings } from '../../src/signing/hmac-settings';
import { DEFAULT_TOLERANCE_SECONDS } from '../../src/signing/signed-time';
import { TOKEN_PLACES, TOLERANCE_BOUNDS, VERIFICATIONS } from '../../src/sources/http-push/verification-kinds';
import type { Field } from '../../src/template/field';

export const KINDS = ['http-push', 'simulator'] as const;
export const DIALECTS = ['generic', 'kompaas', 'smartflo', 'obd', 'ringostat'] as const;

interface CommonConfig {
  readonly version: 1;
  readonly name: string;
  /** IANA name: the zone of times that arrive without one. */
  readonly timeZone: string;
  /** ISO 3166 letters such as `GB`, or a calling code such as `44`: how national numbers are read. Empty: they stay as they come. */
  readonly countryCode: string;
  /** Values of parameters that the phone system does not know; keys are catalogue names. */
  readonly fixed: readonly Field[];
}

export interface HttpPushConfig extends CommonConfig, HmacSettings {
  readonly kind: 'http-push';
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
  /** For `twilio`: the address as the provider has it, where a proxy changes it; an origin, or all of it. Empty: as it arrives. */
  readonly publicUrl: string;
  /** Addresses and CIDR ranges that may call; empty: any. */
  readonly allowFrom: readonly string[];
}

export interface SimulatorConfig extends CommonConfig {
  readonly kind: 'simulator';
  readonly callsPerMinute: number;
  /** Names of scenarios; empty: all. */
  readonly scenarios: readonly string[];
  /** The same seed gives the same calls. Empty: other calls at every start. */
  readonly seed: string;
}

export type SourceConfig = HttpPushConfig | SimulatorConfig;

/** Node-RED saves the fields of every kind, whichever is chosen. */
type Saved = Omit<HttpPushConfig, 'kind'> & Omit<SimulatorConfig, 'kind'> & { readonly kind: SourceConfig['kind'] };

export const defaults: Saved = {
  version: 1,
  name: '',
  kind: 'http-push',
  timeZone: 'UTC',
  countryCode: '',
  fixed: [],
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
  callsPerMinute: 6,
  scenarios: [],
  seed: '',
};

export const bounds = { callsPerMinute: { min: 0.1, max: 6000 }, toleranceSeconds: TOLERANCE_BOUNDS } as const;

/** A path of plain segments: no query, no fragment, no route pattern. */
export const PATH = /^\/[^\s?#*:()]*$/;

export function parseConfig(saved: unknown): { config: SourceConfig; problems: Problem[] } {
  const from = reading(saved);
  const common: CommonConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    timeZone: text(from, 'timeZone', defaults.timeZone) || defaults.timeZone,
    countryCode: text(from, 'countryCode', defaults.countryCode),
    fixed: fields(from, 'fixed'),
  };
  if (common.countryCode !== '' && plainCountryCode(common.countryCode) === undefined) {
    const message = 'countryCode must be two letters such as GB, or a calling code such as 44';
    from.problems.push({ field: 'countryCode', message });
  }
  const zoneProblem = timeZoneProblem(common.timeZone);
  if (zoneProblem !== undefined) from.problems.push({ field: 'timeZone', message: zoneProblem });
  const kind = choice(from, 'kind', KINDS, defaults.kind);
  const config: SourceConfig =
    kind === 'http-push' ? { ...common, kind, ...httpPush(from) } : { ...common, kind, ...simulator(from) };
  return { config, problems: from.problems };
}

function httpPush(from: Reading): Omit<HttpPushConfig, keyof CommonConfig | 'kind'> {
  const typed = text(from, 'path', defaults.path) || defaults.path;
  const settings = {
    path: typed.startsWith('/') ? typed : `/${typed}`,
    dialect: choice(from, 'dialect', DIALECTS, defaults.dialect),
    mapping: fields(from, 'mapping'),
    verify: choice(from, 'verify', VERIFICATIONS, defaults.verify),
    tokenName: text(from, 'tokenName', defaults.tokenName),
    tokenIn: choice(from, 'tokenIn', TOKEN_PLACES, defaults.tokenIn),
    ...readHmacSettings(from),
    toleranceSeconds: number(from, 'toleranceSeconds', defaults.toleranceSeconds, bounds.toleranceSeconds),
    publicUrl: text(from, 'publicUrl', defaults.publicUrl),
    allowFrom: list(from, 'allowFrom', defaults.allowFrom),
  };
  if (!PATH.test(settings.path)) {
    from.problems.push({ field: 'path', message: `path must look like ${defaults.path}, without ? # * : ( )` });
  }
  if (settings.verify === 'token' && settings.tokenName === '') {
    from.problems.push({ field: 'tokenName', message: 'tokenName must name the header or query parameter' });
  }
  if (settings.verify === 'hmac') from.problems.push(...checkHmac(settings, 'verify'));
  if (settings.publicUrl !== '' && (!isHttpUrl(settings.publicUrl) || settings.publicUrl.includes('?'))) {
    from.problems.push({
      field: 'publicUrl',
      message: 'publicUrl must be an address such as https://pbx.example.com, without a query',
    });
  }
  return settings;
}

function simulator(from: Reading): Omit<SimulatorConfig, keyof CommonConfig | 'kind'> {
  return {
    callsPerMinute: number(from, 'callsPerMinute', defaults.callsPerMinute, bounds.callsPerMinute),
    scenarios: list(from, 'scenarios', defaults.scenarios),
    seed: text(from, 'seed', defaults.seed),
  };
}
