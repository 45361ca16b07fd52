import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { noteText } from '../../../src/event/event-note';
import { digitsOf } from '../../../src/event/number-digits';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import type { CallQuery, HeardCalls } from '../../../src/store/call-story';
import type { DeliveryStore } from '../../../src/store/delivery-store';
import {
  acceptAll,
  acceptedEvent,
  DAY,
  delivered,
  failedOnce,
  givenUp,
  MINUTE,
  newDelivery,
  newEvent,
  type OpenStore,
  requestWith,
  T0,
} from './material';

const REPEAT = noteText({ kind: 'repeat' });
const UNHEARD = noteText({ kind: 'told', again: false, verdicts: [] });
const AMPLE = 1e9;

/** An event of a call. */
function heard(id: string, callId: string, parameters: TelephonyEvent['parameters'] = {}): TelephonyEvent {
  return newEvent(id, { callId, parameters });
}

async function accept(store: DeliveryStore, ...events: readonly TelephonyEvent[]): Promise<void> {
  await store.acceptEvents(events.map((event, n) => acceptedEvent(event, T0 + n)));
}

function find(store: DeliveryStore, query: Partial<CallQuery>): Promise<HeardCalls> {
  return store.heardCalls({ callId: '', numbers: [], limit: 10, ...query });
}

/** `call: event event`, by call. */
function shown({ calls }: HeardCalls): readonly string[] {
  return calls.map(({ callId, events }) => `${callId}: ${events.map(({ event }) => event.id).join(' ')}`);
}

export function tellsStories(open: OpenStore): void {
  describe('finds calls', () => {
    it('by their id, with all events in their order, and without what the vendor sent', async () => {
      const store = await open();
      const first = heard('a', 'call-1', { callerNumber: '101', raw: { Event: 'Newchannel' } });
      await accept(store, first, heard('b', 'call-2'), heard('c', 'call-1'), heard('d', 'Call-1'));
      assert.deepEqual(await find(store, { callId: 'call-1' }), {
        calls: [
          {
            callId: 'call-1',
            events: [
              { event: { ...first, parameters: { callerNumber: '101' } }, acceptedAtMs: T0, notes: [] },
              { event: heard('c', 'call-1'), acceptedAtMs: T0 + 2, notes: [] },
            ],
          },
        ],
        truncated: false,
      });
      assert.deepEqual(shown(await find(store, { callId: 'call' })), []);
      assert.deepEqual(shown(await find(store, { callId: '' })), []);
    });

    const spellings: readonly [typed: string, found: boolean][] = [
      ['+44 20 7946 0123', true],
      ['00442079460123', true],
      ['44-20-7946-0123', true],
      ['020 7946 0123', true],
      ['(020) 79460123', true],
      ['7946 0123', true],
      ['946 0123', true],
      ['46 0123', false],
      ['+44 20 7946 0124', false],
      ['+49 20 7946 0123', false],
      ['1 44 20 7946 0123', true],
    ];
    for (const own of ['+442079460123', '442079460123', '020 7946 0123', 'sip:02079460123@10.0.0.7']) {
      it(`by a number, however it is typed, where the event has ${own}`, async () => {
        const store = await open();
        await accept(store, heard('a', 'call-1', { calledNumber: own }), heard('b', 'call-2', { did: '+33142685300' }));
        for (const [typed, found] of spellings) {
          // Without a country, who knows that it is another one?
          const isOpen = own.includes('020') && typed.startsWith('+49');
          const calls = shown(await find(store, { numbers: [digitsOf(typed)] }));
          assert.deepEqual(calls, found || isOpen ? ['call-1: a'] : [], typed);
        }
      });
    }

    it('by whoever takes part, and by an extension only whole', async () => {
      const store = await open();
      const parts = { callerNumber: '+12025550142', calledNumber: 12025550110, internalNumber: '101' };
      await accept(store, heard('a', 'call-1', { ...parts, callerName: '102' }), heard('b', 'call-1', parts));
      for (const digits of ['12025550142', '12025550110', '101']) {
        assert.deepEqual(shown(await find(store, { numbers: [digits] })), ['call-1: a b'], digits);
      }
      for (const digits of ['102', '01', '1010']) {
        assert.deepEqual(shown(await find(store, { numbers: [digits] })), [], digits);
      }
    });

    it('by a number that only a later event of the call has', async () => {
      const store = await open();
      await accept(store, heard('a', 'call-1'), heard('b', 'call-1', { forwardedFrom: '+12025550100' }));
      assert.deepEqual(shown(await find(store, { numbers: ['12025550100'] })), ['call-1: a b']);
    });

    it('by either, each once, the newest first', async () => {
      const store = await open();
      const from = { callerNumber: '+12025550142' };
      await accept(
        store,
        ...[heard('a', '12025550142'), heard('b', 'call-1', from), heard('c', '12025550142', from)],
        heard('d', 'call-2', from),
      );
      const both = { callId: '12025550142', numbers: ['12025550142'] };
      assert.deepEqual(shown(await find(store, both)), ['call-2: d', '12025550142: a c', 'call-1: b']);
    });

    it('and what belongs to no call, each event for itself', async () => {
      const store = await open();
      await accept(
        store,
        heard('a', '', { messageFrom: '+12025550142' }),
        heard('b', '', { messageTo: '12025550142' }),
      );
      assert.deepEqual(shown(await find(store, { numbers: ['12025550142'] })), [': b', ': a']);
    });

    it('of a time, and says where there are more', async () => {
      const store = await open();
      const from = { callerNumber: '+12025550142' };
      await accept(store, ...['a', 'b', 'c', 'd'].map((id) => heard(id, `call of ${id}`, from)));
      const numbers = ['12025550142'];
      assert.deepEqual(shown(await find(store, { numbers, fromMs: T0 + 1, toMs: T0 + 3 })), [
        'call of c: c',
        'call of b: b',
      ]);
      const { truncated, ...two } = await find(store, { numbers, limit: 2 });
      assert.deepEqual([shown({ truncated, ...two }), truncated], [['call of d: d', 'call of c: c'], true]);
      assert.equal((await find(store, { numbers, limit: 4 })).truncated, false);
    });

    it('among more than are looked at in one go', async () => {
      const store = await open();
      const long = Array.from({ length: 600 }, (_, n) => heard(`e${n}`, 'long', { callerNumber: '+12025550142' }));
      await accept(store, heard('a', 'short', { callerNumber: '+12025550142' }), ...long);
      const { calls, truncated } = await find(store, { numbers: ['12025550142'] });
      assert.deepEqual(
        calls.map(({ callId, events }) => [callId, events.length]),
        [
          ['long', 500],
          ['short', 1],
        ],
      );
      assert.equal(truncated, true);
    });
  });

  describe('notes what became of events', () => {
    const notes = async (store: DeliveryStore): Promise<readonly unknown[]> =>
      (await find(store, { callId: 'call' })).calls.flatMap(({ events }) =>
        events.map(({ event, notes }) => [event.id, ...notes.map(({ atMs, note }) => [atMs - T0, note])]),
      );

    it('in the order of time, once each, while they are open', async () => {
      const store = await open();
      await accept(store, heard('a', 'call'), heard('b', 'call'));
      await store.noteEvents([
        { eventId: 'a', atMs: T0 + 9, note: UNHEARD },
        { eventId: 'a', atMs: T0 + 5, note: UNHEARD },
        { eventId: 'a', atMs: T0 + 5, note: UNHEARD },
        { eventId: 'nobody', atMs: T0, note: UNHEARD },
      ]);
      await store.closeEvents(['b']);
      await store.noteEvents([{ eventId: 'b', atMs: T0, note: UNHEARD }]);
      await store.noteEvents([]);
      assert.deepEqual(await notes(store), [['a', [5, UNHEARD], [9, UNHEARD]], ['b']]);
    });

    it('and tells those of what is open in one source', async () => {
      const store = await open();
      const [a, b, closed] = [heard('a', 'call'), heard('b', 'call'), heard('closed', 'call')];
      await accept(store, a, b, closed, { ...heard('other', 'call'), source: 'another' });
      const all = [a, b, closed, { id: 'other' }].map(({ id }, n) => ({
        eventId: id,
        atMs: T0 + 9 - n,
        note: UNHEARD,
      }));
      await store.noteEvents(all);
      await store.closeEvents(['closed']);
      assert.deepEqual(await store.openNotes(a.source), [all[1], all[0]]);
      assert.deepEqual(await store.openNotes('nobody'), []);
    });

    it('and by itself that one was heard again, also when it was closed long ago', async () => {
      const store = await open();
      await accept(store, heard('a', 'call'));
      await store.closeEvents(['a']);
      await store.acceptEvents([acceptedEvent(heard('a', 'call'), T0 + MINUTE)]);
      assert.deepEqual(await notes(store), [['a', [MINUTE, REPEAT]]]);
    });

    it('however often that happens, in bounded room', async () => {
      const store = await open();
      for (let n = 0; n < 200; n += 1) await store.acceptEvents([acceptedEvent(heard('a', 'call'), T0 + n)]);
      await store.noteEvents(Array.from({ length: 200 }, (_, n) => ({ eventId: 'a', atMs: T0 + n, note: UNHEARD })));
      const [only] = (await notes(store)) as unknown[][];
      assert.ok(only !== undefined && only.length > 20 && only.length < 40, `${only?.length}`);
    });
  });

  describe('knows the deliveries of events', () => {
    const START = { kind: 'claim', leaseUntilMs: T0 + MINUTE } as const;

    it('with their attempts, also those that were sent again by hand', async () => {
      const store = await open();
      const event = newEvent('e');
      const of = { eventId: event.id, eventTime: event.time, start: START };
      await acceptAll(store, [
        newDelivery('a', of),
        newDelivery('other', { start: START }),
        newDelivery('b', { ...of, message: '{"topic":"x"}', lane: 'lane-2' }),
        newDelivery('a2', { eventId: 'e', eventTime: null, resendOf: 'a', start: START }),
        newDelivery('a3', { eventId: 'e', eventTime: null, resendOf: 'a2', start: START }),
      ]);
      await store.finish(failedOnce('a', T0, T0 + MINUTE));
      await store.finish(delivered('a', T0 + MINUTE));
      await store.finish(givenUp('b', T0 + 1));
      const found = await store.deliveriesOf([event, newEvent('none')]);
      assert.deepEqual(
        found.map(({ id, eventId, state, resendOf, messageId }) => [id, eventId, state, resendOf, messageId]),
        [
          ['a', 'e', 'delivered', null, 'a'],
          ['b', 'e', 'failed', null, null],
          ['a2', 'e', 'sending', 'a', 'a2'],
          ['a3', 'e', 'sending', 'a2', 'a3'],
        ],
      );
      assert.deepEqual(
        found[0]?.attempts.map(({ number, startedAtMs, statusCode, class: failure }) => [
          ...[number, startedAtMs - T0, statusCode, failure],
        ]),
        [
          [1, 0, 500, 'status'],
          [2, MINUTE, 200, null],
        ],
      );
      assert.deepEqual(await store.deliveriesOf([]), []);
    });

    it('and of many attempts the latest', async () => {
      const store = await open();
      const event = newEvent('e');
      await store.accept(newDelivery('a', { eventId: event.id, eventTime: event.time, start: START }));
      for (let n = 0; n < 120; n += 1) await store.finish(failedOnce('a', T0 + n, T0 + n));
      const [only] = await store.deliveriesOf([event]);
      assert.deepEqual([only?.attempts.length, only?.attempts.at(-1)?.number], [100, 120]);
    });
  });

  describe('lets go of stories', () => {
    const NUMBER = '12025550142';
    const both = { callId: 'call-1', numbers: [NUMBER] };

    it('with their events, when these are old', async () => {
      const store = await open();
      await accept(store, heard('a', 'call-1', { callerNumber: `+${NUMBER}` }));
      await store.noteEvents([{ eventId: 'a', atMs: T0, note: UNHEARD }]);
      await store.closeEvents(['a']);
      assert.equal(await store.prune({ maxAgeMs: DAY, maxBytes: AMPLE }, T0 + 2 * DAY), 1);
      assert.deepEqual(await find(store, both), { calls: [], truncated: false });
    });

    it('when a number is to be forgotten, and tells the rest of its call', async () => {
      const store = await open();
      const from = { callerNumber: `+${NUMBER}` };
      await accept(store, heard('a', 'call-1', from), heard('b', 'call-1'), heard('c', 'call-2', from));
      const request = requestWith({ body: NUMBER });
      await store.accept(newDelivery('d', { eventId: 'a', eventTime: newEvent('a').time, request }));
      await store.forget(NUMBER);
      assert.deepEqual(shown(await find(store, both)), ['call-1: b']);
      assert.deepEqual(await store.deliveriesOf([newEvent('a')]), []);
      await accept(store, heard('e', 'call-1', from));
      assert.deepEqual(shown(await find(store, { numbers: [NUMBER] })), ['call-1: b e'], 'what is heard from then on');
    });
  });
}
