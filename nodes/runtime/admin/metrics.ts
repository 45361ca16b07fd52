/** `GET telephony-webhooks/metrics`: what was counted since Node-RED started, and how stores and endpoints stand now. */
import { systemClock } from '../../../src/clock';
import { OTHER } from '../../../src/metrics/bounded-series';
import { expose, type LaneGauges, type StoreGauges } from '../../../src/metrics/exposition';
import { laneSeries } from '../../../src/metrics/tally';
import type { StoreSummary } from '../../../src/store/delivery-store';
import { nodeNames } from '../node-names';
import { observationOf, tally } from '../observation';
import type { Red } from '../red';
import { nameOfStore, type OpenStore } from '../stores/stores';

/** A summary reads the whole log, beside what is being written: it may take one fiftieth of the time, however often someone asks. */
const REST_FACTOR = 50;
const summaries = new WeakMap<OpenStore, { readonly untilMs: number; readonly summary: Promise<StoreSummary> }>();

export async function metricsText(red: Red, stores: readonly OpenStore[]): Promise<string> {
  const gauges = await Promise.all(stores.map(gaugesOf));
  return expose({ tally, stores: gauges, lanes: lanesOf(stores), nameOf: nodeNames(red) });
}

async function gaugesOf(open: OpenStore): Promise<StoreGauges> {
  const { webhooks, bytes, oldestOpenAtMs } = await summaryOf(open);
  return {
    store: nameOfStore(open),
    // A webhook may have many names, given by messages: its node has one.
    open: webhooks.flatMap(({ nodeId, states }) =>
      (['pending', 'sending', 'waiting'] as const).map((state) => ({ nodeId, state, count: states[state] })),
    ),
    oldestOpenAgeMs: oldestOpenAtMs === null ? 0 : Math.max(0, systemClock.now() - oldestOpenAtMs),
    bytes,
    capacityBytes: open.config.maxMegabytes * 1024 * 1024,
    isRefusing: open.store.health.trouble !== null,
  };
}

function summaryOf(open: OpenStore): Promise<StoreSummary> {
  const startedAtMs = systemClock.now();
  const known = summaries.get(open);
  if (known && startedAtMs < known.untilMs) return known.summary;
  const summary = open.store.summary();
  summaries.set(open, { untilMs: Number.POSITIVE_INFINITY, summary });
  summary.then(
    () => {
      const nowMs = systemClock.now();
      summaries.set(open, { untilMs: nowMs + REST_FACTOR * (nowMs - startedAtMs), summary });
    },
    () => summaries.delete(open),
  );
  return summary;
}

/** Every endpoint that anything is known of, as the tally calls it. One that two stores use counts once. */
function lanesOf(stores: readonly OpenStore[]): LaneGauges[] {
  const known = new Set([...tally.lanes.entries()].map(([lane]) => lane));
  known.delete(OTHER); // counted together, but none itself
  const watched = stores.map(({ key }) => observationOf(key));
  for (const { board } of watched) for (const { lane } of board.standing) if (lane !== null) known.add(lane);
  const shown = laneSeries(() => ({
    breaker: { closed: 0, open: 0, 'half-open': 0 },
    paused: 0,
    retryAfter: 0,
    failing: 0,
  }));
  for (const lane of known) {
    const gauges = shown.of(lane);
    const stands = (condition: 'paused' | 'retry-after' | 'failing'): number =>
      watched.some(({ board }) => board.has(condition, lane)) ? 1 : 0;
    const breakers = watched.map(({ lanes }) => lanes.breakerOf(lane));
    gauges.breaker[breakers.find((state) => state !== 'closed') ?? 'closed']++;
    gauges.paused += stands('paused');
    gauges.retryAfter += stands('retry-after');
    gauges.failing += stands('failing');
  }
  return [...shown.entries()].map(([lane, gauges]) => ({ lane, ...gauges }));
}
