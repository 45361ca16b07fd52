import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { authorize, checkAuth, type EndpointAuth } from '../../../src/delivery/authorization';
import { takeUserInfo } from '../../../src/http/user-info';

const basic = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;

describe("an endpoint's credentials", () => {
  const added: [auth: EndpointAuth, headers: Record<string, string>][] = [
    [{ kind: 'none' }, { accept: '*/*' }],
    [
      { kind: 'basic', username: 'Jö', password: 'a:b' },
      { accept: '*/*', authorization: basic('Jö:a:b') },
    ],
    [
      { kind: 'bearer', prefix: 'Bearer', token: 'abc' },
      { accept: '*/*', authorization: 'Bearer abc' },
    ],
    [
      { kind: 'bearer', prefix: 'Zoho-oauthtoken', token: 'abc' },
      { accept: '*/*', authorization: 'Zoho-oauthtoken abc' },
    ],
    [
      { kind: 'bearer', prefix: '', token: 'abc' },
      { accept: '*/*', authorization: 'abc' },
    ],
    [
      { kind: 'header', name: 'X-Api-Key', value: 'k' },
      { accept: '*/*', 'X-Api-Key': 'k' },
    ],
  ];
  for (const [auth, headers] of added) {
    it(`${auth.kind}, as ${JSON.stringify(headers)}`, () => {
      const given = Object.freeze({ accept: '*/*' });
      assert.deepEqual(authorize(given, auth), headers);
      assert.deepEqual(checkAuth(auth), []);
    });
  }

  it('win over a header of the same name, however it is written', () => {
    const headers = { AUTHORIZATION: 'Basic old', 'x-api-KEY': ['old', 'older'] };
    assert.deepEqual(authorize(headers, { kind: 'bearer', prefix: 'Bearer', token: 'new' }), {
      'x-api-KEY': ['old', 'older'],
      authorization: 'Bearer new',
    });
    assert.deepEqual(authorize(headers, { kind: 'header', name: 'X-Api-Key', value: 'new' }), {
      AUTHORIZATION: 'Basic old',
      'X-Api-Key': 'new',
    });
  });

  it('none leaves the headers of the message alone', () => {
    const headers = { Authorization: 'Bearer mine' };
    assert.deepEqual(authorize(headers, { kind: 'none' }), headers);
  });

  const incomplete: [auth: EndpointAuth, message: RegExp][] = [
    [{ kind: 'basic', username: '', password: '' }, /needs a user name and a password/],
    [{ kind: 'basic', username: 'a:b', password: 'c' }, /cannot hold a colon/],
    [{ kind: 'bearer', prefix: 'Bearer', token: '' }, /needs a token/],
    [{ kind: 'header', name: 'X Key', value: 'v' }, /"X Key" cannot be the name/],
    [{ kind: 'header', name: 'X-Key', value: '' }, /X-Key needs a value/],
  ];
  for (const [auth, message] of incomplete) {
    it(`${JSON.stringify(auth)} are incomplete`, () => {
      const [problem, ...rest] = checkAuth(auth);
      assert.match(problem?.message ?? '', message);
      assert.equal(rest.length, 0);
    });
  }
});

describe('user info of a URL', () => {
  const cases: [url: string, without: string, authorization: string | undefined][] = [
    ['https://a:b@crm.example/x?y#z', 'https://crm.example/x?y#z', basic('a:b')],
    ['https://J%C3%B6:p%40%3Aw@crm.example/', 'https://crm.example/', basic('Jö:p@:w')],
    ['https://key@crm.example/', 'https://crm.example/', basic('key:')],
    ['https://:word@crm.example/', 'https://crm.example/', basic(':word')],
    ['https://100%:b@crm.example/', 'https://crm.example/', basic('100%:b')],
    ['https://crm.example/x', 'https://crm.example/x', undefined],
    ['https://@crm.example/x', 'https://@crm.example/x', undefined],
    ['{{host}}', '{{host}}', undefined],
  ];
  for (const [url, without, authorization] of cases) {
    it(`of ${url}`, () => {
      assert.deepEqual(takeUserInfo(url), { url: without, authorization });
    });
  }
});
