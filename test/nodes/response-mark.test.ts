import assert from 'node:assert/strict';
import fc from 'fast-check';
import { markedAsResponse, RESPONSE_MARK } from '../../nodes/runtime/response-mark';

// What the core http request node makes the mark with: it comes with Node-RED.
const hashSum = require('hash-sum') as (value: unknown) => string;

describe('the mark of headers that are a response’s', () => {
  it('is the one that the core http request node makes', () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 12 }));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z\d-]{1,20}$/), value), (headers) => {
        const { [RESPONSE_MARK]: mark, ...rest } = markedAsResponse(headers);
        assert.deepEqual(rest, { ...headers });
        assert.equal(mark, hashSum({ ...headers }));
      }),
    );
  });
});
