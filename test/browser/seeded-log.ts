/** A log that was filled long ago: written into the user directory before Node-RED starts. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeliveryError } from '../../src/delivery/delivery';
import { answer } from '../../src/sentences/answer';
import { SqliteEngine } from '../../src/store/engine/sqlite-engine';

const HOUR_MS = 3_600_000;
const WEBHOOKS = ['CRM', 'Help desk', 'Analytics', 'Team chat'];
const TYPES = ['call.ended', 'call.missed', 'call.answered', 'call.received'];

const ERRORS: readonly DeliveryError[] = [
  { class: 'status', ...answer('status-500'), statusCode: 500 },
  { class: 'timeout', message: 'No answer within 15 s.', statusCode: null },
  {
    class: 'template',
    message: 'body: there is no {{calerNumber}}. Did you mean {{callerNumber}}?',
    statusCode: null,
  },
];

/** So many deliveries, evenly over the last day, every tenth of them failed; the newest is number `count - 1`. */
export function seedLog(userDir: string, count: number): void {
  const folder = join(userDir, 'telephony-webhooks');
  mkdirSync(folder, { recursive: true });
  const engine = new SqliteEngine({ path: join(folder, 'deliveries.db') });
  const nowMs = Date.now();
  engine.transaction(() => {
    for (let number = 0; number < count; number++) {
      const createdAtMs = nowMs - Math.round(((count - number) / count) * 24 * HOUR_MS);
      const id = `dlv_${String(number).padStart(8, '0')}`;
      const error = number % 10 === 0 ? (ERRORS[(number / 10) % ERRORS.length] ?? null) : null;
      const callId = `1763700000.${number}`;
      const webhook = WEBHOOKS[number % WEBHOOKS.length] ?? '';
      const { operations } = engine;
      operations.accept({
        ...{ id, nodeId: `node-${webhook}`, webhook, lane: 'http://127.0.0.1:9', orderKey: null, callId },
        ...{ eventId: `evt_${number}`, eventTime: null, eventType: TYPES[number % TYPES.length] ?? null, createdAtMs },
        request:
          error?.class === 'template'
            ? null
            : {
                method: 'POST',
                url: 'http://127.0.0.1:9/calls',
                headers: { 'Content-Type': 'application/json' },
                body: { encoding: 'utf8', text: JSON.stringify({ callId, caller: `+4930${number}` }) },
                sealed: null,
              },
        message: JSON.stringify({
          event: { id: `evt_${number}`, callId, parameters: { callerNumber: `+4930${number}` } },
        }),
        ...{ resendOf: null, compare: false },
        start:
          error?.class === 'template'
            ? { kind: 'failed', error }
            : { kind: 'claim', leaseUntilMs: createdAtMs + HOUR_MS },
      });
      if (error?.class === 'template') continue;
      const { statusCode = 200, class: failure = null, message = null, phrase } = error ?? {};
      operations.finish({
        id,
        attempt: {
          ...{
            startedAtMs: createdAtMs + 5,
            durationMs: 80 + (number % 90),
            statusCode,
            class: failure,
            message,
            phrase,
          },
          response: statusCode === null ? null : { headers: { 'content-type': 'text/plain' }, body: 'an answer' },
        },
        atMs: createdAtMs + 200,
        next: error === null ? { kind: 'delivered' } : { kind: 'failed', error },
        ...{ keepBodies: true, report: false },
      });
    }
  });
  engine.close();
}
