/**
 * A store in one SQLite database, synchronous: opens the file and knows every operation on it. Who calls it without blocking, and
 * commits many calls at once, is sqlite-store.ts with its worker.
 */

import type { DeliveryStore } from '../delivery-store';
import { acceptEvents, closeEvents, comeOut, openEvents, recentEvents } from './accepted-events';
import { comeBack, discard, reopen, reported, unreported } from './delivery-acts';
import { count } from './delivery-filter';
import { accept, claim, finish, reclaim, release, turnBack, turnBackTo } from './delivery-flow';
import { attempts, get, ids, list, summary } from './delivery-log';
import { positions, timeline } from './delivery-outline';
import { noteEvents, openNotes } from './event-notes';
import { deliveriesOf, heardCalls } from './heard-calls';
import { dropHold, hold, holds, pruneHolds, takeHold } from './holds';
import { lanes, move, setPaused, setRest, wake, wakeOne } from './lanes';
import { erase, type Occurrences, occurrences, prune, usedBytes } from './retention';
import { migrate, probe } from './schema';
import { replaced, storeError } from './sqlite-error';
import { type OpenFile, openForReading, openForWriting, writeAnew } from './sqlite-file';
import { Tables } from './tables';

/** What the port promises, without the promise. */
type Synchronous<Port> = {
  [Method in keyof Port]: Port[Method] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never;
};

/** Every operation; `forget` comes in two, to be found by a reader and erased by the writer. */
export interface Operations extends Synchronous<Omit<DeliveryStore, 'open' | 'close' | 'forget' | 'health'>> {
  occurrences(digits: string): Occurrences;
  erase(found: Occurrences): number;
  /** Writes something of no consequence: throws where the disk refuses. */
  probe(): void;
}

export type OperationName = keyof Operations;

export interface EngineOptions {
  /** A file, or IN_MEMORY. */
  readonly path: string;
  /** Reads beside the one engine that writes; the writing operations then throw. Default: false. */
  readonly readOnly?: boolean;
  /** How long to wait for a former owner of the file, which may be closing it. Default: 2 s. */
  readonly lockWaitMs?: number;
}

export class SqliteEngine {
  readonly #options: EngineOptions;
  #open: { readonly file: OpenFile; readonly sql: Tables; readonly operations: Operations };

  /** Opens the file, and makes or migrates it. Throws a UserError: `store-busy`, `store-newer`, `store-corrupt`, `store-unwritable`. */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.#open = open(options);
  }

  get sql(): Tables {
    return this.#open.sql;
  }

  get operations(): Operations {
    return this.#open.operations;
  }

  /** Runs the work in one transaction: all of it is on disk, or nothing and a UserError says what the disk or another program did. */
  transaction<T>(work: () => T): T {
    try {
      this.#lookForFile();
      return this.sql.transaction(work);
    } catch (error) {
      throw storeError(error, this.#options.path);
    }
  }

  /** A file that was removed is written anew, with all that was in it; one that was replaced is nobody's to overwrite. */
  #lookForFile(): void {
    const { path, readOnly } = this.#options;
    const { file } = this.#open;
    const state = file.state();
    if (state === 'there') return;
    if (readOnly) {
      // The writer sees to what is there.
      this.#open = open(this.#options);
      file.close();
      return;
    }
    if (state === 'replaced') throw replaced(path);
    writeAnew(file.database, path);
    file.close();
    this.#open = open(this.#options);
  }

  /** Copies the write-ahead log into the file and empties it, so that nothing erased is left in it. Outside of any transaction. */
  emptyLog(): void {
    this.sql.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#open.file.close();
  }
}

function open(options: EngineOptions): { file: OpenFile; sql: Tables; operations: Operations } {
  const { path, readOnly = false, lockWaitMs = 2_000 } = options;
  const file = readOnly ? openForReading(path) : openForWriting(path, lockWaitMs);
  try {
    const sql = new Tables(file.database);
    if (!readOnly) migrate(sql);
    return { file, sql, operations: operationsOn(sql) };
  } catch (error) {
    file.close();
    throw storeError(error, path);
  }
}

function operationsOn(sql: Tables): Operations {
  /** It may make something claimable, in whichever lane. */
  const stirring = <T>(result: T): T => {
    sql.stir();
    return result;
  };
  return {
    accept: (delivery) => comeBack(sql, delivery) ?? accept(sql, delivery),
    claim: (request) => claim(sql, request),
    finish: (finished) => finish(sql, finished),
    release: (ids, dueAtMs) => stirring(release(sql, ids, dueAtMs)),
    reclaim: (nowMs, all, except) => stirring(reclaim(sql, nowMs, all, except)),
    turnBack: (byMs) => stirring(turnBack(sql, byMs)),
    turnBackTo: (nowMs) => stirring(turnBackTo(sql, nowMs)),
    lanes: () => {
      sql.writeSuccesses();
      return lanes(sql);
    },
    wake: (lane, failedSinceMs, nowMs, after, again) => wake(sql, lane, failedSinceMs, nowMs, after, again),
    wakeOne: (lane, nowMs) => stirring(wakeOne(sql, lane, nowMs)),
    move: (nodeId, lane) => move(sql, nodeId, lane),
    setPaused: (lane, sinceMs) => setPaused(sql, lane, sinceMs),
    setRest: (lane, rest) => setRest(sql, lane, rest),
    get: (id) => get(sql, id),
    attempts: (id) => attempts(sql, id),
    list: (filter, limit, cursor) => list(sql, filter, limit, cursor),
    count: (filter) => count(sql, filter),
    ids: (filter, limit) => ids(sql, filter, limit),
    positions: (filter, most) => positions(sql, filter, most),
    timeline: (filter, mostParts) => timeline(sql, filter, mostParts),
    summary: () => {
      sql.writeSuccesses();
      return summary(sql);
    },
    reopen: (id, change) => stirring(reopen(sql, id, change)),
    unreported: (nodeId) => unreported(sql, nodeId),
    reported: (ids, keepBodies) => reported(sql, ids, keepBodies),
    discard: (id, error, nowMs, keepBodies) => stirring(discard(sql, id, error, nowMs, keepBodies)),
    usedBytes: () => usedBytes(sql),
    prune: (retention, nowMs) => {
      sql.writeSuccesses();
      return stirring(prune(sql, retention, nowMs));
    },
    occurrences: (digits) => occurrences(sql, digits),
    erase: (found) => stirring(erase(sql, found)),
    probe: () => probe(sql),
    acceptEvents: (events) => acceptEvents(sql, events),
    openEvents: (source) => openEvents(sql, source),
    comeOut: (ids, nowMs) => comeOut(sql, ids, nowMs),
    closeEvents: (ids) => closeEvents(sql, ids),
    recentEvents: (filter, limit) => recentEvents(sql, filter, limit),
    noteEvents: (notes) => noteEvents(sql, notes),
    openNotes: (source) => openNotes(sql, source),
    heardCalls: (query) => heardCalls(sql, query),
    deliveriesOf: (events) => deliveriesOf(sql, events),
    hold: (held) => stirring(hold(sql, held)),
    holds: (nodeId) => holds(sql, nodeId),
    takeHold: (id, untilMs) => takeHold(sql, id, untilMs),
    dropHold: (id, nowMs, keepBodies) => dropHold(sql, id, nowMs, keepBodies),
    pruneHolds: (dueBeforeMs, nowMs, keepBodies) => pruneHolds(sql, dueBeforeMs, nowMs, keepBodies),
  };
}
