/** What becomes rows when it is pasted into a table, and what stays the text that it is. */
import assert from 'node:assert/strict';
import { pastedRows } from '../../nodes/editor/fields/pasted-rows';
import { FIELD_TYPES, type Field } from '../../src/template/field';

const typed = { keyed: true, typed: true, types: FIELD_TYPES };
const row = (key: string, type: Field['type'], value: Field['value']): Field => ({ key, type, value });

describe('what is pasted into a table', () => {
  const KEYED: readonly (readonly [text: string, rows: readonly Field[]])[] = [
    ['a: b', [row('a', 'text', 'b')]],
    ['X-Key: a: b\r\nX-Other:', [row('X-Key', 'text', 'a: b'), row('X-Other', 'text', '')]],
    [
      'n: 1.50\nbig: 12345678901234567890\nt: true\ns: "5"\nphone: +44 20\nzero: 007',
      [
        row('n', 'number', '1.50'),
        row('big', 'number', '12345678901234567890'),
        row('t', 'boolean', 'true'),
        row('s', 'text', '5'),
        row('phone', 'text', '+44 20'),
        row('zero', 'text', '007'),
      ],
    ],
    [`"a b": 1,\n'c': {{callId}}`, [row('a b', 'number', '1'), row('c', 'text', '{{callId}}')]],
    ['o: {"x": [1]}', [row('o', 'object', [row('x', 'array', [row('', 'number', '1')])])]],
    [
      '{"a": null, "b": {"c": false}, "d": "${{x}}"}',
      [row('a', 'jsonata', 'null'), row('b', 'object', [row('c', 'boolean', 'false')]), row('d', 'text', '${{x}}')],
    ],
    ['имя: значение', [row('имя', 'text', 'значение')]],
  ];
  for (const [text, rows] of KEYED) {
    it(`becomes rows: ${JSON.stringify(text)}`, () => assert.deepEqual(pastedRows(text, typed), rows));
  }

  for (const text of [
    '',
    'plain',
    'https://h.test/',
    '12:30',
    'a: b\nno colon',
    '5',
    '"x"',
    '[1]',
    '{{callId}}',
    '{broken: 1',
  ]) {
    it(`stays text: ${JSON.stringify(text)}`, () => assert.equal(pastedRows(text, typed), undefined));
  }

  it('is all text where types mean nothing', () => {
    assert.deepEqual(pastedRows('v: 1.0\nt: true', { ...typed, typed: false }), [
      row('v', 'text', '1.0'),
      row('t', 'text', 'true'),
    ]);
    assert.deepEqual(pastedRows('{"v": 1.0, "o": {"a": 1}, "n": null}', { ...typed, typed: false }), [
      row('v', 'text', '1.0'),
      row('o', 'text', '{"a":1}'),
      row('n', 'text', ''),
    ]);
  });

  it('has only the types that the table has', () => {
    assert.deepEqual(pastedRows('{"n": 5, "o": {"a": 1}}', { ...typed, types: ['text', 'number'] }), [
      row('n', 'number', '5'),
      row('o', 'text', '{"a":1}'),
    ]);
  });

  it('is items for an array: JSON, or a line each', () => {
    const items = { ...typed, keyed: false };
    assert.deepEqual(pastedRows('[1, "a", {"b": 2}]', items), [
      row('', 'number', '1'),
      row('', 'text', 'a'),
      row('', 'object', [row('b', 'number', '2')]),
    ]);
    assert.deepEqual(pastedRows('5\n\nx: y\n', items), [row('', 'number', '5'), row('', 'text', 'x: y')]);
    assert.equal(pastedRows('x: y', items), undefined);
  });
});
