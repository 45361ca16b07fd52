/** Names whose DNS answers change or mix, over real sockets: nothing ever reaches the address that is not allowed. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { AddressGuard, type AddressGuardOptions, type Resolve } from '../../../src/http/address-guard';
import type { Transport } from '../../../src/http/http-client';
import { UndiciClient } from '../../../src/http/undici-client';
import { startProxy } from '../../support/proxy';
import { type Receiver, startReceiver } from '../../support/receiver';
import { testAuthority, testCertificates } from '../../support/tls';
import { answered, failed, Opened, post } from '../../support/wire';

const ALLOWED = '127.0.0.1';
const FORBIDDEN = '127.0.0.2';

/** A DNS that gives one answer after the other, the last one for ever. */
class ChangingDns {
  asked = 0;
  readonly #answers: readonly (readonly string[])[];

  constructor(...answers: readonly (readonly string[])[]) {
    this.#answers = answers;
  }

  readonly resolve: Resolve = (_hostname, _options, callback) => {
    const answer = this.#answers[Math.min(this.asked++, this.#answers.length - 1)] ?? [];
    setImmediate(() =>
      callback(
        null,
        answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );
  };
}

describe('a host name whose DNS answer', () => {
  const opened = new Opened();
  let receiver: Receiver;
  let victim: Receiver;
  let client: UndiciClient;

  beforeEach(async () => {
    // The receiver ends each connection, so that each request asks DNS.
    receiver = opened.add(await startReceiver({ headers: { connection: 'close' } }));
    victim = opened.add(await startReceiver({}, { host: FORBIDDEN, port: receiver.port }));
    client = opened.add(new UndiciClient());
  });
  afterEach(() => opened.closeAll());

  const guarded = (dns: ChangingDns, options: Partial<AddressGuardOptions> = {}): Transport => ({
    guard: new AddressGuard({ policy: 'list', allow: [ALLOWED], hostTyped: true, ...options, resolve: dns.resolve }),
  });
  const send = (transport: Transport) => client.send(post(`http://crm.example:${receiver.port}/hook`, { transport }));

  it('changes to a forbidden address is followed no further', async () => {
    const dns = new ChangingDns([ALLOWED], [FORBIDDEN]);
    const transport = guarded(dns);
    answered(await send(transport));
    const result = failed(await send(transport));
    assert.equal(result.failure, 'address-blocked');
    assert.match(result.message, /^crm\.example leads to 127\.0\.0\.2, .* policy "list"/);
    assert.equal(dns.asked, 2);
    assert.equal(victim.connections, 0);
  });

  it('changes to an allowed address is reached again', async () => {
    const transport = guarded(new ChangingDns([FORBIDDEN], [ALLOWED]));
    assert.equal(failed(await send(transport)).failure, 'address-blocked');
    answered(await send(transport));
    assert.equal(victim.connections, 0);
  });

  for (const answer of [
    [FORBIDDEN, ALLOWED],
    ['::1', ALLOWED, FORBIDDEN],
    ['169.254.169.254', ALLOWED],
  ]) {
    it(`is ${answer.join(' and ')} is reached at ${ALLOWED} only`, async () => {
      const transport = guarded(new ChangingDns(answer));
      for (let i = 0; i < 3; i++) answered(await send(transport));
      assert.equal(receiver.requests.length, 3);
      assert.equal(victim.connections, 0);
    });
  }

  const brought = { hostTyped: false };
  const refused: [answer: string, options: Partial<AddressGuardOptions>, reason: RegExp][] = [
    ['127.0.0.1', { policy: 'public' }, /loopback\), and the address policy "public"/],
    ['10.0.0.5', { policy: 'public' }, /leads to 10\.0\.0\.5, which is a private address/],
    ['127.0.0.1', { policy: 'lan', ...brought }, /loopback\), and the address policy "lan"/],
    ['192.168.1.9', { policy: 'lan', ...brought }, /private address, and the address policy "lan"/],
    ['::ffff:192.168.1.9', { policy: 'lan', ...brought }, /private address, and the address policy "lan"/],
    ['169.254.169.254', { policy: 'lan' }, /metadata service\)\. The address policy "lan" forbids it/],
    ['fe80::1%eth0', { policy: 'lan' }, /link-local address\. The address policy "lan" forbids it/],
    ['64:ff9b::a9fe:a9fe', { policy: 'lan' }, /metadata service\)\. The address policy "lan" forbids it/],
    ['0.0.0.0', { policy: 'list', allow: ['crm.example'] }, /unspecified\)\. The address policy "list" forbids it/],
  ];
  for (const [answer, options, reason] of refused) {
    it(`is ${answer} is refused by "${options.policy}"${options.hostTyped === false ? ' where a message brought it' : ''}`, async () => {
      const result = failed(await send(guarded(new ChangingDns([answer]), options)));
      assert.equal(result.failure, 'address-blocked');
      assert.match(result.message, reason);
      assert.ok(result.message.includes(`leads to ${answer}`), result.message);
      assert.equal(receiver.connections, 0);
    });
  }

  it('is empty is a failure that says so', async () => {
    assert.match(failed(await send(guarded(new ChangingDns([])))).message, /crm\.example has no address/);
  });

  it('is allowed for the one who typed it opens no connection to one who did not', async () => {
    receiver.answer({});
    const dns = new ChangingDns([ALLOWED]);
    const [typed, notTyped] = [guarded(dns, { policy: 'lan' }), guarded(dns, { policy: 'lan', hostTyped: false })];
    answered(await send(typed));
    assert.equal(failed(await send(notTyped)).failure, 'address-blocked');
    answered(await send(typed));
    assert.equal(receiver.connections, 1);
  });

  it('is not asked for by this side goes through a proxy only where the list has the name', async () => {
    const proxy = opened.add(await startProxy());
    const dns = new ChangingDns([ALLOWED]);
    const transport = { ...guarded(dns), proxy: { url: proxy.url, noProxy: [] } };
    const result = failed(await send(transport));
    assert.equal(result.failure, 'address-blocked');
    assert.match(result.message, /crm\.example is not in the list.*Through a proxy only its name counts/);
    assert.deepEqual(proxy.requests, []);
    answered(await client.send(post(receiver.url, { transport })));
    assert.equal(proxy.requests.length, 1);
    answered(await send({ ...transport, proxy: { url: proxy.url, noProxy: ['crm.example'] } }));
    assert.equal(dns.asked, 1);
  });
});

describe('a connection that ends up at another address than DNS gave', () => {
  const opened = new Opened();
  afterEach(() => opened.closeAll());

  /** Only the socket tells: the name passes, and so does the answer of DNS. */
  class DeceivedGuard extends AddressGuard {
    override readonly lookup = new AddressGuard({ policy: 'lan', hostTyped: true }).lookup;
    override judgeHost(): undefined {
      return undefined;
    }
  }

  for (const [scheme, tls] of [
    ['http', undefined],
    ['https', testCertificates.localhost],
  ] as const) {
    it(`is broken before anything is sent over ${scheme}`, async () => {
      const receiver = opened.add(await startReceiver({}, tls ? { tls } : {}));
      const client = opened.add(new UndiciClient());
      const guard = new DeceivedGuard({ policy: 'public', hostTyped: true });
      const url = receiver.url.replace('127.0.0.1', 'localhost');
      const transport = { guard, ...(tls && { tls: { ca: testAuthority } }) };
      const result = failed(await client.send(post(url, { transport })));
      assert.equal(result.failure, 'address-blocked');
      assert.match(result.message, /^localhost leads to (127\.0\.0\.1|::1)/);
      assert.equal(receiver.requests.length, 0);
    });
  }
});
