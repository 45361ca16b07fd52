/** A webhook from nothing to deployed, by the keyboard alone. */
import assert from 'node:assert/strict';
import { type FlowNode, type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../support/node-red-process';
import { EditorPage, missingBrowser } from './editor-page';

const flow: readonly FlowNode[] = [
  { id: 'flow', type: 'tab', label: 'Flow 1' },
  { id: 'calls', type: 'telephony-source', kind: 'simulator', callsPerMinute: 0.1 },
];

const versions: readonly NodeRedVersion[] = ['5', '4.1'];

for (const version of versions) {
  describe(`the keyboard, on Node-RED ${version}`, () => {
    if (missingBrowser) throw new Error(missingBrowser);
    let red: NodeRedProcess;
    let editor: EditorPage;
    before(async () => {
      red = await startNodeRed({ version, flows: flow });
      editor = await EditorPage.open(red.url, `keyboard-${version}`, 'light', { width: 1400, height: 1300 });
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });

    const press = (key: string): Promise<void> => editor.page.keyboard.press(key);
    const type = (text: string): Promise<void> => editor.page.keyboard.type(text);
    const has = (selector: string): Promise<boolean> =>
      editor.page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);
    /** Goes on with Tab until the focus is there. */
    const tabTo = async (selector: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
      for (let steps = 0; !(await has(selector)); steps += 1) {
        assert.ok(steps < 60, `no way to ${selector}`);
        await press(key);
      }
    };

    it('is enough for a webhook: its nodes, its parameters, its body, and Deploy', async () => {
      await press('Control+Shift+P');
      await editor.page.locator('.red-ui-type-search, #red-ui-actionList-dialog, .red-ui-search').first().waitFor();
      await type('add a webhook');
      await editor.page.getByText('Add a webhook', { exact: false }).first().waitFor();
      await press('Enter');
      await editor.page.waitForFunction(`RED.nodes.filterNodes({ type: 'telephony-webhook-template' }).length === 1`);
      await editor.screenshot('added');
      await press('Enter');
      await editor.panel.locator('.telephony-form').waitFor();
      await editor.page.waitForFunction(`document.activeElement?.closest('.red-ui-tray')`);

      await tabTo('#node-input-url');
      await type(`${red.url}/receiver`);
      await tabTo('a[href="#parameters"]', 'Shift+Tab');
      await press('Enter');
      await tabTo('#telephony-picker-parameters [type="search"]');
      await type('duration');
      await tabTo('[aria-label="Send duration"]');
      await press('Space');
      await tabTo('#telephony-user button');
      await press('Enter');
      await editor.page.waitForFunction(`document.activeElement.matches('#telephony-user .telephony-key')`);
      await type('who');
      await tabTo('#telephony-user .telephony-value input');
      await type('{{callerNumber}}');
      await tabTo('a[href="#preview"]', 'Shift+Tab');
      await press('Enter');
      await editor.panel.getByText('"who": "').waitFor();
      await editor.screenshot('parameters');

      await tabTo('a[href="#body"]', 'Shift+Tab');
      await press('Enter');
      await tabTo('#node-input-format');
      await type('text');
      await tabTo('#telephony-body *');
      await type('call of ');
      // Monaco lets go of the Tab key so.
      await press('Control+M');
      await tabTo('#telephony-picker-body [type="search"]');
      await type('callerNumber');
      await tabTo('#telephony-picker-body .telephony-pick');
      await press('Enter');
      await editor.screenshot('body');
      await editor.panel
        .getByText(/^[\s\S]*call of \d+$/)
        .first()
        .waitFor();
      await tabTo('#node-dialog-ok', 'Shift+Tab');
      await press('Enter');
      await editor.page.waitForFunction(`document.querySelectorAll('.red-ui-tray').length === 0`);
      await press('Control+D');
      await editor.page.waitForFunction('!RED.nodes.dirty()');

      const deployed = await red.get<readonly FlowNode[]>('flows');
      const find = (name: string): FlowNode => deployed.find((node) => node.type === name) ?? assert.fail(name);
      const template = find('telephony-webhook-template');
      assert.deepEqual(template['user'], [{ key: 'who', type: 'text', value: '{{callerNumber}}' }]);
      assert.ok((template['available'] as readonly string[]).includes('duration'));
      assert.deepEqual([template['format'], template['text']], ['text', 'call of {{callerNumber}}']);
      assert.deepEqual(template['wires'], [[find('telephony-webhook-out').id]]);
      const eventIn = find('telephony-event-in');
      assert.deepEqual([eventIn['source'], eventIn['wires']], ['calls', [[template.id]]]);
      assert.deepEqual(editor.errors, []);
    });
  });
}
