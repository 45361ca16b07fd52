import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FakeClock } from './fake-clock';

describe('the fake clock', () => {
  it('runs timers in the order in which they are due, each at its own time', () => {
    const clock = new FakeClock(0);
    const ran: string[] = [];
    clock.after(20, () => ran.push(`b at ${clock.now()}`));
    clock.after(10, () => {
      ran.push(`a at ${clock.now()}`);
      clock.after(5, () => ran.push(`set by a at ${clock.now()}`));
    });
    clock.after(31, () => ran.push('too late'));
    clock.advance(30);
    assert.deepEqual(ran, ['a at 10', 'set by a at 15', 'b at 20']);
    assert.equal(clock.now(), 30);
    assert.deepEqual(clock.dueAtMs, [31]);
  });

  it('runs no timer that was cancelled, also by another timer', () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    const late = clock.after(2, () => ran.push('late'));
    clock.after(1, () => late.cancel());
    clock.advance(5);
    assert.deepEqual(ran, []);
  });

  it('lets promises go on between timers', async () => {
    const clock = new FakeClock(0);
    const ran: number[] = [];
    const loop = async (): Promise<void> => {
      await Promise.resolve();
      ran.push(clock.now());
      clock.after(10, () => void loop());
    };
    void loop();
    await clock.advanceAsync(30);
    assert.deepEqual(ran, [0, 10, 20, 30]);
  });
});
