/**
 * Ringostat webhooks 2.0: calls with call tracking. The user chooses names and shape, so that the stage of the call is
 * in the address, in the `method` of JSON-RPC, or has to be told from the fields. Names are those of its call export.
 */
import type { TelephonyEvent } from '../../../event/telephony-event';
import { isJsonObject, type JsonObject } from '../../../json';
import { known, own, type ProviderDialect, textParameter } from '../dialect';
import { flagOf, textOf } from '../values';

const inbound = { direction: 'inbound' };
const outbound = { direction: 'outbound' };

/** Its words for the way of a call. Of several for one of ours, the first goes out. */
const CALL_TYPES: readonly (readonly [word: string, direction: string])[] = [
  ['in', 'inbound'],
  ['incoming', 'inbound'],
  ['inbound', 'inbound'],
  ['out', 'outbound'],
  ['outgoing', 'outbound'],
  ['outbound', 'outbound'],
  ['callback', 'outbound'],
  ['internal', 'internal'],
];

/** Its results, and ours. Of several for one of ours, the first goes out. */
const DISPOSITIONS: readonly (readonly [disposition: string, status: string])[] = [
  ['ANSWERED', 'answered'],
  ['NO ANSWER', 'missed'],
  ['NO ANSWER', 'cancelled'],
  ['BUSY', 'busy'],
  ['FAILED', 'failed'],
  ['FAILED', 'rejected'],
  ['VOICEMAIL', 'voicemail'],
];

/** Flags are 1 and 0. */
const bit = (parameter: string) => ({
  write: ({ parameters }: TelephonyEvent) => {
    const flag = flagOf(parameters[parameter]);
    return flag === undefined ? undefined : flag ? 1 : 0;
  },
  example: 1,
});

export const ringostat: ProviderDialect = {
  id: 'ringostat',
  title: 'Ringostat',
  tolerant: true,
  eventFields: ['eventType', 'event'],
  events: [
    stage('incoming', 'before the call', 'call.received', ['before the call', 'call before', 'incoming before']),
    stage('incoming', 'at the moment of picking up the phone', 'call.answered', [
      'pick up',
      'call pickup',
      'call answer',
    ]),
    stage('incoming', 'at the moment of call forwarding', 'call.forwarded', ['forwarding', 'call forward']),
    { ...stage('incoming', 'after the call', 'call.ended', ['incoming after']), missedToo: true },
    stage('incoming', 'after the call', 'call.missed', []),
    stage('incoming', 'after the call evaluation menu', 'call.evaluated', ['evaluation', 'call evaluation']),
    stage('outgoing', 'before the call', 'call.initiated', ['outgoing before']),
    stage('outgoing', 'after the call', 'call.ended', ['outgoing after']),
    // Without a word on the direction, the payload has to tell it.
    { name: 'after the call', also: ['call after'], type: 'call.ended', missedToo: true, inwardOnly: true },
  ],
  names: [
    known('eventType', 'eventType', {
      description: 'The stage of the call at which the webhook is sent. Ringostat itself does not send it.',
      example: 'incoming: after the call',
    }),
    known('uniqueid', 'callId'),
    known('calldate', 'startTime'),
    known('call_type', 'direction', {
      verbatim: true,
      read: (value) => CALL_TYPES.find(([word]) => word === textOf(value)?.toLowerCase())?.[1],
      write(event) {
        const direction = textParameter(event, 'direction');
        if (direction === 'outbound' && event.parameters['origin'] === 'callback') return 'callback';
        return CALL_TYPES.find(([, ours]) => ours === direction)?.[0];
      },
      description: 'Which way the call goes: in, out, callback or internal.',
      example: 'in',
    }),
    known('caller', 'callerNumber'),
    known('caller_number', 'externalNumber'),
    known('userfield', 'externalNumber', { verbatim: true }),
    known('dst', 'calledNumber'),
    known('n_alias', 'did'),
    known('disposition', 'disposition', {
      read: (value) => textOf(value)?.toUpperCase(),
      write(event) {
        const status = textParameter(event, 'status');
        return textParameter(event, 'disposition') ?? DISPOSITIONS.find(([, ours]) => ours === status)?.[0];
      },
      description: 'How the call went: ANSWERED, NO ANSWER, BUSY or FAILED.',
    }),
    known('duration', 'duration'),
    known('billsec', 'billsec'),
    known('waittime', 'waitSec'),
    known('connected_with', 'answeredBy'),
    known('additional_number', 'internalNumber'),
    known('employee', 'employeeName'),
    known('department', 'queueName'),
    known('employee_number', 'evaluatedEmployee'),
    known('employee_mark', 'rating'),
    known('category_mark', 'category'),
    known('category_number', 'categoryNumber'),
    known('pool_name', 'poolName'),
    known('scheme_name', 'ivrName', { description: 'The scheme that routed the call.' }),
    known('insertion type', 'insertionType'),
    known('insertion_type', 'insertionType'),
    known('proper_flag', 'targetCall', bit('targetCall')),
    known('repeated_flag', 'repeatedCall', bit('repeatedCall')),
    known('call_counter', 'callCounter'),
    known('recording', 'recordingUrl'),
    known('recording_wav', 'recordingUrlWav'),
    known('has_recording', 'hasRecording', bit('hasRecording')),
    known('utm_source', 'utmSource'),
    known('utm_medium', 'utmMedium'),
    known('utm_campaign', 'utmCampaign'),
    known('utm_content', 'utmContent'),
    known('utm_term', 'utmTerm'),
    known('client_id', 'clientId'),
    known('remote_ip', 'visitorIp'),
    // Spelt so by Ringostat.
    known('refferrer', 'referrer'),
    known('landing', 'landingPage'),
    own('duration_ms', 'The length of the call in milliseconds.', 140500),
    own('call_card', 'The page of the call at Ringostat.', 'https://app.example.test/calls/1772442904'),
  ],
  unwrap: (payload) =>
    isJsonObject(payload['params']) && textOf(payload['jsonrpc']) !== undefined
      ? { fields: payload['params'], ...(payload['method'] !== undefined && { event: payload['method'] }) }
      : { fields: payload },
  infer(_arrived, { rating, category, categoryNumber, disposition, duration, billsec }) {
    if ((rating ?? category ?? categoryNumber) !== undefined) return { type: 'call.evaluated' };
    if ((disposition ?? duration ?? billsec) !== undefined) return { type: 'call.ended', missedToo: true };
    return undefined;
  },
  concludes: ['origin', 'status', 'didName', 'employeeId', 'did', 'externalNumber'],
  complete(
    arrived,
    { direction, callerNumber, calledNumber, disposition, poolName, evaluatedEmployee, insertionType },
  ) {
    const callback = insertionType === 'callback' || textOf(arrived.field('call_type'))?.toLowerCase() === 'callback';
    return {
      origin: callback ? 'callback' : undefined,
      status: DISPOSITIONS.find(([word]) => word === disposition)?.[1],
      didName: poolName,
      employeeId: evaluatedEmployee,
      ...(direction === 'inbound' && { did: calledNumber, externalNumber: callerNumber }),
      ...(direction === 'outbound' && { externalNumber: calledNumber }),
    };
  },
};

function stage(way: 'incoming' | 'outgoing', moment: string, type: string, also: readonly string[]) {
  const says: JsonObject = way === 'incoming' ? inbound : outbound;
  return { name: `${way}: ${moment}`, also: [`${way} call / ${moment}`, ...also], type, says };
}
