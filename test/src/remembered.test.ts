import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Remembered } from '../../src/remembered';

describe('a remembered function', () => {
  function counted(limit: number) {
    const computed: string[] = [];
    const lengths = new Remembered<number | undefined>(limit, (key) => {
      computed.push(key);
      return key === '' ? undefined : key.length;
    });
    return { computed, lengths };
  }

  it('computes an answer once, also where it is undefined', () => {
    const { computed, lengths } = counted(3);
    assert.deepEqual(
      ['ab', 'ab', '', ''].map((key) => lengths.get(key)),
      [2, 2, undefined, undefined],
    );
    assert.deepEqual(computed, ['ab', '']);
  });

  it('forgets what was asked for longest ago', () => {
    const { computed, lengths } = counted(2);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) lengths.get(key);
    assert.deepEqual(computed, ['a', 'b', 'c', 'b']);
  });
});
