/** Calls are handed over: blind and attended transfers, redirects by an action, parking, pick-up by another phone. */

import { placeIn } from '../calls/bridges';
import { type Call, type Channel, isOpen, isUp, type Leg, numberOf } from '../calls/call';
import { bareNumber } from '../calls/channel-name';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { picksUp } from './dialling';
import type { Readings } from './reading';

/** A second party that is sent to the same place within this time is part of the same redirect. */
const SAME_REDIRECT_MS = 1_000;

export const transferReadings: Readings = {
  BlindTransfer(board, packet) {
    const transferer = board.channels.get(packet.text('TransfererUniqueid'));
    const transferee = board.channels.get(packet.text('TransfereeUniqueid'));
    if (transferer === undefined || packet.text('Result') !== 'Success') return;
    handsOver(transferer, transferee);
    tellTransfer(board, (transferee ?? transferer).call, 'blind', numberOf(transferer), packet.text('Extension'));
  },

  AttendedTransfer(board, packet) {
    if (packet.text('Result') !== 'Success') return;
    const transferer = board.channels.get(packet.text('OrigTransfererUniqueid'));
    const second = board.channels.get(packet.text('SecondTransfererUniqueid'));
    const transferee = board.channels.get(packet.text('TransfereeUniqueid'));
    const target = board.channels.get(packet.text('TransferTargetUniqueid'));
    const first = transferee ?? transferer;
    const other = target ?? second;
    if (first === undefined) return;
    const dialled = second === undefined ? [] : second.call.legs.filter((leg) => isOpen(leg) && leg.root === second);
    const call = other === undefined ? first.call : joined(board, first, other);
    for (const leg of dialled) bringsAlong(board, leg, call);
    for (const channel of [transferer, second]) {
      if (channel === undefined) continue;
      handsOver(channel, transferee);
      // It has brought all together, and stays.
      if (packet.text('DestType') === 'Threeway') channel.ending = false;
    }
    const meant = targetOf(packet, target);
    const party = partyMeant(board, call, target, meant);
    const to = party === undefined ? meant : numberOf(party);
    tellTransfer(board, call, 'attended', transferer === undefined ? '' : numberOf(transferer), to);
    if (party === undefined || !isUp(party)) return;
    if (call.transfer !== undefined) call.transfer.result = 'answered';
    board.setAnsweredBy(call, party);
  },

  ParkedCall(board, packet) {
    const parkee = board.channels.get(packet.text('ParkeeUniqueid'));
    if (parkee === undefined) return;
    const { call } = parkee;
    const parkingSlot = packet.text('ParkingSpace');
    const answeredBy = bareNumber(packet.text('ParkerDialString'));
    parkee.handedOver = true;
    if (call.transfer !== undefined) call.transfer.result ||= 'answered';
    call.facts['parkingSlot'] = parkingSlot;
    board.enterStation(call, 'parking', parkingSlot);
    board.say(call, 'call.parked', { parkingSlot, ...(answeredBy !== '' && { answeredBy }) }, parkee);
  },

  UnParkedCall(board, packet) {
    const retriever = board.channels.get(packet.text('RetrieverUniqueid'));
    unparks(board, packet, retriever);
  },

  ParkedCallTimeOut: (board, packet) => unparks(board, packet, undefined),
  ParkedCallGiveUp: (board, packet) => unparks(board, packet, undefined),

  Pickup(board, packet) {
    const target = board.channels.get(packet.text('TargetUniqueid'));
    const picker = board.channels.get(packet.text('Uniqueid'));
    if (picker !== undefined && target?.leg !== undefined) picksUp(board, picker, target.leg);
  },
};

function tellTransfer(
  board: Switchboard,
  call: Call,
  transferType: string,
  transferFrom: string,
  transferTo: string,
): void {
  call.hangup = undefined;
  call.transfer = { sinceMs: board.nowMs, result: '' };
  Object.assign(call.facts, { transferType, transferFrom, transferTo });
  board.say(call, 'call.transferred', {});
}

function handsOver(transferer: Channel, transferee: Channel | undefined): void {
  for (const channel of [transferer, transferee]) {
    if (channel === undefined) continue;
    channel.handedOver = true;
    channel.sentTo = '';
  }
  // It is out of the call: that it hangs up does not end it.
  transferer.ending = true;
}

/** The two calls become one, as Asterisk has it: the older. */
function joined(board: Switchboard, first: Channel, other: Channel): Call {
  if (first.call === other.call) return first.call;
  const [kept, moving] = first.call.startedAtMs <= other.call.startedAtMs ? [first, other] : [other, first];
  board.move(moving, kept.call);
  return kept.call;
}

/** Whom the transferer has called rings still: from now on for the party that is handed over. */
function bringsAlong(board: Switchboard, leg: Leg, call: Call): void {
  if (leg.channel.call === call) return;
  board.move(leg.channel, call);
  board.remember(leg);
}

/** The number that the transferer had called in between. */
function targetOf(packet: Packet, target: Channel | undefined): string {
  const called = packet.text('SecondTransfererConnectedLineNum') || packet.text('SecondTransfererExten');
  return called || (target?.name.resource.split('@', 1)[0] ?? '');
}

/** Who is there already: the target itself, behind the pair that is still in between, or known by number only. */
function partyMeant(board: Switchboard, call: Call, target: Channel | undefined, number: string): Channel | undefined {
  if (target !== undefined) return target.kind === 'local' ? [...board.bridges.partiesBehind(target)][0] : target;
  return [...call.channels].find((one) => one.kind !== 'local' && isUp(one) && numberOf(one) === number);
}

function unparks(board: Switchboard, packet: Packet, retriever: Channel | undefined): void {
  const parkee = board.channels.get(packet.text('ParkeeUniqueid'));
  if (parkee === undefined) return;
  const { call } = parkee;
  const parkingSlot = packet.text('ParkingSpace');
  board.leaveStation(call);
  if (retriever === undefined) {
    board.say(call, 'call.unparked', { parkingSlot }, parkee);
    return;
  }
  const answeredBy = numberOf(retriever);
  board.setAnsweredBy(call, retriever);
  board.setAnswered(call);
  board.enterStation(call, retriever.kind === 'phone' ? 'extension' : 'external', answeredBy);
  board.say(call, 'call.unparked', { parkingSlot, answeredBy }, retriever);
  board.move(retriever, call);
}

/**
 * A redirect by an action makes no event of its own. What shows it: a channel leaves its bridge, nobody has hung up or handed
 * it over, and in the dialplan it is already somewhere else. A transfer of the party that was called looks the same, until
 * its event comes.
 */
export function leavesForElsewhere(channel: Channel, packet: Packet): void {
  const exten = packet.text('Exten');
  if (channel.bridge === undefined || channel.ending || channel.handedOver || channel.kind === 'local') return;
  if (exten === '' || exten === 'h' || placeIn(packet) === channel.stoodAt) return;
  channel.handedOver = true;
  channel.sentTo = exten;
}

/** The channel goes on there, and nobody has said that it was transferred. */
export function settleRedirect(board: Switchboard, channel: Channel): void {
  const { sentTo } = channel;
  if (sentTo === '') return;
  channel.sentTo = '';
  const { call } = channel;
  // Both parties can be sent to the same place at once.
  const isTold = call.transfer !== undefined && board.nowMs - call.transfer.sinceMs < SAME_REDIRECT_MS;
  if (isTold && call.facts['transferType'] === 'redirect' && call.facts['transferTo'] === sentTo) return;
  tellTransfer(board, call, 'redirect', 'api', sentTo);
}
