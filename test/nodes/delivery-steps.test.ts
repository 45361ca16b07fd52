import assert from 'node:assert/strict';
import { stepsOf } from '../../nodes/editor/deliveries/delivery-steps';
import type { Attempt, Details } from '../../nodes/editor/deliveries/log-client';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
const failure = { class: 'status', message: 'No.', statusCode: 500 } as const;

function attempt(number: number, second: number, failed = true): Attempt {
  const { class: failureClass, message, statusCode } = failure;
  const result = failed
    ? { class: failureClass, message, statusCode }
    : { class: null, message: null, statusCode: 200 };
  return { number, startedAt: at(second), durationMs: 50, ...result, response: null };
}

type Told = Parameters<typeof stepsOf>[0];
const delivery = (changes: Partial<Details>): Told => ({
  ...{ state: 'pending', createdAt: at(0), updatedAt: at(9), nextAttemptAt: null, lastError: null, attempts: [] },
  ...changes,
});

describe('the steps of a delivery', () => {
  const cases: readonly (readonly [name: string, Told, readonly (readonly [string, number | null])[]])[] = [
    [
      'waits for its first attempt',
      delivery({ nextAttemptAt: at(1) }),
      [
        ['accepted', null],
        ['next', 1_000],
      ],
    ],
    ['is due, and waits for what goes before it', delivery({ nextAttemptAt: at(0) }), [['accepted', null]]],
    [
      'waits after a failure',
      delivery({ state: 'waiting', nextAttemptAt: at(7), lastError: failure, attempts: [attempt(1, 2)] }),
      [
        ['accepted', null],
        ['attempt', 2_000],
        ['next', 5_000],
      ],
    ],
    [
      'was delivered in the end',
      delivery({ state: 'delivered', lastError: failure, attempts: [attempt(1, 0), attempt(2, 5, false)] }),
      [
        ['accepted', null],
        ['attempt', 0],
        ['attempt', 5_000],
      ],
    ],
    [
      'was given up with its last attempt',
      delivery({ state: 'failed', lastError: failure, attempts: [attempt(1, 1)] }),
      [
        ['accepted', null],
        ['attempt', 1_000],
      ],
    ],
    [
      'was discarded after an attempt',
      delivery({ state: 'failed', lastError: { ...failure, class: 'discarded' }, attempts: [attempt(1, 1)] }),
      [
        ['accepted', null],
        ['attempt', 1_000],
        ['ended', 8_000],
      ],
    ],
    [
      'could not be rendered',
      delivery({ state: 'failed', updatedAt: at(0), lastError: { ...failure, class: 'template' } }),
      [
        ['accepted', null],
        ['ended', 0],
      ],
    ],
    [
      'is older than a clock that was set back',
      delivery({ state: 'delivered', createdAt: at(5), attempts: [attempt(1, 3, false)] }),
      [
        ['accepted', null],
        ['attempt', 0],
      ],
    ],
  ];
  for (const [name, told, expected] of cases) {
    it(`of one that ${name}`, () =>
      assert.deepEqual(
        stepsOf(told, Date.parse(at(0))).map(({ kind, afterMs }) => [kind, afterMs]),
        expected,
      ));
  }
});
