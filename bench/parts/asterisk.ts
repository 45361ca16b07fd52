/** What Asterisk says understood: bytes a second, beside the clients that npm has, and 200 calls at once. */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../src/clock';
import { AmiReader } from '../../src/sources/asterisk-ami/ami-reader';
import { AmiSource } from '../../src/sources/asterisk-ami/ami-source';
import { DEFAULT_DIALPLAN, Dialplan } from '../../src/sources/asterisk-ami/calls/dialplan';
import { AmiConnection } from '../../src/sources/asterisk-ami/client/connection';
import type { Packet } from '../../src/sources/asterisk-ami/client/packet';
import { AmiParser } from '../../src/sources/asterisk-ami/client/parser';
import { asteriskAmiKind } from '../../src/sources/asterisk-ami/kind';
import { AmiServer } from '../../test/support/ami-server';
import { readStory } from '../../test/support/ami-story';
import { median } from '../statistics';
import { type Findings, fixed } from '../tables';
import type { Size } from '../workbench';

interface Extent {
  readonly rounds: number;
  /** Calls in the bytes that are read as fast as can be. */
  readonly readCalls: number;
  /** The same, for whole clients, of which some are slow. */
  readonly clientCalls: number;
  /** Calls at once, how long each lasts, and how often they begin anew. */
  readonly calls: number;
  readonly callMs: number;
  readonly waves: number;
}

const EXTENTS: Readonly<Record<Size, Extent>> = {
  full: { rounds: 3, readCalls: 200, clientCalls: 40, calls: 200, callMs: 5_000, waves: 3 },
  tiny: { rounds: 1, readCalls: 5, clientCalls: 5, calls: 5, callMs: 200, waves: 1 },
};

const STORY = join(__dirname, '../../test/fixtures/asterisk/queue-with-local-agents.txt');
const LOGIN = { username: 'nodered', secret: 'swordfish' };
const PIECE_BYTES = 65_536;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

export async function asterisk(size: Size): Promise<Findings> {
  const extent = EXTENTS[size];
  const parts = [reading(extent), await clients(extent), await callsAtOnce(extent)];
  return { tables: parts.flatMap(({ tables }) => tables), goals: parts.flatMap(({ goals }) => goals) };
}

/** One call out of a queue, with the variables that a dialplan sets, which are most of what Asterisk says. */
function wordsOf(serial: number): Buffer[] {
  const { bytes } = readStory(STORY, { baseSeconds: 1_700_000_000 + serial, stamped: false });
  const events = bytes.toString().split('\r\n\r\n').slice(0, -1);
  return events.map((event, index) => {
    const greetingless = index === 0 ? event.slice(event.indexOf('\n') + 1) : event;
    const channel = greetingless
      .split('\r\n')
      .filter((line) => !line.startsWith('Event:'))
      .join('\r\n');
    const noise = ['BRIDGEPEER', 'RTPAUDIOQOS'].map(
      (name) => `Event: VarSet\r\n${channel}\r\nVariable: ${name}\r\nValue: ${'ssrc=641195683;lp=0;'.repeat(5)}`,
    );
    return Buffer.from(`${[greetingless, ...noise].join('\r\n\r\n')}\r\n\r\n`);
  });
}

function manyCalls(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, serial) => wordsOf(serial)).flat());
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** How many megabytes a second this takes, the middle of the rounds. */
function rate(bytes: Buffer, rounds: number, run: () => void): number {
  run(); // compiled now
  const rates = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    run();
    return bytes.length / 1000 / (performance.now() - startedAt);
  });
  return median(rates);
}

function reading({ rounds, readCalls }: Extent): Findings {
  const bytes = manyCalls(readCalls);
  const dialplan = new Dialplan(DEFAULT_DIALPLAN);
  const read = (packet: (one: Packet) => void): void => {
    const parser = new AmiParser({ packet });
    for (const piece of pieces(bytes)) parser.push(piece);
  };
  let packets = 0;
  const parsed = rate(bytes, rounds, () => read(() => void packets++));
  let ended = 0;
  const understood = rate(bytes, rounds, () => {
    const reader = new AmiReader(dialplan);
    read((packet) => {
      for (const { type } of reader.read(packet, 0)) if (type === 'call.ended') ended++;
    });
  });
  if (ended !== readCalls * (rounds + 1)) throw new Error(`${ended} calls ended`);
  const row = (what: string, megabytes: number): [string, string, string] => [
    what,
    `${fixed(megabytes)} MB`,
    fixed((megabytes * 1e6 * readCalls) / bytes.length),
  ];
  return {
    tables: [
      {
        title: 'What Asterisk says, read in one thread',
        columns: ['a second', 'calls a second'],
        rows: [row('the pack: packets', parsed), row('the pack: events of calls', understood)],
      },
    ],
    goals: [{ what: 'Asterisk: bytes to packets', bound: 'at least', goal: 100, measured: parsed, unit: 'MB/s' }],
  };
}

interface Client {
  readonly name: string;
  /** Logs in, and calls `heard` for every event; resolves with what ends it. */
  connect(port: number, heard: (event: string) => void): Promise<() => void>;
}

const CLIENTS: readonly Client[] = [
  {
    name: 'the pack',
    connect: (port, heard) =>
      new Promise((resolve, reject) => {
        const settings = {
          host: '127.0.0.1',
          port,
          tls: false,
          fingerprint: '',
          plainLogin: false,
          classes: ['all'],
          ...LOGIN,
        };
        const connection: AmiConnection = new AmiConnection(settings, systemClock, {
          ready: () => resolve(() => connection.close()),
          event: (packet) => heard(packet.event),
          closed: ({ reason }) => reject(new Error(reason.message)),
        });
        connection.open();
      }),
  },
  {
    name: 'asterisk-manager 0.2.0',
    async connect(port, heard) {
      const { default: open } = await import('asterisk-manager');
      const client = open(port, '127.0.0.1', LOGIN.username, LOGIN.secret, true);
      client.on('managerevent', (event) => heard(String(event['event'])));
      return () => client.disconnect();
    },
  },
  {
    name: 'asterisk-ami-client 1.1.5',
    async connect(port, heard) {
      const { default: AmiClient } = await import('asterisk-ami-client');
      const client = new AmiClient({ reconnect: false, keepAlive: false });
      client.on('event', (event) => heard(String(event['Event'])));
      await client.connect(LOGIN.username, LOGIN.secret, { host: '127.0.0.1', port });
      return () => client.disconnect();
    },
  },
];

/** Whole clients, at the same server, which says the same to each: from the first byte to the last event. */
async function clients({ rounds, clientCalls }: Extent): Promise<Findings> {
  const bytes = Buffer.concat([manyCalls(clientCalls), Buffer.from('Event: TheEnd\r\nPrivilege: call,all\r\n\r\n')]);
  const rates = CLIENTS.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [index, client] of CLIENTS.entries()) rates[index]?.push(await timed(client, bytes));
  }
  const medians = rates.map(median);
  const fastest = Math.max(...medians.slice(1));
  return {
    tables: [
      {
        title: 'What Asterisk says over a socket, one client at a time',
        columns: ['a second'],
        rows: CLIENTS.map(({ name }, index): [string, string] => [name, `${fixed(medians[index] ?? 0)} MB`]),
      },
    ],
    goals: [
      {
        what: 'Asterisk: beside the fastest client of npm',
        bound: 'at least',
        goal: 1,
        measured: (medians[0] ?? 0) / fastest,
        unit: '×',
      },
    ],
  };
}

async function timed(client: Client, bytes: Buffer): Promise<number> {
  const server = await AmiServer.listen(LOGIN);
  let ended: (() => void) | undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const close = await client.connect(server.port, (event) => {
    if (event === 'TheEnd') ended?.();
  });
  await server.until(() => server.listeners === 1);
  const startedAt = performance.now();
  server.say(bytes);
  await end;
  const seconds = (performance.now() - startedAt) / 1000;
  close();
  await server.close();
  return bytes.length / 1e6 / seconds;
}

/** Calls that all last from the beginning of a wave to its end: when each thing was said, and when its event was handed over. */
async function callsAtOnce({ calls, callMs, waves }: Extent): Promise<Findings> {
  const server = await AmiServer.listen(LOGIN);
  const saidAtMs = new Map<string, number>();
  const lagsMs: number[] = [];
  let ended = 0;
  const source = new AmiSource(
    {
      sourceId: 'bench',
      sourceName: 'bench',
      timeZone: 'UTC',
      countryCode: 'US',
      fixed: [],
      settings: { ...asteriskAmiKind.defaults, host: '127.0.0.1', port: server.port },
      credentials: LOGIN,
    },
    {
      clock: systemClock,
      random: Math.random,
      async deliver(accepted) {
        for (const { event } of accepted) {
          if (event.type !== 'call.ended') continue;
          ended++;
          lagsMs.push(performance.now() - (saidAtMs.get(event.callId) ?? Number.NaN));
        }
      },
      offer: async (accepted) => accepted.length,
      status: () => undefined,
      listen: () => () => undefined,
      refused: () => undefined,
    },
  );
  source.start();
  // In step: calls that begin before it has asked which there are would be missing in the answer of this server.
  await server.until(() => server.actions.some((action) => action.text('Action') === 'Status'));
  const heaps: number[] = [];
  let events = 0;
  for (let wave = 0; wave < waves; wave++) {
    const scripts = Array.from({ length: calls }, (_, index) => wordsOf(wave * calls + index));
    const steps = scripts[0]?.length ?? 0;
    const startedAt = performance.now();
    for (let step = 0; step < steps; step++) {
      const waitMs = startedAt + (step * callMs) / steps - performance.now();
      // Also when it is late: the source hears in this thread.
      await new Promise((resolve) => setTimeout(resolve, Math.max(waitMs, 0)));
      for (const [index, script] of scripts.entries()) {
        if (step === steps - 1) saidAtMs.set(`${1_700_000_000 + wave * calls + index}.10`, performance.now());
        server.say(script[step] ?? '');
        events += 3;
      }
    }
    const giveUpAt = performance.now() + 30_000;
    while (ended < calls * (wave + 1) && performance.now() < giveUpAt)
      await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
    heaps.push(process.memoryUsage().heapUsed / 1e6);
  }
  await source.stop();
  await server.close();
  if (ended !== calls * waves) throw new Error(`Of ${calls * waves} calls ${ended} have ended`);
  const slowest = Math.max(...lagsMs);
  if (Number.isNaN(slowest)) throw new Error('A call has ended before its last word');
  const moreMemory = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
  return {
    tables: [
      {
        title: `${calls} calls at once, ${waves} times`,
        columns: ['figure'],
        rows: [
          ['events of Asterisk a second', fixed((events * 1000) / (waves * callMs))],
          ['last word of a call to its end handed over, median', `${fixed(median(lagsMs))} ms`],
          ['the same, slowest', `${fixed(slowest)} ms`],
          ['memory in use after the last wave, more than after the first', `${fixed(moreMemory)} MB`],
        ],
      },
    ],
    goals: [
      { what: `Asterisk: lag of ${calls} calls at once`, bound: 'at most', goal: 1_000, measured: slowest, unit: 'ms' },
      { what: 'Asterisk: memory from wave to wave', bound: 'at most', goal: 20, measured: moreMemory, unit: 'MB' },
    ],
  };
}
