import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { OAuthGrant, OAuthSettings } from '../../../src/oauth/oauth-settings';
import { tokenRequest } from '../../../src/oauth/token-request';

const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const client = { id: 'pbx', secret: 's&=é:', sentIn: 'body' } as const;

function asked(grant: OAuthGrant, more: Partial<OAuthSettings> = {}) {
  const settings = {
    tokenUrl: 'https://login.example/token',
    scope: '',
    audience: '',
    prefix: 'Bearer',
    grant,
    ...more,
  };
  const { headers, body } = tokenRequest(settings, { refreshToken: 'now valid', assertionId: 'jwt_1', nowMs: 1e12 });
  return { headers, fields: Object.fromEntries(new URLSearchParams(body)) };
}

const claimsOf = (assertion: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(assertion?.split('.')[1] ?? '', 'base64url').toString());

describe('a token request', () => {
  it('with client credentials', () => {
    const { headers, fields } = asked({ kind: 'client-credentials', client }, { scope: 'a b', audience: 'crm' });
    assert.deepEqual(headers, {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    });
    assert.deepEqual(fields, {
      grant_type: 'client_credentials',
      scope: 'a b',
      audience: 'crm',
      client_id: 'pbx',
      client_secret: 's&=é:',
    });
  });

  it('with client id and secret in a header, each encoded as RFC 6749 says', () => {
    const { headers, fields } = asked({ kind: 'client-credentials', client: { ...client, sentIn: 'basic' } });
    assert.deepEqual(fields, { grant_type: 'client_credentials' });
    const [, given = ''] = /^Basic (.+)$/.exec(headers['authorization'] ?? '') ?? [];
    assert.equal(Buffer.from(given, 'base64').toString(), 'pbx:s%26%3D%C3%A9%3A');
  });

  it('with the refresh token that is valid now, not the one of the settings', () => {
    const { fields } = asked({ kind: 'refresh-token', client, refreshToken: 'typed once' });
    assert.equal(fields['grant_type'], 'refresh_token');
    assert.equal(fields['refresh_token'], 'now valid');
  });

  it('of a public client only says who it is', () => {
    const { headers, fields } = asked({
      kind: 'refresh-token',
      client: { id: 'pbx', secret: '', sentIn: 'basic' },
      refreshToken: 'x',
    });
    assert.equal(headers['authorization'], undefined);
    assert.deepEqual(fields, { grant_type: 'refresh_token', refresh_token: 'now valid', client_id: 'pbx' });
  });

  it('of a service account names the token endpoint as audience, unless another is set', () => {
    const grant = { kind: 'service-account', account: { issuer: 'me', key, keyId: '' }, subject: 'ann' } as const;
    const { fields } = asked(grant, { scope: 'calls' });
    assert.deepEqual(Object.keys(fields), ['grant_type', 'assertion', 'scope']);
    assert.equal(fields['grant_type'], 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { aud, sub, scope, jti } = claimsOf(fields['assertion']);
    assert.deepEqual([aud, sub, scope, jti], ['https://login.example/token', 'ann', 'calls', 'jwt_1']);
    assert.equal(claimsOf(asked(grant, { audience: 'crm' }).fields['assertion'])['aud'], 'crm');
  });
});
