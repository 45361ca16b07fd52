import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../../../src/json';
import { hmacKey, hmacScheme } from '../../../../src/signing/hmac';
import { hmacDefaults } from '../../../../src/signing/hmac-settings';
import { parseAllowFrom } from '../../../../src/sources/http-push/allow-from';
import { MAX_BODY_BYTES, type PushConfig, type PushRequest } from '../../../../src/sources/http-push/push';
import { accepted, eventOf, jsonRequest, push, RECEIVED_AT, RECEIVED_AT_MS, refused, request, source } from './pushing';

describe('One request of a phone system', () => {
  const ENCODINGS: readonly [title: string, request: PushRequest][] = [
    ['POST with JSON', jsonRequest({ eventType: 'VpbxInboundCallEnd', billsec: 6 })],
    ['PUT with JSON', jsonRequest({ eventType: 'VpbxInboundCallEnd', billsec: 6 }, { method: 'PUT' })],
    [
      'POST with a form',
      request({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'eventType=VpbxInboundCallEnd&billsec=6',
      }),
    ],
    ['POST with a query and no body', request({ query: 'eventType=VpbxInboundCallEnd&billsec=6' })],
    ['GET with a query', request({ method: 'GET', query: 'eventType=VpbxInboundCallEnd&billsec=6' })],
    [
      'GET with a query and a body that means nothing',
      request({ method: 'get', query: 'eventType=VpbxInboundCallEnd&billsec=6', body: '{"a":1}' }),
    ],
  ];
  for (const [title, incoming] of ENCODINGS) {
    it(`is understood as ${title}`, () => {
      const [heard, ...others] = accepted(incoming, source('kompaas'));
      assert.equal(others.length, 0);
      assert.equal(heard?.event.type, 'call.ended');
      assert.equal(heard.event.parameters['billsec'], 6);
      assert.equal(heard.atMs, RECEIVED_AT_MS);
    });
  }

  it('becomes an event of its source', () => {
    const config = source('kompaas', { fixed: { accountId: '104233' }, countryCode: 'US' });
    const event = eventOf({ eventType: 'VpbxInboundCallStart', callId: 'c1', callerNumber: 2025550142 }, config);
    assert.equal(event.source, 'src1');
    assert.equal(event.callId, 'c1');
    assert.equal(event.callType, 'inbound');
    assert.equal(event.time, RECEIVED_AT);
    assert.equal(event.parameters['provider'], 'kompaas');
    assert.equal(event.parameters['sourceName'], 'Head office');
    assert.equal(event.parameters['accountId'], '104233');
    assert.equal(event.parameters['callerNumberE164'], '+12025550142');
  });

  const WEBHOOK_IDS: readonly [
    title: string,
    payload: JsonObject,
    subPath: string,
    query: string,
    id: string | undefined,
  ][] = [
    ['the payload', { webhook_id: 31 }, '/77', 'webhook_id=5', '31'],
    ['the path', {}, '/77', 'webhook_id=5', '77'],
    ['the path, percent-encoded', {}, '/a%20b/', '', 'a b'],
    ['a path that cannot be decoded', {}, '/%E0%A4', '', '%E0%A4'],
    ['the query', {}, '/', 'webhook_id=5', '5'],
    ['nowhere', {}, '', 'webhook_id=', undefined],
  ];
  for (const [title, payload, subPath, query, id] of WEBHOOK_IDS) {
    it(`takes the webhook id from ${title}`, () => {
      const { parameters } = eventOf({ id: 'c1', status: 'ANSWER', ...payload }, source('obd'), { subPath, query });
      assert.equal(parameters['webhookId'], id);
    });
  }

  it('keeps address and token out of what happened', () => {
    const verification = { kind: 'token', place: 'query', name: 'key', token: 'sesame' } as const;
    const incoming = request({ method: 'GET', query: 'key=sesame&webhook_id=7&trigger=call.ended&callId=c1' });
    const [heard] = accepted(incoming, source('generic', { verification }));
    assert.deepEqual(heard?.event.parameters['raw'], { callId: 'c1' });
    assert(!JSON.stringify(heard).includes('sesame'));
  });

  it('keeps an event that it does not know, with all that was sent', () => {
    const event = eventOf({ eventType: 'Lunch', extra: [1, { a: null }] }, source('kompaas'));
    assert.equal(event.type, 'event.unknown');
    assert.equal(event.parameters['providerEvent'], 'Lunch');
    assert.deepEqual(event.parameters['raw'], { eventType: 'Lunch', extra: [1, { a: null }] });
  });
});

describe('A request that is refused', () => {
  const parsed = parseAllowFrom(['203.0.113.0/24']);
  const allowFrom = parsed.kind === 'list' ? parsed.allow : null;
  const token = { kind: 'token', place: 'header', name: 'X-Token', token: 'sesame' } as const;
  const hmac = {
    kind: 'hmac',
    scheme: hmacScheme({ ...hmacDefaults, hmacHeader: 'X-Sig' }),
    key: hmacKey('s'),
    toleranceSeconds: 300,
  } as const;
  const good = jsonRequest({ eventType: 'SMS' });
  const signature = createHmac('sha256', 's').update(good.body).digest('hex');

  const CASES: readonly [title: string, status: number, request: PushRequest, config?: Partial<PushConfig>][] = [
    ['by DELETE', 405, { ...good, method: 'DELETE' }],
    ['by no method', 405, { ...good, method: '' }],
    ['from elsewhere', 403, { ...good, remoteAddress: '198.51.100.1' }, { allowFrom }],
    ['from nowhere', 403, { ...good, remoteAddress: undefined }, { allowFrom }],
    ['without the token', 401, good, { verification: token }],
    ['without a signature', 401, good, { verification: hmac }],
    [
      'with a signature and another body',
      401,
      { ...good, headers: { ...good.headers, 'x-sig': signature }, body: Buffer.from('{"eventType":"Calltracking"}') },
      { verification: hmac },
    ],
    [
      'as a GET with the signature of nothing',
      401,
      request({
        method: 'GET',
        query: 'eventType=SMS',
        headers: { 'x-sig': createHmac('sha256', 's').update('').digest('hex') },
      }),
      { verification: hmac },
    ],
    [
      'as a GET with a signed body, which is not read',
      401,
      { ...good, method: 'GET', query: new URLSearchParams('eventType=SMS'), headers: { 'x-sig': signature } },
      { verification: hmac },
    ],
    ['too large', 413, { ...good, body: Buffer.alloc(MAX_BODY_BYTES + 1, 32) }],
    ['empty', 400, request({ query: 'trigger=call.ended&webhook_id=7' })],
    ['in broken JSON', 400, jsonRequest(null, { body: '{"eventType":"SMS",}' })],
    ['compressed', 400, { ...good, headers: { 'content-encoding': 'gzip' } }],
  ];
  for (const [title, status, incoming, config] of CASES) {
    it(`${title} is answered with ${status} and a sentence`, () => {
      const answer = refused(incoming, source('kompaas', config));
      assert.equal(answer.status, status);
      assert.match(answer.reason, /^[A-Z].*\.$/);
      assert(!/sesame|at .+\.ts|Error/.test(answer.reason), answer.reason);
    });
  }

  it('is let in where address, token and signature are right', () => {
    accepted({ ...good, remoteAddress: '::ffff:203.0.113.9' }, source('kompaas', { allowFrom }));
    accepted(
      { ...good, headers: { ...good.headers, 'x-token': 'sesame' } },
      source('kompaas', { verification: token }),
    );
    accepted({ ...good, headers: { ...good.headers, 'x-sig': signature } }, source('kompaas', { verification: hmac }));
  });

  it('may be just as long as the limit', () => {
    const body = Buffer.alloc(MAX_BODY_BYTES, 32);
    body.write('{"eventType":"SMS"}');
    accepted(jsonRequest(null, { body }), source('kompaas'));
  });

  it('is told nothing about the body before it has shown who it is', () => {
    const broken = jsonRequest(null, { body: 'x' });
    assert.equal(refused(broken, source('kompaas', { verification: token })).status, 401);
  });
});

describe('Whatever is not understood', () => {
  it('is a result, not an exception', () => {
    for (const dialect of ['kompaas', 'smartflo', 'obd', 'ringostat', 'generic'] as const) {
      for (const value of [null, true, 0, -1, 1e300, '', ' ', 'x', [], {}, [[]], [{}], { a: { b: [] } }]) {
        const keys = source(dialect).dialect.names.map(({ name }) => name);
        const result = push(jsonRequest(Object.fromEntries(keys.map((key) => [key, value]))), source(dialect));
        assert.equal(result.kind, 'accepted');
      }
    }
  });
});
