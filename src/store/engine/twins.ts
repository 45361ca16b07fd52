/**
 * Recognises the message of an event that came out again after a crash, where its delivery was stored already. Compared by a
 * digest, which outlives the body where the log keeps none.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../json';
import { nonceOf } from '../../template/secret-placeholder';
import type { NewDelivery } from '../delivery-store';
import { fromJson } from './delivery-rows';
import type { Sql } from './sql';

interface Request {
  readonly method: string | null;
  readonly url: string | null;
  readonly body: string | null;
  readonly body_encoding: string | null;
  /** JSON text. */
  readonly message: string;
}

const REQUEST = 'SELECT deliveries.id, deliveries.sequence, method, url, body, body_encoding, message, digest';

/** The delivery with the same event, node, method, URL and body. */
export function findTwin(sql: Sql, wanted: NewDelivery): { id: string; sequence: number } | undefined {
  const { eventId, eventTime, nodeId, request, message } = wanted;
  const { method = null, url = null, body = null } = request ?? {};
  const ours = digestOf({ method, url, body: body?.text ?? null, body_encoding: body?.encoding ?? null, message });
  const twin = sql
    .all<Request & { id: string; sequence: number; digest: string | null }>(
      `${REQUEST} FROM deliveries JOIN contents USING (sequence)
       WHERE event_time = ? AND event_id = ? AND node_id = ? ORDER BY deliveries.sequence`,
      ...[eventTime, eventId, nodeId],
    )
    .find((row) => (row.digest ?? digestOf(row)) === ours);
  return twin && { id: twin.id, sequence: twin.sequence };
}

/** Of an ended delivery: takes away the body of its request, which only its digest then tells, and of its responses. */
export function removeBodies(sql: Sql, sequence: number): void {
  const row = sql.get<Request>(
    `${REQUEST} FROM deliveries JOIN contents USING (sequence) WHERE deliveries.sequence = ? AND body IS NOT NULL`,
    sequence,
  );
  if (row !== undefined) {
    sql.run('UPDATE contents SET body = NULL, digest = ? WHERE sequence = ?', digestOf(row), sequence);
    sql.run('UPDATE deliveries SET body_removed = 1 WHERE sequence = ?', sequence);
  }
  sql.run("UPDATE attempts SET response_body = '' WHERE delivery = ? AND response_body <> ''", sequence);
}

/** Without the nonce of its secret placeholders, which differs at each rendering. */
function digestOf({ method, url, body, body_encoding, message }: Request): string {
  const nonce = nonceOf(fromJson<JsonObject>(message) ?? {});
  const joined = JSON.stringify([method, url, body, body_encoding]);
  return createHash('sha256')
    .update(nonce === '' ? joined : joined.replaceAll(nonce, ''))
    .digest('base64');
}
