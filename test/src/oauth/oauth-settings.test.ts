import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { isSameOAuth, type OAuthSettings, readOAuth, type SavedOAuth } from '../../../src/oauth/oauth-settings';

const keyFile = (): string => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = { client_email: 'pbx@project.example', token_uri: 'https://file.example/token', private_key_id: 'k1' };
  return JSON.stringify({ ...file, private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
};
const KEY_FILE = keyFile();

const saved: SavedOAuth = {
  oauthGrant: 'client-credentials',
  tokenUrl: 'https://login.example/token',
  clientId: 'pbx',
  clientPlace: 'basic',
  clientSecret: 'secret',
  refreshToken: 'refresh',
  privateKey: KEY_FILE,
  issuer: '',
  subject: '',
  scope: 'calls',
  audience: 'crm',
  tokenPrefix: 'Bearer',
};

function read(changes: Partial<SavedOAuth>): OAuthSettings {
  const settings = readOAuth({ ...saved, ...changes });
  assert.ok('grant' in settings, JSON.stringify(settings));
  return settings;
}

describe('the OAuth settings of an endpoint', () => {
  it('are read for each grant with what that needs', () => {
    const client = { id: 'pbx', secret: 'secret', sentIn: 'basic' };
    const rest = { tokenUrl: 'https://login.example/token', scope: 'calls', audience: 'crm', prefix: 'Bearer' };
    assert.deepEqual(read({}), { ...rest, grant: { kind: 'client-credentials', client } });
    assert.deepEqual(read({ oauthGrant: 'refresh-token' }), {
      ...rest,
      grant: { kind: 'refresh-token', client, refreshToken: 'refresh' },
    });
  });

  it('of a service account come from its key file where nothing is typed', () => {
    const typed = read({ oauthGrant: 'service-account', issuer: 'typed' });
    assert.ok(typed.grant.kind === 'service-account');
    assert.deepEqual([typed.tokenUrl, typed.grant.account.issuer], ['https://login.example/token', 'typed']);
    const filed = read({ oauthGrant: 'service-account', tokenUrl: '' });
    assert.ok(filed.grant.kind === 'service-account');
    assert.deepEqual(
      [filed.tokenUrl, filed.grant.account.issuer],
      ['https://file.example/token', 'pbx@project.example'],
    );
  });

  const incomplete: [changes: Partial<SavedOAuth>, fields: string[]][] = [
    [{ tokenUrl: '' }, ['tokenUrl']],
    [{ tokenUrl: 'login.example/token' }, ['tokenUrl']],
    [{ clientId: '', clientSecret: '' }, ['clientId', 'clientSecret']],
    [{ oauthGrant: 'refresh-token', refreshToken: '' }, ['refreshToken']],
    [{ oauthGrant: 'refresh-token', tokenUrl: 'ftp://x' }, ['tokenUrl']],
    [{ oauthGrant: 'service-account', privateKey: '' }, ['privateKey']],
    [{ oauthGrant: 'service-account', privateKey: 'no key' }, ['privateKey']],
    [
      {
        oauthGrant: 'service-account',
        tokenUrl: '',
        privateKey: JSON.stringify({ private_key: JSON.parse(KEY_FILE).private_key }),
      },
      ['tokenUrl', 'issuer'],
    ],
  ];
  for (const [changes, fields] of incomplete) {
    it(`lack ${fields.join(' and ')} with ${JSON.stringify(changes).slice(0, 70)}`, () => {
      const problems = readOAuth({ ...saved, ...changes });
      assert.ok(Array.isArray(problems));
      assert.deepEqual(
        problems.map(({ field }: { field: string }) => field),
        fields,
      );
    });
  }

  it('need no secret for a refresh token of a public client', () => {
    assert.equal(read({ oauthGrant: 'refresh-token', clientSecret: '' }).grant.kind, 'refresh-token');
  });

  it('are the same where all that is asked is the same, keys too', () => {
    const service = { oauthGrant: 'service-account' } as const;
    assert.ok(isSameOAuth(read({}), read({ issuer: 'of no meaning here' })));
    assert.ok(isSameOAuth(read(service), read(service)));
    assert.ok(!isSameOAuth(read(service), read({ ...service, privateKey: keyFile() })));
    for (const change of [
      { clientSecret: 'x' },
      { scope: 'x' },
      { tokenPrefix: '' },
      { tokenUrl: 'https://b.example/' },
    ]) {
      assert.ok(!isSameOAuth(read({}), read(change)), JSON.stringify(change));
    }
  });
});
