import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import type { Transport, WireFailure } from '../../../src/http/http-client';
import { UndiciClient } from '../../../src/http/undici-client';
import { explainError } from '../../../src/http/wire-failure';
import { type Receiver, type ReceiverOptions, type Script, startReceiver } from '../../support/receiver';
import { testAuthority, testCertificates } from '../../support/tls';
import { answered, failed, Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

const newClient = (): UndiciClient => opened.add(new UndiciClient());
const receiverWith = async (script: Script = {}, options: ReceiverOptions = {}): Promise<Receiver> =>
  opened.add(await startReceiver(script, options));

/** A TCP server that speaks no HTTP; answers its port. */
async function startRaw(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.add({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  return (server.address() as AddressInfo).port;
}

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const receiver = await startReceiver();
  await receiver.close();
  return receiver.port;
}

describe('a failure on the wire', () => {
  it('nobody listens', async () => {
    const port = await freePort();
    const result = failed(await newClient().send(post(`http://127.0.0.1:${port}/hook?token=abc`)));
    assert.equal(result.failure, 'refused');
    assert.equal(
      result.message,
      `Nobody is listening at 127.0.0.1:${port} (connection refused). Check address and port, and that the receiver runs.`,
    );
  });

  it('nobody listens at any address of a name', async () => {
    const port = await freePort();
    const result = failed(await newClient().send(post(`http://localhost:${port}/`)));
    assert.equal(result.failure, 'refused');
    assert.match(result.message, /^Nobody is listening at localhost:\d+ /);
  });

  it('a name that is not known', async () => {
    // .invalid never exists (RFC 6761). Without any DNS server the look-up fails, which is of the same class.
    const result = failed(await newClient().send(post('http://no-such-host.invalid/')));
    assert.equal(result.failure, 'dns');
    assert.match(result.message, /^The name no-such-host\.invalid (is not known|could not be looked up)/);
  });

  const broken: [what: string, script: Script, failure: WireFailure, message: RegExp][] = [
    ['the connection breaks before the head', { fault: 'reset' }, 'reset', /broke the connection without an answer/],
    ['after the head', { status: 202, fault: 'reset-after-head' }, 'reset', /\(status 202\) and broke the connection/],
    ['in the body', { body: 'abcdef', fault: 'reset-mid-body' }, 'reset', /\(status 200\) and broke the connection/],
    ['the connection ends without an answer', { raw: '' }, 'reset', /broke the connection without an answer/],
    ['the head is half', { raw: 'HTTP/1.1 200 OK\r\ncontent-le' }, 'reset', /broke the connection/],
    [
      'the body is shorter than announced',
      { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc' },
      'reset',
      /\(status 200\) and broke the connection/,
    ],
    [
      'the last chunk is missing',
      { raw: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n' },
      'reset',
      /\(status 200\) and broke the connection/,
    ],
    [
      'the last chunk is missing where the connection was to be closed',
      { raw: 'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n' },
      'reset',
      /\(status 200\) and broke the connection/,
    ],
    ['the answer is not HTTP', { raw: 'SSH-2.0-OpenSSH_9.6\r\n' }, 'protocol', /is not HTTP\/1\.1/],
    ['the answer is binary', { raw: Buffer.from([0, 1, 2, 3]) }, 'protocol', /is not HTTP\/1\.1/],
    ['the answer is a TLS alert', { raw: Buffer.from([0x15, 3, 1, 0, 2, 2, 70]) }, 'protocol', /speaks TLS.*https:/],
    [
      'the answer wants another protocol',
      { raw: 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n' },
      'protocol',
      /is not HTTP\/1\.1/,
    ],
    [
      'the head is too long',
      { raw: `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n` },
      'protocol',
      /longer than 16 kB/,
    ],
    ['a header is not one', { raw: 'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n' }, 'protocol', /is not HTTP\/1\.1/],
  ];
  for (const [what, script, failure, message] of broken) {
    it(what, async () => {
      const receiver = await receiverWith(script);
      const result = failed(await newClient().send(post(receiver.url)));
      assert.equal(result.failure, failure, result.message);
      assert.match(result.message, message);
      assert.match(result.message, new RegExp(`127\\.0\\.0\\.1:${receiver.port}`));
    });
  }

  it('the connection is broken as soon as it is made', async () => {
    const receiver = await receiverWith();
    receiver.resetConnections = true;
    assert.equal(failed(await newClient().send(post(receiver.url))).failure, 'reset');
  });

  it('a receiver that takes connections and reads nothing', async () => {
    const port = await startRaw((socket) => socket.pause());
    const body = Buffer.alloc(8_000_000);
    const result = failed(await newClient().send(post(`http://127.0.0.1:${port}/`, { body, timeoutMs: 150 })));
    assert.equal(result.failure, 'timeout');
  });

  it('an address that no machine here has', async () => {
    // Broadcast takes no TCP connection, on any system, without a packet leaving this machine.
    const result = failed(await newClient().send(post('http://255.255.255.255:9/', { timeoutMs: 500 })));
    assert.ok(['refused', 'timeout'].includes(result.failure), result.failure);
  });

  describe('of TLS', () => {
    const trusted: Transport = { tls: { ca: testAuthority } };

    it('none where certificate and name are in order', async () => {
      const receiver = await receiverWith({ body: 'ok' }, { tls: testCertificates.localhost });
      assert.equal(answered(await newClient().send(post(receiver.url, { transport: trusted }))).body.toString(), 'ok');
    });

    const certificates: [what: string, server: keyof typeof testCertificates, transport: Transport, message: RegExp][] =
      [
        ['an authority that is not known', 'localhost', {}, /signed by an authority that this machine does not know/],
        ['an expired certificate', 'expired', trusted, /has expired/],
        ['a certificate for another name', 'otherName', trusted, /is for another name than localhost\./],
      ];
    for (const [what, server, transport, message] of certificates) {
      it(what, async () => {
        const receiver = await receiverWith({}, { tls: testCertificates[server] });
        const result = failed(await newClient().send(post(receiver.url, { transport })));
        assert.equal(result.failure, 'tls', result.message);
        assert.match(result.message, message);
        assert.equal(receiver.requests.length, 0);
      });

      it(`${what}, where verification is switched off, is no failure`, async () => {
        const receiver = await receiverWith({}, { tls: testCertificates[server] });
        answered(await newClient().send(post(receiver.url, { transport: { tls: { rejectUnauthorized: false } } })));
      });
    }

    it('a Host header does not decide which name the certificate must bear', async () => {
      const receiver = await receiverWith({}, { tls: testCertificates.otherName });
      const headers = { host: 'receiver.example' };
      assert.equal(failed(await newClient().send(post(receiver.url, { transport: trusted, headers }))).failure, 'tls');
    });

    it('a server name in the settings does', async () => {
      const receiver = await receiverWith({}, { tls: testCertificates.otherName });
      const transport = { tls: { ca: testAuthority, servername: 'receiver.example' } };
      answered(await newClient().send(post(receiver.url, { transport })));
    });

    it('a receiver that asks for a client certificate', async () => {
      const receiver = await receiverWith(
        {},
        { tls: { ...testCertificates.localhost, ca: testAuthority, requestCert: true, rejectUnauthorized: true } },
      );
      const without = failed(await newClient().send(post(receiver.url, { transport: trusted })));
      assert.equal(without.failure, 'tls', without.message);
      assert.match(without.message, /asks for a client certificate/);
      const transport = { tls: { ca: [testAuthority], ...testCertificates.client } };
      answered(await newClient().send(post(receiver.url, { transport })));
    });

    it('a key that cannot be read', async () => {
      const receiver = await receiverWith({}, { tls: testCertificates.localhost });
      const transport = { tls: { cert: testCertificates.client.cert, key: 'not a key' } };
      const result = failed(await newClient().send(post(receiver.url, { transport })));
      assert.equal(result.failure, 'tls', result.message);
      assert.match(result.message, /key or passphrase in the TLS settings/);
    });

    it('https to a port that speaks plain HTTP', async () => {
      const receiver = await receiverWith();
      const result = failed(await newClient().send(post(receiver.url.replace('http:', 'https:'))));
      assert.equal(result.failure, 'tls', result.message);
      assert.match(result.message, /does not speak TLS.*http:\/\//);
    });

    it('a handshake that is broken off', async () => {
      const port = await startRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
      const result = failed(await newClient().send(post(`https://127.0.0.1:${port}/`)));
      assert.equal(result.failure, 'reset');
      assert.match(result.message, /broke it during the TLS handshake/);
    });

    it('a handshake that never ends', async () => {
      const port = await startRaw(() => {});
      const result = failed(await newClient().send(post(`https://127.0.0.1:${port}/`, { timeoutMs: 150 })));
      assert.equal(result.failure, 'timeout');
      assert.match(result.message, /did not take the connection within 0\.2 s/);
    });
  });

  describe('that cannot be made on loopback', () => {
    const url = new URL('https://crm.example/');
    const withCode = (code: string, more: object = {}): Error =>
      Object.assign(new Error(`something ${code}`), { code, ...more });
    const codes: [error: unknown, failure: WireFailure, message: RegExp][] = [
      [withCode('EHOSTUNREACH'), 'refused', /There is no way from this machine to crm\.example:443/],
      [withCode('ENETUNREACH'), 'refused', /There is no way/],
      [withCode('EACCES'), 'refused', /firewall/],
      [withCode('EAI_AGAIN', { syscall: 'getaddrinfo' }), 'dns', /could not be looked up \(EAI_AGAIN\)/],
      [withCode('ETIMEDOUT'), 'timeout', /did not take the connection in time/],
      [withCode('UND_ERR_CONNECT_TIMEOUT'), 'timeout', /did not take the connection in time/],
      [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', /is self-signed/],
      [withCode('CERT_NOT_YET_VALID'), 'tls', /not valid yet.*clock/],
      [withCode('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), 'tls', /handshake with crm\.example:443 failed/],
      [new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]), 'refused', /no way/],
      [withCode('ESOMETHING'), 'reset', /failed \(ESOMETHING\)/],
      ['not even an error', 'reset', /failed \(not even an error\)/],
    ];
    for (const [error, failure, message] of codes) {
      it(`${error instanceof Error && 'code' in error ? error.code : error} is ${failure}`, () => {
        const explained = explainError(error, { url, phase: 'connecting', statusCode: undefined });
        assert.equal(explained.failure, failure);
        assert.match(explained.message, message);
      });
    }
  });
});
