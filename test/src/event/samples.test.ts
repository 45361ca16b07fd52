import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventTypes, findParameter, parametersOf } from '../../../src/event/catalogue';
import { sampleEvent } from '../../../src/event/samples';

describe('sampleEvent', () => {
  it('knows no sample of what is no event type', () => {
    for (const type of ['call.exploded', '', '__proto__', 'constructor']) assert.equal(sampleEvent(type), undefined);
  });

  for (const { type, groups } of eventTypes)
    describe(`of ${type}`, () => {
      const event = sampleEvent(type);
      assert.ok(event !== undefined, type);
      const { parameters } = event;

      it('holds only parameters that such an event carries, of their types', () => {
        const carried = new Set(parametersOf(type).map(({ name }) => name));
        for (const [name, value] of Object.entries(parameters)) {
          assert.ok(carried.has(name), name);
          const type = findParameter(name)?.type;
          const actual = Array.isArray(value) ? 'array' : typeof value;
          assert.equal(actual, type === 'integer' ? 'number' : type, name);
        }
      });

      it('agrees with itself about type, id, time and call', () => {
        assert.equal(event.type, type);
        assert.equal(parameters['eventType'], type);
        assert.equal(parameters['eventId'], event.id);
        assert.equal(parameters['eventTime'], event.time);
        assert.equal(parameters['timestampMs'], Date.parse(event.time));
        assert.equal(event.callId, groups.includes('call') ? '1772442904.17' : '');
        assert.equal(event.callType === '', !groups.includes('party'));
      });

      it('tells of nothing that lies ahead, and of times in their order', () => {
        const times = ['startTime', 'answerTime', 'endTime'].flatMap((name) =>
          name in parameters ? [Date.parse(String(parameters[name]))] : [],
        );
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
        );
        for (const time of times) assert.ok(time <= Date.parse(event.time));
      });

      it('has figures that add up', () => {
        const { startTime, answerTime, endTime, duration, billsec, talkSec, status } = parameters;
        if (duration === undefined) return;
        const seconds = (from: unknown, to: unknown): number =>
          (Date.parse(String(to)) - Date.parse(String(from))) / 1000;
        assert.equal(duration, seconds(startTime, endTime));
        assert.ok(Number(billsec) <= Number(duration));
        assert.equal(status === 'answered', answerTime !== undefined);
        assert.equal(talkSec, answerTime === undefined ? 0 : seconds(answerTime, endTime));
      });
    });

  it('tells different events apart', () => {
    const ids = eventTypes.map(({ type }) => sampleEvent(type)?.id);
    assert.equal(new Set(ids).size, ids.length);
  });
});
