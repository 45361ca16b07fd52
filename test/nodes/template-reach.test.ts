/** Which parameters never come from what is wired to a template, why, and where a text makes use of them. */
import assert from 'node:assert/strict';
import { carriersOf, heardBy, type Name, whyNever } from '../../nodes/editor/template/reach';
import { variablesIn } from '../../nodes/editor/template/variables';
import { findParameter } from '../../src/event/catalogue';
import { toldByProvider } from '../../src/sources/http-push/told';
import { vocabulary } from '../../src/sources/http-push/vocabularies';

/** Keys with their values, in place of a locale; what the catalogue calls it. */
const words = (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
  String(values['defaultValue'] ?? [key, ...Object.values(values)].join(' '));

const eventIn = (...events: readonly string[]) => ({ type: 'telephony-event-in', events });
const push = (dialect: string, more: object = {}) => ({ name: 'Office', kind: 'http-push', dialect, ...more });
const hears = (events: readonly string[], source: object | null) =>
  heardBy(eventIn(...events), source as Readonly<Record<string, unknown>> | null, toldByProvider);
const canonical = (name: string): Pick<Name, 'name' | 'parameter'> => ({ name, parameter: name });
const field = (key: string) => ({ key, type: 'text', value: 'x' });

describe('a parameter', () => {
  const ended = ['call.ended'];
  const CASES: readonly (readonly [
    name: string,
    events: readonly string[],
    source: object | null,
    never: string | undefined,
  ])[] = [
    ['duration', ended, push('kompaas'), undefined],
    ['duration', ['call.received'], push('kompaas'), 'never.event “Call received”'],
    ['duration', ['call.received', 'call.ended'], push('kompaas'), undefined],
    ['duration', ['*'], push('kompaas'), undefined],
    ['agentStatus', ['*'], push('generic'), /^never\.event never\.more “.+”, “.+”, “.+” \d+$/.source],
    ['answeredBy', ['call.answered:queue'], push('smartflo'), undefined],
    ['utmSource', ['call.tracked'], push('smartflo'), 'never.source Office'],
    ['utmSource', ['call.tracked'], push('smartflo', { fixed: [field('utmSource')] }), undefined],
    ['agentStatus', ended, push('smartflo', { fixed: [field('agentStatus')] }), undefined],
    ['custom', ended, push('generic', { fixed: [field('custom.crmId')] }), undefined],
    ['utmSource', ['call.tracked'], push('generic'), undefined],
    ['utmSource', ['call.tracked'], push('generic', { mapping: [field('callId')] }), 'never.source Office'],
    ['startTimestamp', ended, push('generic', { mapping: [field('startTime')] }), undefined],
    ['startTimestamp', ended, push('generic', { mapping: [field('callId')] }), 'never.source Office'],
    ['utmSource', ['call.tracked'], { ...push('smartflo'), kind: 'simulator' }, undefined],
    ['utmSource', ['call.tracked'], push('smartflo', { name: '' }), 'never.source never.unnamed'],
    ['utmSource', ['call.tracked'], null, undefined],
    ['eventClock', ended, push('obd'), undefined],
    ['webhookName', ended, push('obd'), undefined],
  ];
  for (const [name, events, source, never] of CASES) {
    const from = JSON.stringify(source);
    it(`${name} ${never ? 'never comes' : 'comes'} with ${events.join(', ')} from ${from}`, () => {
      const why = whyNever(canonical(name), [hears(events, source)], 'canonical', words);
      if (never?.startsWith('^')) assert.match(why ?? '', new RegExp(never));
      else assert.equal(why, never);
    });
  }

  it('comes where nothing is wired', () => {
    assert.equal(whyNever(canonical('duration'), [], 'canonical', words), undefined);
  });

  it('comes where one of several sources tells it', () => {
    const heard = [hears(['call.tracked'], push('smartflo')), hears(['call.tracked'], push('ringostat'))];
    assert.equal(whyNever(canonical('utmSource'), heard, 'canonical', words), undefined);
    assert.equal(whyNever(canonical('utmSource'), heard.slice(0, 1), 'canonical', words), 'never.source Office');
  });

  it('of a provider comes from that provider, or as a fixed value, and not from another', () => {
    const vpbxId = { name: 'vpbxId', parameter: null };
    const why = (source: object) => whyNever(vpbxId, [hears(ended, source)], 'kompaas', words);
    assert.equal(why(push('kompaas')), undefined);
    assert.equal(why(push('smartflo')), 'never.source Office');
    assert.equal(why(push('smartflo', { fixed: [field('vpbxId')] })), undefined);
  });

  it('that a provider writes out of several is not judged by one of them', () => {
    const disposition = vocabulary('ringostat').names.find(({ name }) => name === 'disposition') ?? assert.fail();
    assert.equal(toldByProvider['obd']?.includes('disposition'), false);
    assert.equal(whyNever(disposition, [hears(ended, push('obd'))], 'ringostat', words), undefined);
  });

  it('says which events carry it, by the shorter of two lists', () => {
    assert.equal(carriersOf('eventId', words), 'carriers.all');
    assert.equal(carriersOf('agentStatus', words), 'carriers.only Agent status, Phone status');
    assert.match(carriersOf('callId', words), /^carriers\.allBut .*Agent status/);
  });
});

describe('the variables of a text', () => {
  const isParameter = (name: string): boolean => name === 'имя клиента' || findParameter(name) !== undefined;
  const CASES: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['{{callId}} and ${{ duration }}, {{callId}}', ['callId', 'duration']],
    ['{{имя клиента}}', ['имя клиента']],
    ['{{date endTime "callId" \'did\'}}', ['endTime']],
    ['{{#if did}}{{upper (default callerName employeeName)}}{{/if}}', ['did', 'callerName', 'employeeName']],
    ['{{custom.crmId}} {{msg.payload}}', ['custom']],
    ['{{~callId~}} {{date endTime zone=timezone}}', ['callId', 'endTime']],
    ['callId {callId} {{', []],
  ];
  for (const [text, names] of CASES) {
    it(`are found in ${text}`, () => assert.deepEqual(variablesIn(text, isParameter), names));
  }
});
