/** The panel of a source that hears an Asterisk. */
import assert from 'node:assert/strict';
import { AmiServer } from '../support/ami-server';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { BOTH, EditorPage } from './editor-page';

for (const [version, theme] of BOTH) {
  describe(`the panel of an Asterisk on Node-RED ${version}, ${theme}`, () => {
    let server: AmiServer;
    let red: NodeRedProcess;
    let editor: EditorPage;
    before(async () => {
      server = await AmiServer.listen();
      const source = {
        id: 'pbx',
        type: 'telephony-source',
        kind: 'asterisk-ami',
        host: '127.0.0.1',
        port: server.port,
      };
      const flows = [
        { id: 'flow', type: 'tab', label: 'Panels' },
        { ...source, credentials: { username: 'nodered', secret: 'swordfish' } },
      ];
      red = await startNodeRed({ version, flows });
      editor = await EditorPage.open(red.url, `asterisk-${version}-${theme}`, theme, { width: 1400, height: 1500 });
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
      await server?.close();
    });
    afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

    const test = async (): Promise<readonly string[]> => {
      await editor.panel.locator('#telephony-test button').first().click();
      await editor.panel.locator('#telephony-test button:enabled').first().waitFor();
      return editor.panel.locator('.telephony-findings li').allTextContents();
    };

    it('tries the connection, names the version and writes what manager.conf needs', async () => {
      await editor.openPanel('pbx');
      assert.match((await test()).join('\n'), /The user may ask which calls there are/);
      server.answers.delete('Status');
      const findings = (await test()).join('\n');
      assert.match(findings, /Logged in: Asterisk 20\.9\.0/);
      assert.match(findings, /may not ask which calls there are: add write = reporting/);
      assert.match(findings, /\[nodered\]\nsecret = /);
      await editor.panel.locator('.telephony-findings').scrollIntoViewIfNeeded();
      await editor.screenshot('tested');
      await editor.cancel();
    });

    it('says that a secret is wrong, before it is deployed', async () => {
      await editor.openPanel('pbx');
      await editor.field('secret').fill('guess');
      assert.match((await test()).join('\n'), /refuses the user name or the secret/);
      await editor.cancel();
    });

    it('asks for the user and the secret of manager.conf, in its own words', async () => {
      await editor.openPanel('pbx');
      await editor.panel.getByLabel('Secret', { exact: true }).waitFor();
      await editor.panel.getByText('A user of manager.conf').waitFor();
      await editor.cancel();
    });

    it('shows the fingerprint only where the line is encrypted', async () => {
      await editor.openPanel('pbx');
      assert.equal(await editor.field('fingerprint').isVisible(), false);
      await editor.field('tls').check();
      assert.equal(await editor.field('fingerprint').isVisible(), true);
      await editor.cancel();
    });
  });
}
