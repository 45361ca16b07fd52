/** Between rows of the database and the shapes of the port. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Attempt, Delivery, DeliveryError, FailureClass, StoredRequest } from '../delivery/delivery';
import type { JsonObject } from '../json';
import type { DeliveryRow, Hold } from './delivery-store';
import { STATES } from './schema';

export type Row = Record<string, SQLOutputValue>;

/** Columns of a list; `payloads` is not touched for it. */
export const ROW_COLUMNS =
  'd.sequence, d.id, d.state, d.webhook, d.node_id, d.lane, d.event_type, d.call_id, d.method, d.url, d.attempt_count, d.created_at, d.updated_at, d.due_at, d.error_class, d.error_message, d.error_status';

export function toRow(row: Row): DeliveryRow {
  return {
    id: text(row['id']),
    state: stateOf(row),
    webhook: text(row['webhook']),
    nodeId: text(row['node_id']),
    lane: text(row['lane']),
    eventType: textOrNull(row['event_type']),
    callId: textOrNull(row['call_id']),
    method: textOrNull(row['method']),
    url: textOrNull(row['url']),
    attemptCount: Number(row['attempt_count']),
    createdAtMs: Number(row['created_at']),
    updatedAtMs: Number(row['updated_at']),
    dueAtMs: numberOrNull(row['due_at']),
    lastError: errorOf(row),
  };
}

/** A row of `deliveries` joined with its `payloads`. */
export function toDelivery(row: Row): Delivery {
  const { method, url, ...rest } = toRow(row);
  return {
    ...rest,
    sequence: Number(row['sequence']),
    orderKey: textOrNull(row['order_key']),
    eventId: textOrNull(row['event_id']),
    request: method === null || url === null ? null : requestOf(row, method, url),
    message: JSON.parse(text(row['message'])) as JsonObject,
    firstFailedAtMs: numberOrNull(row['first_failed_at']),
    notBeforeMs: numberOrNull(row['not_before']),
    bodyRemoved: row['body_removed'] === 1,
    resendOf: textOrNull(row['resend_of']),
  };
}

function requestOf(row: Row, method: string, url: string): StoredRequest {
  const body = textOrNull(row['body']);
  const encoding = row['body_encoding'] === 'base64' ? 'base64' : 'utf8';
  return {
    method,
    url,
    headers: JSON.parse(text(row['headers']) || '{}') as StoredRequest['headers'],
    body: body === null ? null : { encoding, text: body },
    sealed: textOrNull(row['sealed']),
  };
}

export function toAttempt(row: Row): Attempt {
  const headers = textOrNull(row['response_headers']);
  return {
    number: Number(row['number']),
    startedAtMs: Number(row['started_at']),
    durationMs: Number(row['duration_ms']),
    statusCode: numberOrNull(row['status_code']),
    class: textOrNull(row['class']) as FailureClass | null,
    message: textOrNull(row['message']),
    response:
      headers === null
        ? null
        : {
            headers: JSON.parse(headers) as NonNullable<Attempt['response']>['headers'],
            body: text(row['response_body']),
          },
  };
}

export function toHold(row: Row): Hold {
  return {
    id: text(row['id']),
    nodeId: text(row['node_id']),
    deliveryId: textOrNull(row['delivery_id']),
    state: row['state'] === 'out' ? 'out' : 'held',
    failures: Number(row['failures']),
    firstFailedAtMs: Number(row['first_failed_at']),
    dueAtMs: Number(row['due_at']),
    message: JSON.parse(text(row['message'])) as JsonObject,
  };
}

export function stateOf(row: Row) {
  const state = STATES[Number(row['state'])];
  if (state === undefined) throw new Error(`Unknown state ${String(row['state'])}`);
  return state;
}

function errorOf(row: Row): DeliveryError | null {
  const failure = textOrNull(row['error_class']) as FailureClass | null;
  if (failure === null) return null;
  return { class: failure, message: text(row['error_message']), statusCode: numberOrNull(row['error_status']) };
}

export function text(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
