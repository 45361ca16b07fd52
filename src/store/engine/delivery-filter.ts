/** Finds the deliveries that a filter of the log means: by index and SQL where it can, by reading texts where it searches. */
import type { DeliveryState } from '../../delivery/delivery';
import type { DeliveryFilter } from '../delivery-store';
import { deliveriesWith } from './delivery-scan';
import { textTest } from './search';
import type { Sql, SqlValue } from './sql';

const OPEN_STATES: ReadonlySet<DeliveryState> = new Set<DeliveryState>(['pending', 'sending', 'waiting']);

/** Sequences of those that match, newest first: at most `limit`, and only below `before`. */
export function matching(
  sql: Sql,
  filter: DeliveryFilter,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): readonly number[] {
  const { conditions, values, table } = restrictions(filter);
  const q = filter.q?.trim() ?? '';
  if (q === '') {
    return sql
      .all<{ sequence: number }>(
        `SELECT sequence FROM ${table} WHERE ${[...conditions, 'sequence < ?'].join(' AND ')} ORDER BY sequence DESC LIMIT ?`,
        ...[...values, before, limit],
      )
      .map(({ sequence }) => sequence);
  }
  const found: number[] = [];
  if (limit <= 0) return found;
  for (const sequence of deliveriesWith(sql, textTest(q), { conditions, values, before })) {
    found.push(sequence);
    if (found.length >= limit) break;
  }
  return found;
}

export function count(sql: Sql, filter: DeliveryFilter): number {
  if ((filter.q?.trim() ?? '') !== '') return matching(sql, filter, Number.MAX_SAFE_INTEGER).length;
  const { conditions, values, table } = restrictions(filter);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} ${where}`, ...values)?.n ?? 0;
}

export interface Restrictions {
  readonly conditions: readonly string[];
  readonly values: readonly SqlValue[];
  readonly table: string;
}

/** All that a filter asks, but its text. States are written so that the partial indexes serve them. */
export function restrictions({ state: states, webhook, type, fromMs, toMs }: DeliveryFilter): Restrictions {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (condition: string, ...bound: SqlValue[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  const onlyOpen = states !== undefined && states.length > 0 && states.every((state) => OPEN_STATES.has(state));
  if (states?.length === 1 && states[0] === 'failed') where(`state = 'failed'`);
  else if (states !== undefined) where(`state IN (${states.map(() => '?').join(', ')})`, ...states);
  if (onlyOpen) where('ended_at IS NULL');
  if (webhook !== undefined) where('(webhook = ? OR node_id = ? OR lane = ?)', webhook, webhook, webhook);
  if (type !== undefined) where('event_type = ?', type);
  if (fromMs !== undefined) where('created_at >= ?', fromMs);
  if (toMs !== undefined) where('created_at < ?', toMs);
  return { conditions, values, table: onlyOpen ? 'deliveries INDEXED BY deliveries_open' : 'deliveries' };
}
