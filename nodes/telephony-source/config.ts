/** What a `telephony-source` node saves, besides its credentials: what every kind has, and the fields of its kind. */
import type { Problem } from '../../src/errors';
import { timeZoneProblem } from '../../src/event/zone-name';
import { choice, fields, list, number, type Reading, reading, text } from '../../src/parse';
import type { Field } from '../../src/template/field';

export const KINDS = ['http-push', 'simulator'] as const;
export const DIALECTS = ['generic', 'kompaas', 'smartflo', 'obd', 'ringostat'] as const;
export const VERIFICATIONS = ['none', 'token', 'basic', 'hmac'] as const;
export const TOKEN_PLACES = ['header', 'query'] as const;
export const HMAC_ALGORITHMS = ['sha256', 'sha1', 'sha512'] as const;
export const HMAC_ENCODINGS = ['hex', 'base64'] as const;

interface CommonConfig {
  readonly version: 1;
  readonly name: string;
  /** IANA name: the zone of times that arrive without one. */
  readonly timeZone: string;
  /** ISO 3166 letters, such as `GB`: how national numbers are read. Empty: numbers stay as they come. */
  readonly countryCode: string;
  /** Values of parameters that the phone system does not know; keys are catalogue names. */
  readonly fixed: readonly Field[];
}

export interface HttpPushConfig extends CommonConfig {
  readonly kind: 'http-push';
  /** Under Node-RED's `httpNode` root, with a leading slash. */
  readonly path: string;
  readonly dialect: (typeof DIALECTS)[number];
  /** Key: catalogue name. Value: where it stands in what arrives. */
  readonly mapping: readonly Field[];
  readonly verify: (typeof VERIFICATIONS)[number];
  readonly tokenName: string;
  readonly tokenIn: (typeof TOKEN_PLACES)[number];
  readonly hmacAlgorithm: (typeof HMAC_ALGORITHMS)[number];
  readonly hmacEncoding: (typeof HMAC_ENCODINGS)[number];
  readonly hmacHeader: string;
  /** What stands before the signature in its header, such as `sha256=`. */
  readonly hmacPrefix: string;
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
  hmacAlgorithm: 'sha256',
  hmacEncoding: 'hex',
  hmacHeader: 'X-Signature',
  hmacPrefix: '',
  allowFrom: [],
  callsPerMinute: 6,
  scenarios: [],
  seed: '',
};

export const bounds = { callsPerMinute: { min: 0.1, max: 6000 } } as const;

/** A path of plain segments: no query, no fragment, no route pattern. */
export const PATH = /^\/[^\s?#*:()]*$/;

export function parseConfig(saved: unknown): { config: SourceConfig; problems: Problem[] } {
  const from = reading(saved);
  const common: CommonConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    timeZone: text(from, 'timeZone', defaults.timeZone) || defaults.timeZone,
    countryCode: text(from, 'countryCode', defaults.countryCode).toUpperCase(),
    fixed: fields(from, 'fixed'),
  };
  if (common.countryCode !== '' && !/^[A-Z]{2}$/.test(common.countryCode)) {
    from.problems.push({ field: 'countryCode', message: 'countryCode must be two letters, such as GB' });
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
    hmacAlgorithm: choice(from, 'hmacAlgorithm', HMAC_ALGORITHMS, defaults.hmacAlgorithm),
    hmacEncoding: choice(from, 'hmacEncoding', HMAC_ENCODINGS, defaults.hmacEncoding),
    hmacHeader: text(from, 'hmacHeader', defaults.hmacHeader),
    hmacPrefix: text(from, 'hmacPrefix', defaults.hmacPrefix),
    allowFrom: list(from, 'allowFrom', defaults.allowFrom),
  };
  if (!PATH.test(settings.path)) {
    from.problems.push({ field: 'path', message: `path must look like ${defaults.path}, without ? # * : ( )` });
  }
  if (settings.verify === 'token' && settings.tokenName === '') {
    from.problems.push({ field: 'tokenName', message: 'tokenName must name the header or query parameter' });
  }
  if (settings.verify === 'hmac' && settings.hmacHeader === '') {
    from.problems.push({ field: 'hmacHeader', message: 'hmacHeader must name the header with the signature' });
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
