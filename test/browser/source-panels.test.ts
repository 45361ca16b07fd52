/** The panels of sources, and of those who listen to them. */
import assert from 'node:assert/strict';
import { sourceKindIds } from '../../src/sources/registry';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { violationsIn } from './accessibility';
import { BOTH, EditorPage } from './editor-page';

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
  { id: 'new', type: 'telephony-event-in', z: 'flow', x: 200, y: 300, wires: [[]] },
  {
    id: 'old',
    type: 'telephony-event-in',
    z: 'flow',
    x: 200,
    y: 400,
    wires: [[]],
    events: ['call.nosuch', 'call.ended'],
  },
  { id: 'pbx', type: 'telephony-source', kind: 'http-push', dialect: 'kompaas', path: '/panels/kompaas' },
  {
    id: 'ended',
    type: 'telephony-event-in',
    z: 'flow',
    x: 200,
    y: 200,
    wires: [['template']],
    source: 'pbx',
    events: ['call.ended'],
  },
  {
    id: 'template',
    type: 'telephony-webhook-template',
    z: 'flow',
    x: 400,
    y: 200,
    wires: [[]],
    name: 'To the CRM',
    url: 'https://crm.example.com/{{callId}}',
    format: 'json',
    available: ['duration', 'billsec'],
    user: [{ key: 'who', type: 'text', value: '{{callerName}}' }],
  },
];

for (const [version, theme] of BOTH) {
  describe(`panels on Node-RED ${version}, ${theme}:`, () => {
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

    describe('of a source', () => {
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

      it('lists the templates that use what another provider never sends', async () => {
        await editor.openPanel('pbx');
        const lost = editor.panel.locator('#telephony-lost');
        await editor.field('path').fill('/panels/other');
        assert.equal(await lost.textContent(), '');
        await editor.field('dialect').selectOption('obd');
        await lost.getByText('To the CRM').waitFor();
        assert.deepEqual(await lost.locator('code').allTextContents(), ['billsec', 'callerName']);
        await editor.screenshot('lost');
        await editor.field('kind').selectOption('asterisk-ami');
        await lost.waitFor({ state: 'hidden' });
        await editor.field('kind').selectOption('http-push');
        await editor.field('dialect').selectOption('kompaas');
        assert.equal(await lost.textContent(), '');
        await editor.cancel();
      });

      it('can be used by everybody, whatever the kind', async () => {
        await editor.openPanel('push');
        for (const kind of sourceKindIds) {
          await editor.field('kind').selectOption(kind);
          await editor.screenshot(kind);
          assert.deepEqual(await violationsIn(editor.page, '.red-ui-tray .telephony-form'), [], kind);
        }
        await editor.cancel();
      });

      it('makes a call of the simulator', async () => {
        await editor.openPanel('calls');
        assert.deepEqual(await test(), [' A call begins: Busy.']);
        await editor.screenshot('simulator');
        await editor.cancel();
      });
    });

    describe('of an event in', () => {
      before(() => editor.start(red, flows));

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
          await editor.addRow(numbers().locator('.red-ui-editableList-addButton'));
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

      it('shows what is ticked, and an event that there is not', async () => {
        const top = (name: string) => editor.panel.getByRole('checkbox', { name, exact: true });
        const inSight = async (name: string): Promise<boolean> => {
          const list = await editor.panel.locator('#telephony-events .telephony-check-groups').boundingBox();
          const box = await top(name).boundingBox();
          assert.ok(list && box);
          return box.y >= list.y && box.y + box.height <= list.y + list.height;
        };
        await editor.openPanel('new');
        assert.equal(await inSight('Ended'), true);
        await editor.cancel();
        await editor.openPanel('old');
        assert.equal(await inSight('call.nosuch'), true);
        await editor.panel.getByText('There is no event "call.nosuch"').waitFor();
        await top('call.nosuch').uncheck();
        await editor.done();
        assert.deepEqual((await editor.saved('old'))['events'], ['call.ended']);
      });

      it('ticks a whole group of events, whatever is in it', async () => {
        await editor.openPanel('in');
        const group = editor.panel.getByRole('checkbox', { name: 'All of: Messages' });
        const messages = group.locator('..');
        assert.equal(await group.isChecked(), false);
        await group.focus();
        await editor.page.keyboard.press('Space');
        assert.equal(await group.isChecked(), true);
        await messages.locator('summary').press('Enter');
        await messages.getByText('Message received', { exact: true }).click();
        assert.equal(await messages.locator(':scope > input:indeterminate').count(), 1);
        await editor.panel.getByRole('searchbox').fill('queue');
        assert.equal(await group.isVisible(), false);
        await editor.panel.getByRole('searchbox').fill('');
        await editor.screenshot('events');
        await editor.done();
        const { events } = await editor.saved('in');
        assert.deepEqual(events, ['call.ended', 'message.sent', 'message.status']);
      });

      it('says in words what comes out only once', async () => {
        await editor.openPanel('in');
        const words = editor.panel.locator('#telephony-once-words');
        assert.equal(await words.isVisible(), false);
        await editor.field('onceBy').fill('callerNumber');
        await editor.field('onceWithinSeconds').fill('3600');
        await words.getByText('From one caller number at most one event comes out in 1\u00a0h;').waitFor();
        await editor.field('onceBy').fill('colour');
        await editor.field('onceWithinSeconds').fill('90');
        await words
          .getByText('With one value of colour at most one event comes out in 1\u00a0min 30\u00a0s;')
          .waitFor();
        await words.getByText('no event of the catalogue has').waitFor();
        await editor.cancel();
      });

      it('listens: says what is dropped and why, and shows what comes out', async () => {
        await red.deploy(flows);
        await editor.openPanel('in');
        const listen = editor.panel.locator('#telephony-listen');
        await listen.getByRole('button', { name: 'Listen' }).click();
        await listen.getByText('Make a call').waitFor();
        // Nobody is told when the question has arrived, from which on events are heard: the phone rings until it is.
        const first = listen.getByTitle('call.received').getByText('Call received: not ticked').first();
        const isHeard = (): Promise<boolean> =>
          first.waitFor({ timeout: 1_000 }).then(
            () => true,
            () => false,
          );
        do await push({ eventType: 'call.received', did: '02079460018' });
        while (!(await isHeard()));
        await push({ eventType: 'call.ended', did: '02079460999' });
        await listen.getByText('Ended: none of my numbers (02079460999)').waitFor();
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

      it('can be used by everybody', async () => {
        await editor.openPanel('in');
        await numbers().getByText('Understood as').first().waitFor();
        assert.deepEqual(await violationsIn(editor.page, '.red-ui-tray .telephony-form'), []);
        await editor.cancel();
      });

      it('opens its source, which then has its own fields', async () => {
        await editor.openPanel('in');
        await editor.panel.locator('#node-input-btn-source-edit').click();
        await editor.field('kind').waitFor();
        assert.equal(await editor.field('path').inputValue(), '/panels/push');
        await editor.field('kind').selectOption('simulator');
        assert.equal(await editor.field('path').isVisible(), false);
        assert.equal(await editor.field('callsPerMinute').isVisible(), true);
        await editor.panel.locator('#node-config-dialog-cancel').click();
        await editor.field('kind').waitFor({ state: 'detached' });
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
  });
}
