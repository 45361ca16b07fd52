/** Every sentence for users stands in src/sentences, and every language says it, with the same values in it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Speaker } from '../../src/sentence';
import { codeOf, LANGUAGES, read, root, trackedFiles } from './source-files';

const LOCALES = 'nodes/editor/locales/sentences';

const speakers = trackedFiles('src/sentences').flatMap((file) => {
  const exported = require(join(root, file)) as Readonly<Record<string, unknown>>;
  return Object.values(exported).filter(isSpeaker);
});
const english = new Map(
  speakers.flatMap(({ area, english }) =>
    Object.entries(english).map(([name, text]): [string, string] => [`${area}.${name}`, text]),
  ),
);

function isSpeaker(value: unknown): value is Speaker<Readonly<Record<string, string>>> {
  return typeof value === 'function' && 'english' in value;
}

/** Each of them once, as i18next and src/sentence.ts know them. */
const placesIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/__[a-zA-Z]+__/g)].map(([place]) => place))].sort();

describe('The sentences', () => {
  it('have a code each, which can be a key', () => {
    assert.ok(english.size > 300);
    assert.equal(
      english.size,
      speakers.reduce((sum, { english }) => sum + Object.keys(english).length, 0),
    );
    for (const code of english.keys()) assert.match(code, /^[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  for (const language of LANGUAGES) {
    it(`are complete: ${language}`, () => {
      const areas = Object.entries(
        JSON.parse(read(`${LOCALES}/${language}.json`)) as Record<string, Record<string, string>>,
      );
      const said = new Map(
        areas.flatMap(([area, texts]) =>
          Object.entries(texts).map(([name, text]): [string, string] => [`${area}.${name}`, text]),
        ),
      );
      assert.deepEqual([...said.keys()].sort(), [...english.keys()].sort());
      for (const [code, text] of said) {
        assert.notEqual(text.trim(), '', code);
        assert.deepEqual(placesIn(text), placesIn(english.get(code) ?? ''), code);
      }
    });
  }

  it('stand nowhere else', () => {
    const written = [...trackedFiles('src'), ...trackedFiles('nodes')]
      .filter((file) => file.endsWith('.ts') && !/^nodes\/editor\/|\/editor\.ts$|\.d\.ts$/.test(file))
      .filter((file) => /\bmessage: ?(?:'[^']|"[^"]|`[^`])/.test(codeOf(file)));
    assert.deepEqual(written, []);
  });
});
