/** Keeps a message that its template could not render in the log, so that no call is missing there. */
import { randomId, systemClock } from '../../src/clock';
import { eventOf, keepOf } from './message';
import type { Message, Red, RedNode } from './red';
import { acquireStore, EMBEDDED } from './stores';

/** The request is not there yet: `payload` still holds the parameters, and is kept. */
const NOT_KEPT: ReadonlySet<string> = new Set(['req', 'res', 'delivery', 'error']);

export async function logUnrendered(red: Red, node: RedNode, message: Message, error: unknown): Promise<void> {
  const { dispatcher } = await acquireStore(red, EMBEDDED);
  const event = eventOf(message);
  const callId = event?.['callId'];
  await dispatcher.fail(
    {
      id: randomId('dlv_'),
      nodeId: node.id,
      webhook: node.name || node.type,
      lane: node.id,
      orderKey: null,
      eventId: event?.id || null,
      eventType: event?.type ?? null,
      callId: typeof callId === 'string' && callId !== '' ? callId : null,
      request: null,
      message: keepOf(message, NOT_KEPT).kept,
      createdAtMs: systemClock.now(),
      resendOf: null,
      compare: false,
    },
    { class: 'template', message: error instanceof Error ? error.message : String(error), statusCode: null },
  );
}
