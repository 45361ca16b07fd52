/** What is known of a lane as a whole: paused, at rest or not, failing or not, and when it next has something to send. */
import type { LaneRest, LaneState, Span, WakePlace } from './delivery-store';
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

/** Never makes anything due later than it is. What a retry node holds is that node's. */
export function wake(
  sql: Tables,
  lane: string,
  failedSinceMs: number,
  nowMs: number,
  after: WakePlace | null,
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
      `UPDATE deliveries SET due_at = max(?1, coalesce(not_before, 0))
       WHERE sequence = ?2 AND held = 0 AND last_failed_at >= ?3 AND due_at > max(?1, coalesce(not_before, 0))`,
      ...[nowMs, sequence, failedSinceMs],
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
      const failingSinceMs = failingSince(sql, lane, row?.last_success_at ?? null);
      return { ...stateOf(lane, row), nextDueAtMs: next, open, unclaimed, failingSinceMs };
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

function failingSince(sql: Sql, lane: string, lastSuccessMs: number | null): number | null {
  const since = sql.get<{ since: number }>(
    `SELECT first_failed_at AS since FROM deliveries
     WHERE lane = ? AND state = 'waiting' AND first_failed_at IS NOT NULL ORDER BY first_failed_at LIMIT 1`,
    lane,
  )?.since;
  return since === undefined || (lastSuccessMs !== null && lastSuccessMs >= since) ? null : since;
}
