/** The sidebar "Deliveries" in a real browser, with real deliveries. */
import assert from 'node:assert/strict';
import { type FlowNode, type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';
import { EditorPage, type Theme } from './editor-page';

/** What a caller could send, to be shown as the text it is. */
const HOSTILE = '<img src=x onerror="document.title=\'broken\'">';

const editors: readonly (readonly [version: NodeRedVersion, theme: Theme])[] = [
  ['5', 'light'],
  ['5', 'dark'],
  ['4.1', 'light'],
];

function flowFor(url: string): readonly FlowNode[] {
  const send = (id: string, topic: string, wire: string, y: number): FlowNode => ({
    id,
    type: 'inject',
    z: 'flow',
    x: 150,
    y,
    wires: [[wire]],
    props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
    payload: JSON.stringify({ caller: HOSTILE }),
    payloadType: 'json',
    topic,
    repeat: '',
    crontab: '',
    once: false,
  });
  const out = (id: string, name: string, path: string, y: number): FlowNode => ({
    id,
    type: 'telephony-webhook-out',
    z: 'flow',
    x: 400,
    y,
    wires: [[], []],
    version: 1,
    name,
    url: url + path,
    retryIfError: false,
  });
  return [
    { id: 'flow', type: 'tab', label: 'Deliveries' },
    send('good', 'a', 'fine', 80),
    send('bad', 'b', 'broken', 160),
    out('fine', 'CRM', '/fine', 80),
    out('broken', HOSTILE, '/broken', 160),
  ];
}

describe('the Deliveries sidebar', function () {
  this.timeout(60_000);

  for (const [version, theme] of editors) {
    describe(`on Node-RED ${version}, ${theme}`, () => {
      let receiver: Receiver;
      let red: NodeRedProcess;
      let editor: EditorPage;
      const rows = () => editor.page.locator('.telephony-log-row');

      before(async () => {
        receiver = await startReceiver(({ url, number }) =>
          url === '/broken' ? { status: 500, body: `${HOSTILE} ${number}` } : { status: 200, body: 'thanks' },
        );
        red = await startNodeRed({ version, flows: flowFor(receiver.url) });
        editor = await EditorPage.open(red.url, `deliveries-${version}-${theme}`, theme);
        await editor.page.evaluate(`RED.actions.invoke('telephony-webhooks:show-deliveries')`);
      });
      after(async () => {
        await editor?.close();
        await red?.stop();
        await receiver?.close();
      });
      afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

      it('says that there is nothing yet', async () => {
        await editor.page.getByText('No deliveries yet.').waitFor();
        await editor.screenshot('empty');
      });

      it('shows deliveries as they happen, newest first, with what went wrong', async () => {
        await red.inject('good');
        await rows().filter({ hasText: 'delivered' }).waitFor();
        await red.inject('bad');
        await rows().filter({ hasText: 'failed' }).waitFor();
        assert.equal(await rows().count(), 2);
        assert.match((await rows().first().textContent()) ?? '', /failed/);
        assert.match((await rows().first().locator('.telephony-log-error').textContent()) ?? '', /500/);
        assert.match((await rows().last().textContent()) ?? '', /CRM/);
        await editor.screenshot('list');
      });

      it('shows what callers send as text', async () => {
        assert.equal(await rows().first().locator('.telephony-log-webhook').textContent(), HOSTILE);
        assert.equal(await editor.page.locator('.telephony-log img').count(), 0);
        assert.notEqual(await editor.page.title(), 'broken');
      });

      it('shows request and attempts of one, by keyboard', async () => {
        await rows().last().focus();
        await editor.page.keyboard.press('ArrowUp');
        await editor.page.keyboard.press('Enter');
        const details = editor.page.locator('.telephony-log-details');
        await details.getByText(`POST ${receiver.url}/broken`).waitFor();
        await details.locator('summary', { hasText: 'Attempt 1' }).click();
        await details.getByText(`${HOSTILE} 2`).waitFor();
        assert.equal(await details.locator('img').count(), 0);
        await editor.screenshot('details');
        await editor.page.keyboard.press('Escape');
        await editor.page.waitForFunction(`document.activeElement === document.querySelector('.telephony-log-row')`);
      });

      it('resends one, after asking how', async () => {
        await rows().first().click();
        await editor.page.getByRole('button', { name: 'Resend' }).click();
        await editor.page.getByRole('button', { name: 'As stored' }).click();
        const details = editor.page.locator('.telephony-log-details');
        await details.locator('summary', { hasText: 'Attempt 2' }).waitFor();
        const [, first, second] = receiver.requests;
        assert.equal(second?.headers['webhook-id'], first?.headers['webhook-id']);
        await editor.page.getByRole('button', { name: 'Back to the list' }).click();
      });

      it('filters by state and text', async () => {
        const sidebar = editor.page.locator('.telephony-log');
        await sidebar.getByRole('combobox', { name: 'State' }).selectOption('delivered');
        await editor.page.waitForFunction(`document.querySelectorAll('.telephony-log-row').length === 1`);
        await sidebar.getByRole('searchbox').fill('nowhere');
        await editor.page.getByText('No delivery fits.').waitFor();
        await sidebar.getByRole('searchbox').fill('');
        await sidebar.getByRole('combobox', { name: 'State' }).selectOption('');
        await editor.page.waitForFunction(`document.querySelectorAll('.telephony-log-row').length === 2`);
      });

      it('removes one that has ended', async () => {
        await rows().first().click();
        await editor.page.getByRole('button', { name: 'Remove' }).click();
        await editor.page.locator('#red-ui-notifications').getByRole('button', { name: 'Remove' }).click();
        await editor.page.waitForFunction(`document.querySelectorAll('.telephony-log-row').length === 1`);
      });

      it('shows an endpoint that is paused, with what waits for it, and resumes it', async () => {
        const path = `telephony-webhooks/endpoints/${encodeURIComponent(receiver.url)}/pause`;
        await editor.page.evaluate(`$.ajax({ url: ${JSON.stringify(path)}, method: 'POST' })`);
        await red.inject('good');
        const lane = editor.page.locator('.telephony-log-lane', { hasText: receiver.url });
        await lane.filter({ hasText: '1 waiting' }).waitFor();
        assert.match((await lane.textContent()) ?? '', /paused since \d/);
        await editor.screenshot('paused');
        await lane.getByRole('button', { name: 'Resume' }).click();
        await lane.waitFor({ state: 'detached' });
        await editor.page.waitForFunction(`document.querySelectorAll('.telephony-log-row').length === 2`);
      });
    });
  }
});
