/** The log as a page of its own, in a real browser, over a log of a hundred thousand deliveries. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from 'playwright-core';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';
import { type Receiver, startReceiver } from '../support/receiver';
import { violationsIn } from './accessibility';
import { EditorPage, EVERYWHERE } from './editor-page';
import { seedLog } from './seeded-log';

const COUNT = 100_000;
/** Rows that the document may hold: what a screen shows, and some around. */
const MOST_ROWS = 60;
/** Pages that may be fetched for one screen, of as many rows each as a page has at most. */
const MOST_PAGES = 2;
const PAGE_ROWS = 100;

/** The password is `pw`. */
const PASSWORD = '$2b$04$MDLubXmpaZDJXNZ/gIwstuo4jqmdYPU2FJPvKImYE5NV4wQkQVZTW';
const USERS = [{ username: 'reader', password: PASSWORD, permissions: ['read'] }];

/** A provider reports calls; those that were missed go to a receiver. */
function flowFor(url: string): readonly FlowNode[] {
  const at = { z: 'flow', x: 200, y: 80 };
  return [
    { id: 'flow', type: 'tab', label: 'Calls' },
    { id: 'crm-endpoint', type: 'telephony-webhook-endpoint' },
    { id: 'source', type: 'telephony-source', name: 'PBX', kind: 'http-push', path: '/calls', dialect: 'generic' },
    { ...at, id: 'in', type: 'telephony-event-in', source: 'source', events: ['call.missed'], wires: [['make']] },
    { ...at, id: 'in-ended', type: 'telephony-event-in', source: 'source', events: ['call.ended'], wires: [[]] },
    {
      ...{ ...at, id: 'make', type: 'telephony-webhook-template', name: 'To the help desk', method: 'POST' },
      ...{ url: `${url}/hook`, format: 'json', available: ['callId', 'callerNumber'], wires: [['send']] },
    },
    { ...at, id: 'send', type: 'telephony-webhook-out', retryIfError: false, wires: [[], []] },
  ];
}

describe('the Deliveries page', function () {
  // What takes long is looked at the less often: the log rests for a multiple of it.
  this.timeout(8 * PATIENCE_MS);

  for (const [version, theme] of EVERYWHERE) {
    describe(`on Node-RED ${version}, ${theme}`, () => {
      const userDir = mkdtempSync(join(tmpdir(), 'telephony-log-page-'));
      let receiver: Receiver;
      let red: NodeRedProcess;
      let editor: EditorPage;
      let visits = 0;
      const page = () => editor.page;
      const log = () => page().locator('.telephony-log');
      const rows = () => log().locator('.telephony-log-row');
      const row = (place: number) => rows().and(page().locator(`[aria-posinset="${place}"]`));
      const hash = async (): Promise<URLSearchParams> => new URLSearchParams(new URL(page().url()).hash.slice(1));
      const go = async (address: string): Promise<void> => {
        visits += 1; // a change of the hash alone would load nothing
        await page().goto(`${red.url}/telephony-webhooks/?${visits}#${address}`);
        await log().waitFor();
      };
      const total = (text: string) => log().locator('.telephony-log-total', { hasText: text });

      before(async () => {
        seedLog(userDir, COUNT);
        receiver = await startReceiver(() => ({ status: 503, body: 'closed' }));
        red = await startNodeRed({ version, userDir, flows: flowFor(receiver.url) });
        editor = await EditorPage.open(red.url, `deliveries-page-${version}-${theme}`, theme);
      });
      after(async () => {
        await editor?.close();
        await red?.stop();
        await receiver?.close();
        rmSync(userDir, { recursive: true, force: true });
      });
      afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

      it('is opened from the sidebar, with its filter', async () => {
        await page().evaluate(
          `RED.actions.invoke('telephony-webhooks:show-deliveries', { filter: { webhook: 'node-CRM' } })`,
        );
        const opening = page().waitForEvent('popup');
        await log().getByRole('button', { name: 'Open as a page' }).click();
        const opened = await opening;
        await opened.locator('.telephony-log-row').first().waitFor();
        assert.equal(new URL(opened.url()).pathname, '/telephony-webhooks/');
        assert.equal(await opened.locator('.telephony-log-total').textContent(), '25,000 in all');
        assert.equal(await opened.title(), 'Deliveries');
        await opened.close();
      });

      it('shows a hundred thousand, of which the document holds a few', async () => {
        await go('');
        await total('100,000 in all').waitFor();
        await row(1).waitFor();
        await log().getByRole('button', { name: '10,000 failed' }).waitFor();
        assert.ok((await rows().count()) <= MOST_ROWS);
        await editor.screenshot('list');
        assert.deepEqual(await violationsIn(page(), 'body'), []);
      });

      it('is at the last of them, and anywhere between, without what lies before', async () => {
        const asked: string[] = [];
        const note = (request: Request) => {
          const { pathname, searchParams } = new URL(request.url());
          if (pathname.endsWith('/deliveries')) asked.push(searchParams.get('limit') ?? '');
        };
        const list = log().getByRole('listbox');
        await list.focus();
        page().on('request', note);
        await page().keyboard.press('End');
        await row(COUNT).filter({ hasText: '1763700000.0' }).waitFor();
        await list.evaluate((element) => {
          element.scrollTop = element.scrollHeight / 2;
        });
        await row(COUNT / 2)
          .filter({ hasText: `1763700000.${COUNT / 2}` })
          .waitFor();
        page().off('request', note);
        assert.ok(asked.length > 0 && asked.length <= 2 * MOST_PAGES, `${asked.length} questions`);
        assert.deepEqual([...new Set(asked)], [String(PAGE_ROWS)]);
        assert.ok((await rows().count()) <= MOST_ROWS);
        await page().keyboard.press('Home');
        await row(1)
          .filter({ hasText: `1763700000.${COUNT - 1}` })
          .waitFor();
      });

      it('keeps filters, and what is open, in its address', async () => {
        await log().getByRole('combobox', { name: 'State' }).selectOption('failed');
        await log().getByRole('combobox', { name: 'Webhook' }).selectOption('CRM');
        await total('5,000 in all').waitFor();
        assert.equal((await hash()).toString(), 'state=failed&webhook=CRM');
        await row(1).click();
        await log().getByText('What to do:').waitFor();
        const id = (await hash()).get('id');
        assert.match(id ?? '', /^dlv_/);
        await page().reload();
        await log().getByText('What to do:').waitFor();
        assert.equal((await hash()).get('id'), id);
        await total('5,000 in all').waitFor();
        await log().getByRole('slider').waitFor();
        await editor.screenshot('details');
        assert.deepEqual(await violationsIn(page(), 'body'), []);
        await page().goBack();
        await log().getByText('What to do:').waitFor({ state: 'hidden' });
      });

      it('calls events and endpoints what people call them', async () => {
        const choice = log().getByRole('combobox', { name: 'Event' }).locator('option[value="call.missed"]');
        assert.deepEqual([await choice.textContent(), await choice.getAttribute('title')], ['Missed', 'call.missed']);
        const cell = row(1).locator('.telephony-log-event');
        assert.notEqual(await cell.textContent(), await cell.getAttribute('title'));
        await go('webhook=crm-endpoint');
        const chosen = log().getByRole('combobox', { name: 'Webhook' }).locator('option:checked');
        await chosen.getByText('telephony-webhook-endpoint oint').waitFor({ state: 'attached' });
      });

      it('searches for a number, however it is written', async () => {
        await go('q=%2B49+30+99-999');
        await total('1 in all').waitFor();
        await row(1).filter({ hasText: '1763700000.99999' }).waitFor();
      });

      it('filters by time: by dragging over the histogram, or by its keys', async () => {
        await go('');
        const plot = log().getByRole('slider');
        await plot.waitFor();
        // What may be chosen comes last, and may move what is below it.
        await log()
          .getByRole('combobox', { name: 'Webhook' })
          .locator('option[value="CRM"]')
          .waitFor({ state: 'attached' });
        const box = await plot.boundingBox();
        assert.ok(box);
        await page().mouse.move(box.x + box.width * 0.25, box.y + 20);
        await page().mouse.down();
        await page().mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 5 });
        await editor.screenshot('dragging');
        await page().mouse.up();
        await page().waitForURL((url) => new URLSearchParams(url.hash.slice(1)).has('to'));
        const [from, to] = [(await hash()).get('from') ?? '', (await hash()).get('to') ?? ''];
        const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
        assert.ok(hours >= 5 && hours <= 8, `${hours} hours`);
        assert.equal(await log().getByLabel('From', { exact: true }).isVisible(), true);
        await total('100,000').waitFor({ state: 'detached' });

        const whole = log().getByRole('button', { name: 'Any time' });
        await whole.click();
        await whole.waitFor({ state: 'hidden' });
        await total('100,000 in all').waitFor();
        await plot.focus();
        for (const key of ['Home', 'ArrowRight', 'Shift+ArrowRight']) await page().keyboard.press(key);
        assert.match((await plot.getAttribute('aria-valuetext')) ?? '', /\d failed, 0 open, [\d,]+ delivered/);
        await page().keyboard.press('Enter');
        await page().waitForURL((url) => new URLSearchParams(url.hash.slice(1)).has('to'));
        const span = Date.parse((await hash()).get('to') ?? '') - Date.parse((await hash()).get('from') ?? '');
        assert.equal(span, 2 * 3_600_000);
      });

      it('shows what comes in while one looks, and tells the story of its call', async () => {
        await go('');
        await row(1).waitFor();
        const reported = await red.api('calls', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            eventType: 'call.missed',
            callId: 'call-7',
            callerNumber: '+4930555777',
            id: 'missed-7',
          }),
        });
        assert.equal(reported.status, 200);
        await row(1).filter({ hasText: 'To the help desk' }).filter({ hasText: 'failed' }).click();
        await log().getByText('The fault is the receiver').waitFor();
        await log().getByRole('button', { name: 'call-7' }).click();
        const story = log().getByRole('region', { name: 'Call story' });
        await story.getByText('Heard: Missed').waitFor();
        await story.getByText(/Attempt 1: 503/).waitFor();
        await story.getByText('Dropped: this event is not ticked').waitFor();
        assert.equal(await story.getByText('Heard: Missed').getAttribute('title'), 'call.missed');
        // Nodes without a name.
        await story.getByRole('link', { name: 'telephony-event-in nded', exact: true }).waitFor();
        assert.equal((await hash()).get('story'), 'call-7');
        await editor.screenshot('story');
        assert.deepEqual(await violationsIn(page(), 'body'), []);
        await story.getByRole('button', { name: 'To the help desk' }).first().click();
        await log().getByText('What to do:').waitFor();
        await page().keyboard.press('Escape');
        await story.getByText('Heard: Missed').waitFor();
        await page().keyboard.press('Escape');
        await story.waitFor({ state: 'hidden' });
      });

      it('stays where one looks while others come in', async () => {
        const list = log().getByRole('listbox');
        await list.focus();
        await page().keyboard.press('End');
        await row(COUNT + 1)
          .filter({ hasText: '1763700000.0' })
          .waitFor();
        await red.api('calls', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            eventType: 'call.missed',
            callId: 'call-8',
            callerNumber: '+4930555888',
            id: 'missed-8',
          }),
        });
        await log().getByRole('button', { name: '1 new' }).waitFor();
        await row(COUNT + 2)
          .filter({ hasText: '1763700000.0' })
          .waitFor();
        await log().getByRole('button', { name: '1 new' }).click();
        await row(1).filter({ hasText: 'call-8' }).waitFor();
      });

      it('shows the node of a delivery in the editor', async () => {
        await row(1).filter({ hasText: 'failed' }).click(); // nothing more becomes of it
        await log().getByRole('link', { name: 'Show in flow' }).click();
        await page().waitForURL(/\/#node\/send$/); // in the window of the editor, which this one was
        await page().waitForFunction(`window.RED?.view?.selection?.().nodes?.[0]?.id === 'send'`);
        // As the page opens the panel of a node: in an editor that runs, and in one that starts.
        await page().evaluate(`location.hash = '#node/make/edit'`);
        await editor.panel.locator('.telephony-form').waitFor();
        await editor.cancel();
        await page().goto(`${red.url}/?again#node/send/edit`);
        await editor.panel.locator('.telephony-form').waitFor();
        await editor.panel.locator('#node-input-url').waitFor();
        assert.equal(await page().locator('.red-ui-tray').count(), 1);
        await editor.cancel();
      });
    });
  }

  for (const version of NODE_RED_VERSIONS) {
    describe(`where one has to log in, on Node-RED ${version}`, () => {
      const userDir = mkdtempSync(join(tmpdir(), 'telephony-log-page-'));
      let red: NodeRedProcess;
      let editor: EditorPage;
      const open = () => editor.page.goto(`${red.url}/admin/telephony-webhooks`);

      before(async () => {
        seedLog(userDir, 10);
        const adminAuth = { type: 'credentials', users: USERS };
        red = await startNodeRed({ version, userDir, settings: { httpAdminRoot: '/admin', adminAuth } });
        const user = { name: 'reader', password: 'pw' };
        editor = await EditorPage.open(`${red.url}/admin/`, `deliveries-login-${version}`, 'light', undefined, user);
      });
      after(async () => {
        await editor?.close();
        await red?.stop();
        rmSync(userDir, { recursive: true, force: true });
      });

      it('shows the log to those who have logged in to the editor', async () => {
        editor.errors.splice(0); // the editor itself asks before it shows its form
        await open();
        await editor.page.locator('.telephony-log-row').first().waitFor();
        assert.equal(new URL(editor.page.url()).pathname, '/admin/telephony-webhooks/');
        assert.deepEqual(editor.errors.splice(0), []);
      });

      it('lets those who may only read change nothing, and says so', async () => {
        await editor.page.locator('.telephony-log-row').last().click();
        await editor.page.getByRole('button', { name: 'Pause endpoint' }).click();
        await editor.page.getByText('Your user may not do that').waitFor();
      });

      it('asks others to log in, and holds nothing that they may not see', async () => {
        await editor.page.evaluate('localStorage.clear()');
        await open();
        await editor.page.getByText('Log in to the editor first').waitFor();
        assert.equal(await editor.page.locator('.telephony-log').count(), 0);
        for (const path of ['deliveries', 'outline', 'histogram', 'revision', 'story?q=1234567']) {
          assert.equal((await red.api(`admin/telephony-webhooks/${path}`)).status, 401, path);
        }
      });
    });
  }
});
