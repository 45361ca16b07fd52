/**
 * Smartflo, Acefone, Servetel: the "Services > Webhook" PBX. Its payload does not name the trigger, its users write the
 * keys themselves (with a `$` or a blank left over at times), and agents come as an object, a list or JSON text.
 */
import type { TelephonyEvent } from '../../../event/telephony-event';
import type { JsonValue } from '../../../json';
import { type Arrived, known, own, type ProviderDialect, textParameter } from '../dialect';
import { plainTextOf, textOf } from '../values';
import { agentNumber, agentOf, numbersOf, writeAgent } from './smartflo-agents';

/** Its words for direction and origin. For an event that has no origin the first of its direction goes out. */
const DIRECTIONS: readonly { readonly word: string; readonly direction: string; readonly origin?: string }[] = [
  { word: 'inbound', direction: 'inbound' },
  { word: 'outbound', direction: 'outbound' },
  { word: 'clicktocall', direction: 'outbound', origin: 'click2call' },
  { word: 'dialer (inbound)', direction: 'inbound', origin: 'campaign' },
  { word: 'dialer (outbound)', direction: 'outbound', origin: 'campaign' },
];

/** Words for the common causes of Q.850, each written like the NormalClearing that it is known to send. */
const CAUSES: readonly (readonly [code: string, words: string])[] = [
  ['16', 'NormalClearing'],
  ['1', 'UnallocatedNumber'],
  ['17', 'UserBusy'],
  ['18', 'NoUserResponse'],
  ['19', 'NoAnswer'],
  ['21', 'CallRejected'],
  ['27', 'DestinationOutOfOrder'],
  ['34', 'NormalCircuitCongestion'],
];

const HUNG_UP_BY: ReadonlyMap<string, string> = new Map([
  ['disconnected_by_caller', 'caller'],
  ['disconnected_by_callee', 'callee'],
]);

const customer = { origin: 'click2call', leg: 'customer', direction: 'outbound' };

export const smartflo: ProviderDialect = {
  id: 'smartflo',
  title: 'Smartflo, Acefone, Servetel (Services > Webhook)',
  tolerant: true,
  jsonInPairs: true,
  eventFields: ['trigger', 'eventType', 'event'],
  events: [
    { name: 'Call received on server', type: 'call.received' },
    { name: 'Call answered on IVR', type: 'call.ivr' },
    { name: 'Call received on Auto Attendant', type: 'call.ivr' },
    { name: 'Call received on Department', type: 'call.queued' },
    { name: 'Call answered by extension', type: 'call.answered', says: { answeredByType: 'extension' } },
    { name: 'Call answered on ring group', type: 'call.answered', says: { answeredByType: 'ringgroup' } },
    { name: 'Call answered on call queue', type: 'call.answered', says: { answeredByType: 'queue' } },
    {
      name: 'Call answered by customer (Click to Call)',
      type: 'call.answered',
      says: { answeredByType: 'customer', ...customer },
    },
    { name: 'Call answered by Agent', type: 'call.answered', says: { answeredByType: 'extension' }, inwardOnly: true },
    { name: 'Session Call Answered', type: 'call.answered', inwardOnly: true },
    { name: 'Call missed', type: 'call.missed', says: { status: 'missed' } },
    { name: 'Call hangup (Missed)', type: 'call.missed', says: { status: 'missed' }, inwardOnly: true },
    { name: 'Call hangup', type: 'call.ended' },
    { name: 'Call hangup (Answered)', type: 'call.ended', says: { status: 'answered' }, inwardOnly: true },
    {
      name: 'Call missed or answered',
      also: ['Call hangup (Missed or Answered)'],
      type: 'call.ended',
      missedToo: true,
      inwardOnly: true,
    },
    { name: 'Call answered by Agent (Hangup)', type: 'call.ended', says: { status: 'answered' }, inwardOnly: true },
    {
      name: 'Call missed by Customer (Click to Call)',
      type: 'call.ended',
      says: { status: 'missed', ...customer },
      inwardOnly: true,
    },
    { name: 'Call missed by Agent (Hangup)', type: 'call.agent.missed' },
    { name: 'DTMF option', type: 'call.dtmf' },
    { name: 'Dialed on extensions', type: 'call.dialed' },
    { name: 'Dialed on Agent', type: 'call.dialed', inwardOnly: true },
    { name: 'Disposition Status Updated (Dialer)', type: 'call.disposition' },
    { name: 'Call Connected to Agent (Dialer)', type: 'campaign.call.result', says: { origin: 'campaign' } },
  ],
  names: [
    known('eventType', 'eventType', {
      description: 'The trigger of the webhook. Smartflo itself does not send it.',
      example: 'Call hangup',
    }),
    known('uuid', 'legId'),
    known('call_id', 'callId'),
    known('ref_id', 'actionId'),
    known('custom_identifier', 'actionId', { verbatim: true }),
    known('caller_id_number', 'callerNumber'),
    known('call_to_number', 'calledNumber'),
    known('customer_number', 'externalNumber'),
    known('customer_no_with_prefix', 'externalNumber', { verbatim: true, outwardOnly: true, write: withPrefix }),
    known('customer_number_with_prefix', 'externalNumber', { verbatim: true, outwardOnly: true, write: withPrefix }),
    known('start_stamp', 'startTime'),
    known('answer_stamp', 'answerTime'),
    known('end_stamp', 'endTime'),
    known('duration', 'duration'),
    known('billsec', 'billsec'),
    known('answered_sec', 'talkSec'),
    known('agent_ring_time', 'ringSec'),
    known('hangup_cause', 'hangupCauseText', {
      write: (event) =>
        textParameter(event, 'hangupCauseText')?.replaceAll(' ', '') ??
        CAUSES.find(([code]) => code === textParameter(event, 'hangupCause'))?.[1],
      example: 'NormalClearing',
    }),
    known('call_status', 'status', {
      read: (value) => textOf(value)?.toLowerCase(),
      // It knows two: whatever is not "answered" is "missed".
      write(event) {
        const status = textParameter(event, 'status');
        return status === undefined || status === 'answered' ? status : 'missed';
      },
      description: 'How the call went: answered or missed.',
    }),
    known('direction', 'direction', {
      read: (value) => directionFor(value)?.direction,
      write(event) {
        const direction = textParameter(event, 'direction');
        const origin = textParameter(event, 'origin');
        const ours = DIRECTIONS.filter((entry) => entry.direction === direction);
        return (ours.find((entry) => entry.origin === origin) ?? ours[0])?.word ?? direction;
      },
      description: 'inbound, outbound, clicktocall, dialer (inbound) or dialer (outbound).',
    }),
    known('digit_pressed', 'digit'),
    known('digits_dialed', 'digits'),
    known('answered_agent_number', 'answeredBy', { read: agentNumber }),
    known('answered_agent_name', 'employeeName'),
    known('answered_agent', 'employeeId', {
      verbatim: true,
      read: (value) => agentOf(value)?.['id'] ?? plainTextOf(value),
      write: writeAgent,
      description: 'The agent who answered, with id, name, email and number as far as known.',
      example: { id: '0602417430016', name: 'Alice Agent', email: 'alice@example.test', number: '101' },
    }),
    known('agent_number', 'internalNumber', { read: agentNumber }),
    known('missed_agent', 'targets', {
      verbatim: true,
      read: numbersOf,
      description: 'The agents who were rung and did not answer.',
    }),
    known('agents', 'targets', { verbatim: true, read: numbersOf }),
    known('call_flow', 'callFlow'),
    known('ivr_name', 'ivrName'),
    known('department_name', 'queueName'),
    known('recording_url', 'recordingUrl'),
    known('aws_call_recording_identifier', 'recordingId'),
    known('billing_circle', 'callerRegion', { read: plainTextOf, verbatim: true }),
    known('telecom_circle', 'callerRegion', { read: plainTextOf, verbatim: true }),
    known('telecom_operator', 'callerOperator'),
    known('campaign_id', 'campaignId'),
    known('campaign_name', 'campaignName'),
    known('broadcast_lead_fields', 'contactId', { read: plainTextOf, verbatim: true }),
    own('outbound_sec', 'The seconds of the outgoing connection.', 20),
    own('reason_key', 'Why the call ended, in words.', 'Call disconnected by caller'),
    own('call_connected', 'Whether the call was connected: 1 or 0.', 1),
    own('date', 'The day of the call.', '2026-03-02'),
    own('agent_transfer_ring_time', 'The seconds for which the phone of the agent rang after a transfer.', 4),
    own('customer_ring_time', 'The seconds for which the phone of the customer rang.', 12),
  ],
  infer(arrived, { status, direction, digit, endTime, answeredBy, employeeId, answerTime }) {
    const over = (endTime ?? plainTextOf(arrived.field('hangup_cause'))) !== undefined;
    const fromOutside = direction === undefined || direction === 'inbound';
    if (over && status !== undefined) return { type: 'call.ended', missedToo: true };
    if (over) return { type: 'call.ended' };
    if (status === 'missed') return { type: fromOutside ? 'call.missed' : 'call.ended' };
    if (digit !== undefined) return { type: 'call.dtmf' };
    if (answerTime !== undefined && (answeredBy ?? employeeId) !== undefined) return { type: 'call.answered' };
    return undefined;
  },
  concludes: [
    'externalNumber',
    'did',
    'callerNumberE164',
    'calledNumberE164',
    'origin',
    'answeredBy',
    'internalNumber',
    'employeeName',
    'employeeEmail',
    'hangupBy',
    'hangupCause',
  ],
  complete(arrived, { direction, callerNumber, calledNumber, answeredBy }) {
    const agent = agentOf(arrived.field('answered_agent'));
    const number = answeredBy ?? agent?.['number'];
    const cause = textOf(arrived.field('hangup_cause'));
    // Inbound the customer calls one of our numbers; in the other direction one of our numbers calls the customer.
    const side =
      direction === 'outbound'
        ? { externalNumber: calledNumber, did: callerNumber, calledNumberE164: internationalOf(arrived, calledNumber) }
        : { externalNumber: callerNumber, did: calledNumber, callerNumberE164: internationalOf(arrived, callerNumber) };
    return {
      ...(direction !== undefined && side),
      origin: directionFor(arrived.field('direction'))?.origin,
      answeredBy: number,
      internalNumber: number,
      employeeName: agent?.['name'],
      employeeEmail: agent?.['email'],
      hangupBy: HUNG_UP_BY.get(cause?.toLowerCase() ?? ''),
      hangupCause: CAUSES.find(([, words]) => words.toLowerCase() === cause?.toLowerCase())?.[0] ?? cause,
    };
  },
  /** Not every report has a `call_id`. A leg is less than a call, so that `callId` stays empty there. */
  callKey: (arrived) => textOf(arrived.field('uuid')),
};

function directionFor(value: JsonValue | undefined): (typeof DIRECTIONS)[number] | undefined {
  const word = textOf(value)?.toLowerCase().replace(/\s+/g, ' ');
  return DIRECTIONS.find((entry) => entry.word === word);
}

/** The prefixed form is digits without a plus. Used only where it is the customer's number with something before it. */
function internationalOf(arrived: Arrived, external: JsonValue | undefined): string | undefined {
  const written = textOf(arrived.field('customer_no_with_prefix') ?? arrived.field('customer_number_with_prefix'));
  const digits = written?.replace(/\D/g, '') ?? '';
  const short = textOf(external)?.replace(/\D/g, '').replace(/^0+/, '') ?? '';
  const fits = short.length >= 7 && /^[1-9]\d{7,14}$/.test(digits) && digits.endsWith(short);
  return fits ? `+${digits}` : undefined;
}

function withPrefix(event: TelephonyEvent): string | undefined {
  const outbound = textParameter(event, 'direction') === 'outbound';
  const e164 = textParameter(event, outbound ? 'calledNumberE164' : 'callerNumberE164');
  return e164?.replace('+', '') ?? textParameter(event, 'externalNumber');
}
