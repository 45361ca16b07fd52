/** What is told of a call when it is over: how it went, why nobody answered, who hung up, and how long everything took. */
import type { JsonObject } from '../../../json';
import { type Call, isoTime, type Leg, type MissedReason, type Station, secondsOf } from './call';

export interface Ending {
  readonly atMs: number;
  /** Why it ended otherwise than by hanging up: `merged`, `source_lost`. */
  readonly reason?: string;
}

/** Q.850 causes with which a phone or a provider refuses a call. */
const REASON_OF_CAUSE: Readonly<Record<string, MissedReason>> = {
  '1': 'invalid_number',
  '3': 'unreachable',
  '17': 'busy',
  '20': 'unreachable',
  '21': 'rejected',
  '27': 'unreachable',
  '28': 'invalid_number',
  '34': 'congestion',
  '38': 'congestion',
  '41': 'congestion',
  '42': 'congestion',
  '44': 'congestion',
};

/** Whether a call that hangs up with this cause was turned away. */
export function isRefusal(cause: string): boolean {
  return Object.hasOwn(REASON_OF_CAUSE, cause);
}

const REASON_OF_STATUS: Readonly<Record<string, MissedReason>> = {
  BUSY: 'busy',
  CONGESTION: 'congestion',
  CHANUNAVAIL: 'unreachable',
};

/** Asterisk calls a refused or an unknown number NOANSWER too: the cause knows better. */
function reasonOfLeg(leg: Leg): MissedReason {
  // 18: no answer to the invitation itself; a phone that has rung was there.
  if (leg.cause === '18' && leg.ringingAtMs === undefined) return 'unreachable';
  return REASON_OF_CAUSE[leg.cause] ?? REASON_OF_STATUS[leg.status] ?? 'noanswer';
}

/** The legs that were tried last, together. */
function lastRound(call: Call): readonly Leg[] {
  const failed = call.legs.filter((leg) => leg.answeredAtMs === undefined && !leg.forwarded);
  const round = failed.at(-1)?.round;
  return failed.filter((leg) => leg.round === round);
}

function reasonOfRound(legs: readonly Leg[]): MissedReason | undefined {
  const reasons = legs.map(reasonOfLeg);
  return reasons.includes('noanswer') ? 'noanswer' : reasons.at(-1);
}

/** Who hung up, as the call sees them. */
function hangupBy(call: Call, ending: Ending): string {
  const channel = call.hangup?.channel;
  if (channel === undefined) return ending.reason === 'source_lost' ? 'unknown' : 'pbx';
  const byFirstParty = channel === call.primary;
  if (call.origin === 'click2call') return byFirstParty ? 'agent' : 'customer';
  if (call.origin === 'campaign') return byFirstParty ? 'customer' : 'agent';
  return byFirstParty ? 'caller' : 'callee';
}

/** Where the call was when it ended decides before anything that was tried earlier. */
function missedReason(call: Call, station: Station | undefined): MissedReason {
  if (call.reachedVoicemail) return 'voicemail';
  const callerLeft = call.hangup !== undefined && call.hangup.channel === call.primary;
  if (station?.type === 'ivr') return callerLeft ? 'abandoned_ivr' : 'ivr_ended';
  if (station?.type === 'queue') return callerLeft ? 'abandoned_queue' : 'queue_timeout';
  if (callerLeft) return call.leftQueue === 'abandoned_queue' ? 'abandoned_queue' : 'caller_hangup';
  const reason = call.leftQueue ?? reasonOfRound(lastRound(call));
  if (reason !== undefined) return reason;
  const ofIvr = call.passed.at(-1)?.type === 'ivr' ? 'ivr_ended' : undefined;
  return REASON_OF_CAUSE[call.hangupCause] ?? ofIvr ?? 'noanswer';
}

function dispositionOf(reason: MissedReason): string {
  switch (reason) {
    case 'busy':
      return 'BUSY';
    case 'voicemail':
      return 'VOICEMAIL';
    case 'unreachable':
    case 'congestion':
    case 'invalid_number':
      return 'FAILED';
    case 'noanswer':
    case 'rejected':
    case 'caller_hangup':
    case 'abandoned_ivr':
    case 'abandoned_queue':
    case 'queue_timeout':
    case 'ivr_ended':
      return 'NO ANSWER';
  }
}

function statusOf(call: Call, reason: MissedReason): string {
  switch (reason) {
    case 'busy':
    case 'rejected':
    case 'voicemail':
      return reason;
    case 'unreachable':
    case 'congestion':
    case 'invalid_number':
      return 'failed';
    case 'caller_hangup':
      return call.direction === 'inbound' ? 'missed' : 'cancelled';
    case 'noanswer':
    case 'abandoned_ivr':
    case 'abandoned_queue':
    case 'queue_timeout':
    case 'ivr_ended':
      return 'missed';
  }
}

/** Whether a person answered, or met others in a conference. */
export function wasAnswered(call: Call): boolean {
  return call.answeredAtMs !== undefined || call.inConference;
}

/** What became of the last transfer. */
function transferResult({ transfer, legs }: Call): string | undefined {
  if (transfer === undefined || transfer.result !== '') return transfer?.result;
  const since = legs.filter((leg) => leg.dialledAtMs >= transfer.sinceMs);
  const reason = reasonOfRound(since.filter((leg) => leg.round === since.at(-1)?.round));
  return reason === 'busy' || reason === 'rejected' ? reason : 'noanswer';
}

/** The parameters of `call.ended`, and of the `call.missed` before it. */
export function figuresOf(call: Call, ending: Ending): JsonObject {
  const { primary } = call;
  // What Asterisk needs to clear up after the one who hung up is no part of the call.
  const endMs = call.hangup?.channel === primary ? (call.hangup?.atMs ?? ending.atMs) : ending.atMs;
  const answered = wasAnswered(call);
  const reason = answered || call.mergedInto !== undefined ? undefined : missedReason(call, call.station);
  const failed = lastRound(call).at(-1);
  const cause = answered || failed === undefined || failed.cause === '' ? call.hangupCause : failed.cause;
  const rung = call.answeredLeg ?? call.legs.findLast((leg) => leg.ringingAtMs !== undefined);
  const talkMs = call.bridged || call.answeredAtMs === undefined ? call.talkMs : endMs - call.answeredAtMs;
  const passed = call.station === undefined ? call.passed : [...call.passed, passedStation(call.station, endMs)];
  return {
    endTime: isoTime(endMs),
    status: reason !== undefined ? statusOf(call, reason) : answered ? 'answered' : 'missed',
    disposition: reason !== undefined ? dispositionOf(reason) : answered ? 'ANSWERED' : 'NO ANSWER',
    ...(reason !== undefined && { missedReason: reason }),
    ...(ending.reason !== undefined && { reason: ending.reason }),
    duration: secondsOf(endMs - call.startedAtMs),
    billsec: primary?.upAtMs === undefined ? 0 : secondsOf(endMs - primary.upAtMs),
    talkSec: secondsOf(talkMs),
    waitSec: secondsOf((call.answeredAtMs ?? endMs) - call.startedAtMs),
    ringSec:
      rung?.ringingAtMs === undefined
        ? 0
        : secondsOf((rung.answeredAtMs ?? rung.endedAtMs ?? endMs) - rung.ringingAtMs),
    queueSec: sum(passed, 'queue'),
    ivrSec: sum(passed, 'ivr'),
    holdSec: secondsOf(call.holdMs),
    hangupBy: hangupBy(call, ending),
    ...(cause !== '' && { hangupCause: cause }),
    ...(cause === call.hangupCause && call.hangupCauseText !== '' && { hangupCauseText: call.hangupCauseText }),
    ...(failed !== undefined && /^\d+$/.test(failed.sipCode) && !answered && { sipCode: Number(failed.sipCode) }),
    ...optional('transferResult', transferResult(call)),
    adopted: call.adopted,
    callFlow: passed.filter(({ type }) => type !== 'dialling'),
  };
}

export function passedStation({ type, name, sinceMs }: Station, untilMs: number): Call['passed'][number] {
  return { type, name, sec: secondsOf(untilMs - sinceMs) };
}

function sum(passed: Call['passed'], wanted: Station['type']): number {
  return Math.round(passed.reduce((total, { type, sec }) => (type === wanted ? total + sec : total), 0) * 100) / 100;
}

function optional(name: string, value: string | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
