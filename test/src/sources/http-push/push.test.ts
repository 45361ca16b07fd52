import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../../../src/json';
import { hmacKey, hmacScheme } from '../../../../src/signing/hmac';
import { hmacDefaults } from '../../../../src/signing/hmac-settings';
import { parseAllowFrom } from '../../../../src/sources/http-push/allow-from';
import { MAX_BODY_BYTES, type PushConfig, type PushRequest } from '../../../../src/sources/http-push/push';
import * as payloads from './payloads';
import { accepted, eventOf, jsonRequest, push, RECEIVED_AT, RECEIVED_AT_MS, refused, request, source } from './pushing';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

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

describe('A repeat', () => {
  const heard = (incoming: PushRequest, config: PushConfig) => {
    const [first] = accepted(incoming, config);
    assert(first !== undefined);
    return first;
  };
  const isRepeat = (a: PushRequest, b: PushRequest, config: PushConfig) =>
    heard(a, config).repeatKey === heard(b, config).repeatKey;
  const later = (incoming: PushRequest, ms: number) => ({ ...incoming, receivedAtMs: incoming.receivedAtMs + ms });

  it('is known for a day by the provider’s own id of the event, however it is told', () => {
    const config = source('generic');
    const json = jsonRequest({ eventType: 'call.ended', eventId: 'e-1', callId: 'c1' });
    const form = request({ query: 'eventType=call.ended&eventId=e-1' });
    assert(isRepeat(json, form, config));
    assert.equal(heard(json, config).repeatUntilMs, RECEIVED_AT_MS + DAY_MS);
    assert.equal(heard(json, config).event.id, heard(form, config).event.id);
    assert(!isRepeat(json, jsonRequest({ eventType: 'call.ended', eventId: 'e-2' }), config));
  });

  const REPEATS: readonly [title: string, payload: JsonObject, config: PushConfig, query?: string][] = [
    ['KOMPaaS with call id and stamp', payloads.kompaasStart, source('kompaas')],
    ['Smartflo with call id and end', payloads.smartfloHangup, source('smartflo'), 'trigger=Call hangup'],
    ['OBD with batch, number and end', payloads.obdReport, source('obd')],
    ['Ringostat with id and start', payloads.ringostatAfter, source('ringostat')],
    [
      'a key with its number in the call',
      { eventType: 'call.dtmf', callId: 'c1', digit: '1', sequence: 3 },
      source('generic'),
    ],
    [
      'a key with its time',
      { eventType: 'call.dtmf', callId: 'c1', digit: '1', timestampMs: 1772443044620 },
      source('generic'),
    ],
    ['an answer with its time', payloads.smartfloHangup, source('smartflo'), 'trigger=Call answered by extension'],
  ];
  for (const [title, payload, config, query = ''] of REPEATS) {
    it(`is known within a minute by an identical body: ${title}`, () => {
      const first = jsonRequest(payload, { query });
      const second = later(first, 59_000);
      assert(isRepeat(first, second, config));
      assert.equal(heard(first, config).repeatUntilMs, RECEIVED_AT_MS + MINUTE_MS);
      assert.equal(heard(first, config).event.id, heard(second, config).event.id);
    });
  }

  const NEW: readonly (readonly [title: string, a: PushRequest, b: PushRequest, config: PushConfig])[] = [
    twice(
      'two presses of one key',
      { call_id: 'c1', uuid: 'u1', digit_pressed: '1', start_stamp: '2026-03-02 12:00:00' },
      source('smartflo'),
      'trigger=DTMF option',
    ),
    twice(
      'two presses of one key, by the catalogue’s names',
      { eventType: 'call.dtmf', callId: 'c1', digit: '1', startTime: '2026-03-02T12:00:00Z' },
      source('generic'),
    ),
    twice('two rings of one phone', payloads.smartfloHangup, source('smartflo'), 'trigger=Dialed on extensions'),
    twice('two ends of calls without an id', payloads.kompaasEnd, source('kompaas')),
    twice('two ends without any time', { eventType: 'VpbxInboundCallEnd', callId: 'c1' }, source('kompaas')),
    twice(
      'two events that nobody knows',
      { call_id: 'c1', start_stamp: '2026-03-02 12:00:00' },
      source('smartflo'),
      'trigger=lunch',
    ),
    [
      'another body',
      jsonRequest(payloads.kompaasStart),
      jsonRequest({ ...payloads.kompaasStart, priority: 4 }),
      source('kompaas'),
    ],
    [
      'another trigger',
      jsonRequest(payloads.smartfloHangup, { query: 'trigger=Call hangup' }),
      jsonRequest(payloads.smartfloHangup, { query: 'trigger=Call answered by extension' }),
      source('smartflo'),
    ],
    [
      'another webhook',
      jsonRequest(payloads.obdReport, { subPath: '/1' }),
      jsonRequest(payloads.obdReport, { subPath: '/2' }),
      source('obd'),
    ],
    [
      'another query',
      request({ method: 'GET', query: 'eventType=call.ended&callId=c1&endTime=2026-03-02T12:00:00Z&digits=1' }),
      request({ method: 'GET', query: 'eventType=call.ended&callId=c1&endTime=2026-03-02T12:00:00Z&digits=2' }),
      source('generic'),
    ],
  ];
  function twice(title: string, payload: JsonObject, config: PushConfig, query = '') {
    const incoming = jsonRequest(payload, { query });
    return [title, incoming, incoming, config] as const;
  }
  for (const [title, a, b, config] of NEW) {
    it(`is not seen in ${title}`, () => assert(!isRepeat(a, b, config)));
  }

  it('is not seen at another source', () => {
    const incoming = jsonRequest(payloads.kompaasStart);
    assert.notEqual(
      heard(incoming, source('kompaas')).repeatKey,
      heard(incoming, source('kompaas', { sourceId: 'src2' })).repeatKey,
    );
  });

  it('of a missed call is one of both its events', () => {
    const missed = jsonRequest({ ...payloads.kompaasStart, eventType: 'VpbxInboundCallEnd', billsec: 0 });
    const keys = () => accepted(missed, source('kompaas')).map(({ repeatKey }) => repeatKey);
    assert.equal(new Set([...keys(), ...keys()]).size, 2);
  });
});

describe('The id of an event', () => {
  const id = (payload: JsonObject, config: PushConfig, query = '') => eventOf(payload, config, { query }).id;

  it('is the same for one hang-up in JSON, in a form and under another trigger', () => {
    const config = source('smartflo');
    const { answered_agent, missed_agent, call_flow, billing_circle, ...flat } = payloads.smartfloHangup;
    const form = request({
      query: `trigger=${encodeURIComponent('Call missed or answered')}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(flat as Record<string, string>).toString(),
    });
    assert.equal(accepted(form, config)[0]?.event.id, id(payloads.smartfloHangup, config, 'trigger=Call hangup'));
  });

  const OTHERS: readonly [title: string, change: JsonObject, query?: string][] = [
    ['call', { call_id: '1772434800.4712' }],
    ['leg', { uuid: 'another' }],
    ['end', { end_stamp: '2026-03-02 12:01:11' }],
    ['event', {}, 'trigger=Call missed'],
  ];
  for (const [title, change, query = 'trigger=Call hangup'] of OTHERS) {
    it(`is another for another ${title}`, () => {
      const config = source('smartflo');
      assert.notEqual(
        id({ ...payloads.smartfloHangup, ...change }, config, query),
        id(payloads.smartfloHangup, config, 'trigger=Call hangup'),
      );
    });
  }

  it('is another for each of two presses of one key', () => {
    const press = { call_id: 'c1', digit_pressed: '1', start_stamp: '2026-03-02 12:00:00' };
    assert.notEqual(
      id(press, source('smartflo'), 'trigger=dtmf-option'),
      id(press, source('smartflo'), 'trigger=dtmf-option'),
    );
  });

  it('is another for two answers that differ in anything', () => {
    const answer = { ...payloads.smartfloHangup, answered_agent_number: '101' };
    const query = 'trigger=Call answered by extension';
    assert.notEqual(
      id(answer, source('smartflo'), query),
      id({ ...answer, agent_number: '102' }, source('smartflo'), query),
    );
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
