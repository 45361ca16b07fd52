/** Calls go on while the connection is lost: what is told of them in the end is what would have been told, or that it was lost. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../../src/json';
import { AmiReader, type Happening } from '../../../../src/sources/asterisk-ami/ami-reader';
import { DEFAULT_DIALPLAN, Dialplan } from '../../../../src/sources/asterisk-ami/calls/dialplan';
import type { Packet } from '../../../../src/sources/asterisk-ami/client/packet';
import { AmiParser } from '../../../../src/sources/asterisk-ami/client/parser';
import { AmiChannels } from '../../../support/ami-channels';
import { readStory } from '../../../support/ami-story';

const FOLDER = join(__dirname, '../../../fixtures/asterisk');
const dialplan = new Dialplan({ ...DEFAULT_DIALPLAN, trunkContexts: ['from-line'] });
/** Nothing is on its way when nothing has been said for so long. */
const QUIET_SECONDS = 0.1;

const secondsOf = (packet: Packet | undefined): number => Number(packet?.text('Timestamp'));

function packetsIn(bytes: Uint8Array | string): Packet[] {
  const packets: Packet[] = [];
  new AmiParser({ packet: (packet) => void packets.push(packet) }).push(Buffer.from(bytes));
  return packets;
}

/** What is told where nobody hears the packets from `lostAt` to `backAt`. */
function toldOf(packets: readonly Packet[], lostAt: number, backAt: number): Happening[] {
  const reader = new AmiReader(dialplan);
  const channels = new AmiChannels();
  const told: Happening[] = [];
  const read = (packet: Packet): void => {
    told.push(...reader.read(packet, secondsOf(packet) * 1000));
  };
  for (const packet of packets.slice(0, lostAt)) read(packet);
  for (const packet of packets.slice(0, backAt)) channels.hear(packet);
  if (backAt > lostAt) {
    const backSeconds = secondsOf(packets[backAt - 1]);
    told.push(...reader.disconnected('reset', secondsOf(packets[lostAt - 1]) * 1000));
    told.push(...reader.connected('22', backSeconds * 1000));
    reader.beginList(true);
    for (const item of packetsIn(channels.list(backSeconds))) told.push(...reader.read(item, backSeconds * 1000));
  }
  for (const packet of packets.slice(backAt)) read(packet);
  told.push(...reader.tick(secondsOf(packets.at(-1)) * 1000 + 5_000));
  assert.equal(reader.callCount, 0);
  return told;
}

function endsOf(told: readonly Happening[]): Map<string, Happening> {
  return new Map(told.flatMap((one) => (one.type === 'call.ended' ? [[one.callId, one]] : [])));
}

const BEGINNINGS = new Set(['call.received', 'call.initiated', 'call.resumed']);

/** Of lines to the outside Asterisk does not list which number was dialled. */
const isPhone = (number: unknown): boolean => /^\d{3}$/.test(String(number));

/** What is not as it should be. */
function complaints(told: readonly Happening[], whole: ReadonlyMap<string, Happening>): string[] {
  const wrong: string[] = [];
  for (const callId of new Set(told.map((one) => one.callId))) {
    if (callId === '') continue;
    const ofCall = told.filter((one) => one.callId === callId);
    const begun = ofCall.filter(({ type }) => BEGINNINGS.has(type)).length;
    const ended = ofCall.filter(({ type }) => type === 'call.ended');
    if (begun !== 1 || ended.length !== 1) wrong.push(`begun ${begun} times, ended ${ended.length} times`);
    const now: JsonObject = ended[0]?.parameters ?? {};
    const then: JsonObject = whole.get(callId)?.parameters ?? {};
    if ([now['reason'], then['reason']].some((reason) => reason === 'source_lost' || reason === 'merged')) continue;
    for (const name of ['direction', 'origin', 'disposition', ...(isPhone(then['answeredBy']) ? ['answeredBy'] : [])])
      if (then[name] !== undefined && now[name] !== then[name]) wrong.push(`${name} ${then[name]} -> ${now[name]}`);
  }
  return wrong;
}

/** Who answered came and went while nobody listened: that the caller was not missed nothing tells any more. */
const UNKNOWABLE: Readonly<Record<string, readonly string[]>> = {
  'parked-by-transfer.txt': ['disposition ANSWERED -> NO ANSWER', 'answeredBy 201 -> undefined'],
  'transfer-refused.txt': ['disposition ANSWERED -> NO ANSWER', 'answeredBy 201 -> undefined'],
};

describe('calls of which the connection was lost in the midst', () => {
  for (const file of readdirSync(FOLDER)) {
    it(file.replace('.txt', '').replaceAll('-', ' '), () => {
      const packets = packetsIn(readStory(join(FOLDER, file)).bytes).filter(({ event }) => event !== '');
      const whole = endsOf(toldOf(packets, packets.length, packets.length));
      const wrong = new Map<string, string>();
      const known = UNKNOWABLE[file] ?? [];
      for (let backAt = 2; backAt < packets.length; backAt++) {
        if (secondsOf(packets[backAt]) - secondsOf(packets[backAt - 1]) < QUIET_SECONDS) continue;
        for (let lostAt = 1; lostAt < backAt; lostAt++)
          for (const one of complaints(toldOf(packets, lostAt, backAt), whole))
            if (!known.includes(one)) wrong.set(one, `${lostAt}-${backAt}`);
      }
      assert.deepEqual(Object.fromEntries(wrong), {});
    });
  }
});

describe('a channel that is not in the list for which one asks now and then', () => {
  const packets = packetsIn(readStory(join(FOLDER, 'recorded-midway.txt')).bytes).filter(({ event }) => event !== '');
  const half = packets.findIndex(({ event }) => event === 'HangupRequest');
  const atMs = secondsOf(packets[half]) * 1000;
  const endOf = (told: readonly Happening[]) => endsOf(told).values().next().value?.parameters['reason'];
  let reader: AmiReader;
  let told: Happening[];

  beforeEach(() => {
    reader = new AmiReader(dialplan);
    told = packets.slice(0, half).flatMap((packet) => reader.read(packet, secondsOf(packet) * 1000));
    reader.beginList(false);
    for (const item of packetsIn(new AmiChannels().list(0))) told.push(...reader.read(item, atMs));
    told.push(...reader.tick(atMs + 1_900));
  });

  it('is there still while its end may be on the way', () => {
    assert.equal(endsOf(told).size, 0);
    for (const packet of packets.slice(half)) told.push(...reader.read(packet, secondsOf(packet) * 1000));
    told.push(...reader.tick(atMs + 10_000));
    assert.deepEqual([endsOf(told).size, endOf(told)], [1, undefined]);
  });

  it('is gone when nothing more is heard of it', () => {
    told.push(...reader.tick(atMs + 2_100));
    assert.deepEqual([endsOf(told).size, endOf(told), reader.callCount], [1, 'source_lost', 0]);
  });
});
