/**
 * Loads node:sqlite without its ExperimentalWarning, and with no other warning lost. The interface this project uses
 * of it has been stable since Node 22.13.
 */
import type * as NodeSqlite from 'node:sqlite';

const emitWarning = process.emitWarning;

/** Lets through every warning but the one that node:sqlite emits while it loads. */
function withoutSqliteWarning(...args: unknown[]): void {
  const [warning, type] = args;
  if (type === 'ExperimentalWarning' && String(warning).startsWith('SQLite')) return;
  Reflect.apply(emitWarning, process, args);
}

process.emitWarning = withoutSqliteWarning;
export const sqlite: typeof NodeSqlite = process.getBuiltinModule('node:sqlite');
process.emitWarning = emitWarning;
