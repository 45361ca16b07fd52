/**
 * Keeps the deliveries of one lane and order key in order: only the head, the first open one that may not be passed, is
 * let go (`free_at` set); those behind it wait (`free_at` NULL). One that may be passed (`pass_at` set) stands beside
 * the order: it stays free itself, and lets the head go from `pass_at` on. One that a retry node holds stands outside.
 * All of it by index: nothing here grows with the number of deliveries that wait.
 */
import type { Tables } from './tables';

const OPEN = 'FROM deliveries WHERE lane = ? AND order_key = ? AND ended_at IS NULL AND held = 0';
const HEADS = `SELECT sequence, free_at ${OPEN} AND pass_at IS NULL ORDER BY sequence LIMIT 2`;
const PASSED = `SELECT pass_at ${OPEN} AND pass_at IS NOT NULL AND sequence < ? ORDER BY pass_at DESC LIMIT 1`;
/** What precedes one that comes last: whether there is a head, and until when those that may be passed keep it back. */
const BEFORE_NEW = `SELECT EXISTS (SELECT 1 ${OPEN} AND pass_at IS NULL) AS head,
  (SELECT pass_at ${OPEN} AND pass_at IS NOT NULL ORDER BY pass_at DESC LIMIT 1) AS pass_at`;

interface Head {
  readonly sequence: number;
  readonly free_at: number | null;
}

/** The `free_at` of a delivery that is about to be accepted, behind all others of its key. */
export function freeAtForNew(sql: Tables, lane: string, orderKey: string | null): number | null {
  if (orderKey === null) return 0;
  const before = sql.get<{ head: number; pass_at: number | null }>(BEFORE_NEW, lane, orderKey, lane, orderKey);
  return before?.head === 1 ? null : (before?.pass_at ?? 0);
}

/**
 * The `free_at` to write with a change that makes a delivery open, or changes whether it may be passed;
 * `arrange` must follow, and corrects it where the delivery is the head.
 */
export function freeAtBeforeArranging(orderKey: string | null, passAtMs: number | null): number | null {
  return orderKey === null || passAtMs !== null ? 0 : null;
}

/** Lets the head of a key go, and only the head. To be called after each change of one delivery that may have made another the head. */
export function arrange(sql: Tables, lane: string, orderKey: string | null): void {
  if (orderKey === null) return;
  const [head, next] = sql.all<Head>(HEADS, lane, orderKey);
  if (head === undefined) return;
  const freeAt = passableAt(sql, lane, orderKey, head.sequence);
  if (head.free_at !== freeAt) {
    setFreeAt(sql, head.sequence, freeAt);
    sql.stir(lane);
  }
  // Only one that was the head until now can be free, and then it is the next.
  if (next !== undefined && next.free_at !== null) setFreeAt(sql, next.sequence, null);
}

/** From when all that precede may be passed; 0 where nothing does. To be asked of a head or a newcomer only. */
function passableAt(sql: Tables, lane: string, orderKey: string, sequence: number): number {
  return sql.get<{ pass_at: number }>(PASSED, lane, orderKey, sequence)?.pass_at ?? 0;
}

function setFreeAt(sql: Tables, sequence: number, freeAt: number | null): void {
  sql.run('UPDATE deliveries SET free_at = ? WHERE sequence = ?', freeAt, sequence);
}
