/** The panel of the template: its tabs, the parameters, the tables and the body, as a user comes to them. */
import assert from 'node:assert/strict';
import { violationsIn } from './accessibility';
import { EVERYWHERE } from './editor-page';
import { TemplateBench } from './template-bench';

const URL = 'https://example.com/';
const TABS = ['Request', 'Parameters', 'Body', 'Preview'] as const;
const row = (key: string, type: string, value: unknown) => ({ key, type, value });

for (const [version, theme] of EVERYWHERE) {
  describe(`the template panel on Node-RED ${version}, ${theme}`, () => {
    let bench: TemplateBench;
    before(async () => {
      bench = await TemplateBench.open(version, theme, { url: URL, label: 'template' });
    });
    after(() => bench?.close());
    afterEach(() => bench.end());

    for (const format of ['json', 'text']) {
      it(`shows every tab of a request with a body as ${format}`, async () => {
        const text = '{\n  "call": "{{callId}}",\n  "key": "%apiKey%"\n}';
        await bench.start({
          format,
          text,
          user: [row('note', 'text', 'from {{callerNumber}}'), row('data', 'object', [])],
        });
        for (const tab of TABS) {
          await bench.tab(tab);
          await bench.editor.screenshot(`${format}-${tab.toLowerCase()}`);
          assert.deepEqual(await violationsIn(bench.editor.page, '.telephony-template'), []);
        }
        await bench.panel.locator('.telephony-preview').getByText(`POST ${URL}`).waitFor();
      });
    }

    it('shows one tab at a time, and the preview beside it where there is room', async () => {
      await bench.start();
      const shown = async (): Promise<readonly string[]> => {
        const tabs = await bench.panel.locator('.telephony-tab:visible').all();
        return Promise.all(tabs.map(async (tab) => (await tab.getAttribute('id')) ?? ''));
      };
      await bench.tab('Body');
      assert.deepEqual(await shown(), ['telephony-tab-body', 'telephony-tab-preview']);
      await bench.tab('Preview');
      assert.deepEqual(await shown(), ['telephony-tab-preview']);
    });

    it('colours variables and completes them as they are typed', async () => {
      await bench.start({ format: 'text' });
      await bench.tab('Body');
      await bench.panel.locator('#telephony-body').click();
      await bench.editor.page.keyboard.type('id {{callI');
      // That which Enter takes.
      const suggestion = bench.editor.page.locator('.suggest-widget .monaco-list-row.focused', { hasText: 'callId' });
      await suggestion.waitFor();
      await bench.editor.screenshot('completion');
      await bench.editor.page.keyboard.press('Enter');
      await bench.panel.locator('#telephony-body .view-line').getByText('callId', { exact: true }).waitFor();
      assert.equal(await bench.saved('text'), 'id {{callId}}');
    });

    it('takes a name that is dragged into the body, and into a value', async () => {
      await bench.start({ format: 'text', user: [row('who', 'text', 'x')] });
      await bench.tab('Body');
      await (await bench.parameter('callId')).locator('.telephony-pick').dragTo(bench.panel.locator('#telephony-body'));
      assert.equal(await bench.saved('text'), '{{callId}}');
      await bench.tab('Parameters');
      const value = bench.table('user').getByRole('textbox', { name: 'Value' });
      await (await bench.parameter('duration')).locator('.telephony-pick').dragTo(value);
      assert.match(await value.inputValue(), /\{\{duration\}\}/);
    });
  });
}

describe('the template panel', () => {
  let bench: TemplateBench;
  before(async () => {
    bench = await TemplateBench.open('5', 'light', { url: URL, label: 'template-fields' });
  });
  after(() => bench?.close());
  afterEach(() => bench.end());
  const field = (name: string) => bench.editor.field(name);

  describe('its parameters', () => {
    it('are put at the cursor of the URL and copied', async () => {
      await bench.start({ url: 'https://example.com/a/b' });
      await field('url').press('End');
      for (let steps = 0; steps < 2; steps += 1) await field('url').press('ArrowLeft');
      await bench.pick('callId');
      assert.equal(await field('url').inputValue(), 'https://example.com/a{{callId}}/b');
      assert.equal(await bench.editor.clipboard(), '{{callId}}');
    });

    it('are only copied while no field is shown that takes them', async () => {
      await bench.start();
      await bench.tab('Parameters');
      await bench.pick('duration');
      await bench.editor.page.getByText('{{duration}} was copied.').waitFor();
      assert.equal(await field('url').inputValue(), URL);
    });

    it('are put at the cursor of the body', async () => {
      await bench.start({ format: 'text' });
      await bench.tab('Body');
      await bench.panel.locator('#telephony-body').click();
      await bench.editor.page.keyboard.type('call  ends');
      for (let steps = 0; steps < 5; steps += 1) await bench.editor.page.keyboard.press('ArrowLeft');
      await bench.pick('callId');
      assert.equal(await bench.editor.clipboard(), '{{callId}}');
      assert.equal(await bench.saved('text'), 'call {{callId}} ends');
    });

    it('are put into the body before any field was used', async () => {
      await bench.start({ format: 'text' });
      await bench.tab('Body');
      await bench.pick('callId');
      assert.equal(await bench.saved('text'), '{{callId}}');
    });

    it('are put into the value used last, by keyboard too, and never into a key', async () => {
      await bench.start();
      await bench.tab('Parameters');
      await bench.addRow('user', 'who', 'from ');
      await bench.table('user').getByRole('textbox', { name: 'Key' }).focus();
      await (await bench.parameter('callerNumber')).locator('.telephony-pick').press('Enter');
      assert.deepEqual(await bench.saved('user'), [row('who', 'text', 'from {{callerNumber}}')]);
    });

    it('are sent where they are ticked, in the order of ticking', async () => {
      await bench.start();
      await bench.tab('Parameters');
      for (const name of ['duration', 'callId', 'callerName'])
        await (await bench.parameter(name)).getByRole('checkbox').check();
      await (await bench.parameter('callerName')).getByRole('checkbox').uncheck();
      assert.deepEqual(await bench.saved('available'), ['duration', 'callId']);
    });

    it('are explained behind their question marks: what, which type, an example, in which events', async () => {
      await bench.start();
      await bench.tab('Parameters');
      const queue = await bench.parameter('queuePosition');
      const question = queue.getByRole('button', { name: 'What is queuePosition?', exact: true });
      await question.press('Enter');
      assert.equal(await question.getAttribute('aria-expanded'), 'true');
      const about = (await queue.locator('.telephony-about').textContent()) ?? '';
      assert.match(about, /Whole number\./);
      assert.match(about, /In: .*In a queue/);
      assert.equal(await queue.locator('.telephony-about code').isVisible(), true);
      await bench.editor.screenshot('explained');
    });

    it('that never come are dimmed, and say why: the event lacks them, or the provider does', async () => {
      await bench.start({ available: ['transferTo', 'callId'] });
      await bench.tab('Parameters');
      const why = async (name: string): Promise<string> => {
        const item = await bench.parameter(name);
        return (await item.locator('.telephony-never-why').count()) === 0
          ? ''
          : ((await item.locator('.telephony-never-why').textContent()) ?? '');
      };
      await bench.panel.locator('.telephony-never').first().waitFor({ state: 'attached' });
      assert.equal(await why('callId'), '');
      assert.equal(await why('messageText'), '“Missed” never has it.');
      assert.equal(await why('sipCode'), 'Head office never tells it.');
      await bench.editor.screenshot('never');
      const ticked = await bench.parameter('transferTo');
      assert.equal(await ticked.locator('.telephony-never-why').isVisible(), true);
    });

    it('leave the focus and what is opened where they are when the news of what never comes arrives', async () => {
      await bench.start();
      await bench.editor.cancel();
      let tell: () => void = () => {};
      const told = new Promise<void>((resolve) => (tell = resolve));
      await bench.editor.page.route('**/told-parameters', async (route) => {
        await told;
        await route.continue();
      });
      await bench.editor.openUnanswered('template');
      await bench.tab('Parameters');
      const item = bench.panel.locator('.telephony-check-item', {
        has: bench.editor.page.getByText('callId', { exact: true }),
      });
      await bench.panel.locator('summary', { hasText: /^Call/ }).first().press('Enter');
      await item.getByRole('button', { name: 'What is callId?' }).press('Enter');
      await item.getByRole('checkbox').focus();
      tell();
      await bench.panel.getByText('Head office never tells it.').first().waitFor({ state: 'attached' });
      await bench.editor.page.unroute('**/told-parameters');
      assert.equal(await item.locator('.telephony-about').isVisible(), true);
      await bench.editor.page.keyboard.press('Space');
      assert.deepEqual(await bench.saved('available'), ['callId']);
    });

    it('are those of what is wired, also through junctions, link nodes and a subflow', async () => {
      const wired = (id: string, type: string, wires: string[], more: object = {}) => ({
        ...{ id, type, z: 'flow', x: 300, y: 300, wires: [wires], ...more },
      });
      await bench.editor.start(bench.red, [
        { id: 'flow', type: 'tab', label: 'Panels' },
        { id: 'sub', type: 'subflow', name: 'Sub', in: [{ x: 0, y: 0, wires: [{ id: 'template' }] }], out: [] },
        wired('template', 'telephony-webhook-template', [], { z: 'sub', url: URL }),
        { id: 'pbx', type: 'telephony-source', name: 'Robot line', kind: 'http-push', dialect: 'obd', path: '/pbx' },
        wired('in', 'telephony-event-in', ['joint'], { source: 'pbx', events: ['call.ended'] }),
        wired('joint', 'junction', ['away']),
        wired('away', 'link out', [], { mode: 'link', links: ['back'], wires: [] }),
        wired('back', 'link in', ['instance'], { links: ['away'] }),
        wired('instance', 'subflow:sub', []),
      ]);
      await bench.editor.openPanel('template');
      await bench.tab('Parameters');
      const item = await bench.parameter('queueName');
      await item.locator('.telephony-never-why').waitFor({ state: 'attached' });
      assert.equal(await item.locator('.telephony-never-why').textContent(), 'Robot line never tells it.');
    });

    it('go by the names of a provider, and are ticked by them', async () => {
      await bench.start({}, { events: ['call.ended'] });
      await bench.select('names', 'kompaas');
      await (await bench.parameter('InternalNumber')).getByRole('checkbox').check();
      await bench.editor.screenshot('kompaas');
      assert.deepEqual(await bench.saved('available'), ['InternalNumber']);
    });

    it('of a provider bring its format of times, until someone chooses another', async () => {
      await bench.start();
      for (const [names, format] of [
        ['smartflo', 'standard'],
        ['kompaas', 'iso'],
        ['obd', 'standard'],
      ] as const) {
        await bench.select('names', names);
        assert.equal(await bench.panel.locator('#telephony-date-formats').inputValue(), format);
      }
      await bench.panel.locator('#telephony-date-formats').selectOption('unix');
      await bench.select('names', 'kompaas');
      assert.equal(await bench.saved('dateFormat'), 'unix');
    });

    it('of a provider, in a template that says nothing of times: the panel saves what the node does', async () => {
      await bench.start({ names: 'ringostat' });
      await bench.select('method', 'PUT');
      assert.equal(await bench.saved('dateFormat'), 'standard');
    });

    it('in a value that never come are marked at it', async () => {
      await bench.start({ user: [row('a', 'text', 'to {{transferTo}}'), row('b', 'text', '{{callId}}')] });
      await bench.tab('Parameters');
      const hints = bench.table('user').locator('.telephony-hint');
      await hints.first().getByText('transferTo:').waitFor();
      assert.equal(await hints.nth(1).textContent(), '');
    });
  });

  describe('its tables', () => {
    for (const [key, problem] of [
      ['a{{callId}}', 'A key cannot hold a variable. Use variables in values.'],
      ['${{callId}}', 'A key cannot hold a variable. Use variables in values.'],
      ['{{имя параметра}}', ''],
      ['plain', ''],
    ] as const) {
      it(`${problem === '' ? 'take' : 'refuse'} the key ${key}`, async () => {
        await bench.start();
        await bench.addRow('headers', key, 'x');
        assert.equal(await bench.table('headers').locator('.telephony-problem').first().textContent(), problem);
        await bench.editor.done();
        assert.equal(await bench.editor.isValid('template'), problem === '');
      });
    }

    it('warn of an empty key, and of one that a row below has too', async () => {
      await bench.start();
      const messages = async (kind: string): Promise<readonly (string | null)[]> =>
        bench.table('headers').locator(`.telephony-${kind}`).allTextContents();
      await bench.addRow('headers', '', 'x');
      assert.deepEqual(await messages('problem'), ['The row needs a key.']);
      await bench.table('headers').getByRole('textbox', { name: 'Key' }).fill('X-Key');
      await bench.addRow('headers', 'x-key', 'y');
      assert.deepEqual(await messages('hint'), ['A row below has the same key and wins.', '']);
      await bench.panel.getByRole('button', { name: /^Headers, row 1: a hint stands there/ }).waitFor();
      await bench.editor.screenshot('same-key');
      await bench.table('headers').getByRole('textbox', { name: 'Key' }).last().fill('X-Other');
      await bench.panel.locator('.telephony-findings .telephony-hint').waitFor({ state: 'detached' });
      assert.deepEqual(await messages('hint'), ['', '']);
    });

    it('of which one has no key are there again, and it is marked', async () => {
      await bench.start();
      await bench.addRow('headers', '', 'x');
      const nameless = { key: '', type: 'text', value: 'x' };
      assert.deepEqual(await bench.saved('headers'), [nameless]);
      await bench.table('headers').getByText('The row needs a key.').waitFor();
      assert.deepEqual(await bench.saved('headers'), [nameless]);
      assert.equal(await bench.editor.isValid('template'), false);
    });

    it('are reordered by buttons, by Alt and an arrow, and by dragging; rows can be deleted', async () => {
      await bench.start({ query: ['one', 'two', 'three'].map((key) => row(key, 'text', key)) });
      const table = bench.table('query');
      const keys = async (): Promise<readonly string[]> =>
        Promise.all((await table.getByRole('textbox', { name: 'Key' }).all()).map((key) => key.inputValue()));
      await table.getByRole('button', { name: 'Move up' }).last().press('Enter');
      await bench.editor.page.keyboard.press('Enter');
      assert.deepEqual(await keys(), ['three', 'one', 'two']);
      await table.getByRole('textbox', { name: 'Value' }).first().press('Alt+ArrowDown');
      assert.deepEqual(await keys(), ['one', 'three', 'two']);
      const focused = await bench.editor.page.evaluate('document.activeElement.value');
      assert.equal(focused, 'three');
      const handle = table.locator('.red-ui-editableList-item-handle');
      const from = (await handle.first().boundingBox()) ?? assert.fail();
      const to = (await handle.last().boundingBox()) ?? assert.fail();
      await bench.editor.page.mouse.move(from.x + 5, from.y + 5);
      await bench.editor.page.mouse.down();
      await bench.editor.page.mouse.move(to.x + 5, to.y + 15, { steps: 8 });
      await bench.editor.page.mouse.up();
      assert.deepEqual(await keys(), ['three', 'two', 'one']);
      await table.locator('.red-ui-editableList-item-remove').nth(1).click();
      assert.deepEqual(await bench.saved('query'), [row('three', 'text', 'three'), row('one', 'text', 'one')]);
    });

    it('take pasted lines and JSON as rows of their types', async () => {
      await bench.start();
      await bench.tab('Parameters');
      const table = bench.table('user');
      await bench.editor.addRow(table.getByRole('button', { name: 'add row' }));
      await bench.paste(table.getByRole('textbox', { name: 'Key' }), 'seconds: 5\nvip: true\nnote: {{callId}}');
      assert.equal(await table.getByRole('textbox', { name: 'Key' }).count(), 3);
      await bench.editor.addRow(table.getByRole('button', { name: 'add row' }).last());
      await bench.paste(table.getByRole('textbox', { name: 'Key' }).last(), '{"o": {"list": [1, "x"]}, "last": null}');
      await bench.editor.screenshot('pasted');
      assert.deepEqual(await bench.saved('user'), [
        row('seconds', 'number', '5'),
        row('vip', 'boolean', 'true'),
        row('note', 'text', '{{callId}}'),
        row('o', 'object', [row('list', 'array', [row('', 'number', '1'), row('', 'text', 'x')])]),
        row('last', 'jsonata', 'null'),
      ]);
    });

    it('take pasted headers, and text that is no row as it is', async () => {
      await bench.start({ headers: [row('X-First', 'text', '1')] });
      const table = bench.table('headers');
      await bench.paste(table.getByRole('textbox', { name: 'Key' }), 'X-Version: 1.0\nX-Last: z');
      await table.getByRole('textbox', { name: 'Value' }).last().fill('');
      await bench.paste(table.getByRole('textbox', { name: 'Value' }).last(), 'a: b');
      assert.deepEqual(await bench.saved('headers'), [
        row('X-First', 'text', '1'),
        row('X-Version', 'text', '1.0'),
        row('X-Last', 'text', 'a: b'),
      ]);
    });

    it('nest objects and arrays to any depth', async () => {
      await bench.start();
      await bench.tab('Parameters');
      const user = bench.table('user');
      const chooseType = async (type: string): Promise<void> => {
        await user.locator('.red-ui-typedInput-type-select:visible').last().click();
        await bench.editor.page.locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
      };
      await bench.editor.addRow(user.getByRole('button', { name: 'add row' }));
      await user.getByRole('textbox', { name: 'Key' }).fill('outer');
      await chooseType('object');
      await bench.editor.addRow(user.locator('.telephony-nested').getByRole('button', { name: 'add row' }));
      await user.getByRole('textbox', { name: 'Key' }).last().fill('list');
      await chooseType('array');
      await bench.editor.addRow(user.getByRole('button', { name: 'add value' }));
      await chooseType('object');
      const innermost = user.locator('.telephony-nested .telephony-nested .telephony-nested');
      await bench.editor.addRow(innermost.getByRole('button', { name: 'add row' }));
      await user.getByRole('textbox', { name: 'Key' }).last().fill('deep');
      await chooseType('sha256');
      await user.getByRole('textbox', { name: 'Value' }).last().fill('{{callId}}');
      await bench.editor.screenshot('nested');
      const deep = row('', 'object', [row('deep', 'sha256', '{{callId}}')]);
      assert.deepEqual(await bench.saved('user'), [row('outer', 'object', [row('list', 'array', [deep])])]);
    });

    it('hint that query parameters suit GET better, with POST only', async () => {
      await bench.start();
      const hint = bench.panel.getByText('Query parameters suit GET better');
      assert.equal(await hint.isVisible(), false);
      await bench.addRow('query', 'a', 'b');
      assert.equal(await hint.isVisible(), true);
      await bench.select('method', 'GET');
      assert.equal(await hint.isVisible(), false);
      await bench.tab('Body');
      await bench.panel.getByText('A GET request has no body').waitFor();
    });
  });

  describe('its fields', () => {
    const isRefused = async (name: string, value: string): Promise<boolean> => {
      await field(name).fill(value);
      await field(name).press('Tab');
      return /input-error/.test((await field(name).getAttribute('class')) ?? '');
    };

    it('refuse URLs that lead nowhere, or anywhere', async () => {
      await bench.start();
      for (const url of ['ftp://example.com/', 'https://{{callerNumber}}.example.com/', 'crm{{callId}}/x', 'https://'])
        assert.equal(await isRefused('url', url), true, url);
      for (const url of ['', '/calls/{{callId}}', 'https://example.com:8443/{{callId}}?a={{did}}'])
        assert.equal(await isRefused('url', url), false, url);
    });

    it('refuse time zones and date formats that do not exist, and take every one that is offered', async () => {
      await bench.start();
      await bench.tab('Parameters');
      for (const zone of ['Mars/Olympus', '+25:00']) assert.equal(await isRefused('timeZone', zone), true, zone);
      for (const zone of ['', 'Asia/Kolkata', '+05:30']) assert.equal(await isRefused('timeZone', zone), false, zone);
      const formats = bench.panel.getByLabel('Date format');
      for (const format of ['iso', 'standard', 'unix', 'unix-ms', 'rfc2822']) {
        await formats.selectOption(format);
        assert.equal(await field('dateFormat').inputValue(), format);
        assert.equal(await field('dateFormat').isVisible(), false);
      }
      await formats.selectOption({ label: 'Own pattern' });
      for (const format of ['Uhr', '--']) assert.equal(await isRefused('dateFormat', format), true, format);
      await bench.editor.screenshot('date-format');
      assert.equal(await isRefused('dateFormat', 'DD.MM.YYYY'), false);
      assert.equal(await bench.saved('dateFormat'), 'DD.MM.YYYY');
      await bench.tab('Parameters');
      assert.equal(await field('dateFormat').isVisible(), true);
    });

    it('show how times come out, as they are chosen', async () => {
      await bench.start({ timeZone: 'Asia/Kolkata' });
      await bench.tab('Parameters');
      await bench.panel.getByLabel('Date format').selectOption('standard');
      await bench.panel.getByText(/: 2026-03-02 14:45:44$/).waitFor();
      await field('timeZone').fill('UTC');
      await bench.panel.getByText(/: 2026-03-02 09:15:44$/).waitFor();
    });
  });

  it('fits into a narrow tray', async () => {
    await bench.editor.page.setViewportSize({ width: 860, height: 1300 });
    await bench.start({ format: 'text', text: '{"a": "{{callId}}"}', user: [row('key', 'text', 'value')] });
    for (const tab of TABS) {
      await bench.tab(tab);
      const overflow = await bench.panel
        .locator('.red-ui-tray-body')
        .evaluate((body: { scrollWidth: number; clientWidth: number }) => body.scrollWidth - body.clientWidth);
      assert.ok(overflow <= 0, `${tab}: ${overflow}`);
      await bench.editor.screenshot(`narrow-${tab.toLowerCase()}`);
    }
    await bench.editor.page.setViewportSize({ width: 1400, height: 1300 });
  });
});

describe('the template panel with the Ace editor', () => {
  let bench: TemplateBench;
  before(async () => {
    const settings = { editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib: 'ace' } } };
    bench = await TemplateBench.open('4.1', 'light', { url: URL, label: 'template-ace', settings });
  });
  after(() => bench?.close());
  afterEach(() => bench.end());

  it('has the body and its chips all the same', async () => {
    await bench.start({ format: 'text', text: 'call ' });
    await bench.tab('Body');
    await bench.panel.locator('#telephony-body.ace_editor, #telephony-body .ace_editor').first().waitFor();
    await bench.panel.locator('#telephony-body').click();
    await bench.pick('callId');
    await bench.editor.screenshot('body');
    assert.match(String(await bench.saved('text')), /^call \{\{callId\}\}$|^\{\{callId\}\}call $/);
  });
});
