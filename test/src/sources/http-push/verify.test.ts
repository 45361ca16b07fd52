import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type Credentials, refusal, type Verification } from '../../../../src/sources/http-push/verify';

const BODY = '{"call":"c1","digit":"5"}';

function request({
  headers = {},
  query = '',
  body = BODY,
}: {
  headers?: Credentials['headers'];
  query?: string;
  body?: string | Buffer;
} = {}): Credentials {
  return { headers, query: new URLSearchParams(query), body: Buffer.from(body) };
}

const inHeader: Verification = { kind: 'token', place: 'header', name: 'X-Token', token: 'sésame-1' };
const inQuery: Verification = { kind: 'token', place: 'query', name: 'key', token: 'sesame-1' };
const basic: Verification = { kind: 'basic', username: 'pbx', password: 'pa:ss' };
const signed: Verification & { kind: 'hmac' } = {
  kind: 'hmac',
  algorithm: 'sha256',
  encoding: 'hex',
  header: 'X-Signature',
  prefix: 'sha256=',
  secret: 'whisper',
};

const base64 = (text: string) => Buffer.from(text).toString('base64');
const sign = (body: string, secret = 'whisper', algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(body).digest('hex');
const SIGNATURE = sign(BODY);

type Case = readonly [title: string, verification: Verification, request: Credentials];

const LET_IN: readonly Case[] = [
  ['anybody where nothing is asked', { kind: 'none' }, request()],
  ['the token in its header', inHeader, request({ headers: { 'x-token': 'sésame-1' } })],
  ['the token after the word Bearer', inHeader, request({ headers: { 'x-token': 'Bearer sésame-1' } })],
  [
    'a token that itself begins with Bearer',
    { ...inHeader, token: 'Bearer abc' },
    request({ headers: { 'x-token': 'Bearer abc' } }),
  ],
  ['the token in the query', inQuery, request({ query: 'a=1&key=sesame-1' })],
  ['user name and password', basic, request({ headers: { authorization: `Basic ${base64('pbx:pa:ss')}` } })],
  [
    'user name and password, the scheme in small letters',
    basic,
    request({ headers: { authorization: `basic ${base64('pbx:pa:ss')}` } }),
  ],
  ['the signature', signed, request({ headers: { 'x-signature': `sha256=${SIGNATURE}` } })],
  ['the signature in capitals', signed, request({ headers: { 'x-signature': `sha256=${SIGNATURE.toUpperCase()}` } })],
  [
    'a signature of SHA-1 in base64 without prefix',
    { ...signed, algorithm: 'sha1', encoding: 'base64', prefix: '' },
    request({ headers: { 'x-signature': Buffer.from(sign(BODY, 'whisper', 'sha1'), 'hex').toString('base64') } }),
  ],
  [
    'a signature of SHA-512 in the base64 of URLs',
    { ...signed, algorithm: 'sha512', encoding: 'base64', prefix: '' },
    request({ headers: { 'x-signature': Buffer.from(sign(BODY, 'whisper', 'sha512'), 'hex').toString('base64url') } }),
  ],
];

const SHUT_OUT: readonly Case[] = [
  ['no token', inHeader, request()],
  ['an empty token', inHeader, request({ headers: { 'x-token': '' } })],
  ['another token', inHeader, request({ headers: { 'x-token': 'sésame-2' } })],
  ['the token with a letter more', inHeader, request({ headers: { 'x-token': 'sésame-1x' } })],
  ['the token with a letter less', inHeader, request({ headers: { 'x-token': 'sésame-' } })],
  ['the token in other case', inHeader, request({ headers: { 'x-token': 'SÉSAME-1' } })],
  ['the token in another header', inHeader, request({ headers: { authorization: 'sésame-1' } })],
  ['the token in the query instead of the header', inHeader, request({ query: 'X-Token=sésame-1' })],
  ['the token in the header instead of the query', inQuery, request({ headers: { key: 'sesame-1' } })],
  ['a header that came twice', inHeader, request({ headers: { 'x-token': ['sésame-1', 'sésame-1'] } })],
  ['a query parameter that came twice', inQuery, request({ query: 'key=sesame-1&key=sesame-1' })],
  ['a token where none is set', { ...inHeader, token: '' }, request({ headers: { 'x-token': '' } })],
  ['what an object inherits', { ...inHeader, name: 'constructor' }, request()],
  ['no user', basic, request()],
  ['a wrong password', basic, request({ headers: { authorization: `Basic ${base64('pbx:pass')}` } })],
  ['a wrong user', basic, request({ headers: { authorization: `Basic ${base64('pbY:pa:ss')}` } })],
  ['a user without a password', basic, request({ headers: { authorization: `Basic ${base64('pbx')}` } })],
  [
    'the colon moved',
    { ...basic, username: 'pbx:pa', password: 'ss2' },
    request({ headers: { authorization: `Basic ${base64('pbx:pa:ss2')}` } }),
  ],
  ['another scheme', basic, request({ headers: { authorization: `Bearer ${base64('pbx:pa:ss')}` } })],
  [
    'a password where none is set',
    { ...basic, password: '' },
    request({ headers: { authorization: `Basic ${base64('pbx:')}` } }),
  ],
  ['no signature', signed, request()],
  ['a signature without its prefix', signed, request({ headers: { 'x-signature': SIGNATURE } })],
  ['only the prefix', signed, request({ headers: { 'x-signature': 'sha256=' } })],
  ['a signature with a tail', signed, request({ headers: { 'x-signature': `sha256=${SIGNATURE}zz` } })],
  ['a signature cut short', signed, request({ headers: { 'x-signature': `sha256=${SIGNATURE.slice(0, -2)}` } })],
  ['a signature with another secret', signed, request({ headers: { 'x-signature': `sha256=${sign(BODY, 'shout')}` } })],
  [
    'a signature of another algorithm',
    signed,
    request({ headers: { 'x-signature': `sha256=${sign(BODY, 'whisper', 'sha512')}` } }),
  ],
  ['the plain digest of the body', signed, request({ headers: { 'x-signature': `sha256=${sign(BODY, '')}` } })],
  [
    'a signature over the same JSON written otherwise',
    signed,
    request({ headers: { 'x-signature': `sha256=${SIGNATURE}` }, body: '{"call": "c1", "digit": "5"}' }),
  ],
  [
    'a body changed by one byte',
    signed,
    request({ headers: { 'x-signature': `sha256=${SIGNATURE}` }, body: BODY.replace('5', '6') }),
  ],
  [
    'a body with a byte more',
    signed,
    request({ headers: { 'x-signature': `sha256=${SIGNATURE}` }, body: `${BODY}\n` }),
  ],
  [
    'a right signature of no body, which would go with any query',
    signed,
    request({ headers: { 'x-signature': `sha256=${sign('')}` }, body: '' }),
  ],
  ['two signatures', signed, request({ headers: { 'x-signature': [`sha256=${SIGNATURE}`, `sha256=${SIGNATURE}`] } })],
  [
    'a signature where no secret is set',
    { ...signed, secret: '' },
    request({ headers: { 'x-signature': `sha256=${sign(BODY, '')}` } }),
  ],
  ['NUL and text that is no hex', signed, request({ headers: { 'x-signature': 'sha256=\0\u{1F600}' } })],
];

describe('Verification of who pushes', () => {
  for (const [title, verification, given] of LET_IN) {
    it(`lets in ${title}`, () => assert.equal(refusal(verification, given), null));
  }
  for (const [title, verification, given] of SHUT_OUT) {
    it(`shuts out ${title}`, () => {
      const said = refusal(verification, given);
      assert(said !== null, 'it was let in');
      for (const secret of ['sésame-1', 'sesame-1', 'pa:ss', 'whisper', SIGNATURE])
        assert(!said.includes(secret), said);
    });
  }

  it('covers the bytes that arrived, whatever they are', () => {
    const body = Buffer.from([0, 255, 10, 13, 128]);
    const signature = createHmac('sha256', 'whisper').update(body).digest('hex');
    assert.equal(refusal(signed, request({ body, headers: { 'x-signature': `sha256=${signature}` } })), null);
  });
});
