/** Keeps a message that its template could not render in the log, so that no call is missing there. */
import { saidBy } from '../../../src/sentence';
import { findStore } from '../config-nodes';
import { webhookOutBehind } from '../flow-wires';
import { keepOf } from '../message';
import type { Message, Red, RedNode } from '../red';
import { acquireFor } from '../stores/store-choice';
import { releaseStore } from '../stores/stores';
import { describe, sealMessage } from './delivery-message';

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
  const shared = acquireFor(red, storeBehind(red, node));
  try {
    const { dispatcher, box } = await shared.enter(() => 0);
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
  } finally {
    await releaseStore(shared);
  }
}

/** Where the `webhook out` that would have sent it stores. Empty: in the embedded one, as where there is none, or none that works. */
function storeBehind(red: Red, node: RedNode): string {
  const id = webhookOutBehind(red, node)?.store ?? '';
  return findStore(red, id)?.problems.length === 0 ? id : '';
}
