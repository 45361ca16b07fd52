/** Writes what a filter matches as CSV or NDJSON, page by page, no faster than the reader takes it. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { DeliveryFilter, DeliveryPage } from '../../../src/store/delivery-store';
import type { OpenStore } from '../stores/stores';
import { type ShownDelivery, showRow } from './log-shapes';
import { listAll } from './whole-log';

const PAGE = 500;
const COLUMNS = [
  'id',
  'state',
  'webhook',
  'node',
  'eventType',
  'callId',
  'method',
  'url',
  'attemptCount',
  'createdAt',
  'updatedAt',
  'nextAttemptAt',
] as const satisfies readonly (keyof ShownDelivery)[];

export async function exportLines(
  stores: readonly OpenStore[],
  filter: DeliveryFilter,
  most: number,
  format: 'csv' | 'ndjson',
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
    'Content-Disposition': `attachment; filename="deliveries.${format}"`,
    'Cache-Control': 'no-store',
  });
  if (format === 'csv')
    response.write(`${[...COLUMNS, 'errorClass', 'errorMessage', 'errorStatusCode'].join(',')}\r\n`);
  let cursor: string | null = null;
  let left = most;
  do {
    const page: DeliveryPage = await listAll(stores, filter, Math.min(left, PAGE), cursor);
    const text = page.rows
      .map((row) => (format === 'csv' ? csvLine(showRow(row)) : `${JSON.stringify(showRow(row))}\n`))
      .join('');
    if (text && !response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    cursor = page.cursor;
    left -= page.rows.length;
  } while (cursor !== null && left > 0 && !response.destroyed);
  response.end();
}

function csvLine(row: ShownDelivery): string {
  const cells = COLUMNS.map((column) => row[column]);
  const error = row.lastError;
  return `${[...cells, error?.class, error?.message, error?.statusCode].map(csvCell).join(',')}\r\n`;
}

/** RFC 4180; a cell that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  let text = String(value);
  if (typeof value === 'string' && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
