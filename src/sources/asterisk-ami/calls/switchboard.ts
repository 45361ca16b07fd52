/**
 * The calls that are under way on one Asterisk, and what is told of them: it keeps channels, bridges and calls together,
 * whatever their ids become, and says every event. What an event of Asterisk's means for a call, the reading modules know.
 */
import { findEventType, parametersOf } from '../../../event/catalogue';
import type { IdPart } from '../../../event/event-id';
import { sessionStateAfter } from '../../../event/session-state';
import type { JsonObject } from '../../../json';
import type { Packet } from '../client/packet';
import { Bridges, bridgeIn } from './bridges';
import { type Call, type Channel, isOpen, isoTime, newCall, newChannel, numberOf, type StationType, UP } from './call';
import { isServant, isZombie, parseChannelName } from './channel-name';
import type { Dialplan } from './dialplan';
import { type Ending, figuresOf, passedStation, wasAnswered } from './figures';

/** What happened, in the catalogue's words. */
export interface Happening {
  readonly type: string;
  readonly atMs: number;
  /** Empty: it belongs to no call. */
  readonly callId: string;
  readonly idParts: readonly IdPart[];
  readonly parameters: JsonObject;
}

export interface SwitchboardLimits {
  /** Beyond these the oldest call is given up, as `source_lost`. */
  readonly calls: number;
  /** Channels that a call can have at a time, and legs that are remembered of it; others are ignored, the oldest forgotten. */
  readonly perCall: number;
  /** Channels and legs of all calls together; beyond them, too, the oldest call is given up. */
  readonly parts: number;
}

const DEFAULT_LIMITS: SwitchboardLimits = { calls: 20_000, perCall: 1_000, parts: 200_000 };

/** How many calls that are over are remembered for an answer to the action that began them. */
const REMEMBERED = 200;

const CDR_PATIENCE_MS = 250;

/** Of so many phones it is remembered in which state they were. */
const MOST_PHONES = 20_000;

/** How many stations, choices and keys a call remembers. */
export const MOST_REMEMBERED = 100;

/** Once in a call, whoever hears it: its id needs nothing else. */
const ONCE = new Set(['call.received', 'call.initiated', 'call.missed', 'call.ended']);

const carriedNames = new Map<string, ReadonlySet<string>>();

/** The names of parameters that an event of this type has. */
function carriedBy(type: string): ReadonlySet<string> {
  let names = carriedNames.get(type);
  if (names === undefined) {
    names = new Set(parametersOf(type).map(({ name }) => name));
    if (findEventType(type) !== undefined) carriedNames.set(type, names);
  }
  return names;
}

export class Switchboard {
  readonly dialplan: Dialplan;
  readonly channels = new Map<string, Channel>();
  readonly #limits: SwitchboardLimits;
  /** By every Linkedid that its channels have had. */
  readonly #calls = new Map<string, Call>();
  readonly bridges = new Bridges(() => this.#nowMs);
  readonly #ended: Call[] = [];
  /** Legs of all calls under way. */
  #legCount = 0;
  /** Calls that only wait for their CDR, and when they ended. */
  readonly #closing = new Map<Call, number>();
  #hearsCdrs = false;
  readonly #states = new Map<string, string>();
  #said: Happening[] = [];
  #packet: Packet | undefined;
  #nowMs = 0;

  constructor(dialplan: Dialplan, limits: Partial<SwitchboardLimits> = {}) {
    this.dialplan = dialplan;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** When what is being read happened. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Calls under way. */
  get calls(): ReadonlySet<Call> {
    return new Set(this.#calls.values());
  }

  /** Everything said from now on happened then, because of this packet. */
  at(nowMs: number, packet?: Packet): void {
    this.#nowMs = nowMs;
    this.#packet = packet;
  }

  /** What was said since the last time. */
  drain(): Happening[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  // Channels

  /** A channel that has just appeared. Undefined: one that belongs to no call of which anybody knows. */
  appear(packet: Packet): Channel | undefined {
    const uniqueId = packet.text('Uniqueid');
    if (this.channels.has(uniqueId)) return this.observe(packet);
    const linkedId = packet.text('Linkedid') || uniqueId;
    if (uniqueId === '' || isServant(parseChannelName(packet.text('Channel')))) return undefined;
    const call = this.#calls.get(linkedId) ?? (linkedId === uniqueId ? this.#open(linkedId) : undefined);
    const isFirst = call?.channels.size === 0;
    const channel = call && this.take(packet, call);
    if (channel !== undefined && isFirst && channel.kind !== 'local') channel.call.primary = channel;
    return channel;
  }

  /** A channel becomes part of this call. Undefined: it is none of a party, or one too many. */
  take(packet: Packet, call: Call): Channel | undefined {
    const uniqueId = packet.text('Uniqueid');
    const fullName = packet.text('Channel');
    const name = parseChannelName(fullName);
    if (name.technology === '' || isServant(name)) return undefined;
    if (call.channels.size >= this.#limits.perCall || this.#isFull) return undefined;
    const callerNumber = packet.text('CallerIDNum');
    const kind = this.dialplan.kindOf({ name, context: packet.text('Context'), callerNumber });
    const channel = newChannel(uniqueId, fullName, name, kind, call);
    channel.linkedId = packet.text('Linkedid') || uniqueId;
    channel.extension = this.#extensionOf(channel, callerNumber);
    call.channels.add(channel);
    this.channels.set(uniqueId, channel);
    this.observe(packet);
    const bridgeId = bridgeIn(packet);
    if (bridgeId) this.bridges.enter(channel, bridgeId, packet, false);
    return channel;
  }

  /** Takes over what a packet says of a channel that is known. `prefix`: of which of its channels. */
  observe(packet: Packet, prefix = ''): Channel | undefined {
    const channel = this.channels.get(packet.get(`${prefix}Uniqueid`) ?? '');
    if (channel === undefined) return undefined;
    const fullName = packet.text(`${prefix}Channel`);
    if (fullName !== '' && fullName !== channel.fullName)
      this.#rename(channel, fullName, packet.text(`${prefix}CallerIDNum`));
    channel.context = packet.text(`${prefix}Context`) || channel.context;
    channel.exten = packet.text(`${prefix}Exten`);
    this.#seeGroup(channel);
    channel.callerNumber = packet.text(`${prefix}CallerIDNum`) || channel.callerNumber;
    channel.callerName = packet.text(`${prefix}CallerIDName`) || channel.callerName;
    const state = packet.text(`${prefix}ChannelState`);
    if (state !== '') this.#enterState(channel, Number(state));
    const linkedId = packet.text(`${prefix}Linkedid`);
    if (linkedId !== '' && linkedId !== channel.linkedId) this.#relink(channel, linkedId);
    return channel;
  }

  /** Dialplans reach their phones from a group through subroutines, whose contexts tell nothing of it. */
  #seeGroup(channel: Channel): void {
    const { context, exten } = channel;
    if (this.dialplan.isRingGroup(context)) channel.ringGroup = exten === 'h' ? '' : exten;
    else if (channel.ringGroup !== '' && !/^(?:macro|sub|func)-/i.test(context)) channel.ringGroup = '';
  }

  #enterState(channel: Channel, state: number): void {
    channel.state = state;
    if (state === UP) channel.upAtMs ??= this.#nowMs;
  }

  #rename(channel: Channel, fullName: string, callerNumber: string): void {
    channel.fullName = fullName;
    channel.name = parseChannelName(fullName);
    if (channel.kind === 'phone') channel.extension = this.#extensionOf(channel, callerNumber);
  }

  #extensionOf({ name }: Channel, callerNumber: string): string {
    if (this.dialplan.isExtension(name.resource)) return name.resource;
    return this.dialplan.isExtension(callerNumber) ? callerNumber : name.resource;
  }

  /** A channel is gone; with the last one its call is over. */
  remove(channel: Channel): void {
    this.bridges.leave(channel);
    this.endHold(channel);
    this.channels.delete(channel.uniqueId);
    channel.call.channels.delete(channel);
    if (channel.leg !== undefined) channel.leg.endedAtMs ??= this.#nowMs;
    const { call } = channel;
    if (call.channels.size > 0) return;
    // Its CDR may be a moment late, and in some systems only that tells the name of the recording.
    if (this.#hearsCdrs && call.recording && call.facts['recordingFile'] === undefined) {
      this.#closing.set(call, this.#nowMs);
    } else this.finish(call, { atMs: this.#nowMs });
  }

  /** A channel is gone, and nobody heard how. */
  lose(channel: Channel): void {
    const { call } = channel;
    if (call.channels.size === 1) this.abandon(call, this.#nowMs);
    else this.remove(channel);
  }

  /** A CDR names the file of a recording. */
  hearCdr(linkedId: string, recordingFile: string): void {
    this.#hearsCdrs = true;
    const call = this.#calls.get(linkedId);
    if (call === undefined || recordingFile === '') return;
    Object.assign(call.facts, { recordingFile, hasRecording: true });
    this.#close(call);
  }

  /** Ends the calls whose CDR does not come. */
  settle(): void {
    for (const [call, endedAtMs] of this.#closing) {
      if (this.#nowMs - endedAtMs >= CDR_PATIENCE_MS) this.#close(call);
    }
  }

  #close(call: Call): void {
    const endedAtMs = this.#closing.get(call);
    if (endedAtMs === undefined) return;
    const nowMs = this.#nowMs;
    this.#nowMs = endedAtMs;
    this.finish(call, { atMs: endedAtMs });
    this.#nowMs = nowMs;
  }

  endHold(channel: Channel): boolean {
    if (channel.heldSinceMs === undefined) return false;
    channel.call.holdMs += this.#nowMs - channel.heldSinceMs;
    channel.heldSinceMs = undefined;
    return true;
  }

  // Calls

  get #isFull(): boolean {
    return this.channels.size + this.#legCount >= this.#limits.parts;
  }

  #open(linkedId: string): Call {
    if (this.#calls.size >= this.#limits.calls || this.#isFull) {
      const oldest = this.#calls.values().next().value;
      if (oldest !== undefined) this.abandon(oldest, this.#nowMs);
    }
    const call = newCall(linkedId, this.#nowMs);
    this.#calls.set(linkedId, call);
    return call;
  }

  /** A call that was under way before anybody listened. */
  adopt(linkedId: string): Call {
    const call = this.#calls.get(linkedId) ?? this.#open(linkedId);
    call.adopted = true;
    return call;
  }

  /** A call of which nothing can be said. */
  forget(call: Call): void {
    call.begun = false;
    this.finish(call, { atMs: this.#nowMs });
  }

  callOf(linkedId: string): Call | undefined {
    return this.#calls.get(linkedId);
  }

  /** A channel's Linkedid has changed: its call has become part of another. */
  #relink(channel: Channel, linkedId: string): void {
    // Events may still tell the id that it has left.
    if (channel.leftLinkedIds.has(linkedId) || channel.leftLinkedIds.size >= MOST_REMEMBERED) return;
    channel.leftLinkedIds.add(channel.linkedId);
    channel.linkedId = linkedId;
    const call = this.#calls.get(linkedId);
    if (call === undefined) {
      if (channel.call.linkedIds.size >= this.#limits.perCall) return;
      this.#calls.set(linkedId, channel.call);
      channel.call.linkedIds.add(linkedId);
    } else this.move(channel, call);
  }

  /** A channel goes over into another call. One that has lost its last channel to it is over. */
  move(channel: Channel, call: Call): void {
    const before = channel.call;
    if (before === call) return;
    before.mergedInto = call;
    before.channels.delete(channel);
    channel.call = call;
    channel.leftLinkedIds.add(channel.linkedId);
    channel.leftLinkedIds.delete(call.id);
    channel.linkedId = call.id;
    call.channels.add(channel);
    this.bridges.measure(before);
    this.bridges.measure(call);
    // The phone that took part in the other call is who answered in this one.
    if (isUpPhone(channel) && call.begun) this.#answeredThere(channel, before, call);
    if (before.channels.size === 0) this.finish(before, { atMs: this.#nowMs });
  }

  #answeredThere(channel: Channel, before: Call, call: Call): void {
    if (before.answeredAtMs === undefined && before.primary !== channel) return;
    this.setAnswered(call);
    this.setAnsweredBy(call, channel);
    if (call.transfer !== undefined) call.transfer.result ||= 'answered';
  }

  /** Who takes part in the call from now on. */
  setAnsweredBy(call: Call, channel: Channel): void {
    const answeredBy = numberOf(channel);
    const isPhone = channel.kind === 'phone';
    const type = isPhone ? 'extension' : 'external';
    Object.assign(call.facts, { answeredBy, answeredByType: type, target: answeredBy, targetType: type });
    if (isPhone) call.facts['internalNumber'] = answeredBy;
    if (isPhone && channel.callerName !== '') call.facts['employeeName'] = channel.callerName;
  }

  /** The call is over: told, unless nobody has heard of it, and forgotten. */
  finish(call: Call, ending: Ending): void {
    for (const channel of [...call.channels]) {
      this.bridges.leave(channel);
      this.endHold(channel);
      this.channels.delete(channel.uniqueId);
    }
    call.channels.clear();
    this.#legCount -= call.legs.length;
    this.#closing.delete(call);
    for (const linkedId of call.linkedIds) this.#calls.delete(linkedId);
    if (!call.begun) return;
    const merged = call.mergedInto;
    const figures = figuresOf(call, merged === undefined ? ending : { reason: 'merged', ...ending });
    if (!wasAnswered(call)) {
      // What a menu, a mailbox or an agent's own side of a click-to-call picked up was answered by nobody.
      for (const name of ['answeredBy', 'answeredByType', 'answerTime']) delete call.facts[name];
    }
    call.station = undefined;
    if (merged !== undefined) Object.assign(figures, { mergedInto: merged.id, parentCallId: merged.id });
    else if (call.direction === 'inbound' && !wasAnswered(call)) this.say(call, 'call.missed', figures);
    this.say(call, 'call.ended', figures);
    call.endedAtMs = ending.atMs;
    this.#ended.push(call);
    if (this.#ended.length > REMEMBERED) this.#ended.shift();
  }

  /** The call is given up: nobody can say any more what becomes of it. */
  abandon(call: Call, atMs: number): void {
    this.finish(call, { atMs: Math.max(atMs, call.startedAtMs), reason: 'source_lost' });
  }

  /** Calls that are over, the last first. */
  get ended(): readonly Call[] {
    return this.#ended.toReversed();
  }

  // Ways

  enterStation(call: Call, type: StationType, name: string): void {
    if (call.station?.type === type && call.station.name === name) return;
    this.leaveStation(call);
    // Somebody whom it had reached has hung up, and it goes on.
    if (call.hangup?.channel !== call.primary) call.hangup = undefined;
    call.station = { type, name, sinceMs: this.#nowMs };
  }

  leaveStation(call: Call): void {
    if (call.station === undefined) return;
    call.passed.push(passedStation(call.station, this.#nowMs));
    if (call.passed.length > MOST_REMEMBERED) call.passed.shift();
    call.station = undefined;
  }

  hasOpenLeg(call: Call): boolean {
    return call.legs.some(isOpen);
  }

  remember(leg: Call['legs'][number]): void {
    const { legs } = leg.channel.call;
    const isTooMany = legs.length >= this.#limits.perCall || this.#isFull;
    if (isTooMany && legs.shift() !== undefined) this.#legCount--;
    legs.push(leg);
    this.#legCount++;
  }

  // Words

  /** Something happened in a call. `channel`: at which of its ends. */
  say(call: Call, type: string, own: JsonObject = {}, channel: Channel | undefined = call.primary): void {
    const state = sessionStateAfter(type);
    if (state !== undefined) call.facts['sessionState'] = state;
    const names = carriedBy(type);
    const carried = Object.entries(call.facts).filter(([name]) => names.has(name));
    const sequence = ++call.sequence;
    const legId = channel?.uniqueId ?? '';
    const stamp = this.#packet?.get('Timestamp') ?? `${call.heardAtMs} ${sequence}`;
    this.#said.push({
      type,
      atMs: this.#nowMs,
      callId: call.id,
      idParts: ONCE.has(type) ? [call.id, type] : [call.id, type, legId, stamp],
      parameters: {
        sequence,
        ...(channel !== undefined && { legId, channel: channel.fullName }),
        direction: call.direction,
        origin: call.origin,
        ...Object.fromEntries(carried),
        ...own,
        ...this.#heardAs(),
      },
    });
  }

  /** Something happened outside of any call. */
  tell(type: string, own: JsonObject, ...idParts: readonly IdPart[]): void {
    const stamp = this.#packet?.get('Timestamp') ?? this.#nowMs;
    this.#said.push({
      type,
      atMs: this.#nowMs,
      callId: '',
      idParts: [type, ...idParts, stamp],
      parameters: { ...own, ...this.#heardAs() },
    });
  }

  #heardAs(): JsonObject {
    if (this.#packet === undefined) return {};
    const { event } = this.#packet;
    return { ...(event !== '' && { providerEvent: event }), raw: this.#packet.toJson() };
  }

  /** Whether a phone was in another state before; false, too, where too many are known. */
  changesState(device: string, state: string): boolean {
    if (this.#states.get(device) === state || this.#states.size >= MOST_PHONES) return false;
    this.#states.set(device, state);
    return true;
  }

  setAnswered(call: Call): void {
    if (call.answeredAtMs !== undefined) return;
    call.answeredAtMs = this.#nowMs;
    call.facts['answerTime'] = isoTime(this.#nowMs);
  }
}

function isUpPhone(channel: Channel): boolean {
  return channel.state === UP && channel.kind !== 'local' && !isZombie(channel.fullName);
}
