import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { callTypeOf, callTypes } from '../../../src/event/call-type';
import { eventTypes } from '../../../src/event/catalogue';
import { sampleEvent } from '../../../src/event/samples';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import { compileTriggers, systemTriggers, triggerProblem, triggerVariants, typesOf } from '../../../src/event/triggers';
import type { JsonObject } from '../../../src/json';

function event(type: string, parameters: JsonObject = {}): TelephonyEvent {
  const time = '2026-03-02T09:15:04.120Z';
  return { id: 'evt_1', type, time, source: 's1', callId: 'c1', callType: '', parameters };
}

describe('compileTriggers', () => {
  const cases: [triggers: string[], event: TelephonyEvent, wanted: boolean][] = [
    [['call.ended'], event('call.ended'), true],
    [['call.ended'], event('call.missed'), false],
    [['call.missed', 'call.ended'], event('call.ended'), true],
    [[], event('call.ended'), false],
    [['call.answered'], event('call.answered'), true],
    [['call.answered'], event('call.ivr'), false],
    [['call.answered:extension'], event('call.answered', { answeredByType: 'extension' }), true],
    [['call.answered:extension'], event('call.answered', { answeredByType: 'queue' }), false],
    [['call.answered:extension'], event('call.answered'), false],
    [['call.answered:extension'], event('call.ended', { answeredByType: 'extension' }), false],
    [['call.answered:ringgroup'], event('call.answered', { answeredByType: 'ringgroup' }), true],
    [['call.answered:queue'], event('call.answered', { answeredByType: 'queue' }), true],
    [['call.answered:ivr'], event('call.ivr'), true],
    [['call.answered:ivr'], event('call.answered', { answeredByType: 'ivr' }), true],
    [['call.answered:ivr'], event('call.answered', { answeredByType: 'queue' }), false],
    [['call.answered:customer'], event('call.answered', { answeredByType: 'customer' }), true],
    [['call.answered:customer'], event('call.answered', { answeredByType: 'external', leg: 'customer' }), true],
    [['call.answered:customer'], event('call.answered', { answeredByType: 'extension', leg: 'agent' }), false],
    [['call.answered:queue', 'call.answered:ivr'], event('call.answered', { answeredByType: 'queue' }), true],
    [['call.ended:answered'], event('call.ended', { status: 'answered' }), true],
    [['call.ended:answered'], event('call.ended', { disposition: 'ANSWERED' }), true],
    [['call.ended:answered'], event('call.ended', { status: 'missed', disposition: 'ANSWERED' }), false],
    [['call.ended:answered'], event('call.missed', { status: 'missed' }), false],
    [['call.ended:missed'], event('call.ended', { status: 'busy' }), true],
    [['call.ended:missed'], event('call.ended', { status: 'answered' }), false],
    [['*'], event('call.ended'), true],
    [['*'], event('event.unknown'), true],
    [['*'], event('message.received'), true],
    [['*'], event('call.agent.missed'), true],
    [['*'], event('source.connected'), false],
    [['*'], event('agent.status'), false],
    [['*'], event('device.status'), false],
    [['*', 'device.status'], event('device.status'), true],
    [['toString', '__proto__'], event('call.ended'), false],
  ];
  for (const [triggers, heard, wanted] of cases)
    it(`${triggers.join(' and ') || 'nothing'} ${wanted ? 'wants' : 'leaves out'} ${heard.type} ${JSON.stringify(heard.parameters)}`, () => {
      assert.equal(compileTriggers(triggers)(heard), wanted);
    });

  it('wants what any of its triggers wants alone, and nothing else', () => {
    const trigger = fc.constantFrom(
      '*',
      ...eventTypes.map(({ type }) => type),
      ...triggerVariants.map((variant) => variant.trigger),
    );
    const heard = fc
      .record({
        type: fc.constantFrom(...eventTypes.map(({ type }) => type)),
        answeredByType: fc.constantFrom('extension', 'queue', 'ivr', 'customer', 'voicemail', ''),
        status: fc.constantFrom('answered', 'missed', 'busy', ''),
      })
      .map(({ type, ...parameters }) => event(type, parameters));
    fc.assert(
      fc.property(fc.array(trigger, { maxLength: 6 }), heard, (triggers, one) => {
        const alone = triggers.some((only) => compileTriggers([only])(one));
        assert.equal(compileTriggers(triggers)(one), alone);
      }),
    );
  });
});

describe('typesOf', () => {
  const typesFor = (...triggers: readonly string[]): readonly string[] => typesOf(triggers).map(({ type }) => type);

  it('is the types among which each trigger finds its events', () => {
    assert.deepEqual(typesFor('call.ended', 'call.answered:queue'), ['call.answered', 'call.ended']);
    assert.deepEqual(typesFor('call.answered:ivr'), ['call.ivr', 'call.answered']);
    assert.deepEqual(typesFor('no.such'), []);
    assert.equal(typesFor('*', 'agent.status').includes('agent.status'), true);
    assert.equal(typesFor('*').includes('agent.status'), false);
  });

  it('has the type of every event that comes through', () => {
    for (const trigger of ['*', ...eventTypes.map(({ type }) => type), ...triggerVariants.map((one) => one.trigger)]) {
      const wants = compileTriggers([trigger]);
      for (const { type } of eventTypes) {
        const event = sampleEvent(type) ?? assert.fail(type);
        if (wants(event)) assert.ok(typesFor(trigger).includes(type), `${trigger} ${type}`);
      }
    }
  });
});

describe('triggerProblem', () => {
  it('finds nothing wrong with any type, any variant and the star', () => {
    for (const trigger of [
      '*',
      ...eventTypes.map(({ type }) => type),
      ...triggerVariants.map((variant) => variant.trigger),
    ])
      assert.equal(triggerProblem(trigger), undefined, trigger);
  });

  for (const trigger of ['', 'call', 'call.*', 'call.answer', '**', '__proto__', 'constructor', ':ivr', 'Call.ended'])
    it(`does not know ${JSON.stringify(trigger)}`, () =>
      assert.match(triggerProblem(trigger)?.message ?? '', /There is no event/));

  it('says which variants there are', () => {
    assert.match(
      triggerProblem('call.answered:robot')?.message ?? '',
      /choose call\.answered, call\.answered:extension, .*:customer\.$/,
    );
    assert.match(triggerProblem('call.dtmf:1')?.message ?? '', /choose call\.dtmf\.$/);
  });
});

describe('the triggers of other systems', () => {
  it('are triggers of ours, with call types of ours', () => {
    for (const { title, triggers, callTypes: limits } of systemTriggers) {
      assert.ok(triggers.length > 0, title);
      for (const trigger of triggers) assert.equal(triggerProblem(trigger), undefined, title);
      for (const limit of limits ?? []) assert.ok(callTypes.includes(limit), title);
    }
  });

  it('have every name once in their system', () => {
    const names = systemTriggers.map(({ system, title }) => `${system}: ${title}`);
    assert.deepEqual(names, [...new Set(names)]);
  });

  const examples: [title: string, system: string, heard: TelephonyEvent][] = [
    ['Call answered on IVR', 'Smartflo', event('call.ivr')],
    ['Call missed or answered', 'Smartflo', event('call.ended', { status: 'missed' })],
    ['Call hangup (Answered)', 'Smartflo', event('call.ended', { status: 'answered' })],
    [
      'Call answered by customer (Click to Call)',
      'Smartflo',
      event('call.answered', { origin: 'click2call', leg: 'customer' }),
    ],
    ['Outgoing: after the call', 'Ringostat', event('call.ended', { direction: 'outbound' })],
    ['Click2Call report', 'OBD', event('call.ended', { origin: 'click2call', direction: 'outbound' })],
    ['Incoming call ends (VpbxInboundCallEnd)', 'KOMPaaS', event('call.ended', { direction: 'inbound' })],
  ];
  for (const [title, system, heard] of examples)
    it(`hear a ${heard.type} as "${title}" of ${system}`, () => {
      const found = systemTriggers.find((trigger) => trigger.system.startsWith(system) && trigger.title === title);
      assert.ok(found !== undefined && compileTriggers(found.triggers)(heard));
      const callType = callTypeOf(heard.parameters);
      assert.ok(found.callTypes === undefined || (callType !== '' && found.callTypes.includes(callType)));
    });
});

describe('callTypeOf', () => {
  const cases: [parameters: JsonObject, expected: string][] = [
    [{ direction: 'inbound' }, 'inbound'],
    [{ direction: 'outbound', origin: 'phone' }, 'outbound'],
    [{ direction: 'internal' }, 'internal'],
    [{ direction: 'outbound', origin: 'click2call' }, 'click-to-call'],
    [{ origin: 'click2call' }, 'click-to-call'],
    [{ origin: 'campaign' }, ''],
    [{ direction: 'sideways' }, ''],
    [{}, ''],
  ];
  for (const [parameters, expected] of cases)
    it(`is ${expected || 'empty'} for ${JSON.stringify(parameters)}`, () =>
      assert.equal(callTypeOf(parameters), expected));
});
