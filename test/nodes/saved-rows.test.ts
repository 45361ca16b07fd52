import assert from 'node:assert/strict';
import { savedRows } from '../../nodes/editor/fields/saved-rows';

/** What a flow holds, and what the panel shows of it: key, type and value. */
const cases: readonly (readonly [saved: unknown, shown: readonly unknown[]])[] = [
  [undefined, []],
  ['Key=Example', []],
  [[{ key: ' a ', type: 'text', value: 'b' }], [['a', 'text', 'b']]],
  [[{ key: '', type: 'text', value: 'b' }], [['', 'text', 'b']]],
  [[{ key: 'a', type: 'date', value: 5 }], [['a', 'text', '5']]],
  [
    [{ key: 'a', value: ['b'] }, 7, null],
    [
      ['a', 'text', '["b"]'],
      ['', 'text', '7'],
      ['', 'text', ''],
    ],
  ],
  [[{ key: 'a', type: 'object', value: [{ type: 'text', value: 'b' }] }], [['a', 'object', [['', 'text', 'b']]]]],
];

describe('rows that were saved', () => {
  for (const [saved, shown] of cases) {
    it(`are all shown: ${JSON.stringify(saved)}`, () => {
      const told = (rows: ReturnType<typeof savedRows>): unknown[] =>
        rows.map(({ key, type, value }) => [key, type, typeof value === 'string' ? value : told(value)]);
      assert.deepEqual(told(savedRows(saved)), shown);
    });
  }
});
