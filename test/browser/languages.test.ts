/** The panels in other languages than English: nothing is left in English, and nothing is cut off. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes, groups, parameters } from '../../src/event/catalogue';
import { type NodeRedProcess, packRoot, startNodeRed } from '../support/node-red-process';
import { EditorPage, missingBrowser } from './editor-page';
import { richFlow } from './flow';

const LANGUAGES = ['de', 'ru'] as const;

type Words = { readonly [key: string]: string | Words };

function textsOf(words: Words): readonly (readonly [key: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[key, value] as const]
      : textsOf(value).map(([inner, text]) => [`${key}.${inner}`, text] as const),
  );
}

const read = (file: string): Words => JSON.parse(readFileSync(join(packRoot, file), 'utf8')) as Words;

/** English texts that are put otherwise in a language. */
function englishOnly(language: string): ReadonlySet<string> {
  const files = globSync(['nodes/*/locales/en-US.json', 'nodes/editor/locales/en-US.json'], { cwd: packRoot });
  const pairs = files.flatMap((file) => {
    const translated = new Map(textsOf(read(file.replace('en-US', language))));
    return textsOf(read(file)).map(([key, text]) => [text, translated.get(key)] as const);
  });
  const catalogue = [...eventTypes, ...groups].flatMap((one) => [
    one.title,
    'description' in one ? one.description : '',
  ]);
  const described = [...catalogue, ...parameters.map(({ description }) => description)];
  const known = new Set([
    ...pairs.map(([, text]) => text ?? ''),
    ...textsOf(read(`nodes/editor/locales/catalogue/${language}.json`)).map(([, text]) => text),
  ]);
  const english = [...pairs.map(([text]) => text), ...described];
  return new Set(english.filter((text) => text !== '' && !known.has(text)));
}

/** All that a part of the editor says: its texts, and what its elements are called. Options of a datalist are among them. */
const saidIn = (selector: string): string => `(() => {
  const form = document.querySelector('${selector}');
  const said = [];
  const walk = document.createTreeWalker(form, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest('pre, code, .monaco-editor')) said.push(walk.currentNode.data);
  }
  for (const one of form.querySelectorAll('*')) {
    for (const name of ['title', 'placeholder', 'aria-label']) said.push(one.getAttribute(name) ?? '');
  }
  return [...new Set(said.map((text) => text.trim()).filter(Boolean))];
})()`;

/** What is wider than the element in which it stands: every option of a choice counts. */
const CUT = `(() => {
  const pen = document.createElement('canvas').getContext('2d');
  const ARROW_PX = 20;
  const cut = [];
  for (const one of document.querySelectorAll('.telephony-form :is(select, button, label, summary, .telephony-tab-label)')) {
    if (one.getClientRects().length === 0) continue;
    const style = getComputedStyle(one);
    if (one.localName === 'select') {
      pen.font = style.font;
      const room = one.clientWidth - parseFloat(style.paddingLeft) - ARROW_PX;
      for (const { text, value } of one.options) {
        // Node-RED's own words.
        if (value !== '_ADD_' && pen.measureText(text).width > room) cut.push(one.id + ': ' + text);
      }
    } else if (style.overflow !== 'visible' && one.scrollWidth > one.clientWidth + 1) cut.push(one.textContent.trim());
  }
  return cut;
})()`;

describe('the panels', () => {
  if (missingBrowser) throw new Error(missingBrowser);
  let red: NodeRedProcess;
  let editor: EditorPage;
  before(async () => {
    red = await startNodeRed({ version: '5', flows: richFlow });
    editor = await EditorPage.open(red.url, 'languages', 'light', { width: 1400, height: 1300 });
  });
  after(async () => {
    await editor?.close();
    await red?.stop();
  });
  afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

  for (const language of LANGUAGES) {
    describe(`in the language ${language}`, () => {
      const english = englishOnly(language);
      const left = async (selector: string): Promise<readonly string[]> => {
        const said = (await editor.page.evaluate(saidIn(selector))) as readonly string[];
        assert.ok(said.length > 5);
        return said.filter((text) => english.has(text));
      };
      before(async () => {
        await editor.page.evaluate(`localStorage.setItem('editor-language', '${language}')`);
        await editor.reload();
      });

      for (const { id, type } of richFlow.filter(({ type }) => type !== 'tab')) {
        it(`say nothing in English, and nothing in part: ${type}`, async () => {
          await editor.openPanel(id);
          const cut = new Set<string>();
          for (const tab of ['request', 'parameters', 'body', 'preview']) {
            const link = editor.panel.locator(`#telephony-tabs a[href="#${tab}"]`);
            if ((await link.count()) > 0) await link.press('Enter');
            for (const text of (await editor.page.evaluate(CUT)) as readonly string[]) cut.add(text);
            if ((await link.count()) === 0) break;
          }
          await editor.screenshot(`${language}-${type}`);
          const english = await left('.telephony-form');
          await editor.cancel();
          assert.deepEqual(english, []);
          assert.deepEqual([...cut], []);
        });
      }

      it('say nothing in English in the sidebar either', async () => {
        await editor.page.evaluate(`RED.actions.invoke('telephony-webhooks:show-deliveries')`);
        await editor.page.locator('.telephony-log').waitFor();
        assert.deepEqual(await left('.telephony-log'), []);
        await editor.screenshot(`${language}-sidebar`);
      });
    });
  }
});
