/**
 * A sample of each type of event, for previews and tests, made of the examples in the catalogue. All of them tell of one
 * moment in one made-up world: a call through a menu and a queue, or, where a call goes out, one to the same customer.
 */
import type { JsonObject } from '../json';
import { findEventType, parameters } from './catalogue';
import { buildEvent } from './event-id';
import type { TelephonyEvent } from './telephony-event';
import { derivedParameters } from './vocabulary';

const START_MS = Date.parse('2026-03-02T09:15:04.120Z');

/** What buildEvent works out. */
const COMPUTED = ['eventType', 'eventId', 'eventTime', 'timestamp', 'timestampMs', 'sourceName', 'provider'];

/** Of the party and call groups: what an ordinary call does not have. */
const RARE = ['parentCallId', 'providerCallId', 'actionId', 'forwardedFrom', 'raw', 'providerEvent'];

/** What is told about the way of a call, as far as it has come. */
const MENU = ['ivrName', 'ivrPath', 'digits'];
const QUEUE = [...MENU, 'queueName'];
const RUNG = [...QUEUE, 'target', 'targetType'];
const TAKEN = [...RUNG, 'answeredBy', 'answeredByType', 'pickup'];

/** The events of the call that went before, of which the place of another is counted. */
const COURSE = [
  'call.received',
  'call.ivr',
  'call.dtmf',
  'call.queued',
  'call.dialed',
  'call.ringing',
  'call.answered',
  'call.recording.started',
];

/** Of the group `campaign`: what a call of a customer does not have. */
const CAMPAIGN_ONLY = [
  'campaignId',
  'campaignName',
  'flowId',
  'messageBatchId',
  'contactId',
  'callAttempt',
  'machineDetected',
  'robotResult',
  'speechText',
];

/** Known only when a colleague takes part. */
const COLLEAGUE = ['internalNumber', 'employeeName', 'employeeId', 'employeeEmail'];

/** In the result of a call that a person answered. */
const NOT_ANSWERED_ONLY = ['missedReason', 'sipCode', 'transferResult'];

const UNANSWERED: JsonObject = { disposition: 'NO ANSWER', talkSec: 0, billsec: 0, queueSec: 0, ivrSec: 0 };

const OUTBOUND: JsonObject = {
  direction: 'outbound',
  callerNumber: '12025550110',
  calledNumber: '12025550142',
  externalNumber: '12025550142',
};
/** About the caller, who in a call that goes out is you; and the international forms, which follow from the numbers. */
const INBOUND_ONLY = [
  'callerName',
  'callerCountry',
  'callerRegion',
  'callerOperator',
  'callerNumberE164',
  'calledNumberE164',
];

interface Sample {
  /** Milliseconds since the start of the call. */
  readonly afterMs: number;
  readonly state?: string;
  /** The parameters of the group `route` that it has. */
  readonly route?: readonly string[];
  readonly without?: readonly string[];
  /** Rare parameters that it has nevertheless. */
  readonly rare?: readonly string[];
  readonly says?: JsonObject;
}

const outbound = (sample: Sample): Sample => ({
  ...sample,
  without: [...INBOUND_ONLY, ...(sample.without ?? [])],
  says: { ...OUTBOUND, ...sample.says },
});

const samples: Readonly<Record<string, Sample>> = {
  'call.received': { afterMs: 0, state: 'new', without: COLLEAGUE },
  'call.initiated': outbound({ afterMs: 0, state: 'new', rare: ['actionId'], says: { origin: 'click2call' } }),
  'call.ivr': { afterMs: 500, state: 'ivr', route: ['ivrName'], without: COLLEAGUE },
  'call.dtmf': { afterMs: 5800, state: 'ivr', route: [...MENU, 'digit', 'pressedBy'], without: COLLEAGUE },
  'call.queued': {
    afterMs: 6500,
    state: 'queued',
    route: [...QUEUE, 'queuePosition', 'queueCount'],
    without: COLLEAGUE,
  },
  'call.dialed': { afterMs: 11_000, state: 'dialing', route: [...RUNG, 'targets'] },
  'call.ringing': { afterMs: 11_300, state: 'ringing', route: [...RUNG, 'targets'] },
  'call.agent.missed': { afterMs: 11_200, state: 'queued', route: RUNG },
  'call.queue.left': {
    afterMs: 40_200,
    state: 'queued',
    route: [...QUEUE, 'queuePosition', 'queueCount', 'queueLeaveReason'],
    without: COLLEAGUE,
  },
  'call.forwarded': { afterMs: 11_400, state: 'dialing', route: [...RUNG, 'forwardTo'] },
  'call.voicemail': {
    afterMs: 31_000,
    state: 'ended',
    route: ['mailbox', 'target', 'targetType'],
    says: { targetType: 'voicemail', sessionState: 'ivr' },
  },
  'voicemail.received': { afterMs: 62_000, state: 'ended', says: { recordingDuration: 30 }, without: ['transcript'] },
  'call.answered': { afterMs: 15_500, state: 'talking', route: TAKEN },
  'call.resumed': { afterMs: 30_000, state: 'talking', route: TAKEN },
  'call.recording.started': { afterMs: 15_600, state: 'talking', without: ['recordingDuration', 'transcript'] },
  'call.recording.paused': { afterMs: 50_000, state: 'talking', without: ['recordingDuration', 'transcript'] },
  'call.recording.resumed': { afterMs: 58_000, state: 'talking', without: ['recordingDuration', 'transcript'] },
  'call.hold': { afterMs: 60_000, state: 'held', route: [...TAKEN, 'heldBy'] },
  'call.unhold': { afterMs: 72_000, state: 'talking', route: [...TAKEN, 'heldBy'] },
  'call.transferred': {
    afterMs: 80_000,
    state: 'talking',
    route: [...TAKEN, 'transferType', 'transferFrom', 'transferTo'],
    says: { target: '102' },
  },
  'call.parked': { afterMs: 80_000, state: 'held', route: [...TAKEN, 'parkingSlot'] },
  'call.unparked': { afterMs: 95_000, state: 'talking', route: [...TAKEN, 'parkingSlot'] },
  'call.conference.joined': {
    afterMs: 80_000,
    state: 'talking',
    route: [...TAKEN, 'conference'],
    says: { target: '8000', targetType: 'conference' },
  },
  'call.conference.left': {
    afterMs: 120_000,
    state: 'talking',
    route: [...TAKEN, 'conference'],
    says: { target: '8000', targetType: 'conference' },
  },
  'call.recording.stopped': { afterMs: 140_400, state: 'talking', without: ['transcript'] },
  'call.missed': {
    afterMs: 40_200,
    state: 'ended',
    route: [...QUEUE, 'queueLeaveReason'],
    without: [...COLLEAGUE, 'sipCode', 'transferResult', 'answerTime'],
    says: {
      ...UNANSWERED,
      status: 'missed',
      missedReason: 'abandoned_queue',
      duration: 40.2,
      billsec: 39,
      waitSec: 40.2,
      ivrSec: 6.5,
      queueSec: 33.7,
    },
  },
  'call.ended': {
    afterMs: 140_500,
    state: 'ended',
    route: [...TAKEN, 'callFlow'],
    rare: ['raw', 'providerEvent'],
    without: [...NOT_ANSWERED_ONLY, ...CAMPAIGN_ONLY],
  },
  'call.recording.ready': { afterMs: 155_000, state: 'ended' },
  'call.tracked': { afterMs: 900, state: 'new', without: COLLEAGUE },
  'call.evaluated': { afterMs: 160_000, state: 'ended', without: ['dispositionCode', 'comment'] },
  'call.disposition': { afterMs: 180_000, state: 'ended', without: ['rating', 'category', 'categoryNumber'] },
  'call.originate.failed': outbound({
    afterMs: 9000,
    state: 'ended',
    rare: ['actionId'],
    without: ['transferResult', 'answerTime'],
    says: {
      ...UNANSWERED,
      origin: 'click2call',
      status: 'busy',
      disposition: 'BUSY',
      missedReason: 'busy',
      duration: 9,
      waitSec: 9,
      hangupBy: 'callee',
      hangupCause: '17',
      hangupCauseText: 'User busy',
    },
  }),
  'campaign.call.result': outbound({
    afterMs: 140_500,
    state: 'ended',
    route: ['digits', 'target', 'targetType', 'answeredBy', 'answeredByType'],
    without: [...NOT_ANSWERED_ONLY, ...COLLEAGUE],
    says: {
      origin: 'campaign',
      hangupBy: 'customer',
      target: '12025550142',
      targetType: 'external',
      answeredBy: '12025550142',
      answeredByType: 'customer',
      queueSec: 0,
      ivrSec: 0,
      talkSec: 125,
      billsec: 125,
    },
  }),
  'robot.call.started': outbound({ afterMs: 0, state: 'new', without: COLLEAGUE, says: { origin: 'robot' } }),
  'robot.call.ended': outbound({
    afterMs: 140_500,
    state: 'ended',
    without: [...NOT_ANSWERED_ONLY, ...COLLEAGUE],
    says: { origin: 'robot', queueSec: 0, ivrSec: 0, billsec: 125 },
  }),
  'auth.call.requested': outbound({
    afterMs: 0,
    state: 'new',
    without: [...COLLEAGUE, 'authResult'],
    says: { origin: 'api' },
  }),
  'auth.call.completed': outbound({
    afterMs: 9000,
    state: 'ended',
    without: [...COLLEAGUE, 'sipCode', 'transferResult', 'answerTime', 'missedReason'],
    says: { ...UNANSWERED, origin: 'api', status: 'cancelled', duration: 9, waitSec: 9, hangupBy: 'pbx', price: 0.002 },
  }),
  'message.received': { afterMs: 0, without: ['messageStatus', 'messageErrorCode'] },
  'message.sent': { afterMs: 20_000, says: sentMessage('sent'), without: ['messageErrorCode'] },
  'message.status': { afterMs: 24_000, says: sentMessage('delivered'), without: ['messageErrorCode'] },
  'agent.status': { afterMs: 0, without: ['device', 'deviceStatus'] },
  'device.status': { afterMs: 0, without: ['agent', 'agentStatus', 'agentReason'] },
  custom: { afterMs: 30_000, state: 'talking' },
  'source.connected': { afterMs: 0, without: ['reason'] },
  'source.disconnected': { afterMs: 0 },
  'source.suspicious': { afterMs: 0, without: ['pbxVersion'], says: { reason: 'wrong signature' } },
  'event.unknown': { afterMs: 15_500, state: 'talking', rare: ['raw', 'providerEvent'] },
};

function sentMessage(messageStatus: string): JsonObject {
  return {
    messageId: 'msg-9f2',
    messageFrom: '12025550110',
    messageTo: '12025550142',
    messageText: 'Your order is ready.',
    messageDirection: 'outbound',
    messageStatus,
  };
}

/** The sample of a type, always the same. Undefined: there is no such type. */
export function sampleEvent(type: string): TelephonyEvent | undefined {
  return sampleEvents.get(type);
}

const sampleEvents: ReadonlyMap<string, TelephonyEvent> = new Map(
  Object.entries(samples).map(([type, sample]) => [type, eventOf(type, sample)]),
);

function eventOf(type: string, sample: Sample): TelephonyEvent {
  const groups = new Set<string>(findEventType(type)?.groups);
  const without = new Set([
    ...COMPUTED,
    ...derivedParameters,
    ...RARE,
    ...laterThan(sample),
    ...(sample.without ?? []),
  ]);
  for (const name of sample.rare ?? []) without.delete(name);
  const ofCall = groups.has('call');
  const own = parameters.filter(({ name, group }) => {
    if (group === 'route') return sample.route?.includes(name) === true;
    return groups.has(group) && !without.has(name) && (ofCall || name !== 'sequence');
  });
  const examples = Object.fromEntries(own.map(({ name, example }) => [name, example]));
  const before = COURSE.filter((earlier) => (samples[earlier]?.afterMs ?? 0) < sample.afterMs);
  const time = new Date(START_MS + sample.afterMs).toISOString();
  const state: JsonObject = sample.state === undefined ? {} : { sessionState: sample.state };
  const order: JsonObject = ofCall ? { sequence: before.length + 1 } : {};
  const end: JsonObject = 'endTime' in examples ? { endTime: endOf(sample) } : {};
  const callId = ofCall ? String(examples['callId']) : '';
  return buildEvent({
    sourceId: 'sample',
    sourceName: 'Head office',
    provider: 'simulator',
    type,
    time,
    callId,
    idParts: [callId, type],
    parameters: { ...examples, ...state, ...order, ...end, ...sample.says },
    countryCode: 'US',
    fixed: {},
  });
}

/** Times of the call that have not come yet at that moment. The whole seconds are worked out from the others. */
function laterThan({ afterMs, state }: Sample): string[] {
  const computed = ['startTimestamp', 'answerTimestamp', 'endTimestamp'];
  const unanswered = afterMs < 15_500 ? ['answerTime'] : [];
  return [...computed, ...unanswered, ...(state === 'ended' ? [] : ['endTime'])];
}

/** A call of which more is heard later was over after 140.5 s all the same. */
function endOf({ afterMs }: Sample): string {
  return new Date(START_MS + Math.min(afterMs, 140_500)).toISOString();
}
