import assert from 'node:assert/strict';
import { parsePush, type Saved } from '../../../../src/sources/http-push/push-config';

function config(saved: Saved, credentials: Saved = {}) {
  const parsed = parsePush(saved, credentials);
  assert(parsed.kind === 'config', parsed.kind === 'problems' ? JSON.stringify(parsed.problems) : '');
  return parsed.config;
}

describe('A saved push source', () => {
  it('that says nothing takes the names of the catalogue from everybody', () => {
    const { dialect, verification, allowFrom } = config({});
    assert.deepEqual([dialect.id, verification, allowFrom], ['generic', { kind: 'none' }, null]);
  });

  it('verifies as it says', () => {
    assert.deepEqual(config({ verify: 'token' }, { token: 'sesame' }).verification, {
      kind: 'token',
      place: 'header',
      name: 'X-Webhook-Token',
      token: 'sesame',
    });
    assert.deepEqual(config({ verify: 'token', tokenIn: 'query', tokenName: 'key' }, { token: ' s ' }).verification, {
      kind: 'token',
      place: 'query',
      name: 'key',
      token: ' s ',
    });
    assert.deepEqual(config({ verify: 'basic' }, { username: 'pbx', password: 'p' }).verification, {
      kind: 'basic',
      username: 'pbx',
      password: 'p',
    });
    assert.deepEqual(
      config(
        { verify: 'hmac', hmacAlgorithm: 'sha512', hmacEncoding: 'base64', hmacHeader: 'X-Hub', hmacPrefix: 'sha512=' },
        { secret: 'k' },
      ).verification,
      { kind: 'hmac', algorithm: 'sha512', encoding: 'base64', header: 'X-Hub', prefix: 'sha512=', secret: 'k' },
    );
  });

  it('may write its addresses as a list or as text', () => {
    for (const allowFrom of [['203.0.113.7', '10.0.0.0/8'], '203.0.113.7, 10.0.0.0/8', '203.0.113.7\n10.0.0.0/8']) {
      const { allowFrom: list } = config({ allowFrom });
      assert(list?.check('10.1.2.3', 'ipv4') && !list.check('11.1.2.3', 'ipv4'));
    }
  });

  it('has rows of a mapping, of which empty ones count for nothing', () => {
    const row = (key: string, value: string) => ({ key, type: 'text', value });
    const mapping = [row('callId', 'data.id'), row('', ''), row('digit', '[0]["a b"].x')];
    assert.equal(config({ dialect: 'generic', mapping }).dialect.id, 'generic');
  });

  const PROBLEMS: readonly [saved: Saved, credentials: Saved, field: string][] = [
    [{ dialect: 'klingon' }, {}, 'dialect'],
    [{ verify: 'maybe' }, {}, 'verify'],
    [{ verify: 'token' }, {}, 'token'],
    [{ verify: 'token', tokenIn: 'body' }, { token: 't' }, 'tokenIn'],
    [{ verify: 'token', tokenName: 'X Token' }, { token: 't' }, 'tokenName'],
    [{ verify: 'basic' }, { username: 'pbx' }, 'password'],
    [{ verify: 'hmac' }, { secret: '' }, 'secret'],
    [{ verify: 'hmac', hmacAlgorithm: 'md5' }, { secret: 's' }, 'hmacAlgorithm'],
    [{ verify: 'hmac', hmacEncoding: 'rot13' }, { secret: 's' }, 'hmacEncoding'],
    [{ verify: 'hmac', hmacHeader: 'X:Sig' }, { secret: 's' }, 'hmacHeader'],
    [{ allowFrom: ['203.0.113.7', 'pbx.example.test'] }, {}, 'allowFrom'],
    [{ mapping: 'callId' }, {}, 'mapping'],
    [{ mapping: [{ key: 'caller', type: 'text', value: 'from' }] }, {}, 'mapping[0].key'],
    [{ mapping: [{ key: '__proto__', type: 'text', value: 'from' }] }, {}, 'mapping[0].key'],
    [{ mapping: [{ key: 'callId', type: 'text', value: 'a..b' }] }, {}, 'mapping[0].value'],
    [{ mapping: [{ key: 'callId', type: 'text', value: 'a[b' }] }, {}, 'mapping[0].value'],
    [{ mapping: [{ key: 'callId', type: 'text', value: '' }] }, {}, 'mapping[0].value'],
  ];
  for (const [saved, credentials, field] of PROBLEMS) {
    it(`${JSON.stringify(saved)} has a problem in ${field}`, () => {
      const parsed = parsePush(saved, credentials);
      assert(parsed.kind === 'problems');
      assert.deepEqual(
        parsed.problems.map((problem) => problem.field),
        [field],
      );
      for (const { message } of parsed.problems) assert.match(message, /^.+\.$/);
    });
  }
});
