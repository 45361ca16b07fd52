import assert from 'node:assert/strict';
import { LiveMessages } from '../../../src/delivery/live-messages';

const MB = 1024 * 1024;

describe('the messages that memory keeps', () => {
  /** How many of these are kept. */
  function kept(live: LiveMessages, lane: string, count: number, size: number): number {
    const ids = Array.from({ length: count }, (_, index) => `${lane} ${index}`);
    for (const id of ids) live.keep(id, lane, id, size);
    return ids.filter((id) => live.take(id) === id).length;
  }

  it('are so many, half of them of one lane', () => {
    const live = new LiveMessages();
    assert.equal(kept(live, 'a', 6_000, 10), 5_000);
    assert.equal(kept(live, 'a', 6_000, 10), 5_000, 'those that were taken leave room');
  });

  it('are no larger than there is room for, half of it for one lane', () => {
    const live = new LiveMessages();
    assert.equal(kept(live, 'a', 40, MB), 16);
    for (let number = 0; number < 16; number++) live.keep(`a ${number}`, 'a', 1, MB);
    for (let number = 0; number < 12; number++) live.keep(`b ${number}`, 'b', 1, MB);
    assert.equal(kept(live, 'c', 40, MB), 4);
    assert.equal(kept(live, 'c', 40, MB), 4);
  });

  it('are replaced by what comes for the same delivery', () => {
    const live = new LiveMessages();
    for (let round = 0; round < 40; round++) live.keep('a', 'lane', round, MB);
    assert.equal(live.take('a'), 39);
    assert.equal(live.take('a'), undefined);
  });
});
