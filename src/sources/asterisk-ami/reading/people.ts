/** What happens outside of calls: agents log in and out of queues and pause, phones come and go. */
import { bareNumber } from '../calls/channel-name';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import type { Reading, Readings } from './reading';

export const peopleReadings: Readings = {
  QueueMemberAdded: member('added'),
  QueueMemberRemoved: member('removed'),
  QueueMemberPause: pause,
  // Its name before Asterisk 12.
  QueueMemberPaused: pause,
  AgentLogin: agent('available'),
  AgentLogoff: agent('removed'),

  ContactStatus(board, packet) {
    const status = CONTACT_STATES[packet.text('ContactStatus')];
    if (status !== undefined) phone(board, packet.text('EndpointName') || packet.text('AOR'), status);
  },

  /** PJSIP says the same in ContactStatus, and better. */
  PeerStatus(board, packet) {
    const status = PEER_STATES[packet.text('PeerStatus')];
    const peer = packet.text('Peer');
    if (status !== undefined && !/^PJSIP/i.test(packet.text('ChannelType') + peer))
      phone(board, bareNumber(peer), status);
  },
};

const CONTACT_STATES: Readonly<Record<string, string>> = {
  Created: 'registered',
  NonQualified: 'registered',
  Reachable: 'registered',
  Removed: 'unregistered',
  Unreachable: 'unavailable',
};

const PEER_STATES: Readonly<Record<string, string>> = {
  Registered: 'registered',
  Reachable: 'registered',
  Unregistered: 'unregistered',
  Rejected: 'unregistered',
  Unreachable: 'unavailable',
};

function member(agentStatus: string): Reading {
  return (board, packet) => tellAgent(board, packet, agentStatus);
}

function pause(board: Switchboard, packet: Packet): void {
  tellAgent(board, packet, packet.text('Paused') === '1' ? 'paused' : 'unpaused');
}

function tellAgent(board: Switchboard, packet: Packet, agentStatus: string): void {
  const queueName = packet.text('Queue');
  const device = bareNumber(packet.text('Interface') || packet.text('Location'));
  const agentReason = packet.text('PausedReason') || packet.text('Reason');
  const name = packet.text('MemberName') || device;
  const own = { agent: name, agentStatus, device, queueName, ...(agentReason !== '' && { agentReason }) };
  board.tell('agent.status', own, queueName, name, agentStatus);
}

function agent(agentStatus: string): Reading {
  return (board, packet) => {
    const name = packet.text('Agent');
    board.tell('agent.status', { agent: name, agentStatus }, name, agentStatus);
  };
}

/** The same state is told again and again, at every check of a phone. */
function phone(board: Switchboard, device: string, deviceStatus: string): void {
  if (device !== '' && board.changesState(device, deviceStatus)) {
    board.tell('device.status', { device, deviceStatus }, device, deviceStatus);
  }
}
