import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findEventType } from '../../../../src/event/catalogue';
import type { TelephonyEvent } from '../../../../src/event/telephony-event';
import { simulatorDriver } from '../../../../src/sources/simulator/driver';
import { type SimulatorConfig, SimulatorSource } from '../../../../src/sources/simulator/simulator-source';
import type { SourceStatus } from '../../../../src/sources/source';
import type { AcceptedEvent } from '../../../../src/store/delivery-store';
import { FakeClock } from '../../../support/fake-clock';
import { inEnglish } from '../../../support/in-english';

const config: SimulatorConfig = {
  sourceId: 's1',
  sourceName: 'Demo',
  callsPerMinute: 6,
  scenarios: [],
  seed: 'seed',
  countryCode: '',
  fixed: [],
};

interface Running {
  readonly clock: FakeClock;
  readonly source: SimulatorSource;
  readonly accepted: AcceptedEvent[];
  readonly statuses: SourceStatus[];
}

function run(
  change: Partial<SimulatorConfig> = {},
  more: { random?: number; deliver?: () => Promise<void> } = {},
): Running {
  const clock = new FakeClock();
  const accepted: AcceptedEvent[] = [];
  const statuses: SourceStatus[] = [];
  const source = new SimulatorSource(
    { ...config, ...change },
    {
      clock,
      random: () => more.random ?? 0.5,
      deliver: async (events) => {
        await more.deliver?.();
        accepted.push(...events);
      },
      status: (status) => statuses.push(status),
    },
  );
  source.start();
  return { clock, source, accepted, statuses };
}

async function eventsOf(change: Partial<SimulatorConfig>, ms: number, random?: number): Promise<TelephonyEvent[]> {
  const { clock, source, accepted } = run(change, random === undefined ? {} : { random });
  await clock.advanceAsync(ms);
  await source.stop();
  return accepted.map(({ event }) => event);
}

/** How many calls and other happenings began. */
function begun(events: readonly TelephonyEvent[]): number {
  return new Set(events.map(({ callId }) => callId).filter((callId) => callId !== '')).size;
}

describe('the simulator', () => {
  it('is connected at once, and plays its first call within a second', async () => {
    const { clock, accepted, statuses } = run();
    assert.deepEqual(statuses, [{ kind: 'connected' }]);
    await clock.advanceAsync(1000);
    assert.equal(accepted[0]?.event.type, 'call.received');
  });

  it('tells events of the catalogue, when they happen, with what every event has', async () => {
    const { clock, accepted } = run({ scenarios: ['answered'] });
    await clock.advanceAsync(60_000);
    for (const { event, repeatKey, atMs, repeatUntilMs } of accepted) {
      assert.ok(findEventType(event.type));
      assert.equal(event.source, 's1');
      assert.equal(event.callType, 'inbound');
      assert.equal(event.parameters['provider'], 'simulator');
      assert.equal(event.parameters['sourceName'], 'Demo');
      assert.equal(event.parameters['callerNumberE164'], `+${String(event.parameters['callerNumber'])}`);
      assert.equal(Date.parse(event.time), atMs);
      assert.equal(repeatKey, event.id);
      assert.equal(repeatUntilMs, atMs + 86_400_000);
    }
    const times = accepted.map(({ atMs }) => atMs);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.ok(times.length > 20);
  });

  it('hands an event on not before it happens', async () => {
    const { clock, accepted } = run({ scenarios: ['answered'] });
    for (let second = 0; second < 60; second++) {
      await clock.advanceAsync(1000);
      for (const { atMs } of accepted) assert.ok(atMs <= clock.now());
    }
  });

  it('plays the same with the same seed and start: calls, ids and times', async () => {
    const [first, again, other] = await Promise.all([
      eventsOf({}, 120_000),
      eventsOf({}, 120_000, 0.9),
      eventsOf({ seed: 'another' }, 120_000),
    ]);
    assert.ok(first.length > 50);
    assert.deepEqual(again, first);
    assert.notDeepEqual(
      other.map(({ time }) => time),
      first.map(({ time }) => time),
    );
  });

  it('plays differently at every start without a seed', async () => {
    const [one, other] = await Promise.all([eventsOf({ seed: '' }, 60_000, 0.1), eventsOf({ seed: '' }, 60_000, 0.2)]);
    assert.notDeepEqual(
      one.map(({ time }) => time),
      other.map(({ time }) => time),
    );
  });

  it('makes other events of the same calls where the source or the time is another', async () => {
    const [one, other] = await Promise.all([eventsOf({}, 30_000), eventsOf({ sourceId: 's2' }, 30_000)]);
    const ids = new Set(one.map(({ id }) => id));
    assert.equal(ids.size, one.length);
    assert.ok(other.length > 0 && other.every(({ id }) => !ids.has(id)));

    const later = run();
    later.clock.jump(3_600_000);
    await later.clock.advanceAsync(30_000);
    assert.ok(later.accepted.length > 0 && later.accepted.every(({ event }) => !ids.has(event.id)));
  });

  it('keeps the pace that it is given', async () => {
    for (const callsPerMinute of [6, 60]) {
      const events = await eventsOf({ callsPerMinute, scenarios: ['busy'] }, 600_000);
      const expected = callsPerMinute * 10;
      assert.ok(Math.abs(begun(events) - expected) <= expected * 0.1 + 1, `${begun(events)} of ${expected}`);
    }
  });

  it('plays only the scenarios that are chosen', async () => {
    const events = await eventsOf({ scenarios: ['messages', 'busy'] }, 60_000);
    const types = new Set(events.map(({ type }) => type));
    assert.deepEqual([...types].sort(), [
      'call.dialed',
      'call.ended',
      'call.missed',
      'call.received',
      'message.received',
      'message.sent',
      'message.status',
    ]);
  });

  it('refuses a scenario that does not exist, and names those that do', () => {
    assert.throws(() => run({ scenarios: ['busy', 'nonsense'] }), {
      code: 'scenarios',
      field: 'scenarios',
      message: /answered, missed, busy/,
    });
  });

  it('plays every event of the catalogue within a round', async () => {
    const events = await eventsOf({ callsPerMinute: 60 }, 120_000);
    assert.equal(new Set(events.map(({ type }) => type)).size, 46);
  });

  it('adds the fixed values of the source to what a call does not tell', async () => {
    const fixed = [
      { key: 'accountId', type: 'text', value: '104233' },
      { key: 'trunk', type: 'text', value: 'fixed' },
    ] as const;
    const events = await eventsOf({ scenarios: ['busy'], fixed }, 20_000);
    assert.ok(events.length > 0);
    for (const { parameters } of events) {
      assert.equal(parameters['accountId'], '104233');
      assert.equal(parameters['trunk'], 'trunk-1');
    }
  });

  it('tells nothing more once it is stopped, and leaves no timer', async () => {
    const { clock, source, accepted } = run();
    await clock.advanceAsync(20_000);
    await source.stop();
    const before = accepted.length;
    assert.deepEqual(clock.dueAtMs, []);
    await clock.advanceAsync(60_000);
    assert.equal(accepted.length, before);
  });

  it('is stopped only when what has happened is stored', async () => {
    let finish: (() => void) | undefined;
    const deliver = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const { clock, source, accepted } = run({}, { deliver });
    await clock.advanceAsync(600);
    const stopping = source.stop();
    assert.equal(accepted.length, 0);
    finish?.();
    await stopping;
    assert.equal(accepted.length, 1);
  });

  it('hands events over again, in their order, after they could not be stored', async () => {
    let broken = true;
    const deliver = async () => {
      if (broken) throw new Error('the disk is full');
    };
    const { clock, accepted, statuses } = run({ scenarios: ['answered'] }, { deliver });
    await clock.advanceAsync(4000);
    assert.deepEqual(inEnglish(statuses.at(-1)), {
      kind: 'error',
      trouble: 'store',
      reason: { message: 'The events could not be stored: the disk is full' },
    });
    assert.equal(accepted.length, 0);
    broken = false;
    await clock.advanceAsync(56_000);
    assert.deepEqual(statuses.at(-1), { kind: 'connected' });
    const expected = await eventsOf({ scenarios: ['answered'] }, 60_000);
    assert.deepEqual(
      accepted.map(({ event }) => event),
      expected,
    );
  });

  it('plays a call at once when it is asked to, and says which', async () => {
    const { clock, source, accepted } = run({ scenarios: ['busy'], callsPerMinute: 0.1 });
    const test = (running?: SimulatorSource) =>
      simulatorDriver.test({ ...config, settings: config, timeZone: 'UTC', credentials: {} }, running, { clock });
    assert.deepEqual(await test(source), [{ grade: 'good', code: 'called', values: { scenario: 'Busy' } }]);
    await clock.advanceAsync(0);
    assert.equal(accepted[0]?.event.type, 'call.received');
    assert.deepEqual(await test(), [{ grade: 'bad', code: 'notDeployed' }]);
  });

  it('stops beginning calls while nothing can be stored, and goes on afterwards', async () => {
    let storable: (() => void) | undefined;
    const deliver = () =>
      new Promise<void>((resolve) => {
        storable = resolve;
      });
    const { clock, accepted } = run({ callsPerMinute: 6000, scenarios: ['busy'] }, { deliver });
    clock.advance(600_000);
    const timers = clock.dueAtMs.length;
    assert.ok(timers < 2100, `${timers} timers`);
    await clock.advanceAsync(1);
    let batches = 0;
    for (let before = -1; batches < 20 && before < accepted.length; batches++) {
      before = accepted.length;
      storable?.();
      await clock.advanceAsync(0);
    }
    assert.ok(accepted.length >= 5000 && accepted.length < 20_000, `${accepted.length} events`);
  });
});
