/**
 * Opens the database of a store: private to its user, owned by one Node-RED at a time, in the mode that makes every
 * commit survive a power cut. What is in it is schema.ts.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { checkLayout, isEmpty } from './schema';
import { IN_MEMORY, Sql } from './sql';
import { busy, storeError } from './sqlite-error';
import { sqlite } from './sqlite-module';

/** How long a statement waits for another program that has the file open (a backup, a database browser). */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * `synchronous = FULL` in WAL mode: each commit waits for the disk. The write-ahead log may grow to 32 MB before it is
 * copied back, so that pages changed by many commits are copied once.
 */
const WRITER_PRAGMAS = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 8000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -32000;
PRAGMA temp_store = MEMORY;
`;

const READER_PRAGMAS = `
PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
PRAGMA cache_size = -8000;
PRAGMA temp_store = MEMORY;
`;

export interface OpenFile {
  readonly database: DatabaseSync;
  /** Whether the path still leads to what was opened. */
  state(): 'there' | 'removed' | 'replaced';
  /** Closes the database and, last, lets others have the file. */
  close(): void;
}

/**
 * Opens the file for its one owner, making it and its folder where they are missing.
 * `lockWaitMs`: how long to wait for a former owner to let go. Throws a UserError: `store-busy`,
 * `store-newer`, `store-corrupt`, `store-unwritable`.
 */
export function openForWriting(path: string, lockWaitMs: number): OpenFile {
  if (path === IN_MEMORY) {
    const database = new sqlite.DatabaseSync(IN_MEMORY);
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA temp_store = MEMORY');
    return { database, state: () => 'there', close: () => database.close() };
  }
  const closers: DatabaseSync[] = [];
  const close = (): void => {
    for (const each of closers.splice(0)) each.close();
  };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = trueName(path);
    closers.push(lock(`${file}.lock`, path, lockWaitMs));
    createPrivately(file);
    // SQLite would open a file that it may not write read-only, and tell nobody before the first write.
    accessSync(file, constants.R_OK | constants.W_OK);
    const database = new sqlite.DatabaseSync(file);
    closers.unshift(database);
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const sql = new Sql(database);
    // Before the first change: what is not ours stays as it is.
    checkLayout(sql, path);
    // Only an empty database can still choose to give freed pages back (retention.ts).
    if (isEmpty(sql)) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec(WRITER_PRAGMAS);
    return { database, state: identityOf(file), close };
  } catch (error) {
    close();
    throw storeError(error, path);
  }
}

/** Opens the file beside its owner, for reading only. */
export function openForReading(path: string): OpenFile {
  try {
    const file = trueName(path);
    const database = new sqlite.DatabaseSync(file, { readOnly: true });
    database.exec(READER_PRAGMAS);
    return { database, state: identityOf(file), close: () => database.close() };
  } catch (error) {
    throw storeError(error, path);
  }
}

/**
 * An exclusive transaction on a database beside the file, for as long as the store is open. The operating system ends it with
 * the process, however that dies, so that no stale lock can be left behind.
 */
function lock(lockPath: string, path: string, waitMs: number): DatabaseSync {
  createPrivately(lockPath);
  const database = new sqlite.DatabaseSync(lockPath);
  try {
    database.exec(`PRAGMA busy_timeout = ${waitMs}; BEGIN EXCLUSIVE`);
    return database;
  } catch (error) {
    database.close();
    const told = storeError(error, lockPath);
    throw told instanceof Error && 'code' in told && told.code === 'store-busy' ? busy(path, error) : told;
  }
}

/**
 * A file that was removed can still be written, and in the mode that we use SQLite does not mind: everything would be gone with
 * the process. So it is looked at before each transaction.
 */
function identityOf(file: string): OpenFile['state'] {
  const { dev, ino } = statSync(file);
  return () => {
    const now = statSync(file, { throwIfNoEntry: false });
    if (now === undefined) return 'removed';
    return now.dev === dev && now.ino === ino ? 'there' : 'replaced';
  };
}

/** Writes all that is in a database whose file was removed to where that was. A folder that is gone is a disk that is gone: it is not made again. */
export function writeAnew(database: DatabaseSync, path: string): void {
  const fresh = `${trueName(path)}.anew`;
  rmSync(fresh, { force: true });
  createPrivately(fresh);
  database.prepare('VACUUM INTO ?').run(fresh);
  const written = openSync(fresh, 'r+');
  fsyncSync(written);
  closeSync(written);
  // Of the file that was removed: they are not this one's.
  for (const suffix of ['-wal', '-shm']) rmSync(trueName(path) + suffix, { force: true });
  renameSync(fresh, trueName(path));
}

/** Two spellings of one path, or a link to it, are one file and have one lock. */
function trueName(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}

/**
 * Makes an empty file that only its owner can read. One that exists is never opened here: closing any handle of a file
 * ends the locks that this process holds on it (POSIX), SQLite's among them.
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
