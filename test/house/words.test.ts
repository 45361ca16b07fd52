/** Every language says all that English says, with the same values in it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { wordKey } from '../../nodes/editor/catalogue-words';
import { eventTypes, groups, parameters } from '../../src/event/catalogue';
import { triggerVariants } from '../../src/event/triggers';
import { scenarios } from '../../src/sources/simulator/scenarios';
import { LANGUAGES, read, root, trackedFiles } from './source-files';

const CATALOGUE = 'nodes/editor/locales/catalogue';

const folders = [
  ...new Set(
    trackedFiles('nodes')
      .filter((file) => /\/locales\/[\w-]+\.json$/.test(file))
      .map(dirname),
  ),
];

/** Every text of a file, by its path. */
function textsOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  return new Map(Object.entries(value as object).flatMap(([key, inner]) => [...textsOf(inner, `${path}.${key}`)]));
}

const textsIn = (file: string): ReadonlyMap<string, string> => textsOf(JSON.parse(read(file)));
const valuesIn = (text: string): readonly string[] => [...text.matchAll(/__\w+__/g)].map(([name]) => name).sort();
const byKey = (titled: readonly { readonly title: string; readonly key: string }[]) =>
  Object.fromEntries(titled.map(({ key, title }) => [wordKey(key), title]));

/** What the catalogue says in English, by the keys of its words. */
const catalogue = textsOf({
  events: Object.fromEntries(eventTypes.map(({ type, title, description }) => [wordKey(type), { title, description }])),
  groups: byKey(groups.map(({ name, title }) => ({ key: name, title }))),
  triggers: byKey(triggerVariants.map(({ trigger, title }) => ({ key: trigger, title }))),
  parameters: byKey(parameters.map(({ name, description }) => ({ key: name, title: description }))),
  scenarios: byKey(scenarios.map(({ id, title }) => ({ key: id, title }))),
});

describe('The words of the panels', () => {
  for (const language of LANGUAGES) {
    for (const folder of folders) {
      const file = `${folder}/${language}.json`;
      it(`are complete: ${file}`, () => {
        assert.ok(existsSync(join(root, file)), 'this language is missing');
        const original = textsIn(`${folder}/en-US.json`);
        const texts = textsIn(file);
        assert.deepEqual([...texts.keys()].sort(), [...original.keys()].sort());
        for (const [key, text] of texts) {
          assert.notEqual(text.trim(), '', key);
          assert.deepEqual(valuesIn(text), valuesIn(original.get(key) ?? ''), key);
        }
      });
    }

    it(`are complete for the catalogue: ${language}`, () => {
      assert.deepEqual([...textsIn(`${CATALOGUE}/${language}.json`).keys()].sort(), [...catalogue.keys()].sort());
    });
  }
});
