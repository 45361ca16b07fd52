/** Calls that began before anybody listened: what the channels that Asterisk lists tell of them. */
import type { JsonObject } from '../../../json';
import {
  type Call,
  type Channel,
  isOpen,
  isoTime,
  type Leg,
  newLeg,
  newStay,
  numberOf,
  RING,
  RINGING,
  UP,
} from '../calls/call';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { callerOf, factsOfOriginated } from './beginnings';
import { throughLine } from './dialling';
import { amiNumber } from './reading';

/** A channel that claims to be older tells nonsense. */
const LONGEST_SECONDS = 366 * 86_400;

/** `items`: of the channels of one call of which nobody has heard. */
export function adopt(board: Switchboard, linkedId: string, items: readonly Packet[]): void {
  const call = board.adopt(linkedId);
  const parties = new Map<Channel, Packet>();
  for (const item of oldestFirst(items)) {
    const channel = board.take(item, call);
    if (channel !== undefined && channel.kind !== 'local') parties.set(channel, item);
  }
  const [oldest] = parties.keys();
  const primary = [...parties.keys()].find(({ uniqueId }) => uniqueId === linkedId) ?? oldest;
  const item = primary && parties.get(primary);
  if (primary === undefined || item === undefined) {
    board.forget(call);
    return;
  }
  parties.delete(primary);
  if (looksLikeLine(board, primary, item)) primary.kind = 'trunk';
  call.begun = true;
  call.primary = primary;
  call.startedAtMs = board.nowMs - secondsSince(item) * 1000;
  const facts = wasCalled(primary, item)
    ? originated(board, call, primary, item)
    : beganItself(board, call, primary, item, [...parties.keys()]);
  Object.assign(call.facts, facts, { adopted: true, startTime: isoTime(call.startedAtMs) });
  for (const [party, ofParty] of parties) addLeg(board, party, primary, ofParty);
  const talking = [...parties.keys()].findLast(({ state, bridge }) => state === UP && bridge !== undefined);
  if (talking?.leg !== undefined) wasAnswered(board, call, talking.leg);
  if (primary.state === UP)
    primary.upAtMs = (primary.leg === undefined ? call.answeredAtMs : undefined) ?? call.startedAtMs;
  if (call.station === undefined) resumeApplication(board, primary, item);
  board.say(call, 'call.resumed', { sessionState: stateOf(call) });
}

export function oldestFirst(items: readonly Packet[]): Packet[] {
  return items.toSorted((a, b) => secondsSince(b) - secondsSince(a));
}

/** Whom no number of a phone names, and who has not dialled one, calls from outside with his number withheld. */
function looksLikeLine({ dialplan }: Switchboard, { kind, name, callerNumber }: Channel, item: Packet): boolean {
  if (kind !== 'phone') return false;
  return ![name.resource, callerNumber, item.text('DNID')].some((one) => dialplan.isExtension(one));
}

/** Asterisk itself has called the party with whom the call began: it does not dial, and never did. */
function wasCalled({ state, name }: Channel, item: Packet): boolean {
  if (state !== UP) return state !== RING;
  // An analogue line brings no number with it either.
  return item.get('DNID') === '' && !/^(?:dahdi|zap)$/i.test(name.technology);
}

/** Somebody called: from outside over a line, or one of the own phones. */
function beganItself(
  board: Switchboard,
  call: Call,
  primary: Channel,
  item: Packet,
  others: readonly Channel[],
): JsonObject {
  const fromOutside = primary.kind === 'trunk';
  const dialled = item.text('DNID') || (fromOutside ? '' : primary.exten);
  const leaves = others.some(({ kind }) => kind === 'trunk');
  const stays = board.dialplan.isInside(dialled) && !leaves;
  call.direction = fromOutside ? 'inbound' : stays ? 'internal' : 'outbound';
  return {
    ...callerOf(primary),
    callerNumber: numberOf(primary),
    ...(dialled !== '' && { calledNumber: dialled }),
    ...(fromOutside
      ? { trunk: primary.name.resource, externalNumber: primary.callerNumber, ...(dialled !== '' && { did: dialled }) }
      : { internalNumber: primary.extension }),
  };
}

/** Asterisk called somebody on its own account; who dials for them in turn is not known any more. */
function originated(board: Switchboard, call: Call, primary: Channel, item: Packet): JsonObject {
  const { kind, name, state } = primary;
  if (kind === 'phone') call.originated = `${name.technology}/${name.resource}`;
  const leg = addLeg(board, primary, undefined, item);
  const facts = factsOfOriginated(call, primary, { callerNumber: shownTo(item) });
  if (state !== UP) return facts;
  Object.assign(call.facts, facts);
  // The agent of a click-to-call is not yet whom it is for.
  if (call.origin === 'campaign') wasAnswered(board, call, leg);
  else board.setAnsweredBy(call, primary);
  call.answeredLeg = leg;
  return {};
}

/** By the party at the end of this leg, nobody knows when. */
function wasAnswered(board: Switchboard, call: Call, leg: Leg): void {
  call.answeredAtMs ??= leg.answeredAtMs;
  call.answeredLeg = leg;
  board.setAnsweredBy(call, leg.channel);
  board.enterStation(call, leg.targetType, numberOf(leg.channel));
}

/** The number that this party sees of the other. */
function shownTo(item: Packet): string {
  const number = item.text('ConnectedLineNum');
  return /^\+?\d+$/.test(number) ? number : '';
}

/**
 * A party that is there already was dialled once; of one that does not ring any more nobody knows when it answered. `root`: for
 * whom; undefined: for nobody, Asterisk has called it.
 */
export function addLeg(board: Switchboard, channel: Channel, root: Channel | undefined, item: Packet): Leg {
  const sinceMs = board.nowMs - secondsSince(item) * 1000;
  const { call, kind, state, callerNumber } = channel;
  call.round ||= 1;
  const leg = newLeg({
    channel,
    // Whom Asterisk has called for itself bears the number that they are shown.
    target: kind === 'phone' ? channel.extension : callerNumber === shownTo(item) ? '' : callerNumber,
    targetType: kind === 'phone' ? 'extension' : 'external',
    root,
    round: call.round,
    dialledAtMs: sinceMs,
    ringingAtMs: state === RINGING ? sinceMs : undefined,
    answeredAtMs: state === UP ? sinceMs : undefined,
  });
  channel.leg = leg;
  board.remember(leg);
  if (leg.targetType === 'external' && root !== undefined) throughLine(board, call, channel, shownTo(item));
  return leg;
}

/** What the dialplan is doing with the caller. */
export function resumeApplication(board: Switchboard, primary: Channel, item: Packet): void {
  const { call } = primary;
  const [name = ''] = (item.text('ApplicationData') || item.text('Data')).split(',', 1);
  switch (item.text('Application')) {
    case 'Queue':
      primary.queue ??= newStay(name, primary.exten);
      call.facts['queueName'] = name;
      board.enterStation(call, 'queue', name);
      break;
    case 'BackGround':
    case 'WaitExten':
      board.enterStation(call, 'ivr', primary.context);
      break;
    case 'ConfBridge':
      call.inConference = true;
      board.enterStation(call, 'conference', name);
      break;
    case 'VoiceMail':
      call.reachedVoicemail = true;
      board.enterStation(call, 'voicemail', name);
      break;
  }
}

function stateOf({ station, legs, facts }: Call): string {
  switch (station?.type) {
    case 'ivr':
      return 'ivr';
    case 'queue':
      return 'queued';
    case 'extension':
    case 'external':
    case 'conference':
    case 'voicemail':
      return 'talking';
    case 'parking':
      return 'held';
    case 'dialling':
    case undefined:
      return legs.some(isOpen) ? 'ringing' : facts['answeredBy'] === undefined ? 'new' : 'talking';
  }
}

/** How long a channel has existed: `Seconds` of Status, `Duration` (HH:MM:SS) of CoreShowChannels. */
function secondsSince(item: Packet): number {
  const seconds = amiNumber(item, 'Seconds');
  if (seconds !== undefined) return Math.min(seconds, LONGEST_SECONDS);
  const parts = /^(\d{1,6}):(\d\d):(\d\d)$/.exec(item.text('Duration'));
  return parts === null ? 0 : Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
}
