/** What the saved limits of an endpoint mean to its lane. */
import type { LaneLimits } from '../../../src/delivery/gate';
import type { WebhookEndpointConfig } from '../../telephony-webhook-endpoint/config';

type SavedLimits = Pick<
  WebhookEndpointConfig,
  'concurrency' | 'ratePerSecond' | 'burst' | 'breaker' | 'breakerPercent'
>;

export function laneLimits({ concurrency, ratePerSecond, burst, breaker, breakerPercent }: SavedLimits): LaneLimits {
  return {
    concurrency,
    ratePerSecond: ratePerSecond > 0 ? ratePerSecond : null,
    ...(burst > 0 ? { burst } : {}),
    breaker: { failuresInRow: breaker, failurePercent: breakerPercent },
  };
}
