/** The log as the admin API and the `telephony-deliveries` node show it. Times are ISO 8601 UTC. */
import type { Attempt, Delivery, DeliveryError, DeliveryState, StoredRequest } from '../../../src/delivery/delivery';
import { conditionOf } from '../../../src/delivery/gate';
import { shortened, UserError } from '../../../src/errors';
import { isJsonObject, type JsonValue } from '../../../src/json';
import { REDACTED } from '../../../src/redact';
import { type Phrase, type Sentence, sentenceOf } from '../../../src/sentence';
import { asking } from '../../../src/sentences/asking';
import type {
  DeliveryFilter,
  DeliveryPage,
  DeliveryRow,
  LaneState,
  StoreSummary,
} from '../../../src/store/delivery-store';
import { showSecrets } from '../../../src/template/secret-placeholder';
import type { SealedHeaders } from '../deliveries/delivery-message';
import type { SharedStore } from '../stores/shared-store';

export interface ShownDelivery {
  id: string;
  state: DeliveryState;
  webhook: string;
  /** Id of the node. */
  node: string;
  eventType: string | null;
  callId: string | null;
  method: string | null;
  url: string | null;
  attemptCount: number;
  createdAt: string;
  updatedAt: string;
  nextAttemptAt: string | null;
  lastError: Pick<DeliveryError, 'class' | 'message' | 'statusCode'> | null;
}

const STATES: readonly DeliveryState[] = ['pending', 'sending', 'waiting', 'delivered', 'failed'];

export function showRow(row: DeliveryRow): ShownDelivery {
  const ended = row.state === 'delivered' || row.state === 'failed';
  const { lastError } = row;
  return {
    id: row.id,
    state: row.state,
    webhook: row.webhook,
    node: row.nodeId,
    eventType: row.eventType,
    callId: row.callId,
    method: row.method,
    url: row.url === null ? null : showSecrets(row.url),
    attemptCount: row.attemptCount,
    createdAt: new Date(row.createdAtMs).toISOString(),
    updatedAt: new Date(row.updatedAtMs).toISOString(),
    nextAttemptAt:
      ended || row.dueAtMs === null || row.state === 'sending' ? null : new Date(row.dueAtMs).toISOString(),
    lastError: lastError && { class: lastError.class, message: lastError.message, statusCode: lastError.statusCode },
  };
}

export function showPage(page: DeliveryPage): { deliveries: ShownDelivery[]; cursor: string | null; total: number } {
  return { deliveries: page.rows.map(showRow), cursor: page.cursor, total: page.total };
}

/** What is open and what has ended, in all and by webhook; the lanes with their names, and how long the oldest waits. */
export function showSummary(
  { oldestOpenAtMs, lanes, ...rest }: StoreSummary,
  nowMs: number,
  nameOf: (lane: string) => string,
): object {
  return {
    ...rest,
    oldestOpenAt: isoOrNull(oldestOpenAtMs),
    lanes: lanes.map((lane) => ({ ...showLane(lane, nowMs), name: nameOf(lane.lane) })),
  };
}

/** `condition`: whether it sends, and if not, why. `until`: when it goes on by itself, or tries. */
function showLane(lane: LaneState, nowMs: number): object {
  const condition = conditionOf(lane, nowMs);
  return {
    lane: lane.lane,
    condition: condition.kind,
    since: 'sinceMs' in condition ? isoOrNull(condition.sinceMs) : null,
    until: 'untilMs' in condition ? isoOrNull(condition.untilMs) : null,
    paused: lane.pausedSinceMs !== null,
    open: lane.open,
    nextDueAt: isoOrNull(lane.nextDueAtMs),
    failingSince: isoOrNull(lane.failingSinceMs),
  };
}

/** Why a store refuses to write just now, and that it soon may. */
export function showAlarms({ key, trouble, alarm, waiting }: SharedStore): object[] {
  const shown = (kind: string, what: Sentence): object => ({ store: key, kind, ...what, waiting });
  return [
    ...(trouble === null ? [] : [shown(trouble.code, trouble.sentence)]),
    ...(alarm === null ? [] : [shown(alarm.kind, sentenceOf(alarm))]),
  ];
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** One delivery, whole. Headers that came as secrets appear redacted. */
export function showDelivery(
  delivery: Delivery,
  attempts: readonly Attempt[],
  sealed: SealedHeaders,
  nameOf: (lane: string) => string,
): ShownDelivery & {
  event: JsonValue;
  /** Of the message of `lastError`. Absent: it is somebody else's text. */
  errorPhrase?: Phrase;
  resendOf: string | null;
  passAt: string | null;
  /** Id of the endpoint node, or the origin. */
  endpoint: string;
  /** What people call it. */
  endpointName: string;
  /** Id of the template node that made the request. */
  template: string | null;
  request: object | null;
  attempts: object[];
} {
  const { request, lastError } = delivery;
  return {
    ...showRow({ ...delivery, method: request?.method ?? null, url: request?.url ?? null }),
    event: delivery.message['event'] ?? null,
    ...(lastError?.phrase && { errorPhrase: lastError.phrase }),
    resendOf: delivery.resendOf,
    passAt: isoOrNull(delivery.passAtMs),
    endpoint: delivery.lane,
    endpointName: nameOf(delivery.lane) || delivery.lane,
    template: templateOf(delivery),
    request: request && showRequest(request, sealed, delivery.bodyRemoved),
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      startedAt: new Date(attempt.startedAtMs).toISOString(),
      durationMs: attempt.durationMs,
      statusCode: attempt.statusCode,
      class: attempt.class,
      message: attempt.message,
      ...(attempt.phrase && { phrase: attempt.phrase }),
      response: attempt.response,
    })),
  };
}

/** What could not be rendered belongs to its template itself. */
function templateOf({ request, nodeId, message }: Delivery): string | null {
  const mark = message['webhook'];
  const named = isJsonObject(mark) ? mark['template'] : undefined;
  return typeof named === 'string' ? named : request === null ? nodeId : null;
}

function showRequest(request: StoredRequest, sealed: SealedHeaders, bodyRemoved: boolean): object {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = typeof value === 'string' ? showSecrets(value) : value.map((one) => showSecrets(one));
  }
  for (const name of sealed.names) headers[name] = REDACTED;
  return {
    method: request.method,
    url: showSecrets(request.url),
    headers,
    body:
      request.body === null
        ? null
        : request.body.encoding === 'utf8'
          ? showSecrets(request.body.text)
          : request.body.text,
    ...(bodyRemoved ? { bodyRemoved } : {}),
    ...(sealed.problem === null ? {} : { problem: sealed.problem }),
    ...(request.body?.encoding === 'base64' ? { bodyEncoding: 'base64' } : {}),
  };
}

/** Filters as they come in a query or a message. Throws a UserError that names what is wrong. */
export function readFilter(from: Readonly<Record<string, unknown>>): DeliveryFilter {
  const text = (name: string): string | undefined => {
    const value = from[name] ?? '';
    if (typeof value === 'string' || typeof value === 'number') return String(value).trim() || undefined;
    throw wrong(name, asking('filter-text', { field: name }));
  };
  const filter: { -readonly [K in keyof DeliveryFilter]: DeliveryFilter[K] } = {};
  const states = Array.isArray(from['state']) ? from['state'] : text('state')?.split(',');
  if (states && states.length > 0) {
    filter.state = states.map((one) => {
      const state = STATES.find((known) => typeof one === 'string' && known === one.trim());
      if (state) return state;
      const asked = shownText(one);
      const states = STATES.join(', ');
      const why =
        asked === undefined
          ? asking('filter-state-asked', { states })
          : asking('filter-state', { state: asked, states });
      throw wrong('state', why);
    });
  }
  for (const name of ['webhook', 'type', 'q'] as const) {
    const value = text(name);
    if (value !== undefined) filter[name] = value;
  }
  const fromMs = timeOf(from['from'], 'from');
  if (fromMs !== undefined) filter.fromMs = fromMs;
  const toMs = timeOf(from['to'], 'to');
  if (toMs !== undefined) filter.toMs = toMs;
  return filter;
}

/**
 * A filter that restricts, for what changes deliveries: an empty one, or one with a misspelt name, would mean the whole log by
 * mistake. Whoever means that says `all`.
 */
export function readRestrictingFilter(from: Readonly<Record<string, unknown>>): DeliveryFilter {
  const filter = readFilter(from);
  if (Object.keys(filter).length > 0 || isTrue(from['all'])) return filter;
  throw new UserError('filter', asking('filter-none'));
}

/** The one that is meant. Empty: none is named. Whoever names one by what is no id must not have all that match instead. */
export function readId(from: Readonly<Record<string, unknown>>): string {
  const { id } = from;
  if (typeof id === 'string' && id !== '') return id;
  if (Object.hasOwn(from, 'id')) throw wrong('id', asking('filter-id'));
  return '';
}

/** As it comes in JSON, or in a query. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1' || value === 1;
}

function timeOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof ms === 'number' && Number.isFinite(ms)) return ms;
  const asked = shownText(value);
  const why =
    asked === undefined ? asking('filter-time-asked', { field }) : asking('filter-time', { field, time: asked });
  throw wrong(field, why);
}

/** What was asked for. Undefined: it is not even a text; in a query and in JSON anything may stand. */
function shownText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? shortened(String(value)) : undefined;
}

function wrong(field: string, why: Sentence): UserError {
  return new UserError('filter', why, { field });
}

/** How many rows a list answers: 50 unless told, 500 at most. */
export function readLimit(value: unknown): number {
  return Math.min(readMost(value, 50), 500);
}

/** How many are meant at most: all unless told. */
export function readMost(value: unknown, unlessTold = Number.MAX_SAFE_INTEGER): number {
  if (value === undefined || value === '') return unlessTold;
  const limit = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(limit) || limit < 1) throw wrong('limit', asking('filter-limit'));
  return limit;
}
