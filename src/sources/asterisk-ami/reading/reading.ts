/** What the reading modules have in common: each knows what some of Asterisk's events mean for the calls. */

import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';

export type Reading = (board: Switchboard, packet: Packet) => void;

/** By name of the event. */
export type Readings = Readonly<Record<string, Reading>>;

/** A whole number; undefined where there is none, or one that no phone system counts up to. */
export function amiNumber(packet: Packet, key: string): number | undefined {
  const text = packet.text(key);
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
