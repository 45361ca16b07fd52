import assert from 'node:assert/strict';
import { bodyText } from '../../nodes/editor/deliveries/body-text';

describe('a body in the log', () => {
  it('is laid out where it is JSON', () => {
    assert.equal(bodyText('{"a":[1,2]}'), '{\n  "a": [\n    1,\n    2\n  ]\n}');
  });

  for (const body of [
    'a=1&b=2',
    '',
    '{"a":',
    '{ "laid": "out" }',
    // To read and to write these makes something else of them.
    '{"id":12345678901234567890}',
    '{"price":1.50}',
    '{"twice":1,"twice":2}',
  ]) {
    it(`is shown as it was sent: ${body}`, () => assert.equal(bodyText(body), body));
  }
});
