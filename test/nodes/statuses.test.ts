/** What stands below nodes: short in every language, at most once a second, and of use. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, NodeStatus } from 'node-red';
import { StatusLine } from '../../nodes/runtime/red';
import { clockTime, firstThatFits, LONGEST_STATUS, type Say, shortCount } from '../../nodes/runtime/status-text';
import { WebhookStatus } from '../../nodes/telephony-webhook-out/status';
import { FAILURE_CLASSES } from '../../src/delivery/delivery';
import { FakeClock } from '../support/fake-clock';
import { packRoot } from '../support/node-red-process';
import { languagesOf, sayIn, type Words, wordsOf } from '../support/words';

/** The widest that a text can get; names and fields are cut to what is left, and a text that does not fit gives way to another. */
const WIDEST: Readonly<Record<string, string>> = {
  time: '23:59:59',
  count: '9999',
  attempt: '9',
  code: '503',
  field: '',
  name: '',
  trouble: '',
};

const folders = readdirSync(join(packRoot, 'nodes')).filter((name) =>
  existsSync(join(packRoot, 'nodes', name, 'locales')),
);

/** Every text below `words`, by its path. */
function textsBelow(words: Words, path = ''): readonly (readonly [path: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}.${key}`, value] as const] : textsBelow(value, `${path}.${key}`),
  );
}

function statusesOf(folder: string, words: Words): Words | undefined {
  const own = folder === 'editor' ? words['status'] : (words[folder] as Words | undefined)?.['status'];
  return typeof own === 'object' ? own : undefined;
}

describe('the words of statuses', () => {
  const all = folders.flatMap((folder) =>
    languagesOf(folder).flatMap((language) => {
      const statuses = statusesOf(folder, wordsOf(folder, language));
      return statuses ? textsBelow(statuses).map(([path, text]) => ({ folder, language, path, text })) : [];
    }),
  );

  it('are found', () => assert.ok(all.length > 50));

  for (const { folder, language, path, text } of all) {
    it(`are short: ${folder}${path} (${language})`, () => {
      const widest = text.replace(/__(\w+)__/g, (_, name: string) => WIDEST[name] ?? assert.fail(`__${name}__`));
      assert.ok(widest.length <= LONGEST_STATUS, `"${widest}" has ${widest.length} characters`);
    });
  }

  it('say every class of failure', () => {
    for (const language of languagesOf('telephony-webhook-out')) {
      const say = sayIn(wordsOf('telephony-webhook-out', language), 'telephony-webhook-out.status.failed');
      for (const kind of FAILURE_CLASSES) assert.ok(say(kind, { code: 503 }));
    }
  });

  it('give way to shorter ones where they do not fit', () => {
    assert.equal(firstThatFits('a text of 20 letters', 'short'), 'short');
    assert.equal(firstThatFits('a text of 19 letter', 'short'), 'a text of 19 letter');
  });

  it('have numbers of four characters at most', () => {
    assert.deepEqual([0, 9999, 10_000, 999_999, 1_000_000].map(shortCount), ['0', '9999', '10k', '999k', '1M']);
  });
});

/** What a node has shown, with when. */
class ShownNode {
  readonly shown: { atMs: number; status: NodeStatus }[] = [];
  constructor(private readonly clock: FakeClock) {}
  status(status: NodeStatus): void {
    this.shown.push({ atMs: this.clock.now(), status });
  }
  get text(): string {
    const { status } = this.shown.at(-1) ?? assert.fail('it shows nothing');
    return status.text ? `${status.fill} ${status.text}` : '';
  }
}

describe('the status of a webhook out', () => {
  const say: Say = sayIn(wordsOf('telephony-webhook-out'), 'telephony-webhook-out.status');
  let clock: FakeClock;
  let node: ShownNode;
  let status: WebhookStatus;

  beforeEach(() => {
    clock = new FakeClock();
    node = new ShownNode(clock);
    status = new WebhookStatus(new StatusLine(node as unknown as Node, clock), say);
  });

  const error = (kind: (typeof FAILURE_CLASSES)[number], statusCode: number | null = null) => ({
    class: kind,
    message: 'It failed.',
    statusCode,
  });
  const now = (): string => {
    clock.advance(1000);
    return node.text;
  };

  it('says when it delivered last', () => {
    status.delivered(false, clock.now());
    assert.equal(node.text, `green delivered ${clockTime(clock.now())}`);
  });

  it('says why the last delivery failed, in words', () => {
    status.gaveUp(false, error('timeout'));
    assert.equal(node.text, 'red no answer in time');
    status.gaveUp(false, error('status', 503));
    assert.equal(now(), 'red failed: status 503');
    status.delivered(false, clock.now());
    assert.match(now(), /^green delivered/);
  });

  it('says how many wait, and of a single one when it is tried', () => {
    const dueAtMs = clock.now() + 300_000;
    status.postponed(true, 3, dueAtMs);
    assert.equal(node.text, `yellow try 3 at ${clockTime(dueAtMs)}`);
    status.postponed(true, 2, dueAtMs);
    status.postponed(true, 2, dueAtMs);
    assert.equal(now(), 'yellow 3 waiting');
    status.postponed(false, 3, dueAtMs);
    assert.equal(now(), 'yellow 3 waiting');
    status.gaveUp(true, error('refused'));
    assert.equal(now(), 'yellow 2 waiting, 1 failed');
    status.delivered(true, clock.now());
    status.delivered(true, clock.now());
    assert.match(now(), /^green delivered/);
  });

  it('starts with what waits since before, and follows the store where some were discarded', () => {
    status.waitingCount = 12_345;
    assert.equal(node.text, 'yellow 12k waiting');
    status.gaveUp(true, error('refused'));
    assert.equal(now(), 'yellow 12k waiting', 'both would be too long');
    status.waitingCount = 0;
    assert.equal(now(), 'red nobody listens');
  });

  it('says first what stops its endpoint', () => {
    const untilMs = clock.now() + 60_000;
    const sinceMs = clock.now();
    status.delivered(false, clock.now());
    for (const [condition, text] of [
      [{ kind: 'resting', sinceMs, untilMs }, `yellow down, try ${clockTime(untilMs)}`],
      [{ kind: 'probing', sinceMs }, 'yellow down, trying now'],
      [{ kind: 'retry-after', sinceMs, untilMs }, `yellow rests till ${clockTime(untilMs)}`],
      [{ kind: 'paused', sinceMs }, 'yellow paused'],
    ] as const) {
      status.lane(condition);
      assert.equal(now(), text);
    }
    status.waitingCount = 4;
    assert.equal(now(), 'yellow paused, 4 waiting');
    status.lane({ kind: 'open' });
    assert.equal(now(), 'yellow 4 waiting');
  });

  it('changes once a second at most, however much happens, and ends with what is so', () => {
    for (let n = 0; n < 1000; n++) {
      status.postponed(true, 2, clock.now() + 5000);
      if (n % 2) status.delivered(true, clock.now());
      clock.advance(10);
    }
    clock.advance(5000);
    const times = node.shown.map(({ atMs }) => atMs);
    assert.ok(times.length >= 10 && times.length <= 11, `${times.length} changes in 10 s`);
    for (const [index, atMs] of times.entries()) assert.ok(atMs - (times[index - 1] ?? 0) >= 1000);
    assert.equal(node.text, 'yellow 500 waiting');
    for (const { status: shown } of node.shown) assert.ok((shown.text ?? '').length <= LONGEST_STATUS);
  });
});
