import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../../../src/json';
import type { DialectId } from '../../../../src/sources/http-push/dialect';
import * as payloads from './payloads';
import { accepted, eventOf, eventsOf, jsonRequest, RECEIVED_AT, request, source } from './pushing';

function typesOf(dialect: DialectId, payload: JsonObject, query = '', subPath = ''): readonly string[] {
  return eventsOf(payload, source(dialect), { query, subPath }).map(({ type }) => type);
}

/** The parameters named, of the last event (of a missed call, that is its end). */
function read(dialect: DialectId, payload: JsonObject, names: readonly string[], query = '', zone = 'UTC'): JsonObject {
  const event = eventsOf(payload, source(dialect, { timeZone: zone }), { query }).at(-1);
  assert(event !== undefined);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = event.parameters[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

describe('What a payload of KOMPaaS means', () => {
  const CASES: readonly [payload: JsonObject, types: readonly string[]][] = [
    [{ eventType: 'VpbxInboundCallStart' }, ['call.received']],
    [{ event: 'VpbxOutgoingStart' }, ['call.initiated']],
    [{ userEventType: 'VpbxOutgoingEnd', billsec: 0 }, ['call.ended']],
    [{ eventType: 'VpbxInboundCallEnd', billsec: 6 }, ['call.ended']],
    [{ eventType: 'VpbxInboundCallEnd', billsec: '0' }, ['call.missed', 'call.ended']],
    [{ eventType: 'VpbxInboundCallEnd' }, ['call.ended']],
    [{ eventType: 'SMS' }, ['message.received']],
    [{ eventType: 'Calltracking' }, ['call.tracked']],
    [{ eventType: 'Password Call' }, ['auth.call.requested']],
    [{ eventType: 'Flash Call', duration: 4 }, ['auth.call.completed']],
    [{ eventType: 'Voice robot calls' }, ['robot.call.started']],
    [{ eventType: 'Voice robot calls', billsec: 12 }, ['robot.call.ended']],
    [{ eventType: 'SomethingNew' }, ['event.unknown']],
    [{ hello: 'world' }, ['event.unknown']],
  ];
  for (const [payload, types] of CASES) {
    it(`${JSON.stringify(payload)} is ${types.join(' and ')}`, () =>
      assert.deepEqual(typesOf('kompaas', payload), types));
  }

  it('has the numbers as text, the parties by direction, and the time to the millisecond', () => {
    const event = eventOf(payloads.kompaasStart, source('kompaas'));
    assert.equal(event.time, '2026-01-05T15:04:05.721Z');
    assert.equal(event.callId, '012-1767625445.00000031');
    assert.equal(event.callType, 'inbound');
    const names = [
      'callerNumber',
      'callerName',
      'calledNumber',
      'did',
      'externalNumber',
      'legId',
      'ivrName',
      'accountId',
      'providerEvent',
    ];
    assert.deepEqual(read('kompaas', payloads.kompaasStart, names), {
      callerNumber: '40000000017',
      callerName: '431200000017',
      calledNumber: '70000000017',
      did: '70000000017',
      externalNumber: '40000000017',
      legId: '012-1767625445.00000032',
      ivrName: '7',
      accountId: '0',
      providerEvent: 'VpbxInboundCallStart',
    });
    assert.deepEqual(event.parameters['raw'], payloads.kompaasStart);
  });

  it('takes the stamp for the time where the document’s two times disagree', () => {
    const event = eventOf(
      { ...payloads.kompaasStart, dateReceivedAtUTC: '2026-01-01 00:00:00.721211' },
      source('kompaas'),
    );
    assert.equal(event.time, '2026-01-05T15:04:05.000Z');
    const { eventTime, timestamp, timestampMs } = event.parameters;
    assert.deepEqual([eventTime, timestamp, timestampMs], [event.time, 1767625445, 1767625445000]);
  });

  it('finds a recording under whatever begins with "file"', () => {
    const names = ['recordingUrl', 'recordingFile'];
    const end = { eventType: 'VpbxInboundCallEnd' };
    assert.deepEqual(read('kompaas', { ...end, fileLink: 'https://r.example.test/1.mp3', fileName: '1.mp3' }, names), {
      recordingUrl: 'https://r.example.test/1.mp3',
      recordingFile: '1.mp3',
    });
  });
});

describe('What a payload of Smartflo means', () => {
  const TRIGGERS: readonly [trigger: string, type: string, says?: JsonObject][] = [
    ['Call received on server', 'call.received'],
    ['Call answered on IVR', 'call.ivr'],
    ['Call received on Auto Attendant', 'call.ivr'],
    ['Call answered on ring group', 'call.answered', { answeredByType: 'ringgroup' }],
    ['Call answered on call queue', 'call.answered', { answeredByType: 'queue' }],
    ['Call answered by extension', 'call.answered', { answeredByType: 'extension' }],
    ['Call answered by Agent', 'call.answered', { answeredByType: 'extension' }],
    ['Call missed', 'call.missed', { status: 'missed' }],
    ['Call hangup', 'call.ended'],
    ['Call hangup (Missed)', 'call.missed', { status: 'missed' }],
    ['Call hangup (Answered)', 'call.ended', { status: 'answered' }],
    ['Call hangup (Missed or Answered)', 'call.ended'],
    ['Call missed or answered', 'call.ended'],
    ['DTMF option', 'call.dtmf'],
    ['Dialed on extensions', 'call.dialed'],
    ['Dialed on Agent', 'call.dialed'],
    ['Call received on Department', 'call.queued'],
    ['Call answered by Agent (Hangup)', 'call.ended', { status: 'answered' }],
    ['Call missed by Agent (Hangup)', 'call.agent.missed'],
    [
      'Call answered by customer (Click to Call)',
      'call.answered',
      { answeredByType: 'customer', leg: 'customer', origin: 'click2call', direction: 'outbound' },
    ],
    ['Call missed by Customer (Click to Call)', 'call.ended', { status: 'missed', origin: 'click2call' }],
    ['Disposition Status Updated (Dialer)', 'call.disposition'],
    ['Call Connected to Agent (Dialer)', 'campaign.call.result', { origin: 'campaign' }],
    ['Session Call Answered', 'call.answered'],
    ['call.answered:queue', 'call.answered', { answeredByType: 'queue' }],
    ['call.ended', 'call.ended'],
    ['no such trigger', 'event.unknown'],
    ['source.connected', 'event.unknown'],
  ];
  for (const [trigger, type, says = {}] of TRIGGERS) {
    it(`?trigger=${trigger} is ${type}`, () => {
      const query = new URLSearchParams({ trigger }).toString();
      const event = eventOf({ call_id: '1', uuid: 'a' }, source('smartflo'), { query });
      assert.equal(event.type, type);
      assert.deepEqual(Object.fromEntries(Object.keys(says).map((name) => [name, event.parameters[name]])), says);
      assert.equal(event.parameters['providerEvent'], trigger);
    });
  }

  it('takes the trigger as a slug, in the path, and beside a webhook id', () => {
    const payload = { call_id: '1' };
    assert.deepEqual(typesOf('smartflo', payload, '', '/call-answered-on-ivr'), ['call.ivr']);
    const event = eventOf(payload, source('smartflo'), { subPath: '/77/dtmf-option' });
    assert.equal(event.type, 'call.dtmf');
    assert.equal(event.parameters['webhookId'], '77');
    assert.equal(
      eventOf(payload, source('smartflo'), { query: 'trigger=dtmf%20option&webhook_id=5' }).parameters['webhookId'],
      '5',
    );
  });

  it('takes the trigger from a key that the user added to the body', () => {
    assert.deepEqual(typesOf('smartflo', { call_id: '1', $trigger: 'Call hangup' }), ['call.ended']);
  });

  const WITHOUT_TRIGGER: readonly [payload: JsonObject, types: readonly string[]][] = [
    [payloads.smartfloMissed, ['call.missed']],
    [payloads.smartfloHangup, ['call.ended']],
    [{ ...payloads.smartfloHangup, call_status: 'Missed' }, ['call.missed', 'call.ended']],
    [{ ...payloads.smartfloHangup, call_status: 'missed', direction: 'outbound' }, ['call.ended']],
    [{ call_id: '1', digit_pressed: 2 }, ['call.dtmf']],
    [{ call_id: '1', answer_stamp: '2026-03-02 12:00:09', answered_agent_number: '101' }, ['call.answered']],
    [{ call_id: '1', start_stamp: '2026-03-02 12:00:00', end_stamp: '', hangup_cause: '' }, ['event.unknown']],
  ];
  for (const [payload, types] of WITHOUT_TRIGGER) {
    it(`without a trigger, ${JSON.stringify(payload).slice(0, 80)} is ${types.join(' and ')}`, () => {
      assert.deepEqual(typesOf('smartflo', payload), types);
    });
  }

  it('makes one missed call of the triggers "Call missed" and "Call hangup" together, and both of "missed or answered"', () => {
    const missed = { ...payloads.smartfloHangup, call_status: 'missed' };
    const types = ['Call missed', 'Call hangup'].flatMap((trigger) =>
      typesOf('smartflo', missed, `trigger=${trigger}`),
    );
    assert.deepEqual(types, ['call.missed', 'call.ended']);
    assert.deepEqual(typesOf('smartflo', missed, 'trigger=Call missed or answered'), ['call.missed', 'call.ended']);
  });

  const DIRECTIONS: readonly [word: string, callType: string, parameters: JsonObject][] = [
    ['inbound', 'inbound', { direction: 'inbound', externalNumber: '2025550142', did: '2025550110' }],
    ['outbound', 'outbound', { direction: 'outbound', externalNumber: '2025550110', did: '2025550142' }],
    [
      'clicktocall',
      'click-to-call',
      { direction: 'outbound', origin: 'click2call', externalNumber: '2025550110', did: '2025550142' },
    ],
    [
      'Dialer (Inbound)',
      'inbound',
      { direction: 'inbound', origin: 'campaign', externalNumber: '2025550142', did: '2025550110' },
    ],
    [
      'dialer (outbound)',
      'outbound',
      { direction: 'outbound', origin: 'campaign', externalNumber: '2025550110', did: '2025550142' },
    ],
  ];
  for (const [word, callType, parameters] of DIRECTIONS) {
    it(`knows which number is whose for "${word}"`, () => {
      const payload = { direction: word, caller_id_number: '2025550142', call_to_number: '2025550110' };
      assert.deepEqual(read('smartflo', payload, ['direction', 'origin', 'externalNumber', 'did']), parameters);
      assert.equal(eventOf(payload, source('smartflo')).callType, callType);
    });
  }

  it('knows whose number is whose where only the trigger tells the direction', () => {
    const payload = {
      caller_id_number: '2025550142',
      call_to_number: '2025550110',
      customer_no_with_prefix: '12025550110',
    };
    const names = ['externalNumber', 'did', 'callerNumberE164', 'calledNumberE164'];
    assert.deepEqual(read('smartflo', payload, names, 'trigger=call-answered-by-customer-click-to-call'), {
      externalNumber: '2025550110',
      did: '2025550142',
      calledNumberE164: '+12025550110',
    });
    assert.deepEqual(read('smartflo', payload, names), {});
  });

  const AGENTS: readonly [title: string, value: JsonValue][] = [
    ['an object', { id: '0602', name: 'Alice', email: 'alice@example.test', number: '101' }],
    [
      'a list',
      [
        { id: '0601', name: 'Bob', number: '102' },
        { id: '0602', name: 'Alice', email: 'alice@example.test', number: 101 },
      ],
    ],
    ['JSON text', '{"id":"0602","name":"Alice","email":"alice@example.test","number":"101"}'],
    ['JSON text of a list', '[{"id":"0602","name":"Alice","email":"alice@example.test","number":"101"}]'],
  ];
  for (const [title, answered_agent] of AGENTS) {
    it(`reads the agent who answered from ${title}`, () => {
      const names = ['employeeId', 'employeeName', 'employeeEmail', 'answeredBy', 'internalNumber'];
      assert.deepEqual(read('smartflo', { answered_agent }, names), {
        employeeId: '0602',
        employeeName: 'Alice',
        employeeEmail: 'alice@example.test',
        answeredBy: '101',
        internalNumber: '101',
      });
    });
  }

  it('reads the agents who did not answer, whatever they look like', () => {
    const targets = (missed_agent: JsonValue) => read('smartflo', { missed_agent }, ['targets'])['targets'];
    assert.deepEqual(targets([{ number: 101 }, { agent_number: '102' }, { name: 'Carol' }, '104']), [
      '101',
      '102',
      'Carol',
      '104',
    ]);
    assert.deepEqual(targets('[{"number":"101"}]'), ['101']);
    assert.equal(targets('[]'), undefined);
    assert.equal(targets('none'), undefined);
  });

  it('takes "_number", empty text and the year 1 for nothing at all', () => {
    const payload = {
      answered_agent_number: '_number',
      billsec: '',
      answer_stamp: '0001-01-01T00:00:00Z',
      digit_pressed: '  ',
    };
    assert.deepEqual(read('smartflo', payload, ['answeredBy', 'internalNumber', 'billsec', 'answerTime', 'digit']), {});
  });

  it('reads keys with blanks, with a $ and with an underscore left over', () => {
    const payload = {
      ' $call_id ': 7,
      'call_status ': 'Answered',
      customer_no_with_prefix_: '912025550142',
      $caller_id_number: '2025550142',
      direction: 'inbound',
    };
    assert.deepEqual(read('smartflo', payload, ['callId', 'status', 'callerNumberE164']), {
      callId: '7',
      status: 'answered',
      callerNumberE164: '+912025550142',
    });
  });

  it('takes no prefixed number that is not the customer’s for theirs', () => {
    const payload = { ...payloads.smartfloMissed, customer_no_with_prefix: '919999999999' };
    assert.deepEqual(read('smartflo', payload, ['callerNumberE164']), {});
  });

  it('reads times on the clock of the source, as a stamp of seconds, and as ISO 8601', () => {
    const times = {
      start_stamp: '2026-03-02 12:00:00',
      answer_stamp: '1772433009',
      end_stamp: '2026-03-02T12:01:10+05:30',
    };
    assert.deepEqual(read('smartflo', times, ['startTime', 'answerTime', 'endTime'], '', 'Asia/Kolkata'), {
      startTime: '2026-03-02T06:30:00.000Z',
      answerTime: '2026-03-02T06:30:09.000Z',
      endTime: '2026-03-02T06:31:10.000Z',
    });
  });

  const TIMES: readonly [trigger: string, time: string][] = [
    ['Call received on server', '2026-03-02T12:00:00.000Z'],
    ['Call answered by extension', '2026-03-02T12:00:09.000Z'],
    ['Call hangup', '2026-03-02T12:01:10.000Z'],
    ['Call missed', '2026-03-02T12:01:10.000Z'],
    ['DTMF option', RECEIVED_AT],
    ['Dialed on extensions', RECEIVED_AT],
  ];
  for (const [trigger, time] of TIMES) {
    it(`happened at ${time} for "${trigger}"`, () => {
      assert.equal(eventOf(payloads.smartfloHangup, source('smartflo'), { query: `trigger=${trigger}` }).time, time);
    });
  }

  it('reads seconds written as mm:ss, and passes the provider’s own figures on', () => {
    const payload = { ...payloads.smartfloHangup, duration: '01:10', answered_sec: '1:02:03', billsec: '999' };
    assert.deepEqual(read('smartflo', payload, ['duration', 'talkSec', 'billsec']), {
      duration: 70,
      talkSec: 3723,
      billsec: 999,
    });
  });

  it('leaves out a figure that no number can hold', () => {
    const digits = '9'.repeat(400);
    const payload = { ...payloads.smartfloHangup, duration: digits, billsec: `-${digits}` };
    const { parameters } = eventOf(payload, source('smartflo'));
    assert.deepEqual([parameters['duration'], parameters['billsec']], [undefined, undefined]);
    assert.equal((parameters['raw'] as typeof payload).duration, digits);
  });

  it('says who hung up where the cause says it', () => {
    const names = ['hangupBy', 'hangupCause', 'hangupCauseText'];
    assert.deepEqual(read('smartflo', { hangup_cause: 'disconnected_by_callee' }, names), {
      hangupBy: 'callee',
      hangupCause: 'disconnected_by_callee',
      hangupCauseText: 'disconnected_by_callee',
    });
    assert.deepEqual(read('smartflo', { hangup_cause: 'NormalClearing' }, names), {
      hangupCause: '16',
      hangupCauseText: 'NormalClearing',
    });
  });
});

describe('What an OBD or Click2Call report means', () => {
  it('is the result of a campaign call for OBD', () => {
    const event = eventOf(payloads.obdReport, source('obd', { timeZone: 'Asia/Kolkata' }));
    assert.equal(event.type, 'campaign.call.result');
    assert.equal(event.time, '2021-04-09T10:57:55.000Z');
    const names = [
      'did',
      'callerNumber',
      'calledNumber',
      'externalNumber',
      'origin',
      'campaignId',
      'messageBatchId',
      'flowId',
      'duration',
      'status',
    ];
    assert.deepEqual(read('obd', payloads.obdReport, names), {
      did: '918000000110',
      callerNumber: '918000000142',
      calledNumber: '918000000175',
      externalNumber: '918000000175',
      origin: 'campaign',
      campaignId: '1234-1333-abcde',
      messageBatchId: '1234-1333-abcde',
      flowId: '123',
      duration: 23,
      status: 'answered',
    });
  });

  it('is the end of a click-to-call for Click2Call', () => {
    const event = eventOf({ ...payloads.obdReport, source: 'click2call' }, source('obd'));
    assert.equal(event.type, 'call.ended');
    assert.equal(event.callType, 'click-to-call');
  });

  it('is the end of a call for a composed report that names no source', () => {
    assert.deepEqual(typesOf('obd', payloads.obdComposed), ['call.ended']);
    assert.equal(eventOf(payloads.obdComposed, source('obd')).callId, 'c-99');
  });

  it('reads the composed addresses of the document', () => {
    const config = source('obd');
    const [event] = accepted(
      request({ method: 'GET', query: 'call_id=c-99&to=918000000175&message_status=BUSY&webhook_id=31' }),
      config,
    );
    assert.equal(event?.event.parameters['status'], 'busy');
    assert.equal(event?.event.parameters['webhookId'], '31');
    assert.equal(event?.event.callId, 'c-99');
    assert.deepEqual(event?.event.parameters['raw'], { call_id: 'c-99', to: '918000000175', message_status: 'BUSY' });
  });

  it('is unknown from a source that has no name here', () => {
    assert.deepEqual(typesOf('obd', { ...payloads.obdReport, source: 'FAX' }), ['event.unknown']);
  });

  const STATUSES: readonly [word: string, status: string][] = [
    ['ANSWER', 'answered'],
    ['answered', 'answered'],
    ['NO_ANSWER', 'missed'],
    ['NOANSWER', 'missed'],
    ['BUSY', 'busy'],
    ['CHANUNAVAIL', 'failed'],
    ['REJECTED', 'rejected'],
  ];
  for (const [word, status] of STATUSES) {
    it(`takes ${word} for ${status}`, () => assert.deepEqual(read('obd', { status: word }, ['status']), { status }));
  }

  it('reads the document’s broken sample, says that it was repaired and keeps it', () => {
    const [heard] = accepted(jsonRequest(null, { body: payloads.obdBroken }), source('obd'));
    assert.equal(heard?.event.type, 'campaign.call.result');
    assert.equal(heard.event.parameters['did'], '91806820XXXX');
    const raw = heard.event.parameters['raw'] as JsonObject;
    assert.equal(raw['$repaired'], true);
    assert.equal(raw['$body'], payloads.obdBroken);
    assert.equal(raw['from'], 918000000142);
  });
});

describe('What a payload of Ringostat means', () => {
  const STAGES: readonly [trigger: string, types: readonly string[], direction?: string][] = [
    ['incoming: before the call', ['call.received'], 'inbound'],
    ['Incoming call / before the call', ['call.received'], 'inbound'],
    ['Incoming: at the moment of picking up the phone', ['call.answered'], 'inbound'],
    ['incoming-at-the-moment-of-call-forwarding', ['call.forwarded'], 'inbound'],
    ['Incoming call / after the call', ['call.ended'], 'inbound'],
    ['incoming: after the call evaluation menu', ['call.evaluated'], 'inbound'],
    ['Outgoing: before the call', ['call.initiated'], 'outbound'],
    ['outgoing call / after the call', ['call.ended'], 'outbound'],
    ['call.after', ['call.ended']],
    ['call.ended', ['call.ended']],
    ['lunch', ['event.unknown']],
  ];
  for (const [trigger, types, direction] of STAGES) {
    it(`?trigger=${trigger} is ${types.join(' and ')}`, () => {
      const query = new URLSearchParams({ trigger }).toString();
      assert.deepEqual(typesOf('ringostat', payloads.ringostatAfter, query), types);
      const expected = direction === undefined ? {} : { direction };
      assert.deepEqual(read('ringostat', payloads.ringostatAfter, ['direction'], query), expected);
    });
  }

  it('tells a missed call from its disposition, if it came in', () => {
    const missed = { ...payloads.ringostatAfter, disposition: 'no answer' };
    assert.deepEqual(typesOf('ringostat', missed, 'trigger=incoming: after the call'), ['call.missed', 'call.ended']);
    assert.deepEqual(typesOf('ringostat', missed, 'trigger=outgoing: after the call'), ['call.ended']);
    assert.deepEqual(typesOf('ringostat', { ...missed, call_type: 'out' }), ['call.ended']);
  });

  it('tells the stage from the fields where nothing names it', () => {
    assert.deepEqual(typesOf('ringostat', payloads.ringostatAfter), ['call.ended']);
    assert.deepEqual(typesOf('ringostat', payloads.ringostatEvaluated), ['call.evaluated']);
    assert.deepEqual(typesOf('ringostat', { caller: '12025550142', dst: '12025550110' }), ['event.unknown']);
  });

  it('looks into the params of JSON-RPC, takes its method for the stage and keeps the whole', () => {
    const event = eventOf(payloads.ringostatRpc, source('ringostat'));
    assert.equal(event.type, 'call.ended');
    assert.equal(event.parameters['callerNumber'], '12025550142');
    assert.equal(event.parameters['providerEvent'], 'call.after');
    assert.deepEqual(event.parameters['raw'], payloads.ringostatRpc);
  });

  it('reads call tracking, flags and times', () => {
    const names = [
      'utmSource',
      'referrer',
      'targetCall',
      'repeatedCall',
      'hasRecording',
      'startTime',
      'status',
      'did',
      'waitSec',
    ];
    assert.deepEqual(read('ringostat', payloads.ringostatFull, names, '', 'Europe/Kyiv'), {
      utmSource: 'google',
      referrer: 'https://search.example.test/',
      targetCall: true,
      repeatedCall: false,
      hasRecording: true,
      startTime: '2026-11-21T03:14:15.000Z',
      status: 'answered',
      did: '12025550110',
      waitSec: 3,
    });
  });

  it('knows a callback', () => {
    assert.deepEqual(read('ringostat', { call_type: 'callback', duration: 3 }, ['direction', 'origin']), {
      direction: 'outbound',
      origin: 'callback',
    });
  });
});

describe('What a generic payload means', () => {
  it('takes names of the catalogue as they are', () => {
    const payload = {
      eventType: 'call.ended',
      callId: 'c1',
      callerNumber: 40000000000,
      duration: '01:05',
      answerTime: '2026-03-02 12:00:09',
      hasRecording: 'yes',
      eventTime: '2026-03-02T12:01:10Z',
    };
    const event = eventOf(payload, source('generic', { timeZone: 'Asia/Kolkata' }));
    assert.equal(event.type, 'call.ended');
    assert.equal(event.callId, 'c1');
    assert.equal(event.time, '2026-03-02T12:01:10.000Z');
    assert.equal(event.parameters['callerNumber'], '40000000000');
    assert.equal(event.parameters['duration'], 65);
    assert.equal(event.parameters['answerTime'], '2026-03-02T06:30:09.000Z');
    assert.equal(event.parameters['hasRecording'], true);
    assert.deepEqual(event.parameters['raw'], payload);
  });

  it('takes a variant of a type, or the trigger of the address', () => {
    const event = eventOf({ eventType: 'call.answered:queue' }, source('generic'));
    assert.equal(event.type, 'call.answered');
    assert.equal(event.parameters['answeredByType'], 'queue');
    assert.deepEqual(typesOf('generic', { callId: 'c1' }, 'trigger=call.missed'), ['call.missed']);
  });

  it('lets nobody say from outside what only the source knows', () => {
    const payload = {
      eventType: 'call.ended',
      provider: 'asterisk',
      eventId: 'x',
      raw: { a: 1 },
      deliveryId: 'd',
      webhookName: 'w',
    };
    const { parameters } = eventOf(payload, source('generic'));
    assert.equal(parameters['provider'], 'generic');
    assert.notEqual(parameters['eventId'], 'x');
    assert.deepEqual(parameters['raw'], payload);
    assert.equal(parameters['deliveryId'], undefined);
    assert.deepEqual(typesOf('generic', { eventType: 'source.disconnected' }), ['event.unknown']);
  });

  it('finds mapped values by dots, brackets, inside JSON text, under a key written so and under one of a form', () => {
    const rows: readonly [parameter: string, written: string, path: readonly string[]][] = [
      ['eventType', 'event', ['event']],
      ['callId', 'data.call.id', ['data', 'call', 'id']],
      ['callerNumber', "data['from number']", ['data', 'from number']],
      ['internalNumber', 'agents[1].ext', ['agents', '1', 'ext']],
      ['digit', 'payload.dtmf', ['payload', 'dtmf']],
      ['did', 'a[b]', ['a', 'b']],
      ['callerName', 'constructor.name', ['constructor', 'name']],
      ['status', 'data.end.status', ['data', 'end', 'status']],
      ['queueName', 'data.no.such', ['data', 'no', 'such']],
    ];
    const mapping = rows.map(([parameter, written, path]) => ({ parameter, written, path }));
    const event = eventOf(
      {
        event: 'call.dtmf',
        data: { call: { id: 17 }, 'from number': 12025550142 },
        agents: [{ ext: '101' }, { ext: '102' }],
        payload: '{"dtmf": 5}',
        'a[b]': '12025550110',
        'data[end][status]': 'missed',
        'data[call][id]': 'after the path',
        callerName: 'not mapped',
      },
      source('generic', { mapping }),
    );
    assert.equal(event.type, 'call.dtmf');
    const names = ['callId', 'callerNumber', 'internalNumber', 'digit', 'did', 'status', 'callerName', 'queueName'];
    assert.deepEqual(
      names.map((name) => event.parameters[name]),
      ['17', '12025550142', '102', '5', '12025550110', 'missed', undefined, undefined],
    );
  });
});
