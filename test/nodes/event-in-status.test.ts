import assert from 'node:assert/strict';
import { lastAndCount } from '../../nodes/runtime/status-text';
import { eventTypes } from '../../src/event/catalogue';

describe('the status of an event in', () => {
  for (const [type, count, text] of [
    ['call.ended', 1, 'call.ended · 1'],
    ['call.ended', 123456, 'call.ended · 123k'],
    ['campaign.call.result', 7, 'call.result · 7'],
    ['call.recording.ready', 1234, 'recording.r… · 1234'],
  ] as const) {
    it(`is "${text}"`, () => assert.equal(lastAndCount(type, count), text));
  }

  it('is short, whatever happens however often', () => {
    for (const { type } of eventTypes) {
      for (const count of [1, 999_999_999]) assert.ok(lastAndCount(type, count).length < 20, type);
    }
  });
});
