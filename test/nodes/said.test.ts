import assert from 'node:assert/strict';
import { said } from '../../nodes/editor/said';
import { speaker } from '../../src/sentence';

const say = speaker('phone', { dead: 'The line is dead.', busy: '__number__ is busy.', why: 'Not called: __reason__' });

/** As the editor translates it. */
const translated =
  (words: Readonly<Record<string, string>>) =>
  (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
    words[key] ?? String(values['defaultValue'] ?? key);

const german = translated({
  'sentences.phone.dead': 'Die Leitung ist tot.',
  'sentences.phone.why': 'Nicht angerufen: __reason__',
});

describe('what was said', () => {
  it('is in the language of the editor, also within a sentence', () => {
    assert.equal(said(german, say('dead')), 'Die Leitung ist tot.');
    assert.equal(said(german, say('why', { reason: say('dead') })), 'Nicht angerufen: Die Leitung ist tot.');
  });

  it('is English where the language has no words for it, or nobody knows what it is made of', () => {
    assert.equal(said(german, say('busy', { number: '__number__' })), '__number__ is busy.');
    assert.equal(said(german, say('why', { reason: say('busy', { number: 117 }) })), 'Nicht angerufen: 117 is busy.');
    assert.equal(said(german, { message: 'Of an older version.' }), 'Of an older version.');
  });

  it('holds values as they are', () => {
    assert.equal(said(german, say('why', { reason: '$t(key) __reason__' })), 'Nicht angerufen: $t(key) __reason__');
  });
});
