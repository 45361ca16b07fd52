/** What may stand in a flow file: whatever it is, a node says what is wrong with it, by field and in words, and goes on. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSecrets } from '../../nodes/runtime/config-nodes';
import { describeSchedule, nextAttempt, type RetryPolicy } from '../../src/delivery/retry-policy';
import { parseSuccessRule } from '../../src/delivery/success-rule';
import { type Problem, UserError } from '../../src/errors';
import { parsePush } from '../../src/sources/http-push/push-config';
import { assertClear, excerpt, fuzz, growsEvenly, quickly } from './fuzzer';
import type { Hostile } from './hostile';

interface ConfigModule {
  readonly defaults: Readonly<Record<string, unknown>>;
  parseConfig(saved: unknown): { config: Readonly<Record<string, unknown>>; problems: readonly Problem[] };
}

const folder = join(__dirname, '..', '..', 'nodes');
const types = readdirSync(folder).filter(
  (type) => type.startsWith('telephony-') && readdirSync(join(folder, type)).includes('config.ts'),
);

/** Rows of a table, with every type of row. */
const ROWS = [
  { key: 'Key', type: 'text', value: 'Example {{callerName}}' },
  { key: 'n', type: 'number', value: '1' },
  { key: 'o', type: 'object', value: [{ key: 'list', type: 'array', value: [{ type: 'sha256', value: '%token%' }] }] },
  { key: 'm', type: 'msg', value: 'payload' },
];
/** Texts that come to be read only where another property says so. */
const MORE = {
  user: ROWS,
  mapping: ROWS,
  fixed: ROWS,
  numbers: ['+441'],
  secretNames: ['token'],
  allowFrom: ['10.0.0.0/8'],
  schedule: 'list',
  allow: ['a.test'],
};

function savedConfig(hostile: Hostile, defaults: object): unknown {
  return hostile.mutated(hostile.chance(0.5) ? defaults : { ...defaults, ...MORE });
}

/** The same configuration with every text, list and table long. */
function grown(defaults: Readonly<Record<string, unknown>>, size: number): object {
  const rows = Array.from({ length: size }, (_, index) => ({ key: `k${index}`, type: 'text', value: 'x,'.repeat(10) }));
  const list = rows.map(({ key }) => `${key},`).join('');
  const texts = Object.entries(defaults).map(([name, value]) => [name, Array.isArray(value) ? list : ' '.repeat(size)]);
  const tables = ['user', 'query', 'headers', 'fixed', 'mapping'].map((name) => [name, rows]);
  return Object.fromEntries([...texts, ...tables]);
}

function assertProblems(problems: readonly Problem[]): void {
  for (const { field, message } of problems) {
    assert.match(field, /^[A-Za-z]+(?:\[\d+\]|\.[a-z]+)*$/i);
    assertClear(message);
  }
}

describe('any saved configuration', () => {
  for (const type of types) {
    const { defaults, parseConfig } = require(join(folder, type, 'config.ts')) as ConfigModule;

    fuzz(`of ${type} is read, and what is wrong is named by field`, 600, (hostile) => {
      const saved = savedConfig(hostile, defaults);
      const { config, problems } = quickly(saved, () => parseConfig(saved));
      assertProblems(problems);
      for (const [name, value] of Object.entries(config)) {
        assert(name in defaults || name === 'policy', name);
        if (typeof defaults[name] !== 'object') continue;
        assert.equal(Array.isArray(value), Array.isArray(defaults[name]), name);
      }
      // What was read is what would be saved again: reading it once more changes nothing.
      const again = parseConfig({ ...(saved as object), ...config });
      assert.deepEqual(again.config, config);
      if (config['policy'] !== undefined) assertPolicy(config['policy'] as RetryPolicy, hostile);
    });

    it(`of ${type} is read in time that grows with its size and no faster`, () => {
      growsEvenly(10_000, (size) => grown(defaults, size), parseConfig);
    });
  }

  fuzz('of how a source lets callers in is read, and what is wrong is named by field', 800, (hostile) => {
    const { defaults } = require(join(folder, 'telephony-source', 'config.ts')) as ConfigModule;
    const verify = hostile.pick(['none', 'token', 'basic', 'hmac', 'standard', 'twilio', 'telnyx', 'x']);
    const saved = savedConfig(hostile, { ...defaults, verify }) as Readonly<Record<string, unknown>>;
    const credentials = hostile.mutated({ token: 't', username: 'u', password: 'p', secret: 's' }) as typeof saved;
    const parsed = quickly(saved, () => parsePush({ ...saved }, { ...credentials }));
    if (parsed.kind === 'problems') {
      assert(parsed.problems.length > 0, 'refused without a reason');
      assertProblems(parsed.problems);
    }
  });

  fuzz('of secrets is an object of texts, or is refused', 400, (hostile) => {
    const text = hostile.chance(0.5) ? hostile.live() : hostile.mutatedText('{"token":"s3cret","other":"x"}');
    let secrets: Readonly<Record<string, string>>;
    try {
      secrets = quickly(text, () => parseSecrets(text));
    } catch (error) {
      assert(!(error instanceof RangeError || error instanceof TypeError), `${error} for ${excerpt(text)}`);
      return;
    }
    for (const value of Object.values(secrets)) assert.equal(typeof value, 'string');
  });

  fuzz('of success codes is a rule, or an error that names the field', 600, (hostile) => {
    const text = hostile.chance(0.3) ? hostile.text() : hostile.mutatedText('2xx,304, 200');
    try {
      quickly(text, () => parseSuccessRule(text));
    } catch (error) {
      assert(error instanceof UserError, String(error));
      assert.equal(error.field, 'success');
      assertClear(error.message);
    }
  });
});

/** Whatever the policy came from, it ends, and waits are times. */
function assertPolicy(policy: RetryPolicy, hostile: Hostile): void {
  const nowMs = 1_772_442_904_000;
  const failedAttempts = 1 + hostile.below(policy.maxAttempts + 2);
  const next = nextAttempt(policy, {
    failedAttempts,
    createdAtMs: nowMs,
    nowMs,
    notBeforeMs: null,
    random: hostile.random,
  });
  if (next.kind === 'wait')
    assert(Number.isInteger(next.dueAtMs) && next.dueAtMs >= nowMs && next.dueAtMs <= nowMs + policy.maxAgeMs);
  const offsets = quickly(policy, () => describeSchedule(policy));
  assert(offsets.every((offset, index) => Number.isFinite(offset) && offset >= (offsets[index - 1] ?? 0)));
}
