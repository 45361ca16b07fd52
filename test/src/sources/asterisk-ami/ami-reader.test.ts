import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { AmiReader, type Happening } from '../../../../src/sources/asterisk-ami/ami-reader';
import { DEFAULT_DIALPLAN, Dialplan } from '../../../../src/sources/asterisk-ami/calls/dialplan';
import { Packet } from '../../../../src/sources/asterisk-ami/client/packet';
import { AmiParser } from '../../../../src/sources/asterisk-ami/client/parser';
import { inOnePiece, replay } from '../../../support/ami-replay';
import { readStory, type StoryOptions } from '../../../support/ami-story';

const FOLDER = join(__dirname, '../../../fixtures/asterisk');
const dialplan = new Dialplan({ ...DEFAULT_DIALPLAN, trunkContexts: ['from-line'] });
const names = readdirSync(FOLDER);

const packet = (...lines: readonly string[]): Packet =>
  new Packet(['Privilege: call,all', ...lines].flatMap((line) => line.split(': ', 2)));

const newChannel = (uid: string, channel: string, context = 'from-line'): Packet =>
  packet(
    'Event: Newchannel',
    `Uniqueid: ${uid}`,
    `Linkedid: ${uid}`,
    `Channel: ${channel}`,
    'ChannelState: 4',
    `Context: ${context}`,
    'Exten: 14165550110',
  );

function packetsOf(name: string, options?: StoryOptions): Packet[] {
  const packets: Packet[] = [];
  new AmiParser({ packet: (one) => packets.push(one) }).push(readStory(join(FOLDER, name), options).bytes);
  return packets;
}

function typesOf(name: string, options: StoryOptions): string[] {
  const { bytes, startMs } = readStory(join(FOLDER, name), options);
  return replay(new AmiReader(dialplan), bytes, inOnePiece(bytes), startMs).map(({ type }) => type);
}

describe('the reader of what Asterisk says', () => {
  it('reads the same where Asterisk does not stamp what it says', () => {
    for (const name of names) assert.deepEqual(typesOf(name, { stamped: false }), typesOf(name, {}), name);
  });

  it('reads answered calls without the events of bridges', () => {
    const keeps = (event: string): boolean => !event.startsWith('Bridge');
    for (const name of ['queue-with-local-agents.txt', 'call-file.txt', 'pickup.txt']) {
      assert.deepEqual(typesOf(name, { keeps }), typesOf(name, {}), name);
    }
  });

  it('reads answered calls without the ends of dials', () => {
    const keeps = (event: string): boolean => event !== 'DialEnd';
    for (const name of ['transfer-refused.txt', 'queue-with-local-agents.txt']) {
      assert.deepEqual(typesOf(name, { keeps }), typesOf(name, {}), name);
    }
  });

  it('ends every call that it has begun once, whatever of it gets lost', () => {
    const lost = fc.array(fc.nat({ max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...names), lost, (name, gone) => {
        const reader = new AmiReader(dialplan);
        const happenings: Happening[] = [];
        packetsOf(name).forEach((one, index) => {
          if (!gone.includes(index)) happenings.push(...reader.read(one, index));
        });
        happenings.push(...reader.read(packet('Event: Shutdown'), 1_000_000));
        const begun = new Set(happenings.map(({ callId }) => callId).filter(Boolean));
        const ended = happenings.filter(({ type }) => type === 'call.ended').map(({ callId }) => callId);
        assert.deepEqual(ended.toSorted(), [...begun].toSorted());
        assert.equal(reader.callCount, 0);
      }),
    );
  });

  it('gives up the oldest call where there are too many at a time', () => {
    const reader = new AmiReader(dialplan, { calls: 3 });
    const happenings = [1, 2, 3, 4, 5].flatMap((n) =>
      reader.read(newChannel(`${n}.0`, `PJSIP/line-0000000${n}`), n * 1000),
    );
    const ended = happenings.filter(({ type }) => type === 'call.ended');
    assert.deepEqual(
      ended.map(({ callId, parameters }) => [callId, parameters['reason']]),
      [
        ['1.0', 'source_lost'],
        ['2.0', 'source_lost'],
      ],
    );
    assert.equal(reader.callCount, 3);
  });

  it('takes no more channels into a call than it may have', () => {
    const reader = new AmiReader(dialplan, { perCall: 5 });
    reader.read(newChannel('1.0', 'PJSIP/line-00000001'), 0);
    for (let n = 1; n < 100; n++) {
      reader.read(
        packet('Event: Newchannel', `Uniqueid: 1.${n}`, 'Linkedid: 1.0', 'Channel: PJSIP/201-1', 'ChannelState: 0'),
        n,
      );
    }
    const [missed, ended] = [1, 2, 3, 4, 0].flatMap((n) =>
      reader.read(packet('Event: Hangup', `Uniqueid: 1.${n}`, 'Cause: 16'), 200),
    );
    assert.deepEqual([missed?.type, ended?.type], ['call.missed', 'call.ended']);
  });

  it('survives whatever values Asterisk, or whoever plays it, can write', () => {
    const values = fc.oneof(
      fc.constantFrom('', '0', '-1', '9'.repeat(400), '1e400', '99:99:99', '<unknown>', '1.1', '1.2', 'Local/2@a-1;2'),
      fc.string({ maxLength: 12 }),
    );
    const mutated = fc.record({ name: fc.constantFrom(...names), at: fc.nat(), key: fc.nat(), value: values });
    fc.assert(
      fc.property(mutated, ({ name, at, key, value }) => {
        const packets = packetsOf(name);
        const lines = [...(packets[at % packets.length]?.entries() ?? [])];
        const [changed = ''] = lines[key % lines.length] ?? [];
        const forged = new Packet(lines.flatMap(([header, is]) => [header, header === changed ? value : is]));
        const reader = new AmiReader(dialplan);
        const happenings = packets.flatMap((one, index) =>
          reader.read(index === at % packets.length ? forged : one, 1_700_000_000_000 + index),
        );
        for (const { atMs, parameters } of happenings) {
          assert.ok(!Number.isNaN(new Date(atMs).getTime()), `${changed}: ${value}`);
          assert.ok(!/:(?:null|-\d)/.test(JSON.stringify({ ...parameters, raw: '' })), JSON.stringify(parameters));
        }
      }),
    );
  });

  it('adopts a call that claims to be older than any clock can tell', () => {
    const reader = new AmiReader(dialplan);
    reader.beginList(true);
    const list = ['Seconds', 'Duration'].map((key, index) =>
      packet(
        'Event: Status',
        `Uniqueid: ${index + 1}.0`,
        `Linkedid: ${index + 1}.0`,
        'Channel: PJSIP/line-1',
        `${key}: ${'9'.repeat(400)}`,
      ),
    );
    const resumed = [...list, packet('Event: StatusComplete')].flatMap((one) => reader.read(one, 1_700_000_000_000));
    assert.deepEqual(
      resumed.map(({ type }) => type),
      ['call.resumed', 'call.resumed'],
    );
  });

  it('gives up the oldest call where all calls together have too many channels and legs', () => {
    const reader = new AmiReader(dialplan, { parts: 10 });
    const happenings = Array.from({ length: 20 }, (_, n) => {
      const call = n + 1;
      const leg = packet(
        'Event: Newchannel',
        `Uniqueid: ${call}.1`,
        `Linkedid: ${call}.0`,
        'Channel: PJSIP/201-1',
        'ChannelState: 0',
      );
      const dials = packet('Event: DialBegin', `Uniqueid: ${call}.0`, `DestUniqueid: ${call}.1`, 'DialString: 201');
      return [newChannel(`${call}.0`, `PJSIP/line-0000000${call}`), leg, dials].flatMap((one) => reader.read(one, n));
    }).flat();
    assert.ok(reader.callCount <= 5, String(reader.callCount));
    assert.equal(happenings.filter(({ type }) => type === 'call.ended').length, 20 - reader.callCount);
  });

  it('follows no channel that takes a new Linkedid without end', () => {
    const reader = new AmiReader(dialplan);
    reader.read(newChannel('1.0', 'PJSIP/line-00000001'), 0);
    for (let n = 0; n < 10_000; n++) {
      reader.read(packet('Event: Newstate', 'Uniqueid: 1.0', `Linkedid: 9.${n}`, 'Channel: PJSIP/line-00000001'), n);
    }
    const happenings = reader.read(packet('Event: Hangup', 'Uniqueid: 1.0', 'Cause: 16'), 20_000);
    assert.deepEqual(
      happenings.map(({ type, callId }) => [type, callId]),
      [
        ['call.missed', '1.0'],
        ['call.ended', '1.0'],
      ],
    );
    assert.equal(reader.callCount, 0);
  });

  it('does not give up calls that began after the connection was lost', () => {
    const reader = new AmiReader(dialplan);
    reader.read(newChannel('1.0', 'PJSIP/line-00000001'), 1_000);
    reader.disconnected('gone', 5_000);
    reader.read(newChannel('2.0', 'PJSIP/line-00000002'), 9_000);
    const ended = reader.cannotResync(10_000).filter(({ type }) => type === 'call.ended');
    assert.deepEqual(
      ended.map(({ callId }) => callId),
      ['1.0'],
    );
  });

  it('waits a moment for the CDR that names the recording, and no longer', () => {
    const begin = (): AmiReader => {
      const reader = new AmiReader(dialplan);
      reader.read(packet('Event: Cdr', 'LinkedID: 0.0', 'RecordingFile: /rec/other.wav'), 0);
      reader.read(newChannel('1.0', 'PJSIP/line-00000001'), 0);
      reader.read(packet('Event: MixMonitorStart', 'Uniqueid: 1.0'), 0);
      assert.deepEqual(reader.read(packet('Event: Hangup', 'Uniqueid: 1.0', 'Cause: 16'), 5_000), []);
      return reader;
    };
    const named = begin().read(packet('Event: Cdr', 'LinkedID: 1.0', 'RecordingFile: /rec/a.wav'), 5_002);
    assert.equal(named.at(-1)?.parameters['recordingFile'], '/rec/a.wav');
    const reader = begin();
    assert.deepEqual(reader.tick(5_200), []);
    const late = reader.tick(5_250);
    assert.deepEqual([late.at(-1)?.type, late.at(-1)?.atMs], ['call.ended', 5_000]);
  });

  it('ends the calls of an Asterisk that has begun anew at the moment in which it was lost', () => {
    const reader = new AmiReader(dialplan);
    reader.read(newChannel('1.0', 'PJSIP/line-00000001'), 1_000);
    reader.disconnected('gone', 5_000);
    const happenings = reader.read(packet('Event: FullyBooted', 'Uptime: 3'), 20_000);
    const ended = happenings.find(({ type }) => type === 'call.ended');
    assert.deepEqual([ended?.parameters['duration'], ended?.parameters['reason']], [4, 'source_lost']);
  });

  it('tells outbound from internal calls by what is dialled, and mends that when a line is taken', () => {
    const reader = new AmiReader(dialplan);
    const direction = (uid: string, exten: string): unknown =>
      reader.read(
        packet(
          'Event: Newchannel',
          `Uniqueid: ${uid}`,
          `Linkedid: ${uid}`,
          'Channel: PJSIP/201-1',
          'ChannelState: 4',
          `Exten: ${exten}`,
        ),
        0,
      )[0]?.parameters['direction'];
    assert.deepEqual(
      [
        direction('1.0', '202'),
        direction('2.0', '*97'),
        direction('3.0', '914165550188'),
        direction('4.0', '+14165550188'),
      ],
      ['internal', 'internal', 'outbound', 'outbound'],
    );
    assert.equal(direction('5.0', '112'), 'internal');
    reader.read(
      packet(
        'Event: Newchannel',
        'Uniqueid: 5.1',
        'Linkedid: 5.0',
        'Channel: PJSIP/line-2',
        'ChannelState: 0',
        'Context: from-line',
      ),
      1,
    );
    const [dialled] = reader.read(
      packet('Event: DialBegin', 'Uniqueid: 5.0', 'DestUniqueid: 5.1', 'DialString: 112@line'),
      2,
    );
    assert.deepEqual([dialled?.parameters['direction'], dialled?.parameters['target']], ['outbound', '112']);
  });
});
