/**
 * Reads through the texts of many deliveries, some hundred at a time, so that memory stays small however many there are.
 * (An SQL function written in JavaScript would keep every text that it was given until the statement ends.)
 */
import type { TextTest } from './search';
import type { Sql, SqlValue } from './sql';

/** Rows held at once. */
const CHUNK = 200;

/** Stands between texts that are read as one; no number and no search text goes across it. */
const SEPARATOR = 'char(31)';

/** Which texts of a delivery are looked into. Headers may hold what nobody searches for, but whatever is to be forgotten. */
const SEARCHED = 'message, call_id, webhook, event_id, event_type, url, error_message';
const ALL = `${SEARCHED}, order_key, headers`;

interface ScannedRow {
  readonly sequence: number;
  readonly text: string;
  readonly odd_body: string | null;
  readonly body_encoding: string | null;
}

/**
 * Sequences, newest first, of the deliveries that meet the conditions (SQL, with its values) and hold what is meant.
 * A body in base64 is looked into decoded.
 */
export function* deliveriesWith(
  sql: Sql,
  test: TextTest,
  { conditions = [], values = [], before = Number.MAX_SAFE_INTEGER, all = false }: ScanOptions = {},
): Generator<number> {
  const plain = `body_encoding = 'utf8' AND typeof(body) = 'text'`;
  const text = `SELECT deliveries.sequence, body_encoding, iif(${plain}, NULL, body) AS odd_body,
      concat_ws(${SEPARATOR}, iif(${plain}, body, NULL), ${all ? ALL : SEARCHED}) AS text
    FROM deliveries JOIN contents USING (sequence)
    WHERE ${[...conditions, 'deliveries.sequence < ?'].join(' AND ')} ORDER BY deliveries.sequence DESC LIMIT ${CHUNK}`;
  for (let last = before; ; ) {
    const rows = sql.all<ScannedRow>(text, ...values, last);
    for (const row of rows) if (test(row.text) || test(oddBody(row))) yield row.sequence;
    const lowest = rows.at(-1);
    if (lowest === undefined || rows.length < CHUNK) return;
    last = lowest.sequence;
  }
}

export interface ScanOptions {
  readonly conditions?: readonly string[];
  readonly values?: readonly SqlValue[];
  /** Only sequences below. */
  readonly before?: number;
  /** Looks into headers and order keys, too. */
  readonly all?: boolean;
}

function oddBody({ odd_body: body, body_encoding: encoding }: ScannedRow): string {
  if (body === null) return '';
  return encoding === 'base64' ? Buffer.from(body, 'base64').toString() : body;
}

interface AnswerRow {
  readonly delivery: number;
  readonly number: number;
  readonly message: string | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
}

/** Sequences of the deliveries of which an attempt holds what is meant. */
export function* answersWith(sql: Sql, test: TextTest): Generator<number> {
  for (let last = { delivery: 0, number: 0 }; ; ) {
    const rows = sql.all<AnswerRow>(
      `SELECT delivery, number, message, response_headers, response_body FROM attempts
       WHERE (delivery, number) > (?, ?) ORDER BY delivery, number LIMIT ${CHUNK}`,
      ...[last.delivery, last.number],
    );
    for (const row of rows) {
      const texts = [row.message, row.response_headers, row.response_body];
      if (texts.some((text) => text !== null && test(text))) yield row.delivery;
    }
    const highest = rows.at(-1);
    if (highest === undefined || rows.length < CHUNK) return;
    last = highest;
  }
}

/** Sequences of the accepted events that hold what is meant. */
export function* eventsWith(sql: Sql, test: TextTest): Generator<number> {
  for (let last = 0; ; ) {
    const rows = sql.all<{ sequence: number; repeat_key: string; event: string }>(
      `SELECT sequence, repeat_key, event FROM events WHERE sequence > ? ORDER BY sequence LIMIT ${CHUNK}`,
      last,
    );
    for (const row of rows) if (test(row.event) || test(row.repeat_key)) yield row.sequence;
    const highest = rows.at(-1);
    if (highest === undefined || rows.length < CHUNK) return;
    last = highest.sequence;
  }
}
