import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WireResult } from '../../src/http/http-client';
import { hideEcho, secretsOfHeader } from '../../src/secret-echo';

type Response = Extract<WireResult, { kind: 'response' }>;

function answer(body: string | Buffer, more: Partial<Response> = {}): Response {
  return {
    kind: 'response',
    statusCode: 500,
    headers: {},
    body: Buffer.from(body),
    cut: false,
    durationMs: 1,
    ...more,
  };
}

function bodyOf(result: WireResult): string {
  return result.kind === 'response' ? result.body.toString() : assert.fail('no answer');
}

describe('a secret that an answer repeats', () => {
  const SECRET = 'pä"s/s <w>+=';
  const spellings: Readonly<Record<string, string>> = {
    'as it is': SECRET,
    'in JSON': JSON.stringify(SECRET),
    'in JSON by PHP': JSON.stringify(SECRET).replaceAll('/', '\\/'),
    'in XML': 'pä&quot;s/s &lt;w&gt;+=',
    'in a URL': encodeURIComponent(SECRET),
    'in a URL, in lower case': 'p%c3%a4%22s%2fs%20%3cw%3e%2b%3d',
    'in a form': new URLSearchParams({ key: SECRET }).toString(),
    'in base64': Buffer.from(SECRET).toString('base64'),
    'in base64 for URLs': Buffer.from(SECRET).toString('base64url'),
  };
  for (const [how, text] of Object.entries(spellings)) {
    it(`is hidden ${how}`, () => {
      const { headers } = hideEcho(answer('', { headers: { 'x-echo': ['a', text] } }), [SECRET]) as Response;
      for (const shown of [bodyOf(hideEcho(answer(`you sent ${text}.`), [SECRET])), String(headers['x-echo'])]) {
        assert.match(shown, /•••/);
        for (const part of [SECRET, text.replace(/^key=/, '')]) assert.ok(!shown.includes(part), shown);
      }
    });
  }

  it('is hidden wherever it stands, and how often', () => {
    const word = fc.string({ minLength: 4, maxLength: 20, unit: 'grapheme' });
    fc.assert(
      fc.property(word, fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 }), (secret, others) => {
        const shown = bodyOf(hideEcho(answer(others.join(secret)), [secret]));
        fc.pre(!'•••'.includes(secret));
        assert.ok(!shown.includes(secret), shown);
      }),
    );
  });

  it('is hidden whole where a shorter one is part of it', () => {
    assert.equal(bodyOf(hideEcho(answer('abcdefgh, abcd'), ['abcd', 'abcdefgh'])), '•••, •••');
  });

  it('is hidden where the client itself put it in', () => {
    const result = hideEcho(answer('token t-4711 has expired', { authorization: 'Bearer t-4711' }));
    assert.equal(bodyOf(result), 'token ••• has expired');
  });

  it('leaves every byte of other answers as it was', () => {
    const bytes = Buffer.from([0xff, 0, 0xc3, 0x28]);
    const result = hideEcho(answer(bytes), ['secret']) as Response;
    assert.deepEqual(result.body, bytes);
    assert.equal(bodyOf(hideEcho(answer('a 123 b'), ['', 'a', '123'])), 'a 123 b', 'so short ones stand anywhere');
    const untouched = answer('x');
    assert.equal(hideEcho(untouched, []), untouched);
  });
});

describe('the secrets of a header', () => {
  const headers: readonly (readonly [value: string, secrets: readonly string[]])[] = [
    ['Bearer t-1', ['t-1']],
    ['Zoho-oauthtoken t-1', ['t-1']],
    ['t-1', ['t-1']],
    [`Basic ${Buffer.from('ann:p:w').toString('base64')}`, [Buffer.from('ann:p:w').toString('base64'), 'p:w']],
    ['sid=s-1; theme=dark', ['sid=s-1; theme=dark', 'sid=s-1', 's-1']],
  ];
  for (const [value, secrets] of headers) {
    it(`${value} are ${secrets.join(' and ')}`, () => {
      const found = secretsOfHeader(value);
      for (const secret of secrets) assert.ok(found.includes(secret), JSON.stringify(found));
      assert.ok(!found.some((one) => /^(?:Bearer|Basic|Zoho-oauthtoken)/.test(one)));
    });
  }
});
