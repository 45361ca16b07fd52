/** Channels come, change and go: how calls end, and who asked for it. */
import { BUSY, type Channel, isUp, RING, RINGING, UP } from '../calls/call';
import { isRefusal } from '../calls/figures';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { beginAtFirstRing, beginOriginated } from './beginnings';
import { rings } from './dialling';
import { lookForMenu } from './menus';
import type { Readings } from './reading';

export const channelReadings: Readings = {
  Newchannel(board, packet) {
    const channel = board.appear(packet);
    if (channel !== undefined && channel.state === RING) beginAtFirstRing(board, channel);
  },

  Newstate(board, packet) {
    const wasUp = isUpAlready(board, packet);
    const channel = board.observe(packet);
    if (channel === undefined) return;
    if (channel.state === RING) beginAtFirstRing(board, channel);
    if (channel.state === RINGING) rings(board, channel);
    if (channel.state !== UP || wasUp) return;
    const { call } = channel;
    // Picked up by itself, before it ever rang.
    if (!call.begun && channel === call.primary) beginOriginated(board, call, channel, {});
    lookForMenu(board, channel, true);
  },

  NewCallerid(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    const hidden = /prohib|unavail/i.test(packet.text('CID-CallingPres'));
    if (hidden && channel === channel.call.primary) channel.call.facts['callerWithheld'] = true;
  },

  NewConnectedLine: (board, packet) => void board.observe(packet),

  HangupRequest(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    noteCause(channel, packet);
    const { call } = channel;
    if (call.hangup === undefined && isWish(board, channel, packet)) call.hangup = { channel, atMs: board.nowMs };
    channel.hangupRequested = true;
    channel.ending = true;
  },

  HangupHandlerRun(board, packet) {
    const channel = board.channels.get(packet.text('Uniqueid'));
    if (channel !== undefined) channel.ending = true;
  },

  Hangup(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    const { call } = channel;
    noteCause(channel, packet);
    // Asterisk 16 does not say with its request to hang up that it is its own.
    const isRefused = call.legs.length === 0 && !isUp(channel) && isRefusal(packet.text('Cause'));
    if (call.hangup?.channel === channel && isRefused) call.hangup = undefined;
    if (channel === call.primary || call.hangupCause === '') {
      const cause = packet.text('Cause');
      if (cause !== '0') call.hangupCause = cause;
      call.hangupCauseText = cause === '0' ? '' : packet.text('Cause-txt');
    }
    if (!call.begun && channel === call.primary && channel.state !== RING) beginOriginated(board, call, channel, {});
    board.remove(channel);
  },
};

function isUpAlready(board: Switchboard, packet: Packet): boolean {
  const channel = board.channels.get(packet.text('Uniqueid'));
  return channel !== undefined && isUp(channel);
}

/** Why a leg that nobody answered failed; the first to say so knows best. */
function noteCause({ leg }: Channel, packet: Packet): void {
  if (leg === undefined || leg.answeredAtMs !== undefined || leg.cause !== '') return;
  const cause = packet.text('Cause');
  // 0: none; 26: somebody else answered; 127: what became of a leg that was cancelled.
  if (!['', '0', '26', '127'].includes(cause)) leg.cause = cause;
  leg.sipCode = packet.text('TechCause');
}

/**
 * Whether a request to hang up comes from the party itself. Asterisk makes one for the caller, too, where it ends a call that it
 * never answered, with a busy tone for instance.
 */
function isWish(board: Switchboard, channel: Channel, packet: Packet): boolean {
  const { call } = channel;
  // A pair that is left out of a call hangs up, too, and whoever has handed it over.
  if (channel.kind === 'local' || channel.ending) return false;
  if (isUp(channel)) return true;
  // A phone that Asterisk itself has called refuses with one.
  if (channel !== call.primary || channel.leg !== undefined || channel.state === BUSY) return false;
  return board.hasOpenLeg(call) || call.legs.length === 0 || packet.text('TechCause') === '487';
}
