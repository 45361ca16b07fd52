import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { Cancellation } from '../../../src/http/cancellation';
import type { HttpClient, OutgoingRequest } from '../../../src/http/http-client';
import { UndiciClient, type UndiciClientOptions } from '../../../src/http/undici-client';
import { FakeClock, settle } from '../../support/fake-clock';
import { type Receiver, type Script, startReceiver } from '../../support/receiver';
import { answered, failed, Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

const newClient = (options: UndiciClientOptions = {}): HttpClient => opened.add(new UndiciClient(options));
const receiverWith = async (script: Script = {}): Promise<Receiver> => opened.add(await startReceiver(script));

describe('the HTTP client', () => {
  describe('sends what it is given', () => {
    it('method, path, query, headers and body arrive as they are', async () => {
      const receiver = await receiverWith({ status: 201, body: 'made', headers: { 'x-id': '7' } });
      const result = answered(
        await newClient().send(
          post(`${receiver.url}/hook/%D0%9F?a=1&a=2#not-sent`, {
            headers: { 'Content-Type': 'application/json', 'X-Many': ['one', 'two'] },
            body: '{"имя":"Ж"}',
          }),
        ),
      );
      assert.equal(result.statusCode, 201);
      assert.equal(result.body.toString(), 'made');
      assert.equal(result.headers['x-id'], '7');
      assert.equal(result.cut, false);
      const [request] = receiver.requests;
      assert.equal(request?.method, 'POST');
      assert.equal(request?.url, '/hook/%D0%9F?a=1&a=2');
      assert.equal(request?.text, '{"имя":"Ж"}');
      assert.equal(request?.headers['content-length'], String(Buffer.byteLength('{"имя":"Ж"}')));
      assert.deepEqual(
        request?.rawHeaders.filter((_, index, all) => all[index - (index % 2)] === 'X-Many'),
        ['X-Many', 'one', 'X-Many', 'two'],
      );
    });

    const bodies: [
      method: string,
      body: string | Buffer | null,
      expected: string,
      contentLength: string | undefined,
    ][] = [
      ['GET', null, '', undefined],
      ['GET', 'a body', 'a body', '6'],
      ['DELETE', null, '', undefined],
      ['DELETE', 'a body', 'a body', '6'],
      ['POST', null, '', '0'],
      ['POST', '', '', '0'],
      ['PUT', Buffer.from([0xff, 0x00]), '\ufffd\0', '2'],
      ['PATCH', 'x', 'x', '1'],
      ['report', 'x', 'x', '1'],
    ];
    for (const [method, body, expected, contentLength] of bodies) {
      it(`${method} with ${body === null ? 'no body' : JSON.stringify(body.toString('latin1'))}`, async () => {
        const receiver = await receiverWith();
        answered(await newClient().send(post(receiver.url, { method, body })));
        assert.equal(receiver.requests[0]?.method, method.toUpperCase());
        assert.equal(receiver.requests[0]?.text, expected);
        assert.equal(receiver.requests[0]?.headers['content-length'], contentLength);
      });
    }

    it('names itself unless the request has a User-Agent', async () => {
      const receiver = await receiverWith();
      const client = newClient({ userAgent: 'node-red-telephony-webhooks/1.2.3' });
      await client.send(post(receiver.url));
      await client.send(post(receiver.url, { headers: { 'USER-AGENT': 'mine' } }));
      assert.deepEqual(
        receiver.requests.map((request) => request.headers['user-agent']),
        ['node-red-telephony-webhooks/1.2.3', 'mine'],
      );
    });

    it('leaves user info out of request line and headers', async () => {
      const receiver = await receiverWith();
      await newClient().send(post(receiver.url.replace('http://', 'http://name:word@')));
      const sent = JSON.stringify([receiver.requests[0]?.url, receiver.requests[0]?.rawHeaders]);
      assert.doesNotMatch(sent, /name|word|authorization/i);
    });

    it('lets the Host header of the request stand', async () => {
      const receiver = await receiverWith();
      await newClient().send(post(receiver.url, { headers: { host: 'crm.example' } }));
      assert.equal(receiver.requests[0]?.headers.host, 'crm.example');
    });
  });

  describe('keeps headers safe', () => {
    it('writes characters outside ASCII as UTF-8', async () => {
      const receiver = await receiverWith();
      await newClient().send(post(receiver.url, { headers: { 'x-caller': 'Müller Жук ☎', 'x-tab': 'a\tb' } }));
      const caller = receiver.requests[0]?.headers['x-caller'];
      assert.equal(Buffer.from(String(caller), 'latin1').toString('utf8'), 'Müller Жук ☎');
      assert.equal(receiver.requests[0]?.headers['x-tab'], 'a\tb');
    });

    it('frames the message itself, whatever framing headers a message brought along', async () => {
      const receiver = await receiverWith();
      const headers = {
        'Content-Length': '99999',
        'Transfer-Encoding': 'chunked',
        Connection: 'close, x-kept',
        'Keep-Alive': 'timeout=1',
        Upgrade: 'websocket',
        Expect: '100-continue',
        TE: 'trailers',
        'Proxy-Authorization': 'Basic c2VjcmV0',
        'x-kept': 'yes',
      };
      answered(await newClient().send(post(receiver.url, { headers, body: 'abc' })));
      const [request] = receiver.requests;
      assert.equal(request?.text, 'abc');
      const { host: _, ...got } = request?.headers ?? {};
      assert.deepEqual(got, {
        connection: 'keep-alive',
        'content-length': '3',
        'user-agent': 'node-red-telephony-webhooks',
        'x-kept': 'yes',
      });
    });

    const unsendable: [what: string, request: Partial<OutgoingRequest>, message: RegExp][] = [
      ['a line break in a value', { headers: { 'x-a': 'b\r\nx-evil: 1' } }, /header x-a holds a line break/],
      ['a line feed in one of many values', { headers: { 'x-a': ['b', 'c\nd'] } }, /header x-a holds a line break/],
      ['NUL in a value', { headers: { 'x-a': 'b\0' } }, /header x-a holds a line break/],
      ['a control character in a value', { headers: { 'x-a': '\x07' } }, /control character/],
      ['a line break in a name', { headers: { 'x-a\r\nx-evil': '1' } }, /"x-a\?\?x-evil" cannot be the name/],
      ['a space in a name', { headers: { 'x a': '1' } }, /"x a" cannot be the name/],
      ['an empty name', { headers: { '': '1' } }, /"" cannot be the name/],
      ['letters outside ASCII in a name', { headers: { Имя: '1' } }, /"Имя" cannot be the name/],
      ['two hosts', { headers: { host: 'a', Host: 'b' } }, /Host stands there more than once/],
      ['a method with a space', { method: 'GET /x' }, /not a method/],
      ['an empty method', { method: '' }, /not a method/],
      ['CONNECT', { method: 'CONNECT' }, /not a method/],
      ['a relative URL', { url: '/hook' }, /URL cannot be read/],
      ['a URL with a space before its path', { url: 'http://1.1.1.1 &@127.0.0.1/' }, /URL cannot be read/],
      ['a URL without a host', { url: 'http://' }, /URL cannot be read/],
      ['another scheme', { url: 'ftp://127.0.0.1/' }, /ftp: cannot be sent to/],
    ];
    for (const [what, request, message] of unsendable) {
      it(`does not send ${what}`, async () => {
        const receiver = await receiverWith();
        const result = failed(await newClient().send(post(receiver.url, request)));
        assert.equal(result.failure, 'request');
        assert.match(result.message, message);
        assert.equal(receiver.connections, 0);
      });
    }

    it('goes on working after many requests that cannot be sent', async () => {
      const receiver = await receiverWith();
      const client = newClient();
      const transport = { connections: 2 };
      for (let i = 0; i < 5; i++) failed(await client.send(post(receiver.url, { headers: { 'a b': '' }, transport })));
      answered(await client.send(post(receiver.url, { transport })));
    });
  });

  describe('reads the answer', () => {
    it('follows no redirect', async () => {
      const target = await receiverWith();
      const receiver = await receiverWith({ status: 307, headers: { location: target.url } });
      const result = answered(await newClient().send(post(receiver.url)));
      assert.equal(result.statusCode, 307);
      assert.equal(target.connections, 0);
    });

    it('gives headers with names in lower case and cookies as a list', async () => {
      const receiver = await receiverWith([
        { headers: { 'Set-Cookie': 'a=1', 'X-Two': ['1', '2'] } },
        { headers: { 'Set-Cookie': ['a=1', 'b=2'] } },
      ]);
      const client = newClient();
      const first = answered(await client.send(post(receiver.url)));
      const second = answered(await client.send(post(receiver.url)));
      assert.deepEqual(first.headers['set-cookie'], ['a=1']);
      assert.deepEqual(first.headers['x-two'], ['1', '2']);
      assert.deepEqual(second.headers['set-cookie'], ['a=1', 'b=2']);
    });

    it('takes headers that are named like members of an object', async () => {
      const receiver = await receiverWith({ headers: { constructor: 'a', ['__proto__']: 'b' } });
      const result = answered(await newClient().send(post(receiver.url)));
      assert.equal(result.headers['constructor'], 'a');
      assert.equal(Object.getPrototypeOf(result.headers), Object.prototype);
    });

    for (const [method, status] of [
      ['HEAD', 200],
      ['POST', 204],
      ['POST', 304],
    ] as const) {
      it(`${method} answered with ${status} has an empty body`, async () => {
        const receiver = await receiverWith({ status, body: method === 'HEAD' ? 'not sent' : '' });
        const result = answered(await newClient().send(post(receiver.url, { method, body: null })));
        assert.equal(result.statusCode, status);
        assert.equal(result.body.length, 0);
      });
    }

    it('passes over informational answers', async () => {
      const receiver = await receiverWith({
        raw: 'HTTP/1.1 103 Early Hints\r\nx-early: 1\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok',
      });
      const result = answered(await newClient().send(post(receiver.url)));
      assert.equal(result.statusCode, 202);
      assert.equal(result.headers['x-early'], undefined);
      assert.equal(result.body.toString(), 'ok');
    });

    it('takes an answer that ends with the connection', async () => {
      const receiver = await receiverWith({ raw: 'HTTP/1.0 200 OK\r\n\r\nold but whole' });
      assert.equal(answered(await newClient().send(post(receiver.url))).body.toString(), 'old but whole');
    });

    it('reads exactly 1 MB whole', async () => {
      const receiver = await receiverWith({ body: Buffer.alloc(1_048_576, 'x') });
      const result = answered(await newClient().send(post(receiver.url)));
      assert.equal(result.body.length, 1_048_576);
      assert.equal(result.cut, false);
    });

    it('cuts what is longer, says so, and drops the connection instead of reading on', async () => {
      const receiver = await receiverWith([{ fault: 'endless' }, {}]);
      const client = newClient();
      const transport = { connections: 1 };
      const result = answered(await client.send(post(receiver.url, { transport })));
      assert.equal(result.statusCode, 200);
      assert.equal(result.body.length, 1_048_576);
      assert.equal(result.cut, true);
      answered(await client.send(post(receiver.url, { transport })));
      assert.equal(receiver.connections, 2);
    });
  });

  describe('keeps connections', () => {
    it('sends one request after another over the same one', async () => {
      const receiver = await receiverWith({ body: 'ok' });
      const client = newClient();
      for (let i = 0; i < 5; i++) {
        answered(await client.send(post(receiver.url)));
        await settle();
      }
      assert.equal(receiver.connections, 1);
    });

    it('opens no more to one origin than the transport allows, and sends all the same', async () => {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const receiver = await receiverWith({ after: released });
      const client = newClient();
      const transport = { connections: 3 };
      const sent = Array.from({ length: 12 }, () => client.send(post(receiver.url, { transport })));
      await receiver.waitFor(3);
      release();
      for (const result of await Promise.all(sent)) answered(result);
      assert.equal(receiver.requests.length, 12);
      assert.equal(receiver.mostUnderWay, 3);
      assert.equal(receiver.connections, 3);
    });

    it('shares them between requests with the same transport only', async () => {
      const receiver = await receiverWith();
      const client = newClient();
      const transport = {};
      await client.send(post(receiver.url, { transport }));
      await settle();
      await client.send(post(receiver.url, { transport }));
      await client.send(post(receiver.url, { transport: {} }));
      assert.deepEqual(
        receiver.requests.map((request) => request.connection),
        [1, 1, 2],
      );
    });

    it('opens a new one where the receiver closed the old one meanwhile', async () => {
      const receiver = await receiverWith({ headers: { connection: 'close' } });
      const client = newClient();
      for (let i = 0; i < 3; i++) answered(await client.send(post(receiver.url)));
      assert.equal(receiver.connections, 3);
    });

    it('sends nothing a second time by itself when a kept connection breaks under a request', async () => {
      const receiver = await receiverWith([{}, { fault: 'reset' }, {}]);
      const client = newClient();
      answered(await client.send(post(receiver.url)));
      assert.equal(failed(await client.send(post(receiver.url))).failure, 'reset');
      assert.equal(receiver.requests.length, 2);
      answered(await client.send(post(receiver.url)));
    });
  });

  describe('has one limit for the whole exchange', () => {
    it('from the first moment to the last byte: a receiver that takes the request and is silent', async () => {
      const receiver = await receiverWith({ fault: 'hang' });
      const clock = new FakeClock();
      const sent = newClient({ clock }).send(post(receiver.url, { timeoutMs: 15_000 }));
      await receiver.waitFor(1);
      await clock.advanceAsync(14_999);
      assert.equal(clock.dueAtMs.length, 1);
      await clock.advanceAsync(1);
      const result = failed(await sent);
      assert.equal(result.failure, 'timeout');
      assert.equal(result.message, `127.0.0.1:${receiver.port} took the request but did not answer within 15 s.`);
      assert.equal(result.durationMs, 15_000);
    });

    it('a receiver that drips its answer', async () => {
      const receiver = await receiverWith({ fault: 'drip', body: '.' });
      const clock = new FakeClock();
      const sockets: Socket[] = [];
      const transport = { connected: (socket: Socket): void => void sockets.push(socket) };
      const sent = newClient({ clock }).send(post(receiver.url, { timeoutMs: 150, transport }));
      const read = (): number => sockets[0]?.bytesRead ?? 0;
      await clock.until(
        () => read() > 0,
        () => 'No answer began.',
      );
      const begun = read();
      // What comes after the beginning comes after the head.
      await clock.until(
        () => read() > begun,
        () => 'Nothing drips.',
      );
      clock.advance(150);
      const result = failed(await sent);
      assert.equal(result.failure, 'timeout');
      assert.match(result.message, /began to answer \(status 200\) but did not finish within 0\.2 s/);
    });

    it('ends the connection of what timed out, so that it holds no place', async () => {
      const receiver = await receiverWith([{ fault: 'hang' }, { body: 'ok' }]);
      const clock = new FakeClock();
      const client = newClient({ clock });
      const transport = { connections: 1 };
      const sent = client.send(post(receiver.url, { timeoutMs: 50, transport }));
      await receiver.waitFor(1);
      clock.advance(50);
      assert.equal(failed(await sent).failure, 'timeout');
      answered(await client.send(post(receiver.url, { transport })));
      assert.equal(receiver.connections, 2);
    });

    it('never sends a request that timed out while it waited for a connection, and says what it waited for', async () => {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const receiver = await receiverWith([{ after: released }, {}]);
      const client = newClient();
      const transport = { connections: 1 };
      const first = client.send(post(receiver.url, { body: 'first', transport }));
      await receiver.waitFor(1);
      const second = failed(await client.send(post(receiver.url, { body: 'second', timeoutMs: 30, transport })));
      assert.equal(second.failure, 'timeout');
      assert.match(second.message, /All connections to 127\.0\.0\.1:\d+ were busy/);
      release();
      answered(await first);
      answered(await client.send(post(receiver.url, { body: 'third', transport })));
      assert.deepEqual(
        receiver.requests.map((request) => request.text),
        ['first', 'third'],
      );
      assert.equal(receiver.connections, 1);
    });

    it('leaves no timer behind when an answer came', async () => {
      const receiver = await receiverWith();
      const clock = new FakeClock();
      answered(await newClient({ clock }).send(post(receiver.url)));
      assert.deepEqual(clock.dueAtMs, []);
    });
  });

  describe('can be stopped', () => {
    it('a cancellation ends a request that is under way', async () => {
      const receiver = await receiverWith({ fault: 'hang' });
      const stop = new Cancellation();
      const sent = newClient().send(post(receiver.url), stop);
      await receiver.waitFor(1);
      stop.cancel();
      const result = failed(await sent);
      assert.equal(result.failure, 'reset');
      assert.match(result.message, /ended from this side/);
    });

    it('one that was cancelled before lets nothing out', async () => {
      const receiver = await receiverWith();
      const stop = new Cancellation();
      stop.cancel();
      assert.equal(failed(await newClient().send(post(receiver.url), stop)).failure, 'reset');
      assert.equal(receiver.connections, 0);
    });

    it('a cancellation after the end changes nothing', async () => {
      const receiver = await receiverWith();
      const stop = new Cancellation();
      const client = newClient();
      answered(await client.send(post(receiver.url), stop));
      await settle();
      stop.cancel();
      answered(await client.send(post(receiver.url)));
      assert.equal(receiver.connections, 1);
    });

    it('closing lets what is under way finish, closes idle connections and refuses what comes later', async () => {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const receiver = await receiverWith({ after: released, body: 'late' });
      const idle = await receiverWith();
      const client = newClient();
      await client.send(post(idle.url));
      const sent = client.send(post(receiver.url));
      await receiver.waitFor(1);
      let closed = false;
      const closing = client.close().then(() => {
        closed = true;
      });
      const late = failed(await client.send(post(receiver.url)));
      assert.equal(late.failure, 'reset');
      assert.equal(closed, false);
      release();
      assert.equal(answered(await sent).body.toString(), 'late');
      await closing;
      assert.equal(receiver.requests.length, 1);
    });

    it('closing twice, and with nothing open, is no trouble', async () => {
      const client = new UndiciClient();
      await client.close();
      await client.close();
    });
  });
});
