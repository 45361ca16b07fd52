import assert from 'node:assert/strict';
import { Cancellation } from '../../../src/http/cancellation';
import type { AccessTokens, Authorization, OutgoingRequest } from '../../../src/http/http-client';
import { UndiciClient } from '../../../src/http/undici-client';
import { AuthorizingClient } from '../../../src/oauth/authorizing-client';
import { FakeClock, settle } from '../../support/fake-clock';
import { type Receiver, startReceiver } from '../../support/receiver';

const NO_TOKEN: Authorization = { kind: 'failure', failure: 'auth', message: 'No token today.', retryAfterMs: 5 };

/** Gives these in turn, and notes what it was told. */
function tokens(...given: readonly (Authorization | Promise<Authorization>)[]) {
  const refused: (string | undefined)[] = [];
  const source: AccessTokens = {
    obtain(value) {
      refused.push(value);
      return given[refused.length - 1] ?? NO_TOKEN;
    },
  };
  return { source, refused };
}

const value = (text: string): Authorization => ({ kind: 'value', value: text });

describe('a request that needs an access token', () => {
  let receiver: Receiver;
  let clock: FakeClock;
  let client: AuthorizingClient;

  beforeEach(async () => {
    receiver = await startReceiver();
    clock = new FakeClock();
    client = new AuthorizingClient(new UndiciClient({ clock }), clock);
  });
  afterEach(async () => {
    await client.close();
    await receiver.close();
  });

  const request = (source?: AccessTokens, headers: Record<string, string> = {}): OutgoingRequest => ({
    method: 'POST',
    url: `${receiver.url}/hook`,
    headers,
    body: 'hello',
    timeoutMs: 10_000,
    ...(source && { tokens: source }),
  });
  const authorizations = (): unknown[] => receiver.requests.map(({ headers }) => headers.authorization);

  it('carries it in place of a header of the message', async () => {
    const { source } = tokens(value('Bearer a'));
    const result = await client.send(request(source, { AUTHORIZATION: 'Basic old', 'x-a': 'b' }));
    assert.ok(result.kind === 'response');
    assert.deepEqual(authorizations(), ['Bearer a']);
    assert.equal(receiver.requests[0]?.headers['x-a'], 'b');
  });

  it('and does not, is sent as it is', async () => {
    receiver.answer({ status: 401 });
    const result = await client.send(request(undefined, { Authorization: 'Basic mine' }));
    assert.ok(result.kind === 'response' && result.statusCode === 401);
    assert.deepEqual(authorizations(), ['Basic mine']);
  });

  it('is sent once more, with a new one, after 401', async () => {
    receiver.answer([{ status: 401 }, { status: 200, body: 'thanks' }]);
    const { source, refused } = tokens(value('Bearer old'), Promise.resolve(value('Bearer new')));
    const result = await client.send(request(source));
    assert.ok(result.kind === 'response');
    assert.deepEqual([result.statusCode, result.body.toString()], [200, 'thanks']);
    assert.deepEqual(authorizations(), ['Bearer old', 'Bearer new']);
    assert.deepEqual(
      receiver.requests.map(({ text }) => text),
      ['hello', 'hello'],
    );
    assert.deepEqual(refused, [undefined, 'Bearer old']);
  });

  it('is sent no third time', async () => {
    receiver.answer({ status: 401 });
    const { source } = tokens(value('a'), value('b'), value('c'));
    const result = await client.send(request(source));
    assert.ok(result.kind === 'response' && result.statusCode === 401);
    assert.deepEqual(authorizations(), ['a', 'b']);
  });

  it('is not sent again with the token that was refused', async () => {
    receiver.answer({ status: 401 });
    const { source } = tokens(value('a'), value('a'));
    const result = await client.send(request(source));
    assert.ok(result.kind === 'response' && result.statusCode === 401);
    assert.deepEqual(authorizations(), ['a']);
  });

  for (const status of [400, 403, 500]) {
    it(`is not sent again after ${status}`, async () => {
      receiver.answer({ status });
      await client.send(request(tokens(value('a'), value('b')).source));
      assert.deepEqual(authorizations(), ['a']);
    });
  }

  it('fails as the token does, at first and when it is renewed', async () => {
    assert.deepEqual(await client.send(request(tokens(NO_TOKEN).source)), { ...NO_TOKEN, durationMs: 0 });
    assert.equal(receiver.requests.length, 0);
    receiver.answer({ status: 401 });
    assert.deepEqual(await client.send(request(tokens(value('a'), NO_TOKEN).source)), { ...NO_TOKEN, durationMs: 0 });
    assert.deepEqual(authorizations(), ['a']);
  });

  it('waits for it no longer than its own time limit', async () => {
    const sent = client.send(request(tokens(new Promise(() => {})).source));
    await clock.advanceAsync(10_000);
    const result = await sent;
    assert.ok(result.kind === 'failure');
    assert.deepEqual([result.failure, result.durationMs], ['auth', 10_000]);
    assert.match(result.message, /token endpoint did not answer within 10 s/);
  });

  it('has for the answer what the token left of its time', async () => {
    receiver.answer({ fault: 'hang' });
    let give = (_: Authorization): void => {};
    const late = new Promise<Authorization>((resolve) => {
      give = resolve;
    });
    const sent = client.send(request(tokens(late).source));
    await clock.advanceAsync(7_000);
    give(value('a'));
    await receiver.waitFor(1);
    await clock.advanceAsync(2_999);
    clock.advance(1);
    const result = await sent;
    assert.ok(result.kind === 'failure');
    assert.deepEqual([result.failure, result.durationMs], ['timeout', 10_000]);
  });

  it('is ended from this side while it waits', async () => {
    const stop = new Cancellation();
    const sent = client.send(request(tokens(new Promise(() => {})).source), stop);
    await settle();
    stop.cancel();
    const result = await sent;
    assert.ok(result.kind === 'failure');
    assert.equal(result.failure, 'reset');
    const late = await client.send(request(tokens(new Promise(() => {})).source), stop);
    assert.equal(late.kind, 'failure');
    assert.deepEqual(clock.dueAtMs, []);
  });
});
