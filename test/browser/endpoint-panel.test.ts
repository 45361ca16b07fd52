/** The endpoint's panel: each way to authenticate shows its own fields, and a key goes in and never comes out. */
import assert from 'node:assert/strict';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { violationsIn } from './accessibility';
import { BOTH, EditorPage } from './editor-page';

const PEM = ['-----BEGIN PRIVATE KEY-----', 'bm90IGEga2V5', 'YXQgYWxs', '-----END PRIVATE KEY-----'].join('\n');

const endpoint: FlowNode = {
  id: 'endpoint',
  type: 'telephony-webhook-endpoint',
  name: 'CRM',
  baseUrl: 'https://crm.example.com/api',
};
/** The editor drops configuration nodes that nobody uses. */
const flow: readonly FlowNode[] = [
  { id: 'flow', type: 'tab', label: 'Panels' },
  { id: 'out', type: 'telephony-webhook-out', z: 'flow', x: 300, y: 100, wires: [[], []], endpoint: 'endpoint' },
  endpoint,
];

/** Of the fields that concern authentication, which show for a choice. */
const OAUTH = ['oauthGrant', 'tokenUrl', 'scope', 'audience', 'tokenPrefix'];
const CLIENT = ['clientId', 'clientSecret', 'clientPlace'];
const shown: readonly (readonly [choice: Readonly<Record<string, string>>, fields: readonly string[]])[] = [
  [{ auth: 'none' }, []],
  [{ auth: 'basic' }, ['username', 'password']],
  [{ auth: 'bearer' }, ['token', 'tokenPrefix']],
  [{ auth: 'header' }, ['token', 'headerName']],
  [{ auth: 'oauth2', oauthGrant: 'client-credentials' }, [...OAUTH, ...CLIENT]],
  [{ auth: 'oauth2', oauthGrant: 'refresh-token' }, [...OAUTH, ...CLIENT, 'refreshToken']],
  [{ auth: 'oauth2', oauthGrant: 'service-account' }, [...OAUTH, 'issuer', 'subject']],
];
const all = [...new Set(shown.flatMap(([, fields]) => fields))];

for (const [version, theme] of BOTH) {
  describe(`the endpoint's panel on Node-RED ${version}, ${theme}`, () => {
    let red: NodeRedProcess;
    let editor: EditorPage;
    before(async () => {
      red = await startNodeRed({ version, flows: flow });
      const size = { width: 1400, height: 1500 };
      editor = await EditorPage.open(red.url, `endpoint-${version}-${theme}`, theme, size);
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });
    afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

    const key = () => editor.panel.locator('#telephony-privateKey-text');

    for (const [choice, fields] of shown) {
      it(`shows what ${Object.values(choice).join(', ')} needs, and nothing else`, async () => {
        await editor.openPanel('endpoint');
        for (const [name, value] of Object.entries(choice)) await editor.field(name).selectOption(value);
        const visible: string[] = [];
        for (const name of all) if (await editor.field(name).isVisible()) visible.push(name);
        assert.deepEqual(visible.sort(), [...fields].sort());
        assert.equal(await key().isVisible(), choice['oauthGrant'] === 'service-account');
        await editor.screenshot(Object.values(choice).join('-'));
        await editor.cancel();
      });
    }

    it('says what is missing as soon as it is needed', async () => {
      await editor.openPanel('endpoint');
      const isWrong = async (name: string): Promise<boolean> =>
        /input-error/.test((await editor.field(name).getAttribute('class')) ?? '');
      await editor.field('auth').selectOption('oauth2');
      assert.deepEqual([await isWrong('tokenUrl'), await isWrong('clientId')], [true, true]);
      await editor.field('oauthGrant').selectOption('service-account');
      assert.deepEqual([await isWrong('tokenUrl'), await isWrong('clientId')], [false, false]);
      await editor.cancel();
    });

    it('says which of the allowed addresses is none', async () => {
      await editor.openPanel('endpoint');
      await editor.field('addressPolicy').selectOption('list');
      const allow = editor.panel.locator('#telephony-allow');
      for (const address of ['bad host!', '127.0.0.1']) {
        await editor.addRow(allow.getByRole('button', { name: 'add' }));
        await allow.getByRole('textbox').last().fill(address);
      }
      assert.deepEqual(
        (await allow.locator('.telephony-problem').allTextContents()).map((text) => text.slice(0, 17)),
        ['List at least one', ''],
      );
      await editor.cancel();
    });

    for (const grant of ['refresh-token', 'service-account']) {
      it(`can be used by everybody, with OAuth by ${grant} and a signature open`, async () => {
        await editor.openPanel('endpoint');
        for (const [name, value] of Object.entries({ auth: 'oauth2', oauthGrant: grant, signing: 'hmac' })) {
          await editor.field(name).selectOption(value);
        }
        await editor.addRow(editor.panel.getByRole('button', { name: 'add key' }));
        assert.deepEqual(await violationsIn(editor.page, '.red-ui-tray .telephony-form'), []);
        await editor.cancel();
      });
    }

    it('takes a key of several lines, and never shows it again', async () => {
      await editor.openPanel('endpoint');
      await editor.field('auth').selectOption('oauth2');
      await editor.field('oauthGrant').selectOption('service-account');
      await key().fill('no key');
      await editor.panel.getByText('This is neither a key file nor a private key').waitFor();
      await key().fill(PEM);
      await editor.done();
      const typed = await editor.page.evaluate(`RED.nodes.node('endpoint').credentials.privateKey`);
      assert.equal(typed, PEM);
      await editor.deploy();
      await editor.openPanel('endpoint');
      assert.equal(await key().inputValue(), '');
      assert.match((await key().getAttribute('placeholder')) ?? '', /A key is stored/);
      await key().fill('x');
      await key().fill('');
      assert.equal(await editor.panel.locator('#node-config-input-privateKey').inputValue(), '__PWRD__');
      await editor.cancel();
    });
  });
}
