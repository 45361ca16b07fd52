/** The tables of a store file, and how a file of an older layout becomes one of this. */

import type { Sql } from './sql';
import { corrupt, newer } from './sqlite-error';

/** `application_id` of our files ("thwd"), so that nobody's other database is taken for one. */
const APPLICATION_ID = 0x74687764;

/**
 * Layout 1. A delivery is split: `deliveries` holds what changes and what lists show, `contents` what is large and
 * stays. Times are milliseconds since the epoch.
 *
 * What is claimable is kept ready, never searched for:
 * - `free_at`: from when the order of its key lets a delivery go. 0: nothing of its key is in the way. NULL: one is.
 * - `claimable_at`: from when it may be claimed. NULL: it is under way, held, ended, or in wait behind another.
 * - `pass_at`: from when the next of the key may pass a delivery that failed. NULL: never.
 * See order.ts for who sets `free_at`.
 *
 * `error_phrase` and `phrase` say in JSON what the message beside them is made of.
 *
 * `digest` stands for a body that was removed (twins.ts).
 *
 * The index of what is open ends with the state, so that the log's list of what waits is found without a look at every
 * row; the sequence before it keeps what is claimed in order.
 *
 * Deliveries of an event are looked up by its time: an index of times grows at its end, one of ids all over the place.
 */
const LAYOUT_1 = `
CREATE TABLE deliveries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'waiting', 'delivered', 'failed')),
  node_id TEXT NOT NULL,
  webhook TEXT NOT NULL,
  lane TEXT NOT NULL,
  order_key TEXT,
  event_id TEXT,
  event_time TEXT,
  event_type TEXT,
  call_id TEXT,
  method TEXT,
  url TEXT,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  spared_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER,
  first_failed_at INTEGER,
  last_failed_at INTEGER,
  due_at INTEGER,
  planned_at INTEGER,
  not_before INTEGER,
  pass_at INTEGER,
  free_at INTEGER,
  lease_until INTEGER,
  held INTEGER NOT NULL DEFAULT 0,
  unreported INTEGER NOT NULL DEFAULT 0,
  body_removed INTEGER NOT NULL DEFAULT 0,
  error_class TEXT,
  error_message TEXT,
  error_phrase TEXT,
  error_status INTEGER,
  resend_of TEXT,
  claimable_at INTEGER GENERATED ALWAYS AS (
    CASE WHEN state IN ('pending', 'waiting') AND held = 0 THEN max(due_at, free_at) END
  ) VIRTUAL
);
CREATE INDEX deliveries_open ON deliveries (lane, node_id, claimable_at, sequence, state) WHERE ended_at IS NULL;
CREATE INDEX deliveries_leases ON deliveries (lease_until) WHERE state = 'sending';
CREATE INDEX deliveries_heads ON deliveries (lane, order_key, sequence)
  WHERE order_key IS NOT NULL AND ended_at IS NULL AND held = 0 AND pass_at IS NULL;
CREATE INDEX deliveries_passed ON deliveries (lane, order_key, pass_at)
  WHERE order_key IS NOT NULL AND ended_at IS NULL AND held = 0 AND pass_at IS NOT NULL;
CREATE INDEX deliveries_failing ON deliveries (lane, first_failed_at) WHERE state = 'waiting';
CREATE INDEX deliveries_failed ON deliveries (sequence) WHERE state = 'failed';
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX deliveries_unreported ON deliveries (node_id, sequence) WHERE unreported = 1;
CREATE INDEX deliveries_event ON deliveries (event_time) WHERE event_time IS NOT NULL;

CREATE TABLE contents (
  sequence INTEGER PRIMARY KEY,
  headers TEXT,
  body TEXT,
  body_encoding TEXT,
  sealed TEXT,
  base TEXT,
  message TEXT NOT NULL,
  digest TEXT
);

CREATE TABLE attempts (
  delivery INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status_code INTEGER,
  class TEXT,
  message TEXT,
  phrase TEXT,
  response_headers TEXT,
  response_body TEXT,
  PRIMARY KEY (delivery, number)
) WITHOUT ROWID;

CREATE TABLE lanes (
  lane TEXT PRIMARY KEY,
  paused_since INTEGER,
  last_success_at INTEGER,
  breaker_since INTEGER,
  breaker_until INTEGER,
  retry_since INTEGER,
  retry_until INTEGER
) WITHOUT ROWID;

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  type TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  repeat_key TEXT NOT NULL,
  repeat_until INTEGER NOT NULL,
  times_out INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  event TEXT NOT NULL
);
CREATE INDEX events_repeats ON events (repeat_key, source, repeat_until);
CREATE INDEX events_types ON events (type);
CREATE INDEX events_open ON events (source, sequence) WHERE closed = 0;
CREATE INDEX events_open_ids ON events (id) WHERE closed = 0;

CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL,
  delivery_id TEXT,
  message TEXT NOT NULL,
  failures INTEGER NOT NULL,
  first_failed_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'out'))
);
CREATE INDEX holds_nodes ON holds (node_id, due_at);
CREATE INDEX holds_deliveries ON holds (delivery_id) WHERE delivery_id IS NOT NULL;
`;

/**
 * Layout 2: the story of a call. `event_keys` finds accepted events by call id and by the ends of phone numbers; rows of
 * integers and short texts, in one tree each. `event_notes` grows at its end.
 */
const LAYOUT_2 = `
CREATE TABLE event_keys (
  key TEXT NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (key, event)
) WITHOUT ROWID;
CREATE TABLE event_notes (
  event INTEGER NOT NULL,
  at INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (event, at, note)
) WITHOUT ROWID;
CREATE INDEX deliveries_resends ON deliveries (resend_of) WHERE resend_of IS NOT NULL;
`;

/** One step up: `MIGRATIONS[n]` turns layout n into n + 1. Layout 0 is an empty file. A step, once released, never changes. */
export const MIGRATIONS: readonly string[] = [LAYOUT_1, LAYOUT_2];

/**
 * Makes sure that the database is ours, or empty, and changes nothing in it.
 * Throws a UserError: `store-newer`, or `store-corrupt` for a database of another program.
 */
export function checkLayout(sql: Sql, path: string, steps: readonly string[] = MIGRATIONS): void {
  const owner = sql.pragma('application_id');
  const found = sql.pragma('user_version');
  if (owner !== APPLICATION_ID && owner !== 0) throw corrupt(path, 'other-program');
  if (found > steps.length) throw newer(path, found, steps.length);
  if (owner === 0 && !isEmpty(sql)) throw corrupt(path, 'other-program');
}

/** Brings a database that `checkLayout` let pass to the newest layout, all steps or none. */
export function migrate(sql: Sql, steps: readonly string[] = MIGRATIONS): void {
  const found = sql.pragma('user_version');
  if (found >= steps.length) return;
  sql.transaction(() => {
    for (const step of steps.slice(found)) sql.database.exec(step);
    sql.database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${steps.length}`);
  });
}

/** Writes a page as it is: a disk that is full, or may not be written, refuses. */
export function probe(sql: Sql): void {
  sql.database.exec(`PRAGMA user_version = ${sql.pragma('user_version')}`);
}

/** Nothing was ever made in it. */
export function isEmpty(sql: Sql): boolean {
  return sql.get('SELECT 1 FROM sqlite_schema LIMIT 1') === undefined;
}
