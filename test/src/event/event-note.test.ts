import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Note, noteText, readNote, type Verdict } from '../../../src/event/event-note';

const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.string().map((messageId): Verdict => ({ kind: 'passed', messageId })),
  fc.constantFrom('type', 'callType', 'webhookId', 'number').map((reason): Verdict => ({ kind: 'dropped', reason })),
  fc.tuple(fc.string(), fc.nat()).map(([by, untilMs]): Verdict => ({ kind: 'held-back', by, untilMs })),
);
const verdicts = fc.array(fc.tuple(fc.string(), verdict).map(([nodeId, verdict]) => ({ nodeId, verdict })));

describe('what became of an event', () => {
  it('is read as it was written', () => {
    const told = fc.tuple(fc.boolean(), verdicts).map(([again, verdicts]): Note => ({ kind: 'told', again, verdicts }));
    fc.assert(fc.property(fc.oneof(told, fc.constantFrom<Note>({ kind: 'repeat' }, { kind: 'closed' })), same));
    function same(note: Note): void {
      assert.deepEqual(readNote(noteText(note)), note);
    }
  });

  it('is short for what is most frequent: a node that does not want the type', () => {
    const dropped = { nodeId: '8f2c1d00aa31b7e4', verdict: { kind: 'dropped', reason: 'type' } } as const;
    assert.equal(
      noteText({ kind: 'told', again: false, verdicts: [dropped, dropped] }),
      '[0,["8f2c1d00aa31b7e4","type"],["8f2c1d00aa31b7e4","type"]]',
    );
  });

  for (const [text, read] of [
    ['', undefined],
    ['[0,', undefined],
    ['"told"', undefined],
    ['{"kind":"repeat"}', undefined],
    ['[]', { kind: 'told', again: false, verdicts: [] }],
    ['[1,5,[],["n"],["n","passed"],["n","held-back","x"],["n","lost"],[1,"type"]]', { again: true, verdicts: [] }],
    ['[0,["n","held-back","x","soon"],["n","type"]]', { verdicts: [{ nodeId: 'n' }] }],
  ] as const) {
    it(`is read as far as it goes where it was damaged: ${text}`, () => {
      const note = readNote(text);
      if (read === undefined) assert.equal(note, undefined);
      else assert.partialDeepStrictEqual(note, read);
    });
  }
});
