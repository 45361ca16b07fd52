import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parameters } from '../../../src/event/catalogue';
import { sampleEvent } from '../../../src/event/samples';
import { canonicalVocabulary, derivedParameters } from '../../../src/event/vocabulary';

const sample = sampleEvent('call.ended');
assert.ok(sample !== undefined);

describe('the vocabulary of the catalogue', () => {
  it('has the names of the catalogue, and can find each', () => {
    assert.deepEqual(
      canonicalVocabulary.names.map(({ name }) => name),
      parameters.map(({ name }) => name),
    );
    for (const { name, parameter } of canonicalVocabulary.names) {
      assert.equal(parameter, name);
      assert.ok(canonicalVocabulary.find(name), name);
    }
  });

  it('reads what an event tells, and nothing for what it does not tell', () => {
    assert.equal(canonicalVocabulary.find('callerNumber')?.read(sample), '12025550142');
    assert.equal(canonicalVocabulary.find('duration')?.read(sample), 140.5);
    assert.equal(canonicalVocabulary.find('pickup')?.read(sample), false);
    assert.equal(canonicalVocabulary.find('transferTo')?.read(sample), undefined);
  });

  it('leaves to the template and the delivery what only they know', () => {
    for (const name of derivedParameters) {
      assert.ok(canonicalVocabulary.find(name), name);
      assert.equal(canonicalVocabulary.find(name)?.read(sample), undefined, name);
    }
  });

  it('says which values are times', () => {
    assert.equal(canonicalVocabulary.find('startTime')?.time, true);
    assert.equal(canonicalVocabulary.find('startTimestamp')?.time, false);
  });

  it('reads an event that a flow made by hand', () => {
    const event = {
      ...sample,
      type: 'call.missed',
      id: 'mine',
      time: '2026-03-02T10:00:00.000Z',
      callId: 'c9',
      parameters: {},
    };
    const read = (name: string) => canonicalVocabulary.find(name)?.read(event);
    assert.deepEqual(['eventType', 'eventId', 'eventTime', 'callId'].map(read), [
      'call.missed',
      'mine',
      '2026-03-02T10:00:00.000Z',
      'c9',
    ]);
  });

  it('finds nothing under names that objects have by nature', () => {
    for (const name of ['__proto__', 'constructor', 'toString', ''])
      assert.equal(canonicalVocabulary.find(name), undefined);
  });
});
