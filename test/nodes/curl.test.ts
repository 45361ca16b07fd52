import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { asCurl } from '../../nodes/editor/curl';

/** What a shell makes of a command: its words. */
function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

const url = 'https://h.test/a?b=$c&d=`e`';

describe('a request as cURL', () => {
  it('reaches curl word for word, whatever it holds', () => {
    const body = `{"name":"O'Neil \\"x\\" $HOME\n!"}`;
    const headers = { 'Content-Type': 'application/json', 'X-A': "it's" };
    const words = wordsOf(asCurl({ method: 'PUT', url, headers, body }));
    const given = ['-H', 'Content-Type: application/json', '-H', "X-A: it's", '--data-raw', body];
    assert.deepEqual(words, ['curl', '-X', 'PUT', url, ...given]);
  });
  it('has every value of a header that has many', () => {
    const words = wordsOf(asCurl({ method: 'GET', url, headers: { 'X-Many': ['a', 'b'] }, body: null }));
    assert.deepEqual(words.slice(4), ['-H', 'X-Many: a', '-H', 'X-Many: b']);
  });
  it('has no body where there is none', () => {
    assert.deepEqual(wordsOf(asCurl({ method: 'GET', url, headers: {}, body: null })), ['curl', '-X', 'GET', url]);
  });
  it('does not become a form where the Content-Type was taken away', () => {
    const words = wordsOf(asCurl({ method: 'POST', url, headers: {}, body: 'x' }));
    assert.deepEqual(words.slice(4), ['-H', 'Content-Type:', '--data-raw', 'x']);
  });
});
