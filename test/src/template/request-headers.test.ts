import assert from 'node:assert/strict';
import type { Field } from '../../../src/template/field';
import { inEnglish } from '../../support/in-english';
import { compile, render, request } from './example-vocabulary';

function header(key: string, value: string, type: Field['type'] = 'text'): Field {
  return { key, type, value };
}

describe('headers', () => {
  it('hold what their rows say, of any type', () => {
    const headers = [
      header('X-Caller', 'by {{callerName}}'),
      header('X-Seconds', '{{duration}}', 'number'),
      header('X-Hash', 'abc', 'crc32'),
      header('X-Empty', '{{answerTime}}'),
      { key: 'X-List', type: 'array' as const, value: [header('', 'a'), header('', '1', 'number')] },
      header('X-Found', 'x', 'env'),
    ];
    const made = request({ headers, contentType: 'none' }, { callerName: 'Жанна', duration: 5 }, { typed: [{ a: 1 }] });
    assert.deepEqual(made.headers, {
      'X-Caller': 'by Жанна',
      'X-Seconds': '5',
      'X-Hash': '352441c2',
      'X-Empty': '',
      'X-List': '["a",1]',
      'X-Found': '{"a":1}',
    });
  });
  for (const character of ['\r', '\n', '\0', '\r\nX-Evil: 1', '\u0001', '\u007f']) {
    it(`fail the message where a value holds ${JSON.stringify(character)}`, () => {
      const rendered = render(
        { headers: [header('X-A', 'a'), header('X-B', '{{callerName}}')] },
        { callerName: `x${character}` },
      );
      assert.deepEqual(inEnglish(rendered), {
        ok: false,
        field: 'headers[1].value',
        message: 'A header cannot hold a line break, NUL or another control character.',
      });
    });
  }
  it('may hold a tab', () => {
    assert.equal(
      request({ headers: [header('X-A', '{{callerName}}')] }, { callerName: 'a\tb' }).headers['X-A'],
      'a\tb',
    );
  });
  it('fail the message where the type that the call tells would split one', () => {
    const rendered = render({ contentType: '{{callerName}}' }, { callerName: 'a\nb' });
    assert.ok(!rendered.ok);
    assert.equal(rendered.field, 'contentType');
  });
  it('of equal names, in any case, send the later', () => {
    const headers = [header('X-Key', '1'), header('x-key', '2')];
    assert.deepEqual(request({ headers, contentType: 'none' }).headers, { 'x-key': '2' });
    assert.deepEqual(inEnglish(compile({ headers }).warnings), [
      { field: 'headers[0]', message: '"X-Key" is also in headers[1], which wins.' },
    ]);
  });
  it('leave to the connection what is its own', () => {
    const headers = [
      header('Content-Length', '1'),
      header('Transfer-Encoding', 'chunked'),
      header('Host', 'other.test'),
    ];
    assert.deepEqual(request({ headers, contentType: 'none' }).headers, { Host: 'other.test' });
    assert.deepEqual(
      compile({ headers }).warnings.map(({ field }) => field),
      ['headers[0]', 'headers[1]'],
    );
  });
  it('may be called what harms other objects', () => {
    const { headers } = request({
      headers: [header('__proto__', 'x'), header('constructor', 'y')],
      contentType: 'none',
    });
    assert.deepEqual(Object.entries(headers), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
  for (const key of ['X Key', 'X:Key', 'Ключ', 'X\r\nY', '{{имя клиента}}', '{{callerName}}']) {
    it(`refuse ${JSON.stringify(key)} as a name`, () => {
      assert.deepEqual(
        compile({ headers: [header(key, 'x')] }).problems.map(({ field }) => field),
        ['headers[0].key'],
      );
    });
  }
  it('refuse a line break that is typed in', () => {
    assert.deepEqual(
      compile({ headers: [header('X-A', 'a\nb')] }).problems.map(({ field }) => field),
      ['headers[0].value'],
    );
  });
});
