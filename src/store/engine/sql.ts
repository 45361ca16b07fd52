/** A database connection with its prepared statements, each prepared once. Knows no table. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The path of a database that lives in memory only. */
export const IN_MEMORY = ':memory:';

export type SqlValue = string | number | null;

/**
 * node:sqlite reads a text only up to its first NUL, so a text that holds one is kept as a blob of its UTF-8 and read
 * back as text. Equal texts stay equal, which is what keys and indexes need.
 */
function toColumn(value: SqlValue): SqlValue | Uint8Array {
  return typeof value === 'string' && value.includes('\0') ? Buffer.from(value) : value;
}

/** The text of an argument of an SQL function or of a column, whichever way it was kept. Null for what is no text. */
export function columnText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString() : null;
}

export class Sql {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** Runs a statement that answers nothing. Answers how many rows it changed and the row id it inserted. */
  run(text: string, ...values: SqlValue[]): { changes: number; rowId: number } {
    const { changes, lastInsertRowid } = this.#statement(text).run(...values.map(toColumn));
    return { changes: Number(changes), rowId: Number(lastInsertRowid) };
  }

  /** The first row, or undefined. `Row` is what the statement selects; nothing checks it. */
  get<Row>(text: string, ...values: SqlValue[]): Row | undefined {
    const row = this.#statement(text).get(...values.map(toColumn));
    return row === undefined ? undefined : (withTexts(row) as Row);
  }

  /** All rows. `Row` is what the statement selects; nothing checks it. */
  all<Row>(text: string, ...values: SqlValue[]): Row[] {
    const rows = this.#statement(text).all(...values.map(toColumn));
    for (const row of rows) withTexts(row);
    return rows as Row[];
  }

  /** A pragma that answers one number. */
  pragma(name: 'user_version' | 'application_id' | 'page_count' | 'page_size' | 'freelist_count'): number {
    return Number(Object.values(this.#statement(`PRAGMA ${name}`).get() ?? {})[0]);
  }

  /** Runs the work in one transaction: all of it is committed, or nothing and the error is thrown on. */
  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** SQLite itself rolls back after some errors (a full disk), and then has no transaction left to roll back. */
  #rollBack(): void {
    try {
      this.database.exec('ROLLBACK');
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('no transaction is active')) throw error;
    }
  }

  #statement(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

function withTexts(row: Record<string, unknown>): Record<string, unknown> {
  for (const column in row) if (row[column] instanceof Uint8Array) row[column] = columnText(row[column]);
  return row;
}
