/** The rows that the view of the log keeps, against a log that grows, changes and shrinks beside it. */
import assert from 'node:assert/strict';
import type { Outline, Page, Row } from '../../nodes/editor/deliveries/log-client';
import { type LogReader, LogRows } from '../../nodes/editor/deliveries/log-rows';

const PAGE_ROWS = 100;

/** A log as the admin API shows it: pages begin behind the row that their cursor names. */
class Log implements LogReader {
  rows: Row[];
  asked = 0;
  outlined = 0;

  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, n) => rowOf(String(count - 1 - n)));
  }

  add(id: string): void {
    this.rows.unshift(rowOf(id));
  }

  change(id: string): void {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, state: 'delivered' } : row));
  }

  async outline(): Promise<Outline> {
    this.outlined += 1;
    const pages = this.rows.filter((_, index) => index % PAGE_ROWS === 0).map(({ id }) => id);
    return { total: this.rows.length, pageRows: PAGE_ROWS, pages };
  }

  async list(_query: object, limit: number, cursor: string | null): Promise<Page> {
    this.asked += 1;
    const from = cursor === null ? 0 : this.rows.findIndex(({ id }) => id === cursor);
    const deliveries = this.rows.slice(from, from + limit).map((row) => ({ ...row }));
    return { deliveries, cursor: null, total: this.rows.length };
  }
}

function rowOf(id: string): Row {
  return {
    ...{ id, state: 'pending', webhook: 'CRM', node: 'out', eventType: null, callId: null, method: 'POST' },
    ...{ url: 'https://crm.example.com/', attemptCount: 0, createdAt: '', updatedAt: '', nextAttemptAt: null },
    lastError: null,
  };
}

const TOP = { first: 0, end: 20 };

async function opened(count: number): Promise<{ log: Log; rows: LogRows }> {
  const log = new Log(count);
  const rows = new LogRows(
    log,
    () => {},
    (error) => assert.fail(String(error)),
  );
  await rows.open({});
  return { log, rows };
}

/** What was asked for has come: the log above answers within a few turns. */
const arrived = () => new Promise((resolve) => setImmediate(resolve));

function assertShows(rows: LogRows, log: Log): void {
  assert.equal(rows.count, log.rows.length);
  for (let index = 0; index < rows.count; index++) {
    const row = rows.row(index);
    if (row) assert.deepEqual(row, log.rows[index], `row ${index}`);
  }
}

describe('the rows of the log', () => {
  it('are none in an empty log, and the first one that comes', async () => {
    const { log, rows } = await opened(0);
    assert.equal(rows.count, 0);
    log.add('first');
    assert.equal(await rows.refresh({}, TOP), 1);
    assertShows(rows, log);
    assert.equal(rows.row(0)?.id, 'first');
  });

  it('are fetched where they are looked at, each page once', async () => {
    const { log, rows } = await opened(100_000);
    assert.equal(rows.count, 100_000);
    assert.equal(rows.row(99_999), undefined);
    rows.want({ first: 99_980, end: 100_000 });
    rows.want({ first: 99_980, end: 100_000 });
    await arrived();
    assert.equal(rows.row(99_999)?.id, '0');
    assert.equal(rows.indexOf('0'), 99_999);
    assert.equal(rows.row(50_000), undefined);
    assert.equal(log.asked, 2);
  });

  it('keep their places while new ones come before them', async () => {
    const { log, rows } = await opened(1_000);
    rows.want({ first: 900, end: 920 });
    await arrived();
    for (const id of ['new 1', 'new 2', 'new 3']) log.add(id);
    assert.equal(await rows.refresh({}, { first: 900, end: 920 }), 3);
    assert.equal(rows.row(0)?.id, 'new 3');
    assert.equal(rows.row(903)?.id, '99');
    assert.equal(log.outlined, 1);
    assertShows(rows, log);
  });

  it('are the same objects as long as they say the same', async () => {
    const { log, rows } = await opened(10);
    const [same, other] = [rows.row(3), rows.row(4)];
    log.change(other?.id ?? '');
    await rows.refresh({}, TOP);
    assert.equal(rows.row(3), same);
    assert.equal(rows.row(4)?.state, 'delivered');
  });

  it('show what has become of those that are seen, also far down', async () => {
    const { log, rows } = await opened(1_000);
    rows.want({ first: 500, end: 520 });
    await arrived();
    log.change('490');
    await rows.refresh({}, { first: 500, end: 520 });
    await arrived();
    assert.equal(rows.row(509)?.state, 'delivered');
  });

  it('are looked at anew where some were removed', async () => {
    const { log, rows } = await opened(300);
    log.rows.splice(1, 5);
    assert.equal(await rows.refresh({}, TOP), 0);
    assert.equal(log.outlined, 2);
    assertShows(rows, log);
  });

  it('are looked at anew where more have come than a page holds', async () => {
    const { log, rows } = await opened(300);
    for (let number = 0; number < 250; number++) log.add(`new ${number}`);
    assert.equal(await rows.refresh({}, TOP), 250);
    assertShows(rows, log);
  });

  it('belong to the filter that was asked for last', async () => {
    const { log, rows } = await opened(5);
    const slow = rows.open({ q: 'slow' });
    log.add('new');
    await Promise.all([rows.open({ q: 'last' }), slow]);
    assertShows(rows, log);
  });
});
