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
  {
    id: 'in',
    type: 'telephony-event-in',
    z: 'flow',
    x: 200,
    y: 100,
    wires: [[]],
    source: 'push',
    events: ['call.ended'],
    numbers: ['020 7946 0018'],
  },
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

  describe(`the panel of an event in on Node-RED ${version}, ${theme}`, function () {
    this.timeout(60_000);
    let red: NodeRedProcess;
    let editor: EditorPage;
    before(async () => {
      red = await startNodeRed({ version, flows });
      editor = await EditorPage.open(red.url, `event-in-${version}-${theme}`, theme, { width: 1400, height: 1300 });
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });
    afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

    let serial = 0;
    const push = (payload: Record<string, string>) =>
      red.api('/panels/push', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-token': 'right' },
        body: JSON.stringify({ callId: `c-${++serial}`, direction: 'inbound', ...payload }),
      });
    const numbers = () => editor.panel.locator('#telephony-numbers');

    it('reads numbers by the country of the source, and offers those that were heard', async () => {
      await push({ eventType: 'call.ended', did: '+442079460123' });
      await editor.openPanel('in');
      await numbers().getByText('Understood as +44 20 7946 0018.').waitFor();
      await numbers().getByRole('button', { name: '+44 20 7946 0123' }).click();
      assert.equal(await numbers().getByRole('textbox').last().inputValue(), '+44 20 7946 0123');
      assert.equal(await numbers().getByRole('button', { name: '+44 20 7946 0123' }).count(), 0);
      const add = async (number: string): Promise<void> => {
        await numbers().locator('.red-ui-editableList-addButton').click();
        await numbers().getByRole('textbox').last().fill(number);
      };
      await add('(020) 7946 0018');
      await numbers().getByText('This number is in the list already.').waitFor();
      await add('1234');
      await numbers().getByText('No number of GB has this form.').waitFor();
      await add('07700 900123');
      await numbers().getByText('Understood as +44 7700 900123.').waitFor();
      await editor.page.keyboard.press('Tab');
      assert.equal(await numbers().getByRole('textbox').last().inputValue(), '+44 7700 900123');
      await editor.screenshot('numbers');
      await editor.done();
      assert.deepEqual((await editor.saved('in'))['numbers'], [
        '020 7946 0018',
        '+44 20 7946 0123',
        '+44 20 7946 0018',
        '1234',
        '+44 7700 900123',
      ]);
    });

    it('listens: says what is dropped and why, and shows what comes out', async () => {
      await red.deploy(flows);
      await editor.openPanel('in');
      const listen = editor.panel.locator('#telephony-listen');
      const listening = editor.page.waitForRequest(/sources\/push\/heard$/);
      await listen.getByRole('button', { name: 'Listen' }).click();
      await listening;
      await listen.getByText('Make a call').waitFor();
      await push({ eventType: 'call.received', did: '02079460018' });
      await listen.getByText('heard call.received: not ticked').waitFor();
      await push({ eventType: 'call.ended', did: '02079460999' });
      await listen.getByText('heard call.ended: none of my numbers (02079460999)').waitFor();
      await editor.panel.getByRole('checkbox', { name: 'inbound' }).check();
      await push({ eventType: 'call.ended', did: '02079460018', direction: 'outbound' });
      await listen.getByText('the call is outbound, which is not ticked').waitFor();
      await push({ eventType: 'call.ended', did: '02079460018' });
      await listen.getByText('This comes out:').waitFor();
      assert.match(
        (await listen.locator('pre').textContent()) ?? '',
        /"topic": "call.ended"[\s\S]*"did": "02079460018"/,
      );
      await editor.screenshot('heard');
      assert.equal(await listen.getByRole('button', { name: 'Listen' }).count(), 1);
      await editor.cancel();
    });

    it('stops listening when it closes', async () => {
      await editor.openPanel('in');
      const asked = editor.page.waitForRequest(/sources\/push\/heard$/);
      await editor.panel.getByRole('button', { name: 'Listen' }).click();
      const request = await asked;
      const ended = editor.page.waitForEvent('requestfailed', (failed) => failed === request);
      await editor.cancel();
      await ended;
    });
  });
}
