/** The answer to the action with which a click-to-call or a campaign began a call. */
import { type Call, isOpen } from '../calls/call';
import { dialledNumber, parseChannelName } from '../calls/channel-name';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import type { Readings } from './reading';

/** The answer follows the end of its call at once. */
const ANSWERED_WITHIN_MS = 5_000;

export const originateReadings: Readings = {
  /** It comes before the end of the call or after it, and on failure tells nothing of the call but whom it was for. */
  OriginateResponse(board, packet) {
    const call = board.channels.get(packet.text('Uniqueid'))?.call ?? matching(board, packet);
    const actionId = packet.text('ActionID');
    if (call !== undefined && actionId !== '') call.facts['actionId'] = actionId;
    if (packet.text('Response') !== 'Failure') return;
    const own = { ...(actionId !== '' && { actionId }), hangupCause: packet.text('Reason') };
    if (call === undefined) return tellUnheard(board, packet, own);
    call.originateFailed = true;
    board.say(call, 'call.originate.failed', own);
  },
};

/** Of several calls to one phone, one that has failed is meant; one that rings only where none has: its time may be up. */
function matching(board: Switchboard, packet: Packet): Call | undefined {
  const originated = packet.text('Channel');
  const shown = packet.text('CallerIDNum');
  const isMeant = (call: Call): boolean => {
    const { callerNumber = '' } = call.facts;
    const isSameCaller = shown === '' || callerNumber === '' || callerNumber === shown;
    const isUnanswered = call.begun && call.answeredLeg === undefined && !call.originateFailed;
    return call.originated === originated && isSameCaller && isUnanswered;
  };
  const underWay = [...board.calls].filter(isMeant);
  const hasJustEnded = ({ endedAtMs }: Call): boolean =>
    endedAtMs !== undefined && board.nowMs - endedAtMs < ANSWERED_WITHIN_MS;
  return underWay.find(hasFailed) ?? board.ended.find((call) => isMeant(call) && hasJustEnded(call)) ?? underWay[0];
}

function hasFailed({ legs }: Call): boolean {
  return legs.every((leg) => !isOpen(leg) || leg.channel.hangupRequested);
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
