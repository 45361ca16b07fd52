import assert from 'node:assert/strict';
import { compileFilter, ownNumbers, type Wanted } from '../../../src/event/event-filter';
import type { DropReason } from '../../../src/event/event-note';
import type { TelephonyEvent } from '../../../src/event/telephony-event';

const ALL: Wanted = { events: ['*'], callTypes: [], numbers: [], webhookId: '' };

function event(changes: Partial<TelephonyEvent> = {}): TelephonyEvent {
  const parameters = { did: '+442079460123', callerNumber: '+12025550142', calledNumber: '101', webhookId: '77' };
  const time = '2026-03-02T09:15:04.120Z';
  return { id: 'e', type: 'call.ended', time, source: 's', callId: 'c', callType: 'inbound', parameters, ...changes };
}

describe('a filter of events', () => {
  const cases: readonly [wanted: Partial<Wanted>, changes: Partial<TelephonyEvent>, reason: DropReason | undefined][] =
    [
      [{}, {}, undefined],
      [{ events: ['call.missed'] }, {}, 'type'],
      [{ events: ['call.missed'], callTypes: ['outbound'], numbers: ['1'], webhookId: '78' }, {}, 'type'],
      [{ callTypes: ['outbound', 'internal'] }, {}, 'callType'],
      [{ callTypes: ['inbound'] }, {}, undefined],
      [{ callTypes: ['inbound'] }, { callType: '' }, 'callType'],
      [{ webhookId: '78', numbers: ['1'] }, {}, 'webhookId'],
      [{ webhookId: '77' }, {}, undefined],
      [{ webhookId: '77' }, { parameters: {} }, 'webhookId'],
      [{ numbers: ['020 7946 0124'] }, {}, 'number'],
      [{ numbers: ['020 7946 0124', '020 7946 0123'] }, {}, undefined],
    ];
  for (const [wanted, changes, reason] of cases) {
    it(`${JSON.stringify(wanted)} ${reason ? `drops ${JSON.stringify(changes)} for its ${reason}` : `wants ${JSON.stringify(changes)}`}`, () => {
      assert.equal(compileFilter({ ...ALL, ...wanted }, 'GB')(event(changes)), reason);
    });
  }
});

describe('the numbers of ours in an event', () => {
  const message = { messageFrom: '6', messageTo: '3' };
  const parameters = { callerNumber: '1', calledNumber: '2', messageTo: '3' };
  for (const [changes, numbers] of [
    [{ parameters: { ...parameters, did: '4' } }, ['4']],
    [{ parameters: { ...parameters, did: '' } }, ['2', '3']],
    [{ parameters, callType: 'outbound' }, ['1']],
    [{ parameters, callType: 'click-to-call' }, ['1']],
    [{ parameters, callType: 'internal' }, ['2', '3']],
    [{ parameters: { calledNumber: 5 } }, []],
    [{ type: 'message.received', parameters: message, callType: '' }, ['3']],
    [{ type: 'message.sent', parameters: message, callType: '' }, ['6']],
    [{ type: 'message.status', parameters: message, callType: '' }, ['6']],
    [{ type: 'message.status', parameters: { ...message, messageDirection: 'inbound' }, callType: '' }, ['3']],
    [{ type: 'message.status', parameters: message, callType: 'outbound' }, ['6']],
  ] as const) {
    it(`are ${numbers.join(' and ') || 'none'} of ${JSON.stringify(changes)}`, () => {
      assert.deepEqual(ownNumbers(event(changes)), numbers);
    });
  }
});
