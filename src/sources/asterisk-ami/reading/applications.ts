/** What the dialplan does with a call: mailboxes, recordings, events that administrators send by hand. */
import type { JsonObject } from '../../../json';
import type { Channel } from '../calls/call';
import type { Switchboard } from '../calls/switchboard';
import type { Packet } from '../client/packet';
import { runsApplication } from './menus';
import { queueEnds } from './queues';
import type { Readings } from './reading';

export const applicationReadings: Readings = {
  Newexten(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    const application = packet.text('Application');
    const [first = ''] = packet.text('AppData').split(',', 1);
    if (application === 'VoiceMail') entersMailbox(board, channel, first.split('&', 1)[0] ?? '');
    else if (application === 'Queue') channel.call.facts['queueName'] = first;
    else runsApplication(board, channel, application);
  },

  VarSet(board, packet) {
    const channel = board.channels.get(packet.text('Uniqueid'));
    if (channel === undefined) return;
    const value = packet.text('Value');
    if (packet.get('Variable') === 'QUEUESTATUS') queueEnds(board, channel, value);
    else if (value !== '') {
      setRecordingFile(channel, value);
      startsRecording(board, channel);
    }
  },

  MixMonitorStart: recordingStarts,
  MonitorStart: recordingStarts,
  MixMonitorStop: recordingStops,
  MonitorStop: recordingStops,

  MixMonitorMute(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined) return;
    const type = packet.text('State') === '1' ? 'call.recording.paused' : 'call.recording.resumed';
    board.say(channel.call, type, {}, channel);
  },

  /** With a channel: somebody has just left a message, unless it is the owner, who has listened. */
  MessageWaiting(board, packet) {
    const channel = board.observe(packet);
    if (channel === undefined || packet.text('Waiting') === '0') return;
    const mailbox = packet.text('Mailbox');
    if (channel.kind === 'phone' && channel.extension === mailbox.split('@', 1)[0]) return;
    entersMailbox(board, channel, mailbox);
    board.say(channel.call, 'voicemail.received', { mailbox: wholeMailbox(mailbox) }, channel);
  },

  UserEvent(board, packet) {
    const channel = board.observe(packet);
    const own = { customName: packet.text('UserEvent'), custom: ownFields(packet) };
    if (channel?.call.begun) board.say(channel.call, 'custom', own, channel);
    else board.tell('custom', own, own.customName, JSON.stringify(own.custom));
  },
};

function wholeMailbox(mailbox: string): string {
  return mailbox === '' || mailbox.includes('@') ? mailbox : `${mailbox}@default`;
}

/** Told once, by whatever shows it first. */
export function entersMailbox(board: Switchboard, channel: Channel, name: string): void {
  const { call } = channel;
  if (call.station?.type === 'voicemail' || !call.begun) return;
  const mailbox = wholeMailbox(name);
  call.reachedVoicemail = true;
  if (mailbox !== '') call.facts['mailbox'] = mailbox;
  board.enterStation(call, 'voicemail', mailbox);
  board.say(call, 'call.voicemail', mailbox === '' ? {} : { mailbox }, channel);
}

function recordingStarts(board: Switchboard, packet: Packet): void {
  const channel = board.observe(packet);
  if (channel !== undefined) startsRecording(board, channel);
}

function recordingStops(board: Switchboard, packet: Packet): void {
  const channel = board.observe(packet);
  if (channel === undefined || !channel.call.recording) return;
  channel.call.recording = false;
  board.say(channel.call, 'call.recording.stopped', {}, channel);
}

function setRecordingFile({ call }: Channel, file: string): void {
  Object.assign(call.facts, { recordingFile: file, hasRecording: true });
}

/** The name of the file and the start of the recording are told by two events. */
function startsRecording(board: Switchboard, channel: Channel): void {
  const { call } = channel;
  if (call.recording) return;
  call.recording = true;
  call.facts['hasRecording'] = true;
  if (call.begun) board.say(call, 'call.recording.started', {}, channel);
}

/** The headers that Asterisk writes itself, beside those of the channel. */
const STANDARD = new Set(
  [
    ...['Event', 'Privilege', 'Timestamp', 'SystemName', 'SequenceNumber', 'File', 'Line', 'Func', 'UserEvent'],
    ...['Channel', 'ChannelState', 'ChannelStateDesc', 'CallerIDNum', 'CallerIDName', 'ConnectedLineNum'],
    ...[
      'ConnectedLineName',
      'Language',
      'AccountCode',
      'Context',
      'Exten',
      'Priority',
      'Uniqueid',
      'Linkedid',
      'ActionID',
    ],
  ].map((name) => name.toLowerCase()),
);

/** What the administrator put into the event, and the channel variables that the server adds to every one. */
function ownFields(packet: Packet): JsonObject {
  const own: [string, string][] = [];
  for (const [key, value] of packet.entries()) {
    if (key.startsWith('ChanVariable')) {
      const [name = '', ...rest] = value.split('=');
      if (rest.length > 0 && rest.join('=') !== '') own.push([name, rest.join('=')]);
    } else if (!STANDARD.has(key.toLowerCase())) own.push([key, value]);
  }
  return Object.fromEntries(own);
}
