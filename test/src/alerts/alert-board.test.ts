import assert from 'node:assert/strict';
import { alertOf } from '../../../src/alerts/alert';
import { AlertBoard, type Condition, type Standing } from '../../../src/alerts/alert-board';
import { LaneAlerts } from '../../../src/alerts/lane-alerts';
import { FakeClock } from '../../support/fake-clock';

const LANE = 'https://crm.example.test';

describe('the board of what is wrong', () => {
  let clock: FakeClock;
  let board: AlertBoard;
  let heard: string[];

  beforeEach(() => {
    clock = new FakeClock();
    board = new AlertBoard(clock);
    heard = [];
  });

  const standing = (condition: Condition, lane: string | null = LANE): Standing => ({
    condition,
    lane,
    sinceMs: clock.now(),
    detail: null,
  });

  function listen(afterMs = 0, id = 'node'): (forget: boolean) => void {
    return board.subscribe({
      id,
      afterMs,
      began: ({ condition }) => heard.push(`${condition} began`),
      ended: ({ condition }) => heard.push(`${condition} ended`),
    });
  }

  it('tells each change once, however often it is noticed', () => {
    listen();
    for (let failures = 0; failures < 3; failures++) board.begin(standing('failing'));
    board.begin(standing('paused'));
    for (let successes = 0; successes < 3; successes++) board.end('failing', LANE);
    assert.deepEqual(heard, ['failing began', 'paused began', 'failing ended']);
    assert.deepEqual(
      board.standing.map(({ condition }) => condition),
      ['paused'],
    );
  });

  it('keeps endpoints apart, and the store from them', () => {
    listen();
    board.begin(standing('failing'));
    board.begin(standing('failing', 'https://other.example.test'));
    board.begin(standing('disk-nearly-full', null));
    board.end('failing', LANE);
    assert.deepEqual(heard, ['failing began', 'failing began', 'disk-nearly-full began', 'failing ended']);
  });

  it('says nothing of what is over before it was worth an alert', () => {
    listen(10_000);
    board.begin(standing('failing'));
    clock.advance(9_999);
    board.end('failing', LANE);
    clock.advance(60_000);
    assert.deepEqual([heard, clock.dueAtMs], [[], []]);
  });

  it('tells what lasts, when it has lasted so long', () => {
    listen(10_000);
    board.begin(standing('failing'));
    clock.advance(4_000);
    board.begin(standing('paused'));
    clock.advance(6_000);
    assert.deepEqual(heard, ['failing began']);
    clock.advance(4_000);
    assert.deepEqual(heard, ['failing began', 'paused began']);
  });

  it('does not wait for a clock that was set back', () => {
    listen(10_000);
    board.begin(standing('failing'));
    clock.jump(-3_600_000);
    board.begin(standing('paused'));
    clock.advance(10_000);
    assert.deepEqual(heard, ['failing began', 'paused began']);
  });

  it('repeats nothing after a deploy, and tells what changed during it', () => {
    const stop = listen();
    board.begin(standing('failing'));
    board.begin(standing('paused'));
    stop(false);
    board.end('failing', LANE);
    board.begin(standing('breaker'));
    listen();
    assert.deepEqual(heard, ['failing began', 'paused began', 'failing ended', 'breaker began']);
  });

  it('tells a new subscriber what is wrong already, and forgets one that never comes back', () => {
    board.begin(standing('failing'));
    const stop = listen();
    stop(true);
    listen();
    assert.deepEqual(heard, ['failing began', 'failing began']);
  });

  it('ends what is wrong with an endpoint that was removed, also for who was away, and leaves its pause alone', () => {
    const ended: (string | undefined)[] = [];
    const began = (): void => undefined;
    const away = { id: 'away', afterMs: 0, began, ended: ({ removed }: Standing) => ended.push(removed) };
    const leave = board.subscribe(away);
    listen();
    for (const condition of ['failing', 'breaker', 'paused'] as const) board.begin(standing(condition));
    board.begin(standing('failing', 'https://other.example.test'));
    leave(false);
    board.remove(LANE, 'The CRM');
    assert.deepEqual(heard.slice(4), ['failing ended', 'breaker ended']);
    assert.deepEqual(
      board.standing.map(({ condition, lane }) => [condition, lane]),
      [
        ['paused', LANE],
        ['failing', 'https://other.example.test'],
      ],
    );
    board.subscribe(away);
    assert.deepEqual(ended, ['The CRM', 'The CRM']);
  });

  it('leaves the later of two of one name alone when the first goes', () => {
    const first = listen();
    listen();
    first(false);
    board.begin(standing('failing'));
    assert.deepEqual(heard, ['failing began']);
  });

  it('holds a bounded number of origins that messages brought', () => {
    for (let n = 0; n < 1_500; n++) board.begin(standing('failing', `https://h${n}.example.test`));
    assert.equal(board.standing.length, 1_000);
  });
});

describe('what the dispatcher says of an endpoint', () => {
  let board: AlertBoard;
  let lanes: LaneAlerts;

  beforeEach(() => {
    board = new AlertBoard(new FakeClock());
    lanes = new LaneAlerts(board);
  });

  const stands = (): string[] => board.standing.map(({ condition, sinceMs }) => `${condition} since ${sinceMs}`);

  it('stands until it is over', () => {
    lanes.failing(LANE, 1);
    lanes.breaker(LANE, 'open', 2);
    lanes.stopped(LANE, 'retry-after', 3);
    lanes.stopped(LANE, 'paused', 4);
    assert.deepEqual(stands(), ['failing since 1', 'breaker since 2', 'retry-after since 3', 'paused since 4']);
    lanes.recovered(LANE);
    lanes.breaker(LANE, 'closed', null);
    lanes.resumed(LANE, 'retry-after');
    lanes.resumed(LANE, 'paused');
    assert.deepEqual(stands(), []);
  });

  it('is one trouble while probes fail', () => {
    lanes.breaker(LANE, 'open', 2);
    lanes.breaker(LANE, 'half-open', 2);
    assert.equal(lanes.breakerOf(LANE), 'half-open');
    lanes.breaker(LANE, 'open', 2);
    assert.deepEqual(stands(), ['breaker since 2']);
    assert.deepEqual([lanes.breakerOf(LANE), lanes.breakerOf('other')], ['open', 'closed']);
  });

  it('is over with the first success, where an earlier process has seen it begin', () => {
    lanes.failing(LANE, 1);
    lanes.attempted(LANE, 'out', 'status');
    assert.deepEqual(stands(), ['failing since 1']);
    lanes.attempted(LANE, 'out', null);
    assert.deepEqual(stands(), []);
  });
});

describe('an alert', () => {
  const sinceMs = Date.UTC(2026, 10, 21, 8);

  it('says what, which, since when, and in a sentence', () => {
    assert.deepEqual(alertOf({ condition: 'failing', lane: LANE, sinceMs, detail: null }, true, 'The CRM', sinceMs), {
      kind: 'failing',
      active: true,
      condition: 'failing',
      endpoint: LANE,
      name: 'The CRM',
      since: '2026-11-21T08:00:00.000Z',
      message: 'The CRM fails: no request gets through. What waits is tried again by its schedule.',
    });
  });

  for (const [ms, lasted] of [
    [-5_000, '0 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
  ] as const) {
    it(`that is over says for how long it was: ${lasted}`, () => {
      const over = alertOf({ condition: 'failing', lane: LANE, sinceMs, detail: 'x' }, false, 'The CRM', sinceMs + ms);
      assert.deepEqual(
        [over.kind, over.active, over.message],
        ['recovered', false, `The CRM works again after ${lasted}.`],
      );
    });
  }

  it('that is over because its endpoint was removed says so', () => {
    const gone = { condition: 'breaker', lane: 'crm', sinceMs, detail: null, removed: 'The CRM' } as const;
    const { kind, message } = alertOf(gone, false, 'The CRM', sinceMs);
    assert.deepEqual([kind, message], ['breaker-closed', 'The CRM was removed.']);
  });

  it('has the words of whoever noticed it', () => {
    const standing = { condition: 'disk-nearly-full', lane: null, sinceMs, detail: '12 MB are left.' } as const;
    const { message, endpoint } = alertOf(standing, true, 'Delivery store', sinceMs);
    assert.deepEqual([message, endpoint], ['12 MB are left.', null]);
  });
});
