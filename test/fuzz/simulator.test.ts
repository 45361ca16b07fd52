import assert from 'node:assert/strict';
import { parseConfig } from '../../nodes/telephony-source/config';
import { UserError } from '../../src/errors';
import { vocabulary, vocabularyIds } from '../../src/sources/http-push/vocabularies';
import { scenarios } from '../../src/sources/simulator/scenarios';
import { SimulatorSource } from '../../src/sources/simulator/simulator-source';
import type { AcceptedEvent } from '../../src/store/delivery-store';
import { FakeClock } from '../support/fake-clock';
import { assertClear, fuzz, quickly } from './fuzzer';
import type { Hostile } from './hostile';

const SAVED = {
  kind: 'simulator',
  callsPerMinute: 600,
  scenarios: ['answered', 'missed'],
  seed: 'demo',
  countryCode: 'GB',
  timeZone: 'Europe/London',
  fixed: [{ key: 'accountId', type: 'number', value: '104233' }],
};

describe('a simulator with any configuration', () => {
  fuzz('says which field is wrong, or plays the same events for the same seed', 150, async (hostile) => {
    const { config, problems } = parseConfig(hostile.mutated(SAVED));
    if (problems.length > 0 || config.kind !== 'simulator') return;
    const played = async (): Promise<readonly AcceptedEvent[] | undefined> => {
      const clock = new FakeClock();
      const events: AcceptedEvent[] = [];
      const host = {
        clock,
        random: () => 0.5,
        deliver: async (batch: readonly AcceptedEvent[]) => void events.push(...batch),
        status: () => {},
      };
      try {
        const source = new SimulatorSource({ ...config, sourceId: 'src1', sourceName: config.name }, host);
        source.start();
        await clock.advanceAsync(20_000);
        await source.stop();
      } catch (error) {
        assert(error instanceof UserError, String(error));
        assert.equal(error.field, 'scenarios');
        assertClear(error.message);
        return undefined;
      }
      return events;
    };
    const first = await played();
    assert.deepEqual(await played(), first);
    for (const { event } of first ?? []) assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  });

  fuzz(
    'and with any chance tells of calls in the order of their times, in the words of every provider',
    300,
    (hostile) => {
      const scenario = hostile.pick(scenarios);
      const random = oddRandom(hostile);
      const startMs = hostile.pick([0, 1_772_442_904_120, 4e12]);
      const script = quickly(scenario.id, () =>
        scenario.play({ random, startMs, serial: hostile.pick([1, 2 ** 31, 1e9]) }),
      );
      assert(script.length > 0);
      script.forEach(({ atMs, type, callId, parameters }, index) => {
        assert(Number.isInteger(atMs) && atMs >= (script[index - 1]?.atMs ?? startMs), `${scenario.id} at ${atMs}`);
        const event = {
          id: 'evt_1',
          type,
          time: new Date(atMs).toISOString(),
          source: 'src1',
          callId,
          callType: null,
          parameters,
        };
        for (const id of vocabularyIds) {
          const { names, find } = vocabulary(id);
          for (const { name } of names) find(name)?.read(event as never);
        }
      });
    },
  );
});

/** Chance at its edges, where lists are overrun and times stand still. */
function oddRandom(hostile: Hostile): () => number {
  return hostile.pick([() => 0, () => 1 - Number.EPSILON / 2, hostile.random]);
}
