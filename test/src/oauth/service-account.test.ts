import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { assertionOf, readServiceAccountKey } from '../../../src/oauth/service-account';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const publicKey = createPublicKey(privateKey);
const NOW_MS = Date.UTC(2024, 1, 29, 12, 0, 0, 999);

describe('the private key of a service account', () => {
  const readable: [what: string, text: string][] = [
    ['a PEM', pem],
    ['a PEM of the older kind', pkcs1],
    ['a PEM between other lines', `Bag Attributes\n  x: y\n${pem}trailing`],
    ['a PEM that lost its line breaks', pem.replaceAll('\n', '')],
    ['a PEM with spaces for line breaks', pem.replaceAll('\n', ' ')],
    ['a PEM with line breaks as an environment variable has them', pem.replaceAll('\n', '\\n')],
    ['a PEM from Windows', pem.replaceAll('\n', '\r\n')],
  ];
  for (const [what, text] of readable) {
    it(`is read from ${what}`, () => {
      const read = readServiceAccountKey(text);
      assert.ok('key' in read);
      assert.ok(read.key.equals(privateKey));
      assert.deepEqual([read.issuer, read.keyId, read.tokenUrl], ['', '', '']);
    });
  }

  it('is read from a key file, with what else that says', () => {
    const file = {
      type: 'service_account',
      private_key: pem,
      private_key_id: 'k1',
      client_email: 'pbx@project.example',
      token_uri: 'https://oauth2.example/token',
    };
    const read = readServiceAccountKey(`\n ${JSON.stringify(file, null, 2)}`);
    assert.ok('key' in read);
    assert.ok(read.key.equals(privateKey));
    assert.deepEqual(
      [read.issuer, read.keyId, read.tokenUrl],
      ['pbx@project.example', 'k1', 'https://oauth2.example/token'],
    );
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const lockedOld = privateKey
    .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
  const unreadable: [what: string, text: string, why: RegExp][] = [
    ['nothing of the kind', 'hunter2hunter2', /must begin with -----BEGIN PRIVATE KEY-----/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----', /must begin with/],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), /must begin with/],
    ['half a key', pem.replace(/\n[^\n]{64}\n/, '\n'), /cannot be read/],
    ['a key of another kind', ec.export({ type: 'pkcs8', format: 'pem' }).toString(), /no RSA key/],
    [
      'a key that is too short',
      short.export({ type: 'pkcs8', format: 'pem' }).toString(),
      /needs 2048 bits, it has 1024/,
    ],
    ['a key with a passphrase', locked, /passphrase/],
    ['a key with a passphrase, of the older kind', lockedOld, /passphrase/],
    ['a file that is no JSON', '{"private_key": "hunter2', /no JSON with a "private_key"/],
    ['a file of something else', '{"installed": {"client_secret": "hunter2"}}', /no JSON with a "private_key"/],
  ];
  for (const [what, text, why] of unreadable) {
    it(`is not ${what}, and the reason repeats none of it`, () => {
      const reason = readServiceAccountKey(text);
      assert.ok('message' in reason);
      assert.match(reason.message, why);
      assert.doesNotMatch(JSON.stringify(reason), /hunter2/);
    });
  }
});

describe('a text that may be anything', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const wrapped = text.map((inner) => `-----BEGIN PRIVATE KEY-----${inner}-----END PRIVATE KEY-----`);
  const file = fc.oneof(text, wrapped, fc.jsonValue()).map((inner) => JSON.stringify({ private_key: inner }));

  it('is refused as a key in a sentence, never by throwing', () => {
    fc.assert(
      fc.property(fc.oneof(text, wrapped, file), (some) => {
        assert.ok('message' in readServiceAccountKey(some));
      }),
    );
  });
});

describe('the assertion of a service account', () => {
  const claims = { audience: 'https://oauth2.example/token', scope: '', subject: '', id: 'jwt_1', nowMs: NOW_MS };
  const part = (text: string | undefined): unknown => JSON.parse(Buffer.from(text ?? '', 'base64url').toString());

  it('says who asks whom for what, for five minutes, and is signed by RS256', () => {
    const account = { issuer: 'pbx@project.example', key: privateKey, keyId: 'k1' };
    const assertion = assertionOf(account, { ...claims, scope: 'a b', subject: 'ann@crm.example' });
    const [header, payload, signature] = assertion.split('.');
    assert.deepEqual(part(header), { alg: 'RS256', typ: 'JWT', kid: 'k1' });
    assert.deepEqual(part(payload), {
      iss: 'pbx@project.example',
      sub: 'ann@crm.example',
      scope: 'a b',
      aud: 'https://oauth2.example/token',
      iat: 1_709_208_000,
      exp: 1_709_208_300,
      jti: 'jwt_1',
    });
    const signed = Buffer.from(`${header}.${payload}`);
    assert.ok(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature ?? '', 'base64url')));
  });

  it('leaves out what is not set', () => {
    const [header, payload] = assertionOf({ issuer: 'me', key: privateKey, keyId: '' }, claims).split('.');
    assert.deepEqual(part(header), { alg: 'RS256', typ: 'JWT' });
    assert.deepEqual(Object.keys(part(payload) as object), ['iss', 'aud', 'iat', 'exp', 'jti']);
  });
});
