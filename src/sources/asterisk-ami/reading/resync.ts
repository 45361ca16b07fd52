/**
 * What Asterisk says when it is asked which channels there are: calls that began before anybody listened are adopted, those that
 * went on are caught up with, and those that ended while nobody listened are ended.
 */
import { bridgeIn } from '../calls/bridges';
import { type Call, type Channel, isOpen, UP } from '../calls/call';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { addLeg, adopt, oldestFirst, resumeApplication } from './adoption';
import { answers } from './dialling';

/** So many channels of a list are looked at: more than those of all the calls that are followed need not be. */
const MOST_LISTED = 100_000;

/** A list of channels that is coming in, from the answers to `Status` and to `CoreShowChannels`. */
export class ChannelList {
  readonly #items = new Map<string, Packet>();
  readonly #doubtful: readonly Channel[];
  /** Else the events of all that is in it, and of all that is gone, are heard or about to be. */
  readonly isAfterLoss: boolean;

  /** `doubtful`: channels that may be gone already; they are, if they are not in the list. */
  constructor(doubtful: Iterable<Channel>, isAfterLoss: boolean) {
    this.#doubtful = [...doubtful];
    this.isAfterLoss = isAfterLoss;
  }

  add(item: Packet): void {
    const uniqueId = item.text('Uniqueid');
    if (uniqueId !== '' && this.#items.size < MOST_LISTED) this.#items.set(uniqueId, item);
  }

  /** The list is whole. Answers the channels that it should have and has not. */
  apply(board: Switchboard): Channel[] {
    const gone = this.#doubtful.filter((channel) => !this.#items.has(channel.uniqueId));
    if (this.isAfterLoss) this.#catchUp(board);
    return gone.filter((channel) => board.channels.get(channel.uniqueId) === channel);
  }

  #catchUp(board: Switchboard): void {
    const known: [Channel, Packet][] = [];
    for (const channel of this.#doubtful) {
      if (board.channels.get(channel.uniqueId) !== channel) continue;
      const item = this.#items.get(channel.uniqueId);
      // Of its beginning too little was heard to tell: the list says more.
      if (!channel.call.begun) board.forget(channel.call);
      else if (item !== undefined) known.push([channel, item]);
    }
    for (const [channel, item] of known) moveTo(board, channel, item);
    for (const [channel, item] of [...known, ...this.#takeStrange(board)]) joinsUnheard(board, channel, item);
    for (const [channel, item] of known) if (channel === channel.call.primary) goesOnUnheard(board, channel, item);
  }

  /** Channels of which nobody has heard; answers those that are in a call that is known. */
  #takeStrange(board: Switchboard): readonly [Channel, Packet][] {
    const strange = new Map<string, Packet[]>();
    for (const [uniqueId, item] of this.#items) {
      if (board.channels.has(uniqueId)) continue;
      const items = strange.get(item.text('Linkedid'));
      if (items === undefined) strange.set(item.text('Linkedid'), [item]);
      else items.push(item);
    }
    const taken: [Channel, Packet][] = [];
    for (const [linkedId, items] of strange) {
      const call = board.callOf(linkedId) ?? this.#callJoinedBy(board, linkedId, items);
      if (call === undefined) {
        adopt(board, linkedId, items);
        continue;
      }
      for (const item of oldestFirst(items)) {
        const channel = board.take(item, call);
        if (channel !== undefined) taken.push([channel, item]);
      }
    }
    return taken;
  }

  /** Whose first party is gone and who talks to somebody known has been handed over to that one. */
  #callJoinedBy(board: Switchboard, linkedId: string, items: readonly Packet[]): Call | undefined {
    if (this.#items.has(linkedId)) return undefined;
    for (const { call, bridge } of board.channels.values())
      if (bridge !== undefined && items.some((item) => bridgeIn(item) === bridge.id)) return call;
    return undefined;
  }
}

/** A channel is in another state by now, or among others. */
function moveTo(board: Switchboard, channel: Channel, item: Packet): void {
  board.observe(item);
  const bridgeId = bridgeIn(item);
  if (bridgeId === undefined || bridgeId === (channel.bridge?.id ?? '')) return;
  if (bridgeId === '') board.bridges.leave(channel);
  else board.bridges.enter(channel, bridgeId, item, false);
}

/** That it was dialled nobody has heard, nor that it answered. */
function joinsUnheard(board: Switchboard, channel: Channel, item: Packet): void {
  const { call, kind, bridge, state } = channel;
  if (kind === 'local') return;
  if (channel.leg === undefined) {
    if (channel === call.primary || (bridge === undefined && state === UP)) return; // nobody has dialled it
    addLeg(board, channel, call.primary, item).answeredAtMs = undefined; // of that nobody has told yet
  }
  const { leg } = channel;
  if (leg !== undefined && state === UP && isOpen(leg) && bridge?.isParking !== true) answers(board, leg);
}

/** What the dialplan does with the first party by now; one who talks to an agent is out of the queue. */
function goesOnUnheard(board: Switchboard, primary: Channel, item: Packet): void {
  if (primary.bridge === undefined || item.text('Application') !== 'Queue') resumeApplication(board, primary, item);
}
