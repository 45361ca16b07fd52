/**
 * The thread in which a store's SQL runs. What arrived while a transaction was under way goes into the next one together.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { runTogether } from './group-commit';
import { type EngineOptions, SqliteEngine } from './sqlite-engine';
import { type Call, CLOSE, errorData, OPENING, type Outcome } from './worker-protocol';

/** Calls in one transaction, about: more would let the first of them wait for long. */
const LARGEST_GROUP = 512;

function serve(port: MessagePort, options: EngineOptions): void {
  const answer = (outcomes: readonly Outcome[]): void => port.postMessage(outcomes);
  let engine: SqliteEngine;
  try {
    engine = new SqliteEngine(options);
  } catch (error) {
    answer([{ id: OPENING, ok: false, error: errorData(error) }]);
    port.close();
    return;
  }
  answer([{ id: OPENING, ok: true, value: null }]);
  // Reads gain nothing from being answered together.
  const largest = options.readOnly ? 1 : LARGEST_GROUP;
  port.on('message', (first: readonly Call[] | typeof CLOSE) => {
    const { calls, closing } = gather(port, first, largest);
    if (calls.length > 0) answer(runTogether(engine, calls));
    if (!closing) return;
    engine.close();
    port.close();
  });
}

/** The first message and those that wait behind it. */
function gather(port: MessagePort, first: unknown, largest: number): { calls: Call[]; closing: boolean } {
  const calls: Call[] = [];
  for (let message = first; ; ) {
    if (message === CLOSE) return { calls, closing: true };
    calls.push(...(message as readonly Call[]));
    if (calls.length >= largest) break;
    const next: { message: unknown } | undefined = receiveMessageOnPort(port);
    if (next === undefined) break;
    message = next.message;
  }
  return { calls, closing: false };
}

if (parentPort !== null) serve(parentPort, workerData);
