/** The preview of a template, what is said at its fields, tests that are sent, what is imported, and copies for other events. */
import assert from 'node:assert/strict';
import { type Receiver, startReceiver } from '../support/receiver';
import { violationsIn } from './accessibility';
import { BOTH } from './editor-page';
import { TemplateBench } from './template-bench';

const row = (key: string, type: string, value: unknown) => ({ key, type, value });

for (const [version, theme] of BOTH) {
  describe(`the preview of a template on Node-RED ${version}, ${theme}`, () => {
    let receiver: Receiver;
    let bench: TemplateBench;
    before(async () => {
      receiver = await startReceiver();
      bench = await TemplateBench.open(version, theme, { url: `${receiver.url}/hook`, label: 'preview' });
    });
    after(async () => {
      await bench?.close();
      await receiver?.close();
    });
    afterEach(() => bench.end());

    const request = () => bench.panel.locator('#telephony-tab-preview > .telephony-preview');
    const findings = () => bench.panel.locator('.telephony-findings');
    const event = () => bench.panel.getByRole('combobox', { name: 'Event', exact: true });
    const waits = (text: string | RegExp) => request().getByText(text).waitFor();

    it('follows what is typed, on every tab', async () => {
      await bench.start();
      await waits(`POST ${receiver.url}/hook`);
      await bench.editor.field('url').fill(`${receiver.url}/other/{{callId}}`);
      await waits(/\/other\/\d/);
      await bench.addRow('headers', 'X-Key', 'abc');
      await waits(/X-Key: abc/);
      await bench.tab('Parameters');
      await bench.addRow('user', 'Key', 'from {{callerNumber}}');
      await waits(/"Key": "from \d+"/);
      await (await bench.parameter('callId')).getByRole('checkbox').check();
      await waits(/"callId": "/);
      await bench.select('format', 'text');
      await bench.panel.locator('#telephony-body').click();
      await bench.editor.page.keyboard.type('call of {{callerNumber');
      await waits(/call of \d+/);
      await bench.select('method', 'GET');
      await waits(/GET .*\/other\/.*callId=.*Key=from/);
    });

    it('is of a sample of each type, first of what is wired', async () => {
      await bench.start({ available: ['eventType'] });
      await bench.tab('Preview');
      assert.equal(await event().inputValue(), 'call.missed');
      await waits(/"eventType": "call\.missed"/);
      await event().selectOption('call.ended');
      await waits(/"eventType": "call\.ended"/);
      await bench.editor.screenshot('request');
    });

    it('is of one of the last real events', async () => {
      await bench.start({ available: ['callerNumber'] }, { events: ['call.ended'] });
      for (const number of ['12025550111', '12025550122']) {
        const call = {
          uuid: `c-${number}`,
          caller_id_number: number,
          hangup_cause: 'NormalClearing',
          call_status: 'answered',
        };
        const pushed = await fetch(`${bench.red.url}/pbx?trigger=Call%20hangup`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(call),
        });
        assert.equal(pushed.status, 200);
      }
      await bench.tab('Preview');
      await bench.panel.getByRole('button', { name: 'Render again' }).click();
      const real = event().locator('option', { hasText: '12025550111' });
      await real.waitFor({ state: 'attached' });
      assert.match((await real.textContent()) ?? '', / · Ended · 12025550111$/);
      await event().selectOption({ label: (await real.textContent()) ?? '' });
      await waits('"callerNumber": "12025550111"');
      await bench.editor.screenshot('real-event');
    });

    it('says what is wrong at its field, and a click leads there', async () => {
      await bench.start({
        user: [row('a', 'text', 'x'), row('o', 'object', [row('n', 'number', 'five')])],
        dateFormat: 'Uhr',
      });
      await bench.tab('Preview');
      const wrong = findings().getByRole('button', { name: /^User parameters, row 2: not right yet/ });
      // In one go: while something is typed, and a moment after the panel has come, the findings are drawn anew.
      await wrong.dispatchEvent('click');
      assert.equal(await bench.panel.locator('#telephony-tab-parameters').isVisible(), true);
      assert.equal(await bench.editor.page.evaluate('document.activeElement.value'), 'five');
      const nested = bench.table('user').locator('.telephony-nested .telephony-problem');
      assert.equal(await nested.textContent(), '"five" is not a number.');
      await bench.editor.screenshot('findings');
      await findings()
        .getByRole('button', { name: /^Date format: / })
        .dispatchEvent('click');
      assert.equal(await bench.editor.page.evaluate('document.activeElement.id'), 'telephony-date-formats');
      await bench.panel.getByText(/^"U" is no part of a date format/).waitFor();
      await bench.panel.getByLabel('Date format').selectOption('iso');
      await bench.table('user').getByRole('textbox', { name: 'Value' }).last().fill('5');
      await waits('"n": 5');
      assert.equal(await nested.textContent(), '');
      assert.equal(await bench.panel.locator('.telephony-tab-wrong').count(), 0);
    });

    it('warns where neither template, webhook out nor endpoint has a URL', async () => {
      await bench.start({ url: '' });
      const warning = bench.editor.field('url').locator('..').getByText('No URL: set it in webhook out');
      await warning.waitFor();
      await bench.editor.field('url').fill(`${receiver.url}/hook`);
      await warning.waitFor({ state: 'detached' });
    });

    it('says a typing error once, at its field, and leads there from elsewhere', async () => {
      await bench.start({ url: `${receiver.url}/{{calerNumber}}`, user: [row('who', 'text', '{{callId}}')] });
      const isSaidOnce = async (field: string): Promise<void> => {
        const link = findings().getByRole('button', { name: new RegExp(`^${field}: not right yet`) });
        await link.dispatchEvent('click');
        assert.equal(await findings().locator('p').count(), 1);
        assert.equal(await bench.panel.getByText('Did you mean "callerNumber"?').filter({ visible: true }).count(), 1);
      };
      await isSaidOnce('URL');
      await bench.editor.screenshot('once');
      await bench.editor.field('url').fill(receiver.url);
      await bench.tab('Parameters');
      await bench.table('user').getByRole('textbox', { name: 'Value' }).fill('{{calerNumber}}');
      await isSaidOnce('User parameters, row 1');
      assert.equal(await bench.editor.page.evaluate('document.activeElement.value'), '{{calerNumber}}');
    });

    it('underlines what is wrong in the body', async () => {
      await bench.start({ format: 'text', text: 'one\n{{calerNumber}}\nthree' });
      await bench.tab('Body');
      await bench.panel.locator('#telephony-body .squiggly-error, #telephony-body .squiggly-warning').first().waitFor();
      await bench.panel.locator('#telephony-body-row').getByText('Did you mean "callerNumber"?').waitFor();
      await bench.editor.screenshot('body-wrong');
    });

    it('is copied as cURL', async () => {
      await bench.start({ user: [row('Key', 'text', "it's")] });
      await bench.tab('Preview');
      await waits(/it's/);
      await bench.panel.getByRole('button', { name: 'Copy as cURL' }).click();
      const command = await bench.editor.clipboard();
      assert.ok(command.startsWith(`curl -X POST '${receiver.url}/hook'`), command);
      assert.match(command, /--data-raw '\{"Key":"it'\\''s"\}'/);
    });

    it('is sent once as a test, marked as one, and the answer is shown as text', async () => {
      const before = receiver.requests.length;
      receiver.answer({ status: 201, headers: { 'x-made': '1' }, body: '<b id="made">made</b>' });
      await bench.start({ available: ['isTest'] });
      await bench.tab('Preview');
      await bench.panel.getByRole('button', { name: 'Send test' }).click();
      await bench.panel.getByText(/^\s*201 after \d+ ms\.$/).waitFor();
      const answer = bench.panel.getByLabel('The answer');
      assert.match((await answer.textContent()) ?? '', /x-made: 1[\s\S]*<b id="made">made<\/b>/);
      assert.equal(await bench.panel.locator('#made').count(), 0);
      await bench.editor.screenshot('tested');
      const [sent, ...others] = receiver.requests.slice(before);
      assert.deepEqual(others, []);
      assert.equal(sent?.headers['webhook-test'], 'true');
      assert.equal(sent?.text, '{"isTest":true}');
      await event().selectOption('call.ended');
      await answer.waitFor({ state: 'detached' });
      assert.equal(await bench.panel.getByText(/201 after/).count(), 0);
    });

    it('says in words why a test failed', async () => {
      receiver.answer({ status: 503, body: 'x'.repeat(20_000) });
      await bench.start();
      await bench.tab('Preview');
      await bench.panel.getByRole('button', { name: 'Send test' }).click();
      await bench.panel.getByText(/^\s*503 after \d+ ms\. .+/).waitFor();
      await bench.panel.getByText('The answer is longer and was cut here.').waitFor();
      await bench.editor.screenshot('test-failed');
    });

    it('is of a cURL command that was imported, with its secrets kept apart', async () => {
      await bench.start({ user: [row('old', 'text', 'gone')], available: ['callId'] });
      await bench.panel.getByRole('button', { name: 'Import', exact: true }).click();
      const command = `curl -X PUT '${receiver.url}/new?v=2' -H 'Authorization: Bearer s3cret' -H 'Content-Type: application/json' \\\n  -d '{"id": 5, "who": "{{callerNumber}}"}' --max-time 5`;
      await bench.panel.getByRole('textbox', { name: 'Import' }).fill(command);
      await bench.panel.getByRole('button', { name: 'Take over' }).click();
      await bench.panel.getByText('%authorization% is a secret now').waitFor();
      await bench.panel.getByText('Left out: --max-time 5').waitFor();
      await waits(
        new RegExp(`PUT ${receiver.url}/new\\?v=2[\\s\\S]*Authorization: Bearer %authorization%[\\s\\S]*"id": 5`),
      );
      await bench.editor.screenshot('imported');
      await bench.editor.done();
      const saved = await bench.editor.saved('template');
      assert.deepEqual(
        [saved['method'], saved['url'], saved['available'], saved['secretNames']],
        ['PUT', `${receiver.url}/new`, [], ['authorization']],
      );
      assert.deepEqual(saved['headers'], [row('Authorization', 'text', 'Bearer %authorization%')]);
      assert.deepEqual(saved['user'], [row('id', 'number', '5'), row('who', 'text', '{{callerNumber}}')]);
      const typed = await bench.editor.page.evaluate(`RED.nodes.node('template').credentials.secrets`);
      assert.deepEqual(JSON.parse(String(typed)), { authorization: 's3cret' });
    });

    it('has panes for import and copies that everybody can use', async () => {
      await bench.start();
      for (const pane of ['Import', 'Copy for another event']) {
        await bench.panel.getByRole('button', { name: pane, exact: true }).click();
        await bench.panel.locator('#telephony-tool-pane :is(textarea, select)').waitFor();
        assert.deepEqual(await violationsIn(bench.editor.page, '.red-ui-tray .telephony-form'), [], pane);
      }
    });

    it('is of a cURL command that was pasted into the URL', async () => {
      await bench.start();
      await bench.paste(bench.editor.field('url'), `curl ${receiver.url}/pasted`);
      await waits(`GET ${receiver.url}/pasted`);
      assert.equal(await bench.editor.field('url').inputValue(), `${receiver.url}/pasted`);
    });

    it('is of a body in the manner of KOMPaaS, by the names of KOMPaaS', async () => {
      await bench.start();
      await bench.panel.getByRole('button', { name: 'Import', exact: true }).click();
      await bench.panel.getByRole('textbox', { name: 'Import' }).fill('{"event": "${{eventType}}", "s": ${{billsec}}}');
      await bench.panel.getByRole('button', { name: 'Take over' }).click();
      await bench.panel.getByText('Names are those of KOMPaaS.').waitFor();
      await waits('"event": "VpbxInboundCallEnd"');
      assert.deepEqual(
        [await bench.editor.field('names').inputValue(), await bench.editor.field('format').inputValue()],
        ['kompaas', 'text'],
      );
    });

    it('of a copy for another event tells what that event lacks', async () => {
      await bench.start({
        available: ['callId', 'duration'],
        user: [row('who', 'text', '{{callerNumber}} {{hangupBy}}')],
        url: `${receiver.url}/copied`,
      });
      await bench.panel.getByRole('button', { name: 'Copy for another event' }).click();
      await bench.panel.getByRole('combobox', { name: 'Event of the copy' }).selectOption('call.received');
      const lacks = bench.panel.locator('#telephony-tool-pane li');
      assert.deepEqual(await lacks.allTextContents(), ['duration', 'hangupBy']);
      await bench.panel.getByRole('button', { name: 'Make the copy' }).click();
      await bench.panel.getByText('The copy for “Call received” is below').waitFor();
      await bench.editor.screenshot('copied');
      await bench.editor.cancel();
      const copy = (await bench.editor.page.evaluate(`(() => {
        const [id] = RED.nodes.filterNodes({type: 'telephony-webhook-template'}).map((n) => n.id).filter((id) => id !== 'template');
        const wired = (of, port) => RED.nodes.getNodeLinks(of, port).map((l) => port === 1 ? l.source : l.target);
        const [before] = wired(id, 1);
        return { id, before: before.type, events: before.events, source: before.source, after: wired(id, 0).map((n) => n.id) };
      })()`)) as { readonly id: string };
      const { id, ...around } = copy;
      assert.deepEqual(around, {
        before: 'telephony-event-in',
        events: ['call.received'],
        source: 'pbx',
        after: ['out'],
      });
      const { name, url, available, user } = await bench.editor.saved(id);
      assert.deepEqual(
        [name, url, available, user],
        [
          'CRM: Call received',
          `${receiver.url}/copied`,
          ['callId', 'duration'],
          [row('who', 'text', '{{callerNumber}} {{hangupBy}}')],
        ],
      );
      await bench.editor.openPanel(id);
      await bench.tab('Parameters');
      const ticked = await bench.parameter('duration');
      await ticked.getByText('“Call received” never has it.').waitFor();
      await bench.table('user').getByText('hangupBy: “Call received” never has it.').waitFor();
      await bench.editor.screenshot('copy');
      await bench.editor.cancel();
      await bench.editor.page.evaluate(`RED.history.pop()`);
      assert.equal(await bench.editor.page.evaluate(`Boolean(RED.nodes.node('${id}'))`), false);
    });
  });
}
