/**
 * KOMPaaS (MCN): Asterisk user events as webhooks. Names from the event data and the template variables of its help
 * centre. Its lists are cut off in places, so that fields beyond this table are normal.
 */
import { formatTime } from '../../../event/time';
import type { JsonObject, JsonValue } from '../../../json';
import { type Arrived, known, own, type ProviderDialect, textParameter, type Values } from '../dialect';
import { flagOf, textOf, timeOf } from '../values';

/** Asterisk's words for the state of a channel, and ours. Of several for one of ours, the first goes out. */
const CHANNEL_STATES: readonly (readonly [state: string, ours: string])[] = [
  ['Down', 'new'],
  ['Dialing', 'dialing'],
  ['Ring', 'ringing'],
  ['Ringing', 'ringing'],
  ['Up', 'talking'],
];

/** To its channel a call in a menu, in a queue or on hold is "Up" like any other. */
const ALSO_UP: ReadonlySet<string> = new Set(['ivr', 'queued', 'held']);

const UTC_MICROSECONDS = 'YYYY-MM-DD HH:mm:ss.SSS[000]';
const US_DATE = 'MMM DD, YYYY, h:mm:ss A';

const inbound = { direction: 'inbound' };
const outbound = { direction: 'outbound' };

/** A call that has a length is over. */
const over = ({ billsec, duration }: Readonly<JsonObject>): boolean => (billsec ?? duration) !== undefined;

export const kompaas: ProviderDialect = {
  id: 'kompaas',
  title: 'KOMPaaS',
  tolerant: false,
  eventFields: ['eventType', 'event', 'userEventType'],
  events: [
    { name: 'VpbxInboundCallStart', type: 'call.received', says: inbound },
    { name: 'VpbxOutgoingStart', type: 'call.initiated', says: outbound },
    { name: 'VpbxInboundCallEnd', type: 'call.ended', says: inbound, missedToo: true },
    { name: 'VpbxInboundCallEnd', type: 'call.missed', says: inbound },
    { name: 'VpbxOutgoingEnd', type: 'call.ended', says: outbound },
    // These stand in the list of its interface; what the webhook calls them is not documented.
    { name: 'Call response', type: 'call.answered', inwardOnly: true },
    { name: 'Call transferred to another internal subscriber', type: 'call.transferred', inwardOnly: true },
    { name: 'Call transferred to an internal subscriber', type: 'call.dialed', inwardOnly: true },
    { name: 'Calltracking', type: 'call.tracked' },
    { name: 'SMS', type: 'message.received' },
    { name: 'SMS', type: 'message.sent' },
    { name: 'SMS', type: 'message.status' },
    { name: 'Password Call', type: 'auth.call.completed', says: { authType: 'password' }, when: over },
    { name: 'Password Call', type: 'auth.call.requested', says: { authType: 'password' } },
    { name: 'Flash Call', type: 'auth.call.completed', says: { authType: 'flash' }, when: over },
    { name: 'Flash Call', type: 'auth.call.requested', says: { authType: 'flash' } },
    { name: 'Voice robot calls', type: 'robot.call.ended', says: { origin: 'robot' }, when: over },
    { name: 'Voice robot calls', type: 'robot.call.started', says: { origin: 'robot' } },
    { name: 'Voice robot calls', type: 'campaign.call.result' },
  ],
  names: [
    known('eventType', 'eventType', { example: 'VpbxInboundCallEnd' }),
    known('event', 'eventType', { example: 'VpbxInboundCallEnd' }),
    known('userEventType', 'eventType', { verbatim: true, example: 'VpbxInboundCallEnd' }),
    // Which of its times is that of the event, eventTime() says, for the parameters too.
    known('timestamp', 'timestamp', {
      outwardOnly: true,
      write: ({ time }) => Math.floor(Date.parse(time) / 1000),
    }),
    known('dateReceivedAtUTC', 'eventTime', {
      verbatim: true,
      outwardOnly: true,
      write: ({ time }) => formatTime(time, UTC_MICROSECONDS, 'UTC'),
      moment: ({ time }, written) => timeOf(written, 'UTC') ?? time,
      description: 'The moment at which it happened, in UTC, to the microsecond.',
      example: '2026-03-02 09:17:24.620000',
    }),
    known('dateReceived', 'eventTime', {
      verbatim: true,
      outwardOnly: true,
      write: ({ time }) => formatTime(time, US_DATE, 'UTC'),
      moment: ({ time }) => time,
      description: 'The moment at which it happened, with the month as a word; in UTC unless KOMPaaS itself sent it.',
      example: 'Mar 02, 2026, 9:17:24 AM',
    }),
    known('callId', 'callId'),
    known('linkedId', 'callId', { verbatim: true }),
    known('uniqueId', 'legId'),
    known('channel', 'channel'),
    known('channelStateDesc', 'sessionState', {
      verbatim: true,
      read: (value) => CHANNEL_STATES.find(([state]) => state === textOf(value))?.[1],
      write(event) {
        const ours = textParameter(event, 'sessionState') ?? '';
        // The channel of whoever calls in is there because it rings.
        if (ours === 'new' && event.parameters['direction'] === 'inbound') return 'Ring';
        return ALSO_UP.has(ours) ? 'Up' : ours === 'ended' ? 'Down' : stateFor(ours);
      },
      description: 'The state of the channel in the words of Asterisk: Down, Dialing, Ring, Ringing or Up.',
      example: 'Up',
    }),
    known('callerNumber', 'callerNumber'),
    known('callerIdNum', 'callerNumber', { verbatim: true }),
    known('callerID', 'callerNumber', { verbatim: true }),
    known('callerIdName', 'callerName'),
    known('calledNumber', 'calledNumber', {
      verbatim: true,
      // Of a call that comes in it tells the did alone.
      write: ({ parameters: { provider, direction, calledNumber } }) =>
        provider === 'kompaas' && direction === 'inbound' ? undefined : calledNumber,
    }),
    known('did', 'did'),
    known('internalNumber', 'internalNumber'),
    known('InternalNumber', 'internalNumber', { verbatim: true }),
    known('ivrSchemaId', 'ivrName', { description: 'The voice menu that took the call.', example: '12' }),
    known('duration', 'duration'),
    known('billsec', 'billsec'),
    known('file', 'recordingUrl', { verbatim: true, read: addressOf }),
    known('transcribation', 'transcript'),
    known('accountId', 'accountId'),
    // The source's own name in the flow is the better one for us; KOMPaaS's goes out as it came.
    known('systemName', 'sourceName', { verbatim: true, outwardOnly: true }),
    own('vpbxId', 'The virtual PBX at KOMPaaS.', 4711),
    own('exten', 'The extension of the dialplan at which the call is.', 's'),
    own('context', 'The context of the dialplan in which the call is.', 'signal-vpbx-inbound-call'),
    own('priority', 'The step of the dialplan at which the call is.', 3),
    own('privilege', 'The classes of the Asterisk event behind the webhook.', 'user,all'),
    own('channelState', 'The state of the channel as Asterisk numbers it: 4 rings, 6 is up.', 6),
    own('connectedLineNum', 'The number at the other end of the channel.', '101'),
    own('connectedLineName', 'The name at the other end of the channel.', 'Alice Agent'),
    own('originateData', 'What was given along when the call was ordered.', 'order 4711'),
    own('isRedirect', 'Whether the call was sent on from another number.', 0),
    own('callback', 'Whether the call was ordered as a callback.', 0),
    own('transcribationLanguage', 'The language of the transcript.', 'en'),
  ],
  eventTime(arrived) {
    const stamp = timeOf(arrived.field('timestamp'), 'UTC');
    const precise = timeOf(arrived.field('dateReceivedAtUTC'), 'UTC');
    // Where the two mean one second, its fraction is worth having; where not, the stamp is the time of the event.
    return stamp === undefined || precise?.slice(0, 19) === stamp.slice(0, 19) ? precise : stamp;
  },
  concludes: ['externalNumber', 'calledNumber', 'status', 'origin', 'recordingUrl', 'recordingFile'],
  complete(arrived, { direction, callerNumber, calledNumber, did, billsec }) {
    return {
      externalNumber: direction === 'inbound' ? callerNumber : direction === 'outbound' ? calledNumber : undefined,
      calledNumber: direction === 'inbound' ? did : undefined,
      // Nothing else in the payload tells an answered call from a missed one.
      status: typeof billsec === 'number' ? (billsec > 0 ? 'answered' : 'missed') : undefined,
      origin: flagOf(arrived.field('callback')) === true ? 'callback' : undefined,
      ...recordingOf(arrived),
    };
  },
};

function stateFor(ours: string): string | undefined {
  return CHANNEL_STATES.find(([, state]) => state === ours)?.[0];
}

function addressOf(value: JsonValue): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^https?:\/\//i.test(text) ? text : undefined;
}

/** The document breaks off after "file…": whatever begins so and holds something is the recording. */
function recordingOf(arrived: Arrived): Values {
  const values = arrived.keys.filter((key) => /^file/i.test(key)).map((key) => arrived.field(key) ?? null);
  const address = values.map(addressOf).find((found) => found !== undefined);
  const file = values.filter((value) => addressOf(value) === undefined).map(textOf);
  return { recordingUrl: address, recordingFile: file.find((found) => found !== undefined) };
}
