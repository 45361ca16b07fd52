import assert from 'node:assert/strict';
import { linesOf } from '../../nodes/editor/deliveries/story-lines';
import type { DropReason } from '../../src/event/event-note';
import type { StoryEntry } from '../../src/story/entries';

const base = { time: '2026-03-02T09:15:04.120Z', eventId: 'e', delivery: null };
const passed = (node: string): StoryEntry => ({ ...base, node, name: '', kind: 'passed', reason: null });
const dropped = (node: string, reason: DropReason, changes: Partial<typeof base> = {}): StoryEntry => ({
  ...{ ...base, node, name: '', kind: 'dropped', reason, value: '' },
  ...changes,
});

describe('the lines of a story', () => {
  it('say once what several nodes dropped for one reason, and everything else each for itself', () => {
    const later = { time: '2026-03-02T09:15:05.120Z' };
    const lines = linesOf([
      ...[dropped('a', 'type'), passed('b'), dropped('c', 'number'), passed('d'), dropped('e', 'type')],
      ...[dropped('f', 'type', { eventId: 'other' }), dropped('a', 'type', later), dropped('e', 'type', later)],
    ]);
    assert.deepEqual(
      lines.map(({ entry, nodes }) => [entry.kind, ...nodes.map(({ node }) => node)].join(' ')),
      ['dropped a e', 'passed b', 'dropped c', 'passed d', 'dropped f', 'dropped a e'],
    );
  });
});
