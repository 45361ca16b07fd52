/** The npm package of the specification's authors has to accept what is signed here, and what it signs is accepted here. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { readSigningKey, readVerifyingKey } from '../../../src/signing/keys';
import { refuseStandard, signStandard } from '../../../src/signing/standard-webhooks';

const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const body = fc.oneof(fc.json(), fc.string({ unit: 'binary', minLength: 1 }));
const seconds = fc.integer({ min: 1, max: 4_000_000_000 });

describe('the package standardwebhooks', () => {
  it('makes the same signatures, and its own are accepted', () => {
    fc.assert(
      fc.property(secret, id, body, seconds, (key, webhookId, text, time) => {
        const timestamp = String(time);
        const theirs = new Webhook(key).sign(webhookId, new Date(time * 1000), text);
        const signing = readSigningKey(key) ?? assert.fail(key);
        assert.equal(signStandard([signing], { id: webhookId, timestamp, body: text }), theirs);
        const verifying = readVerifyingKey(key) ?? assert.fail(key);
        const freshness = { nowMs: time * 1000, toleranceSeconds: 1 };
        const headers = { id: webhookId, timestamp, signature: theirs };
        assert.equal(refuseStandard([verifying], headers, Buffer.from(text), freshness), null);
      }),
      { numRuns: 200 },
    );
  });

  it('verifies a request that was signed with two keys of either kind, by the one that it knows', () => {
    // It judges by the clock of the machine.
    const timestamp = String(Math.floor(Date.now() / 1000));
    const message = { id: 'dlv_1', timestamp, body: '{"callId":"c1"}' };
    fc.assert(
      fc.property(secret, secret, (old, current) => {
        const pair = `whsk_${Buffer.alloc(32, 3).toString('base64')}`;
        const keys = [pair, current, old].map((text) => readSigningKey(text) ?? assert.fail(text));
        const headers = {
          'webhook-id': message.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signStandard(keys, message),
        };
        for (const key of [old, current]) {
          assert.deepEqual(new Webhook(key).verify(message.body, headers), { callId: 'c1' });
        }
      }),
      { numRuns: 20 },
    );
  });
});
