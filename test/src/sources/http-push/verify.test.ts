import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';
import { hmacKey, hmacScheme } from '../../../../src/signing/hmac';
import { type HmacSettings, hmacDefaults } from '../../../../src/signing/hmac-settings';
import { readSigningKey, readVerifyingKey } from '../../../../src/signing/keys';
import { signStandard } from '../../../../src/signing/standard-webhooks';
import { readTelnyxKey } from '../../../../src/signing/telnyx';
import { type Credentials, refusal, type Verification } from '../../../../src/sources/http-push/verify';

const NOW_MS = Date.parse('2026-03-02T09:17:25.000Z');
const TIMESTAMP = String(NOW_MS / 1000);
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
  return {
    headers,
    query: new URLSearchParams(query),
    body: Buffer.from(body),
    subPath: '',
    target: `/calls${query && `?${query}`}`,
    isEncrypted: false,
    receivedAtMs: NOW_MS,
  };
}

const inHeader: Verification = { kind: 'token', place: 'header', name: 'X-Token', token: 'sésame-1' };
const inQuery: Verification = { kind: 'token', place: 'query', name: 'key', token: 'sesame-1' };
const basic: Verification = { kind: 'basic', username: 'pbx', password: 'pa:ss' };
const hmac = (settings: Partial<HmacSettings>): Verification => ({
  kind: 'hmac',
  scheme: hmacScheme({ ...hmacDefaults, ...settings }),
  key: hmacKey('whisper'),
  toleranceSeconds: 300,
});
const signed = hmac({ hmacPrefix: 'sha256=' });
const twilio: Verification = { kind: 'twilio', token: hmacKey('whisper'), publicUrl: 'https://pbx.example.com' };

const STANDARD_KEY = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const standard: Verification = {
  kind: 'standard',
  keys: [readVerifyingKey(STANDARD_KEY) ?? assert.fail()],
  toleranceSeconds: 300,
};
function standardHeaders(family: string, body = BODY, timestamp = TIMESTAMP): Record<string, string> {
  const key = readSigningKey(STANDARD_KEY) ?? assert.fail();
  const signature = signStandard([key], { id: 'msg_1', timestamp, body });
  return { [`${family}-id`]: 'msg_1', [`${family}-timestamp`]: timestamp, [`${family}-signature`]: signature };
}

/** The first key of RFC 8032 section 7.1. */
const TELNYX_PRIVATE = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const TELNYX_PUBLIC = createPublicKey(TELNYX_PRIVATE).export({ format: 'der', type: 'spki' }).subarray(-32);
const telnyx: Verification = {
  kind: 'telnyx',
  key: readTelnyxKey(TELNYX_PUBLIC.toString('base64')) ?? assert.fail(),
  toleranceSeconds: 300,
};
function telnyxHeaders(body = BODY, timestamp = TIMESTAMP): Record<string, string> {
  const signature = signWith(null, Buffer.from(`${timestamp}|${body}`), TELNYX_PRIVATE);
  return { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature.toString('base64') };
}
const OLD = String(NOW_MS / 1000 - 301);

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
    hmac({ hmacAlgorithm: 'sha1', hmacEncoding: 'base64' }),
    request({ headers: { 'x-signature': Buffer.from(sign(BODY, 'whisper', 'sha1'), 'hex').toString('base64') } }),
  ],
  [
    'a signature of SHA-512 in the base64 of URLs',
    hmac({ hmacAlgorithm: 'sha512', hmacEncoding: 'base64' }),
    request({ headers: { 'x-signature': Buffer.from(sign(BODY, 'whisper', 'sha512'), 'hex').toString('base64url') } }),
  ],
  ['a signature of Standard Webhooks', standard, request({ headers: standardHeaders('webhook') })],
  ['the same under the name of Svix', standard, request({ headers: standardHeaders('svix') })],
  ['a signature of Telnyx', telnyx, request({ headers: telnyxHeaders() })],
  [
    'a GET of Twilio, by its public address',
    twilio,
    request({
      query: 'CallSid=CA1',
      body: '',
      headers: {
        'x-twilio-signature': createHmac('sha1', 'whisper')
          .update('https://pbx.example.com/calls?CallSid=CA1')
          .digest('base64'),
      },
    }),
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
  ['no signature of Standard Webhooks', standard, request()],
  ['an old signature of Standard Webhooks', standard, request({ headers: standardHeaders('webhook', BODY, OLD) })],
  [
    'headers of two families, of which one is forged',
    standard,
    request({ headers: { ...standardHeaders('svix'), 'webhook-signature': 'v1,x' } }),
  ],
  [
    'a right signature of Standard Webhooks of no body',
    standard,
    request({ body: '', headers: standardHeaders('webhook', '') }),
  ],
  ['no signature of Telnyx', telnyx, request()],
  ['an old signature of Telnyx', telnyx, request({ headers: telnyxHeaders(BODY, OLD) })],
  ['a signature of Telnyx for another body', telnyx, request({ headers: telnyxHeaders('{}') })],
  [
    'a signature of Telnyx for another time',
    telnyx,
    request({ headers: { ...telnyxHeaders(), 'telnyx-timestamp': String(NOW_MS / 1000 - 1) } }),
  ],
  [
    'a signature of Telnyx cut short',
    telnyx,
    request({ headers: { ...telnyxHeaders(), 'telnyx-signature-ed25519': 'AAAA' } }),
  ],
  ['no signature of Twilio', twilio, request()],
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
