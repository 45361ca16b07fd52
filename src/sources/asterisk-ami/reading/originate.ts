/** The answer to the action with which a click-to-call or a campaign began a call. */
import type { Call } from '../calls/call';
import { dialledNumber, parseChannelName } from '../calls/channel-name';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import type { Readings } from './reading';

export const originateReadings: Readings = {
  /** It comes before the end of the call or after it, and on failure tells nothing of the call but whom it was for. */
  OriginateResponse(board, packet) {
    const call = board.channels.get(packet.text('Uniqueid'))?.call ?? matching(board, packet.text('Channel'));
    const actionId = packet.text('ActionID');
    if (call !== undefined && actionId !== '') call.facts['actionId'] = actionId;
    if (packet.text('Response') !== 'Failure') return;
    const own = { ...(actionId !== '' && { actionId }), hangupCause: packet.text('Reason') };
    if (call === undefined) return tellUnheard(board, packet, own);
    call.originateFailed = true;
    board.say(call, 'call.originate.failed', own);
  },
};

function matching(board: Switchboard, originated: string): Call | undefined {
  const isMeant = (call: Call): boolean =>
    call.originated === originated && call.begun && call.answeredLeg === undefined && !call.originateFailed;
  for (const call of board.calls) if (isMeant(call)) return call;
  return board.ended.find(isMeant);
}

/** Asterisk could not even make a channel, as for a phone that is not registered. */
function tellUnheard(board: Switchboard, packet: Packet, own: { actionId?: string; hangupCause: string }): void {
  const channel = packet.text('Channel');
  const target = dialledNumber(channel.slice(channel.indexOf('/') + 1)) || parseChannelName(channel).resource;
  const callerNumber = packet.text('CallerIDNum');
  const isPhone = board.dialplan.isExtension(target);
  board.tell(
    'call.originate.failed',
    {
      ...own,
      direction: 'outbound',
      origin: isPhone ? 'click2call' : 'campaign',
      calledNumber: target,
      ...(callerNumber !== '' && { callerNumber }),
    },
    own.actionId ?? channel,
  );
}
