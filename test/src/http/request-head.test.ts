import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { prepareHead } from '../../../src/http/request-head';
import { UndiciClient } from '../../../src/http/undici-client';
import { startReceiver } from '../../support/receiver';
import { Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

/** Texts with what breaks heads, more often than chance would have it. */
const naughty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\r', '\n', '\r\n', '\0', ':', ' ', '\t', 'é', 'Ж', '😀', '\u2028', '\x7f', 'a', 'x-b: c'))
    .map((parts) => parts.join('')),
);
const token = fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{1,20}$/);

describe('the head of a request', () => {
  it('holds a value of any kind whole, or is refused', () => {
    fc.assert(
      fc.property(token, naughty, (name, value) => {
        const head = prepareHead(post('http://127.0.0.1/', { headers: { [name]: value } }), 'test');
        if ('message' in head) {
          assert.match(head.message, /line break or another control character/);
          return;
        }
        const [, written = ''] = head.headers;
        assert.doesNotMatch(written, /[\r\n\0]/);
        assert.equal(Buffer.from(written, 'latin1').toString('utf8'), Buffer.from(value, 'utf8').toString('utf8'));
      }),
    );
  });

  it('holds no name that is not a token', () => {
    fc.assert(
      fc.property(naughty, (name) => {
        const head = prepareHead(post('http://127.0.0.1/', { headers: { [name]: 'v' } }), 'test');
        if ('headers' in head) assert.match(head.headers[0] ?? '', /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
      }),
    );
  });

  it('leads to the host that the URL parser sees, in path and query without a space or line break', () => {
    fc.assert(
      fc.property(naughty, (path) => {
        const head = prepareHead(post(`http://127.0.0.1:81/${path}`), 'test');
        assert.ok('url' in head);
        assert.equal(head.url.host, '127.0.0.1:81');
        assert.match(head.path, /^\/[\x21-\x7e]*$/);
      }),
    );
  });

  it('that is not refused here is never refused by the pool, which would lose a connection by it', async () => {
    const receiver = opened.add(await startReceiver());
    const client = opened.add(new UndiciClient());
    const transport = { connections: 1 };
    const names = fc.oneof(
      token,
      naughty,
      fc.constantFrom('Host', 'content-length', 'Expect', 'upgrade', 'connection'),
    );
    const headers = fc.dictionary(names, fc.oneof(naughty, fc.array(naughty, { maxLength: 3 })), { maxKeys: 4 });
    const method = fc.constantFrom('GET', 'POST', 'put', 'DELETE', 'OPTIONS', 'BREW', 'a b', '\r\n');
    await fc.assert(
      fc.asyncProperty(headers, method, fc.option(naughty), naughty, async (values, verb, body, path) => {
        const request = post(`${receiver.url}/${path}`, { headers: values, method: verb, body, transport });
        const result = await client.send(request);
        if (result.kind === 'failure' && result.failure === 'request') {
          assert.doesNotMatch(result.message, /^The request cannot be sent/);
          assert.ok('message' in prepareHead(request, ''));
        }
      }),
      { numRuns: 200 },
    );
    assert.equal((await client.send(post(receiver.url, { transport }))).kind, 'response');
  });
});
