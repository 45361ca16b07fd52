/** Voice menus: that a call is in one, and the keys that are pressed, there and elsewhere. */
import type { JsonValue } from '../../../json';
import { type Channel, isUp, type Station } from '../calls/call';
import { MOST_REMEMBERED, type Switchboard } from '../calls/switchboard';
import type { Readings } from './reading';

/** Applications that offer a choice and wait for a key. */
const MENU_APPLICATIONS = new Set(['BackGround', 'WaitExten']);

export const menuReadings: Readings = {
  DTMFBegin(board, packet) {
    const channel = board.observe(packet);
    if (channel !== undefined) lookForMenu(board, channel, true);
  },

  DTMFEnd(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined || channel.kind === 'local' || packet.text('Direction') !== 'Received') return;
    lookForMenu(board, channel, true);
    const { call } = channel;
    const digit = packet.text('Digit');
    const { facts, station } = call;
    facts['digits'] = `${String(facts['digits'] ?? '')}${digit}`.slice(-MOST_REMEMBERED);
    const inMenu = station?.type === 'ivr';
    if (inMenu) facts['ivrPath'] = [...pathOf(facts['ivrPath']), `${station.name}:${digit}`].slice(-MOST_REMEMBERED);
    const pressedBy = channel === call.primary ? 'caller' : 'callee';
    board.say(call, 'call.dtmf', { digit, pressedBy, ...(inMenu && { ivrName: station.name }) }, channel);
  },
};

function pathOf(path: JsonValue | undefined): JsonValue[] {
  return Array.isArray(path) ? path : [];
}

/** An application begins. */
export function runsApplication(board: Switchboard, channel: Channel, application: string): void {
  const offersChoice = MENU_APPLICATIONS.has(application);
  if (offersChoice && channel.call.direction === 'inbound' && mayEnterMenu(board, channel)) enterMenu(board, channel);
  else lookForMenu(board, channel, offersChoice);
}

/**
 * Whether the channel is in a menu, as its context says. `moved`: something there shows that it runs the dialplan at this
 * moment; a context alone may be that of a menu out of which it has been dialling.
 */
export function lookForMenu(board: Switchboard, channel: Channel, moved: boolean): void {
  if (moved && board.dialplan.isIvr(channel.context) && mayEnterMenu(board, channel)) enterMenu(board, channel);
}

function mayEnterMenu(board: Switchboard, channel: Channel): boolean {
  const { call, bridge, ending } = channel;
  const isCaller = channel === call.primary && call.begun;
  return isCaller && isUp(channel) && !bridge && !ending && !isBusyElsewhere(call.station) && !board.hasOpenLeg(call);
}

/** There, too, keys are pressed, and its context stays that of the menu that led there. */
function isBusyElsewhere(station: Station | undefined): boolean {
  return station !== undefined && ['queue', 'voicemail', 'conference', 'parking'].includes(station.type);
}

function enterMenu(board: Switchboard, channel: Channel): void {
  const { call, context } = channel;
  if (call.station?.type === 'ivr' && call.station.name === context) return;
  board.enterStation(call, 'ivr', context);
  call.facts['ivrName'] = context;
  board.say(call, 'call.ivr', {}, channel);
}
