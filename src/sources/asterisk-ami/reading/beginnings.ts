/** How calls begin, and what that tells: which way they go, who calls whom, and what made Asterisk call somebody. */
import type { JsonObject } from '../../../json';
import { type Call, type Channel, isoTime, numberOf } from '../calls/call';
import type { Switchboard } from '../calls/switchboard';

/** Somebody calls: from outside over a line, or one of the own phones. */
export function beginAtFirstRing(board: Switchboard, channel: Channel): void {
  const { call } = channel;
  if (call.begun || channel !== call.primary) return;
  if (channel.kind === 'trunk') beginInbound(board, call, channel);
  else beginFromPhone(board, call, channel);
}

function beginInbound(board: Switchboard, call: Call, channel: Channel): void {
  call.direction = 'inbound';
  const did = isRealExten(channel.exten) ? channel.exten : '';
  begin(board, call, 'call.received', {
    ...callerOf(channel),
    ...(did !== '' && { did, calledNumber: did }),
    trunk: channel.name.resource,
    externalNumber: channel.callerNumber,
  });
}

function beginFromPhone(board: Switchboard, call: Call, channel: Channel): void {
  call.direction = board.dialplan.isInside(channel.exten) ? 'internal' : 'outbound';
  const employeeName = channel.callerName;
  begin(board, call, 'call.initiated', {
    ...callerOf(channel),
    callerNumber: channel.extension,
    calledNumber: channel.exten,
    internalNumber: channel.extension,
    ...(employeeName !== '' && { employeeName }),
    ...(call.direction === 'outbound' && { externalNumber: channel.exten }),
  });
}

/** `s` and its like are no numbers that anybody dialled. */
function isRealExten(exten: string): boolean {
  return /^\+?\d+$/.test(exten);
}

export function callerOf({ callerNumber, callerName }: Channel): JsonObject {
  const withheld = callerNumber === '' || /^(?:anonymous|unknown|private|restricted|unavailable)$/i.test(callerNumber);
  return { callerNumber, ...(callerName !== '' && { callerName }), callerWithheld: withheld };
}

/** What is known of a call that Asterisk itself began, for the party whom it called first. */
export interface Origination {
  readonly callerNumber?: string;
  readonly callerName?: string;
}

/** Asterisk calls somebody on its own account: a click-to-call rings a phone of the house first, a campaign someone outside. */
export function beginOriginated(board: Switchboard, call: Call, first: Channel, origination: Origination): void {
  begin(board, call, 'call.initiated', factsOfOriginated(call, first, origination));
}

/** Says of the call, too, which way it goes. */
export function factsOfOriginated(call: Call, first: Channel, origination: Origination): JsonObject {
  const target = numberOf(first);
  const isPhone = first.kind === 'phone';
  call.primary = first;
  call.direction = 'outbound';
  call.origin = isPhone ? 'click2call' : 'campaign';
  const { callerNumber = '', callerName = '' } = origination;
  return {
    callerNumber,
    ...(callerName !== '' && { callerName }),
    calledNumber: target,
    ...(isPhone ? { internalNumber: target } : { externalNumber: target, trunk: first.name.resource }),
    ...(isPhone && callerNumber !== target && { externalNumber: callerNumber }),
  };
}

function begin(board: Switchboard, call: Call, type: string, facts: JsonObject): void {
  call.begun = true;
  Object.assign(call.facts, facts, { startTime: isoTime(call.startedAtMs) });
  board.say(call, type);
}
