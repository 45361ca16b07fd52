/**
 * What the phone systems whose webhooks this pack takes over call their events, for people who know them by those names.
 * Data only; also bundled into the editor panels.
 */
import type { CallType } from './telephony-event';

export interface SystemTrigger {
  /** The phone system. */
  readonly system: string;
  /** What the phone system calls it. */
  readonly title: string;
  /** The same as triggers of ours. */
  readonly triggers: readonly string[];
  /** The call types to which it is limited. Undefined: to none. */
  readonly callTypes?: readonly CallType[];
}

type Row = readonly [title: string, triggers: readonly string[], callTypes?: readonly CallType[]];

function named(system: string, rows: readonly Row[]): readonly SystemTrigger[] {
  return rows.map(([title, triggers, callTypes]) =>
    callTypes === undefined ? { system, title, triggers } : { system, title, triggers, callTypes },
  );
}

const INBOUND = ['inbound'] as const;
const OUTBOUND = ['outbound'] as const;
const CLICK_TO_CALL = ['click-to-call'] as const;

export const systemTriggers: readonly SystemTrigger[] = [
  ...named('KOMPaaS', [
    ['Telephony calls: incoming (VpbxInboundCallStart)', ['call.received']],
    ['Telephony calls: outgoing (VpbxOutgoingStart)', ['call.initiated']],
    ['Telephony calls: response', ['call.answered']],
    ['Telephony calls: start of a call', ['call.received', 'call.initiated']],
    ['Telephony calls: end of a call', ['call.ended']],
    ['Incoming call ends (VpbxInboundCallEnd)', ['call.ended'], INBOUND],
    ['Outgoing call ends (VpbxOutgoingEnd)', ['call.ended'], OUTBOUND],
    [
      'PBX calls',
      ['call.received', 'call.initiated', 'call.dialed', 'call.answered', 'call.transferred', 'call.ended'],
    ],
    ['PBX calls: transferred to another subscriber', ['call.transferred']],
    ['Authorization calls: Password Call, Flash Call', ['auth.call.requested', 'auth.call.completed']],
    ['SMS', ['message.received', 'message.sent', 'message.status']],
    ['Calltracking', ['call.tracked']],
    ['Voice robot calls', ['robot.call.started', 'robot.call.ended', 'campaign.call.result']],
  ]),
  ...named('Smartflo, Acefone, Servetel', [
    ['Call received on server', ['call.received']],
    ['Call answered on IVR', ['call.answered:ivr']],
    ['Call answered on ring group', ['call.answered:ringgroup']],
    ['Call answered on call queue', ['call.answered:queue']],
    ['Call answered by extension', ['call.answered:extension']],
    ['Call missed', ['call.missed']],
    ['Call hangup', ['call.ended']],
    ['Call missed or answered', ['call.ended']],
    ['DTMF option', ['call.dtmf']],
    ['Dialed on extensions', ['call.dialed']],
    ['Call answered by customer (Click to Call)', ['call.answered:customer'], CLICK_TO_CALL],
    ['Call answered by Agent', ['call.answered:extension', 'call.answered:ringgroup', 'call.answered:queue']],
    ['Call hangup (Missed)', ['call.missed']],
    ['Call hangup (Answered)', ['call.ended:answered']],
    ['Dialed on Agent', ['call.dialed']],
    ['Call received on Department', ['call.queued']],
    ['Call received on Auto Attendant', ['call.ivr']],
    ['Call answered by Agent (Hangup)', ['call.ended:answered']],
    ['Call missed by Agent (Hangup)', ['call.agent.missed']],
    ['Call missed by Customer (Click to Call)', ['call.ended:missed'], CLICK_TO_CALL],
    ['Disposition Status Updated (Dialer)', ['call.disposition']],
    ['Call Connected to Agent (Dialer)', ['campaign.call.result']],
    ['Session Call Answered', ['call.answered']],
  ]),
  ...named('OBD / Click2Call', [
    ['Click2Call report', ['call.ended'], CLICK_TO_CALL],
    ['OBD report', ['campaign.call.result']],
  ]),
  ...named('Ringostat', [
    ['Incoming: before the call', ['call.received']],
    ['Incoming: at the moment of picking up the phone', ['call.answered'], INBOUND],
    ['Incoming: at the moment of call forwarding', ['call.forwarded'], INBOUND],
    ['Incoming: after the call', ['call.ended'], INBOUND],
    ['Incoming: after the call evaluation menu', ['call.evaluated'], INBOUND],
    ['Outgoing: before the call', ['call.initiated'], OUTBOUND],
    ['Outgoing: after the call', ['call.ended'], OUTBOUND],
  ]),
];
