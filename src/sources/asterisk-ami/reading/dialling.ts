/** Phones and numbers are tried: dialled, ringing, answered, sent on to another number. */
import type { JsonObject } from '../../../json';
import { otherHalf } from '../calls/bridges';
import { type Call, type Channel, isOpen, type Leg, newLeg, numberOf } from '../calls/call';
import { bareNumber, dialledNumber } from '../calls/channel-name';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { beginAtFirstRing, beginOriginated } from './beginnings';
import type { Readings } from './reading';

export const dialReadings: Readings = {
  DialBegin(board, packet) {
    const dialler = board.observe(packet);
    const channel = board.observe(packet, 'Dest');
    if (channel === undefined) return;
    channel.dialledBy = dialler;
    if (channel.kind === 'local') return dialsLocal(channel, dialler, packet);
    const { call } = channel;
    if (channel.kind === 'phone') channel.kind = kindWhenDialled(board, channel, packet);
    const leg = dialledLeg(board, channel, dialler, packet.text('DialString'));
    channel.leg = leg;
    board.remember(leg);
    if (!call.begun) begins(board, call, channel, dialler, packet);
    tellDialled(board, leg, packet);
    // The phone may have rung before anybody said that it was dialled.
    if (channel.state === 5) rings(board, channel);
  },

  DialState(board, packet) {
    board.observe(packet);
    const channel = board.observe(packet, 'Dest');
    if (channel !== undefined && ['RINGING', 'PROGRESS'].includes(packet.text('DialStatus'))) rings(board, channel);
  },

  DialEnd(board, packet) {
    const dialler = board.observe(packet);
    const channel = board.observe(packet, 'Dest');
    if (channel === undefined || channel.kind === 'local') return;
    const status = packet.text('DialStatus');
    if (status === 'ANSWER') {
      isAnswered(board, channel, dialler);
      return;
    }
    const { leg } = channel;
    if (leg === undefined) return;
    const forward = bareNumber(packet.text('Forward'));
    if (leg.endedAtMs !== undefined) return;
    leg.endedAtMs = board.nowMs;
    leg.status = status;
    if (forward !== '') forwards(board, leg, dialler, forward);
  },
};

/** Local pairs lead on to somebody else: only who that is gets told. */
function dialsLocal(channel: Channel, dialler: Channel | undefined, packet: Packet): void {
  if (dialler === undefined) {
    // Asterisk calls on its own account; whom, shows when the other half of the pair dials.
    const { facts } = channel.call;
    channel.call.originated = `${channel.name.technology}/${packet.text('DialString')}`;
    facts['callerNumber'] = channel.callerNumber;
    facts['callerName'] = channel.callerName;
    return;
  }
  channel.forwardedFor = dialler.forwarder;
  dialler.forwarder = '';
}

/** What is dialled with a number of its own is a line to the outside, also where neither its name nor its context tells. */
function kindWhenDialled(board: Switchboard, channel: Channel, packet: Packet): Channel['kind'] {
  const { name, context, callerNumber } = channel;
  return board.dialplan.kindOf({ name, context, callerNumber, dialString: packet.text('DialString') });
}

function dialledLeg(board: Switchboard, channel: Channel, dialler: Channel | undefined, dialString: string): Leg {
  const { call } = channel;
  const isPhone = channel.kind === 'phone';
  const target = isPhone ? channel.extension : dialledNumber(dialString) || dialler?.exten || channel.callerNumber;
  if (!board.hasOpenLeg(call)) call.round++;
  // An application outside of Asterisk dials for the party with whom the call began.
  const byApplication = dialler === undefined && channel !== call.primary;
  const root = byApplication ? call.primary : rootOf(dialler);
  return newLeg({
    channel,
    target,
    targetType: isPhone ? 'extension' : 'external',
    root,
    round: call.round,
    dialledAtMs: board.nowMs,
    silent: isSecondContact(call, target, root) || isForwardedToItself(dialler, target),
  });
}

/** For whom it is dialled: through the Local pairs in between. */
function rootOf(dialler: Channel | undefined): Channel | undefined {
  let root = dialler;
  // Pairs can be chained, in a loop of forwarding for as long as Asterisk lets them.
  for (let step = 0; root?.kind === 'local' && step < 100; step++) {
    const dialled: Channel | undefined = root.name.half === '2' ? otherHalf(root) : root;
    if (dialled?.dialledBy === undefined) break;
    root = dialled.dialledBy;
  }
  return root;
}

/** A phone that is registered in several places is dialled in each. */
function isSecondContact(call: Call, target: string, root: Channel | undefined): boolean {
  return call.legs.some((leg) => isOpen(leg) && leg.target === target && leg.root === root);
}

/** A phone that forwards to itself, over others or at once, makes hundreds of legs of one call. */
function isForwardedToItself(dialler: Channel | undefined, target: string): boolean {
  let at = dialler;
  for (let step = 0; at?.kind === 'local' && step < 100; step++) {
    const dialled: Channel | undefined = at.name.half === '2' ? otherHalf(at) : at;
    if (dialled?.forwardedFor === target) return true;
    at = dialled?.dialledBy;
  }
  return false;
}

/** The first one who is dialled tells what kind of call it is. */
function begins(board: Switchboard, call: Call, channel: Channel, dialler: Channel | undefined, packet: Packet): void {
  const byAsterisk = dialler === undefined || dialler.kind === 'local';
  if (!byAsterisk) {
    beginAtFirstRing(board, dialler);
    return;
  }
  if (dialler === undefined) call.originated = `${channel.name.technology}/${packet.text('DialString')}`;
  const { callerNumber = channel.callerNumber, callerName = channel.callerName } = call.facts;
  beginOriginated(board, call, channel, { callerNumber: String(callerNumber), callerName: String(callerName) });
}

function tellDialled(board: Switchboard, leg: Leg, packet: Packet): void {
  const { channel, target, targetType, root, silent } = leg;
  const { call } = channel;
  call.hangup = undefined;
  if (targetType === 'external') throughLine(board, call, channel, packet.text('CallerIDNum'));
  if (silent) return;
  Object.assign(call.facts, { target, targetType, targets: targetsOf(call) });
  const group = ringGroupOf(leg);
  if (group !== '') call.facts['ringGroup'] = group;
  if (root?.queue === undefined && call.station?.type !== 'dialling') board.enterStation(call, 'dialling', target);
  const queueName = root?.queue?.name;
  board.say(call, 'call.dialed', { ...nameOf(channel), ...(queueName !== undefined && { queueName }) }, channel);
}

/** By which name the person at a phone is known. */
function nameOf(channel: Channel): JsonObject {
  if (channel.kind !== 'phone') return {};
  const employeeName = channel.agentName || agentBehind(channel) || channel.callerName;
  return employeeName === '' ? {} : { employeeName };
}

function targetsOf(call: Call): string[] {
  return [...new Set(call.legs.filter((leg) => isOpen(leg) && !leg.silent).map(({ target }) => target))];
}

/** The name under which a queue knows the agent to whom a Local pair leads. */
function agentBehind(channel: Channel): string {
  const { dialledBy } = channel;
  return dialledBy?.kind === 'local' ? (otherHalf(dialledBy)?.agentName ?? '') : '';
}

/** A call leaves the house over a line: with that it is known for an outbound one. `shown`: the number that whom it reaches sees. */
export function throughLine(board: Switchboard, call: Call, channel: Channel, shown: string): void {
  const { target = '' } = channel.leg ?? {};
  if (call.direction === 'internal') call.direction = 'outbound';
  if (call.direction !== 'outbound') return;
  Object.assign(call.facts, { trunk: channel.name.resource, externalNumber: target });
  if (/^\+?\d/.test(shown) && !board.dialplan.isExtension(shown)) call.facts['did'] = shown;
}

/** The extension of the ring group that is being dialled; empty where it is none. */
function ringGroupOf({ root, channel }: Leg): string {
  return channel.dialledBy?.ringGroup || root?.ringGroup || '';
}

/** Several phones that ring for the same party at once are a group, whatever the dialplan calls it. */
function rangInGroup(leg: Leg): boolean {
  const { root, round } = leg;
  const rung = leg.channel.call.legs.filter((other) => other.round === round && other.root === root);
  if (new Set(rung.map(({ target }) => target)).size > 1) return true;
  return ringGroupOf(leg) !== '';
}

/** A phone confirms that it rings. Asterisk says so once or twice. */
export function rings(board: Switchboard, channel: Channel): void {
  const { leg, call } = channel;
  if (leg === undefined || !isOpen(leg) || leg.ringingAtMs !== undefined) return;
  leg.ringingAtMs = board.nowMs;
  const { target, targetType, silent, root } = leg;
  const queueName = root?.queue?.name;
  if (silent) return;
  board.say(
    call,
    'call.ringing',
    {
      target,
      targetType,
      targets: targetsOf(call),
      ...nameOf(channel),
      ...(queueName !== undefined && { queueName }),
    },
    channel,
  );
}

function isAnswered(board: Switchboard, channel: Channel, dialler: Channel | undefined): void {
  // Who answers without having been dialled has picked up what rings elsewhere.
  const rings = dialler?.call.legs.find((leg) => isOpen(leg) && leg.root === dialler);
  if (channel.leg === undefined && rings !== undefined) picksUp(board, channel, rings);
  if (channel.leg !== undefined) answers(board, channel.leg);
}

/** A phone takes a call that rings elsewhere: it takes the other's place, and its own call becomes part of that one. */
export function picksUp(board: Switchboard, picker: Channel, rings: Leg): void {
  const { call } = rings.channel;
  if (picker.leg !== undefined || !isOpen(rings)) return;
  rings.endedAtMs = board.nowMs;
  board.move(picker, call);
  picker.leg = { ...rings, channel: picker, endedAtMs: undefined, pickedUp: true };
  board.remember(picker.leg);
}

/** Somebody takes the call. */
export function answers(board: Switchboard, leg: Leg): void {
  if (leg.answeredAtMs !== undefined) return;
  const { channel, root } = leg;
  const { call } = channel;
  leg.answeredAtMs = board.nowMs;
  call.hangup = undefined;
  const answeredBy = numberOf(channel);
  const side = sideOf(call, leg);
  const queue = root?.queue;
  const answeredByType = answerType(call, leg);
  if (queue !== undefined) queue.answered = true;
  if (side === 'agent' && call.origin === 'click2call') call.primary = channel;
  else board.setAnswered(call);
  call.answeredLeg = leg;
  if (call.transfer !== undefined) call.transfer.result ||= 'answered';
  board.enterStation(call, leg.targetType, answeredBy);
  board.setAnsweredBy(call, channel);
  const agent = channel.agentName || agentBehind(channel);
  if (agent !== '') call.facts['employeeName'] = agent;
  Object.assign(call.facts, { answeredByType, pickup: leg.pickedUp });
  board.say(
    call,
    'call.answered',
    { ...(side !== undefined && { leg: side }), ...(queue !== undefined && { queueName: queue.name }) },
    channel,
  );
}

/** Which side of a call that Asterisk made: the agent answers a click-to-call first, the customer a campaign. */
function sideOf(call: Call, leg: Leg): 'agent' | 'customer' | undefined {
  if (call.origin === 'phone') return undefined;
  const firstSide = call.origin === 'click2call' ? 'agent' : 'customer';
  if (call.answeredLeg === undefined) return firstSide;
  // The customer of a click-to-call may be another phone of the house.
  if (firstSide === 'agent' && call.answeredAtMs === undefined) return 'customer';
  return leg.targetType === 'external' ? 'customer' : 'agent';
}

function answerType(call: Call, leg: Leg): string {
  const side = sideOf(call, leg);
  if (side === 'customer' && leg.targetType === 'external') return 'customer';
  if (leg.root?.queue !== undefined) return 'queue';
  if (leg.root !== undefined && rangInGroup(leg)) return 'ringgroup';
  return leg.targetType;
}

/** A phone sends the call on to another number. */
function forwards(board: Switchboard, leg: Leg, dialler: Channel | undefined, forwardTo: string): void {
  leg.forwarded = true;
  if (dialler !== undefined) dialler.forwarder = leg.target;
  if (leg.silent) return;
  board.say(leg.channel.call, 'call.forwarded', { target: leg.target, forwardTo }, leg.channel);
}
