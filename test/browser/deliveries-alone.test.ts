/** The log as a page where the editor is disabled: with words, colours and icons of its own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { violationsIn } from './accessibility';
import { EditorPage, type Theme } from './editor-page';
import { seedLog } from './seeded-log';

const DISABLED = { disableEditor: true };

describe('the Deliveries page without an editor', () => {
  for (const version of NODE_RED_VERSIONS) {
    describe(`on Node-RED ${version}`, () => {
      const userDir = mkdtempSync(join(tmpdir(), 'telephony-log-alone-'));
      let red: NodeRedProcess;
      let browser: EditorPage | undefined;
      const browse = async (label: string, theme: Theme) => {
        browser = await EditorPage.browse(`${red.url}/telephony-webhooks/`, `${label}-${version}-${theme}`, theme);
        return browser;
      };

      before(async () => {
        seedLog(userDir, 30);
        red = await startNodeRed({ version, userDir, settings: DISABLED });
      });
      afterEach(async () => {
        await browser?.close();
        browser = undefined;
      });
      after(async () => {
        await red?.stop();
        rmSync(userDir, { recursive: true, force: true });
      });

      for (const theme of ['light', 'dark'] as const) {
        it(`says why one did not get through, in ${theme}`, async () => {
          const { page, errors } = await browse('deliveries-alone', theme);
          const row = page.locator('.telephony-log-is-failed.telephony-log-row').first();
          await row.click();
          await page.getByText('What to do:').waitFor();
          await page.getByRole('slider').waitFor();
          await browser?.screenshot('details');
          assert.deepEqual(await violationsIn(page, 'body'), []);
          assert.deepEqual(errors, []);
          // There is no flow to show anything in.
          assert.equal(await page.getByRole('link').count(), 0);
        });
      }

      for (const [language, name, reason] of [
        ['de-AT', 'Zustellungen', 'Der Empfänger hatte selbst einen Fehler (Status 500).'],
        ['ru', 'Доставки', 'У получателя произошла своя ошибка (код состояния 500).'],
        ['fr', 'Deliveries', 'The receiver had an error of its own (status 500).'],
      ] as const) {
        it(`speaks ${language}`, async () => {
          const { page } = await browse('deliveries-alone', 'light');
          await page.evaluate(`localStorage.setItem('editor-language', ${JSON.stringify(language)})`);
          await page.reload();
          await page.getByRole('heading', { name, exact: true }).waitFor();
          await page.getByRole('searchbox').fill('1763700000.0');
          await page.locator('.telephony-log-row[aria-setsize="1"]').click();
          await page.getByText(reason, { exact: true }).waitFor();
        });
      }
    });

    describe(`where one would have to log in, on Node-RED ${version}`, () => {
      let red: NodeRedProcess;
      let browser: EditorPage;

      before(async () => {
        red = await startNodeRed({
          version,
          settings: { ...DISABLED, adminAuth: { type: 'credentials', users: [] } },
        });
      });
      after(async () => {
        await browser?.close();
        await red?.stop();
      });

      it('says that it cannot be done here, and what can', async () => {
        browser = await EditorPage.browse(
          `${red.url}/telephony-webhooks/`,
          `deliveries-alone-login-${version}`,
          'light',
        );
        await browser.page.getByText('One logs in with the editor, which is disabled here.').waitFor();
      });
    });
  }
});
