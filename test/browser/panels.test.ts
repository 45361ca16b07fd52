/** The panels in a real browser, on each Node-RED and theme that is supported. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { publicKeyText } from '../../src/signing/keys';
import { type NodeRedProcess, packRoot, startNodeRed } from '../support/node-red-process';
import { violationsIn } from './accessibility';
import { EditorPage, EVERYWHERE, missingBrowser } from './editor-page';
import { richFlow, sparseFlow } from './flow';

const panels = richFlow.filter(({ type }) => type !== 'tab');

type Config = { readonly parseConfig: (saved: unknown) => { readonly config: object } };

/** What a node would do with what is saved. */
function meaning(saved: Readonly<Record<string, unknown>>): object {
  const { parseConfig } = require(join(packRoot, 'nodes', String(saved['type']), 'config.ts')) as Config;
  return parseConfig(saved).config;
}

describe('the panels', () => {
  if (missingBrowser) throw new Error(missingBrowser);

  for (const [version, theme] of EVERYWHERE) {
    describe(`on Node-RED ${version}, ${theme}`, () => {
      let red: NodeRedProcess;
      let editor: EditorPage;
      const saved = (id: string): Promise<Record<string, unknown>> => editor.saved(id);

      before(async () => {
        red = await startNodeRed({ version, flows: richFlow });
        editor = await EditorPage.open(red.url, `panels-${version}-${theme}`, theme);
      });
      after(async () => {
        await editor?.close();
        await red?.stop();
      });
      // One panel that changes something must not speak for those after it.
      beforeEach(() => editor.page.evaluate('RED.nodes.dirty(false)'));
      afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

      for (const { id, type } of panels) {
        it(`shows ${type} to everybody, and Done without a change changes nothing`, async () => {
          const before = await saved(id);
          await editor.openPanel(id);
          await editor.screenshot(type);
          assert.deepEqual(await violationsIn(editor.page, '.telephony-form'), []);
          await editor.done();
          assert.deepEqual(await saved(id), before);
          assert.equal(await editor.isValid(id), true);
          assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), false);
        });
      }
    });
  }
});

describe('the panels, field by field:', () => {
  let red: NodeRedProcess;
  let editor: EditorPage;
  before(async () => {
    red = await startNodeRed({ version: '5', flows: sparseFlow });
    editor = await EditorPage.open(red.url, 'widgets', 'light');
  });
  after(async () => {
    await editor?.close();
    await red?.stop();
  });
  afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

  describe('a flow written by hand', () => {
    before(() => editor.start(red, sparseFlow));

    for (const { id, type } of panels) {
      it(`means the same after Done in ${type}`, async () => {
        const before = await editor.saved(id);
        await editor.openPanel(id);
        await editor.done();
        assert.deepEqual(meaning(await editor.saved(id)), meaning(before));
      });
    }
  });

  describe('secrets in a panel', () => {
    before(() => editor.start(red, richFlow));
    const rows = () => editor.panel.locator('#telephony-secretNames .telephony-secret');
    const credentials = (id: string): Promise<unknown> => editor.page.evaluate(`RED.nodes.node('${id}').credentials`);

    it('show names with dots, and stay as they are unless touched', async () => {
      await editor.openPanel('endpoint');
      assert.equal(await rows().count(), 2);
      assert.equal(await rows().first().getByLabel('Name').inputValue(), 'apiKey');
      assert.equal(await rows().first().getByLabel('Password').inputValue(), '');
      assert.equal(await rows().first().getByLabel('Password').getAttribute('placeholder'), '••••••••');
      await editor.done();
      assert.equal((await editor.saved('endpoint'))['credentials'], undefined);
    });

    it('are all asked for when one changes', async () => {
      await editor.openPanel('endpoint');
      await rows().nth(0).getByLabel('Password').fill('new key');
      await editor.panel.getByText('after a change, type all of them').waitFor();
      await editor.screenshot('changed');
      await rows().nth(1).getByLabel('Password').fill('eu-2');
      await editor.addRow(editor.panel.getByRole('button', { name: 'add secret' }));
      await rows().nth(2).getByLabel('Name').fill('third');
      await rows().nth(2).getByLabel('Password').fill('3"');
      assert.equal(await editor.panel.getByText('after a change, type all of them').isVisible(), false);
      await editor.done();
      assert.deepEqual((await editor.saved('endpoint'))['secretNames'], ['apiKey', 'region', 'third']);
      const { secrets } = (await credentials('endpoint')) as { secrets: string };
      assert.deepEqual(JSON.parse(secrets), { apiKey: 'new key', region: 'eu-2', third: '3"' });
    });

    it('are not there without a password: the panel says so, and keeps what was typed', async () => {
      await editor.start(red, richFlow);
      await editor.openPanel('endpoint');
      await editor.addRow(editor.panel.getByRole('button', { name: 'add secret' }));
      await rows().nth(2).getByLabel('Name').fill('third');
      await rows().nth(2).getByLabel('Password').fill('3');
      await editor.done();
      assert.equal(await editor.isValid('endpoint'), false);
      const stored = async (): Promise<unknown> =>
        JSON.parse(((await credentials('endpoint')) as { secrets: string }).secrets);
      assert.deepEqual(await stored(), { third: '3' });
      await editor.openPanel('endpoint');
      await rows().nth(0).getByLabel('Password').fill('k');
      await rows().nth(1).getByLabel('Password').fill('eu');
      await editor.done();
      assert.equal(await editor.isValid('endpoint'), true);
      assert.deepEqual(await stored(), { apiKey: 'k', region: 'eu', third: '3' });
    });

    it('have names that cannot be part of an encoded address', async () => {
      await editor.openPanel('template');
      await rows().first().getByLabel('Name').fill('D0');
      await editor.panel.getByText('at least three letters').waitFor();
      await editor.cancel();
    });

    const keys = () => editor.panel.locator('#telephony-signingSecrets input[type=text]');

    it('that sign are made at a click, and a pair shows its public half', async () => {
      await editor.openPanel('endpoint');
      await editor.field('signing').selectOption('standard');
      for (const kind of ['generate', 'pair']) {
        await editor.addRow(editor.panel.getByRole('button', { name: 'add key' }));
        await editor.panel.getByRole('button', { name: kind, exact: true }).last().click();
      }
      const [shared = '', own = ''] = await Promise.all([keys().first().inputValue(), keys().last().inputValue()]);
      assert.match(shared, /^whsec_[A-Za-z0-9+/]{43}=$/);
      await editor.panel.getByText(`For the receiver: ${publicKeyText(own)}`).waitFor();
      await editor.screenshot('signing');
      await editor.done();
      const { signingSecrets } = (await credentials('endpoint')) as { signingSecrets: string };
      assert.deepEqual(JSON.parse(signingSecrets), [shared, own]);
    });

    it('that sign by HMAC may be any text, those of Standard Webhooks not', async () => {
      await editor.openPanel('endpoint');
      await editor.field('signing').selectOption('hmac');
      await editor.addRow(editor.panel.getByRole('button', { name: 'add key' }));
      await keys().last().fill('any text');
      const wrong = editor.panel.getByText('A key is whsec_');
      assert.equal(await wrong.count(), 0);
      await editor.field('signing').selectOption('standard');
      await wrong.waitFor();
      await editor.cancel();
    });

    it('sign as a known sender does, after it was chosen', async () => {
      await editor.openPanel('endpoint');
      await editor.field('signing').selectOption('hmac');
      await editor.field('hmacContent').fill('{{nobody}}');
      await editor.panel.locator('#telephony-hmac-like').selectOption('Slack');
      await editor.screenshot('signing-hmac');
      await editor.done();
      const { hmacHeader, hmacPrefix, hmacContent, hmacTimestampHeader } = await editor.saved('endpoint');
      assert.deepEqual(
        [hmacHeader, hmacPrefix, hmacContent, hmacTimestampHeader],
        ['X-Slack-Signature', 'v0=', 'v0:{{timestamp}}:{{body}}', 'X-Slack-Request-Timestamp'],
      );
      assert.equal(await editor.isValid('endpoint'), true);
    });

    it('of a source fit the way in which it verifies', async () => {
      await editor.openPanel('push');
      for (const [verify, shown] of [
        ['standard', ['secret', 'toleranceSeconds']],
        ['twilio', ['secret']],
        ['telnyx', ['secret', 'toleranceSeconds']],
      ] as const) {
        await editor.field('verify').selectOption(verify);
        const fields = ['secret', 'toleranceSeconds', 'hmacHeader', 'hmacContent', 'token'];
        const visible = [];
        for (const name of fields) if (await editor.field(name).isVisible()) visible.push(name);
        assert.deepEqual(visible, shown);
        await editor.screenshot(`verify-${verify}`);
      }
      await editor.cancel();
    });
  });

  describe('other widgets of the panels', () => {
    before(() => editor.start(red, sparseFlow));

    it('refuse nonsense, with a reason', async () => {
      await editor.openPanel('out');
      await editor.reveal('success');
      await editor.field('success').fill('20');
      await editor.field('success').press('Tab');
      assert.match((await editor.field('success').getAttribute('class')) ?? '', /input-error/);
      await editor.field('success').hover();
      await editor.page.getByText('Write 2xx or status codes such as 200, 202.').waitFor();
      await editor.cancel();
    });

    it('choose events by the names of a phone system', async () => {
      await editor.openPanel('in');
      await editor.panel.locator('#telephony-systems').selectOption({ index: 2 });
      await editor.panel.getByRole('checkbox', { name: 'Call answered on call queue' }).check();
      await editor.panel.getByRole('checkbox', { name: 'Call hangup', exact: true }).uncheck();
      await editor.screenshot('events');
      await editor.done();
      assert.deepEqual((await editor.saved('in'))['events'], ['call.answered:queue']);
    });

    it('say so when no event is left', async () => {
      await editor.openPanel('in');
      await editor.panel.getByRole('checkbox', { name: 'Answered out of a queue' }).uncheck();
      await editor.panel.getByText('Tick at least one event.').waitFor();
      await editor.done();
      assert.equal(await editor.isValid('in'), false);
    });

    it('list numbers', async () => {
      await editor.openPanel('in');
      const numbers = editor.panel.locator('#telephony-numbers');
      for (const number of ['+44 20 7946 0123', 'none']) {
        await editor.addRow(numbers.getByRole('button', { name: 'add' }));
        await numbers.getByRole('textbox').last().fill(number);
      }
      await numbers.getByText('Write a phone number.').waitFor();
      await numbers.locator('.red-ui-editableList-item-remove').last().click();
      await editor.done();
      assert.deepEqual((await editor.saved('in'))['numbers'], ['+44 20 7946 0123']);
    });

    it('draw the fields of the chosen kind of source', async () => {
      await editor.openPanel('push');
      assert.equal(await editor.field('path').isVisible(), true);
      assert.equal(await editor.field('callsPerMinute').isVisible(), false);
      await editor.field('kind').selectOption('simulator');
      assert.equal(await editor.field('path').isVisible(), false);
      await editor.panel.getByRole('checkbox', { name: 'Missed', exact: true }).check();
      await editor.field('callsPerMinute').fill('30');
      await editor.screenshot('simulator');
      await editor.done();
      const { scenarios, callsPerMinute } = await editor.saved('push');
      assert.deepEqual([scenarios, Number(callsPerMinute)], [['missed'], 30]);
    });
  });
});
