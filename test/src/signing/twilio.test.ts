import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { hmacKey } from '../../../src/signing/hmac';
import { refuseTwilio, type TwilioRequest } from '../../../src/signing/twilio';

const TOKEN = '12345';
const FORM = 'application/x-www-form-urlencoded';

/** The example of Twilio's documentation. */
const documented: TwilioRequest = {
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
  contentType: FORM,
  body: Buffer.from(
    'Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE',
  ),
};

const sign = (text: string): string => createHmac('sha1', TOKEN).update(text).digest('base64');
const refuse = (request: Partial<TwilioRequest>): string | null =>
  refuseTwilio(hmacKey(TOKEN), { ...documented, ...request });

/** A body of JSON, of which the URL carries the digest. */
function jsonRequest(body: string, digest = createHash('sha256').update(body).digest('hex')): TwilioRequest {
  const url = `https://pbx.example.com/hook?bodySHA256=${digest}`;
  return { url, signature: sign(url), contentType: 'application/json', body: Buffer.from(body) };
}

const json = jsonRequest('{"CallSid":"CA1"}');

describe("Twilio's signature", () => {
  const good: readonly (readonly [title: string, request: Partial<TwilioRequest>])[] = [
    ['of a form', {}],
    ['of a form that names its character set', { contentType: `${FORM}; charset=UTF-8` }],
    [
      'that was made with the port in the URL',
      { signature: sign(`https://a.test:443/x`), url: 'https://a.test/x', body: Buffer.alloc(0) },
    ],
    [
      'that was made without the port in the URL',
      { signature: sign(`https://a.test/x`), url: 'https://a.test:443/x', body: Buffer.alloc(0) },
    ],
    [
      'that was made without a port of its own',
      { signature: sign(`http://a.test/x?y=:1`), url: 'http://a.test:1880/x?y=:1', body: Buffer.alloc(0) },
    ],
    [
      'that was made with a port of its own',
      { signature: sign(`http://[::1]:1880/x`), url: 'http://[::1]:1880/x', body: Buffer.alloc(0) },
    ],
    [
      'of a URL alone',
      { signature: sign('http://a.test?a=1'), url: 'http://a.test?a=1', contentType: '', body: Buffer.alloc(0) },
    ],
    ['of a body by its digest', json],
  ];
  for (const [title, request] of good) it(`is right: ${title}`, () => assert.equal(refuse(request), null));

  const bad: readonly (readonly [title: string, request: Partial<TwilioRequest>])[] = [
    ['none', { signature: null }],
    ['an empty one', { signature: '' }],
    ['one with a tail', { signature: `${documented.signature}A` }],
    ['a URL by HTTP instead of HTTPS', { url: documented.url.replace('https', 'http') }],
    ['another query', { url: `${documented.url}&x=1` }],
    ['no URL', { url: '' }],
    ['a field changed', { body: Buffer.from(documented.body.toString().replace('1234', '1235')) }],
    ['a field more', { body: Buffer.concat([documented.body, Buffer.from('&a=')]) }],
    ['no field', { body: Buffer.alloc(0) }],
    ['JSON that nothing covers', { ...json, url: 'https://a.test/', signature: sign('https://a.test/') }],
    ['a form that is read in another character set', { contentType: `${FORM}; charset=utf-16` }],
    ['a body of another digest', { ...json, body: Buffer.from('{"CallSid":"CA2"}') }],
    ['a form whose digest in the URL is wrong', { url: json.url, signature: json.signature }],
    [
      'JSON that is called a form',
      {
        contentType: FORM,
        url: 'https://a.test/',
        signature: sign('https://a.test/{"a":1}'),
        body: Buffer.from('{"a":1}'),
      },
    ],
  ];
  for (const [title, request] of bad) {
    it(`is refused: ${title}`, () => assert.match(refuse(request) ?? '', /^The .+\.$/));
  }

  it('is refused with another token', () => {
    assert.match(refuseTwilio(hmacKey('54321'), documented) ?? '', /wrong/);
  });
});
