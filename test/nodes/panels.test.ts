/** Forms, texts and icons fit what the nodes save: nothing saved without a field, no field without its words. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceKind } from '../../src/sources/kind';
import { sourceKinds } from '../../src/sources/registry';

const root = join(__dirname, '..', '..');
const nodesFolder = join(root, 'nodes');
const types = readdirSync(nodesFolder).filter((name) => existsSync(join(nodesFolder, name, 'form.html')));

const drawnFields: ReadonlySet<string> = new Set(
  sourceKinds.flatMap(({ fields }): SourceKind['fields'] => fields).map(({ name }) => name),
);

type Words = { readonly [key: string]: string | Words };

const sharedWords = JSON.parse(readFileSync(join(nodesFolder, 'editor', 'locales', 'en-US.json'), 'utf8')) as Words;

function wordsOf(type: string): Words {
  const own = JSON.parse(readFileSync(join(nodesFolder, type, 'locales', 'en-US.json'), 'utf8')) as Words;
  return { ...sharedWords, ...own };
}

function lookUp(words: Words, key: string): string | undefined {
  let found: string | Words | undefined = words;
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function formOf(type: string): string {
  const form = readFileSync(join(nodesFolder, type, 'form.html'), 'utf8');
  const part = readFileSync(join(nodesFolder, 'editor', 'schedule', 'schedule.html'), 'utf8');
  return form.replace('<!-- part: schedule/schedule -->', part);
}

/** Saved properties that are shown in a widget of another name. */
const NO_FIELD: readonly string[] = ['version', 'available', 'text'];

describe('panels', () => {
  it('exist for all eight nodes', () => assert.equal(types.length, 8));

  for (const type of types) {
    describe(type, () => {
      const { defaults } = require(join(nodesFolder, type, 'config.ts')) as { defaults: object };
      const form = formOf(type);
      const words = wordsOf(type);

      for (const property of Object.keys(defaults)) {
        it(`has words for "${property}": a reason, and a label and tip at its field`, () => {
          assert.ok(lookUp(words, `${property}.wrong`), 'reason');
          if (property === 'version') return;
          assert.ok(lookUp(words, `${property}.label`), 'label');
          assert.ok(lookUp(words, `${property}.tip`), 'tip');
          if (NO_FIELD.includes(property)) return;
          const isDrawn = type === 'telephony-source' && drawnFields.has(property);
          const pattern = new RegExp(`id="(?:node-input|node-config-input|telephony)-${property}"`);
          assert.ok(isDrawn || pattern.test(form), 'field');
        });
      }

      it('has a text for every word that its form names', () => {
        for (const [, names = ''] of form.matchAll(/data-i18n="([^"]+)"/g)) {
          for (const name of names.split(';')) {
            const key = name.replace(/^\[[\w-]+\]/, '');
            assert.ok(lookUp(words, key), key);
          }
        }
      });

      it('has help that says of every saved property what it is for', () => {
        const html = readFileSync(join(root, 'dist', 'nodes', type, `${type}.html`), 'utf8');
        const help = /data-help-name="[^"]*">\n([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
        for (const property of Object.keys(defaults)) {
          if (property === 'version') continue;
          const line = `- **${lookUp(words, `${property}.label`)}**: ${lookUp(words, `${property}.tip`)}\n`;
          assert.ok(help.includes(line), line);
        }
      });

      it('has help that begins with a paragraph for the palette', () => {
        const [first = ''] = readFileSync(join(nodesFolder, type, 'help.md'), 'utf8').split('\n');
        assert.match(first, /^[A-Z].{20,160}\.$/);
      });

      it('has an icon of its own if it is in the palette', () => {
        const panel = readFileSync(join(nodesFolder, type, 'editor.ts'), 'utf8');
        const icon = /icon: '([^']+)'/.exec(panel)?.[1];
        if (/category: 'config'/.test(panel)) return assert.equal(icon, undefined);
        assert.equal(icon, `${type}.svg`);
        return assert.match(
          readFileSync(join(root, 'icons', `${type}.svg`), 'utf8'),
          /width="40" height="60"[\s\S]*stroke="#fff"/,
        );
      });
    });
  }
});
