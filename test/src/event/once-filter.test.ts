import assert from 'node:assert/strict';
import { OnceFilter } from '../../../src/event/once-filter';
import type { JsonValue } from '../../../src/json';

const T0 = Date.UTC(2026, 2, 2, 9);

describe('once per caller within ten minutes', () => {
  let once: OnceFilter;
  beforeEach(() => {
    once = new OnceFilter('callerNumber', 600);
  });

  const heldUntil = (callerNumber: JsonValue, atMs: number): number | undefined =>
    once.heldUntil(
      {
        ...{ id: 'e', type: 'call.ended', time: '2026-03-02T09:15:04.120Z', source: 's', callId: 'c', callType: '' },
        parameters: { callerNumber },
      },
      T0 + atMs,
    );

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
    for (const value of [null, '']) {
      assert.equal(heldUntil(value, 0), undefined);
      assert.equal(heldUntil(value, 1), undefined);
    }
    assert.equal(once.heldBack, 0);
  });
});
