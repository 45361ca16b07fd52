/**
 * Every parameter an event can have: name, type, meaning and an example. Data only; catalogue.ts answers questions about it.
 * The examples belong to one call: in at 09:15:04 on 2 March 2026, through a menu and a queue, answered by Alice, over
 * after 140.5 s. Numbers and hosts are from ranges that nobody can own.
 */
import type { JsonValue } from '../json';

export type ParameterType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** A row of the table below; its group is the key it stands under. */
export interface ParameterRow {
  readonly name: string;
  readonly type: ParameterType;
  readonly description: string;
  readonly example: JsonValue;
  /** An ISO 8601 time in UTC, to which a template's time zone and date format apply. */
  readonly time?: true;
}

type RowMaker<Example extends JsonValue> = (name: string, description: string, example: Example) => ParameterRow;

const rowsOf =
  <Example extends JsonValue>(type: ParameterType): RowMaker<Example> =>
  (name, description, example) => ({ name, type, description, example });

const text = rowsOf<string>('string');
const number = rowsOf<number>('number');
const integer = rowsOf<number>('integer');
const flag = rowsOf<boolean>('boolean');
const list = rowsOf<JsonValue[]>('array');
const object = rowsOf<{ [key: string]: JsonValue }>('object');
const time: RowMaker<string> = (name, description, example) => ({ ...text(name, description, example), time: true });

export const parametersByGroup = {
  common: [
    text('eventType', 'What happened, by the name used throughout this pack.', 'call.ended'),
    text(
      'eventId',
      'Names this one event; the same event heard twice has it twice.',
      'evt_7d0f6a1c52e94b3880c1d2a7e5f49b06',
    ),
    time('eventTime', 'The moment at which it happened.', '2026-03-02T09:17:24.620Z'),
    integer('timestamp', 'The moment at which it happened, in Unix seconds.', 1772443044),
    integer('timestampMs', 'The moment at which it happened, in Unix milliseconds.', 1772443044620),
    text('eventDate', 'The day on which it happened, in the time zone and date format of the template.', '2026-03-02'),
    text('eventClock', 'The time of day at which it happened, in the time zone of the template.', '09:17:24'),
    integer('sequence', 'The place of this event among those of its call; the first is 1.', 9),
    text('provider', 'Which kind of phone system told us.', 'simulator'),
    text('providerEvent', 'What the phone system itself calls this event.', 'Hangup'),
    text(
      'sourceName',
      'The name that the source has in this flow, or that the phone system gives itself.',
      'Head office',
    ),
    text('accountId', 'The account or virtual PBX at the provider.', '104233'),
    flag('isTest', 'Whether somebody made this event by hand to try things out.', false),
    object('raw', 'All that the phone system sent, unchanged.', { Event: 'Hangup', Cause: '16' }),
  ],
  call: [
    text(
      'callId',
      'Names the whole call, from the first ring to the last hang-up, whoever it is passed on to.',
      '1772442904.17',
    ),
    text('legId', 'Names the one connection, to a phone or a line, that this event is about.', '1772442912.18'),
    text(
      'parentCallId',
      'The call out of which this one came, such as a consultation or a forwarded call.',
      '1772442811.12',
    ),
    text(
      'providerCallId',
      'The name of the call at the provider, where that is another than the call id.',
      'v3:kQ2-9rT1',
    ),
    text('sipCallId', 'The Call-ID header of SIP, for looking the call up in a trace.', '5d1c02aa-71@pbx.example.test'),
    text('channel', 'The name of the channel in the PBX.', 'PJSIP/trunk-00000011'),
    text('actionId', 'A reference of your own that you gave when you asked for the call.', 'c2c-42'),
    text(
      'sessionState',
      'How far the call has come: new, dialing, ringing, ivr, queued, talking, held or ended.',
      'ended',
    ),
  ],
  party: [
    text('direction', 'Which way the call goes: inbound, outbound or internal.', 'inbound'),
    text('origin', 'What made the call start: phone, click2call, campaign, callback, robot or api.', 'phone'),
    text('callerNumber', 'Who calls, in the spelling of the phone system.', '12025550142'),
    text(
      'callerNumberE164',
      'Who calls, written internationally with a plus, where the country is known.',
      '+12025550142',
    ),
    text('callerName', 'The name shown for the caller.', 'Ann Customer'),
    flag('callerWithheld', 'Whether the caller keeps the number secret.', false),
    text('calledNumber', 'Who is called, in the spelling of the phone system.', '12025550110'),
    text(
      'calledNumberE164',
      'Who is called, written internationally with a plus, where the country is known.',
      '+12025550110',
    ),
    text('did', 'Which of your public numbers was called, or was shown to the person you called.', '12025550110'),
    text('didName', 'What you call that public number.', 'Sales line'),
    text('trunk', 'The line to the provider over which the call went.', 'trunk-1'),
    text(
      'externalNumber',
      'The number of the party outside, whoever called whom, as a CRM looks it up.',
      '12025550142',
    ),
    text('internalNumber', 'The extension of the colleague who takes part, whoever called whom.', '101'),
    text('employeeName', 'The colleague who takes part.', 'Alice Agent'),
    text('employeeId', 'What the phone system knows that colleague by.', 'emp-0101'),
    text('employeeEmail', 'The mail address of that colleague.', 'alice@example.test'),
    text('forwardedFrom', 'The number that sent the call on to you.', '12025550100'),
    text('callerCountry', 'The country of the caller’s number, as two letters.', 'US'),
    text('callerRegion', 'The region or telecom circle of the caller’s number.', 'District of Columbia'),
    text('callerOperator', 'The network to which the caller’s number belongs.', 'Example Mobile'),
  ],
  time: [
    time('startTime', 'When the call started.', '2026-03-02T09:15:04.120Z'),
    time(
      'answerTime',
      'When somebody picked up; absent as long as, and if, no person did.',
      '2026-03-02T09:15:19.620Z',
    ),
    time('endTime', 'When the call was over.', '2026-03-02T09:17:24.620Z'),
    integer('startTimestamp', 'When the call started, in Unix seconds.', 1772442904),
    integer('answerTimestamp', 'When somebody picked up, in Unix seconds; absent if no person did.', 1772442919),
    integer('endTimestamp', 'When the call was over, in Unix seconds.', 1772443044),
  ],
  route: [
    text('ivrName', 'The voice menu that answered the caller.', 'main-menu'),
    list('ivrPath', 'What the caller chose in the menus, first choice first.', ['main-menu:2']),
    text('digit', 'The key pressed just now.', '2'),
    text('digits', 'The keys pressed since the call started.', '2'),
    text('pressedBy', 'Which side pressed the key: caller or callee.', 'caller'),
    text('queueName', 'The queue or department in which the caller waits or waited.', 'support'),
    integer('queuePosition', 'The caller’s place in the queue; the first in line has 1.', 1),
    integer('queueCount', 'The number of callers in that queue at this moment.', 3),
    text(
      'queueLeaveReason',
      'How the wait ended unanswered: abandoned, timeout, full, empty or transferred.',
      'abandoned',
    ),
    text('ringGroup', 'The ring group whose phones were rung.', '600'),
    text('target', 'The phone or number that is dialled, rings or did not answer.', '101'),
    text('targetType', 'What is dialled: extension, external, queue, ringgroup, voicemail or conference.', 'extension'),
    list('targets', 'Every phone that rings now.', ['101', '102', '103']),
    text('answeredBy', 'The phone, colleague or number that picked up most recently.', '101'),
    text(
      'answeredByType',
      'As what it was picked up: extension, queue, ringgroup, external, customer, ivr or voicemail.',
      'queue',
    ),
    text('leg', 'Which side of a click-to-call picked up: agent or customer.', 'customer'),
    flag('pickup', 'Whether a colleague fetched the call from a phone that rang elsewhere.', false),
    text('transferType', 'How the call was handed over: blind, attended or redirect.', 'blind'),
    text('transferFrom', 'The colleague who handed the call over.', '101'),
    text('transferTo', 'The colleague or number that got the call.', '102'),
    text('forwardTo', 'The number to which the call was sent on.', '102'),
    text('heldBy', 'The party who put the other on hold.', '101'),
    text('parkingSlot', 'The parking place in which the call waits.', '701'),
    text('conference', 'The conference room.', '8000'),
    text('mailbox', 'The mailbox for voice messages.', '101@default'),
    list('callFlow', 'Where the call has been, in order, each stop with its type, name and seconds.', [
      { type: 'ivr', name: 'main-menu', sec: 6.5 },
      { type: 'queue', name: 'support', sec: 9 },
    ]),
  ],
  end: [
    text(
      'status',
      'How it went, in one word: answered, missed, busy, failed, rejected, voicemail or cancelled.',
      'answered',
    ),
    text(
      'disposition',
      'How it went, as call records spell it: ANSWERED, NO ANSWER, BUSY, FAILED or VOICEMAIL.',
      'ANSWERED',
    ),
    text(
      'missedReason',
      'What kept the call from being answered: noanswer, busy, rejected, unreachable, caller_hangup, abandoned_ivr, abandoned_queue, queue_timeout, ivr_ended, voicemail, congestion or invalid_number.',
      'abandoned_queue',
    ),
    number('duration', 'Length of the call from its start to its end, in seconds.', 140.5),
    integer('billsec', 'Whole seconds from the pick-up, be it by a menu, to the end, as call records bill them.', 140),
    number('talkSec', 'Seconds of talk between the customer and a person; a menu or a mailbox does not count.', 125),
    number('waitSec', 'Seconds until a person picked up, or until the end if none did.', 15.5),
    number('ringSec', 'Seconds for which the phone that was dialled last rang.', 4.2),
    number('queueSec', 'Seconds spent waiting in queues.', 9),
    number('ivrSec', 'Seconds spent in menus before a queue or a person.', 6.5),
    number('holdSec', 'Seconds spent on hold.', 0),
    text('hangupBy', 'Which side hung up: caller, callee, agent, customer, pbx or unknown.', 'caller'),
    text('hangupCause', 'Why the line was cleared, as a Q.850 code.', '16'),
    text('hangupCauseText', 'Why the line was cleared, in words.', 'Normal Clearing'),
    integer('sipCode', 'The final SIP status of the connection that failed.', 486),
    text('transferResult', 'How the hand-over turned out: answered, noanswer, busy or rejected.', 'answered'),
    flag('adopted', 'Whether the call was already going on when the source began to listen.', false),
  ],
  recording: [
    text('recordingUrl', 'The address of the recording.', 'https://records.example.test/1772442904.17.mp3'),
    text(
      'recordingUrlWav',
      'The address of the recording as a WAV file.',
      'https://records.example.test/1772442904.17.wav',
    ),
    text(
      'recordingFile',
      'The file in which the PBX keeps the recording.',
      '/var/spool/asterisk/monitor/1772442904.17.wav',
    ),
    text('recordingId', 'Names the recording at the phone system.', 'rec-3a1f'),
    number('recordingDuration', 'How long the recording is, in seconds.', 125),
    flag('hasRecording', 'Whether there is, or is going to be, a recording.', true),
    text(
      'transcript',
      'What was said, as text, where the phone system writes it down.',
      'Hello, I would like to order tyres.',
    ),
  ],
  cost: [
    number('price', 'What the call cost.', 0.0105),
    text('currency', 'The currency of the cost, as three letters.', 'EUR'),
    number('rate', 'What a minute costs.', 0.0045),
  ],
  tracking: [
    text('utmSource', 'Where the visitor came from: the utm_source of the link.', 'google'),
    text('utmMedium', 'By which kind of advertising: the utm_medium of the link.', 'cpc'),
    text('utmCampaign', 'By which campaign: the utm_campaign of the link.', 'spring'),
    text('utmContent', 'By which advertisement: the utm_content of the link.', 'banner-2'),
    text('utmTerm', 'By which search words: the utm_term of the link.', 'winter tyres'),
    text('clientId', 'What the web analytics knows the visitor by.', '1234567890.1772442000'),
    text('visitorIp', 'The IP address from which the visitor browsed.', '203.0.113.7'),
    text('landingPage', 'The page on which the visit began.', 'https://shop.example.test/tyres'),
    text('referrer', 'The page that led the visitor there.', 'https://search.example.test/'),
    text('poolName', 'The pool from which the visitor was shown a number.', 'Main site'),
    text('insertionType', 'How the number got onto the page: dynamic, static or callback.', 'dynamic'),
    flag('targetCall', 'Whether the call counts towards the advertising goal.', true),
    flag('repeatedCall', 'Whether this number called before.', false),
    integer('callCounter', 'How many calls have come from this number, with this one.', 1),
  ],
  evaluation: [
    text('category', 'The category into which the call was put.', 'Sale'),
    text('categoryNumber', 'The key of that category in the menu after the call.', '2'),
    text('rating', 'The mark that was given.', '5'),
    text('evaluatedEmployee', 'The extension of the colleague who got the mark.', '101'),
    text('dispositionCode', 'The outcome that the colleague picked.', 'Interested'),
    text('comment', 'What the colleague noted down.', 'Call back on Monday'),
  ],
  campaign: [
    text('campaignId', 'Names the calling campaign.', 'camp-77'),
    text('campaignName', 'What you call the campaign.', 'Spring offer'),
    text('flowId', 'Names the script or voice flow that was played.', '123'),
    text('messageBatchId', 'Names the batch of calls or messages to which this one belongs.', 'batch-1234'),
    text('webhookId', 'The provider’s id of the webhook over which this came.', '77'),
    text('contactId', 'Your own id of the person who was called.', 'c-1001'),
    integer('callAttempt', 'How often this person has been tried, with this call.', 1),
    text('machineDetected', 'What picked up: human, machine or unknown.', 'human'),
    text('robotResult', 'What the voice robot achieved.', 'agreed'),
    text('speechText', 'The words that the robot or menu made out.', 'yes please'),
  ],
  auth: [
    text(
      'authType',
      'How the code is told: password (read aloud) or flash (the last digits of the calling number).',
      'flash',
    ),
    text('authRequestId', 'Names the request for this confirmation.', 'auth-100'),
    text('authResult', 'What became of it: delivered, noanswer, busy or failed.', 'delivered'),
    integer('authCodeLength', 'How many digits the code has; the code itself is never in an event.', 4),
  ],
  message: [
    text('messageId', 'Names the message.', 'msg-9f1'),
    text('messageFrom', 'Who sent the message.', '12025550142'),
    text('messageTo', 'Who gets the message.', '12025550110'),
    text('messageText', 'What the message says.', 'Is my order ready?'),
    text('messageDirection', 'Which way the message goes: inbound or outbound.', 'inbound'),
    text('messageStatus', 'How far the message has come: queued, sent, delivered or failed.', 'delivered'),
    integer('messageParts', 'Into how many parts the message was cut.', 1),
    text('messageErrorCode', 'The code that tells why the message failed.', '30003'),
  ],
  agent: [
    text('agent', 'The colleague whose state changed.', 'Alice Agent'),
    text(
      'agentStatus',
      'The new state of the colleague: added, removed, paused, unpaused, available or busy.',
      'paused',
    ),
    text('agentReason', 'The reason given for the pause.', 'Lunch'),
    text('device', 'The phone whose state changed.', '101'),
    text(
      'deviceStatus',
      'The new state of the phone: registered, unregistered, idle, ringing, inuse or unavailable.',
      'registered',
    ),
  ],
  custom: [
    object('custom', 'Fields of an event of your own, and channel variables that were asked for.', {
      CrmId: 'crm-4711',
    }),
    text('customName', 'The name of an event of your own.', 'OrderPaid'),
  ],
  source: [
    text('reason', 'What made the connection change, or the input suspicious.', 'connection reset'),
    text('pbxVersion', 'The make and version of the PBX.', 'Asterisk 22.5.0'),
  ],
  delivery: [
    text(
      'deliveryId',
      'Names the delivery, the same at every attempt, so that a receiver can drop repeats.',
      'dlv_8k2m4x0q',
    ),
    integer('deliveryAttempt', 'Which attempt of the delivery this is; the first is 1.', 1),
    text('webhookName', 'What the node that sends the webhook is called.', 'CRM'),
  ],
} as const satisfies Readonly<Record<string, readonly ParameterRow[]>>;

export type ParameterGroup = keyof typeof parametersByGroup;
