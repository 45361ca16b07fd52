/**
 * What Asterisk says, packet by packet → what happened, in the catalogue's words. Pure: the same packets with the same times
 * give the same events, live or from a recording. It keeps out what a stranger smuggled into the stream.
 */
import type { Channel } from './calls/call';
import type { Dialplan } from './calls/dialplan';
import { type Happening, Switchboard, type SwitchboardLimits } from './calls/switchboard';
import type { Packet } from './client/packet';
import { applicationReadings } from './reading/applications';
import { bridgeReadings } from './reading/bridges';
import { channelReadings } from './reading/channels';
import { dialReadings } from './reading/dialling';
import { menuReadings } from './reading/menus';
import { originateReadings } from './reading/originate';
import { peopleReadings } from './reading/people';
import { queueReadings, settleQueue } from './reading/queues';
import type { Readings } from './reading/reading';
import { ChannelList } from './reading/resync';
import { settleRedirect, transferReadings } from './reading/transfers';

export type { Happening } from './calls/switchboard';

const readings: Readings = {
  ...channelReadings,
  ...dialReadings,
  ...menuReadings,
  ...bridgeReadings,
  ...transferReadings,
  ...queueReadings,
  ...applicationReadings,
  ...peopleReadings,
  ...originateReadings,
  Cdr: (board, packet) => board.hearCdr(packet.text('LinkedID'), packet.text('RecordingFile')),
};

/** Seconds since 1970, of a clock that may be wrong by years but tells a date. */
const STAMP = /^[1-9]\d{0,10}(?:\.\d{1,9})?$/;

const readingsByEvent = new Map(Object.entries(readings));

/** What a list of channels does not have is gone, if nothing more is heard of it in this time. */
const MISSING_MS = 2_000;

/** Of all the variables that a dialplan sets, which are most of what Asterisk says. */
const VARIABLES = new Set(['MIXMONITOR_FILENAME', 'QUEUESTATUS']);

export interface ReaderOptions extends Partial<SwitchboardLimits> {
  /** Whether we asked for the list to which this belongs. Without it every list is believed, as in a recording. */
  readonly isOwnAction?: (actionId: string) => boolean;
}

export class AmiReader {
  readonly #board: Switchboard;
  readonly #isOwnAction: (actionId: string) => boolean;
  #list: ChannelList | undefined;
  /** How far the clock of the phone system is ahead, as its last stamped packet told. */
  #leadMs = 0;
  #lostAtMs: number | undefined;
  /** Those that were there then. */
  #lostChannels: readonly Channel[] = [];
  /** Those that were not in a list that Asterisk gave: that they hang up may be on its way. */
  #missing: { readonly channels: Channel[]; readonly sinceMs: number } = { channels: [], sinceMs: 0 };
  #suspicious = 0;

  constructor(dialplan: Dialplan, { isOwnAction = () => true, ...limits }: ReaderOptions = {}) {
    this.#board = new Switchboard(dialplan, limits);
    this.#isOwnAction = isOwnAction;
  }

  /** Calls under way. */
  get callCount(): number {
    return this.#board.calls.size;
  }

  /** Packets that were dropped because Asterisk cannot have written them. */
  get suspiciousCount(): number {
    return this.#suspicious;
  }

  /** What follows from a packet that came in at this time. */
  read(packet: Packet, nowMs: number): Happening[] {
    const { event } = packet;
    if (event === '') return [];
    const board = this.#board;
    const forgery = forgeryIn(packet);
    if (forgery !== undefined) {
      this.#suspicious++;
      board.at(nowMs + this.#leadMs, packet);
      board.tell('source.suspicious', { reason: forgery }, this.#suspicious);
      return board.drain();
    }
    board.at(this.#timeOf(packet, nowMs), packet);
    board.settle();
    this.#understand(event, packet);
    return board.drain();
  }

  #understand(event: string, packet: Packet): void {
    const board = this.#board;
    switch (event) {
      case 'FullyBooted':
        this.#boots(Number(packet.text('Uptime') || Number.NaN));
        break;
      case 'Shutdown':
        this.#giveUpCalls(board.nowMs, Infinity);
        break;
      case 'CoreShowChannel':
      case 'Status':
        if (this.#isOwnList(packet)) this.#list?.add(packet);
        break;
      case 'CoreShowChannelsComplete':
      case 'StatusComplete':
        if (this.#isOwnList(packet)) this.#endList();
        break;
      case 'VarSet':
        if (VARIABLES.has(packet.get('Variable') ?? '')) applicationReadings[event]?.(board, packet);
        break;
      default:
        this.#readOfCall(event, packet);
    }
  }

  #readOfCall(event: string, packet: Packet): void {
    const reading = readingsByEvent.get(event);
    if (reading === undefined) return;
    // That its channel goes on shows why it left its queue or its bridge.
    const channel = this.#board.channels.get(packet.get('Uniqueid') ?? '');
    if (channel !== undefined) {
      // Who has picked up a call that rang at another agent, this event says.
      if (event !== 'AgentConnect') settleQueue(this.#board, channel);
      settleRedirect(this.#board, channel);
    }
    reading(this.#board, packet);
  }

  /** Nothing has come in for a while: what was to wait for more may wait no longer. */
  tick(nowMs: number): Happening[] {
    this.#board.at(nowMs + this.#leadMs);
    this.#board.settle();
    if (this.#board.nowMs - this.#missing.sinceMs >= MISSING_MS) this.#lose(this.#missing.channels.splice(0));
    return this.#board.drain();
  }

  /** The connection is up and in step. */
  connected(pbxVersion: string, nowMs: number): Happening[] {
    this.#board.at(nowMs + this.#leadMs);
    this.#board.tell('source.connected', { pbxVersion });
    return this.#board.drain();
  }

  /** The connection is gone: what happens now, nobody hears. */
  disconnected(reason: string, nowMs: number): Happening[] {
    this.#board.at(nowMs + this.#leadMs);
    this.#lostAtMs ??= this.#board.nowMs;
    this.#lostChannels = [...this.#board.channels.values()];
    this.#missing.channels.length = 0;
    this.#list = undefined;
    this.#board.tell('source.disconnected', { reason });
    return this.#board.drain();
  }

  /** Asterisk does not say which calls there are: those that were under way when it was lost cannot be followed. */
  cannotResync(nowMs: number): Happening[] {
    this.#board.at(nowMs + this.#leadMs);
    if (this.#lostAtMs !== undefined) this.#giveUpCalls(this.#lostAtMs);
    this.#inStep();
    return this.#board.drain();
  }

  #inStep(): void {
    this.#lostAtMs = undefined;
    this.#lostChannels = [];
  }

  /** `heardUntilMs`: of those that were heard of later, nothing is given up. */
  #giveUpCalls(atMs: number, heardUntilMs = atMs): void {
    for (const call of this.#board.calls) if (call.heardAtMs <= heardUntilMs) this.#board.abandon(call, atMs);
  }

  /** An Asterisk that began later than it was lost has none of the calls that it had then. */
  #boots(uptimeSeconds: number): void {
    const bootedAtMs = this.#board.nowMs - uptimeSeconds * 1000;
    if (this.#lostAtMs !== undefined && bootedAtMs > this.#lostAtMs) this.#giveUpCalls(this.#lostAtMs);
  }

  #isOwnList(packet: Packet): boolean {
    if (!this.#isOwnAction(packet.text('ActionID'))) return false;
    this.#list ??= new ChannelList(this.#lostChannels, true);
    return true;
  }

  /**
   * A list of channels is asked for: what appears from now on may be missing in it. `afterLoss`: calls that are new in it began
   * before anybody listened, and what ended meanwhile was there when the connection was lost. Otherwise calls that are new in it
   * are about to be heard of.
   */
  beginList(afterLoss: boolean): void {
    this.#list = new ChannelList(afterLoss ? this.#lostChannels : this.#board.channels.values(), afterLoss);
  }

  #endList(): void {
    const list = this.#list;
    this.#list = undefined;
    const missing = list?.apply(this.#board) ?? [];
    if (list?.isAfterLoss) this.#lose(missing);
    else this.#missing = { channels: missing, sinceMs: this.#board.nowMs };
    this.#inStep();
  }

  #lose(channels: readonly Channel[]): void {
    const board = this.#board;
    for (const channel of channels) if (board.channels.get(channel.uniqueId) === channel) board.lose(channel);
  }

  #timeOf(packet: Packet, nowMs: number): number {
    const stamp = packet.get('Timestamp') ?? '';
    if (!STAMP.test(stamp)) return Math.max(nowMs + this.#leadMs, this.#leadMs === 0 ? 0 : this.#board.nowMs);
    const atMs = Math.round(Number(stamp) * 1000);
    this.#leadMs = atMs - nowMs;
    return atMs;
  }
}

/** Only Asterisk writes `Privilege`, but for the parts of lists, which carry the id of the action that asked for them. */
function forgeryIn(packet: Packet): string | undefined {
  for (const key of ['Event', 'Uniqueid', 'Channel']) if (packet.repeats(key)) return `A packet with two ${key} lines`;
  if (packet.get('Privilege') !== undefined || packet.event === 'FullyBooted') return undefined;
  return packet.get('ActionID') === undefined ? `A ${packet.event} event without the line Privilege` : undefined;
}
