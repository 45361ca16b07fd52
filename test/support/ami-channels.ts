/** Knows which channels an Asterisk has, from what it says, and lists them as its answer to `Status` does. */
import type { Packet } from '../../src/sources/asterisk-ami/client/packet';

const SEEN = [
  'Channel',
  'ChannelState',
  'CallerIDNum',
  'CallerIDName',
  'ConnectedLineNum',
  'Context',
  'Exten',
  'Linkedid',
];

export class AmiChannels {
  /** By Uniqueid, what is so of each now. */
  readonly #channels = new Map<string, Map<string, string>>();

  hear(packet: Packet): void {
    const { event } = packet;
    for (const prefix of ['', 'Dest']) {
      const uniqueId = packet.get(`${prefix}Uniqueid`);
      if (uniqueId === undefined) continue;
      const channel =
        this.#channels.get(uniqueId) ?? (event === 'Newchannel' ? this.#appears(uniqueId, packet) : undefined);
      for (const name of SEEN) {
        const value = packet.get(prefix + name);
        if (value !== undefined) channel?.set(name, value);
      }
    }
    const channel = this.#channels.get(packet.get('Uniqueid') ?? '');
    if (event === 'BridgeEnter') channel?.set('BridgeID', packet.text('BridgeUniqueid'));
    if (event === 'BridgeLeave') channel?.set('BridgeID', '');
    if (event === 'Newexten') runs(channel, packet.text('Application'), packet.text('AppData'));
    if (event === 'ConfbridgeJoin') runs(channel, 'ConfBridge', packet.text('Conference'));
    if (event === 'QueueCallerJoin') runs(channel, 'Queue', packet.text('Queue'));
    if (event === 'Hangup') this.#channels.delete(packet.text('Uniqueid'));
  }

  #appears(uniqueId: string, packet: Packet): Map<string, string> {
    const isCaller = packet.text('ChannelState') === '4';
    const channel = new Map([
      ['Uniqueid', uniqueId],
      ['DNID', isCaller ? packet.text('Exten') : ''],
      ['BridgeID', ''],
      ['born', packet.text('Timestamp')],
    ]);
    this.#channels.set(uniqueId, channel);
    return channel;
  }

  /** `atSeconds`: on the clock of the packets. */
  list(atSeconds: number): string {
    const items = [...this.#channels.values()].map((channel) => {
      const seconds = Math.floor(atSeconds - Number(channel.get('born')));
      const lines = [...channel].filter(([name]) => name !== 'born').map(([name, value]) => `${name}: ${value}`);
      return ['Event: Status', 'Privilege: Call', ...lines, `Seconds: ${seconds}`, 'ActionID: 1'];
    });
    return [...items, ['Event: StatusComplete', 'EventList: Complete', 'ActionID: 1']]
      .map((lines) => `${lines.join('\r\n')}\r\n\r\n`)
      .join('');
  }
}

function runs(channel: Map<string, string> | undefined, application: string, data: string): void {
  channel?.set('Application', application);
  channel?.set('Data', data);
}
