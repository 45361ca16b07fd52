/** The database file: its tables, its version, and how it is opened so that what is committed stays committed. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../errors';

/** States as they are stored. Open ones are smaller than `delivered`. */
export const STATES = ['pending', 'sending', 'waiting', 'delivered', 'failed'] as const;
export const PENDING = 0;
export const SENDING = 1;
export const WAITING = 2;
export const DELIVERED = 3;
export const FAILED = 4;

/** Why a delivery that is due is not claimed: `0` nothing; `1` an open one of its order key precedes; `2` a retry node holds it. */
export const FREE = 0;
export const BEHIND = 1;
export const HELD = 2;

/** `user_version` of the file. A step per version; a released step is never changed. */
const STEPS: readonly string[] = [
  `
  CREATE TABLE deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    held INTEGER NOT NULL,
    passed INTEGER NOT NULL DEFAULT 0,
    node_id TEXT NOT NULL,
    webhook TEXT NOT NULL,
    lane TEXT NOT NULL,
    order_key TEXT,
    event_id TEXT,
    event_type TEXT,
    call_id TEXT,
    method TEXT,
    url TEXT,
    attempt_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    first_failed_at INTEGER,
    last_failed_at INTEGER,
    due_at INTEGER,
    not_before INTEGER,
    pass_at INTEGER,
    lease_until INTEGER,
    error_class TEXT,
    error_message TEXT,
    error_status INTEGER,
    resend_of TEXT
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (lane, due_at, sequence) WHERE state IN (0, 2) AND held = 0;
  CREATE INDEX deliveries_order ON deliveries (lane, order_key, sequence) WHERE state < 3 AND order_key IS NOT NULL;
  CREATE INDEX deliveries_pass ON deliveries (lane, pass_at) WHERE state < 3 AND pass_at IS NOT NULL AND passed = 0;
  CREATE INDEX deliveries_lease ON deliveries (lease_until) WHERE state = 1;
  CREATE INDEX deliveries_event ON deliveries (event_id) WHERE event_id IS NOT NULL;
  CREATE INDEX deliveries_ended ON deliveries (updated_at) WHERE state >= 3;
  -- Apart from the rows that lists scan: bodies are long.
  CREATE TABLE payloads (
    sequence INTEGER PRIMARY KEY,
    headers TEXT,
    body TEXT,
    body_encoding TEXT,
    sealed TEXT,
    message TEXT NOT NULL
  ) STRICT;
  CREATE TABLE attempts (
    sequence INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    status_code INTEGER,
    class TEXT,
    message TEXT,
    response_headers TEXT,
    response_body TEXT,
    PRIMARY KEY (sequence, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE lanes (
    lane TEXT PRIMARY KEY,
    paused INTEGER NOT NULL DEFAULT 0,
    last_success_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    call_id TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    repeat_key TEXT NOT NULL,
    repeat_until INTEGER NOT NULL,
    open INTEGER NOT NULL,
    times_again INTEGER NOT NULL DEFAULT 0,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_repeat ON events (repeat_key);
  CREATE INDEX events_id ON events (id);
  CREATE INDEX events_open ON events (source, sequence) WHERE open = 1;
  CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    node_id TEXT NOT NULL,
    delivery_id TEXT,
    state TEXT NOT NULL,
    failures INTEGER NOT NULL,
    first_failed_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    message TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holds_node ON holds (node_id);
  `,
  `
  ALTER TABLE deliveries ADD COLUMN unreported INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX deliveries_unreported ON deliveries (node_id, sequence) WHERE unreported = 1;
  ALTER TABLE deliveries ADD COLUMN body_removed INTEGER NOT NULL DEFAULT 0;
  `,
];

/** Opens, creates or migrates a database. `:memory:` lives as long as the connection. Throws a UserError. */
export function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') createFile(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;',
    );
    migrate(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error, path);
  }
}

/** A second connection that only reads; a slow search there delays no write. */
export function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;');
  return database;
}

/**
 * Makes this process the only owner of a file, until it ends in whatever way: a lock database beside it, held by a
 * transaction that never ends. Throws a UserError `store-busy` where another process owns it.
 */
export function lockDatabase(path: string): DatabaseSync {
  createFile(`${path}.lock`);
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock.close();
    if (codeOf(error) !== 5) throw asStoreError(error, path);
    throw new UserError(
      'store-busy',
      `The delivery store ${path} is in use by another Node-RED. Give this one another user directory, or a delivery store with another path.`,
      { field: 'path', cause: error },
    );
  }
}

function createFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    throw asStoreError(error, path);
  }
}

function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > STEPS.length) {
    throw new UserError(
      'store-newer',
      `The delivery store ${path} was written by a newer version of this pack (schema ${version}, this one knows ${STEPS.length}). Update the pack, or choose another path.`,
      { field: 'path' },
    );
  }
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

/** SQLite's and the file system's errors as what a user can do about them. Others are bugs and stay what they are. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  const options = { field: 'path', cause: error };
  const system = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const code = codeOf(error);
  if (code === 13 || system === 'ENOSPC') {
    return new UserError(
      'store-full',
      `The disk of the delivery store ${path} is full. Make room; nothing that was accepted is lost.`,
      options,
    );
  }
  if (code === 11 || code === 26) {
    return new UserError(
      'store-corrupt',
      `${path} is damaged or no delivery store. Restore it from a backup, or move it away to begin a new one.`,
      options,
    );
  }
  if ([8, 10, 14].includes(code) || ['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EISDIR', 'ENOENT'].includes(system)) {
    return new UserError(
      'store-unwritable',
      `The delivery store ${path} cannot be written. Check the folder and its permissions.`,
      options,
    );
  }
  if (code === 5)
    return new UserError('store-busy', `The delivery store ${path} is locked by another program.`, options);
  return error;
}
