/** What is known of a lane as a whole: paused or not, failing or not, and when it next has something to send. */
import type { LaneState } from './delivery-store';
import type { Sql } from './sql';
import type { Tables } from './tables';

export function setPaused(sql: Tables, lane: string, paused: boolean): void {
  sql.stir(lane);
  sql.run(
    'INSERT INTO lanes (lane, paused) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE SET paused = excluded.paused',
    ...[lane, paused ? 1 : 0],
  );
}

/** Makes what waits due now, not before its own `notBeforeMs`, and never later than it is due. What a retry node holds is that node's. */
export function wake(sql: Tables, lane: string, failedSinceMs: number, nowMs: number): number {
  return sql.run(
    `UPDATE deliveries SET due_at = max(?, coalesce(not_before, 0))
     WHERE lane = ? AND state = 'waiting' AND held = 0 AND last_failed_at >= ? AND due_at > max(?, coalesce(not_before, 0))`,
    ...[nowMs, lane, failedSinceMs, nowMs],
  ).changes;
}

/** `nextDueAtMs` of a paused lane is when it would be due: nothing of it is claimed before it is resumed. */
export function lanes(sql: Sql): readonly LaneState[] {
  const open = sql.all<{ lane: string; open: number; next: number | null }>(
    'SELECT lane, count(*) AS open, min(claimable_at) AS next FROM deliveries WHERE ended_at IS NULL GROUP BY lane',
  );
  const known = new Map(
    sql
      .all<{ lane: string; paused: number; success: number | null }>(
        'SELECT lane, paused, last_success_at AS success FROM lanes',
      )
      .map((row) => [row.lane, row]),
  );
  const states = open.map(({ lane, open, next }) => ({
    lane,
    paused: known.get(lane)?.paused === 1,
    nextDueAtMs: next,
    open,
    failingSinceMs: failingSince(sql, lane, known.get(lane)?.success ?? null),
  }));
  const listed = new Set(open.map(({ lane }) => lane));
  const emptyButPaused = [...known.values()]
    .filter(({ lane, paused }) => paused === 1 && !listed.has(lane))
    .map(({ lane }) => ({ lane, paused: true, nextDueAtMs: null, open: 0, failingSinceMs: null }));
  return [...states, ...emptyButPaused].sort((a, b) => (a.lane < b.lane ? -1 : 1));
}

function failingSince(sql: Sql, lane: string, lastSuccessMs: number | null): number | null {
  const since = sql.get<{ since: number }>(
    `SELECT first_failed_at AS since FROM deliveries
     WHERE lane = ? AND state = 'waiting' AND first_failed_at IS NOT NULL ORDER BY first_failed_at LIMIT 1`,
    lane,
  )?.since;
  return since === undefined || (lastSuccessMs !== null && lastSuccessMs >= since) ? null : since;
}
