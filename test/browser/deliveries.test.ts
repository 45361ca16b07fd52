/** The sidebar "Deliveries" in a real browser, with real deliveries. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryStore } from '../../src/store/delivery-store';
import { createStore } from '../../src/store/registry';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';
import { type Receiver, startReceiver } from '../support/receiver';
import { violationsIn } from './accessibility';
import { BOTH, EditorPage } from './editor-page';

/** What a caller could send, to be shown as the text it is. */
const HOSTILE = '<img src=x onerror="document.title=\'broken\'">';

/** The size at which Node-RED 5 shows a sidebar tab first. */
const SMALL = { width: 290, height: 260 };

function flowFor(url: string, storePath: string): readonly FlowNode[] {
  const send = (id: string, topic: string, wire: string, z: string): FlowNode => ({
    ...{ id, type: 'inject', z, x: 150, y: 80, wires: [[wire]] },
    props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
    ...{ payload: JSON.stringify({ caller: HOSTILE }), payloadType: 'json', topic },
    ...{ repeat: '', crontab: '', once: false },
  });
  const out = (id: string, name: string, path: string, z: string): FlowNode => ({
    ...{ id, type: 'telephony-webhook-out', z, x: 400, y: 80, wires: [[], []] },
    ...{ version: 1, name, url: url + path, retryIfError: false },
  });
  return [
    { id: 'flow', type: 'tab', label: 'Deliveries' },
    { id: 'other', type: 'tab', label: 'Another flow' },
    send('good', 'a', 'fine', 'flow'),
    out('fine', 'CRM', '/fine', 'flow'),
    send('unknown', 'c', 'typo', 'flow'),
    { ...out('typo', 'Typo', '/{{nobody}}', 'flow'), type: 'telephony-webhook-template', wires: [['fine']] },
    send('nowhere', 'd', 'lost', 'flow'),
    { ...out('lost', 'Lost', '', 'flow'), url: '' },
    { id: 'sub', type: 'subflow', name: 'Sub', in: [{ x: 0, y: 0, wires: [{ id: 'inner' }] }], out: [] },
    out('inner', 'Inner', '', 'sub'),
    send('within', 'e', 'instance', 'flow'),
    { id: 'instance', type: 'subflow:sub', z: 'flow', x: 400, y: 200, wires: [] },
    send('bad', 'b', 'broken', 'other'),
    out('broken', HOSTILE, '/broken', 'other'),
    { id: 'store', type: 'telephony-delivery-store', version: 1, path: storePath },
    { ...out('apart', 'Apart', '/fine', 'other'), store: 'store' },
  ];
}

describe('the Deliveries sidebar', function () {
  // What takes long is looked at the less often: the log rests for a multiple of it.
  this.timeout(4 * PATIENCE_MS);

  for (const [version, theme] of BOTH) {
    describe(`on Node-RED ${version}, ${theme}`, () => {
      let receiver: Receiver;
      let red: NodeRedProcess;
      let editor: EditorPage;
      let isMended = false;
      let folder: string;
      /** As another Node-RED would have it open. */
      let elsewhere: DeliveryStore;
      const log = () => editor.page.locator('.telephony-log');
      const rows = () => log().locator('.telephony-log-row');
      const button = (name: string) => log().getByRole('button', { name, exact: true });
      const dialog = () => editor.page.getByRole('dialog');
      const rowCount = (count: number) =>
        editor.page.waitForFunction(`document.querySelectorAll('.telephony-log-row').length === ${count}`);
      const invoke = (argument = '') =>
        editor.page.evaluate(`RED.actions.invoke('telephony-webhooks:show-deliveries'${argument})`);
      const filters = async (): Promise<void> => {
        const toggle = button('Filters');
        if ((await toggle.isVisible()) && (await toggle.getAttribute('aria-expanded')) === 'false')
          await toggle.click();
      };

      before(async () => {
        receiver = await startReceiver(({ url, number }) =>
          url === '/broken' && !isMended
            ? { status: 500, body: `${HOSTILE} ${number}` }
            : { status: 200, body: 'thanks' },
        );
        folder = mkdtempSync(join(tmpdir(), 'telephony-elsewhere-'));
        const path = join(folder, 'deliveries.db');
        elsewhere = createStore({ kind: 'sqlite', path });
        await elsewhere.open();
        red = await startNodeRed({ version, flows: flowFor(receiver.url, path) });
        editor = await EditorPage.open(red.url, `deliveries-${version}-${theme}`, theme);
        await invoke();
      });
      after(async () => {
        await editor?.close();
        await red?.stop();
        await receiver?.close();
        await elsewhere?.close();
        rmSync(folder, { recursive: true, force: true });
      });
      afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

      it('says that there is nothing yet', async () => {
        await editor.page.getByText('No deliveries yet.').waitFor();
        await editor.screenshot('empty');
      });

      it('says what is wrong with a store for as long as it is', async () => {
        const alarm = log().getByText('is in use by another Node-RED');
        await alarm.waitFor();
        await editor.screenshot('store-in-use');
        assert.deepEqual(await violationsIn(editor.page, '.telephony-log'), []);
        await elsewhere.close();
        await alarm.waitFor({ state: 'detached' });
      });

      it('shows deliveries as they happen, newest first, with what went wrong', async () => {
        await red.inject('good');
        await rows().filter({ hasText: 'delivered' }).waitFor();
        await red.inject('bad');
        await rows().filter({ hasText: 'failed' }).waitFor();
        await rowCount(2);
        const top = rows().and(editor.page.locator('[aria-posinset="1"]'));
        assert.match((await top.textContent()) ?? '', /failed/);
        assert.match((await top.locator('.telephony-log-answer').textContent()) ?? '', /^500 Refused by the receiver$/);
        assert.match((await rows().and(editor.page.locator('[aria-posinset="2"]')).textContent()) ?? '', /CRM/);
        await editor.screenshot('list');
      });

      it('shows what callers send as text', async () => {
        const name = rows().filter({ hasText: 'failed' }).locator('.telephony-log-webhook');
        assert.equal(await name.textContent(), HOSTILE);
        assert.equal(await log().locator('img').count(), 0);
        assert.notEqual(await editor.page.title(), 'broken');
      });

      it('tells by keyboard why one did not get through, and what to do', async () => {
        await log().getByRole('listbox').focus();
        await editor.page.keyboard.press('ArrowDown');
        await editor.page.keyboard.press('Home');
        await editor.page.keyboard.press('Enter');
        const details = log().getByRole('region', { name: 'Delivery' });
        await details.getByText('What to do: The fault is the receiver').waitFor();
        await details.getByText('Not delivered, and given up.').waitFor();
        await details.getByText(`POST ${receiver.url}/broken`).waitFor();
        await details.getByText(`${HOSTILE} 2`).waitFor();
        assert.equal(await details.getByText('The receiver had an error of its own').count(), 1);
        assert.equal(await details.locator('img').count(), 0);
        await editor.screenshot('details');
        assert.deepEqual(await violationsIn(editor.page, '.telephony-log'), []);
        await editor.page.keyboard.press('Escape');
        await editor.page.waitForFunction(`document.activeElement?.matches('.telephony-log-scroll')`);
        await details.waitFor({ state: 'hidden' });
      });

      it('mends it with one click', async () => {
        isMended = true;
        await rows().filter({ hasText: 'failed' }).click();
        await button('Resend').click();
        await log().getByText('It is on its way.').waitFor();
        await log().getByText('Delivered, ').waitFor();
        await log().getByText('Attempt 2').waitFor();
        const [, first, second] = receiver.requests;
        assert.equal(second?.headers['webhook-id'], first?.headers['webhook-id']);
        isMended = false;
        await button('Back to the list').click();
        await rows().first().waitFor();
      });

      it('leads from a delivery to its node, and from a node to its deliveries', async () => {
        await rows().filter({ hasText: 'CRM' }).click();
        await editor.page.evaluate(`RED.workspaces.show('other')`);
        await button('Show in flow').click();
        await editor.page.waitForFunction(`RED.workspaces.active() === 'flow'`);
        await invoke(`, { filter: { webhook: 'broken' } }`);
        await rowCount(1);
        assert.equal(await rows().locator('.telephony-log-webhook').textContent(), HOSTILE);
        await editor.page.evaluate(`RED.view.select({ nodes: [RED.nodes.node('fine')] })`);
        await invoke();
        await rows().filter({ hasText: 'CRM' }).waitFor();
        await rowCount(1);
        await filters();
        await button('Remove all filters').click();
        await rowCount(2);
      });

      it('filters by state and text, and remembers it', async () => {
        await red.inject('bad');
        await rowCount(3);
        await log().getByRole('combobox', { name: 'State' }).selectOption('failed');
        await rowCount(1);
        await log().getByRole('searchbox').first().fill('nowhere');
        await editor.page.getByText('No delivery fits.').waitFor();
        await log().getByRole('searchbox').first().fill('/broken');
        await rowCount(1);
        await editor.reload();
        await invoke();
        await rowCount(1);
        assert.equal(await log().getByRole('searchbox').first().inputValue(), '/broken');
        await filters();
        await button('Remove all filters').click();
        await button('Filters').click();
        await rowCount(3);
      });

      it('counts before it resends all that match', async () => {
        isMended = true;
        await button('Resend all that match').click();
        await dialog().getByText('Deliveries to resend: 1').waitFor();
        await dialog().getByText('Delivered ones also match (2), and are left out').waitFor();
        assert.deepEqual(await violationsIn(editor.page, '.telephony-log-dialog'), []);
        await editor.screenshot('resend-all');
        await dialog().getByRole('button', { name: 'As stored' }).click();
        await log().getByText('On their way: 1').waitFor();
        await editor.page.waitForFunction(
          `document.querySelectorAll('.telephony-log-row.telephony-log-is-delivered').length === 3`,
        );
        isMended = false;
      });

      it('exports what matches', async () => {
        await button('Export what matches').click();
        const downloading = editor.page.waitForEvent('download');
        await dialog().getByRole('button', { name: 'CSV', exact: true }).click();
        const download = await downloading;
        assert.equal(download.suggestedFilename(), 'deliveries.csv');
        const lines = readFileSync(await download.path(), 'utf8')
          .trim()
          .split('\r\n');
        assert.equal(lines.length, 4);
        assert.match(lines[0] ?? '', /^id,state,webhook,/);
      });

      it('removes one that has ended, after asking', async () => {
        await rows().filter({ hasText: 'CRM' }).click();
        await button('Remove').click();
        await dialog().getByText('Remove it from the log?').waitFor();
        await editor.page.keyboard.press('Escape');
        await dialog().waitFor({ state: 'detached' });
        await button('Remove').click();
        await dialog().getByRole('button', { name: 'Remove' }).click();
        await rowCount(2);
      });

      it('pauses an endpoint, shows what waits for it, and resumes it', async () => {
        await rows().first().click();
        await button('Pause endpoint').click();
        await log().getByText(`Paused: ${receiver.url}`).waitFor();
        await button('Resume endpoint').waitFor();
        await button('Back to the list').click();
        await red.inject('good');
        await rows().filter({ hasText: 'pending' }).click();
        const held = log().getByRole('region', { name: 'Delivery' });
        await held.getByText(`${receiver.url}: paused since`).waitFor();
        assert.equal(await held.locator('.telephony-log-primary').textContent(), ' Resume endpoint');
        await editor.page.keyboard.press('Escape');
        const lane = log().locator('.telephony-log-lane', { hasText: receiver.url });
        await lane.getByText(/paused since \d/).waitFor();
        await lane.getByText('1 waiting').waitFor();
        await rows().filter({ hasText: 'pending' }).waitFor();
        await editor.screenshot('paused');
        assert.deepEqual(await violationsIn(editor.page, '.telephony-log'), []);
        await lane.getByRole('button', { name: `Resume: ${receiver.url}` }).click();
        await lane.waitFor({ state: 'detached' });
        await rowCount(3);
        await rows().filter({ hasText: 'CRM' }).filter({ hasText: 'delivered' }).waitFor();
      });

      for (const [inject, name, look] of [
        ['unknown', 'Typo', 'Open the template'],
        ['nowhere', 'Lost', 'Open the webhook'],
      ] as const) {
        it(`knows no endpoint of what came to no request: ${name}`, async () => {
          await red.inject(inject);
          await rows().filter({ hasText: name }).click();
          const details = log().getByRole('region', { name: 'Delivery' });
          await details.getByText('Not delivered, and given up.').waitFor();
          assert.equal(await button('Pause endpoint').count(), 0);
          assert.equal(await details.locator('dt', { hasText: 'Endpoint' }).count(), 0);
          await button(look).click();
          await editor.field('name').waitFor();
          assert.equal(await editor.field('name').inputValue(), name);
          await editor.cancel();
          await button('Back to the list').click();
        });
      }

      it('leads to the instance of the subflow in which a webhook is', async () => {
        await red.inject('within');
        await rows().filter({ hasText: 'Inner' }).click();
        await editor.page.evaluate(`RED.workspaces.show('other')`);
        await button('Show in flow').click();
        await editor.page.waitForFunction(`RED.workspaces.active() === 'flow'`);
        await button('Back to the list').click();
      });

      it('works where there is hardly any room', async () => {
        const failed = rows().filter({ hasText: HOSTILE }).filter({ hasText: 'failed' });
        await red.inject('bad');
        await failed.waitFor();
        const place = `position: fixed; z-index: 100; left: 40px; top: 60px; width: ${SMALL.width}px; height: ${SMALL.height}px`;
        await editor.page.evaluate(`document.querySelector('.telephony-log').setAttribute('style', '${place}')`);
        const inside = async (selector: string): Promise<boolean> =>
          (await editor.page.evaluate(`(() => {
            const { left, right, top, bottom } = document.querySelector('${selector}').getBoundingClientRect();
            return left >= 40 && right <= 330 && top >= 60 && bottom <= 320;
          })()`)) as boolean;
        await editor.screenshot('small-list');
        for (const row of [1, 2, 3])
          assert.ok(await inside(`.telephony-log-row[aria-posinset="${row}"]`), `row ${row}`);
        const cut = await editor.page.evaluate(`[...document.querySelectorAll('.telephony-log-line > *')].filter(
          (one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)`);
        assert.deepEqual(cut, []);
        assert.ok(await inside('.telephony-log-tools'));
        await failed.click();
        await log().locator('.telephony-log-hint').waitFor();
        assert.ok(await inside('.telephony-log-hint'));
        assert.ok(await inside('.telephony-log-primary'));
        await editor.screenshot('small-details');
        await editor.page.keyboard.press('Escape');
        await button('Filters').click();
        await editor.screenshot('small-filters');
        for (const row of [1, 2]) assert.ok(await inside(`.telephony-log-row[aria-posinset="${row}"]`), `row ${row}`);
        assert.deepEqual(await violationsIn(editor.page, '.telephony-log'), []);
        assert.equal(
          await editor.page.evaluate(`[...document.querySelectorAll('.telephony-log, .telephony-log *')].filter(
            (one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)).length`),
          0,
        );
      });
    });
  }
});
