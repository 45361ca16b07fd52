/**
 * The thread in which a store's SQL runs. What arrived while a transaction was under way goes into the next one together.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type EngineOptions, SqliteEngine } from '../engine/sqlite-engine';
import { GroupCommit } from './group-commit';
import { packOutcomes, unpackCalls } from './packed-calls';
import type { Packed } from './packed-deliveries';
import { type Answer, type Call, CLOSE, errorData, type Outcome } from './worker-protocol';

/** Calls in one transaction, about: more would let the first of them wait for long. */
const LARGEST_GROUP = 512;

function serve(port: MessagePort, options: EngineOptions): void {
  const answer = (batches: number, calls: readonly Call[], outcomes: readonly Outcome[], refusals = 0): void =>
    port.postMessage({ batches, outcomes: packOutcomes(calls, outcomes), refusals } satisfies Answer);
  let engine: SqliteEngine;
  let groups: GroupCommit;
  try {
    engine = new SqliteEngine(options);
    groups = new GroupCommit(engine);
  } catch (error) {
    answer(1, [], [{ ok: false, error: errorData(error) }]);
    port.close();
    return;
  }
  answer(1, [], [{ ok: true, value: null }]);
  // Reads gain nothing from being answered together.
  const largest = options.readOnly ? 1 : LARGEST_GROUP;
  port.on('message', (first: Packed | typeof CLOSE) => {
    const { batches, calls, closing } = gather(port, first, largest);
    if (batches > 0) answer(batches, calls, groups.run(calls), groups.refusals);
    if (!closing) return;
    engine.close();
    port.close();
  });
}

/** The first batch and those that wait behind it. */
function gather(
  port: MessagePort,
  first: unknown,
  largest: number,
): { batches: number; calls: Call[]; closing: boolean } {
  const calls: Call[] = [];
  let batches = 0;
  for (let message = first; ; ) {
    if (message === CLOSE) return { batches, calls, closing: true };
    calls.push(...unpackCalls(message as Packed));
    batches += 1;
    if (calls.length >= largest) break;
    const next: { message: unknown } | undefined = receiveMessageOnPort(port);
    if (next === undefined) break;
    message = next.message;
  }
  return { batches, calls, closing: false };
}

if (parentPort !== null) serve(parentPort, workerData);
