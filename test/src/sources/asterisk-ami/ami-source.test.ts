import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { TelephonyEvent } from '../../../../src/event/telephony-event';
import { AmiSource } from '../../../../src/sources/asterisk-ami/ami-source';
import { asteriskAmiKind } from '../../../../src/sources/asterisk-ami/kind';
import type { SourceHost, SourceStatus } from '../../../../src/sources/source';
import { inOnePiece } from '../../../support/ami-replay';
import { AmiServer, type AmiServerOptions } from '../../../support/ami-server';
import { readStory } from '../../../support/ami-story';
import { FakeClock } from '../../../support/fake-clock';
import { testCertificates } from '../../../support/tls';

interface Heard {
  readonly source: AmiSource;
  readonly clock: FakeClock;
  readonly events: TelephonyEvent[];
  readonly statuses: SourceStatus[];
  /** Resolves once this is so. */
  until(isSo: () => boolean): Promise<void>;
}

/** A source that hears this server, over real sockets; only its waiting is by a clock that the test moves. */
function hear(port: number, settings: Record<string, unknown> = {}, secret = 'swordfish'): Heard {
  const clock = new FakeClock();
  const events: TelephonyEvent[] = [];
  const statuses: SourceStatus[] = [];
  const waiting: { isSo: () => boolean; resolve: () => void }[] = [];
  const look = (): void => {
    for (const wait of [...waiting]) {
      if (!wait.isSo()) continue;
      waiting.splice(waiting.indexOf(wait), 1);
      wait.resolve();
    }
  };
  const host: SourceHost = {
    clock,
    random: () => 0,
    async deliver(accepted) {
      events.push(...accepted.map(({ event }) => event));
      look();
    },
    offer: async (accepted) => accepted.length,
    status(status) {
      statuses.push(status);
      look();
    },
    listen: () => () => undefined,
    refused: () => undefined,
  };
  const setup = {
    sourceId: 's1',
    sourceName: 'Head office',
    timeZone: 'UTC',
    countryCode: 'US',
    fixed: [],
    settings: { ...asteriskAmiKind.defaults, host: '127.0.0.1', port, trunkContexts: ['from-line'], ...settings },
    credentials: { username: 'nodered', secret },
  };
  const source = new AmiSource(setup, host);
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ isSo, resolve });
      look();
    });
  return { source, clock, events, statuses, until };
}

async function withServer(test: (server: AmiServer) => Promise<void>, options: AmiServerOptions = {}): Promise<void> {
  const server = await AmiServer.listen(options);
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

const isConnected = ({ statuses }: Heard): boolean => statuses.at(-1)?.kind === 'connected';
const story = (name: string): Buffer => readStory(join(__dirname, '../../../fixtures/asterisk', `${name}.txt`)).bytes;
const typesOf = (heard: Heard): string[] => heard.events.map(({ type }) => type);
const callsOf = (heard: Heard): string[] => typesOf(heard).filter((type) => type.startsWith('call.'));

/** A channel as `Status` lists it. */
function listed(uid: string, linked: string, channel: string, more: readonly string[] = []): string[] {
  return [
    'Event: Status',
    'Privilege: Call',
    `Channel: ${channel}`,
    'ChannelState: 6',
    `Uniqueid: ${uid}`,
    `Linkedid: ${linked}`,
    ...more,
  ];
}

const LIST_BEGINS = ['Response: Success', 'EventList: start', 'Message: Channel status will follow'];
const LIST_ENDS = ['Event: StatusComplete', 'EventList: Complete'];

describe('a source that hears an Asterisk', () => {
  it('logs in by proof, asks only for what it reads, and tells what happens as events with ids of their own', () =>
    withServer(async (server) => {
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => isConnected(heard));
      const recording = story('transfer-refused');
      await server.play(recording, inOnePiece(recording));
      await heard.until(() => typesOf(heard).includes('call.ended'));
      await heard.source.stop();
      assert.deepEqual(server.logins, [{ username: 'nodered', accepted: true, byProof: true }]);
      assert.equal(server.actions[1]?.text('Events'), 'call,cdr,agent,dtmf,user,dialplan,system');
      assert.equal(typesOf(heard)[0], 'source.connected');
      assert.equal(heard.events[0]?.parameters['pbxVersion'], 'Asterisk 20.9.0');
      const ended = heard.events.at(-1);
      assert.equal(ended?.callId, '1700000000.10');
      assert.equal(ended?.callType, 'inbound');
      assert.equal(ended?.parameters['callerNumberE164'], '+14165550142');
      assert.equal(ended?.parameters['sourceName'], 'Head office');
      assert.equal(new Set(heard.events.map(({ id }) => id)).size, heard.events.length);
    }));

  it('gives the same ids to the same calls, heard by somebody else at another time', () =>
    withServer(async (server) => {
      const ids: string[][] = [];
      for (let round = 0; round < 2; round++) {
        const heard = hear(server.port);
        heard.clock.jump(round * 3_600_000);
        heard.source.start();
        await heard.until(() => isConnected(heard));
        const recording = story('queue-with-local-agents');
        await server.play(recording, inOnePiece(recording));
        await heard.until(() => typesOf(heard).includes('call.ended'));
        await heard.source.stop();
        ids.push(heard.events.filter(({ callId }) => callId !== '').map(({ id }) => id));
      }
      assert.deepEqual(ids[1], ids[0]);
    }));

  it('sends the secret itself only where that is chosen', () =>
    withServer(async (server) => {
      const heard = hear(server.port, { plainLogin: true });
      heard.source.start();
      await heard.until(() => isConnected(heard));
      await heard.source.stop();
      assert.deepEqual(server.logins, [{ username: 'nodered', accepted: true, byProof: false }]);
    }));

  it('says of a server that cannot be proved to that it wants the secret itself, and does not send it', () =>
    withServer(async (server) => {
      server.answers.set('Challenge', () => [['Response: Error', 'Message: Invalid/unknown command: Challenge']]);
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => heard.statuses.at(-1)?.kind === 'error');
      await heard.source.stop();
      const status = heard.statuses.at(-1);
      assert(status !== undefined && 'trouble' in status);
      assert.equal(status.trouble, 'protocol');
      assert.match(status.reason.message, /unknown command: Challenge.*Send the secret itself/);
      assert.deepEqual(server.logins, []);
    }));

  it('says once that the secret is wrong, and tries again only after minutes', () =>
    withServer(async (server) => {
      const heard = hear(server.port, {}, 'guess');
      heard.source.start();
      await heard.until(() => heard.statuses.at(-1)?.kind === 'error');
      assert.deepEqual(
        heard.statuses.map((status) => ('trouble' in status ? status.trouble : status.kind)),
        ['connecting', 'credentials'],
      );
      await heard.clock.advanceAsync(59_000);
      assert.equal(server.logins.length, 1);
      await heard.clock.advanceAsync(1_000);
      await server.until(() => server.logins.length === 2);
      await heard.until(() => heard.statuses.filter(({ kind }) => kind === 'error').length === 2);
      await heard.clock.advanceAsync(119_000);
      assert.equal(server.logins.length, 2);
      await heard.source.stop();
      assert.ok(!JSON.stringify(heard.statuses).includes('guess'));
    }));

  it('comes back after a cut, waiting twice as long after every failure', () =>
    withServer(async (server) => {
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => isConnected(heard));
      server.cut();
      await heard.until(() => heard.statuses.at(-1)?.kind === 'disconnected');
      assert.deepEqual(
        heard.statuses.map((status) => ('trouble' in status ? status.trouble : status.kind)),
        ['connecting', 'connected', 'lost'],
      );
      await heard.clock.advanceAsync(1_000);
      await heard.until(() => isConnected(heard));
      await heard.source.stop();
      assert.deepEqual(typesOf(heard), ['source.connected', 'source.disconnected', 'source.connected']);
    }));

  it('notices a line that is open at its own end only', () =>
    withServer(async (server) => {
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => isConnected(heard));
      server.halfOpen();
      await heard.clock.advanceAsync(60_000);
      await heard.until(() => heard.statuses.some((status) => 'trouble' in status && status.trouble === 'lost'));
      assert.match(JSON.stringify(heard.statuses), /has said nothing for 50 seconds/);
      await heard.source.stop();
    }));

  it('asks for a sign of life whenever Asterisk has said nothing for a while', () =>
    withServer(async (server) => {
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => isConnected(heard));
      const pings = (): number => server.actions.filter((action) => action.text('Action') === 'Ping').length;
      // The last thing that it asks by itself.
      await server.until(() => server.actions.at(-1)?.text('Action') === 'Filter');
      for (let round = 0; round <= 4; round++) {
        if (round > 0) await heard.clock.advanceAsync(20_000);
        await server.until(() => pings() === round);
        // Once this has come, so has the answer before it: what comes later than the clock says puts off the next question.
        server.tell('Event: UserEvent', `UserEvent: round ${round}`);
        await heard.until(() => typesOf(heard).filter((type) => type === 'custom').length === round + 1);
      }
      assert.ok(isConnected(heard));
      await heard.source.stop();
    }));

  it('adopts calls that are under way, and ends those that ended while nobody listened', () =>
    withServer(async (server) => {
      server.answers.set('Status', () => [
        LIST_BEGINS,
        listed('1.1', '1.1', 'PJSIP/line-00000001', [
          'CallerIDNum: 14165550142',
          'Context: from-line',
          'Exten: 201',
          'DNID: 14165550110',
          'BridgeID: b1',
          'Seconds: 30',
        ]),
        listed('1.2', '1.1', 'PJSIP/201-00000002', [
          'CallerIDNum: 201',
          'Context: from-internal',
          'BridgeID: b1',
          'Seconds: 25',
        ]),
        LIST_ENDS,
      ]);
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => callsOf(heard).length === 1);
      const resumed = heard.events.find(({ type }) => type === 'call.resumed')?.parameters ?? {};
      assert.deepEqual(
        ['direction', 'callerNumber', 'did', 'answeredBy', 'sessionState'].map((name) => resumed[name]),
        ['inbound', '14165550142', '14165550110', '201', 'talking'],
      );
      server.cut();
      await heard.until(() => heard.statuses.at(-1)?.kind === 'disconnected');
      server.answers.set('Status', () => [LIST_BEGINS, LIST_ENDS]);
      await heard.clock.advanceAsync(1_000);
      await heard.until(() => callsOf(heard).includes('call.ended'));
      const ended = heard.events.at(-1)?.parameters ?? {};
      assert.deepEqual(
        ['reason', 'adopted', 'disposition', 'duration'].map((name) => ended[name]),
        ['source_lost', true, 'ANSWERED', 31],
      );
      await heard.source.stop();
    }));

  it('does not take calls for gone that have begun while it was getting in step', () =>
    withServer(async (server) => {
      const heard = hear(server.port);
      heard.source.start();
      await server.until(() => server.listeners === 1);
      // The list, which it has not asked for yet, will be empty.
      const channel = ['Channel: PJSIP/line-1', 'Uniqueid: 1.1', 'Linkedid: 1.1', 'Context: from-line'];
      server.tell('Event: Newchannel', ...channel, 'ChannelState: 4');
      await server.until(() => server.actions.some((action) => action.text('Action') === 'Status'));
      server.tell('Event: Hangup', ...channel, 'ChannelState: 4', 'Cause: 17');
      await heard.until(() => callsOf(heard).includes('call.ended'));
      assert.deepEqual(callsOf(heard), ['call.received', 'call.missed', 'call.ended']);
      assert.equal(heard.events.at(-1)?.parameters['reason'], undefined);
      await heard.source.stop();
    }));

  it('does not take a list for its own that a stranger wrote', () =>
    withServer(async (server) => {
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => isConnected(heard));
      server.tell(
        'Event: Newchannel',
        'Channel: PJSIP/line-1',
        'ChannelState: 4',
        'Uniqueid: 1.1',
        'Linkedid: 1.1',
        'Context: from-line',
      );
      await heard.until(() => callsOf(heard).length === 1);
      server.say('Event: StatusComplete\r\nActionID: guess\r\n\r\n');
      server.tell(
        'Event: Hangup',
        'Channel: PJSIP/line-1',
        'ChannelState: 4',
        'Uniqueid: 1.1',
        'Linkedid: 1.1',
        'Cause: 16',
      );
      await heard.until(() => callsOf(heard).includes('call.ended'));
      assert.equal(heard.events.at(-1)?.parameters['reason'], undefined);
      await heard.source.stop();
    }));

  it('gives up the calls of an Asterisk that may not be asked, as soon as it is back', () =>
    withServer(async (server) => {
      server.answers.delete('Status');
      const heard = hear(server.port);
      heard.source.start();
      await heard.until(() => isConnected(heard));
      server.tell(
        'Event: Newchannel',
        'Channel: PJSIP/line-1',
        'ChannelState: 4',
        'Uniqueid: 1.1',
        'Linkedid: 1.1',
        'Context: from-line',
      );
      await heard.until(() => callsOf(heard).length === 1);
      // What it asks when it has been told that it may not ask.
      await server.until(() => server.actions.at(-1)?.text('Action') === 'Filter');
      server.cut();
      await heard.until(() => heard.statuses.at(-1)?.kind === 'disconnected');
      assert.deepEqual(callsOf(heard), ['call.received']);
      await heard.clock.advanceAsync(1_000);
      await heard.until(() => callsOf(heard).includes('call.ended'));
      assert.deepEqual(typesOf(heard).slice(-3), ['source.connected', 'call.missed', 'call.ended']);
      assert.equal(heard.events.at(-1)?.parameters['reason'], 'source_lost');
      await heard.source.stop();
    }));

  it('keeps the calls of a connection that was lost again while it asked for them', () =>
    withServer(async (server) => {
      const channel = ['Channel: PJSIP/line-1', 'Uniqueid: 1.1', 'Linkedid: 1.1', 'Context: from-line'];
      const heard = hear(server.port);
      heard.source.start();
      // The last thing that it asks by itself.
      await server.until(() => server.actions.at(-1)?.text('Action') === 'Filter');
      server.tell('Event: Newchannel', ...channel, 'ChannelState: 4');
      await heard.until(() => callsOf(heard).length === 1);
      server.answers.set('Status', () => {
        server.cut();
        return [];
      });
      const losses = (): number => typesOf(heard).filter((type) => type === 'source.disconnected').length;
      server.cut();
      await heard.until(() => losses() === 1);
      await heard.clock.advanceAsync(1_000);
      await heard.until(() => losses() === 2);
      server.answers.set('Status', () => [LIST_BEGINS, listed('1.1', '1.1', 'PJSIP/line-1'), LIST_ENDS]);
      await heard.clock.advanceAsync(2_000);
      await heard.until(() => isConnected(heard));
      server.tell('Event: Hangup', ...channel, 'ChannelState: 6', 'Cause: 16');
      await heard.until(() => callsOf(heard).includes('call.ended'));
      assert.ok(typesOf(heard).lastIndexOf('source.connected') < typesOf(heard).indexOf('call.ended'));
      assert.equal(heard.events.at(-1)?.parameters['reason'], undefined);
      await heard.source.stop();
    }));

  it('says that something else answers at the port', () =>
    withServer(
      async (server) => {
        const heard = hear(server.port);
        heard.source.start();
        await heard.until(() => heard.statuses.at(-1)?.kind === 'error');
        assert.match(JSON.stringify(heard.statuses), /is no manager interface of Asterisk/);
        await heard.source.stop();
      },
      { greeting: 'HTTP/1.1 400 Bad Request\r\nServer: Asterisk\r\n' },
    ));

  it('says that nobody answers at the port', async () => {
    const server = await AmiServer.listen();
    await server.close();
    const heard = hear(server.port);
    heard.source.start();
    await heard.until(() => heard.statuses.at(-1)?.kind === 'disconnected');
    assert.match(JSON.stringify(heard.statuses), /cannot be reached \(ECONNREFUSED\)/);
    await heard.source.stop();
  });

  describe('over TLS', () => {
    const { localhost } = testCertificates;
    const { fingerprint256 } = new X509Certificate(localhost.cert);
    const cases: [what: string, fingerprint: string, outcome: string][] = [
      ['trusts a certificate by its fingerprint', fingerprint256, 'connected'],
      ['trusts it however the fingerprint is written', fingerprint256.replaceAll(':', '').toLowerCase(), 'connected'],
      ['refuses another certificate than that', fingerprint256.replace(/^../, 'FF'), 'tls'],
      ['refuses one of nobody it knows', '', 'tls'],
    ];
    for (const [what, fingerprint, outcome] of cases) {
      it(what, () =>
        withServer(
          async (server) => {
            const heard = hear(server.port, { tls: true, fingerprint });
            heard.source.start();
            await heard.until(() => heard.statuses.length > 1);
            const status = heard.statuses.at(-1);
            assert.equal(status && ('trouble' in status ? status.trouble : status.kind), outcome);
            assert.equal(server.logins.length, outcome === 'connected' ? 1 : 0);
            await heard.source.stop();
          },
          { tls: localhost },
        ),
      );
    }
  });
});
