/**
 * Runs calls that came together in one transaction, so that they share one wait for the disk, and keeps them apart all the same:
 * one that fails neither undoes nor fails its neighbours.
 */
import type { OperationName, Operations, SqliteEngine } from './sqlite-engine';
import { type Call, errorData, type Outcome } from './worker-protocol';

/** Answers one outcome per call, in order. Never throws. */
export function runTogether(engine: SqliteEngine, calls: readonly Call[]): Outcome[] {
  const mayShare = calls.length > 1 && calls.every(({ name }) => name !== 'emptyLog');
  if (mayShare) {
    try {
      return engine.transaction(() => calls.map((call) => ({ id: call.id, ok: true, value: run(engine, call) })));
    } catch {
      // Nothing of it was committed. Whose fault it was shows when each runs by itself.
    }
  }
  return calls.map((call) => runSingly(engine, call));
}

function runSingly(engine: SqliteEngine, call: Call): Outcome {
  try {
    const value = call.name === 'emptyLog' ? engine.emptyLog() : engine.transaction(() => run(engine, call));
    return { id: call.id, ok: true, value };
  } catch (error) {
    return { id: call.id, ok: false, error: errorData(error) };
  }
}

function run({ operations }: SqliteEngine, { name, args }: Call): unknown {
  if (name === 'emptyLog') throw new Error('emptyLog cannot run in a transaction');
  // Name and arguments were matched by types where the call was made (StoreThread.call); on the way here they are lost.
  const operation = operations[name] as (...args: readonly unknown[]) => ReturnType<Operations[OperationName]>;
  return operation(...args);
}
