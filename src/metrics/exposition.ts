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

const NODE = ['node', 'webhook'];
const LANE = ['endpoint', 'endpoint_name'];
const SOURCE = ['source', 'source_name'];

export function expose({ tally, stores, lanes, nameOf }: Snapshot): Promise<string> {
  const page = new Page(nameOf);
  deliveries(page, tally);
  endpoints(page, tally, lanes);
  storesNow(page, stores);
  sources(page, tally);
  return page.registry.metrics();
}

function deliveries(page: Page, tally: Tally): void {
  const accepted = page.counter('accepted', 'Deliveries accepted: stored durably.', NODE);
  const attempts = page.counter('attempts', 'Attempts made, by outcome: success, or the class of the failure.', [
    ...NODE,
    'outcome',
  ]);
  const delivered = page.counter('delivered', 'Deliveries that ended as delivered.', NODE);
  const dead = page.counter('dead', 'Deliveries that ended as failed, by the class of the last failure.', [
    ...NODE,
    'class',
  ]);
  const ages: Series[] = [];
  for (const [nodeId, node] of tally.nodes.entries()) {
    const labels = page.named(NODE, nodeId);
    accepted.inc(labels, node.accepted);
    delivered.inc(labels, node.delivered);
    attempts.inc({ ...labels, outcome: 'success' }, node.succeeded);
    for (const [outcome, count] of occurred(node.failedAttempts)) attempts.inc({ ...labels, outcome }, count);
    for (const [name, count] of occurred(node.dead)) dead.inc({ ...labels, class: name }, count);
    ages.push({ labels, distribution: node.ages });
  }
  page.histogram('delivery_age_seconds', 'Age of deliveries when they are delivered.', NODE, ages);
}

/** Classes that never occurred would be most of the text. */
function occurred(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).filter(([, count]) => count > 0);
}

function endpoints(page: Page, tally: Tally, lanes: readonly LaneGauges[]): void {
  const durations = [...tally.lanes.entries()].map(([lane, distribution]) => ({
    labels: page.named(LANE, lane),
    distribution,
  }));
  page.histogram('attempt_duration_seconds', 'How long attempts take, failed ones too.', LANE, durations);
  const breaker = page.gauge('endpoint_breaker_state', 'Circuit breaker: 1 for the state it is in.', [
    ...LANE,
    'state',
  ]);
  const paused = page.gauge('endpoint_paused', '1 while nothing is sent: paused by hand, or by Retry-After.', [
    ...LANE,
    'reason',
  ]);
  const failing = page.gauge('endpoint_failing', '1 from the first failure until a request gets through.', LANE);
  for (const { lane, ...stands } of lanes) {
    const labels = page.named(LANE, lane);
    for (const [state, count] of Object.entries(stands.breaker)) breaker.set({ ...labels, state }, count);
    paused.set({ ...labels, reason: 'by-hand' }, stands.paused);
    paused.set({ ...labels, reason: 'retry-after' }, stands.retryAfter);
    failing.set(labels, stands.failing);
  }
}

function storesNow(page: Page, stores: readonly StoreGauges[]): void {
  const open = page.gauge(
    'open_deliveries',
    'Deliveries that have not ended, by state; waiting: failed, to be tried again.',
    ['store', ...NODE, 'state'],
  );
  const oldest = page.gauge('oldest_open_delivery_age_seconds', 'Age of the oldest delivery that has not ended.', [
    'store',
  ]);
  const bytes = page.gauge('store_bytes', 'What is stored takes up.', ['store']);
  const capacity = page.gauge('store_capacity_bytes', 'What is stored may take up before the oldest is removed.', [
    'store',
  ]);
  const refusing = page.gauge('store_refusing', '1 while the store cannot be written to.', ['store']);
  for (const { store, ...stands } of stores) {
    // Of one node there may be several: by the names that messages gave its webhook.
    for (const { nodeId, state, count } of stands.open) open.inc({ store, ...page.named(NODE, nodeId), state }, count);
    oldest.set({ store }, stands.oldestOpenAgeMs / 1000);
    bytes.set({ store }, stands.bytes);
    capacity.set({ store }, stands.capacityBytes);
    refusing.set({ store }, stands.isRefusing ? 1 : 0);
  }
}

function sources(page: Page, tally: Tally): void {
  const events = page.counter('events', 'Events that sources accepted, and repeats of known ones.', [
    ...SOURCE,
    'result',
  ]);
  const refused = page.counter('push_refused', 'Calls of providers that were refused, by reason.', [
    ...SOURCE,
    'reason',
  ]);
  const lost = page.counter('event_notes_lost', 'Notes of what became of events that were not kept.', []);
  lost.inc(tally.notesLost);
  for (const [source, { fresh, repeated, refused: reasons }] of tally.sources.entries()) {
    const labels = page.named(SOURCE, source);
    events.inc({ ...labels, result: 'new' }, fresh);
    events.inc({ ...labels, result: 'repeated' }, repeated);
    for (const [reason, count] of reasons) refused.inc({ ...labels, reason }, count);
  }
}

/** The text to be: what belongs to each of its metrics. */
class Page {
  readonly registry = new Registry();

  constructor(private readonly nameOf: (nodeId: string) => string) {}

  counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name: `${PREFIX}${name}_total`, help, labelNames, registers: [this.registry] });
  }

  gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  histogram(name: string, help: string, labelNames: readonly string[], series: readonly Series[]): void {
    this.registry.registerMetric(new Copied(PREFIX + name, help, labelNames, series));
  }

  /** The id of a node and what people call it, as two labels. */
  named([id = '', name = '']: readonly string[], nodeId: string): Labels {
    return { [id]: nodeId, [name]: oneLine(this.nameOf(nodeId)) };
  }
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
