import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { AddressGuard } from '../../../src/http/address-guard';
import { environmentProxy } from '../../../src/http/environment-proxy';
import type { Transport } from '../../../src/http/http-client';
import { isReachedDirectly } from '../../../src/http/no-proxy';
import { UndiciClient } from '../../../src/http/undici-client';
import { FakeClock } from '../../support/fake-clock';
import { startProxy } from '../../support/proxy';
import { startReceiver } from '../../support/receiver';
import { testAuthority, testCertificates } from '../../support/tls';
import { answered, failed, Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

const newClient = (options = {}): UndiciClient => opened.add(new UndiciClient(options));

describe('through a proxy', () => {
  it('http is forwarded: the proxy gets the whole URL, the receiver the request', async () => {
    const receiver = opened.add(await startReceiver({ body: 'ok' }));
    const proxy = opened.add(await startProxy());
    const transport = { proxy: { url: proxy.url } };
    const client = newClient();
    const result = answered(await client.send(post(`${receiver.url}/a?b=1`, { transport, headers: { 'x-a': '1' } })));
    assert.equal(result.body.toString(), 'ok');
    assert.deepEqual(proxy.requests, [`POST ${receiver.url}/a?b=1`]);
    assert.equal(receiver.requests[0]?.url, '/a?b=1');
    assert.equal(receiver.requests[0]?.headers.host, `127.0.0.1:${receiver.port}`);
    assert.equal(receiver.requests[0]?.headers['x-a'], '1');
  });

  it('https goes through a tunnel that is kept, with TLS up to the receiver', async () => {
    const receiver = opened.add(await startReceiver({ body: 'ok' }, { tls: testCertificates.localhost }));
    const proxy = opened.add(await startProxy());
    const transport: Transport = { connections: 1, proxy: { url: proxy.url }, tls: { ca: testAuthority } };
    const client = newClient();
    for (let i = 0; i < 3; i++) answered(await client.send(post(receiver.url, { transport })));
    assert.deepEqual(proxy.requests, [`CONNECT localhost:${receiver.port}`]);
    assert.equal(receiver.connections, 1);
  });

  it('the certificate of the receiver is still checked', async () => {
    const receiver = opened.add(await startReceiver({}, { tls: testCertificates.otherName }));
    const proxy = opened.add(await startProxy());
    const transport: Transport = { proxy: { url: proxy.url }, tls: { ca: testAuthority } };
    const result = failed(await newClient().send(post(receiver.url, { transport })));
    assert.equal(result.failure, 'tls');
    assert.match(result.message, /another name/);
  });

  it('a key that cannot be read is a failure there too', async () => {
    const receiver = opened.add(await startReceiver({}, { tls: testCertificates.localhost }));
    const proxy = opened.add(await startProxy());
    const transport: Transport = { proxy: { url: proxy.url }, tls: { key: 'no key', cert: 'no certificate' } };
    assert.equal(failed(await newClient().send(post(receiver.url, { transport }))).failure, 'tls');
  });

  for (const scheme of ['http', 'https'] as const) {
    describe(`to ${scheme}`, () => {
      const start = async (): Promise<{ url: string; requests: readonly unknown[] }> =>
        opened.add(await startReceiver({}, scheme === 'https' ? { tls: testCertificates.localhost } : {}));
      const tls = { ca: testAuthority };

      it('an account is sent as basic authorization, to the proxy only', async () => {
        const receiver = await start();
        const proxy = opened.add(await startProxy({ account: 'Jö:p:w%' }));
        const authorization = `Basic ${Buffer.from('Jö:p:w%').toString('base64')}`;
        const transports: Transport[] = [
          { tls, proxy: { url: proxy.url, authorization } },
          { tls, proxy: { url: proxy.url.replace('//', '//J%C3%B6:p%3Aw%25@') } },
        ];
        for (const transport of transports) answered(await newClient().send(post(receiver.url, { transport })));
        assert.equal(receiver.requests.length, 2);
        assert.doesNotMatch(JSON.stringify(receiver.requests), /proxy-authorization/i);
      });

      it('a proxy that wants an account says so', async () => {
        const receiver = await start();
        const proxy = opened.add(await startProxy({ account: 'a:b' }));
        const transport = { tls, proxy: { url: proxy.url.replace('//', '//a:secret@') } };
        const result = failed(await newClient().send(post(receiver.url, { transport })));
        assert.equal(result.failure, 'proxy');
        assert.match(result.message, /asks for a user name and password.*\(status 407\)/);
        assert.doesNotMatch(result.message, /secret/);
        assert.equal(receiver.requests.length, 0);
      });

      it('a proxy that does not run', async () => {
        const receiver = await start();
        const gone = await startProxy();
        await gone.close();
        const transport = { tls, proxy: { url: gone.url } };
        const result = failed(await newClient().send(post(receiver.url, { transport })));
        assert.equal(result.failure, 'proxy');
        assert.equal(
          result.message,
          `The proxy 127.0.0.1:${gone.port} could not be reached (connection refused). Check its address and that it runs.`,
        );
      });

      it('a proxy that is silent ends with the time limit', async () => {
        const receiver = await start();
        const proxy = opened.add(await startProxy({ fault: 'silent' }));
        const clock = new FakeClock();
        const transport = { tls, proxy: { url: proxy.url } };
        const sent = newClient({ clock }).send(post(receiver.url, { transport, timeoutMs: 3000 }));
        await clock.advanceAsync(3000);
        assert.equal(failed(await sent).failure, 'timeout');
      });

      it('a host among the exceptions is reached directly', async () => {
        const receiver = await start();
        const proxy = opened.add(await startProxy());
        const transport = { tls, proxy: { url: proxy.url, noProxy: ['127.0.0.0/8', 'localhost'] } };
        answered(await newClient().send(post(receiver.url, { transport })));
        assert.deepEqual(proxy.requests, []);
      });
    });
  }

  it('a proxy that refuses a tunnel', async () => {
    const receiver = opened.add(await startReceiver({}, { tls: testCertificates.localhost }));
    const proxy = opened.add(await startProxy({ fault: 'refuse' }));
    const transport = { proxy: { url: proxy.url } };
    const result = failed(await newClient().send(post(receiver.url, { transport })));
    assert.equal(result.failure, 'proxy');
    assert.match(result.message, /refused to connect to localhost:\d+ \(status 503\)/);
  });

  it('a proxy that drops connections ends the request instead of trying for ever', async () => {
    const dropping = opened.add(await startReceiver());
    dropping.resetConnections = true;
    const transport = { proxy: { url: dropping.url } };
    assert.equal(failed(await newClient().send(post('https://crm.example/', { transport }))).failure, 'proxy');
  });

  for (const url of ['socks5://127.0.0.1:1080', 'proxy.example:3128', 'http://']) {
    it(`a proxy at ${url} is refused`, async () => {
      const client = newClient();
      const transport = { proxy: { url } };
      for (let i = 0; i < 2; i++) {
        assert.equal(failed(await client.send(post('http://crm.example/', { transport }))).failure, 'proxy');
      }
    });
  }

  it('the address guard judges the host of the URL', async () => {
    const proxy = opened.add(await startProxy());
    const guard = new AddressGuard({ policy: 'public', hostTyped: true });
    const transport = { guard, proxy: { url: proxy.url } };
    assert.equal(failed(await newClient().send(post('http://10.0.0.1/', { transport }))).failure, 'address-blocked');
    assert.deepEqual(proxy.requests, []);
  });
});

describe('proxies that the environment names', () => {
  const cases: [what: string, env: Record<string, string>, http: string | undefined, https: string | undefined][] = [
    ['none', { PATH: '/bin', no_proxy: 'localhost', http_proxy: '' }, undefined, undefined],
    ['one for each scheme', { http_proxy: 'a:1', https_proxy: 'http://b:2' }, 'a:1', 'http://b:2'],
    ['one for http alone', { HTTP_PROXY: 'a:1' }, 'a:1', undefined],
    ['one for all', { all_proxy: 'a:1', HTTPS_PROXY: 'b:2' }, 'a:1', 'b:2'],
    ['small letters before capitals', { http_proxy: 'a:1', HTTP_PROXY: 'b:2' }, 'a:1', undefined],
    ['the one of npm before others', { npm_config_https_proxy: 'a:1', https_proxy: 'b:2' }, undefined, 'a:1'],
  ];
  for (const [what, env, http, https] of cases) {
    it(`are read: ${what}`, () => {
      const proxy = environmentProxy(env);
      assert.deepEqual([proxy?.['http:']?.url, proxy?.['https:']?.url], [http, https]);
    });
  }

  it('are used by the scheme of the request, except for the hosts that they except', async () => {
    const plain = opened.add(await startReceiver());
    const secure = opened.add(await startReceiver({}, { tls: testCertificates.localhost }));
    const [first, second] = [opened.add(await startProxy()), opened.add(await startProxy())];
    const tls = { ca: testAuthority };
    const send = async (env: Record<string, string>): Promise<void> => {
      const proxy = environmentProxy(env);
      const transport = { tls, ...(proxy && { proxy }) };
      for (const { url } of [plain, secure]) answered(await newClient().send(post(url, { transport })));
    };
    await send({ http_proxy: first.url, https_proxy: second.url, no_proxy: 'a.example b.example,c.example' });
    assert.deepEqual([first.requests, second.requests], [[`POST ${plain.url}/`], [`CONNECT localhost:${secure.port}`]]);
    await send({ https_proxy: second.url });
    assert.deepEqual([first.requests.length, second.requests.length], [1, 2]);
    await send({ all_proxy: first.url, no_proxy: 'a.example, 127.0.0.1 localhost' });
    assert.equal(first.requests.length, 1);
  });
});

describe('exceptions from the proxy', () => {
  const cases: [noProxy: string, url: string, direct: boolean][] = [
    ['*', 'http://any.example/', true],
    ['example.com', 'http://example.com/', true],
    ['example.com', 'http://a.b.example.com/', true],
    ['.example.com', 'http://a.example.com/', true],
    ['*.example.com', 'http://a.example.com/', true],
    ['example.com', 'http://notexample.com/', false],
    ['EXAMPLE.com', 'http://Example.COM./', true],
    ['example.com:8443', 'https://example.com:8443/', true],
    ['example.com:8443', 'https://example.com/', false],
    ['example.com:443', 'https://example.com/', true],
    ['10.0.0.0/8', 'http://10.9.8.7/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/8', 'http://ten.example/', false],
    ['127.0.0.1', 'http://127.1/', true],
    ['127.0.0.1:80', 'http://127.0.0.1/', true],
    ['::1', 'http://[::1]/', true],
    ['[::1]', 'http://[0:0::1]/', true],
    ['', 'http://example.com/', false],
    [' ', 'http://example.com/', false],
  ];
  for (const [noProxy, url, direct] of cases) {
    it(`"${noProxy}" ${direct ? 'covers' : 'does not cover'} ${url}`, () => {
      assert.equal(isReachedDirectly(new URL(url), ['other.example', noProxy]), direct);
    });
  }
});
