/**
 * The time line of one call: all that is known of its events and deliveries, in one order. Pure. Reasons are codes and values; who
 * shows it has the words.
 */
import { ownNumbers } from '../event/event-filter';
import { type DropReason, type Note, readNote, type Verdict } from '../event/event-note';
import type { TelephonyEvent } from '../event/telephony-event';
import { sentenceOf } from '../sentence';
import type { EventDelivery, HeardCall, HeardEvent } from '../store/call-story';
import { showSecrets } from '../template/secret-placeholder';
import type { Base, Happening, ShownCall, StoryEntry } from './entries';

/** `deliveries`: by event. `nameOf`: what people call a node; empty: it has no name. */
export function showCall(
  { callId, events }: HeardCall,
  deliveries: ReadonlyMap<string, readonly EventDelivery[]>,
  nameOf: (nodeId: string) => string,
): ShownCall {
  const ids = new Set(events.map(({ event }) => event.id));
  const entries = [
    ...events.flatMap((heard) => eventEntries(heard, deliveries.get(heard.event.id) ?? [], nameOf)),
    ...[...ids].flatMap((id) => (deliveries.get(id) ?? []).flatMap(deliveryEntries)),
  ];
  return {
    callId,
    callerNumber: firstOf(events, 'callerNumber'),
    calledNumber: firstOf(events, 'calledNumber'),
    // What happened in the same millisecond stays in the order in which it stands here: what was heard, before what came of it.
    entries: entries.sort((a, b) => Date.parse(a.time) - Date.parse(b.time)),
  };
}

function firstOf(events: readonly HeardEvent[], parameter: string): string {
  return String(events.map(({ event }) => event.parameters[parameter]).find((value) => value) ?? '');
}

function eventEntries(
  { event, acceptedAtMs, notes }: HeardEvent,
  deliveries: readonly EventDelivery[],
  nameOf: (nodeId: string) => string,
): StoryEntry[] {
  const base = (atMs: number, node: string): Base => ({
    ...{ time: new Date(atMs).toISOString(), eventId: event.id, node, name: nameOf(node), delivery: null },
  });
  const readable = notes.flatMap(({ atMs, note: text }) => {
    const note = readNote(text);
    return note === undefined ? [] : [{ atMs, note }];
  });
  const isFruitless = fruitless(
    readable.map(({ note }) => note),
    deliveries,
  );
  const { type: eventType, time: happenedAt } = event;
  const entries: StoryEntry[] = [{ ...base(acceptedAtMs, event.source), kind: 'heard', eventType, happenedAt }];
  for (const { atMs, note } of readable) {
    const atSource = base(atMs, event.source);
    if (note.kind !== 'told') {
      entries.push({ ...atSource, kind: note.kind });
      continue;
    }
    if (note.again) entries.push({ ...atSource, kind: 'again' });
    if (note.verdicts.length === 0) entries.push({ ...atSource, kind: 'unheard' });
    for (const { nodeId, verdict } of note.verdicts) {
      entries.push({ ...base(atMs, nodeId), ...verdictEntry(event, verdict, isFruitless) });
    }
  }
  return entries;
}

function verdictEntry(event: TelephonyEvent, verdict: Verdict, isFruitless: (passed: Passed) => boolean): Happening {
  switch (verdict.kind) {
    case 'passed':
      return { kind: 'passed', reason: isFruitless(verdict) ? 'no-delivery' : null };
    case 'dropped':
      return { kind: 'dropped', reason: verdict.reason, value: valueAt(event, verdict.reason) };
    case 'held-back': {
      const { by, untilMs } = verdict;
      const value = String(event.parameters[by] ?? '');
      return { kind: 'held-back', reason: 'once', by, value, until: new Date(untilMs).toISOString() };
    }
  }
}

type Passed = Verdict & { readonly kind: 'passed' };

/**
 * Tells of a message whether it reached no webhook: where none of the event's deliveries has its id, and each has that of another. One
 * of unknown origin may be of any; and where the event came out twice, the delivery of one may stand for the other.
 */
function fruitless(notes: readonly Note[], deliveries: readonly EventDelivery[]): (passed: Passed) => boolean {
  const told = notes.flatMap((note) => (note.kind === 'told' ? [note] : []));
  const sent = new Set(
    told.flatMap(({ verdicts }) => verdicts.flatMap(({ verdict: v }) => (v.kind === 'passed' ? v.messageId : []))),
  );
  const delivered = new Set(deliveries.map(({ messageId }) => messageId));
  const areAllKnown = [...delivered].every((id) => id !== null && sent.has(id));
  return ({ messageId }) => delivered.size === 0 || (told.length === 1 && areAllKnown && !delivered.has(messageId));
}

function valueAt(event: TelephonyEvent, reason: DropReason): string {
  switch (reason) {
    case 'type':
      return event.type;
    case 'callType':
      return event.callType;
    case 'webhookId':
      return String(event.parameters['webhookId'] ?? '');
    case 'number':
      return ownNumbers(event).join(', ');
  }
}

function deliveryEntries(row: EventDelivery): StoryEntry[] {
  const { id, eventId, nodeId, webhook, state, lastError, attempts, resendOf } = row;
  const base = (atMs: number): Base => ({
    ...{ time: new Date(atMs).toISOString(), eventId, node: nodeId, name: webhook, delivery: id },
  });
  if (state === 'failed' && lastError?.class === 'template') {
    return [{ ...base(row.createdAtMs), kind: 'unrendered', ...sentenceOf(lastError) }];
  }
  const { method, url } = row;
  const shownUrl = url === null ? null : showSecrets(url);
  const kind = resendOf === null ? 'delivery' : 'resend';
  const made = attempts.map(
    ({ startedAtMs, class: reason, ...attempt }): StoryEntry => ({
      ...base(startedAtMs),
      ...{ kind: 'attempt', reason, ...attempt },
    }),
  );
  const last: StoryEntry[] =
    state === 'failed' && lastError !== null
      ? [{ ...base(row.updatedAtMs), kind: 'given-up', reason: lastError.class, ...sentenceOf(lastError) }]
      : state === 'waiting' && row.dueAtMs !== null
        ? [{ ...base(row.updatedAtMs), kind: 'waiting', until: new Date(row.dueAtMs).toISOString() }]
        : [];
  return [{ ...base(row.createdAtMs), kind, state, method, url: shownUrl, of: resendOf }, ...made, ...last];
}
