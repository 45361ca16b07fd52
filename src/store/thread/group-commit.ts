/**
 * Runs calls that came together in one transaction, so that they share one wait for the disk, and keeps them apart all the same:
 * one that fails neither undoes nor fails its neighbours. But where the disk refuses a write, no later one IN_ORDER may pass it.
 */
import type { UserError } from '../../errors';
import type { OperationName, Operations, SqliteEngine } from '../engine/sqlite-engine';
import { isRefusal } from '../waiting-writes';
import { type Call, errorData, IN_ORDER, type Outcome } from './worker-protocol';

export class GroupCommit {
  /** How often the disk has refused writes IN_ORDER: the callers hear it with the answer. */
  refusals = 0;
  #lastRefusal: UserError | undefined;

  constructor(private readonly engine: SqliteEngine) {}

  /** Answers one outcome per call, in order. Never throws. */
  run(calls: readonly Call[]): Outcome[] {
    const mayShare = calls.length > 1 && calls.every((call) => call.name !== 'emptyLog' && !this.#mustWait(call));
    if (mayShare) {
      try {
        return this.engine.transaction(() => calls.map((call) => ({ ok: true, value: this.#run(call) })));
      } catch {
        // Nothing of it was committed. Whose fault it was shows when each runs by itself.
      }
    }
    return calls.map((call) => this.#runSingly(call));
  }

  #runSingly(call: Call): Outcome {
    try {
      if (this.#lastRefusal !== undefined && this.#mustWait(call)) throw this.#lastRefusal;
      const value = call.name === 'emptyLog' ? this.engine.emptyLog() : this.engine.transaction(() => this.#run(call));
      return { ok: true, value };
    } catch (error) {
      if (isRefusal(error) && IN_ORDER.has(call.name) && !this.#mustWait(call)) {
        this.refusals += 1;
        this.#lastRefusal = error;
      }
      return { ok: false, error: errorData(error) };
    }
  }

  /** Its caller has not heard yet that a write before it was refused. */
  #mustWait({ name, heard }: Call): boolean {
    return heard < this.refusals && IN_ORDER.has(name);
  }

  #run({ name, args }: Call): unknown {
    if (name === 'emptyLog') throw new Error('emptyLog cannot run in a transaction');
    // Name and arguments were matched by types where the call was made (StoreThread.call); on the way here they are lost.
    const operation = this.engine.operations[name] as (
      ...args: readonly unknown[]
    ) => ReturnType<Operations[OperationName]>;
    return operation(...args);
  }
}
