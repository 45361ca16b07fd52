import assert from 'node:assert/strict';
import { OnceFilter, OnceMemory } from '../../../src/event/once-filter';
import type { JsonValue } from '../../../src/json';

const T0 = Date.UTC(2026, 2, 2, 9);

describe('once per caller within ten minutes', () => {
  let once: OnceFilter;
  let memory: OnceMemory;
  let count = 0;
  const filter = (parameter = 'callerNumber', countryCode = ''): OnceFilter =>
    new OnceFilter(parameter, 600, countryCode, memory);
  beforeEach(() => {
    memory = new OnceMemory();
    once = filter();
  });

  const ask = (id: string, value: JsonValue, atMs: number, again: boolean): number | undefined =>
    once.heldUntil(
      {
        ...{ id, type: 'call.ended', time: '2026-03-02T09:15:04.120Z', source: 's', callId: 'c', callType: '' },
        parameters: { callerNumber: value, callerName: value },
      },
      T0 + atMs,
      again,
    );
  const heldUntil = (value: JsonValue, atMs: number): number | undefined => ask(`e${++count}`, value, atMs, false);

  it('lets the first one through, and says until when it holds back the others', () => {
    assert.equal(heldUntil('+12025550142', 0), undefined);
    assert.equal(heldUntil('+12025550142', 1), T0 + 600);
    assert.equal(heldUntil('+12025550100', 1), undefined);
    assert.equal(heldUntil('+12025550142', 599), T0 + 600);
    assert.equal(once.heldBack, 2);
    assert.equal(heldUntil('+12025550142', 600), undefined);
    assert.equal(heldUntil('+12025550142', 601), T0 + 1200);
  });

  it('holds back none that has no such value', () => {
    for (const value of [null, '', ' ']) {
      assert.equal(heldUntil(value, 0), undefined);
      assert.equal(heldUntil(value, 1), undefined);
    }
    assert.equal(once.heldBack, 0);
  });

  it('does not take all callers who keep their number secret for one', () => {
    for (const value of ['anonymous', 'anonymous', 'Anonymous', 'unknown', 'sip:anonymous@192.0.2.1']) {
      assert.equal(heldUntil(value, 0), undefined, value);
    }
    assert.equal(heldUntil('0', 0), undefined);
    assert.equal(heldUntil('0', 1), T0 + 600, 'the extension of an operator');
  });

  it('goes on where the filter before it was, also with another time', () => {
    assert.equal(heldUntil('+12025550142', 0), undefined);
    once = filter();
    assert.equal(heldUntil('+12025550142', 1), T0 + 600);
    once = new OnceFilter('callerNumber', 1000, '', memory);
    assert.equal(heldUntil('+12025550142', 700), T0 + 1000);
  });

  it('takes the spellings of a number for one, as far as the country tells', () => {
    once = filter('callerNumber', '1');
    assert.equal(heldUntil('+12025550142', 0), undefined);
    for (const same of ['2025550142', '(202) 555-0142', '12025550142', 'sip:+12025550142@pbx.example.test']) {
      assert.equal(heldUntil(same, 1), T0 + 600, same);
    }
    assert.equal(heldUntil('2025550143', 1), undefined);
    once = filter();
    assert.equal(heldUntil('2025550142', 1), undefined, 'of an unknown country');
  });

  it('compares what is no number as it is written', () => {
    once = filter('callerName', '1');
    assert.equal(heldUntil('+12025550142', 0), undefined);
    assert.equal(heldUntil('2025550142', 1), undefined);
    assert.equal(heldUntil('2025550142', 2), T0 + 601);
  });

  it('lets an event out again that it let out, and holds back again what it held back', () => {
    assert.equal(ask('first', '+12025550142', 0, false), undefined);
    assert.equal(ask('second', '+12025550142', 1, false), T0 + 600);
    assert.equal(ask('first', '+12025550142', 2, true), undefined);
    assert.equal(ask('second', '+12025550142', 2, true), T0 + 600);
    assert.equal(ask('second', '+12025550142', 700, true), T0 + 600);
  });

  it('holds back others after one that comes out again in a new process', () => {
    assert.equal(ask('first', '+12025550142', 0, true), undefined);
    assert.equal(ask('let out, too', '+12025550142', 0, true), undefined);
    assert.equal(heldUntil('+12025550142', 1), T0 + 600);
  });
});
