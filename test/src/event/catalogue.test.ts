import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  eventsWith,
  eventTypes,
  findEventType,
  findParameter,
  groups,
  parameters,
  parametersOf,
} from '../../../src/event/catalogue';

describe('the catalogue', () => {
  it('names every event type, parameter and group once', () => {
    for (const names of [
      eventTypes.map(({ type }) => type),
      parameters.map(({ name }) => name),
      groups.map(({ name }) => name),
    ])
      assert.deepEqual(names, [...new Set(names)]);
  });

  it('says in one sentence what each parameter and event is', () => {
    for (const { description } of [...parameters, ...eventTypes])
      assert.match(description, /^[A-Z][^\n]{10,220}[^.]\.$/);
  });

  it('gives each parameter an example of its type', () => {
    for (const { name, type, example, time } of parameters) {
      const actual = Array.isArray(example) ? 'array' : Number.isInteger(example) ? 'integer' : typeof example;
      assert.ok(actual === type || (type === 'number' && actual === 'integer'), `${name}: ${actual}, not ${type}`);
      if (time) assert.equal(new Date(String(example)).toISOString(), example, name);
    }
  });

  it('marks as times exactly the parameters that hold an ISO time', () => {
    const times = parameters.filter(({ time }) => time).map(({ name }) => name);
    assert.deepEqual(times, ['eventTime', 'startTime', 'answerTime', 'endTime']);
  });

  it('uses only numbers and hosts that nobody can own', () => {
    const text = JSON.stringify(parameters.map(({ example }) => example));
    for (const host of text.matchAll(/(?:https?:\/\/|@)([a-z.]*\.[a-z]+)/g)) assert.match(host[1] ?? '', /\.test$/);
    for (const number of text.matchAll(/\b1?\d{10}\b/g))
      assert.match(number[0], /^(1?20255501\d\d|17724[0-9]{5}|1234567890)$/);
  });

  it('tells the parameters of an event in display order, those of the delivery last', () => {
    const names = parametersOf('message.sent').map(({ name }) => name);
    assert.equal(names[0], 'eventType');
    assert.deepEqual(names.slice(-3), ['deliveryId', 'deliveryAttempt', 'webhookName']);
    assert.ok(names.includes('messageText'));
    assert.ok(!names.includes('callId'));
  });

  it('tells the events that carry a parameter', () => {
    assert.deepEqual(
      eventsWith('rating').map(({ type }) => type),
      ['call.evaluated', 'call.disposition'],
    );
    assert.deepEqual(eventsWith('deliveryId'), eventTypes);
  });

  it('agrees with itself: an event carries a parameter where the parameter is carried by the event', () => {
    for (const event of eventTypes)
      for (const { name } of parametersOf(event.type)) assert.ok(eventsWith(name).includes(event), name);
  });

  it('gives an unknown event what every call has', () => {
    assert.deepEqual(findEventType('event.unknown')?.groups, ['common', 'call', 'party', 'time']);
  });

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])
    it(`has nothing called ${JSON.stringify(name)}`, () => {
      assert.equal(findParameter(name), undefined);
      assert.equal(findEventType(name), undefined);
      assert.deepEqual(parametersOf(name), []);
      assert.deepEqual(eventsWith(name), []);
    });
});
