/**
 * Which parameters an event can have, given those that its phone system tells: what every event has, and what follows from
 * the others. Also bundled into the editor panels.
 */

/** buildEvent, the relay and the template give these to every event. */
const ALWAYS = [
  'eventType',
  'eventId',
  'eventTime',
  'timestamp',
  'timestampMs',
  'eventDate',
  'eventClock',
  'provider',
  'providerEvent',
  'sourceName',
  'isTest',
  'callId',
  'raw',
  'webhookId',
  'deliveryId',
  'deliveryAttempt',
  'webhookName',
];

/** As buildEvent works them out. */
const FOLLOWING: Readonly<Record<string, string>> = {
  callerNumber: 'callerNumberE164',
  calledNumber: 'calledNumberE164',
  startTime: 'startTimestamp',
  answerTime: 'answerTimestamp',
  endTime: 'endTimestamp',
};

/** All that an event can have of which the source tells these. */
export function withFollowing(told: Iterable<string>): ReadonlySet<string> {
  const all = new Set([...ALWAYS, ...told]);
  for (const [from, name] of Object.entries(FOLLOWING)) if (all.has(from)) all.add(name);
  return all;
}
