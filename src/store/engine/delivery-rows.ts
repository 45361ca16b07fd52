/** Rows of the delivery tables, and the shapes of the port that they stand for. */
import type {
  Attempt,
  Delivery,
  DeliveryError,
  DeliveryState,
  FailureClass,
  StoredRequest,
} from '../../delivery/delivery';
import { isJsonObject, type JsonObject } from '../../json';
import type { Phrase } from '../../sentence';
import type { DeliveryRow } from '../delivery-store';

/** What a list shows: a row of `deliveries`. */
export interface ListedRow {
  readonly sequence: number;
  readonly id: string;
  readonly state: DeliveryState;
  readonly webhook: string;
  readonly node_id: string;
  readonly lane: string;
  readonly event_type: string | null;
  readonly call_id: string | null;
  readonly method: string | null;
  readonly url: string | null;
  readonly attempt_count: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly due_at: number | null;
  readonly error_class: FailureClass | null;
  readonly error_message: string | null;
  readonly error_phrase: string | null;
  readonly error_status: number | null;
}

/** The whole of a delivery: `deliveries` and `contents`. */
export interface WholeRow extends ListedRow {
  readonly order_key: string | null;
  readonly event_id: string | null;
  readonly first_failed_at: number | null;
  readonly planned_at: number | null;
  readonly not_before: number | null;
  readonly pass_at: number | null;
  readonly resend_of: string | null;
  readonly spared_count: number;
  readonly body_removed: number;
  readonly headers: string | null;
  readonly body: string | null;
  readonly body_encoding: 'utf8' | 'base64' | null;
  readonly sealed: string | null;
  readonly base: string | null;
  readonly message: string;
}

export interface AttemptRow {
  readonly number: number;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly status_code: number | null;
  readonly class: FailureClass | null;
  readonly message: string | null;
  readonly phrase: string | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
}

const LISTED = [
  ...['sequence', 'id', 'state', 'webhook', 'node_id', 'lane', 'event_type', 'call_id', 'method', 'url'],
  ...['attempt_count', 'created_at', 'updated_at', 'due_at', 'error_class', 'error_message', 'error_phrase'],
  'error_status',
];

/** The columns of a ListedRow. */
export const LISTED_COLUMNS = LISTED.map((column) => `deliveries.${column}`).join(', ');

/** The columns of a WholeRow. */
export const WHOLE_COLUMNS = [
  LISTED_COLUMNS,
  ...[
    'order_key',
    'event_id',
    'first_failed_at',
    'planned_at',
    'not_before',
    'pass_at',
    'resend_of',
    'spared_count',
    'body_removed',
    'headers',
    'body',
    'body_encoding',
  ],
  ...['sealed', 'base', 'message'],
].join(', ');

export function listedDelivery(row: ListedRow): DeliveryRow {
  return {
    id: row.id,
    state: row.state,
    webhook: row.webhook,
    nodeId: row.node_id,
    lane: row.lane,
    eventType: row.event_type,
    callId: row.call_id,
    method: row.method,
    url: row.url,
    attemptCount: row.attempt_count,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    dueAtMs: row.due_at,
    lastError: lastError(row),
  };
}

export function wholeDelivery(row: WholeRow): Delivery {
  return {
    id: row.id,
    sequence: row.sequence,
    state: row.state,
    nodeId: row.node_id,
    webhook: row.webhook,
    lane: row.lane,
    orderKey: row.order_key,
    eventId: row.event_id,
    eventType: row.event_type,
    callId: row.call_id,
    request: storedRequest(row),
    message: fromJson<JsonObject>(row.message) ?? {},
    attemptCount: row.attempt_count,
    sparedCount: row.spared_count,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    firstFailedAtMs: row.first_failed_at,
    dueAtMs: row.due_at,
    plannedAtMs: row.planned_at,
    notBeforeMs: row.not_before,
    passAtMs: row.pass_at,
    lastError: lastError(row),
    resendOf: row.resend_of,
    bodyRemoved: row.body_removed === 1,
  };
}

export function attemptOf(row: AttemptRow): Attempt {
  const headers = headersOf(row.response_headers);
  return {
    number: row.number,
    startedAtMs: row.started_at,
    durationMs: row.duration_ms,
    statusCode: row.status_code,
    class: row.class,
    message: row.message,
    ...phraseOf(row.phrase),
    response: headers === null ? null : { headers, body: row.response_body ?? '' },
  };
}

/** An object of JSON that this store wrote itself. Undefined where a disk, or a person with a tool, has damaged it. */
export function fromJson<T extends object>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** Null: there are none, or they are damaged. */
function headersOf(text: string | null): StoredRequest['headers'] | null {
  const headers = text === null ? undefined : fromJson<JsonObject>(text);
  const isSound =
    headers && Object.values(headers).every((value) => [value].flat().every((one) => typeof one === 'string'));
  return isSound ? (headers as StoredRequest['headers']) : null;
}

function storedRequest(row: WholeRow): StoredRequest | null {
  const { method, url, body, body_encoding: encoding, sealed, base } = row;
  const headers = headersOf(row.headers);
  // Half a request is none: it must not be sent without its headers or in another encoding.
  const isSound = headers !== null && (body === null || encoding === 'utf8' || encoding === 'base64');
  if (method === null || url === null || !isSound) return null;
  return {
    method,
    url,
    headers,
    body: body === null || encoding === null ? null : { encoding, text: body },
    sealed,
    ...(base === null ? {} : { base }),
  };
}

function lastError(row: ListedRow): DeliveryError | null {
  if (row.error_class === null) return null;
  const { error_class: kind, error_message: message, error_phrase: phrase, error_status: statusCode } = row;
  return { class: kind, message: message ?? '', ...phraseOf(phrase), statusCode };
}

/** What a message is made of, as a column. */
export function phraseColumn(said: { readonly phrase?: Phrase | undefined } | null): string | null {
  return said?.phrase === undefined ? null : JSON.stringify(said.phrase);
}

export function phraseOf(column: string | null): { readonly phrase?: Phrase } {
  const phrase = column === null ? undefined : fromJson<Phrase>(column);
  return phrase && typeof phrase.code === 'string' && isJsonObject(phrase.values) ? { phrase } : {};
}
