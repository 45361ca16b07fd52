import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expose, type Snapshot } from '../../../src/metrics/exposition';
import { Tally } from '../../../src/metrics/tally';
import { type Family, parsePrometheus, type Sample } from '../../support/prometheus';

const LANE = 'https://crm.example.test';
const PREFIX = 'telephony_webhooks_';

function snapshot(tally: Tally, over: Partial<Snapshot> = {}): Snapshot {
  return { tally, stores: [], lanes: [], nameOf: () => '', ...over };
}

async function read(given: Snapshot): Promise<ReadonlyMap<string, Family>> {
  return parsePrometheus(await expose(given));
}

function samplesOf(families: ReadonlyMap<string, Family>, name: string): readonly Sample[] {
  return families.get(PREFIX + name)?.samples ?? [];
}

describe('the Prometheus text', () => {
  it('has what was counted, by node and by what came of it', async () => {
    const tally = new Tally();
    for (let n = 0; n < 3; n++) tally.accepted(LANE, 'out');
    tally.attempted(LANE, 'out', null, 20);
    tally.attempted(LANE, 'out', 'timeout', 15_000);
    tally.attempted(LANE, 'out', 'timeout', 15_000);
    tally.delivered(LANE, 'out', 40);
    tally.dead(LANE, 'out', 'timeout');
    const families = await read(snapshot(tally, { nameOf: (id) => (id === 'out' ? 'CRM' : '') }));
    const node = { node: 'out', webhook: 'CRM' };
    for (const [name, expected] of [
      ['accepted_total', [[node, 3]]],
      [
        'attempts_total',
        [
          [{ ...node, outcome: 'success' }, 1],
          [{ ...node, outcome: 'timeout' }, 2],
        ],
      ],
      ['delivered_total', [[node, 1]]],
      ['dead_total', [[{ ...node, class: 'timeout' }, 1]]],
    ] as const) {
      assert.equal(families.get(PREFIX + name)?.type, 'counter');
      assert.deepEqual(
        samplesOf(families, name).map(({ labels, value }) => [labels, value]),
        expected,
        name,
      );
    }
  });

  it('has histograms of which each bucket holds the ones below it', async () => {
    const tally = new Tally();
    for (const ms of [5, 20, 20, 700, 90_000, -3]) tally.attempted(LANE, 'out', null, ms);
    const families = await read(snapshot(tally));
    assert.equal(families.get(`${PREFIX}attempt_duration_seconds`)?.type, 'histogram');
    const samples = samplesOf(families, 'attempt_duration_seconds');
    const below = (le: string): number | undefined => samples.find(({ labels }) => labels['le'] === le)?.value;
    assert.deepEqual(['0.005', '0.01', '0.025', '0.5', '1', '60', '+Inf'].map(below), [2, 2, 4, 4, 5, 5, 6]);
    const [sum, count] = samples.slice(-2);
    assert.deepEqual([sum?.name, count?.value], [`${PREFIX}attempt_duration_seconds_sum`, 6]);
    assert.ok(Math.abs((sum?.value ?? 0) - 90.745) < 1e-9);
  });

  it('says how stores and endpoints stand', async () => {
    const tally = new Tally();
    const families = await read(
      snapshot(tally, {
        stores: [
          {
            store: 'embedded',
            open: [
              { nodeId: 'out', state: 'waiting', count: 2 },
              { nodeId: 'out', state: 'waiting', count: 3 },
            ],
            oldestOpenAgeMs: 1500,
            bytes: 10,
            capacityBytes: 100,
            isRefusing: true,
          },
        ],
        lanes: [{ lane: LANE, breaker: { closed: 0, open: 1, 'half-open': 0 }, paused: 1, retryAfter: 0, failing: 1 }],
      }),
    );
    const values = (name: string): unknown[] =>
      samplesOf(families, name).map(({ labels, value }) => [labels['state'] ?? labels['reason'] ?? '', value]);
    assert.deepEqual(values('open_deliveries'), [['waiting', 5]]);
    assert.deepEqual(values('oldest_open_delivery_age_seconds'), [['', 1.5]]);
    assert.deepEqual(values('store_bytes'), [['', 10]]);
    assert.deepEqual(values('store_capacity_bytes'), [['', 100]]);
    assert.deepEqual(values('store_refusing'), [['', 1]]);
    assert.deepEqual(values('endpoint_failing'), [['', 1]]);
    assert.deepEqual(values('endpoint_breaker_state'), [
      ['closed', 0],
      ['open', 1],
      ['half-open', 0],
    ]);
    assert.deepEqual(values('endpoint_paused'), [
      ['by-hand', 1],
      ['retry-after', 0],
    ]);
  });

  it('counts what sources heard and refused', async () => {
    const tally = new Tally();
    const source = tally.sources.of('pbx');
    source.fresh = 4;
    source.repeated = 1;
    source.refuse('credentials');
    source.refuse('credentials');
    tally.notesLost = 7;
    const families = await read(snapshot(tally));
    assert.deepEqual(
      samplesOf(families, 'events_total').map(({ labels, value }) => [labels['result'], value]),
      [
        ['new', 4],
        ['repeated', 1],
      ],
    );
    assert.deepEqual(
      samplesOf(families, 'push_refused_total').map(({ labels, value }) => [labels['reason'], value]),
      [['credentials', 2]],
    );
    assert.deepEqual(
      samplesOf(families, 'event_notes_lost_total').map(({ value }) => value),
      [7],
    );
  });

  async function shownFor(name: string): Promise<unknown[]> {
    const tally = new Tally();
    tally.accepted(LANE, 'out');
    tally.attempted(LANE, 'out', null, 1);
    const families = await read(snapshot(tally, { nameOf: () => name }));
    assert.equal(samplesOf(families, 'accepted_total').length, 1);
    const webhook = samplesOf(families, 'delivery_age_seconds').map(({ labels }) => labels['webhook']);
    const endpoint = samplesOf(families, 'attempt_duration_seconds').map(({ labels }) => labels['endpoint_name']);
    return [...new Set([...webhook, ...endpoint])];
  }

  for (const [name, shown] of [
    ['Grüße "CRM" \\ {a="b"} 1', 'Grüße "CRM" \\ {a="b"} 1'],
    ['"} evil_total 1\n# TYPE x counter', '"} evil_total 1 # TYPE x counter'],
    ['ends in a backslash\\', 'ends in a backslash\\'],
    ['__proto__', '__proto__'],
    ['a\r\nb\u2028c\0', 'a  b c '],
    ['\ud800', ' '],
    ['x'.repeat(1_000), 'x'.repeat(100)],
  ] as const) {
    it(`shows a node that is called ${JSON.stringify(name.slice(0, 40))} in one line`, async () => {
      assert.deepEqual(await shownFor(name), [shown]);
    });
  }

  it('can be read whatever a node is called, and shows one name for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (name) => {
        assert.equal((await shownFor(name)).length, 1);
      }),
    );
  });

  it('is bounded, whatever origins messages bring: the rest is counted together', async () => {
    const tally = new Tally();
    for (let n = 0; n < 10_000; n++) tally.attempted(`https://h${n}.example.test`, 'out', null, 1);
    tally.attempted('an-endpoint', 'out', null, 1);
    const counts = samplesOf(await read(snapshot(tally)), 'attempt_duration_seconds').filter(({ name }) =>
      name.endsWith('_count'),
    );
    const by = new Map(counts.map(({ labels, value }) => [labels['endpoint'], value]));
    assert.deepEqual([by.size, by.get('other'), by.get('an-endpoint')], [52, 9_950, 1]);
  });
});
