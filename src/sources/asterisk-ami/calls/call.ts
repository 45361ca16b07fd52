/** What is remembered of calls that are under way: the call, its channels, the phones that it tried, its bridges. */
import type { JsonObject } from '../../../json';
import type { ChannelName } from './channel-name';
import type { ChannelKind } from './dialplan';

/** ChannelState of Asterisk, as far as it matters here. */
export const DOWN = 0;
export const RING = 4;
export const RINGING = 5;
export const UP = 6;
export const BUSY = 7;

/**
 * One connection. Known by its Uniqueid, which stays with the phone also where Asterisk puts one channel into the place of
 * another; its name and its Linkedid change.
 */
export interface Channel {
  readonly uniqueId: string;
  fullName: string;
  name: ChannelName;
  kind: ChannelKind;
  call: Call;
  linkedId: string;
  /** Those it had before; events may still be on their way that tell them. */
  readonly leftLinkedIds: Set<string>;
  state: number;
  context: string;
  exten: string;
  callerNumber: string;
  callerName: string;
  /** Of a phone: the extension by which it is known. */
  extension: string;
  upAtMs: number | undefined;
  bridge: Bridge | undefined;
  /** Where in the dialplan it stood when it entered its bridge. */
  stoodAt: string;
  /** Who dials it; undefined where nobody does, or Asterisk itself. */
  dialledBy: Channel | undefined;
  /** What it is to the one who dials it. */
  leg: Leg | undefined;
  /** As an agent of a queue. */
  agentName: string;
  queue: QueueStay | undefined;
  /** The phone that sends the call on through this channel. */
  forwardedFor: string;
  /** The phone that has just sent on what this channel dialled. */
  forwarder: string;
  hangupRequested: boolean;
  /** Its way through the dialplan is over. */
  ending: boolean;
  /** Somebody hands it over: that it leaves its bridge has been told. */
  handedOver: boolean;
  /** It has left its bridge for this number of the dialplan; who sent it there is not certain yet. Empty: it has not. */
  sentTo: string;
  /** The ring group through which it went last, as far as that is seen. */
  ringGroup: string;
  heldSinceMs: number | undefined;
}

/** One attempt to reach a phone or a number outside. Outlives its channel. */
export interface Leg {
  readonly channel: Channel;
  readonly target: string;
  readonly targetType: 'extension' | 'external';
  /** The channel of the party for whom it is dialled. */
  readonly root: Channel | undefined;
  /** Legs that ring at the same time have the same. */
  readonly round: number;
  readonly dialledAtMs: number;
  /** Not told of: the same phone once more. */
  readonly silent: boolean;
  ringingAtMs: number | undefined;
  answeredAtMs: number | undefined;
  endedAtMs: number | undefined;
  /** DialStatus, such as `BUSY`. */
  status: string;
  /** Q.850, as text; empty: not known. */
  cause: string;
  sipCode: string;
  forwarded: boolean;
  /** Another phone took it than the one that rang. */
  pickedUp: boolean;
}

export interface QueueStay {
  readonly name: string;
  /** Where its channel was in the dialplan. */
  readonly exten: string;
  answered: boolean;
  abandoned: boolean;
  /** It has left; why is not certain yet. */
  leaving: boolean;
  holdSeconds: number | undefined;
}

export interface Bridge {
  readonly id: string;
  /** Those in a parking lot do not hear each other. */
  readonly isParking: boolean;
  readonly members: Set<Channel>;
}

/** Where a call is. */
export type StationType =
  | 'ivr'
  | 'queue'
  | 'dialling'
  | 'extension'
  | 'external'
  | 'voicemail'
  | 'conference'
  | 'parking';

export interface Station {
  readonly type: StationType;
  readonly name: string;
  readonly sinceMs: number;
}

/** How somebody in an unanswered call failed to reach anybody. */
export type MissedReason =
  | 'noanswer'
  | 'busy'
  | 'rejected'
  | 'unreachable'
  | 'caller_hangup'
  | 'abandoned_ivr'
  | 'abandoned_queue'
  | 'queue_timeout'
  | 'ivr_ended'
  | 'voicemail'
  | 'congestion'
  | 'invalid_number';

export type Origin = 'phone' | 'click2call' | 'campaign';

export interface Call {
  /** The Linkedid with which it began. */
  readonly id: string;
  /** When the source first heard of it. */
  readonly heardAtMs: number;
  startedAtMs: number;
  endedAtMs: number | undefined;
  /** It has been told of. Before that nobody knows which way it goes. */
  begun: boolean;
  adopted: boolean;
  origin: Origin;
  direction: 'inbound' | 'outbound' | 'internal';
  /** The channel of the party with whom it began. Undefined: a Local pair that has not dialled anybody yet. */
  primary: Channel | undefined;
  readonly channels: Set<Channel>;
  /** Every Linkedid by which it is known. */
  readonly linkedIds: Set<string>;
  readonly legs: Leg[];
  round: number;
  /** What is known by catalogue names; every event tells what belongs to its type. */
  facts: JsonObject;
  sequence: number;
  station: Station | undefined;
  /** Those before. */
  readonly passed: { readonly type: StationType; readonly name: string; readonly sec: number }[];
  /** Who asked for the end, unless the call went on after that. */
  hangup: { readonly channel: Channel; readonly atMs: number } | undefined;
  /** Cause of the last channel of the first party that hung up. */
  hangupCause: string;
  hangupCauseText: string;
  /** When a person answered, for a click-to-call the customer. */
  answeredAtMs: number | undefined;
  answeredLeg: Leg | undefined;
  talkMs: number;
  talkingSinceMs: number | undefined;
  bridged: boolean;
  holdMs: number;
  inConference: boolean;
  reachedVoicemail: boolean;
  leftQueue: MissedReason | undefined;
  transfer: { readonly sinceMs: number; result: string } | undefined;
  recording: boolean;
  mergedInto: Call | undefined;
  /** What an AMI Originate asked for: `PJSIP/101`; empty: nobody asked. */
  originated: string;
  originateFailed: boolean;
}

export function newCall(id: string, atMs: number): Call {
  return {
    id,
    heardAtMs: atMs,
    startedAtMs: atMs,
    endedAtMs: undefined,
    begun: false,
    adopted: false,
    origin: 'phone',
    direction: 'inbound',
    primary: undefined,
    channels: new Set(),
    linkedIds: new Set([id]),
    legs: [],
    round: 0,
    facts: { startTime: isoTime(atMs), hasRecording: false },
    sequence: 0,
    station: undefined,
    passed: [],
    hangup: undefined,
    hangupCause: '',
    hangupCauseText: '',
    answeredAtMs: undefined,
    answeredLeg: undefined,
    talkMs: 0,
    talkingSinceMs: undefined,
    bridged: false,
    holdMs: 0,
    inConference: false,
    reachedVoicemail: false,
    leftQueue: undefined,
    transfer: undefined,
    recording: false,
    mergedInto: undefined,
    originated: '',
    originateFailed: false,
  };
}

export function newChannel(
  uniqueId: string,
  fullName: string,
  name: ChannelName,
  kind: ChannelKind,
  call: Call,
): Channel {
  return {
    uniqueId,
    fullName,
    name,
    kind,
    call,
    linkedId: call.id,
    leftLinkedIds: new Set(),
    state: DOWN,
    context: '',
    exten: '',
    callerNumber: '',
    callerName: '',
    extension: '',
    upAtMs: undefined,
    bridge: undefined,
    stoodAt: '',
    dialledBy: undefined,
    leg: undefined,
    agentName: '',
    queue: undefined,
    forwardedFor: '',
    forwarder: '',
    hangupRequested: false,
    ending: false,
    handedOver: false,
    sentTo: '',
    ringGroup: '',
    heldSinceMs: undefined,
  };
}

type Dialled = Pick<Leg, 'channel' | 'target' | 'targetType' | 'root' | 'round' | 'dialledAtMs'>;

/** Nothing has come of it yet, but for what is told. */
export function newLeg(told: Dialled & Partial<Leg>): Leg {
  return {
    silent: false,
    ringingAtMs: undefined,
    answeredAtMs: undefined,
    endedAtMs: undefined,
    status: '',
    cause: '',
    sipCode: '',
    forwarded: false,
    pickedUp: false,
    ...told,
  };
}

export function newStay(name: string, exten: string): QueueStay {
  return { name, exten, answered: false, abandoned: false, leaving: false, holdSeconds: undefined };
}

/** Rings, or is about to. */
export function isOpen(leg: Leg): boolean {
  return leg.answeredAtMs === undefined && leg.endedAtMs === undefined;
}

/** In the dialplan or in talk: at its end is someone, or a machine, that picked up. */
export function isUp(channel: Channel): boolean {
  return channel.upAtMs !== undefined;
}

/** The number by which the party at its end is known. */
export function numberOf(channel: Channel): string {
  if (channel.kind === 'phone') return channel.extension;
  return channel.leg?.target ?? channel.callerNumber;
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** With two decimals, as all lengths of time in events. */
export function secondsOf(ms: number): number {
  return Math.round(Math.max(ms, 0) / 10) / 100;
}
