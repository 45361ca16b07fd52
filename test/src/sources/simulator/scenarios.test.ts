import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { eventTypes, findParameter, parameters, parametersOf } from '../../../../src/event/catalogue';
import { withFollowing } from '../../../../src/event/told-parameters';
import { findScenarios, type Scenario, scenarios } from '../../../../src/sources/simulator/scenarios';
import type { ScriptedEvent } from '../../../../src/sources/simulator/scripted-call';
import { seededRandom } from '../../../../src/sources/simulator/seeded-random';

const START_MS = Date.UTC(2026, 2, 2, 9, 15, 4, 123);

function played(scenario: Scenario, seed: string, serial = 7): readonly ScriptedEvent[] {
  return scenario.play({ random: seededRandom(seed), startMs: START_MS, serial });
}

/** The same property for every scenario, in many of the ways in which chance can play it. */
function holds(what: string, check: (events: readonly ScriptedEvent[], scenario: Scenario) => void): void {
  describe(what, () => {
    for (const scenario of scenarios)
      it(`in "${scenario.id}"`, () => {
        fc.assert(
          fc.property(fc.string(), (seed) => check(played(scenario, seed), scenario)),
          { numRuns: 25 },
        );
      });
  });
}

const timeOf = (event: ScriptedEvent | undefined, name: string): number => Date.parse(String(event?.parameters[name]));
const figure = (event: ScriptedEvent, name: string): number => Number(event.parameters[name]);
const hundredths = (ms: number): number => Math.round(ms / 10) / 100;

describe('the scenarios', () => {
  it('have every event of the catalogue among them, but the unknown one', () => {
    const seen = new Set(scenarios.flatMap((scenario) => played(scenario, 'all').map(({ type }) => type)));
    const missing = eventTypes.map(({ type }) => type).filter((type) => !seen.has(type));
    assert.deepEqual(missing, ['event.unknown']);
  });

  it('tell every parameter of the catalogue among them, so that no template waits in vain', () => {
    const events = scenarios.flatMap((scenario) => played(scenario, 'all'));
    const told = withFollowing(events.flatMap(({ parameters }) => Object.keys(parameters)));
    const missing = parameters.map(({ name }) => name).filter((name) => !told.has(name));
    assert.deepEqual(missing, []);
  });

  it('have each name once', () => {
    const ids = scenarios.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it('are found by name, all of them by none', () => {
    assert.deepEqual(findScenarios([]), scenarios);
    assert.deepEqual(
      findScenarios(['busy', 'answered'])?.map(({ id }) => id),
      ['busy', 'answered'],
    );
    for (const names of [['nonsense'], ['busy', 'nonsense'], ['__proto__']])
      assert.equal(findScenarios(names), undefined);
  });

  it('play the same with the same chance, and otherwise with another', () => {
    for (const scenario of scenarios) assert.deepEqual(played(scenario, 'a'), played(scenario, 'a'));
    assert.notDeepEqual(
      scenarios.map((scenario) => played(scenario, 'a')),
      scenarios.map((scenario) => played(scenario, 'b')),
    );
  });

  it('give each call ids of its own', () => {
    const ids = (serial: number) =>
      scenarios
        .flatMap((scenario) => played(scenario, 'ids', serial))
        .flatMap(({ parameters }) => [parameters['callId'], parameters['legId']]);
    const [seven, eight] = [new Set(ids(7)), new Set(ids(8))];
    for (const id of seven) assert.ok(id === undefined || !eight.has(id), String(id));
  });

  holds('go forward in time, from the start, and end within five minutes', (events) => {
    const times = events.map(({ atMs }) => atMs - START_MS);
    assert.equal(times[0], 0);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.ok(Math.max(...times) < 300_000);
  });

  holds('hold only parameters that such an event carries, of their types', (events) => {
    for (const { type, parameters } of events) {
      const carried = new Set(parametersOf(type).map(({ name }) => name));
      for (const [name, value] of Object.entries(parameters)) {
        assert.ok(carried.has(name), `${type}: ${name}`);
        const expected = findParameter(name)?.type;
        const actual = Array.isArray(value) ? 'array' : typeof value;
        assert.equal(actual, expected === 'integer' ? 'number' : expected, `${type}: ${name}`);
        if (expected === 'integer') assert.ok(Number.isInteger(value), `${type}: ${name}`);
      }
    }
  });

  holds('are one call with one id, its events numbered from 1', (events) => {
    const ofCall = events.filter(({ callId }) => callId !== '');
    assert.ok(new Set(ofCall.map(({ callId }) => callId)).size <= 1);
    for (const [index, { callId, parameters }] of ofCall.entries()) {
      assert.equal(parameters['callId'], callId);
      assert.equal(parameters['sequence'], index + 1);
    }
  });

  holds('agree on who takes part', (events) => {
    for (const name of ['direction', 'origin', 'callerNumber', 'calledNumber', 'did', 'startTime']) {
      const values = events.flatMap(({ callId, parameters }) =>
        callId !== '' && name in parameters ? [parameters[name]] : [],
      );
      assert.ok(new Set(values).size <= 1, name);
    }
  });

  holds('use no number that somebody could own', (events) => {
    for (const { parameters } of events)
      for (const name of [
        'callerNumber',
        'calledNumber',
        'did',
        'externalNumber',
        'forwardTo',
        'messageFrom',
        'messageTo',
      ]) {
        if (name in parameters) assert.match(String(parameters[name]), /^(1\d{3}55501\d\d|10[1-3])$/, name);
      }
  });

  holds('end once, and miss a call from outside only where nobody answered it', (events, { id }) => {
    const types = events.map(({ type }) => type);
    const ends = types.filter((type) => type === 'call.ended').length;
    assert.equal(ends, ['messages', 'staff', 'robot', 'confirmation'].includes(id) ? 0 : 1);
    const ended = events.find(({ type }) => type === 'call.ended');
    const isMissed = ended?.parameters['direction'] === 'inbound' && ended.parameters['status'] !== 'answered';
    assert.equal(types.indexOf('call.missed'), isMissed ? types.indexOf('call.ended') - 1 : -1);
  });

  holds('have figures that add up at the end', (events) => {
    const over = events.filter(({ parameters }) => parameters['duration'] !== undefined);
    for (const event of over) {
      const startMs = timeOf(event, 'startTime');
      const endMs = timeOf(event, 'endTime');
      const answerMs = timeOf(event, 'answerTime');
      assert.equal(figure(event, 'duration'), hundredths(endMs - startMs));
      assert.ok(figure(event, 'billsec') <= figure(event, 'duration'));
      assert.equal(event.parameters['status'] === 'answered', !Number.isNaN(answerMs));
      assert.equal(event.parameters['disposition'] === 'ANSWERED', event.parameters['status'] === 'answered');
      assert.equal(
        'missedReason' in event.parameters,
        !['answered', 'cancelled'].includes(String(event.parameters['status'])),
      );
      const parts = ['ivrSec', 'queueSec', 'talkSec', 'holdSec'].map((name) => figure(event, name));
      assert.ok(parts.reduce((sum, part) => sum + part, 0) <= figure(event, 'duration') + 0.02);
      if (Number.isNaN(answerMs)) {
        assert.equal(figure(event, 'talkSec'), 0);
        assert.equal(figure(event, 'waitSec'), figure(event, 'duration'));
      } else {
        assert.ok(startMs < answerMs && answerMs < endMs);
        assert.equal(figure(event, 'waitSec'), hundredths(answerMs - startMs));
        assert.equal(figure(event, 'talkSec'), hundredths(endMs - answerMs - figure(event, 'holdSec') * 1000));
        assert.ok(figure(event, 'billsec') >= Math.floor(figure(event, 'talkSec')));
      }
    }
  });

  holds('tell of no time that lies ahead, and of an answer only once there is one', (events) => {
    for (const event of events)
      for (const name of ['startTime', 'answerTime', 'endTime'])
        if (name in event.parameters) assert.ok(timeOf(event, name) <= event.atMs, `${event.type}: ${name}`);
  });
});

describe('single scenarios', () => {
  const types = (id: string): string[] =>
    (findScenarios([id])?.[0].play({ random: seededRandom('one'), startMs: START_MS, serial: 1 }) ?? []).map(
      ({ type }) => type,
    );

  const courses: [id: string, course: string[]][] = [
    ['answered', ['call.received', 'call.dialed', 'call.ringing', 'call.answered', 'call.ended']],
    ['missed', ['call.received', 'call.dialed', 'call.ringing', 'call.missed', 'call.ended']],
    ['busy', ['call.received', 'call.dialed', 'call.missed', 'call.ended']],
    [
      'queue-abandoned',
      ['call.received', 'call.ivr', 'call.dtmf', 'call.queued', 'call.queue.left', 'call.missed', 'call.ended'],
    ],
    [
      'click-to-call',
      [
        'call.initiated',
        'call.dialed',
        'call.ringing',
        'call.answered',
        'call.dialed',
        'call.ringing',
        'call.answered',
        'call.ended',
      ],
    ],
    [
      'obd',
      [
        'call.initiated',
        'call.dialed',
        'call.ringing',
        'call.answered',
        'call.dtmf',
        'call.ended',
        'campaign.call.result',
      ],
    ],
  ];
  for (const [id, course] of courses) it(`"${id}" goes its course`, () => assert.deepEqual(types(id), course));

  it('"click-to-call" rings the agent first, and talks from the moment the customer is there', () => {
    const events =
      findScenarios(['click-to-call'])?.[0].play({ random: seededRandom('one'), startMs: START_MS, serial: 1 }) ?? [];
    const answers = events.filter(({ type }) => type === 'call.answered');
    assert.deepEqual(
      answers.map(({ parameters }) => [parameters['leg'], parameters['answeredByType']]),
      [
        ['agent', 'extension'],
        ['customer', 'customer'],
      ],
    );
    assert.equal(timeOf(events.at(-1), 'answerTime'), answers[1]?.atMs);
  });

  it('"ivr-queue" keeps its recording as long as it was recorded', () => {
    const events =
      findScenarios(['ivr-queue'])?.[0].play({ random: seededRandom('one'), startMs: START_MS, serial: 1 }) ?? [];
    const at = (type: string): number => events.find((event) => event.type === type)?.atMs ?? Number.NaN;
    const recordedMs =
      at('call.recording.stopped') -
      at('call.recording.resumed') +
      at('call.recording.paused') -
      at('call.recording.started');
    const ready = events.find(({ type }) => type === 'call.recording.ready');
    assert.equal(ready?.parameters['recordingDuration'], hundredths(recordedMs));
  });
});
