/** Which events leave a "telephony event in", and in what shape. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import type { Line, Workbench } from './workbench';

interface Filtering {
  readonly events: JsonObject;
  readonly source?: JsonObject;
  /** Call ids of those of CALLS that come out. */
  readonly lets: readonly string[];
}

const at = { startTime: '2026-11-21T05:14:00Z', endTime: '2026-11-21T05:14:15Z' };
const CALLS: readonly JsonObject[] = [
  { callId: 'in-ended', eventType: 'call.ended', status: 'answered', direction: 'inbound', did: '+442079460123' },
  { callId: 'in-lost', eventType: 'call.ended', status: 'missed', direction: 'inbound', did: '020 7946 0123' },
  { callId: 'out-ended', eventType: 'call.ended', status: 'answered', direction: 'outbound', did: '+442079460999' },
  { callId: 'click', eventType: 'call.ended', status: 'busy', direction: 'outbound', origin: 'click2call' },
  { callId: 'within', eventType: 'call.ended', direction: 'internal', status: 'answered' },
  {
    callId: 'by-queue',
    eventType: 'call.answered',
    answeredByType: 'queue',
    direction: 'inbound',
    answerTime: at.endTime,
  },
  {
    callId: 'by-ext',
    eventType: 'call.answered',
    answeredByType: 'extension',
    direction: 'inbound',
    answerTime: at.endTime,
  },
  { callId: 'menu', eventType: 'call.ivr', direction: 'inbound', sequence: 1 },
  { callId: 'agent', eventType: 'agent.status', sequence: 2 },
  { callId: 'unheard-of', eventType: 'no such thing' },
];
const ALL = CALLS.map(({ callId }) => String(callId));
const GB = { countryCode: 'GB' };

const FILTERS: Readonly<Record<string, Filtering>> = {
  'any-event': { events: { events: ['*'] }, lets: ALL.filter((id) => id !== 'agent') },
  'any-and-agents': { events: { events: ['*', 'agent.status'] }, lets: ALL },
  'a-type': { events: { events: ['call.ended'] }, lets: ['in-ended', 'in-lost', 'out-ended', 'click', 'within'] },
  'two-types': { events: { events: ['call.ivr', 'call.answered'] }, lets: ['by-queue', 'by-ext', 'menu'] },
  'a-variant': { events: { events: ['call.answered:queue'] }, lets: ['by-queue'] },
  'a-menu': { events: { events: ['call.answered:ivr'] }, lets: ['menu'] },
  'not-answered': { events: { events: ['call.ended:missed'] }, lets: ['in-lost', 'click'] },
  inbound: { events: { events: ['call.ended'], callTypes: ['inbound'] }, lets: ['in-ended', 'in-lost'] },
  outbound: { events: { events: ['call.ended'], callTypes: ['outbound'] }, lets: ['out-ended'] },
  'click-to-call': { events: { events: ['call.ended'], callTypes: ['click-to-call'] }, lets: ['click'] },
  internal: { events: { events: ['call.ended'], callTypes: ['internal', 'outbound'] }, lets: ['out-ended', 'within'] },
  'number-national': {
    source: GB,
    events: { events: ['*'], numbers: ['(020) 7946-0123'] },
    lets: ['in-ended', 'in-lost'],
  },
  'number-calling-code': {
    source: { countryCode: '+44' },
    events: { events: ['*'], numbers: ['(020) 7946-0123'] },
    lets: ['in-ended', 'in-lost'],
  },
  'number-e164': { source: GB, events: { events: ['*'], numbers: ['+442079460123'] }, lets: ['in-ended', 'in-lost'] },
  'number-00': { source: GB, events: { events: ['*'], numbers: ['0044 20 7946 0999'] }, lets: ['out-ended'] },
  'unknown-event': { events: { events: ['event.unknown'] }, lets: ['unheard-of'] },
};

const idsOf = (messages: readonly JsonObject[]): string[] =>
  messages.map(({ event }) => String((event as JsonObject)['callId']));

export function checkEvents(bench: Workbench): void {
  const lines = Object.entries(FILTERS).map(([name, { events, source }]): [string, Line] => [
    name,
    { events, ...(source && { source }) },
  ]);
  before(async () => {
    await bench.deploy({
      ...Object.fromEntries(lines),
      shape: {
        source: {
          name: 'Main office',
          countryCode: 'GB',
          timeZone: 'Europe/London',
          fixed: [{ key: 'accountId', type: 'text', value: '104233' }],
        },
      },
      'webhook-id': { events: { events: ['*'], webhookId: '77' } },
      'once-by': { events: { events: ['*'], onceBy: 'callerNumber', onceWithinSeconds: 600 } },
      'wrong-trigger': { events: { events: ['call.finished'] } },
      'no-trigger': { events: { events: [] } },
      'wrong-country': { source: { countryCode: 'ZZ' } },
    });
  });

  for (const [name, { events, lets }] of Object.entries(FILTERS)) {
    it(`${JSON.stringify(events)} lets ${lets.length} of ${CALLS.length} out`, async () => {
      for (const call of CALLS) {
        const answer = await bench.pushJson(name, { ...at, ...call });
        assert.equal(answer.status, 200, answer.text);
      }
      assert.deepEqual(idsOf(await bench.heard(name, lets.length)), lets);
    });
  }

  it('puts the type into topic, the parameters into payload and the whole event into event', async () => {
    await bench.pushJson('shape', {
      eventType: 'call.ended',
      callId: 'c-1',
      direction: 'inbound',
      callerNumber: '020 7946 0123',
      endTime: '2026-07-21 06:14:15',
      billsec: '6',
      status: 'answered',
    });
    const [message] = await bench.heard('shape', 1);
    assert.ok(message && isJsonObject(message['event']) && isJsonObject(message['payload']));
    const { event, payload } = message;
    assert.deepEqual(Object.keys(event).toSorted(), [
      'callId',
      'callType',
      'id',
      'parameters',
      'source',
      'time',
      'type',
    ]);
    assert.equal(message['topic'], 'call.ended');
    assert.deepEqual([event['type'], event['callId'], event['callType']], ['call.ended', 'c-1', 'inbound']);
    assert.equal(Date.parse(String(event['time'])), Date.parse('2026-07-21T05:14:15Z'));
    assert.deepEqual(payload, event['parameters']);
    const { billsec, accountId, callerNumber, callerNumberE164, raw } = payload;
    assert.deepEqual(
      [billsec, accountId, callerNumber, callerNumberE164],
      [6, '104233', '020 7946 0123', '+442079460123'],
    );
    assert.deepEqual((raw as JsonObject)['billsec'], '6');
  });

  it('gives the same event the same id, and others others', async () => {
    const idOf = async (count: number) => {
      const event = (await bench.heard('shape', count)).at(-1)?.['event'];
      return isJsonObject(event) ? event['id'] : undefined;
    };
    const call = { eventType: 'call.ended', callId: 'c-7', endTime: '2026-07-21 06:14:15' };
    await bench.pushJson('shape', call);
    const first = await idOf(2);
    await bench.pushJson('shape', { ...call, callId: 'c-8' });
    assert.notEqual(await idOf(3), first);
    assert.match(String(first), /^\S{8,}$/);
  });

  it('lets only the webhook out that it was told', async () => {
    await bench.pushJson('webhook-id/76', { ...CALLS[0], ...at });
    await bench.pushJson('webhook-id/77', { ...CALLS[1], ...at });
    await bench.pushJson('webhook-id', { ...CALLS[2], ...at });
    await bench.pushJson('webhook-id', { ...CALLS[3], ...at, webhook_id: 77 });
    assert.deepEqual(idsOf(await bench.heard('webhook-id', 2)), ['in-lost', 'click']);
  });

  it('makes one of several calls of one caller, and shows how many it held back', async () => {
    const missed = (callId: string, callerNumber?: string) =>
      bench.pushJson('once-by', { eventType: 'call.missed', callId, ...at, ...(callerNumber && { callerNumber }) });
    await missed('o-1', '+1202');
    await missed('o-2', '+1203');
    await missed('o-3', '+1202');
    await missed('o-4');
    await missed('o-5', '+1202');
    assert.equal((await bench.status('events-once-by', /^2 held back$/))['fill'], 'grey');
    await missed('o-6');
    assert.deepEqual(idsOf(await bench.heard('once-by', 4)), ['o-1', 'o-2', 'o-4', 'o-6']);
  });

  it('shows what it listens to, and red what cannot work', async () => {
    assert.equal((await bench.status('events-any-event'))['fill'], 'green');
    for (const name of ['wrong-trigger', 'no-trigger', 'wrong-country']) {
      assert.equal((await bench.status(`events-${name}`))['fill'], 'red', name);
    }
  });

  it('has as many sources as one likes without a warning of Node.js', () => {
    assert.ok(lines.length > 10);
    assert.doesNotMatch(bench.red.log, /MaxListenersExceededWarning/);
  });
}
