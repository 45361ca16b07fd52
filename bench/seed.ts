/**
 * Fills a store before Node-RED opens it, in a process of its own, and measures there what a claim costs. Takes a Seed as
 * JSON, sends a Seeded as a message.
 */
import { randomId, systemClock } from '../src/clock';
import type { NewDelivery } from '../src/store/delivery-store';
import { SqliteStore } from '../src/store/sqlite-store';
import { endpointId, endpointPath, outId } from './flows';
import { median } from './statistics';

export interface Seed {
  /** The database's file. */
  readonly path: string;
  readonly receiver: string;
  /** Under which the receiver counts those that are due. */
  readonly run: string;
  /** Deliveries whose time comes in an hour. */
  readonly waiting: number;
  /** Deliveries that are due. */
  readonly due: number;
  readonly lanes: number;
}

export interface Seeded {
  readonly claimMs: number;
}

/** Deliveries of one call, which go in order. */
const OF_ONE_CALL = 4;
const STORED_TOGETHER = 4096;
const CLAIMED_TOGETHER = 64;
const CLAIMS = 60;
const LATER_MS = 3_600_000;

function newDelivery(seed: Seed, number: number, isDue: boolean, nowMs: number): NewDelivery {
  // The calls go to the lanes in turn, all deliveries of a call to the same.
  const call = Math.floor(number / OF_ONE_CALL);
  const lane = call % seed.lanes;
  const callId = `${isDue ? seed.run : 'later'}.${number}`;
  const time = new Date(nowMs).toISOString();
  const parameters = {
    eventType: 'call.ended',
    eventTime: time,
    callId,
    callerNumber: '+442079460123',
    callerName: 'Ann Customer',
    calledNumber: '+442079460999',
    duration: 70,
    billsec: 64,
  };
  const event = { id: `event-${callId}`, type: 'call.ended', time, source: 'bench', callId, parameters };
  return {
    id: randomId('dlv_'),
    nodeId: outId(lane),
    webhook: 'webhook out',
    lane: endpointId(lane),
    orderKey: `call-${call}`,
    eventId: event.id,
    eventTime: time,
    eventType: event.type,
    callId,
    request: {
      method: 'POST',
      url: `${seed.receiver}${endpointPath(lane)}hook`,
      headers: { 'Content-Type': 'application/json' },
      body: { encoding: 'utf8', text: JSON.stringify({ ...parameters, sentAt: '0' }) },
      sealed: null,
    },
    message: JSON.stringify({ topic: event.type, event }),
    createdAtMs: nowMs,
    resendOf: null,
    start: { kind: 'pending', dueAtMs: isDue ? nowMs : nowMs + LATER_MS },
    compare: false,
  };
}

async function fill(store: SqliteStore, seed: Seed): Promise<void> {
  const nowMs = systemClock.now();
  // What is due stands in the middle of what waits, as it would where it was accepted.
  const firstDue = Math.floor(seed.waiting / 2 / OF_ONE_CALL) * OF_ONE_CALL;
  const all = seed.waiting + seed.due;
  for (let from = 0; from < all; from += STORED_TOGETHER) {
    const numbers = Array.from({ length: Math.min(STORED_TOGETHER, all - from) }, (_, index) => from + index);
    await Promise.all(
      numbers.map((number) => {
        const isDue = number >= firstDue && number < firstDue + seed.due;
        return store.accept(newDelivery(seed, number, isDue, nowMs));
      }),
    );
  }
}

/** The median of claims that are given back, so that the store is as it was. */
async function measureClaims(store: SqliteStore, seed: Seed): Promise<number> {
  const found: number[] = [];
  for (let round = 0; round < CLAIMS; round++) {
    const lane = round % seed.lanes;
    const nowMs = systemClock.now();
    const startedAt = performance.now();
    const { deliveries } = await store.claim({
      lane: endpointId(lane),
      nodeIds: [outId(lane)],
      limit: CLAIMED_TOGETHER,
      nowMs,
      leaseUntilMs: nowMs + LATER_MS,
    });
    found.push(performance.now() - startedAt);
    if (deliveries.length === 0) throw new Error(`Nothing could be claimed in lane ${lane}`);
    await store.release(
      deliveries.map(({ id }) => id),
      nowMs,
    );
  }
  return median(found);
}

async function main(seed: Seed): Promise<void> {
  const store = new SqliteStore({ path: seed.path });
  await store.open();
  await fill(store, seed);
  const claimMs = await measureClaims(store, seed);
  await store.close();
  process.send?.({ claimMs } satisfies Seeded);
  process.disconnect?.();
}

void main(JSON.parse(process.argv[2] ?? '') as Seed);
