import assert from 'node:assert/strict';
import { UserError } from '../../src/errors';
import { saidBy, sentenceOf, speaker } from '../../src/sentence';

const say = speaker('phone', {
  dead: 'The line is dead.',
  busy: '__number__ is busy for __minutes__ min.',
  why: 'Not called: __reason__',
});

describe('a sentence', () => {
  it('is English, and what it is made of', () => {
    assert.deepEqual(say('dead'), { message: 'The line is dead.', phrase: { code: 'phone.dead', values: {} } });
    assert.deepEqual(say('busy', { number: '117', minutes: 2 }), {
      message: '117 is busy for 2 min.',
      phrase: { code: 'phone.busy', values: { number: '117', minutes: 2 } },
    });
  });

  it('may hold another one', () => {
    const { message, phrase } = say('why', { reason: say('dead') });
    assert.equal(message, 'Not called: The line is dead.');
    assert.deepEqual(phrase?.values['reason'], say('dead'));
  });

  it('takes values as they are, whatever stands in them', () => {
    assert.equal(say('busy', { number: '__minutes__', minutes: 2 }).message, '__minutes__ is busy for 2 min.');
    assert.equal(say('why', { reason: '$& $1 __reason__' }).message, 'Not called: $& $1 __reason__');
  });

  it('is kept by what says more than it', () => {
    assert.deepEqual(sentenceOf({ ...say('dead'), ...{ field: 'number' } }), say('dead'));
    assert.deepEqual(sentenceOf({ message: 'Hello' }), { message: 'Hello' });
  });

  it('is what an error says: of a user’s mistake, or in the words of somebody else', () => {
    assert.deepEqual(saidBy(new UserError('phone', say('dead'), { field: 'number' })), say('dead'));
    assert.deepEqual(saidBy(new Error('No such file')), { message: 'No such file' });
    assert.deepEqual(saidBy('thrown'), { message: 'thrown' });
  });
});
