/** What a `telephony-webhook-retry` node saves. */
import type { RetryPolicy } from '../../src/delivery/retry-policy';
import { type RetrySettings, readRetryPolicy, retryDefaults } from '../../src/delivery/retry-settings';
import type { Problem } from '../../src/errors';
import { choice, reading, text } from '../../src/parse';

export const RETRY_ON = ['any', 'transient'] as const;

export interface WebhookRetryConfig {
  readonly version: 1;
  readonly name: string;
  /** Id of a `telephony-delivery-store` node; empty: the embedded one. */
  readonly store: string;
  readonly policy: RetryPolicy;
  /** `transient`: only what another try may mend (no answer, 408, 425, 429, 5xx). */
  readonly retryOn: (typeof RETRY_ON)[number];
}

/** In the flow the policy is saved as the properties of RetrySettings. */
export const defaults: Omit<WebhookRetryConfig, 'policy'> & RetrySettings = {
  version: 1,
  name: '',
  store: '',
  ...retryDefaults,
  retryOn: 'any',
};

export function parseConfig(saved: unknown): { config: WebhookRetryConfig; problems: Problem[] } {
  const from = reading(saved);
  const config: WebhookRetryConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    store: text(from, 'store', defaults.store),
    policy: readRetryPolicy(from),
    retryOn: choice(from, 'retryOn', RETRY_ON, defaults.retryOn),
  };
  return { config, problems: from.problems };
}
