/** Queues: callers who wait in them and why they leave, agents who are called. */
import type { JsonObject } from '../../../json';
import { type Channel, type MissedReason, newStay } from '../calls/call';
import { bareNumber } from '../calls/channel-name';
import type { Switchboard } from '../calls/switchboard';
import { answers } from './dialling';
import { amiNumber, type Readings } from './reading';

/** QUEUESTATUS, for those who were not answered. */
const LEAVE_REASONS: Readonly<Record<string, string>> = {
  TIMEOUT: 'timeout',
  FULL: 'full',
  JOINEMPTY: 'empty',
  LEAVEEMPTY: 'empty',
  JOINUNAVAIL: 'empty',
  LEAVEUNAVAIL: 'empty',
  CONTINUE: 'transferred',
  WITHKEY: 'transferred',
};

/** What a call that nobody answers after that is missed for. */
const MISSED_REASONS: Readonly<Record<string, MissedReason>> = {
  abandoned: 'abandoned_queue',
  timeout: 'queue_timeout',
  full: 'congestion',
  empty: 'unreachable',
};

export const queueReadings: Readings = {
  QueueCallerJoin(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    const { call } = channel;
    const name = packet.text('Queue');
    channel.queue = newStay(name, channel.exten);
    call.leftQueue = undefined;
    call.facts['queueName'] = name;
    board.enterStation(call, 'queue', name);
    board.say(call, 'call.queued', { ...place(amiNumber(packet, 'Position'), amiNumber(packet, 'Count')) }, channel);
  },

  AgentCalled(board, packet) {
    board.observe(packet);
    const channel = board.observe(packet, 'Dest');
    if (channel !== undefined) channel.agentName = packet.text('MemberName');
  },

  AgentConnect(board, packet) {
    board.observe(packet);
    const channel = board.observe(packet, 'Dest');
    if (channel?.leg !== undefined) answers(board, channel.leg);
  },

  AgentRingNoAnswer(board, packet) {
    const channel = board.observe(packet);
    const agentLeg = board.observe(packet, 'Dest');
    if (channel === undefined) return;
    const agent = packet.text('MemberName');
    const ringMs = amiNumber(packet, 'RingTime');
    const target = agentLeg?.leg?.target ?? bareNumber(packet.text('Interface'));
    board.say(
      channel.call,
      'call.agent.missed',
      {
        queueName: packet.text('Queue'),
        agent,
        employeeName: agent,
        target,
        targetType: agentLeg?.leg?.targetType ?? 'extension',
        ...(ringMs !== undefined && { ringSec: ringMs / 1000 }),
      },
      agentLeg ?? channel,
    );
  },

  /** Also comes when the time is up: then nobody asked to hang up before. */
  QueueCallerAbandon(board, packet) {
    const channel = board.observe(packet);
    if (channel?.queue === undefined) return;
    channel.queue.abandoned = true;
    channel.queue.holdSeconds = amiNumber(packet, 'HoldTime');
  },

  QueueCallerLeave(board, packet) {
    const channel = board.observe(packet);
    const stay = channel?.queue;
    if (channel === undefined || stay === undefined) return;
    if (stay.answered) channel.queue = undefined;
    else if (channel.hangupRequested) leaves(board, channel, 'abandoned');
    else if (channel.exten !== stay.exten) leaves(board, channel, 'transferred');
    // Why, the next thing that happens may tell.
    else stay.leaving = true;
  },
};

function place(position: number | undefined, count: number | undefined): JsonObject {
  return {
    ...(position !== undefined && { queuePosition: position }),
    ...(count !== undefined && { queueCount: count }),
  };
}

/** Queue() is over, with this QUEUESTATUS. A caller whom it did not take never joined. */
export function queueEnds(board: Switchboard, channel: Channel, status: string): void {
  const reason = LEAVE_REASONS[status];
  if (reason === undefined) return;
  if (channel.queue === undefined && reason !== 'full' && reason !== 'empty') return;
  channel.queue ??= newStay(String(channel.call.facts['queueName'] ?? ''), channel.exten);
  leaves(board, channel, reason);
}

/** The channel goes on: if it has left a queue and nothing told why, it was for the time. */
export function settleQueue(board: Switchboard, channel: Channel): void {
  const { queue } = channel;
  if (!queue?.leaving) return;
  if (queue.answered) channel.queue = undefined;
  else leaves(board, channel, queue.abandoned ? 'timeout' : 'transferred');
}

function leaves(board: Switchboard, channel: Channel, reason: string): void {
  const { call, queue } = channel;
  if (queue === undefined) return;
  channel.queue = undefined;
  call.leftQueue = MISSED_REASONS[reason];
  const waited = call.station?.type === 'queue' ? Math.round((board.nowMs - call.station.sinceMs) / 1000) : 0;
  const seconds = queue.holdSeconds ?? waited;
  board.leaveStation(call);
  const own = { queueName: queue.name, queueLeaveReason: reason, queueSec: seconds, holdSec: seconds };
  board.say(call, 'call.queue.left', own, channel);
}
