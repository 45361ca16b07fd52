/**
 * OBD / Click2Call push: the report of one call of a voice campaign or of a click-to-call, as white-label platforms send
 * it (MobTexting, ThunderSMS and others). Its own sample is broken JSON, with phone numbers as JSON numbers.
 */
import type { TelephonyEvent } from '../../../event/telephony-event';
import type { JsonValue } from '../../../json';
import { known, type ProviderDialect, textParameter } from '../dialect';
import { textOf, timeOf } from '../values';

/** The first word for each of ours goes out; "ANSWER" is documented, the others are those of the dialplan beneath. */
const STATUSES: readonly (readonly [word: string, status: string])[] = [
  ['ANSWER', 'answered'],
  ['ANSWERED', 'answered'],
  ['NOANSWER', 'missed'],
  ['NO ANSWER', 'missed'],
  ['BUSY', 'busy'],
  ['CANCEL', 'cancelled'],
  ['FAILED', 'failed'],
  ['CONGESTION', 'failed'],
  ['CHANUNAVAIL', 'failed'],
];

const status = {
  verbatim: true,
  read: (value: JsonValue) => {
    const word = textOf(value)?.replaceAll('_', ' ').toUpperCase();
    return STATUSES.find(([known]) => known === word)?.[1] ?? word?.toLowerCase();
  },
  write: (event: TelephonyEvent) => {
    const ours = textParameter(event, 'status');
    return STATUSES.find(([, known]) => known === ours)?.[0] ?? ours?.toUpperCase();
  },
  description: 'How the call went: ANSWER, NOANSWER, BUSY, CANCEL or FAILED.',
  example: 'ANSWER',
} as const;

/** Numbers of 15 digits and less are the same number in JSON; whatever a number would change stays text. */
function asNumber(parameter: string): (event: TelephonyEvent) => JsonValue | undefined {
  return (event) => {
    const text = textParameter(event, parameter);
    const digits = text?.replace(/^\+/, '') ?? '';
    return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : text;
  };
}

const asText = (parameter: string) => (event: TelephonyEvent) => textParameter(event, parameter);

const click2call = { origin: 'click2call', direction: 'outbound' };

export const obd: ProviderDialect = {
  id: 'obd',
  title: 'OBD / Click2Call push',
  tolerant: true,
  eventFields: ['source', 'eventType'],
  events: [
    { name: 'OBD', type: 'campaign.call.result', says: { origin: 'campaign', direction: 'outbound' } },
    { name: 'Click2Call', also: ['Click to Call', 'C2C'], type: 'call.ended', says: click2call },
  ],
  names: [
    known('webhook_id', 'webhookId'),
    known('id', 'callId'),
    known('call_id', 'callId', { verbatim: true }),
    known('mid', 'messageBatchId'),
    known('bridge', 'did', { write: asNumber('did'), example: 12025550110 }),
    known('from', 'callerNumber', { write: asNumber('callerNumber'), example: 12025550142 }),
    known('to', 'calledNumber', { write: asNumber('calledNumber'), example: 12025550175 }),
    known('source', 'eventType', {
      description: 'Where the report comes from: OBD for a campaign, Click2Call for a button.',
      example: 'OBD',
    }),
    known('eventType', 'eventType', { description: 'The same as source.', example: 'OBD' }),
    known('flow_id', 'flowId', { write: asNumber('flowId'), example: 123 }),
    known('start_at', 'startTime'),
    known('end_at', 'endTime'),
    known('duration', 'duration', { write: asText('duration'), example: '23' }),
    known('status', 'status', status),
    known('message_status', 'status', status),
    known('recording_url', 'recordingUrl'),
  ],
  // A composed report has only the fields that its author put in; it is still the report of a call that is over.
  infer(_arrived, { messageBatchId, flowId, status: result, endTime, duration }) {
    if ((messageBatchId ?? flowId) !== undefined) {
      return { type: 'campaign.call.result', says: { origin: 'campaign', direction: 'outbound' } };
    }
    return (result ?? endTime ?? duration) === undefined ? undefined : { type: 'call.ended' };
  },
  concludes: ['campaignId', 'externalNumber'],
  // Composed or not, it reports a call that was made.
  complete: (_arrived, { messageBatchId, calledNumber }) => ({
    campaignId: messageBatchId,
    externalNumber: calledNumber,
  }),
  /**
   * All calls of a batch share its `mid`; with the number called it names one of them, as long as times tell it from the
   * call before, at which nobody answered.
   */
  callKey(arrived) {
    const [batch, number] = [textOf(arrived.field('mid')), textOf(arrived.field('to'))];
    const isTimed = ['start_at', 'end_at'].some((name) => timeOf(arrived.field(name), arrived.zone) !== undefined);
    return batch === undefined || number === undefined || !isTimed ? undefined : `${batch} ${number}`;
  },
};
