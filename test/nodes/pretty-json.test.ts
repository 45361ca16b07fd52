/** JSON in the preview: laid out for people, and otherwise what is sent. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pretty } from '../../nodes/editor/template/pretty-json';

describe('a body in the preview', () => {
  it('is laid out as JSON.stringify does, whatever it holds', () => {
    fc.assert(fc.property(fc.json(), (text) => assert.equal(pretty(text), JSON.stringify(JSON.parse(text), null, 2))));
  });
  it('keeps its numbers to the digit', () => {
    assert.equal(pretty('{"id":12345678901234567890,"x":1.50}'), '{\n  "id": 12345678901234567890,\n  "x": 1.50\n}');
  });
  for (const text of ['', 'a=b&c=d', '{"a":}', '<a>{}</a>']) {
    it(`stays as it is where it is no JSON: ${text}`, () => assert.equal(pretty(text), text));
  }
});
