/** Who hears whom on one Asterisk, and for how long the parties of each call have talked. */

import type { Packet } from '../client/packet';
import type { Bridge, Call, Channel } from './call';

/** So many Local pairs are followed to find who is behind them; only a dialplan gone wrong has more in a row. */
const MOST_PAIRS = 20;

/** The id of the bridge in which a packet says that its channel is. Empty: it is in none; undefined: the packet does not say. */
export function bridgeIn(packet: Packet): string | undefined {
  const key = ['BridgeID', 'BridgeId'].find((spelling) => packet.get(spelling) !== undefined);
  return key && packet.text(key);
}

export class Bridges {
  readonly #bridges = new Map<string, Bridge>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A channel begins to hear those in this bridge. */
  enter(channel: Channel, id: string, packet: Packet, isParking: boolean): void {
    this.leave(channel);
    channel.stoodAt = placeIn(packet);
    let bridge = this.#bridges.get(id);
    if (bridge === undefined) {
      bridge = { id, isParking, members: new Set() };
      this.#bridges.set(id, bridge);
    }
    bridge.members.add(channel);
    channel.bridge = bridge;
    if (!isParking) channel.call.bridged = true;
    this.#measureAll(bridge, channel);
  }

  leave(channel: Channel): void {
    const { bridge } = channel;
    if (bridge === undefined) return;
    bridge.members.delete(channel);
    channel.bridge = undefined;
    if (bridge.members.size === 0) this.#bridges.delete(bridge.id);
    this.#measureAll(bridge, channel);
  }

  #measureAll(bridge: Bridge, channel: Channel): void {
    for (const call of new Set([...bridge.members, channel].map((member) => member.call))) this.measure(call);
  }

  /** Counts the time in which the party from outside hears a person; in a call inside the house, anybody a person. */
  measure(call: Call): void {
    const talking = this.#isTalking(call);
    if (talking && call.talkingSinceMs === undefined) call.talkingSinceMs = this.#nowMs();
    if (talking || call.talkingSinceMs === undefined) return;
    call.talkMs += this.#nowMs() - call.talkingSinceMs;
    call.talkingSinceMs = undefined;
  }

  #isTalking({ channels }: Call): boolean {
    const parties = [...channels].filter(({ kind, bridge }) => kind !== 'local' && bridge?.isParking === false);
    const outside = [...channels].some(({ kind }) => kind === 'trunk');
    return parties.some((party) => (!outside || party.kind === 'trunk') && this.#hears(party));
  }

  #hears(party: Channel): boolean {
    for (const member of party.bridge?.members ?? []) {
      if (member === party) continue;
      if (member.kind !== 'local') return true;
      // Whom a Local pair leads on to another line outside has left the house: nobody here talks.
      const behind = [...this.partiesBehind(member)];
      if (behind.some(({ kind }) => kind === 'phone' || party.kind === 'phone')) return true;
    }
    return false;
  }

  /** The parties to whom a Local pair leads, through further pairs too. */
  partiesBehind(local: Channel, passed = new Set<Channel>()): Set<Channel> {
    const far = otherHalf(local);
    const found = new Set<Channel>();
    if (far === undefined || passed.has(far) || passed.size >= MOST_PAIRS) return found;
    passed.add(far);
    for (const member of far.bridge?.members ?? []) {
      if (member === far) continue;
      if (member.kind !== 'local') found.add(member);
      else for (const further of this.partiesBehind(member, passed)) found.add(further);
    }
    return found;
  }
}

/** The other end of a Local pair. */
export function otherHalf(channel: Channel): Channel | undefined {
  const { half } = channel.name;
  if (half === '') return undefined;
  const wanted = `${channel.fullName.slice(0, -1)}${half === '1' ? '2' : '1'}`;
  for (const other of channel.call.channels) if (other.fullName === wanted) return other;
  return undefined;
}

/** Where in the dialplan a packet says that its channel is. */
export function placeIn(packet: Packet): string {
  return ['Context', 'Exten', 'Priority'].map((key) => packet.text(key)).join(' ');
}
