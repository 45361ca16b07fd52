/** What is known of a lane as a whole: paused, at rest or not, failing or not, and when it next has something to send. */
import { isOrigin, originOf } from '../../http/origin';
import type { LaneRest, LaneState, Span, WakePlace } from '../delivery-store';
import { arrange, freeAtBeforeArranging } from './order';
import type { Sql } from './sql';
import type { Tables } from './tables';

export function setPaused(sql: Tables, lane: string, sinceMs: number | null): void {
  sql.stir(lane);
  sql.run(
    'INSERT INTO lanes (lane, paused_since) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE SET paused_since = excluded.paused_since',
    ...[lane, sinceMs],
  );
}

export function setRest(sql: Tables, lane: string, { breaker, retryAfter }: LaneRest): void {
  sql.run(
    `INSERT INTO lanes (lane, breaker_since, breaker_until, retry_since, retry_until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (lane) DO UPDATE SET breaker_since = excluded.breaker_since, breaker_until = excluded.breaker_until,
       retry_since = excluded.retry_since, retry_until = excluded.retry_until`,
    ...[lane, breaker?.sinceMs ?? null, breaker?.untilMs ?? null],
    ...[retryAfter?.sinceMs ?? null, retryAfter?.untilMs ?? null],
  );
}

/** So many are looked at in one transaction: after a long outage a million may wait, and others write, too. */
const WOKEN_TOGETHER = 1_000;

/**
 * Never makes anything due later than it is. What a retry node holds is that node's. What was woken keeps the time that its
 * schedule says, and is left alone until then, unless `again`.
 */
export function wake(
  sql: Tables,
  lane: string,
  failedSinceMs: number,
  nowMs: number,
  after: WakePlace | null,
  again: boolean,
): { readonly woken: number; readonly next: WakePlace | null } {
  const some = sql.all<WakePlace>(
    `SELECT sequence, first_failed_at AS firstFailedAtMs FROM deliveries
     WHERE lane = ? AND state = 'waiting' AND (first_failed_at, sequence) > (?, ?)
     ORDER BY first_failed_at, sequence LIMIT ?`,
    ...[lane, after?.firstFailedAtMs ?? 0, after?.sequence ?? 0, WOKEN_TOGETHER],
  );
  let woken = 0;
  for (const { sequence } of some) {
    woken += sql.run(
      `UPDATE deliveries SET planned_at = due_at, due_at = max(?, coalesce(not_before, 0))
       WHERE sequence = ? AND held = 0 AND last_failed_at >= ? AND due_at > max(?, coalesce(not_before, 0))
         AND (planned_at IS NULL OR ?)`,
      ...[nowMs, sequence, failedSinceMs, nowMs, again ? 1 : 0],
    ).changes;
  }
  return { woken, next: some.length < WOKEN_TOGETHER ? null : (some.at(-1) ?? null) };
}

/** Of how many that have been failing for longest one is chosen: all of them may be a million. */
const CHOSEN_FROM = 100;

export function wakeOne(sql: Tables, lane: string, nowMs: number): number {
  return sql.run(
    `UPDATE deliveries SET due_at = ? WHERE sequence IN (
       SELECT sequence FROM (
         SELECT sequence, last_failed_at, due_at, not_before, held FROM deliveries
         WHERE lane = ? AND state = 'waiting' ORDER BY first_failed_at LIMIT ?
       ) WHERE held = 0 AND due_at > ? AND coalesce(not_before, 0) <= ? ORDER BY last_failed_at LIMIT 1)`,
    ...[nowMs, lane, CHOSEN_FROM, nowMs, nowMs],
  ).changes;
}

/** So many change their lane in one transaction: a million may wait, and others write, too. */
const MOVED_TOGETHER = 500;

interface Movable {
  readonly sequence: number;
  readonly order_key: string | null;
  readonly pass_at: number | null;
  readonly url: string | null;
}

/** One after another, since each may take the place of the head of its key. */
export function move(sql: Tables, nodeId: string, to: string | null): number {
  let moved = 0;
  for (const from of lanesWithOpen(sql)) {
    if (to === null ? isOrigin(from) : from === to) continue;
    const some = sql.all<Movable>(
      `SELECT sequence, order_key, pass_at, url FROM deliveries
       WHERE lane = ? AND node_id = ? AND ended_at IS NULL AND state <> 'sending' AND held = 0 LIMIT ?`,
      ...[from, nodeId, MOVED_TOGETHER - moved],
    );
    for (const { sequence, order_key: key, pass_at: passAt, url } of some) {
      const lane = to ?? (url !== null && URL.canParse(url) ? originOf(url) : from);
      if (lane === from) continue; // a damaged row
      sql.run(
        'UPDATE deliveries SET lane = ?, free_at = ? WHERE sequence = ?',
        ...[lane, freeAtBeforeArranging(key, passAt), sequence],
      );
      arrange(sql, lane, key);
      arrange(sql, from, key);
      sql.stir(lane);
      moved++;
    }
    sql.stir(from);
    if (moved === MOVED_TOGETHER) break;
  }
  return moved;
}

/** By one look-up each, however much waits. */
function* lanesWithOpen(sql: Sql): Generator<string> {
  for (let after = ''; ; ) {
    const next = sql.get<{ lane: string }>(
      'SELECT lane FROM deliveries WHERE ended_at IS NULL AND lane > ? ORDER BY lane LIMIT 1',
      after,
    );
    if (next === undefined) return;
    after = next.lane;
    yield after;
  }
}

interface LaneRow {
  readonly lane: string;
  readonly paused_since: number | null;
  readonly last_success_at: number | null;
  readonly breaker_since: number | null;
  readonly breaker_until: number | null;
  readonly retry_since: number | null;
  readonly retry_until: number | null;
}

/** `nextDueAtMs` of a paused lane is when it would be due: nothing of it is claimed before it is resumed. */
export function lanes(sql: Sql): readonly LaneState[] {
  const known = new Map(sql.all<LaneRow>('SELECT * FROM lanes').map((row) => [row.lane, row]));
  const states = sql
    .all<{ lane: string; open: number; unclaimed: number; next: number | null }>(
      `SELECT lane, count(*) AS open, sum(state <> 'sending') AS unclaimed, min(claimable_at) AS next
       FROM deliveries WHERE ended_at IS NULL GROUP BY lane`,
    )
    .map(({ lane, open, unclaimed, next }) => {
      const row = known.get(lane);
      known.delete(lane);
      return {
        ...stateOf(lane, row),
        nextDueAtMs: next,
        open,
        unclaimed,
        failingSinceMs: failingSince(sql, lane, row),
      };
    });
  const emptyButStopped = [...known.values()]
    .map((row) => ({ ...stateOf(row.lane, row), nextDueAtMs: null, open: 0, unclaimed: 0, failingSinceMs: null }))
    .filter(({ pausedSinceMs, rest }) => pausedSinceMs !== null || rest.breaker !== null || rest.retryAfter !== null);
  return [...states, ...emptyButStopped].sort((a, b) => (a.lane < b.lane ? -1 : 1));
}

function stateOf(lane: string, row: LaneRow | undefined): Pick<LaneState, 'lane' | 'pausedSinceMs' | 'rest'> {
  const span = (sinceMs: number | null | undefined, untilMs: number | null | undefined): Span | null =>
    typeof sinceMs === 'number' && typeof untilMs === 'number' ? { sinceMs, untilMs } : null;
  return {
    lane,
    pausedSinceMs: row?.paused_since ?? null,
    rest: {
      breaker: span(row?.breaker_since, row?.breaker_until),
      retryAfter: span(row?.retry_since, row?.retry_until),
    },
  };
}

function failingSince(sql: Sql, lane: string, row: LaneRow | undefined): number | null {
  const since = sql.get<{ since: number }>(
    `SELECT first_failed_at AS since FROM deliveries
     WHERE lane = ? AND state = 'waiting' AND first_failed_at IS NOT NULL ORDER BY first_failed_at LIMIT 1`,
    lane,
  )?.since;
  if (since === undefined) return null;
  const lastSuccessMs = row?.last_success_at ?? null;
  if (lastSuccessMs === null || lastSuccessMs < since) return since;
  return typeof row?.breaker_since === 'number' ? lastSuccessMs : null;
}
