import assert from 'node:assert/strict';
import { REDACTED, redactHeaders, splitSecrets } from '../../src/redact';
import { isSecretHeader } from '../../src/secret-header';

const SECRET = [
  ...[
    'Authorization',
    'authorization',
    'Proxy-Authorization',
    'Cookie',
    'Set-Cookie',
    'X-API-Key',
    'x_api_key',
    'apikey',
  ],
  ...['X-Auth-Token', 'X-Access-Token', 'X-Auth', 'Ocp-Apim-Subscription-Key', 'x-functions-key', 'X-CSRF-Token'],
  ...['Client-Secret', 'X-Password', 'X-Session-Id', 'X-Hub-Signature-256', 'X-Vault-Token'],
];
const PLAIN = [
  ...['Content-Type', 'Accept', 'User-Agent', 'X-Request-Id', 'Idempotency-Key', 'webhook-id', 'webhook-timestamp'],
  ...['X-Author', 'Retry-After', 'X-Key', 'Host'],
];

describe('a secret header', () => {
  for (const name of SECRET) it(`is ${name}`, () => assert.equal(isSecretHeader(name), true));
  for (const name of PLAIN) it(`is not ${name}`, () => assert.equal(isSecretHeader(name), false));
});

describe('the secrets of a request', () => {
  it('are parted from what may be stored and shown', () => {
    assert.deepEqual(
      splitSecrets(
        { url: 'https://h.test/a', headers: { Authorization: 'Bearer t', Cookie: ['a=1', 'b=2'], Accept: '*/*' } },
        '',
      ),
      {
        url: 'https://h.test/a',
        headers: { Accept: '*/*' },
        secret: { Authorization: 'Bearer t', Cookie: ['a=1', 'b=2'] },
      },
    );
  });

  it('are null where there are none', () => {
    assert.equal(splitSecrets({ url: 'https://h.test/', headers: { Accept: '*/*' } }, '').secret, null);
  });

  it('are user info of the URL, too, as the Authorization that it means', () => {
    const { url, secret } = splitSecrets({ url: 'https://ann:p%40ss@h.test/a', headers: {} }, '');
    assert.equal(url, 'https://h.test/a');
    assert.deepEqual(secret, { Authorization: `Basic ${Buffer.from('ann:p@ss').toString('base64')}` });
  });

  it('are the Authorization that was set where the URL has user info besides', () => {
    const { secret } = splitSecrets({ url: 'https://ann:pw@h.test/', headers: { authorization: 'Bearer t' } }, '');
    assert.deepEqual(secret, { authorization: 'Bearer t' });
  });

  it('are no placeholders of this message, but those of another one', () => {
    const headers = { Authorization: 'Bearer %token:abc:header%' };
    assert.equal(splitSecrets({ url: 'https://h.test/', headers }, 'abc').secret, null);
    assert.deepEqual(splitSecrets({ url: 'https://h.test/', headers }, 'xyz').secret, headers);
    assert.deepEqual(splitSecrets({ url: 'https://h.test/', headers }, '').secret, headers);
  });
});

describe('the headers of an answer in the log', () => {
  it('show that there was a secret, and not which', () => {
    assert.deepEqual(redactHeaders({ 'set-cookie': ['sid=1', 'b=2'], 'x-auth-token': 't', server: 'x' }), {
      'set-cookie': REDACTED,
      'x-auth-token': REDACTED,
      server: 'x',
    });
  });
});
