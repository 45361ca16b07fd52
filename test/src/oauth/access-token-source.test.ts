import assert from 'node:assert/strict';
import { AddressGuard } from '../../../src/http/address-guard';
import type { Authorization } from '../../../src/http/http-client';
import { UndiciClient } from '../../../src/http/undici-client';
import { AccessTokenSource, type RotatedToken } from '../../../src/oauth/access-token-source';
import type { OAuthGrant } from '../../../src/oauth/oauth-settings';
import { FakeClock } from '../../support/fake-clock';
import { startTokenServer, type TokenServer } from '../../support/token-server';

const client = { id: 'pbx', secret: 'secret', sentIn: 'body' } as const;
const CREDENTIALS: OAuthGrant = { kind: 'client-credentials', client };
const REFRESH: OAuthGrant = { kind: 'refresh-token', client, refreshToken: 'rt-typed' };

const MINUTE_MS = 60_000;

describe("an endpoint's access tokens", () => {
  let server: TokenServer;
  let clock: FakeClock;
  let wire: UndiciClient;
  /** What a disk would hold, and whether it takes more. */
  let disk: { stored: string | undefined; full: boolean; log: string[] };

  beforeEach(async () => {
    server = await startTokenServer();
    clock = new FakeClock();
    wire = new UndiciClient({ clock });
    disk = { stored: undefined, full: false, log: [] };
  });
  afterEach(async () => {
    await wire.close();
    await server.close();
  });

  function source(grant: OAuthGrant = CREDENTIALS, more: { prefix?: string; after?: Promise<void> } = {}) {
    const { prefix = 'Bearer', after } = more;
    const settings = { tokenUrl: `${server.url}/token`, scope: '', audience: '', prefix, grant };
    const rotated: RotatedToken = {
      read: async () => disk.stored,
      async write(refreshToken) {
        if (disk.full) throw new Error('ENOSPC: no space left on device.');
        disk.log.push(`stored ${refreshToken}`);
        disk.stored = refreshToken;
      },
    };
    let ids = 0;
    const newId = (): string => `id-${++ids}`;
    return new AccessTokenSource(settings, { client: wire, clock, newId, rotated, transport: {}, after });
  }

  /** The value, or the sentence of the failure. */
  async function got(authorization: Authorization | Promise<Authorization>): Promise<string> {
    const result = await authorization;
    return result.kind === 'value' ? result.value : result.message;
  }

  it('are fetched once and then at hand without waiting', async () => {
    const tokens = source();
    assert.equal(await got(tokens.obtain()), 'Bearer at-1');
    assert.deepEqual(tokens.obtain(), { kind: 'value', value: 'Bearer at-1' });
    assert.equal(server.requests.length, 1);
  });

  for (const [prefix, value] of [
    ['Zoho-oauthtoken', 'Zoho-oauthtoken at-1'],
    ['', 'at-1'],
  ] as const) {
    it(`stand behind the prefix ${JSON.stringify(prefix)}`, async () => {
      assert.equal(await got(source(CREDENTIALS, { prefix }).obtain()), value);
    });
  }

  it('are fetched by one request for a thousand that wait', async () => {
    const tokens = source();
    const all = await Promise.all(Array.from({ length: 1000 }, () => got(tokens.obtain())));
    assert.deepEqual([...new Set(all)], ['Bearer at-1']);
    assert.equal(server.requests.length, 1);
  });

  it('are renewed ahead of their end, while deliveries go on with the old one', async () => {
    const tokens = source();
    await tokens.obtain();
    clock.advance(55 * MINUTE_MS - 1);
    assert.equal(await got(tokens.obtain()), 'Bearer at-1');
    assert.equal(server.requests.length, 1);
    clock.advance(1);
    assert.deepEqual(tokens.obtain(), { kind: 'value', value: 'Bearer at-1' });
    await tokens.settled();
    assert.deepEqual(tokens.obtain(), { kind: 'value', value: 'Bearer at-2' });
    assert.equal(server.requests.length, 2);
  });

  it('are still used when renewing them ahead fails, until they end', async () => {
    const tokens = source();
    await tokens.obtain();
    server.refusal = { status: 500 };
    clock.advance(56 * MINUTE_MS);
    assert.equal(await got(tokens.obtain()), 'Bearer at-1');
    await tokens.settled();
    clock.advance(3 * MINUTE_MS);
    assert.equal(await got(tokens.obtain()), 'Bearer at-1');
    await tokens.settled();
    clock.advance(MINUTE_MS);
    assert.match(await got(tokens.obtain()), /error of its own/);
  });

  it('are waited for once the old one has ended', async () => {
    const tokens = source();
    await tokens.obtain();
    clock.advance(60 * MINUTE_MS - 10_000);
    assert.equal(await got(tokens.obtain()), 'Bearer at-2');
  });

  it('that name no end are used until they are refused', async () => {
    server.grant = {};
    const tokens = source();
    await tokens.obtain();
    clock.advance(400 * 24 * 60 * MINUTE_MS);
    assert.equal(await got(tokens.obtain()), 'Bearer at-1');
    assert.equal(server.requests.length, 1);
    assert.equal(await got(tokens.obtain('Bearer at-1')), 'Bearer at-2');
  });

  it('that are refused are renewed by one request, however many were refused with it', async () => {
    const tokens = source();
    await tokens.obtain();
    clock.advance(2 * MINUTE_MS);
    const all = await Promise.all(Array.from({ length: 100 }, () => got(tokens.obtain('Bearer at-1'))));
    assert.deepEqual([...new Set(all)], ['Bearer at-2']);
    assert.equal(await got(tokens.obtain('Bearer at-1')), 'Bearer at-2');
    assert.equal(server.requests.length, 2);
  });

  it('that are refused are renewed at once, however new they are: they may have been withdrawn', async () => {
    const tokens = source();
    await tokens.obtain();
    assert.equal(await got(tokens.obtain('Bearer at-1')), 'Bearer at-2');
    assert.equal(server.requests.length, 2);
  });

  it('that are refused again and again are renewed once a minute: they are not to blame', async () => {
    const tokens = source();
    await tokens.obtain();
    await tokens.obtain('Bearer at-1');
    clock.advance(MINUTE_MS - 1);
    for (let n = 0; n < 50; n++) assert.equal(await got(tokens.obtain('Bearer at-2')), 'Bearer at-2');
    assert.equal(server.requests.length, 2);
    clock.advance(1);
    assert.equal(await got(tokens.obtain('Bearer at-2')), 'Bearer at-3');
  });

  it('are renewed after a refusal, too, when the clock was put back', async () => {
    const tokens = source();
    await tokens.obtain();
    await tokens.obtain('Bearer at-1');
    clock.jump(-60 * MINUTE_MS);
    assert.equal(await got(tokens.obtain('Bearer at-2')), 'Bearer at-3');
  });

  describe('when the token endpoint fails', () => {
    it('are asked for again after a second, not by every delivery', async () => {
      server.refusal = { status: 503 };
      const tokens = source();
      assert.match(await got(tokens.obtain()), /error of its own \(status 503\)/);
      for (let n = 0; n < 50; n++) assert.match(await got(tokens.obtain()), /status 503/);
      assert.equal(server.requests.length, 1);
      server.refusal = undefined;
      clock.advance(1000);
      assert.equal(await got(tokens.obtain()), 'Bearer at-1');
      assert.equal(server.requests.length, 2);
    });

    it('say how long it asked to be left alone, less what has passed', async () => {
      server.refusal = { status: 429, headers: { 'retry-after': '30' } };
      const tokens = source();
      const first = await tokens.obtain();
      clock.advance(10_000);
      const later = await tokens.obtain();
      assert.ok(first.kind === 'failure' && later.kind === 'failure');
      assert.deepEqual([first.retryAfterMs, later.retryAfterMs], [30_000, 20_000]);
      assert.equal(server.requests.length, 1);
      clock.advance(20_000);
      await tokens.obtain();
      assert.equal(server.requests.length, 2);
    });

    it('are asked for again within a minute, whatever it asked', async () => {
      server.refusal = { status: 503, headers: { 'retry-after': '86400' } };
      const tokens = source();
      await tokens.obtain();
      clock.advance(MINUTE_MS);
      server.refusal = undefined;
      assert.equal(await got(tokens.obtain()), 'Bearer at-1');
    });

    it('time out after 15 s', async () => {
      server.refusal = { fault: 'hang' };
      const waiting = got(source().obtain());
      await server.waitFor(1);
      clock.advance(15_000);
      assert.match(await waiting, /did not answer within 15 s/);
    });

    it('are held to the address policy', async () => {
      const tokens = source();
      tokens.transport = { guard: new AddressGuard({ policy: 'public', hostTyped: true }) };
      const failure = await tokens.obtain();
      assert.ok(failure.kind === 'failure');
      assert.equal(failure.failure, 'address-blocked');
      assert.equal(server.requests.length, 0);
    });
  });

  describe('by a refresh token', () => {
    it('go on with the same one where it is not replaced', async () => {
      const tokens = source(REFRESH);
      await tokens.obtain();
      clock.advance(60 * MINUTE_MS);
      await tokens.obtain();
      assert.deepEqual(
        server.asked.map((fields) => fields['refresh_token']),
        ['rt-typed', 'rt-typed'],
      );
      assert.deepEqual(disk.log, []);
    });

    it('are used only after the refresh token that came with them was stored', async () => {
      server.grant = { expires_in: 60, refresh_token: 'rt-2' };
      const tokens = source(REFRESH);
      await got(tokens.obtain()).then((value) => disk.log.push(`used ${value}`));
      assert.deepEqual(disk.log, ['stored rt-2', 'used Bearer at-1']);
      clock.advance(60_000);
      server.grant = { expires_in: 60, refresh_token: 'rt-3' };
      await tokens.obtain();
      assert.equal(server.asked[1]?.['refresh_token'], 'rt-2');
      assert.equal(disk.stored, 'rt-3');
    });

    it('go on with the stored refresh token after a restart', async () => {
      disk.stored = 'rt-7';
      await source(REFRESH).obtain();
      assert.equal(server.asked[0]?.['refresh_token'], 'rt-7');
    });

    it('are not used while the new refresh token cannot be stored, nor is the old one spent again', async () => {
      server.grant = { expires_in: 3600, refresh_token: 'rt-2' };
      disk.full = true;
      const tokens = source(REFRESH);
      const sentence = await got(tokens.obtain());
      assert.match(sentence, /could not be stored: ENOSPC: no space left on device\. Check the disk\.$/);
      assert.doesNotMatch(sentence, /rt-2|at-1/);
      clock.advance(1000);
      assert.match(await got(tokens.obtain()), /could not be stored/);
      clock.advance(1000);
      disk.full = false;
      assert.equal(await got(tokens.obtain()), 'Bearer at-1');
      assert.equal(disk.stored, 'rt-2');
      assert.equal(server.requests.length, 1);
    });

    it('wait for what was under way before a redeploy', async () => {
      let release = (): void => {};
      const before = new Promise<void>((resolve) => {
        release = resolve;
      });
      const waiting = got(source(REFRESH, { after: before }).obtain());
      disk.stored = 'rt-of-before';
      release();
      await waiting;
      assert.equal(server.asked[0]?.['refresh_token'], 'rt-of-before');
    });
  });
});
