import assert from 'node:assert/strict';
import { findParameter } from '../../../../src/event/catalogue';
import { sampleEvent } from '../../../../src/event/samples';
import type { TelephonyEvent } from '../../../../src/event/telephony-event';
import { formatTime } from '../../../../src/event/time';
import { withFollowing } from '../../../../src/event/told-parameters';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/json';
import type { ProviderId } from '../../../../src/sources/http-push/dialect';
import { toldByProvider } from '../../../../src/sources/http-push/told';
import { type VocabularyId, vocabulary, vocabularyIds } from '../../../../src/sources/http-push/vocabularies';
import * as payloads from './payloads';
import { eventOf, eventsOf, source } from './pushing';

/** Every documented payload, with the trigger where it names none. */
const DOCUMENTED: readonly [provider: ProviderId, title: string, payload: JsonObject, query?: string][] = [
  ['kompaas', 'the start of an inbound call', payloads.kompaasStart],
  ['kompaas', 'the start of an outgoing call', payloads.kompaasOutgoing],
  ['kompaas', 'the end of an inbound call', payloads.kompaasEnd],
  ['smartflo', 'a missed call', payloads.smartfloMissed],
  ['smartflo', 'a hang-up', payloads.smartfloHangup, 'trigger=Call hangup'],
  ['obd', 'a report', payloads.obdReport],
  ['obd', 'a composed report', payloads.obdComposed],
  ['ringostat', 'an answered call', payloads.ringostatAfter],
  ['ringostat', 'a call with everything', payloads.ringostatFull],
  ['ringostat', 'an evaluation', payloads.ringostatEvaluated],
];

const ZONE = 'Asia/Kolkata';

/** A name of an event in a provider's words, times as a template with the source's zone writes them. */
function said(provider: ProviderId, event: TelephonyEvent, name: string): JsonValue | undefined {
  const entry = vocabulary(provider).find(name);
  assert(entry !== undefined, `${provider} has no name ${name}`);
  const value = entry.read(event);
  return entry.time && typeof value === 'string' ? formatTime(value, 'standard', ZONE) : value;
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
}

function withoutRaw(event: TelephonyEvent): TelephonyEvent {
  return {
    ...event,
    parameters: Object.fromEntries(Object.entries(event.parameters).filter(([name]) => name !== 'raw')),
  };
}

describe('Reading back what a provider sent, in its own words', () => {
  for (const [provider, title, payload, query = ''] of DOCUMENTED) {
    it(`gives every field of ${title} of ${provider} as it arrived`, () => {
      for (const event of eventsOf(payload, source(provider, { timeZone: ZONE }), { query })) {
        for (const [name, value] of Object.entries(payload)) {
          assert.equal(asText(said(provider, event, name)), asText(value), `${event.type} ${name}`);
        }
      }
    });
  }

  it('gives nothing beside the parameters that the provider is said to tell', () => {
    for (const [provider, title, payload, query = ''] of DOCUMENTED) {
      const told = withFollowing(toldByProvider[provider] ?? []);
      for (const { parameters } of eventsOf(payload, source(provider), { query })) {
        for (const name of Object.keys(parameters)) assert.ok(told.has(name), `${provider}, ${title}: ${name}`);
      }
    }
  });

  it('needs nothing but the table for all that the catalogue has a parameter for', () => {
    const lossy = new Set([
      // One of several names for a parameter, or a shape that only its own payload has.
      ...['callerIdNum', 'callerID', 'linkedId', 'systemName', 'dateReceived', 'dateReceivedAtUTC'],
      ...[
        'custom_identifier',
        'missed_agent',
        'billing_circle',
        'telecom_circle',
        'broadcast_lead_fields',
        'userfield',
      ],
    ]);
    for (const [provider, title, payload, query = ''] of DOCUMENTED) {
      for (const event of eventsOf(payload, source(provider, { timeZone: ZONE }), { query }).map(withoutRaw)) {
        for (const { name, parameter } of vocabulary(provider).names) {
          const value = payload[name];
          if (parameter === null || value === undefined || lossy.has(name)) continue;
          assert.equal(asText(said(provider, event, name)), asText(value), `${provider}, ${title}: ${name}`);
        }
      }
    }
  });

  it('writes the acceptance example of KOMPaaS with its numbers', () => {
    const event = eventOf(payloads.kompaasEnd, source('kompaas'));
    const names = ['billsec', 'timestamp', 'eventType', 'InternalNumber'];
    assert.deepEqual(
      Object.fromEntries(names.map((name) => [name, said('kompaas', event, name)])),
      payloads.kompaasEnd,
    );
  });

  it('writes both times of KOMPaaS as they came where they disagree', () => {
    const sent: JsonObject = { ...payloads.kompaasStart, dateReceivedAtUTC: '2026-01-01 00:00:00.721211' };
    const event = eventOf(sent, source('kompaas', { timeZone: ZONE }));
    for (const name of ['timestamp', 'dateReceivedAtUTC', 'dateReceived']) {
      assert.equal(said('kompaas', event, name), sent[name], name);
    }
    assert.equal(vocabulary('canonical').find('eventTime')?.read(event), event.time);
  });

  for (const [provider, field, name] of [
    ['kompaas', 'eventType', 'VpbxTransfer'],
    ['kompaas', 'event', 'Call response'],
    ['obd', 'source', 'FAX'],
    ['smartflo', 'eventType', 'Call whispered'],
  ] as const) {
    it(`gives the name ${name} of ${provider} as it arrived, which its table does not write`, () => {
      const event = eventOf({ [field]: name }, source(provider));
      for (const of of [event, withoutRaw(event)]) {
        assert.equal(said(provider, of, field), name);
        assert.equal(said(provider, of, 'eventType'), name);
      }
    });
  }

  it('writes the same numbers where they arrived as text', () => {
    const event = eventOf({ ...payloads.kompaasEnd, billsec: '6', timestamp: '1687271174' }, source('kompaas'));
    assert.equal(said('kompaas', event, 'billsec'), 6);
    assert.equal(said('kompaas', event, 'timestamp'), 1687271174);
  });
});

describe('Speaking one provider’s language about another’s call', () => {
  const missed = eventsOf(
    { ...payloads.smartfloHangup, call_status: 'missed', answer_stamp: '', answered_agent_number: '_number' },
    source('smartflo', { timeZone: ZONE }),
    { query: 'trigger=call-missed-or-answered' },
  );

  it('uses the event names of the provider that the receiver expects', () => {
    assert.deepEqual(
      missed.map(({ type }) => type),
      ['call.missed', 'call.ended'],
    );
    const names = missed.map((event) =>
      (['kompaas', 'smartflo', 'obd', 'ringostat'] as const).map((provider) => said(provider, event, 'eventType')),
    );
    assert.deepEqual(names, [
      ['VpbxInboundCallEnd', 'Call missed', 'call.missed', 'incoming: after the call'],
      ['VpbxInboundCallEnd', 'Call hangup', 'call.ended', 'incoming: after the call'],
    ]);
  });

  const CASES: readonly [provider: ProviderId, name: string, value: JsonValue][] = [
    ['kompaas', 'callerNumber', '912025550142'],
    ['kompaas', 'callerIdNum', '912025550142'],
    ['kompaas', 'calledNumber', '912025550110'],
    ['kompaas', 'did', '912025550110'],
    ['kompaas', 'billsec', 61],
    ['kompaas', 'dateReceivedAtUTC', '2026-03-02 06:31:10.000000'],
    ['kompaas', 'dateReceived', 'Mar 02, 2026, 6:31:10 AM'],
    ['kompaas', 'timestamp', 1772433070],
    ['kompaas', 'systemName', 'Head office'],
    ['obd', 'from', 912025550142],
    ['obd', 'status', 'NOANSWER'],
    ['obd', 'duration', '70'],
    ['obd', 'end_at', '2026-03-02 12:01:10'],
    ['ringostat', 'call_type', 'in'],
    ['ringostat', 'disposition', 'NO ANSWER'],
    ['ringostat', 'calldate', '2026-03-02 12:00:00'],
    ['ringostat', 'duration', 70],
  ];
  for (const [provider, name, value] of CASES) {
    it(`writes ${name} of ${provider} as ${JSON.stringify(value)}`, () => {
      assert(missed[1] !== undefined);
      assert.deepEqual(said(provider, missed[1], name), value);
    });
  }

  it('writes directions and results of others in Smartflo’s words', () => {
    const config = source('generic');
    const words = (parameters: JsonObject) => {
      const event = eventOf({ eventType: 'call.ended', ...parameters }, config);
      return ['direction', 'call_status', 'hangup_cause'].map((name) => said('smartflo', event, name));
    };
    assert.deepEqual(words({ direction: 'outbound', origin: 'click2call', status: 'busy', hangupCause: '17' }), [
      'clicktocall',
      'missed',
      'UserBusy',
    ]);
    assert.deepEqual(
      words({ direction: 'outbound', origin: 'campaign', status: 'answered', hangupCauseText: 'Normal Clearing' }),
      ['dialer (outbound)', 'answered', 'NormalClearing'],
    );
    assert.deepEqual(words({ direction: 'inbound', origin: 'phone' }), ['inbound', undefined, undefined]);
  });

  it('writes flags as Ringostat’s 1 and 0, however they are told', () => {
    const event = eventOf({ eventType: 'call.ended', hasRecording: true, repeatedCall: 'no' }, source('generic'));
    const told = { ...event, parameters: { ...event.parameters, targetCall: '1' } };
    const flags = (of: TelephonyEvent) =>
      ['has_recording', 'repeated_flag', 'proper_flag'].map((name) => said('ringostat', of, name));
    assert.deepEqual(flags(told), [1, 0, 1]);
    const fixed = eventOf(
      { eventType: 'call.ended' },
      source('generic', { fixed: { targetCall: 1, hasRecording: 'true' } }),
    );
    assert.deepEqual(flags(fixed), [1, undefined, 1]);
    const unknown = { ...event, parameters: { hasRecording: null, targetCall: 'who knows' } };
    assert.deepEqual(flags(unknown), [undefined, undefined, undefined]);
  });

  it('writes the state of a channel in Asterisk’s words: one that comes in rings from its start', () => {
    const states = ['call.received', 'call.initiated', 'call.dialed', 'call.answered', 'call.ended'].map((type) => {
      const event = sampleEvent(type);
      return event && said('kompaas', event, 'channelStateDesc');
    });
    assert.deepEqual(states, ['Ring', 'Down', 'Dialing', 'Up', 'Down']);
  });

  it('counts whole seconds, as all providers do, where another phone system tells parts of one', () => {
    const event = eventOf({ eventType: 'call.ended', duration: 70.9, billsec: 5.67 }, source('generic'));
    for (const [provider, name, value] of [
      ['kompaas', 'billsec', 5],
      ['smartflo', 'duration', 70],
      ['obd', 'duration', '70'],
      ['ringostat', 'billsec', 5],
    ] as const) {
      assert.equal(said(provider, event, name), value, `${provider} ${name}`);
    }
    const own = eventOf({ ...payloads.ringostatAfter, duration: 70.9 }, source('ringostat'));
    assert.equal(said('ringostat', own, 'duration'), 70.9);
  });

  it('keeps a number as text where JSON would change it', () => {
    const event = eventOf(
      { eventType: 'call.ended', callerNumber: '0049301234567', calledNumber: '+12025550175' },
      source('generic'),
    );
    assert.equal(said('obd', event, 'from'), '0049301234567');
    assert.equal(said('obd', event, 'to'), 12025550175);
  });

  it('gives a fixed value of the source for what the phone system does not know', () => {
    const config = source('smartflo', { fixed: { accountId: '104233', vpbxId: 77 } });
    const event = eventOf(payloads.smartfloMissed, config);
    assert.equal(said('kompaas', event, 'accountId'), '104233');
    assert.equal(said('kompaas', event, 'vpbxId'), 77);
    assert.equal(said('kompaas', event, 'exten'), undefined);
  });

  it('tells others the customer of an OBD report, and the number that a call at KOMPaaS came in to', () => {
    const report = eventOf(payloads.obdReport, source('obd'));
    assert.equal(said('smartflo', report, 'customer_number'), '918000000175');
    assert.equal(said('ringostat', report, 'userfield'), '918000000175');
    const incoming = eventOf(payloads.kompaasStart, source('kompaas'));
    assert.equal(said('smartflo', incoming, 'call_to_number'), '70000000017');
    assert.equal(said('ringostat', incoming, 'dst'), '70000000017');
    assert.equal(said('obd', incoming, 'to'), 70000000017);
    assert.equal(said('kompaas', incoming, 'calledNumber'), undefined);
    assert.equal(said('kompaas', withoutRaw(incoming), 'calledNumber'), undefined);
  });

  it('does not take another provider’s name of an event for its own', () => {
    const event = eventOf({ eventType: 'VpbxTransfer' }, source('kompaas'));
    assert.equal(said('smartflo', event, 'eventType'), 'event.unknown');
  });

  it('does not take another provider’s field of the same name for its own', () => {
    const event = eventOf({ ...payloads.smartfloMissed, priority: 9 }, source('smartflo'));
    assert.equal(said('kompaas', event, 'priority'), undefined);
  });
});

describe('The vocabularies', () => {
  it('list names that can all be found, once each, with a description and an example', () => {
    for (const id of vocabularyIds) {
      const { names, find } = vocabulary(id);
      assert.equal(new Set(names.map(({ name }) => name)).size, names.length, id);
      for (const { name, parameter, description } of names) {
        assert(find(name) !== undefined, `${id} ${name}`);
        assert(parameter === null || findParameter(parameter) !== undefined, `${id} ${name} → ${parameter}`);
        assert.match(description, /^\S.*\.$/, `${id} ${name}`);
        assert(!name.startsWith('$'));
      }
      assert.equal(find('no such name'), undefined);
      assert.equal(find('__proto__'), undefined);
    }
  });

  it('mark as times what the date format of a template applies to', () => {
    const times = (id: VocabularyId) =>
      vocabulary(id)
        .names.map(({ name }) => name)
        .filter((name) => vocabulary(id).find(name)?.time);
    assert.deepEqual(times('kompaas'), []);
    assert.deepEqual(times('smartflo'), ['start_stamp', 'answer_stamp', 'end_stamp']);
    assert.deepEqual(times('obd'), ['start_at', 'end_at']);
    assert.deepEqual(times('ringostat'), ['calldate']);
    assert.deepEqual(times('canonical'), ['eventTime', 'startTime', 'answerTime', 'endTime']);
  });

  it('read the catalogue’s names from an event', () => {
    const event = eventOf(payloads.ringostatFull, source('ringostat'));
    const read = (name: string) => vocabulary('canonical').find(name)?.read(event);
    assert.equal(read('eventType'), 'call.ended');
    assert.equal(read('eventId'), event.id);
    assert.equal(read('utmSource'), 'google');
    assert.equal(read('digit'), undefined);
    assert(isJsonObject(read('raw') ?? null));
  });
});
