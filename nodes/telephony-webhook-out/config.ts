/** What a `telephony-webhook-out` node saves. */
import type { RetryPolicy } from '../../src/delivery/retry-policy';
import { type RetrySettings, readRetryPolicy, retryDefaults } from '../../src/delivery/retry-settings';
import { parseSuccessRule } from '../../src/delivery/success-rule';
import { type Problem, shortened, UserError } from '../../src/errors';
import { boolean, choice, isHttpUrl, number, reading, text } from '../../src/parse';
import { setting } from '../../src/sentences/setting';

export const RESPONSES = ['text', 'json', 'buffer'] as const;

export interface WebhookOutConfig {
  readonly version: 1;
  readonly name: string;
  /** Empty: the message's, else POST. */
  readonly method: string;
  /** Empty: the message's, else the endpoint's base URL. */
  readonly url: string;
  /** Id of a `telephony-webhook-endpoint` node; empty: none. */
  readonly endpoint: string;
  /** Id of a `telephony-delivery-store` node; empty: the embedded one. */
  readonly store: string;
  readonly retryIfError: boolean;
  /** What `retryIfError` follows. */
  readonly policy: RetryPolicy;
  /** Status codes that count as success: `2xx`, or a list such as `200,202`. */
  readonly success: string;
  readonly timeoutMs: number;
  /** A message property: deliveries with the same value go one after another. Empty: no order. */
  readonly orderBy: string;
  /** How long a failing delivery holds up the next of its order. */
  readonly orderWaitMs: number;
  /** The shape of `msg.payload` at the output *delivered*. */
  readonly response: (typeof RESPONSES)[number];
}

/** In the flow the policy is saved as the properties of RetrySettings. */
export const defaults: Omit<WebhookOutConfig, 'policy'> & RetrySettings = {
  version: 1,
  name: '',
  method: '',
  url: '',
  endpoint: '',
  store: '',
  retryIfError: true,
  ...retryDefaults,
  success: '2xx',
  timeoutMs: 15_000,
  orderBy: 'event.callId',
  orderWaitMs: 60_000,
  response: 'text',
};

export const bounds = {
  timeoutMs: { min: 100, max: 600_000 },
  orderWaitMs: { min: 0, max: 86_400_000 },
} as const;

/** A method as HTTP allows it (RFC 9110, token). */
export const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export function parseConfig(saved: unknown): { config: WebhookOutConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: WebhookOutConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    method: methodOf(text(from, 'method', defaults.method)),
    url: text(from, 'url', defaults.url),
    endpoint: text(from, 'endpoint', defaults.endpoint),
    store: text(from, 'store', defaults.store),
    retryIfError: boolean(from, 'retryIfError', defaults.retryIfError),
    policy: readRetryPolicy(from),
    success: text(from, 'success', defaults.success) || defaults.success,
    timeoutMs: number(from, 'timeoutMs', defaults.timeoutMs, bounds.timeoutMs),
    orderBy: text(from, 'orderBy', defaults.orderBy),
    orderWaitMs: number(from, 'orderWaitMs', defaults.orderWaitMs, bounds.orderWaitMs),
    response: choice(from, 'response', RESPONSES, defaults.response),
  };
  if (config.method !== '' && !METHOD.test(config.method)) {
    from.problems.push({ field: 'method', ...setting('method', { method: shortened(config.method) }) });
  }
  if (/^[a-z][a-z\d+.-]*:/i.test(config.url) && !isHttpUrl(config.url)) {
    from.problems.push({ field: 'url', ...setting('url') });
  }
  try {
    parseSuccessRule(config.success);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    from.problems.push({ field: 'success', ...error.sentence });
  }
  return { config, problems: from.problems };
}

/** `use` is how the core `http request` saves that the message's counts. */
function methodOf(saved: string): string {
  return saved.toLowerCase() === 'use' ? '' : saved;
}
