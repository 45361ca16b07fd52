/**
 * What a newcomer does in the first minutes, with the mouse: import an example, change its URL, see the request, deploy, see a
 * call delivered; then the receiver breaks, the log says why, and one click sends the call again. And that every example can
 * be had by the Import dialog.
 */
import assert from 'node:assert/strict';
import { readExamples } from '../support/example-flows';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';
import { violationsIn } from './accessibility';
import { EditorPage, EVERYWHERE } from './editor-page';

/** The example that the newcomer takes. */
const FIRST = 'KOMPaaS - POST JSON';
const PACK = '@callhooks/node-red-telephony-webhooks';

describe('A newcomer', () => {
  for (const [version, theme] of EVERYWHERE) {
    describe(`on Node-RED ${version}, ${theme}`, () => {
      let receiver: Receiver;
      let red: NodeRedProcess;
      let editor: EditorPage;
      let isBroken = false;
      let calls = 0;

      const nodeOf = (type: string) => editor.page.evaluate(`RED.nodes.filterNodes({ type: '${type}' }).at(-1).id`);
      /** Our nodes. */
      const ours = async () =>
        (await editor.page.evaluate(`(() => {
          const found = [];
          const look = ({ id, type, valid }) => { if (type.startsWith('telephony')) found.push({ id, type, valid }); };
          RED.nodes.eachNode(look);
          RED.nodes.eachConfig(look);
          return found;
        })()`)) as readonly { id: string; type: string; valid: boolean }[];
      /** The runtime has said what it makes of the template. */
      const previewed = (): Promise<void> =>
        editor.panel
          .locator('#telephony-tab-preview :is(.telephony-preview:not(:empty), .telephony-findings p)')
          .first()
          .waitFor({ state: 'attached' });
      /** What the open panel marks as wrong: fields, and sentences, whichever tab they are on. */
      const marks = (): Promise<readonly string[]> =>
        editor.panel
          .locator('.telephony-form')
          .locator('.input-error, .telephony-problem:not(:empty), .telephony-tab-wrong')
          .evaluateAll((found: readonly { id: string; textContent: string }[]) =>
            found.map(({ id, textContent }) => `${id} ${textContent}`),
          );
      const rows = (text: string) => editor.page.locator('.telephony-log-row').filter({ hasText: text });
      const log = () => editor.page.locator('.telephony-log');
      const importExample = async (title: string): Promise<void> => {
        await editor.page.evaluate(`RED.actions.invoke('core:show-examples-import-dialog')`);
        const dialog = editor.page
          .locator('.ui-dialog')
          .filter({ has: editor.page.locator('#red-ui-clipboard-dialog-ok') });
        const entry = (label: string) => dialog.locator('.red-ui-treeList-label').getByText(label, { exact: true });
        await entry(PACK).click();
        await entry(title).waitFor();
        await entry(title).click();
        await dialog.locator('#red-ui-clipboard-dialog-ok').click();
        await dialog.waitFor({ state: 'hidden' });
      };
      const ring = async (): Promise<void> => {
        calls += 1;
        const call = { eventType: 'VpbxInboundCallEnd', callId: `newcomer-${calls}`, callerNumber: 12025550142 };
        const answer = await fetch(`${red.url}/telephony/kompaas-json`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...call, timestamp: 1_787_271_174, internalNumber: 100, duration: 14, billsec: 6 }),
        });
        assert.equal(answer.status, 200);
      };

      before(async () => {
        receiver = await startReceiver(() =>
          isBroken ? { status: 400, body: 'InternalNumber: unknown' } : { status: 200, body: 'thanks' },
        );
        red = await startNodeRed({ version, flows: [{ id: 'flow', type: 'tab', label: 'Flow 1' }] });
        editor = await EditorPage.open(red.url, `newcomer-${version}-${theme}`, theme);
      });
      after(async () => {
        await editor?.close();
        await red?.stop();
        await receiver?.close();
      });
      afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

      it('imports an example', async () => {
        await importExample(FIRST);
        await editor.page.locator('.red-ui-tab-label').getByText(FIRST).first().waitFor();
        await editor.screenshot('flow');
      });

      it('changes its URL and sees the request before anything is deployed', async () => {
        const template = String(await nodeOf('telephony-webhook-template'));
        await editor.openPanel(template);
        await editor.field('url').fill(`${receiver.url}/calls`);
        const preview = editor.panel.locator('.telephony-preview').first();
        for (const tab of ['parameters', 'preview']) {
          await editor.panel.locator(`#telephony-tabs a[href="#${tab}"]`).press('Enter');
          await preview.getByText(`POST ${receiver.url}/calls`).waitFor();
          await preview.getByText('InternalNumber').waitFor();
          await editor.screenshot(tab);
        }
        await editor.done();
        assert.equal((await editor.saved(template))['url'], `${receiver.url}/calls`);
      });

      it('deploys, and sees a call delivered', async () => {
        // Nothing is sent again by itself while someone looks, however long that takes.
        const out = await nodeOf('telephony-webhook-out');
        await editor.page.evaluate(`Object.assign(RED.nodes.node('${out}'), { schedule: 'list', delays: '5m' })`);
        await editor.deploy();
        await editor.page.evaluate(`RED.actions.invoke('telephony-webhooks:show-deliveries')`);
        await log().waitFor();
        await ring();
        await rows('delivered').waitFor();
        assert.equal(receiver.requests.length, 1);
        await editor.screenshot('delivered');
      });

      it('sees why a call did not get through, and what to do', async () => {
        isBroken = true;
        await ring();
        const row = rows('waiting');
        await row.waitFor();
        await row.click();
        await log().getByText('InternalNumber: unknown').first().waitFor();
        await log().getByText('What to do:').first().waitFor();
        await editor.screenshot('why');
      });

      it('sends it again with one click when the receiver works', async () => {
        isBroken = false;
        await log()
          .getByRole('region', { name: 'Delivery' })
          .getByRole('button', { name: 'Resend', exact: true })
          .click();
        await log()
          .getByText(/^Delivered, .+ after it was accepted. Attempts: 2/)
          .waitFor();
        await editor.screenshot('resent');
        const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
        assert.equal(ids.length, 3);
        assert.equal(ids[1], ids[2]);
      });

      it('follows the whole call', async () => {
        await log().getByRole('button', { name: 'newcomer-2' }).first().click();
        await log().getByRole('region', { name: 'Call story' }).getByText(' heard').first().waitFor();
        await editor.screenshot('story');
        assert.deepEqual(await violationsIn(editor.page, '.telephony-log'), []);
      });

      if (theme === 'dark') return;
      const titles = readExamples().map(({ title }) => title);
      for (const title of [FIRST, ...titles.filter((other) => other !== FIRST)]) {
        it(`can import the example ${title}, and finds nothing wrong in it`, async () => {
          // It is there from the beginning.
          const before = title === FIRST ? [] : await ours();
          if (title !== FIRST) await importExample(title);
          await editor.page.locator('.red-ui-tab-label').getByText(title, { exact: true }).first().waitFor();
          const imported = (await ours()).filter(({ id }) => !before.some((one) => one.id === id));
          assert.notEqual(imported.length, 0);
          for (const { id, type, valid } of imported) {
            assert.equal(valid, true, type);
            // What else panels show is tried out elsewhere.
            if (version !== '5' || type !== 'telephony-webhook-template') continue;
            await editor.openPanel(id);
            await previewed();
            assert.deepEqual(await marks(), []);
            await editor.cancel();
          }
        });
      }
    });
  }
});
