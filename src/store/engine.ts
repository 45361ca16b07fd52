/** One connection with all its queries: what a worker thread runs. Synchronous. */
import type { DatabaseSync } from 'node:sqlite';
import type { DeliveryStore } from './delivery-store';
import { EventQueries } from './event-queries';
import { LogQueries } from './log-queries';
import { QueueQueries } from './queue-queries';
import { asStoreError, lockDatabase, openDatabase, openReader } from './schema';
import { Statements } from './statements';

/** The calls of the port that are asked of a worker, by name. */
export type Operation = Exclude<keyof DeliveryStore, 'open' | 'close'>;

/** One call: its name, and what it was called with. */
export interface Call {
  readonly operation: Operation;
  readonly parameters: readonly unknown[];
}

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string | null; readonly field: string | null; readonly message: string };

type Implementation = {
  [Name in Operation]: (...parameters: Parameters<DeliveryStore[Name]>) => Awaited<ReturnType<DeliveryStore[Name]>>;
};

export class Engine {
  private readonly database: DatabaseSync;
  private readonly lock: DatabaseSync | undefined;
  private readonly operations: Implementation;

  /** Throws a UserError where the file cannot be used. A reader opens a file that a writer has open. */
  constructor(
    private readonly path: string,
    role: 'writer' | 'reader',
  ) {
    this.lock = role === 'writer' && path !== ':memory:' ? lockDatabase(path) : undefined;
    try {
      this.database = role === 'writer' ? openDatabase(path) : openReader(path);
      this.operations = implement(new Statements(this.database));
    } catch (error) {
      this.lock?.close();
      throw error;
    }
  }

  /**
   * Runs calls as one transaction: one sync of the disk for all. Where it fails, each is run in a transaction of its own,
   * so that a bad one takes none of its neighbours with it.
   */
  runAll(calls: readonly Call[]): Answer[] {
    const together = this.attempt(calls);
    if (together) return together;
    return calls.map((call) => {
      try {
        return this.transaction([call])[0] ?? failure(new Error('No answer'));
      } catch (error) {
        return failure(asStoreError(error, this.path));
      }
    });
  }

  close(): void {
    this.database.close();
    this.lock?.close();
  }

  private attempt(calls: readonly Call[]): Answer[] | undefined {
    if (calls.length === 1) return undefined;
    try {
      return this.transaction(calls);
    } catch {
      return undefined;
    }
  }

  private transaction(calls: readonly Call[]): Answer[] {
    this.database.exec('BEGIN');
    try {
      const answers = calls.map(({ operation, parameters }): Answer => {
        const run = this.operations[operation] as (...parameters: readonly unknown[]) => unknown;
        return { ok: true, value: run(...parameters) };
      });
      this.database.exec('COMMIT');
      return answers;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

function failure(error: unknown): Answer {
  const known =
    typeof error === 'object' && error !== null ? (error as { code?: unknown; field?: unknown; name?: unknown }) : {};
  const isUser = known.name === 'UserError';
  return {
    ok: false,
    code: isUser ? String(known.code) : null,
    field: isUser && typeof known.field === 'string' ? known.field : null,
    message: error instanceof Error ? error.message : String(error),
  };
}

function implement(sql: Statements): Implementation {
  const queue = new QueueQueries(sql);
  const log = new LogQueries(sql);
  const events = new EventQueries(sql);
  return {
    accept: (delivery) => queue.accept(delivery),
    claim: (request) => queue.claim(request),
    finish: (finished) => queue.finish(finished),
    unreported: (nodeId) => queue.unreported(nodeId),
    reported: (ids, keepBodies) => queue.reported(ids, keepBodies),
    release: (ids, dueAtMs) => queue.release(ids, dueAtMs),
    reclaim: (nowMs, all) => queue.reclaim(nowMs, all),
    lanes: () => queue.lanes(),
    wake: (lane, failedSinceMs, nowMs) => queue.wake(lane, failedSinceMs, nowMs),
    setPaused: (lane, paused) => queue.setPaused(lane, paused),
    reopen: (id, change) => queue.reopen(id, change),
    discard: (id, error, nowMs, keepBodies) => queue.discard(id, error, nowMs, keepBodies),
    get: (id) => log.get(id),
    attempts: (id) => log.attempts(id),
    list: (filter, limit, cursor) => log.list(filter, limit, cursor),
    count: (filter) => log.count(filter),
    ids: (filter, limit) => log.ids(filter, limit),
    summary: () => ({ ...log.summary(), lanes: queue.lanes() }),
    prune: (retention, nowMs) => log.prune(retention, nowMs, queue),
    forget: (digits) => log.forget(digits, queue),
    acceptEvents: (accepted) => events.accept(accepted),
    openEvents: (source) => events.open(source),
    closeEvents: (ids) => events.close(ids),
    recentEvents: (filter, limit) => events.recent(filter, limit),
    hold: (hold) => events.hold(hold, queue),
    holds: (nodeId) => events.holds(nodeId),
    dropHold: (id) => events.dropHold(id),
  };
}
