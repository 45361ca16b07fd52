/** Lists that have to say the same in two places, because a browser cannot load one of them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaults, VOCABULARIES } from '../../nodes/telephony-webhook-template/config';
import { parameters } from '../../src/event/catalogue';
import { isJsonObject } from '../../src/json';
import { DIALECTS } from '../../src/sources/http-push/kind';
import { dialectChoices } from '../../src/sources/http-push/registry';
import { richFlow } from '../browser/flow';
import { packRoot } from '../support/node-red-process';
import { codeOf, read, trackedFiles } from './source-files';

interface Options {
  readonly options: Readonly<Record<string, string>>;
}

const wordsOf = (type: string): Record<string, Options> =>
  JSON.parse(read(`nodes/${type}/locales/en-US.json`)) as Record<string, Options>;

describe('What is said twice', () => {
  it('is the same: the dialects of a source, in its panel and in the library', () => {
    assert.deepEqual([...DIALECTS].sort(), dialectChoices.map(({ id }) => id).sort());
    assert.deepEqual(Object.keys(wordsOf('telephony-source')['dialect']?.options ?? {}).sort(), [...DIALECTS].sort());
  });

  it('is the same: whose names a template can use, and whose payloads a source can read', () => {
    assert.deepEqual(
      VOCABULARIES.filter((id) => id !== 'canonical').sort(),
      DIALECTS.filter((id) => id !== 'generic').sort(),
    );
    assert.deepEqual(
      Object.keys(wordsOf('telephony-webhook-template')['names']?.options ?? {}).sort(),
      [...VOCABULARIES].sort(),
    );
  });

  it('is known: the parameters that a new template suggests', () => {
    const known = new Set(parameters.map(({ name }) => name));
    assert.deepEqual(
      defaults.available.filter((name) => !known.has(name)),
      [],
    );
  });

  it('is complete: the flow on which the panels are tried', () => {
    for (const node of richFlow.filter(({ type }) => type !== 'tab')) {
      const { defaults } = require(join(packRoot, 'nodes', node.type, 'config.ts')) as { defaults: object };
      const missing = Object.keys(defaults).filter((name) => !Object.hasOwn(node, name));
      assert.deepEqual(missing, [], `${node.type} in test/browser/flow.ts`);
    }
  });

  it('is complete: what a node says of each trouble that a store may have', () => {
    const codes = trackedFiles('src/store').flatMap((file) => read(file).match(/(?<=')store-[a-z]+(?=')/g) ?? []);
    const { status } = JSON.parse(read('nodes/editor/locales/en-US.json')) as { status: object };
    assert.ok(codes.length > 0);
    assert.deepEqual(
      [...new Set(codes)].sort(),
      Object.keys(status)
        .filter((key) => key.startsWith('store-'))
        .sort(),
    );
  });

  it('is there: every text that the runtime asks for by its key', () => {
    const asked = trackedFiles('nodes').flatMap((file) => {
      const [, folder = ''] = /^nodes\/([\w-]+)\/(?!editor)[\w-]+\.ts$/.exec(file) ?? [];
      const keys = folder === 'editor' ? [] : [...codeOf(file).matchAll(/\bred\._\(\s*'([\w.-]+)'/g)];
      return keys.map(([, key = '']) => ({ key, folder: /^telephony-[\w-]+/.exec(key)?.[0] ?? folder }));
    });
    assert.ok(asked.length > 0);
    const isThere = (words: unknown, [first = '', ...rest]: string[]): boolean =>
      isJsonObject(words) && (rest.length === 0 ? typeof words[first] === 'string' : isThere(words[first], rest));
    const missing = asked.filter(
      ({ key, folder }) =>
        !['editor', folder].some((one) => {
          const file = `nodes/${one}/locales/en-US.json`;
          return existsSync(join(packRoot, file)) && isThere(JSON.parse(read(file)), key.split('.'));
        }),
    );
    assert.deepEqual(missing, []);
  });

  it('is true: the examples that README lists', () => {
    const titles = trackedFiles('examples').map((file) => /([^/]+)\.json$/.exec(file)?.[1] ?? file);
    const [, table = ''] = read('README.md').split('| example | shows |');
    const listed = [...(table.split('## ')[0]?.matchAll(/^\| (?!---)(.+?) \|/gm) ?? [])].flatMap(([, cell = '']) =>
      cell.split(', '),
    );
    assert.deepEqual(listed.sort(), titles.sort());
  });
});
