import assert from 'node:assert/strict';
import { type Note, noteText, type Verdict } from '../../../src/event/event-note';
import type { EventDelivery, HeardCall } from '../../../src/store/call-story';
import type { StoryEntry } from '../../../src/story/entries';
import { showCall } from '../../../src/story/time-line';
import { newEvent, T0 } from '../../contracts/delivery-store/material';

type Told = Note & { readonly kind: 'told' };

const passed = (messageId: string): Verdict => ({ kind: 'passed', messageId });

function told(verdicts: readonly Verdict[], again = false): Told {
  return { kind: 'told', again, verdicts: verdicts.map((verdict, n) => ({ nodeId: `node-${n + 1}`, verdict })) };
}

/** A call with one event, of which this became. */
function call(...notes: readonly Note[]): HeardCall {
  const kept = notes.map((note, n) => ({ atMs: T0 + n, note: noteText(note) }));
  return { callId: 'call', events: [{ event: newEvent('e'), acceptedAtMs: T0, notes: kept }] };
}

function delivery(id: string, changes: Partial<EventDelivery> = {}): EventDelivery {
  return {
    ...{ id, eventId: 'e', messageId: id, resendOf: null, attempts: [], state: 'pending', webhook: 'CRM' },
    ...{ nodeId: 'out', lane: 'lane', eventType: 'call.ended', callId: 'call', method: 'POST' },
    ...{ url: 'https://crm.example.test/%token:a1b2:url%', attemptCount: 0, createdAtMs: T0 + 50 },
    ...{ updatedAtMs: T0 + 50, dueAtMs: null, lastError: null },
    ...changes,
  };
}

function entriesOf(heard: HeardCall, ...deliveries: readonly EventDelivery[]): readonly StoryEntry[] {
  return showCall(heard, new Map([['e', deliveries]]), (id) => `name of ${id}`).entries;
}

describe('the time line of a call', () => {
  describe('says that a message came to nothing', () => {
    const cases: readonly [
      what: string,
      notes: readonly Note[],
      deliveries: readonly EventDelivery[],
      no: boolean[],
    ][] = [
      ['where there is no delivery', [told([passed('a')])], [], [true]],
      ['not where one has its id', [told([passed('a')])], [delivery('a')], [false]],
      ['where the only one is of another message', [told([passed('a'), passed('b')])], [delivery('b')], [true, false]],
      [
        'not where one may be of any',
        [told([passed('a'), passed('b')])],
        [delivery('x'), delivery('b')],
        [false, false],
      ],
      ['not where one has no id', [told([passed('a')])], [delivery('x', { messageId: null })], [false]],
      [
        'not where the delivery may be that of the time before',
        [told([passed('a')]), told([passed('b')], true)],
        [delivery('a')],
        [false, false],
      ],
      ['each time, where nothing is there at all', [told([passed('a')]), told([passed('b')], true)], [], [true, true]],
    ];
    for (const [what, notes, deliveries, no] of cases) {
      it(what, () => {
        const all = entriesOf(call(...notes), ...deliveries).filter(({ kind }) => kind === 'passed');
        assert.deepEqual(
          all.map((entry) => 'reason' in entry && entry.reason === 'no-delivery'),
          no,
        );
      });
    }
  });

  it('goes through everything in the order of time', () => {
    const attempt = { durationMs: 30, statusCode: 500, class: 'status', message: 'It answered 500.' } as const;
    const error = { class: 'status', message: 'It answered 500.', statusCode: 500 } as const;
    const all = entriesOf(
      call(told([passed('a'), { kind: 'dropped', reason: 'callType' }]), { kind: 'repeat' }, told([], true), {
        kind: 'closed',
      }),
      delivery('a', {
        ...{ state: 'waiting', dueAtMs: T0 + 900, updatedAtMs: T0 + 90, lastError: error },
        attempts: [{ ...attempt, number: 1, startedAtMs: T0 + 60 }],
      }),
      delivery('b', { resendOf: 'a', createdAtMs: T0 + 70 }),
      delivery('c', { createdAtMs: T0 + 80, updatedAtMs: T0 + 85, state: 'failed', lastError: error }),
      delivery('d', {
        ...{ createdAtMs: T0 + 40, state: 'failed', nodeId: 'template', webhook: 'Chat', method: null, url: null },
        lastError: { ...error, class: 'template', message: 'There is no nmae.' },
      }),
    );
    assert.deepEqual(
      all.map((entry) => [entry.kind, entry.node, Date.parse(entry.time) - T0, entry.delivery]),
      [
        ['heard', 'source-1', 0, null],
        ['passed', 'node-1', 0, null],
        ['dropped', 'node-2', 0, null],
        ['repeat', 'source-1', 1, null],
        ['again', 'source-1', 2, null],
        ['unheard', 'source-1', 2, null],
        ['closed', 'source-1', 3, null],
        ['unrendered', 'template', 40, 'd'],
        ['delivery', 'out', 50, 'a'],
        ['attempt', 'out', 60, 'a'],
        ['resend', 'out', 70, 'b'],
        ['delivery', 'out', 80, 'c'],
        ['given-up', 'out', 85, 'c'],
        ['waiting', 'out', 90, 'a'],
      ],
    );
    assert.deepEqual(all[0]?.name, 'name of source-1');
    assert.deepEqual(
      all.map((entry) => ('url' in entry ? entry.url : null)).filter((url) => url !== null),
      Array(3).fill('https://crm.example.test/%token%'),
    );
  });

  it('leaves out what cannot be read', () => {
    const { callId, events } = call({ kind: 'repeat' });
    const damaged = events.map((heard) => ({ ...heard, notes: [{ atMs: T0, note: '[0,' }, ...heard.notes] }));
    assert.deepEqual(
      entriesOf({ callId, events: damaged }).map(({ kind }) => kind),
      ['heard', 'repeat'],
    );
  });
});
