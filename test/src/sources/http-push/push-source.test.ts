/** A source that providers call: what it answers, and what it can tell people who want to know whether they are heard. */
import assert from 'node:assert/strict';
import { UserError } from '../../../../src/errors';
import { httpPushDriver } from '../../../../src/sources/http-push/driver';
import { type HttpPushSettings, httpPushKind } from '../../../../src/sources/http-push/kind';
import type { PushedRequest, PushHandler } from '../../../../src/sources/http-push/pushed-request';
import type { Finding, Source, SourceHost, SourceSetup, SourceStatus } from '../../../../src/sources/source';
import { FakeClock } from '../../../support/fake-clock';
import { jsonRequest, request } from './pushing';

type Setup = SourceSetup<HttpPushSettings>;

function setup(settings: Partial<HttpPushSettings> = {}, credentials: Setup['credentials'] = {}): Setup {
  return {
    sourceId: 'src1',
    sourceName: 'Head office',
    timeZone: 'UTC',
    countryCode: 'GB',
    fixed: [{ key: 'accountId', type: 'number', value: '7' }],
    settings: { ...httpPushKind.defaults, ...settings },
    credentials,
  };
}

class Server {
  readonly clock = new FakeClock();
  readonly statuses: SourceStatus[] = [];
  readonly refusals: string[] = [];
  readonly stopped: boolean[] = [];
  readonly source: Source;
  offer: SourceHost['offer'] = async (events) => events.length;
  #handler: PushHandler | undefined;

  constructor(made: Setup, listen?: SourceHost['listen']) {
    this.source = httpPushDriver.create(made, {
      clock: this.clock,
      random: () => 0.5,
      deliver: async () => undefined,
      offer: (events) => this.offer(events),
      status: (status) => this.statuses.push(status),
      refused: (why) => this.refusals.push(why),
      listen:
        listen ??
        ((_path, handler) => {
          this.#handler = handler;
          return (removed) => this.stopped.push(removed);
        }),
    });
    this.source.start();
  }

  call(call: Partial<PushedRequest>) {
    assert.ok(this.#handler);
    return this.#handler({ ...request(), tooLarge: false, ...call });
  }

  /** The codes of what a test finds. */
  async found(settings: Partial<HttpPushSettings> = {}, probe = { id: 'x', status: 0 }): Promise<readonly Finding[]> {
    return httpPushDriver.test(setup(settings), this.source, { clock: this.clock, probe });
  }
}

const codes = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ grade, code }) => `${grade} ${code}`);
const ended = jsonRequest({ eventType: 'call.ended', callId: 'c-1' });

describe('a source that providers call', () => {
  it('says that it listens, and until when', async () => {
    const { source, statuses, stopped } = new Server(setup());
    assert.deepEqual(statuses, [{ kind: 'connected' }]);
    await source.stop(true);
    assert.deepEqual(stopped, [true]);
  });

  it('says that its path is taken', () => {
    const { statuses } = new Server(setup(), () => {
      throw new UserError('path', { message: 'The path is used by another source.' });
    });
    assert.deepEqual(statuses, [
      { kind: 'error', trouble: 'path', reason: { message: 'The path is used by another source.' } },
    ]);
  });

  it('is not made of settings with which anybody could call', () => {
    assert.throws(() => new Server(setup({ verify: 'token' })), { name: 'UserError', field: 'token' });
  });

  for (const [what, call, status, refusal] of [
    ['an event', ended, 200, undefined],
    ['what is no JSON', request({ body: '{"', headers: { 'content-type': 'application/json' } }), 400, 'malformed'],
    ['another method', request({ method: 'DELETE' }), 405, 'method'],
    ['a body that is too long', { tooLarge: true }, 413, 'size'],
  ] as const) {
    it(`answers ${status} to ${what}`, async () => {
      const server = new Server(setup());
      assert.equal((await server.call(call)).status, status);
      assert.deepEqual(server.refusals, refusal === undefined ? [] : [refusal]);
    });
  }

  for (const [what, offer] of [
    ['waits for the disk', async () => 'waits'],
    ['could not be kept', async () => Promise.reject(new Error('full'))],
  ] as const satisfies readonly (readonly [string, SourceHost['offer']])[]) {
    it(`asks for an event once more that ${what}`, async () => {
      const server = new Server(setup());
      server.offer = offer;
      const { status, headers } = await server.call(ended);
      assert.equal(status, 503);
      assert.equal(headers?.['Retry-After'], '10');
      assert.deepEqual(server.refusals, ['not-stored']);
    });
  }
});

describe('a call that proves nothing', () => {
  const withToken = (token: string) => ({ ...ended, headers: { ...ended.headers, 'x-token': token } });
  const wrong = withToken('not-it');
  const right = withToken('let-me-in');
  const types = (events: Parameters<SourceHost['offer']>[0]): readonly string[] =>
    events.map(({ event }) => event.type);
  let server: Server;
  let told: Parameters<SourceHost['offer']>[0];

  beforeEach(() => {
    server = new Server(setup({ verify: 'token', tokenName: 'x-token' }, { token: 'let-me-in' }));
    told = [];
    server.offer = async (events) => {
      told = [...told, ...events];
      return events.length;
    };
  });

  it('is refused, and told as suspicious with the reason and where it came from, and nothing of what it said', async () => {
    assert.equal((await server.call(wrong)).status, 401);
    assert.deepEqual(types(told), ['source.suspicious']);
    const { parameters, callId } = told[0]?.event ?? assert.fail();
    assert.equal(parameters['reason'], 'The token is wrong. It came from 203.0.113.7.');
    assert.deepEqual([callId, parameters['raw']], ['', undefined]);
    assert.doesNotMatch(JSON.stringify(told), /c-1|not-it|let-me-in/);
  });

  it('is told once in a minute, however often it comes, and again after that or when the clock was set back', async () => {
    for (let count = 0; count < 100; count++) await server.call(wrong);
    server.clock.advance(59_999);
    await server.call(wrong);
    assert.equal(told.length, 1);
    server.clock.advance(1);
    await server.call(wrong);
    server.clock.jump(-3_600_000);
    await server.call(wrong);
    assert.equal(new Set(told.map(({ event }) => event.id)).size, 3);
    assert.equal(server.refusals.length, 103);
  });

  it('does no harm where the disk refuses to keep that', async () => {
    server.offer = async () => Promise.reject(new Error('full'));
    assert.equal((await server.call(wrong)).status, 401);
  });

  it('is not what is wrong with other calls that are refused', async () => {
    await server.call({ ...right, body: Buffer.from('{"') });
    await server.call({ ...right, method: 'DELETE' });
    assert.equal((await server.call(right)).status, 200);
    assert.deepEqual(types(told), ['call.ended']);
  });
});

describe('the test of such a source', () => {
  it('wants it to be deployed', async () => {
    const { clock } = new Server(setup());
    assert.deepEqual(codes(await httpPushDriver.test(setup(), undefined, { clock })), ['bad notDeployed']);
  });

  it('wants the path that is deployed', async () => {
    assert.deepEqual(codes(await new Server(setup()).found({ path: '/other' })), ['bad otherPath']);
  });

  it('knows a probe that got here, which is no call', async () => {
    const server = new Server(setup());
    const { status } = await server.call({ method: 'HEAD', query: new URLSearchParams('webhook-test=p1') });
    assert.equal(status, 200);
    assert.deepEqual(server.refusals, []);
    assert.deepEqual(codes(await server.found({}, { id: 'p1', status: 200 })), ['good answers', 'note nobodyCalled']);
  });

  for (const [status, code] of [
    [0, 'notReached'],
    [200, 'notReached'],
    [404, 'notReached'],
    [401, 'needsLogin'],
  ] as const) {
    it(`says ${code} where the probe did not get here, and ${status} came back`, async () => {
      const [first] = codes(await new Server(setup()).found({}, { id: 'p2', status }));
      assert.equal(first, `bad ${code}`);
    });
  }

  it('tells the last calls that were accepted and refused, the latest first, and why', async () => {
    const server = new Server(setup({ verify: 'token' }, { token: 'right' }));
    const from = '198.51.100.7';
    await server.call({ ...ended, headers: { ...ended.headers, 'x-webhook-token': 'right' }, remoteAddress: from });
    const acceptedAtMs = server.clock.now();
    server.clock.advance(60_000);
    await server.call(ended);
    const [, refused, accepted] = await server.found();
    assert.deepEqual(accepted, {
      grade: 'good',
      code: 'accepted',
      values: { atMs: acceptedAtMs, from, types: 'call.ended' },
    });
    assert.equal(refused?.grade, 'bad');
    assert.equal(refused.values?.['status'], 401);
    assert.match(String(refused.values?.['reason']), /X-Webhook-Token/);
    assert.equal(refused.values?.['atMs'], acceptedAtMs + 60_000);
  });
});
