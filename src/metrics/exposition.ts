/** Writes what was counted, and how things stand now, as Prometheus text. A registry for each time someone asks: counting is cheap, asking is rare. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState } from '../delivery/observer';
import type { Distribution } from './distribution';
import type { Tally } from './tally';

const PREFIX = 'telephony_webhooks_';
const LONGEST_NAME = 100;

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** How one store stands. */
export interface StoreGauges {
  readonly store: string;
  /** By node. */
  readonly open: readonly { readonly nodeId: string; readonly state: string; readonly count: number }[];
  /** 0: nothing is open. */
  readonly oldestOpenAgeMs: number;
  readonly bytes: number;
  readonly capacityBytes: number;
  readonly isRefusing: boolean;
}

/** How one endpoint stands, or several that are shown as one. */
export interface LaneGauges {
  /** Its name in the tally. */
  readonly lane: string;
  readonly breaker: Readonly<Record<BreakerState, number>>;
  readonly paused: number;
  readonly retryAfter: number;
  readonly failing: number;
}

export interface Snapshot {
  readonly tally: Tally;
  readonly stores: readonly StoreGauges[];
  readonly lanes: readonly LaneGauges[];
  /** What people call a node. Empty: nothing is known. */
  readonly nameOf: (nodeId: string) => string;
}

type Labels = Readonly<Record<string, string>>;

export function expose({ tally, stores, lanes, nameOf }: Snapshot): Promise<string> {
  const registry = new Registry();
  const counter = (name: string, help: string, labelNames: readonly string[]): Counter =>
    new Counter({ name: `${PREFIX}${name}_total`, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge =>
    new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
  const name = (nodeId: string): string => oneLine(nameOf(nodeId));
  const byNode = (nodeId: string): Labels => ({ node: nodeId, webhook: name(nodeId) });
  const byLane = (lane: string): Labels => ({ endpoint: lane, endpoint_name: name(lane) });
  const NODE = ['node', 'webhook'];
  const LANE = ['endpoint', 'endpoint_name'];

  const accepted = counter('accepted', 'Deliveries accepted: stored durably.', NODE);
  const attempts = counter('attempts', 'Attempts made, by outcome: success, or the class of the failure.', [
    ...NODE,
    'outcome',
  ]);
  const delivered = counter('delivered', 'Deliveries that ended as delivered.', NODE);
  const dead = counter('dead', 'Deliveries that ended as failed, by the class of the last failure.', [
    ...NODE,
    'class',
  ]);
  const ages: Series[] = [];
  for (const [nodeId, node] of tally.nodes.entries()) {
    const labels = byNode(nodeId);
    accepted.inc(labels, node.accepted);
    delivered.inc(labels, node.delivered);
    attempts.inc({ ...labels, outcome: 'success' }, node.succeeded);
    // Classes that never occurred would be most of the text.
    for (const [outcome, count] of Object.entries(node.failedAttempts))
      if (count > 0) attempts.inc({ ...labels, outcome }, count);
    for (const [kind, count] of Object.entries(node.dead)) if (count > 0) dead.inc({ ...labels, class: kind }, count);
    ages.push({ labels, distribution: node.ages });
  }
  const durations = [...tally.lanes.entries()].map(([lane, distribution]) => ({ labels: byLane(lane), distribution }));
  const ageName = `${PREFIX}delivery_age_seconds`;
  registry.registerMetric(new Copied(ageName, 'Age of deliveries when they are delivered.', NODE, ages));
  const durationName = `${PREFIX}attempt_duration_seconds`;
  registry.registerMetric(new Copied(durationName, 'How long attempts take, failed ones too.', LANE, durations));

  const breaker = gauge('endpoint_breaker_state', 'Circuit breaker: 1 for the state it is in.', [...LANE, 'state']);
  const paused = gauge('endpoint_paused', '1 while nothing is sent: paused by hand, or by Retry-After.', [
    ...LANE,
    'reason',
  ]);
  const failing = gauge('endpoint_failing', '1 from the first failure until a request gets through.', LANE);
  for (const lane of lanes) {
    const labels = byLane(lane.lane);
    for (const [state, count] of Object.entries(lane.breaker)) breaker.set({ ...labels, state }, count);
    paused.set({ ...labels, reason: 'by-hand' }, lane.paused);
    paused.set({ ...labels, reason: 'retry-after' }, lane.retryAfter);
    failing.set(labels, lane.failing);
  }

  const open = gauge(
    'open_deliveries',
    'Deliveries that have not ended, by state; waiting: failed, to be tried again.',
    ['store', ...NODE, 'state'],
  );
  const oldest = gauge('oldest_open_delivery_age_seconds', 'Age of the oldest delivery that has not ended.', ['store']);
  const bytes = gauge('store_bytes', 'What is stored takes up.', ['store']);
  const capacity = gauge('store_capacity_bytes', 'What is stored may take up before the oldest is removed.', ['store']);
  const refusing = gauge('store_refusing', '1 while the store cannot be written to.', ['store']);
  for (const { store, ...stands } of stores) {
    for (const { nodeId, state, count } of stands.open) open.inc({ store, ...byNode(nodeId), state }, count);
    oldest.set({ store }, stands.oldestOpenAgeMs / 1000);
    bytes.set({ store }, stands.bytes);
    capacity.set({ store }, stands.capacityBytes);
    refusing.set({ store }, stands.isRefusing ? 1 : 0);
  }

  const SOURCE = ['source', 'source_name'];
  const events = counter('events', 'Events that sources accepted, and repeats of known ones.', [...SOURCE, 'result']);
  const refused = counter('push_refused', 'Calls of providers that were refused, by reason.', [...SOURCE, 'reason']);
  for (const [source, { fresh, repeated, refused: reasons }] of tally.sources.entries()) {
    const labels = { source, source_name: name(source) };
    events.inc({ ...labels, result: 'new' }, fresh);
    events.inc({ ...labels, result: 'repeated' }, repeated);
    for (const [reason, count] of reasons) refused.inc({ ...labels, reason }, count);
  }
  return registry.metrics();
}

/** Quotes and backslashes are escaped by the library; other control characters some readers take for the end of the line. */
function oneLine(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ');
}

interface Series {
  readonly labels: Labels;
  readonly distribution: Distribution;
}

type Values = Awaited<ReturnType<Histogram['get']>>;

/** A histogram of which the values were counted elsewhere. */
class Copied extends Histogram {
  readonly #title: Pick<Values, 'name' | 'help'>;

  constructor(
    name: string,
    help: string,
    labelNames: readonly string[],
    private readonly series: readonly Series[],
  ) {
    super({ name, help, labelNames: [...labelNames], registers: [] });
    this.#title = { name, help };
  }

  override async get(): Promise<Values> {
    const values = this.series.flatMap(({ labels, distribution }) => this.#valuesOf(labels, distribution));
    // The library's types have a number for the type, its code a word.
    const type = 'histogram' as unknown as Values['type'];
    return { ...this.#title, type, aggregator: 'sum', collect: () => undefined, values };
  }

  /** What a registry asks for rather than `get`; not in its types. */
  getForPromString(): Promise<Values> {
    return this.get();
  }

  #valuesOf(labels: Labels, { bounds, counts, sum }: Distribution): Values['values'] {
    const { name } = this.#title;
    let below = 0;
    const buckets = counts.map((count, index) => {
      below += count;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: `${bounds[index] ?? '+Inf'}` }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: below },
    ];
  }
}
