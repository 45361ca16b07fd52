/**
 * `GET telephony-webhooks/story`: calls by their id or by a phone number, each with one time line of all that happened to it here.
 * What stands in it is src/story/time-line.ts.
 */
import { UserError } from '../../src/errors';
import { digitsOf } from '../../src/event/number-digits';
import { toE164 } from '../../src/event/phone-number';
import { asking } from '../../src/sentences/asking';
import type { EventDelivery } from '../../src/store/call-story';
import type { ShownCall } from '../../src/story/entries';
import { showCall } from '../../src/story/time-line';
import { parseConfig as parseSource } from '../telephony-source/config';
import { eventNotes } from './event-notes';
import { readFilter, readLimit } from './log-shapes';
import { nodeNames } from './node-names';
import type { Red } from './red';
import { embeddedStore, type OpenStore } from './stores';

const CALLS = 20;
const MOST_CALLS = 100;

export async function story(
  red: Red,
  stores: readonly OpenStore[],
  from: Readonly<Record<string, unknown>>,
): Promise<{ calls: readonly ShownCall[]; truncated: boolean }> {
  const { q, fromMs, toMs } = readFilter({ q: from['q'], from: from['from'], to: from['to'] });
  if (q === undefined) throw new UserError('filter', asking('story-q'), { field: 'q' });
  const limit = Math.min(readLimit(from['limit'] || CALLS), MOST_CALLS);
  await eventNotes(red).write();
  const { store } = await embeddedStore(red).now();
  const heard = await store.heardCalls({
    callId: q,
    numbers: numbersMeant(red, q),
    limit,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  });
  const events = heard.calls.flatMap((call) => call.events.map(({ event: { id, time } }) => ({ id, time })));
  const found = await Promise.all(stores.map((open) => open.store.deliveriesOf(events)));
  const deliveries = new Map<string, EventDelivery[]>();
  for (const one of found.flat()) deliveries.set(one.eventId, [...(deliveries.get(one.eventId) ?? []), one]);
  const calls = heard.calls.map((call) => showCall(call, deliveries, nodeNames(red)));
  return { calls, truncated: heard.truncated };
}

/** As it was typed; and as it is internationally, for a number of a country in which a source stands. */
function numbersMeant(red: Red, q: string): string[] {
  if (!/^[\d\s().+/-]+$/.test(q)) return [];
  const countries = new Set(['']);
  red.nodes.eachNode((node) => {
    if (node.type === 'telephony-source') countries.add(parseSource(node).config.countryCode);
  });
  const written = [...countries].map((country) => toE164(q, country || undefined) ?? '');
  return [...new Set([q, ...written].map(digitsOf))].filter((digits) => digits !== '');
}
