/** Keeps a message that its template could not render in the log, so that no call is missing there. */
import { saidBy } from '../../src/sentence';
import { describe, sealMessage } from './delivery-message';
import { keepOf } from './message';
import type { Message, Red, RedNode } from './red';
import { embeddedStore } from './stores';

/** The request is not there yet: `payload` still holds the parameters, and is kept. */
const NOT_KEPT: ReadonlySet<string> = new Set(['req', 'res', 'delivery', 'error']);

/** `label`: what it is called where the node has no name. */
export async function logUnrendered(
  red: Red,
  node: RedNode,
  label: string,
  message: Message,
  error: unknown,
): Promise<void> {
  const { dispatcher, box } = await embeddedStore(red).enter(() => 0);
  const { kept } = keepOf(message, NOT_KEPT);
  // The template writes the headers anew: secrets that another node left there are not kept at all.
  sealMessage(kept, box);
  await dispatcher.fail(
    {
      ...describe(message),
      nodeId: node.id,
      webhook: node.name || label,
      lane: node.id,
      orderKey: null,
      request: null,
      message: JSON.stringify(kept),
    },
    { class: 'template', ...saidBy(error), statusCode: null },
  );
}
