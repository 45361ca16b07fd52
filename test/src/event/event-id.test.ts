import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { buildEvent, eventId, type HeardEvent } from '../../../src/event/event-id';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json';

const heard: HeardEvent = {
  sourceId: 's1',
  sourceName: 'Head office',
  provider: 'kompaas',
  type: 'call.ended',
  time: '2026-03-02T09:17:24.620Z',
  callId: 'c1',
  idParts: ['c1', 'call.ended'],
  parameters: {},
  countryCode: 'US',
  fixed: {},
};

function parametersOf(change: Partial<HeardEvent>): Readonly<JsonObject> {
  return buildEvent({ ...heard, ...change }).parameters;
}

describe('eventId', () => {
  it('is the same for the same parts, in every process', () => {
    assert.equal(eventId('s1', 'c1', 'call.ended', 7), 'evt_0dc176b104367987ecb58b75abd93119');
  });

  it('keeps parts apart that look alike when joined', () => {
    const parts = [
      ['a', 'b'],
      ['ab'],
      ['a,b'],
      ['a', '', 'b'],
      ['a', 'b', null],
      ['["a"', '"b"]'],
      ['a', 'b', 0],
      ['a', 'b', '0'],
    ];
    const ids = [...parts.map((some) => eventId('s1', ...some)), eventId('s1a', 'b'), eventId('s2', 'a', 'b')];
    assert.equal(new Set(ids).size, ids.length);
  });

  it('differs whenever the parts differ, whatever they hold', () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 4 }), (a, b) => {
        assert.match(eventId('s', ...a), /^evt_[0-9a-f]{32}$/);
        assert.equal(eventId('s', ...a) === eventId('s', ...b), JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe('buildEvent', () => {
  it('fills in what every event has', () => {
    assert.deepEqual(buildEvent(heard), {
      id: eventId('s1', 'c1', 'call.ended'),
      type: 'call.ended',
      time: '2026-03-02T09:17:24.620Z',
      source: 's1',
      callId: 'c1',
      callType: '',
      parameters: {
        eventType: 'call.ended',
        eventId: eventId('s1', 'c1', 'call.ended'),
        eventTime: '2026-03-02T09:17:24.620Z',
        timestamp: 1772443044,
        timestampMs: 1772443044620,
        provider: 'kompaas',
        sourceName: 'Head office',
        callId: 'c1',
      },
    });
  });

  it('leaves what the phone system gave as it is, even where it does not add up', () => {
    const parameters = {
      timestamp: 1687271174,
      sourceName: 'pbx-7',
      startTime: '2026-03-02T09:15:04.120Z',
      endTime: '2026-03-02T09:17:24.620Z',
      duration: 23,
      startTimestamp: 1,
      callerNumber: '2025550142',
      callerNumberE164: '+442079460018',
      raw: { duration: '23' },
    };
    const built = parametersOf({ parameters });
    for (const [name, value] of Object.entries(parameters)) assert.deepEqual(built[name], value, name);
    assert.equal('billsec' in built, false);
  });

  it('has one type and one id, whatever the phone system calls them', () => {
    const built = parametersOf({ parameters: { eventType: 'VpbxInboundCallEnd', eventId: '17' } });
    assert.equal(built['eventType'], 'call.ended');
    assert.equal(built['eventId'], eventId('s1', 'c1', 'call.ended'));
  });

  it('makes an unknown event of a type that it does not know, and says what it was called', () => {
    const event = buildEvent({ ...heard, type: 'call.exploded' });
    assert.equal(event.type, 'event.unknown');
    assert.equal(event.parameters['eventType'], 'event.unknown');
    assert.equal(event.parameters['providerEvent'], 'call.exploded');
  });

  it('writes the time in its one form', () => {
    assert.equal(buildEvent({ ...heard, time: '2026-03-02T14:47:24+05:30' }).time, '2026-03-02T09:17:24.000Z');
  });

  it('works out whole seconds of the times of the call', () => {
    const built = parametersOf({
      parameters: { startTime: '2026-03-02T09:15:04.120Z', answerTime: '', endTime: '2026-03-02 09:17:24' },
    });
    assert.equal(built['startTimestamp'], 1772442904);
    assert.equal('answerTimestamp' in built, false);
    assert.equal('endTimestamp' in built, false);
  });

  it('adds the international form of numbers that have one', () => {
    const built = parametersOf({ parameters: { callerNumber: '(202) 555-0142', calledNumber: '101' } });
    assert.equal(built['callerNumberE164'], '+12025550142');
    assert.equal('calledNumberE164' in built, false);
    assert.equal(parametersOf({ parameters: { callerNumber: 12025550142 } })['callerNumberE164'], '+12025550142');
    const unknown = parametersOf({ countryCode: '', parameters: { callerNumber: '2025550142' } });
    assert.equal('callerNumberE164' in unknown, false);
  });

  it('takes fixed values for what is missing or empty, and works on with them', () => {
    const fixed = { accountId: '104233', direction: 'inbound', callerNumber: '2025550142', did: '12025550110' };
    const event = buildEvent({
      ...heard,
      fixed,
      parameters: { did: '12025550111', accountId: '', callerNumber: null },
    });
    assert.equal(event.parameters['accountId'], '104233');
    assert.equal(event.parameters['did'], '12025550111');
    assert.equal(event.parameters['callerNumberE164'], '+12025550142');
    assert.equal(event.callType, 'inbound');
  });

  it('does not take zero and false for missing', () => {
    const built = parametersOf({
      fixed: { duration: 5, hasRecording: true },
      parameters: { duration: 0, hasRecording: false },
    });
    assert.equal(built['duration'], 0);
    assert.equal(built['hasRecording'], false);
  });

  it('knows the call type', () => {
    const parameters = { direction: 'outbound', origin: 'click2call' };
    assert.equal(buildEvent({ ...heard, parameters }).callType, 'click-to-call');
  });

  it('cannot be changed, to its depths', () => {
    const event = buildEvent({ ...heard, parameters: { raw: { agents: [{ name: 'Alice' }] } } });
    const objects: JsonValue[] = [event.parameters as JsonObject];
    for (const value of objects) {
      assert.ok(Object.isFrozen(value));
      if (Array.isArray(value)) objects.push(...value.filter((item) => typeof item === 'object'));
      else if (isJsonObject(value)) objects.push(...Object.values(value).filter((item) => typeof item === 'object'));
    }
    assert.equal(objects.length, 4);
    assert.ok(Object.isFrozen(event));
  });

  it('bears a payload nested deeper than the stack', () => {
    let raw: JsonObject = {};
    for (let depth = 0; depth < 100_000; depth++) raw = { raw };
    assert.ok(Object.isFrozen(parametersOf({ parameters: { raw } })['raw']));
  });

  it('keeps names that objects have by nature', () => {
    const nasty = JSON.parse('{"__proto__": {"direction": "inbound"}, "constructor": "x"}') as JsonObject;
    for (const change of [{ parameters: nasty }, { fixed: nasty }]) {
      const event = buildEvent({ ...heard, ...change });
      assert.equal(Object.getPrototypeOf(event.parameters), Object.prototype);
      assert.deepEqual(Object.getOwnPropertyDescriptor(event.parameters, '__proto__')?.value, { direction: 'inbound' });
      assert.equal(event.callType, '');
    }
  });
});
