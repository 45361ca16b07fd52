/** One delivery with all its attempts, as the admin API and the `telephony-deliveries` node answer it. */
import type { Delivery } from '../../../src/delivery/delivery';
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
  const { request } = delivery;
  if (config.logBodies) return showDelivery(delivery, attempts, sealedHeaders(request, box), nodeNames(red));
  // What has yet to be sent is kept for that alone.
  const shown = { ...delivery, request: request && { ...request, body: null } };
  const heads = attempts.map((one) => ({ ...one, response: one.response && { ...one.response, body: '' } }));
  return showDelivery(shown, heads, sealedHeaders(request, box), nodeNames(red));
}
