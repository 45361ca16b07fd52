/** What a `telephony-webhook-out` node saves. */
import { type RetrySettings, readRetrySettings, retryDefaults } from '../../src/delivery/retry-settings';
import type { Problem } from '../../src/errors';
import { boolean, choice, number, reading, text } from '../../src/parse';

export const RESPONSES = ['text', 'json', 'buffer'] as const;

export interface WebhookOutConfig extends RetrySettings {
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

export const defaults: WebhookOutConfig = {
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

/** `2xx` or three digits, with commas between. */
export const SUCCESS = /^[1-5](?:xx|\d\d)(?:\s*,\s*[1-5](?:xx|\d\d))*$/i;

export function parseConfig(saved: unknown): { config: WebhookOutConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: WebhookOutConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    method: text(from, 'method', defaults.method),
    url: text(from, 'url', defaults.url),
    endpoint: text(from, 'endpoint', defaults.endpoint),
    store: text(from, 'store', defaults.store),
    retryIfError: boolean(from, 'retryIfError', defaults.retryIfError),
    ...readRetrySettings(from),
    success: text(from, 'success', defaults.success) || defaults.success,
    timeoutMs: number(from, 'timeoutMs', defaults.timeoutMs, bounds.timeoutMs),
    orderBy: text(from, 'orderBy', defaults.orderBy),
    orderWaitMs: number(from, 'orderWaitMs', defaults.orderWaitMs, bounds.orderWaitMs),
    response: choice(from, 'response', RESPONSES, defaults.response),
  };
  if (config.method !== '' && !METHOD.test(config.method)) {
    from.problems.push({ field: 'method', message: `"${config.method}" is no HTTP method` });
  }
  if (!SUCCESS.test(config.success)) {
    from.problems.push({ field: 'success', message: 'success must be 2xx or status codes such as 200,202' });
  }
  return { config, problems: from.problems };
}
