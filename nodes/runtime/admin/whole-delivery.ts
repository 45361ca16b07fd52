/** One delivery with all its attempts, as the admin API and the `telephony-deliveries` node answer it. */
import type { Attempt, Delivery } from '../../../src/delivery/delivery';
import { sealedHeaders } from '../deliveries/delivery-message';
import { nodeNames } from '../node-names';
import type { Red } from '../red';
import type { OpenStore } from '../stores/stores';
import { showDelivery } from './log-shapes';

export async function wholeDelivery(
  red: Red,
  { store, box, config }: OpenStore,
  delivery: Delivery,
): Promise<ReturnType<typeof showDelivery>> {
  const attempts = await store.attempts(delivery.id);
  const shown = config.logBodies ? { delivery, attempts } : withoutBodies(delivery, attempts);
  return showDelivery(shown.delivery, shown.attempts, sealedHeaders(delivery.request, box), nodeNames(red));
}

/** What has yet to be sent is kept for that alone. */
function withoutBodies(delivery: Delivery, attempts: readonly Attempt[]) {
  return {
    delivery: { ...delivery, request: delivery.request && { ...delivery.request, body: null } },
    attempts: attempts.map((one) => ({ ...one, response: one.response && { ...one.response, body: '' } })),
  };
}
