/**
 * What Asterisk says when it is asked which channels there are: calls that began before anybody listened are adopted, calls
 * that ended while nobody listened are ended.
 */
import type { JsonObject } from '../../../json';
import { type Call, type Channel, isOpen, isoTime, type Leg, newStay, numberOf, RINGING, UP } from '../calls/call';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { amiNumber } from './reading';

/** A channel that claims to be older tells nonsense. */
const LONGEST_SECONDS = 366 * 86_400;

/** So many channels of a list are looked at: more than those of all the calls that are followed need not be. */
const MOST_LISTED = 100_000;

/** A list of channels that is coming in, from the answers to `Status` and to `CoreShowChannels`. */
export class ChannelList {
  readonly #items = new Map<string, Packet>();
  readonly #doubtful: readonly Channel[];
  readonly #adopts: boolean;

  /** `doubtful`: channels that may be gone already; they are, if they are not in the list. */
  constructor(doubtful: Iterable<Channel>, adopts: boolean) {
    this.#doubtful = [...doubtful];
    this.#adopts = adopts;
  }

  add(item: Packet): void {
    const uniqueId = item.text('Uniqueid');
    if (uniqueId !== '' && this.#items.size < MOST_LISTED) this.#items.set(uniqueId, item);
  }

  /** The list is whole. */
  apply(board: Switchboard): void {
    const gone = this.#doubtful.filter((channel) => !this.#items.has(channel.uniqueId));
    for (const channel of gone) if (board.channels.get(channel.uniqueId) === channel) board.lose(channel);
    if (!this.#adopts) return;
    const strange = [...this.#items.values()].filter((item) => !board.channels.has(item.text('Uniqueid')));
    const linkedIds = new Set(strange.map((item) => item.text('Linkedid')));
    for (const linkedId of linkedIds) {
      const items = strange.filter((item) => item.text('Linkedid') === linkedId);
      const call = board.callOf(linkedId);
      if (call === undefined) adopt(board, linkedId, items);
      else for (const item of items) board.take(item, call);
    }
  }
}

function adopt(board: Switchboard, linkedId: string, items: readonly Packet[]): void {
  const oldestFirst = items.toSorted((a, b) => secondsSince(b) - secondsSince(a));
  const call = board.adopt(linkedId);
  const channels = new Map<Channel, Packet>();
  for (const item of oldestFirst) {
    const channel = board.take(item, call);
    if (channel !== undefined) channels.set(channel, item);
  }
  const parties = [...channels.keys()].filter(({ kind }) => kind !== 'local');
  const primary = parties.find(({ uniqueId }) => uniqueId === linkedId) ?? parties[0];
  const item = primary && channels.get(primary);
  if (primary === undefined || item === undefined) {
    board.forget(call);
    return;
  }
  call.primary = primary;
  call.startedAtMs = board.nowMs - secondsSince(item) * 1000;
  const others = parties.filter((party) => party !== primary);
  for (const other of others) addLeg(board, other, primary, secondsSince(channels.get(other)));
  tellOf(board, call, primary, item, others);
}

/** A party that is there already was dialled once; of one that does not ring any more nobody knows when it answered. */
function addLeg(board: Switchboard, channel: Channel, root: Channel, sinceSeconds: number): void {
  const sinceMs = board.nowMs - sinceSeconds * 1000;
  const leg: Leg = {
    channel,
    target: channel.kind === 'phone' ? channel.extension : channel.callerNumber,
    targetType: channel.kind === 'phone' ? 'extension' : 'external',
    root,
    round: 1,
    dialledAtMs: sinceMs,
    silent: false,
    ringingAtMs: channel.state === RINGING ? sinceMs : undefined,
    answeredAtMs: channel.state === UP ? sinceMs : undefined,
    endedAtMs: undefined,
    status: '',
    cause: '',
    sipCode: '',
    forwarded: false,
    pickedUp: false,
  };
  channel.leg = leg;
  channel.call.round = 1;
  board.remember(leg);
}

function tellOf(board: Switchboard, call: Call, primary: Channel, item: Packet, others: readonly Channel[]): void {
  const fromOutside = primary.kind === 'trunk';
  const dialled = item.text('DNID') || (fromOutside ? '' : primary.exten);
  const leaves = others.some(({ kind }) => kind === 'trunk');
  const stays = board.dialplan.isInside(dialled) && !leaves;
  call.direction = fromOutside ? 'inbound' : stays ? 'internal' : 'outbound';
  call.begun = true;
  const facts: JsonObject = {
    adopted: true,
    startTime: isoTime(call.startedAtMs),
    callerNumber: numberOf(primary),
    ...(primary.callerName !== '' && { callerName: primary.callerName }),
    ...(dialled !== '' && { calledNumber: dialled }),
    ...(fromOutside
      ? { trunk: primary.name.resource, externalNumber: primary.callerNumber, ...(dialled !== '' && { did: dialled }) }
      : { internalNumber: primary.extension }),
  };
  Object.assign(call.facts, facts);
  const answered = others.findLast((other) => other.state === UP && other.bridge !== undefined);
  if (answered?.leg !== undefined) {
    call.answeredAtMs = answered.leg.answeredAtMs;
    call.answeredLeg = answered.leg;
    board.setAnsweredBy(call, answered);
    board.enterStation(call, answered.leg.targetType, numberOf(answered));
  }
  if (primary.state === UP) primary.upAtMs = answered?.leg?.answeredAtMs ?? call.startedAtMs;
  resumeApplication(board, call, primary, item);
  board.say(call, 'call.resumed', { sessionState: stateOf(call) });
}

/** What the dialplan is doing with the caller. */
function resumeApplication(board: Switchboard, call: Call, primary: Channel, item: Packet): void {
  if (call.station !== undefined) return;
  const [name = ''] = (item.text('ApplicationData') || item.text('Data')).split(',', 1);
  switch (item.text('Application')) {
    case 'Queue':
      primary.queue = newStay(name, primary.exten);
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
function secondsSince(item: Packet | undefined): number {
  const seconds = item && amiNumber(item, 'Seconds');
  if (seconds !== undefined) return Math.min(seconds, LONGEST_SECONDS);
  const parts = /^(\d{1,6}):(\d\d):(\d\d)$/.exec(item?.text('Duration') ?? '');
  return parts === null ? 0 : Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
}
