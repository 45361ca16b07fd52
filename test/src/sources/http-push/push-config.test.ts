import assert from 'node:assert/strict';
import { hmacKey, hmacScheme } from '../../../../src/signing/hmac';
import { readTelnyxKey } from '../../../../src/signing/telnyx';
import { parsePush, type Saved } from '../../../../src/sources/http-push/push-config';

const KEY = Buffer.alloc(32, 1).toString('base64');

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
    const pasted = config({ verify: 'token' }, { token: ' sesame\t' }).verification;
    assert.equal(pasted.kind === 'token' && pasted.token, 'sesame', 'no header can begin or end with a blank');
    assert.deepEqual(config({ verify: 'basic' }, { username: 'pbx', password: 'p' }).verification, {
      kind: 'basic',
      username: 'pbx',
      password: 'p',
    });
    const settings = {
      hmacAlgorithm: 'sha512',
      hmacEncoding: 'base64',
      hmacHeader: 'X-Hub',
      hmacPrefix: 't={{timestamp}},v=',
      hmacContent: '{{timestamp}}.{{body}}',
      hmacTimestampHeader: '',
    } as const;
    assert.deepEqual(config({ verify: 'hmac', toleranceSeconds: '60', ...settings }, { secret: 'k' }).verification, {
      kind: 'hmac',
      scheme: hmacScheme(settings),
      key: hmacKey('k'),
      toleranceSeconds: 60,
    });
  });

  it('verifies the signatures of others with the keys that these give', () => {
    const secret = `whsec_${KEY}`;
    const publicKey = `whpk_${KEY}`;
    const standard = config({ verify: 'standard' }, { secret: ` ${secret},\n${publicKey} ${KEY}` }).verification;
    assert(standard.kind === 'standard');
    assert.deepEqual(
      standard.keys.map(({ version }) => version),
      ['v1', 'v1a', 'v1'],
    );
    assert.equal(standard.toleranceSeconds, 300);
    assert.deepEqual(config({ verify: 'twilio', publicUrl: 'https://a.test/in' }, { secret: 'token ' }).verification, {
      kind: 'twilio',
      token: hmacKey('token'),
      publicUrl: 'https://a.test/in',
    });
    assert.deepEqual(config({ verify: 'telnyx', toleranceSeconds: 5 }, { secret: KEY }).verification, {
      kind: 'telnyx',
      key: readTelnyxKey(KEY),
      toleranceSeconds: 5,
    });
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
    [{ verify: 'hmac', hmacPrefix: '{{id}}' }, { secret: 's' }, 'hmacPrefix'],
    [{ verify: 'hmac', hmacContent: '{{timestamp}}{{body}}' }, { secret: 's' }, 'hmacContent'],
    [{ verify: 'hmac', toleranceSeconds: 0 }, { secret: 's' }, 'toleranceSeconds'],
    [{ verify: 'standard' }, {}, 'secret'],
    [{ verify: 'standard' }, { secret: `whsec_${KEY} whsk_${KEY}` }, 'secret'],
    [{ verify: 'standard', toleranceSeconds: 'soon' }, { secret: KEY }, 'toleranceSeconds'],
    [{ verify: 'twilio' }, {}, 'secret'],
    [{ verify: 'twilio', publicUrl: 'pbx.example.com' }, { secret: 't' }, 'publicUrl'],
    [{ verify: 'twilio', publicUrl: 'https://a.test/?b=c' }, { secret: 't' }, 'publicUrl'],
    [{ verify: 'telnyx' }, {}, 'secret'],
    [{ verify: 'telnyx' }, { secret: '  ' }, 'secret'],
    [{ verify: 'telnyx' }, { secret: `whpk_${KEY}` }, 'secret'],
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
