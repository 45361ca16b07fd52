/** What panels are told that listen to a source. */
import assert from 'node:assert/strict';
import { HeardEvents } from '../../nodes/runtime/events/heard-events';
import { sampleEvent } from '../../src/event/samples';
import type { TelephonyEvent } from '../../src/event/telephony-event';

const LONG_MS = 60_000;
const never = (): void => undefined;

function event(id: string): TelephonyEvent {
  return { ...(sampleEvent('call.ended') ?? assert.fail()), id };
}

const ids = (heard: readonly { readonly event: TelephonyEvent }[]): readonly string[] =>
  heard.map(({ event: { id } }) => id);

describe('what a source was heard to tell', () => {
  it('is there at once, if something came meanwhile', async () => {
    const heard = new HeardEvents();
    const from = heard.now;
    heard.add(event('a'));
    heard.add(event('b'));
    const all = await heard.after(from, LONG_MS, never);
    assert.deepEqual(ids(all), ['a', 'b']);
    assert.deepEqual(ids(await heard.after(all[0]?.sequence ?? 0, LONG_MS, never)), ['b']);
  });

  it('is waited for, by several panels', async () => {
    const heard = new HeardEvents();
    const waiting = [heard.after(heard.now, LONG_MS, never), heard.after(heard.now, LONG_MS, never)];
    heard.add(event('c'));
    assert.deepEqual((await Promise.all(waiting)).map(ids), [['c'], ['c']]);
  });

  it('is nothing when the time is over, the source closes, or the panel', async () => {
    const heard = new HeardEvents();
    assert.deepEqual(await heard.after(heard.now, 1, never), []);
    const closing = heard.after(heard.now, LONG_MS, never);
    heard.wake();
    assert.deepEqual(await closing, []);
    assert.deepEqual(await heard.after(heard.now, LONG_MS, (giveUp) => giveUp()), []);
  });

  it('goes on in the source that a deploy has put in place of another', async () => {
    const before = new HeardEvents();
    before.add(event('d'));
    const after = new HeardEvents();
    const from = before.now;
    after.add(event('e'));
    assert.deepEqual(ids(await after.after(from, LONG_MS, never)), ['e']);
  });

  it('is forgotten in the end, the oldest first', async () => {
    const heard = new HeardEvents();
    const from = heard.now;
    for (let index = 0; index < 1000; index += 1) heard.add(event(String(index)));
    const kept = ids(await heard.after(from, LONG_MS, never));
    assert.equal(kept.length, 100);
    assert.equal(kept.at(-1), '999');
  });
});
