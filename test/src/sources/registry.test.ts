/** What every kind of source has to bring: the panel draws its form, and Node-RED keeps its values, by these alone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findParameter } from '../../../src/event/catalogue';
import { reading } from '../../../src/parse';
import { drivers } from '../../../src/sources/drivers';
import { isCredential, isProperty, type SourceKind } from '../../../src/sources/kind';
import { sourceCredentials, sourceKinds } from '../../../src/sources/registry';
import { SOURCE_TROUBLES } from '../../../src/sources/source';

const root = join(__dirname, '..', '..', '..');
const kinds: readonly SourceKind[] = sourceKinds;

type Words = { readonly [key: string]: string | Words };
const words = JSON.parse(readFileSync(join(root, 'nodes/telephony-source/locales/en-US.json'), 'utf8')) as Words;

function word(key: string): string {
  let found: string | Words | undefined = words;
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  assert.ok(typeof found === 'string' && found !== '', `There is no text ${key}`);
  return found;
}

describe('the kinds of sources', () => {
  it('are a folder each, and nothing else is one', () => {
    const folders = readdirSync(join(root, 'src/sources'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const ids = kinds.map(({ id }) => id);
    assert.deepEqual(folders.map(({ name }) => name).sort(), [...ids].sort());
    assert.deepEqual(Object.keys(drivers).sort(), [...ids].sort());
  });

  it('save no property that another saves, since Node-RED keeps them all side by side', () => {
    const names = kinds.flatMap(({ defaults }) => Object.keys(defaults));
    assert.deepEqual([...new Set(names)], names);
  });

  it('agree about a credential that several have', () => {
    for (const field of kinds.flatMap(({ fields }) => fields).filter(isCredential)) {
      const type = field.input.kind === 'password' ? 'password' : 'text';
      assert.equal(sourceCredentials[field.name]?.type, type, field.name);
    }
  });

  it('have a short text for every state of a source', () => {
    const keys = ['starting', 'connecting', ...SOURCE_TROUBLES.map((trouble) => `trouble.${trouble}`)];
    for (const key of [...keys, ...kinds.map(({ id }) => `connected.${id}`)]) {
      const text = word(`telephony-source.status.${key}`);
      assert.ok(text.length < 20, text);
    }
  });

  for (const { id, fields, defaults, told = [], read } of kinds) {
    describe(id, () => {
      it('has a name', () => word(`kind.options.${id}`));

      it('has a field for each property that it saves, and no other that would be saved', () => {
        const saved = fields.filter(isProperty).map(({ name }) => name);
        assert.deepEqual(saved.sort(), Object.keys(defaults).sort());
      });

      it('tells parameters of the catalogue', () => {
        for (const name of told) assert.ok(findParameter(name), name);
      });

      it('reads what it saves', () => {
        const from = reading(defaults);
        assert.deepEqual(read(from), defaults);
        assert.deepEqual(from.problems, []);
        assert.deepEqual(read(reading({})), defaults);
      });

      it('has words for every field and every choice', () => {
        for (const { name, words: key = name, input } of fields) {
          word(`${key}.label`);
          word(`${key}.tip`);
          if (input.kind === 'choice') for (const option of input.options) word(`${name}.options.${option}`);
        }
      });

      it('shows fields on conditions about its own fields', () => {
        const names = fields.map(({ name }) => name);
        for (const { when = '' } of fields) {
          for (const condition of when.split(' ').filter(Boolean)) {
            const [, name = ''] = /^(\w+)!?=/.exec(condition) ?? assert.fail(condition);
            assert.ok(names.includes(name), condition);
          }
        }
      });
    });
  }
});
