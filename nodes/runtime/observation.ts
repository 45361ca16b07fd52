/**
 * What is counted in this Node-RED, and what is wrong with its stores and their endpoints. Outlives redeploys, and so also the
 * stores that are closed and opened again by them.
 */
import { AlertBoard } from '../../src/alerts/alert-board';
import { LaneAlerts } from '../../src/alerts/lane-alerts';
import { systemClock } from '../../src/clock';
import type { DeliveryObserver } from '../../src/delivery/observer';
import { Tally } from '../../src/metrics/tally';

export const tally = new Tally();

/** Of one store. */
export interface Observation {
  readonly board: AlertBoard;
  readonly lanes: LaneAlerts;
  /** For its dispatcher. */
  readonly observer: DeliveryObserver;
}

const observations = new Map<string, Observation>();

export function observationOf(storeKey: string): Observation {
  const known = observations.get(storeKey);
  if (known) return known;
  const board = new AlertBoard(systemClock);
  const lanes = new LaneAlerts(board);
  const observation = { board, lanes, observer: observerOf(lanes) };
  observations.set(storeKey, observation);
  return observation;
}

/** Of every store that there has been. */
export function boards(): AlertBoard[] {
  return [...observations.values()].map(({ board }) => board);
}

function observerOf(lanes: LaneAlerts): DeliveryObserver {
  return {
    accepted: (lane, nodeId) => tally.accepted(lane, nodeId),
    attempted(lane, nodeId, failure, durationMs) {
      tally.attempted(lane, nodeId, failure, durationMs);
      lanes.attempted(lane, nodeId, failure);
    },
    delivered: (lane, nodeId, ageMs) => tally.delivered(lane, nodeId, ageMs),
    dead: (lane, nodeId, failure) => tally.dead(lane, nodeId, failure),
    breaker: (lane, state, sinceMs) => lanes.breaker(lane, state, sinceMs),
    stopped: (lane, reason, sinceMs) => lanes.stopped(lane, reason, sinceMs),
    resumed: (lane, reason) => lanes.resumed(lane, reason),
    failing: (lane, sinceMs) => lanes.failing(lane, sinceMs),
    recovered: (lane) => lanes.recovered(lane),
  };
}

/** Notes whether something is wrong with a store. `detail`: one sentence; null: it is in order. */
export function noteOfStore(
  { board }: Observation,
  condition: 'store-refusing' | 'disk-nearly-full' | 'cap-nearly-reached',
  detail: string | null,
): void {
  if (detail === null) board.end(condition, null);
  else board.begin({ condition, lane: null, sinceMs: systemClock.now(), detail });
}
