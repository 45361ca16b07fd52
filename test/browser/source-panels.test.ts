/** The panels of sources, and of those who listen to them. */
import assert from 'node:assert/strict';
import { type FlowNode, type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../support/node-red-process';
import { EditorPage, type Theme } from './editor-page';

const editors: readonly (readonly [version: NodeRedVersion, theme: Theme])[] = [
  ['5', 'light'],
  ['5', 'dark'],
  ['4.1', 'light'],
];

const flows: readonly FlowNode[] = [
  { id: 'flow', type: 'tab', label: 'Panels' },
  {
    id: 'push',
    type: 'telephony-source',
    name: 'Head office',
    kind: 'http-push',
    path: '/panels/push',
    verify: 'token',
    tokenName: 'X-Token',
    countryCode: 'GB',
    credentials: { token: 'right' },
  },
  { id: 'calls', type: 'telephony-source', kind: 'simulator', callsPerMinute: 0.1, scenarios: ['busy'] },
];

for (const [version, theme] of editors) {
  describe(`the panel of a source on Node-RED ${version}, ${theme}`, function () {
    this.timeout(60_000);
    let red: NodeRedProcess;
    let editor: EditorPage;
    before(async () => {
      red = await startNodeRed({ version, flows });
      editor = await EditorPage.open(red.url, `sources-${version}-${theme}`, theme, { width: 1400, height: 1300 });
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });
    afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

    const findings = () => editor.panel.locator('.telephony-findings li');
    const test = async (): Promise<readonly string[]> => {
      await editor.panel.locator('#telephony-test button').first().click();
      await editor.panel.locator('#telephony-test button:enabled').first().waitFor();
      return findings().allTextContents();
    };
    const push = (token: string) =>
      red.api('/panels/push', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-token': token },
        body: JSON.stringify({ eventType: 'call.ended', callId: `c-${token}` }),
      });

    it('gives the whole address to copy, and says who cannot reach it', async () => {
      await editor.openPanel('push');
      const address = editor.panel.getByRole('textbox', { name: 'Full address' });
      assert.equal(await address.inputValue(), `${red.url}/panels/push`);
      await editor.panel.getByText('Only this machine itself reaches').waitFor();
      await editor.field('publicUrl').fill('https://pbx.example.com');
      assert.equal(await address.inputValue(), 'https://pbx.example.com/panels/push');
      assert.equal(await editor.panel.getByText('reaches this address').count(), 0);
      await editor.panel.getByRole('button', { name: 'Copy the address' }).click();
      assert.equal(await editor.clipboard(), 'https://pbx.example.com/panels/push');
      await editor.field('publicUrl').fill('');
      await editor.cancel();
    });

    it('says what the provider has to be told', async () => {
      await editor.openPanel('push');
      const proof = editor.panel.locator('#telephony-proof');
      await proof.getByText('Let it send the header X-Token').waitFor();
      await editor.field('tokenIn').selectOption('query');
      await proof.getByText('ends with ?X-Token=').waitFor();
      const address = editor.panel.getByRole('textbox', { name: 'Full address' });
      assert.equal(await address.inputValue(), `${red.url}/panels/push?X-Token=`);
      await editor.field('verify').selectOption('none');
      await proof.getByText('Nothing is checked').waitFor();
      await editor.cancel();
    });

    it('tests the address, and tells the last calls', async () => {
      await editor.openPanel('push');
      assert.deepEqual(await test(), [
        ' A call to this address gets here.',
        ' Nobody has called since this source was deployed.',
      ]);
      assert.equal((await push('wrong')).status, 401);
      assert.equal((await push('right')).status, 200);
      const [, accepted, refused] = await test();
      assert.match(accepted ?? '', /Accepted: call\.ended, at .* from .*127\.0\.0\.1\./);
      assert.match(refused ?? '', /Refused with 401 at .*: The token is wrong\./);
      await editor.screenshot('tested');
      await editor.field('path').fill('/elsewhere');
      assert.deepEqual(await test(), [' Deployed is the path /panels/push. Deploy, then test again.']);
      // The browser itself complains of the probe to where nobody is.
      assert.match(editor.errors.splice(0).join('\n'), /^[^\n]*404[^\n]*\/elsewhere/);
      await editor.cancel();
    });

    it('makes a call of the simulator', async () => {
      await editor.openPanel('calls');
      assert.deepEqual(await test(), [' A call begins: Busy.']);
      await editor.screenshot('simulator');
      await editor.cancel();
    });
  });
}
