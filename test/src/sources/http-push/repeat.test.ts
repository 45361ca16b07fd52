import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/json';
import { readSigningKey, readVerifyingKey } from '../../../../src/signing/keys';
import { signStandard } from '../../../../src/signing/standard-webhooks';
import type { PushConfig, PushRequest } from '../../../../src/sources/http-push/push';
import * as payloads from './payloads';
import { accepted, eventOf, jsonRequest, RECEIVED_AT_MS, request, source } from './pushing';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function heard(incoming: PushRequest, config: PushConfig) {
  const [first] = accepted(incoming, config);
  assert(first !== undefined);
  return first;
}

function isRepeat(a: PushRequest, b: PushRequest, config: PushConfig): boolean {
  return heard(a, config).repeatKey === heard(b, config).repeatKey;
}

function later(incoming: PushRequest, ms: number): PushRequest {
  return { ...incoming, receivedAtMs: incoming.receivedAtMs + ms };
}

describe('A repeat', () => {
  it('is known for a day by the provider’s own id of the event, however it is told', () => {
    const config = source('generic');
    const json = jsonRequest({ eventType: 'call.ended', eventId: 'e-1', callId: 'c1' });
    const form = request({ query: 'eventType=call.ended&eventId=e-1' });
    assert(isRepeat(json, form, config));
    assert.equal(heard(json, config).repeatUntilMs, RECEIVED_AT_MS + DAY_MS);
    assert.equal(heard(json, config).event.id, heard(form, config).event.id);
    assert(!isRepeat(json, jsonRequest({ eventType: 'call.ended', eventId: 'e-2' }), config));
  });

  type Told = readonly [title: string, payload: JsonObject, config: PushConfig, query?: string];

  const ONCE_IN_A_CALL: readonly Told[] = [
    ['KOMPaaS with call id and stamp', payloads.kompaasStart, source('kompaas')],
    ['Smartflo with call id and end', payloads.smartfloHangup, source('smartflo'), 'trigger=Call hangup'],
    ['OBD with batch, number and end', payloads.obdReport, source('obd')],
    ['Ringostat with id and start', payloads.ringostatAfter, source('ringostat')],
    [
      'the end of a call that has an id and no time',
      { eventType: 'VpbxInboundCallEnd', callId: 'c1' },
      source('kompaas'),
    ],
    ['an evaluation, which has no time', payloads.ringostatEvaluated, source('ringostat')],
    ['a report by its id alone', payloads.obdComposed, source('obd')],
    ['Smartflo with a leg and a start', payloads.smartfloMissed, source('smartflo')],
    ['Smartflo with a leg alone', { uuid: 'u1' }, source('smartflo'), 'trigger=Call hangup'],
  ];
  for (const [title, payload, config, query = ''] of ONCE_IN_A_CALL) {
    it(`is known for a day by the call, whatever else differs: ${title}`, () => {
      const first = jsonRequest(payload, { query });
      const second = later(jsonRequest({ sentAgain: true, ...payload }, { query }), DAY_MS - 1000);
      assert(isRepeat(first, second, config));
      assert.equal(heard(first, config).repeatUntilMs, RECEIVED_AT_MS + DAY_MS);
      assert.equal(heard(first, config).event.id, heard(second, config).event.id);
    });
  }

  it('of a hang-up is known in JSON, in a form and under another trigger', () => {
    const hangup = { call_id: 'c1', uuid: 'u1', end_stamp: '2026-03-02 12:01:10' };
    const form = request({ query: `trigger=Call missed or answered&${new URLSearchParams(hangup)}` });
    assert(isRepeat(jsonRequest(hangup, { query: 'trigger=Call hangup' }), form, source('smartflo')));
  });

  it('is known by a time however it is written', () => {
    const ended = (endTime: string | number) => jsonRequest({ eventType: 'call.ended', callId: 'g1', endTime });
    assert(isRepeat(ended(1767261600), ended('1767261600000'), source('generic')));
  });

  const REPEATS: readonly Told[] = [
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
    ['the end of a call that a counter names', { eventType: 'call.ended', callId: 'c1' }, source('generic')],
    [
      'an answer of a leg',
      { uuid: 'u1', answer_stamp: '2026-03-02 12:00:09' },
      source('smartflo'),
      'trigger=session-call-answered',
    ],
    ['KOMPaaS with a stamp alone', payloads.kompaasEnd, source('kompaas')],
    [
      'a key of a call without an id, with its time',
      { eventType: 'call.dtmf', digit: '1', timestampMs: 1772443044620 },
      source('generic'),
    ],
    [
      'JSON-RPC with a start',
      { ...payloads.ringostatRpc, params: { caller: '12025550142', calldate: '2026-11-21 05:14:15' } },
      source('ringostat'),
    ],
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
    twice('two ends with neither an id nor a time', { eventType: 'VpbxInboundCallEnd', billsec: 6 }, source('kompaas')),
    twice('two requests by JSON-RPC, of which the id names no call', payloads.ringostatRpc, source('ringostat')),
    twice(
      'two numbers in one place',
      { eventType: 'call.ringing', sequence: 2, internalNumber: '101' },
      source('generic'),
    ),
    twice(
      'two calls of one day',
      { eventType: 'call.missed', callerNumber: '101', startTime: '2026-03-02' },
      source('generic'),
    ),
    twice('two calls of a batch to one number', { mid: 'b1', to: '918000000175', status: 'BUSY' }, source('obd')),
    twice(
      'two answers of one call',
      { call_id: 'c1', uuid: 'u1' },
      source('smartflo'),
      'trigger=Call answered by extension',
    ),
    twice('two rings of one call', { eventType: 'call.ringing', callId: 'c1' }, source('generic')),
    twice(
      'two events that nobody knows',
      { call_id: 'c1', start_stamp: '2026-03-02 12:00:00' },
      source('smartflo'),
      'trigger=lunch',
    ),
    [
      'another body',
      jsonRequest(payloads.kompaasEnd),
      jsonRequest({ ...payloads.kompaasEnd, priority: 4 }),
      source('kompaas'),
    ],
    [
      'another leg',
      jsonRequest(payloads.smartfloHangup, { query: 'trigger=Call hangup' }),
      jsonRequest({ ...payloads.smartfloHangup, uuid: 'another' }, { query: 'trigger=Call hangup' }),
      source('smartflo'),
    ],
    [
      'the id of an event at another webhook',
      jsonRequest({ eventType: 'call.ended', eventId: 'e-1' }, { subPath: '/1' }),
      jsonRequest({ eventType: 'call.ended', eventId: 'e-1' }, { subPath: '/2' }),
      source('generic'),
    ],
    [
      'another call that a counter names so',
      jsonRequest({ eventType: 'call.ended', callId: '17', callerNumber: '101' }),
      jsonRequest({ eventType: 'call.ended', callId: '17', callerNumber: '102' }),
      source('generic'),
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
      request({ method: 'GET', query: 'eventType=call.dtmf&callId=c1&eventTime=2026-03-02T12:00:00Z&digit=1' }),
      request({ method: 'GET', query: 'eventType=call.dtmf&callId=c1&eventTime=2026-03-02T12:00:00Z&digit=2' }),
      source('generic'),
    ],
  ];
  function twice(title: string, payload: JsonObject, config: PushConfig, query = '') {
    const incoming = jsonRequest(payload, { query });
    return [title, incoming, incoming, config] as const;
  }
  for (const [title, a, b, config] of NEW) {
    it(`is not seen in ${title}, which has an id of its own`, () => {
      assert(!isRepeat(a, b, config));
      assert.notEqual(heard(a, config).event.id, heard(b, config).event.id);
    });
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

  it('is the same for the end of a call without a time, in JSON, in a form and under another trigger', () => {
    const config = source('smartflo');
    const form = request({ query: 'trigger=Call missed or answered&call_id=c1&uuid=u1' });
    assert.equal(accepted(form, config)[0]?.event.id, id({ call_id: 'c1', uuid: 'u1' }, config, 'trigger=Call hangup'));
  });

  const LIKE: readonly [title: string, payload: JsonObject, change: JsonObject, config: PushConfig, query?: string][] =
    [
      ['call without a time', { eventType: 'VpbxOutgoingEnd', callId: 'c1' }, { callId: 'c2' }, source('kompaas')],
      ['leg without a time', { eventType: 'VpbxOutgoingEnd', callId: 'c1' }, { uniqueId: 'l2' }, source('kompaas')],
      [
        'event without a time',
        { eventType: 'VpbxOutgoingEnd', callId: 'c1' },
        { eventType: 'VpbxOutgoingStart' },
        source('kompaas'),
      ],
      [
        'call that a counter names like one before',
        { eventType: 'call.ended', callId: '17', callerNumber: '101' },
        { callerNumber: '102' },
        source('generic'),
      ],
      ['second without an id', payloads.kompaasEnd, { timestamp: 1687271175 }, source('kompaas')],
      ['colleague without an id', payloads.kompaasEnd, { InternalNumber: '101' }, source('kompaas')],
      ['leg of a call without an id', payloads.smartfloMissed, { uuid: 'another' }, source('smartflo')],
      [
        'agent who answered a call without an id',
        { uuid: 'u1', answer_stamp: '2026-03-02 12:00:09', agent_number: '101' },
        { agent_number: '102' },
        source('smartflo'),
        'trigger=Call answered by extension',
      ],
    ];
  for (const [title, payload, change, config, query = ''] of LIKE) {
    it(`is another for another ${title}`, () => {
      assert.notEqual(id({ ...payload, ...change }, config, query), id(payload, config, query));
    });
  }

  it('takes a leg for the call only where no call is named, and never for its id', () => {
    const config = source('smartflo');
    const { id: missed, callId, parameters } = eventOf(payloads.smartfloMissed, config);
    assert.deepEqual(
      [callId, parameters['callId'], parameters['legId']],
      ['', undefined, payloads.smartfloMissed['uuid']],
    );
    assert.notEqual(id({ ...payloads.smartfloMissed, call_id: 'c1' }, config), missed);
  });

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

describe('A message with a signed id', () => {
  const KEY = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  const verification = {
    kind: 'standard',
    keys: [readVerifyingKey(KEY) ?? assert.fail()],
    toleranceSeconds: 300,
  } as const;
  const config = source('generic', { verification });

  function message(
    id: string,
    payload: JsonObject,
    { family = 'webhook', afterMs = 0, subPath = '' } = {},
  ): PushRequest {
    const timestamp = String((RECEIVED_AT_MS + afterMs) / 1000);
    const incoming = later(jsonRequest(payload, { subPath }), afterMs);
    const signature = signStandard([readSigningKey(KEY) ?? assert.fail()], { id, timestamp, body: incoming.body });
    const signed = { id, timestamp, signature };
    const headers = Object.fromEntries(Object.entries(signed).map(([name, value]) => [`${family}-${name}`, value]));
    return { ...incoming, headers: { ...incoming.headers, ...headers } };
  }

  const press = { eventType: 'call.dtmf', callId: 'c1', digit: '1' };

  for (const family of ['webhook', 'svix']) {
    it(`is the same event for a day, as ${family}-id, whatever else differs`, () => {
      const first = message('msg_1', press, { family });
      const second = message('msg_1', { ...press, sentAgain: true }, { family, afterMs: DAY_MS - 1000 });
      assert(isRepeat(first, second, config));
      assert.equal(heard(first, config).event.id, heard(second, config).event.id);
      assert.equal(heard(first, config).repeatUntilMs, RECEIVED_AT_MS + DAY_MS);
    });
  }

  it('is another event than a like message with another id', () => {
    const [first, second] = [message('msg_1', press), message('msg_2', press)];
    assert(!isRepeat(first, second, config));
    assert.notEqual(heard(first, config).event.id, heard(second, config).event.id);
  });

  it('tells several events, each of them once', () => {
    const missed = message('msg_1', { eventType: 'VpbxInboundCallEnd', billsec: 0 });
    const both = () => accepted(missed, source('kompaas', { verification }));
    const known = [...both(), ...both()];
    assert.equal(new Set(known.map(({ repeatKey }) => repeatKey)).size, 2);
    assert.equal(new Set(known.map(({ event }) => event.id)).size, 2);
  });

  it('reaches each of several webhooks', () => {
    const [first, second] = ['/1', '/2'].map((subPath) => message('msg_1', press, { subPath }));
    assert(first !== undefined && second !== undefined && !isRepeat(first, second, config));
  });

  it('gives way to the id of the event itself', () => {
    const payload = { ...press, eventId: 'e-1' };
    assert(isRepeat(message('msg_1', payload), message('msg_2', payload), config));
  });

  it('tells the same hang-up as another message does', () => {
    const ended = { eventType: 'call.ended', callId: 'c1', endTime: '2026-03-02T12:00:00Z' };
    assert(isRepeat(message('msg_1', ended), message('msg_2', ended), config));
  });

  it('counts for nothing where nobody checks the signature', () => {
    assert(!isRepeat(message('msg_1', press), message('msg_1', press), source('generic')));
  });
});
