/** Finds calls by their id or by a phone number, with their events and the deliveries of these. Reads by index only. */
import { mayBeSame, tailOf } from '../../event/number-digits';
import type { TelephonyEvent } from '../../event/telephony-event';
import type { CallQuery, EventDelivery, HeardCall, HeardCalls, HeardEvent } from '../call-story';
import { eventOf } from './accepted-events';
import { type AttemptRow, attemptOf, fromJson, LISTED_COLUMNS, type ListedRow, listedDelivery } from './delivery-rows';
import { callKey, numbersOf } from './event-keys';
import { notesOf } from './event-notes';
import type { Sql } from './sql';

/** Events of one call that are answered; a call has some ten. */
const MOST_EVENTS = 500;

/** Attempts of one delivery that are answered, the latest. */
const MOST_ATTEMPTS = 100;

/** Rows held at once. */
const CHUNK = 100;

interface EventRow {
  readonly sequence: number;
  readonly accepted_at: number;
  readonly event: string;
}

const EVENTS =
  'SELECT sequence, accepted_at, events.event FROM event_keys JOIN events ON events.sequence = event_keys.event';

interface Found {
  readonly row: EventRow;
  readonly event: TelephonyEvent;
}

export function heardCalls(sql: Sql, query: CallQuery): HeardCalls {
  const { limit } = query;
  /** The newest event that was found of each call; one that belongs to none counts by its sequence. */
  const newest = new Map<string | number, Found>();
  for (const key of new Set([callKey(query.callId), ...query.numbers.map(tailOf)])) {
    const ofKey = new Set<string | number>();
    for (const found of eventsOf(sql, key, query)) {
      if (!isMeant(found.event, query)) continue;
      const call = found.event.callId || found.row.sequence;
      ofKey.add(call);
      if ((newest.get(call)?.row.sequence ?? 0) < found.row.sequence) newest.set(call, found);
      if (ofKey.size > limit) break;
    }
  }
  const found = [...newest.values()].sort((a, b) => b.row.sequence - a.row.sequence);
  const calls = found.slice(0, limit).map((one) => wholeCall(sql, one));
  return {
    calls: calls.map(({ callId, events }) => ({ callId, events: events.slice(0, MOST_EVENTS) })),
    truncated: found.length > limit || calls.some(({ events }) => events.length > MOST_EVENTS),
  };
}

function isMeant(event: TelephonyEvent, { callId, numbers }: CallQuery): boolean {
  if (event.callId !== '' && event.callId === callId) return true;
  if (numbers.length === 0) return false;
  return [...numbersOf(event)].some((own) => numbers.some((number) => mayBeSame(own, number)));
}

/** Newest first. */
function* eventsOf(sql: Sql, key: string, { fromMs, toMs }: Pick<CallQuery, 'fromMs' | 'toMs'>): Generator<Found> {
  for (let last = Number.MAX_SAFE_INTEGER; ; ) {
    const rows = sql.all<EventRow>(
      `${EVENTS} WHERE key = ? AND event_keys.event < ? AND accepted_at >= ? AND accepted_at < ?
       ORDER BY event_keys.event DESC LIMIT ${CHUNK}`,
      ...[key, last, fromMs ?? 0, toMs ?? Number.MAX_SAFE_INTEGER],
    );
    for (const row of rows) for (const event of eventOf(row.event)) yield { row, event };
    const lowest = rows.at(-1);
    if (lowest === undefined || rows.length < CHUNK) return;
    last = lowest.sequence;
  }
}

/** One event more than are answered, where there are more. */
function wholeCall(sql: Sql, { row, event }: Found): HeardCall {
  const { callId } = event;
  if (callId === '') return { callId, events: [heardEvent(sql, { row, event })] };
  const rows = sql.all<EventRow>(
    `${EVENTS} WHERE key = ? ORDER BY event_keys.event LIMIT ${MOST_EVENTS + 1}`,
    callKey(callId),
  );
  const events = rows.flatMap((row) => eventOf(row.event).map((event) => ({ row, event })));
  return { callId, events: events.filter(({ event }) => event.callId === callId).map((one) => heardEvent(sql, one)) };
}

function heardEvent(sql: Sql, { row, event }: Found): HeardEvent {
  const { raw: _raw, ...parameters } = event.parameters;
  return { event: { ...event, parameters }, acceptedAtMs: row.accepted_at, notes: notesOf(sql, row.sequence) };
}

interface DeliveryOfEvent extends ListedRow {
  readonly message: string;
  readonly resend_of: string | null;
}

const DELIVERIES = `SELECT ${LISTED_COLUMNS}, message, resend_of FROM deliveries JOIN contents USING (sequence)`;

export function deliveriesOf(
  sql: Sql,
  events: readonly Pick<TelephonyEvent, 'id' | 'time'>[],
): readonly EventDelivery[] {
  const found: { eventId: string; row: DeliveryOfEvent }[] = [];
  const times = new Map(events.map(({ id, time }) => [id, time]));
  for (const [eventId, time] of times) {
    const left = sql.all<DeliveryOfEvent>(
      `${DELIVERIES} WHERE event_time = ? AND event_id = ? AND resend_of IS NULL`,
      ...[time, eventId],
    );
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      found.push({ eventId, row });
      // Whoever sends one again by hand gives it the event's id, and no time.
      left.push(...sql.all<DeliveryOfEvent>(`${DELIVERIES} WHERE resend_of = ?`, row.id));
    }
  }
  return found
    .sort((a, b) => a.row.sequence - b.row.sequence)
    .map(({ eventId, row }) => ({
      ...listedDelivery(row),
      eventId,
      messageId: messageIdOf(row.message),
      resendOf: row.resend_of,
      attempts: attemptsOf(sql, row.sequence),
    }));
}

function messageIdOf(message: string): string | null {
  const id = fromJson<{ _msgid?: unknown }>(message)?._msgid;
  return typeof id === 'string' ? id : null;
}

function attemptsOf(sql: Sql, sequence: number): EventDelivery['attempts'] {
  const rows = sql.all<AttemptRow>(
    `SELECT number, started_at, duration_ms, status_code, class, message, phrase, NULL AS response_headers, NULL AS response_body
     FROM attempts WHERE delivery = ? ORDER BY number DESC LIMIT ${MOST_ATTEMPTS}`,
    sequence,
  );
  return rows.reverse().map((row) => {
    const { response: _none, ...attempt } = attemptOf(row);
    return attempt;
  });
}
