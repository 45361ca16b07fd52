/**
 * Counts what passes, in plain fields. Counters of a metrics library look up labels at each step, which took about 1 µs for a
 * delivery; this takes a tenth of that, and is copied into such counters when someone asks (exposition.ts).
 */
import { FAILURE_CLASSES, type FailureClass } from '../delivery/delivery';
import type { DeliveryObserver } from '../delivery/observer';
import { BoundedSeries } from './bounded-series';
import { AGE_BOUNDS, ATTEMPT_BOUNDS, Distribution } from './distribution';

/** Flows have fewer nodes than that. */
const MOST_NODES = 500;
/** Origins that messages brought. */
const MOST_ORIGINS = 50;

/** Of one node: a `webhook out`, or a template of which something could not be rendered. */
export class NodeTally {
  accepted = 0;
  succeeded = 0;
  delivered = 0;
  readonly failedAttempts = byClass();
  readonly dead = byClass();
  readonly ages = new Distribution(AGE_BOUNDS);
}

/** Why a provider's call was refused. */
export type Refusal = 'credentials' | 'address' | 'malformed' | 'method' | 'size' | 'not-stored' | 'other';

/** Of one source. */
export class SourceTally {
  fresh = 0;
  repeated = 0;
  readonly refused = new Map<Refusal, number>();

  refuse(reason: Refusal): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }
}

export class Tally implements Pick<DeliveryObserver, 'accepted' | 'attempted' | 'delivered' | 'dead'> {
  readonly nodes = new BoundedSeries(() => new NodeTally(), MOST_NODES);
  /** How long attempts took, by lane: id of an endpoint, or an origin. */
  readonly lanes = laneSeries(() => new Distribution(ATTEMPT_BOUNDS));
  /** What became of events and was not remembered: it came faster than the store took it. */
  notesLost = 0;
  readonly sources = new BoundedSeries(() => new SourceTally(), MOST_NODES);

  accepted(_lane: string, nodeId: string): void {
    this.nodes.of(nodeId).accepted++;
  }

  attempted(lane: string, nodeId: string, failure: FailureClass | null, durationMs: number): void {
    const node = this.nodes.of(nodeId);
    if (failure === null) node.succeeded++;
    else node.failedAttempts[failure]++;
    this.lanes.of(lane).addMs(durationMs);
  }

  delivered(_lane: string, nodeId: string, ageMs: number): void {
    const node = this.nodes.of(nodeId);
    node.delivered++;
    node.ages.addMs(ageMs);
  }

  dead(_lane: string, nodeId: string, failure: FailureClass): void {
    this.nodes.of(nodeId).dead[failure]++;
  }
}

/** Something by lane. An origin may come from a message, an endpoint only from a deployed node. */
export function laneSeries<T>(create: () => T): BoundedSeries<T> {
  return new BoundedSeries(create, MOST_NODES, (lane) => lane.includes('://'), MOST_ORIGINS);
}

function byClass(): Record<FailureClass, number> {
  return Object.fromEntries(FAILURE_CLASSES.map((name) => [name, 0])) as Record<FailureClass, number>;
}
