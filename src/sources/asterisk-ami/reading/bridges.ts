/** Who hears whom: channels enter and leave bridges, are put on hold, meet in conferences. */
import { type Bridge, type Call, type Channel, isUp, numberOf } from '../calls/call';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { answers } from './dialling';
import type { Reading, Readings } from './reading';
import { leavesForElsewhere } from './transfers';

export const bridgeReadings: Readings = {
  BridgeEnter(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    channel.handedOver = false;
    const isParking = packet.text('BridgeType') === 'parking' || packet.text('BridgeTechnology') === 'holding_bridge';
    board.bridges.enter(channel, packet.text('BridgeUniqueid'), packet, isParking);
    const { leg, call } = channel;
    if (isParking) return;
    // Whoever talks was answered, also where the event that says so is not to be had.
    if (leg !== undefined && leg.endedAtMs === undefined && isUp(channel)) answers(board, leg);
    if (amount(packet) > 1) call.hangup = undefined;
  },

  BridgeLeave(board, packet) {
    const channel = board.channels.get(packet.text('Uniqueid'));
    if (channel === undefined) return;
    leavesForElsewhere(channel, packet);
    board.observe(packet);
    const { bridge, call } = channel;
    board.bridges.leave(channel);
    // One of three has hung up: the others go on.
    if (call.hangup?.channel === channel && bridge !== undefined && partiesOf(call, bridge) > 1)
      call.hangup = undefined;
  },

  Hold(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined || channel.heldSinceMs !== undefined) return;
    channel.heldSinceMs = board.nowMs;
    board.say(channel.call, 'call.hold', { heldBy: numberOf(channel) }, channel);
  },

  // Every REFER makes one, held or not.
  Unhold(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined || !board.endHold(channel)) return;
    board.say(channel.call, 'call.unhold', { heldBy: numberOf(channel) }, channel);
  },

  ConfbridgeJoin: joins('Conference'),
  ConfbridgeLeave: leaves('Conference'),
  MeetmeJoin: joins('Meetme'),
  MeetmeLeave: leaves('Meetme'),
};

function partiesOf(call: Call, { members }: Bridge): number {
  return [...members].filter((member) => member.call === call && member.kind !== 'local').length;
}

function amount(packet: Packet): number {
  return Number(packet.text('BridgeNumChannels'));
}

function joins(key: string): Reading {
  return (board, packet) => {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    const conference = packet.text(key);
    channel.call.inConference = true;
    board.setAnswered(channel.call);
    if (channel.call.transfer !== undefined) channel.call.transfer.result ||= 'answered';
    channel.call.facts['conference'] = conference;
    board.enterStation(channel.call, 'conference', conference);
    tellConference(board, channel, 'call.conference.joined', conference);
  };
}

function leaves(key: string): Reading {
  return (board, packet) => {
    const channel = board.observe(packet);
    if (channel !== undefined) tellConference(board, channel, 'call.conference.left', packet.text(key));
  };
}

function tellConference(board: Switchboard, channel: Channel, type: string, conference: string): void {
  const targetType = channel.kind === 'phone' ? 'extension' : 'external';
  board.say(channel.call, type, { conference, target: numberOf(channel), targetType }, channel);
}
