/** What a `telephony-webhook-endpoint` node saves, and what its credentials are called. */
import { type Problem, shortened } from '../../src/errors';
import { ADDRESS_POLICIES, type AddressPolicy, parseAllowEntry } from '../../src/http/address-rule';
import { choice, isHttpUrl, list, number, reading, secretNames, text, verbatim } from '../../src/parse';
import { endpoint } from '../../src/sentences/endpoint';
import { checkHmac, type HmacSettings, hmacDefaults, readHmacSettings } from '../../src/signing/hmac-settings';
import {
  type AuthenticationConfig,
  authenticationDefaults,
  authenticationHeader,
  parseAuthentication,
} from './authentication';

export const SIGNINGS = ['none', 'standard', 'hmac'] as const;

export interface WebhookEndpointConfig extends AuthenticationConfig, HmacSettings {
  readonly version: 1;
  readonly name: string;
  /** Absolute, http or https; empty: each webhook has its own. */
  readonly baseUrl: string;
  readonly signing: (typeof SIGNINGS)[number];
  /** For `hmac`: what stands between the signatures of several keys. Empty: only the first key signs. */
  readonly hmacSeparator: string;
  /** Names of the secrets in its credentials. */
  readonly secretNames: readonly string[];
  readonly addressPolicy: AddressPolicy;
  /** Hosts, addresses and CIDR ranges; for `list` the only ones allowed. */
  readonly allow: readonly string[];
  /** Id of a `tls-config` node; empty: none. */
  readonly tls: string;
  /** Id of an `http proxy` node; empty: none. */
  readonly proxy: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** 0: as fast as can be. */
  readonly ratePerSecond: number;
  /** Requests that may start at one moment after a pause in the traffic; 0: as many as in a second. */
  readonly burst: number;
  /** Failures in a row after which the endpoint is left alone for a while; 0: never. */
  readonly breaker: number;
  /** Percent of its last requests that must have failed for the same; 0: never. */
  readonly breakerPercent: number;
}

export const defaults: WebhookEndpointConfig = {
  version: 1,
  name: '',
  baseUrl: '',
  ...authenticationDefaults,
  signing: 'none',
  ...hmacDefaults,
  hmacSeparator: ',',
  secretNames: [],
  addressPolicy: 'lan',
  allow: [],
  tls: '',
  proxy: '',
  concurrency: 64,
  ratePerSecond: 0,
  burst: 0,
  breaker: 0,
  breakerPercent: 0,
};

/** What Node-RED keeps encrypted; passwords reach the panel only as *has*. */
export const credentialTypes = {
  username: { type: 'text' },
  password: { type: 'password' },
  token: { type: 'password' },
  clientSecret: { type: 'password' },
  refreshToken: { type: 'password' },
  privateKey: { type: 'password' },
  secrets: { type: 'password' },
  signingSecrets: { type: 'password' },
} as const;

export const bounds = {
  concurrency: { min: 1, max: 1000, integer: true },
  ratePerSecond: { min: 0, max: 100_000 },
  burst: { min: 0, max: 100_000, integer: true },
  breaker: { min: 0, max: 100_000, integer: true },
  breakerPercent: { min: 0, max: 100 },
} as const;

export function parseConfig(saved: unknown): { config: WebhookEndpointConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: WebhookEndpointConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    baseUrl: text(from, 'baseUrl', defaults.baseUrl),
    ...parseAuthentication(from),
    signing: choice(from, 'signing', SIGNINGS, defaults.signing),
    ...readHmacSettings(from),
    hmacSeparator: verbatim(from, 'hmacSeparator', defaults.hmacSeparator),
    secretNames: secretNames(from),
    addressPolicy: choice(from, 'addressPolicy', ADDRESS_POLICIES, defaults.addressPolicy),
    allow: list(from, 'allow', defaults.allow),
    tls: text(from, 'tls', defaults.tls),
    proxy: text(from, 'proxy', defaults.proxy),
    concurrency: number(from, 'concurrency', defaults.concurrency, bounds.concurrency),
    ratePerSecond: number(from, 'ratePerSecond', defaults.ratePerSecond, bounds.ratePerSecond),
    burst: number(from, 'burst', defaults.burst, bounds.burst),
    breaker: number(from, 'breaker', defaults.breaker, bounds.breaker),
    breakerPercent: number(from, 'breakerPercent', defaults.breakerPercent, bounds.breakerPercent),
  };
  if (config.baseUrl !== '' && !isHttpUrl(config.baseUrl)) {
    from.problems.push({ field: 'baseUrl', ...endpoint('base-url') });
  }
  if (config.signing === 'hmac') {
    from.problems.push(...checkHmac(config, 'sign'));
    if (config.hmacHeader.toLowerCase() === authenticationHeader(config)?.toLowerCase()) {
      from.problems.push({ field: 'hmacHeader', ...endpoint('header-taken', { header: config.hmacHeader }) });
    }
  }
  if (config.addressPolicy === 'list' && config.allow.length === 0) {
    from.problems.push({ field: 'allow', ...endpoint('allow-none') });
  }
  for (const [index, entry] of config.allow.entries()) {
    if (parseAllowEntry(entry) !== undefined) continue;
    from.problems.push({ field: `allow[${index}]`, ...endpoint('allow-entry', { entry: shortened(entry) }) });
  }
  return { config, problems: from.problems };
}
