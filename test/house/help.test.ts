/** The help of every node says the same in every language. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES, read, root, trackedFiles } from './source-files';

const nodes = trackedFiles('nodes')
  .filter((file) => file.endsWith('/help.md'))
  .map((file) => file.replace('/help.md', ''));

/** What a translation leaves as it is, and how the text is built. */
function skeletonOf(markdown: string): Readonly<Record<string, readonly string[]>> {
  const found = (pattern: RegExp): string[] => [...markdown.matchAll(pattern)].map(([whole]) => whole);
  return {
    // Headings, lists, inputs and outputs, tables, code, empty lines.
    lines: markdown.split('\n').map((line) => /^\s*(?:#+|-|\d+\.|:|\||```|<!-- properties -->)/.exec(line)?.[0] ?? ''),
    names: found(/^ *: \w[\w.]*/gm),
    code: found(/`[^`]+`/g).sort(),
    links: found(/\]\([^)]+\)/g),
  };
}

describe('The help', () => {
  it('is there', () => {
    assert.ok(nodes.length >= 8);
  });

  for (const node of nodes) {
    for (const language of LANGUAGES.filter((one) => one !== 'en-US')) {
      const file = `${node}/help/${language}.md`;
      it(`is complete: ${file}`, () => {
        assert.ok(existsSync(join(root, file)), 'this language is missing');
        assert.deepEqual(skeletonOf(read(file)), skeletonOf(read(`${node}/help.md`)));
      });
    }
  }
});
