/** The panels of what delivers: schedules that are drawn and tried out, choices in plain words, endpoints that are tested. */
import assert from 'node:assert/strict';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';
import { violationsIn } from './accessibility';
import { BOTH, EditorPage, missingBrowser } from './editor-page';

function flow(baseUrl: string): readonly FlowNode[] {
  const at = { z: 'flow', x: 300, wires: [[], []] };
  const heard = { z: 'flow', x: 120, type: 'telephony-event-in', source: 'pbx' };
  return [
    { id: 'flow', type: 'tab', label: 'Panels' },
    { ...heard, id: 'heard', y: 40, wires: [['out']], events: ['call.missed'] },
    { ...heard, id: 'heardAll', y: 70, wires: [['out', 'changed']], events: ['*'] },
    { ...at, id: 'out', type: 'telephony-webhook-out', y: 100, endpoint: 'crm', store: 'kept', wires: [[], ['again']] },
    { ...at, id: 'changed', type: 'telephony-webhook-out', y: 150, timeoutMs: 2500, maxAgeMs: 3_600_000 },
    { ...at, id: 'again', type: 'telephony-webhook-retry', y: 200 },
    { ...at, id: 'unwired', type: 'telephony-webhook-retry', y: 300 },
    { id: 'pbx', type: 'telephony-source', kind: 'http-push', path: '/pbx' },
    { ...at, id: 'ask', type: 'telephony-deliveries', y: 250, wires: [[]] },
    { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl, auth: 'bearer', credentials: { token: 'st0red' } },
    { id: 'kept', type: 'telephony-delivery-store' },
  ];
}

for (const [version, theme] of BOTH) {
  describe(`panels of what delivers, on Node-RED ${version}, ${theme}`, () => {
    if (missingBrowser) throw new Error(missingBrowser);
    let receiver: Receiver;
    let red: NodeRedProcess;
    let editor: EditorPage;

    before(async () => {
      receiver = await startReceiver(({ headers, url }) => ({
        status: headers.authorization !== 'Bearer st0red' ? 401 : url === '/api/hooks' ? 200 : 404,
      }));
      red = await startNodeRed({ version, flows: flow(`${receiver.url}/api`) });
      const size = { width: 1300, height: 1300 };
      editor = await EditorPage.open(red.url, `delivering-${version}-${theme}`, theme, size);
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
      await receiver?.close();
    });
    afterEach(async () => {
      await editor.page.evaluate(`document.querySelector('#node-dialog-cancel, #node-config-dialog-cancel')?.click()`);
      await editor.page.waitForFunction(`document.querySelectorAll('.red-ui-tray').length === 0`);
      assert.deepEqual(editor.errors.splice(0), []);
    });

    /** With plain spaces. */
    const plain = (text: string | null): string => (text ?? '').replace(/\s+/g, ' ').trim();
    const textOf = async (selector: string): Promise<string> =>
      plain(await editor.panel.locator(selector).textContent());
    /** The time line as it is read out. */
    const steps = async (): Promise<readonly string[]> => {
      assert.equal(await editor.panel.getByRole('list', { name: 'Attempts' }).count(), 1);
      // What stands on the lines repeats what stands below the dots.
      const texts =
        await editor.page.evaluate(`[...document.querySelectorAll('#telephony-time-line > li')].map((item) => {
        const copy = item.cloneNode(true);
        for (const hidden of copy.querySelectorAll('[aria-hidden]')) hidden.remove();
        return copy.textContent;
      })`);
      return (texts as string[]).map(plain);
    };
    const openGroup = async (name: string): Promise<void> => {
      const group = editor.panel.locator('details', { has: editor.page.getByText(name, { exact: true }) }).last();
      if ((await group.getAttribute('open')) === null) await group.locator('summary').press('Enter');
    };
    /** A length of time: its number, and its unit. */
    const amount = (label: string) => editor.panel.getByRole('textbox', { name: new RegExp(`${label}$`) });
    const unitOf = (label: string) => editor.panel.getByRole('combobox', { name: new RegExp(`${label} Unit$`) });
    const down = async (number: string, unit: string): Promise<string> => {
      await amount('If down for').fill(number);
      await unitOf('If down for').selectOption({ label: unit });
      return textOf('#telephony-outage-words');
    };

    it('draw a schedule as a time line, while it is typed', async () => {
      await editor.openPanel('out');
      await down('0', 'hours');
      assert.deepEqual((await steps()).slice(0, 3), [
        'Attempt 1 arrives: now',
        'Attempt 2 is not needed: +5 s',
        'Attempt 3 is not needed: +5 min 5 s',
      ]);
      assert.equal((await steps()).at(-1), 'gives up after 75 h 35 min');
      assert.equal(
        await textOf('#telephony-schedule-words'),
        '10 attempts, the last 75 h 35 min after the first. Then it is given up. Each wait ±10 % by chance.',
      );
      await editor.field('schedule').selectOption('list');
      await editor.field('delays').fill('2s, 1.5h');
      assert.deepEqual(
        (await steps()).map((step) => step.replace(/^.*: /, '')),
        ['now', '+2 s', '+1 h 30 min', 'gives up after 1 h 30 min'],
      );
      await editor.field('delays').fill('soon');
      assert.equal(await textOf('#telephony-schedule-words'), 'Something above is not right yet.');
      assert.equal(await editor.panel.locator('#telephony-time-line').isVisible(), false);
      await editor.field('retryIfError').uncheck();
      assert.equal(await editor.panel.locator('#telephony-schedule-words').isVisible(), false);
    });

    it('leave out the middle of a schedule that is long', async () => {
      await editor.openPanel('out');
      await editor.field('schedule').selectOption('fixed');
      await openGroup('Most attempts, longest age, jitter');
      await editor.field('maxAttempts').fill('2000');
      await editor.field('jitter').fill('0');
      await down('1', 'hours');
      const all = await steps();
      assert.deepEqual(all.slice(6), [
        'Attempt 7 fails: +30 s',
        '713 more',
        'Attempt 721 arrives: +1 h',
        '1278 more',
        'Attempt 2000 is not needed: +2 h 47 min',
        'gives up after 2 h 47 min',
      ]);
      await editor.screenshot('long-schedule');
    });

    it('say when an event arrives whose receiver was down, or that it is given up', async () => {
      await editor.openPanel('out');
      assert.match(
        await down('2', 'hours'),
        /^It arrives by attempt 5, 2 h 35 min after the first\. That is 35 min 5 s after the receiver is back, or sooner: .* all that wait are sent at once, oldest first\.$/,
      );
      await editor.screenshot('outage');
      assert.match(await down('4', 'days'), /^It is given up with attempt 10, 75 h 35 min after the first/);
      assert.equal(await down('', 'days'), 'It arrives at once, by the first attempt.');
      await editor.field('schedule').selectOption('screen-pop');
      assert.match(await down('1', 'minutes'), /^It is given up with attempt 4, 7 s after the first/);
      assert.equal((await steps()).filter((step) => / fails: /.test(step)).length, 4);
      await editor.screenshot('screen-pop');
    });

    it('say so when the longest age ends a schedule, and open what was changed', async () => {
      await editor.openPanel('changed');
      assert.equal(
        await textOf('#telephony-schedule-words'),
        '4 attempts, the last 35 min 5 s after the first. The next would be past the longest age (1 h), so it is given up. Each wait ±10 % by chance.',
      );
      assert.equal(await amount('Longest age').isVisible(), true);
      assert.equal(await amount('Time-out').isVisible(), true);
      assert.equal(await editor.field('orderBy').isVisible(), false);
    });

    it('tell of a retry node what it does: it begins with a failure, and waits for nobody', async () => {
      await editor.openPanel('again');
      assert.equal((await steps())[0], 'Attempt 1 fails: fails');
      assert.equal(
        await textOf('#telephony-schedule-words'),
        'Sent to "again" 9 times, the last time 75 h 35 min after the first failure. Then it leaves "given up". Each wait ±10 % by chance.',
      );
      assert.match(await down('2', 'hours'), /a message that is held keeps to its schedule\.$/);
      assert.match(await down('0', 'hours'), /^It arrives by attempt 2, 5 s after the first has failed/);
      await editor.screenshot('retry');
      await editor.field('retryOn').selectOption('transient');
      assert.match(await textOf('[data-words=retryOn]'), /^Only what may pass by itself/);
    });

    it('say beside each choice what it comes to', async () => {
      await editor.openPanel('out');
      for (const group of ['Success, time-out, response', 'Order and store']) await openGroup(group);
      const expected: readonly (readonly [name: string, value: string, words: RegExp])[] = [
        ['schedule', 'hot', /^For what matters while people still talk/],
        [
          'schedule',
          'exponential',
          /^The first wait is 5 s, each further one the one before times 2, but never longer than 1 h\.$/,
        ],
        ['schedule', 'fixed', /^A try every 5 s/],
        ['success', '2xx', /^Every status from 200 to 299 is a success/],
        ['success', '200, 202', /^Only these are a success: 200, 202\. Anything else has failed, such as 201, 204\.$/],
        ['success', '2xx, 304', /^Only these are a success: 200–299, 304\. Anything else has failed\.$/],
        ['success', '20', /^$/],
        ['response', 'json', /an answer that is no JSON stays text\.$/],
        ['orderBy', '', /^No order/],
        ['orderBy', 'event.callId', /^The events of one call arrive one after another/],
        ['orderBy', 'payload.customer', /^Those with the same msg\.payload\.customer arrive one after another/],
      ];
      for (const [name, value, words] of expected) {
        const field = editor.field(name);
        const isSelect = (await field.evaluate(({ tagName }: { tagName: string }) => tagName)) === 'SELECT';
        await (isSelect ? field.selectOption(value) : field.fill(value));
        assert.match(await textOf(`[data-words=${name}]`), words, `${name}: ${value}`);
      }
      await amount('Wait at most').fill('0');
      assert.match(
        await textOf('[data-words=orderWaitMs]'),
        /^Once one has failed, the next of its order goes at once/,
      );
      await amount('Time-out').fill('20');
      assert.match(
        await textOf('[data-words=timeoutMs]'),
        /^A receiver that has not answered in full within 20 s has failed\.$/,
      );
      await editor.field('schedule').selectOption('screen-pop');
      assert.match(await textOf('[data-words=timeoutMs]'), /so one that hangs gets a single attempt\.$/);
      await editor.field('retryIfError').uncheck();
      assert.match(await textOf('[data-words=retryIfError]'), /^One attempt: "failed" fires at the first failure/);
      await editor.screenshot('choices');
    });

    it('take lengths of time in any unit', async () => {
      await editor.openPanel('changed');
      assert.equal(await amount('Time-out').inputValue(), '2500');
      await amount('Time-out').fill('1.5');
      await unitOf('Time-out').selectOption({ label: 'minutes' });
      await editor.done();
      assert.equal(Number((await editor.saved('changed'))['timeoutMs']), 90_000);
    });

    it('mark a length of time that is none, also when they are opened again', async () => {
      await editor.openPanel('changed');
      await amount('Time-out').fill('abc');
      await editor.done();
      await editor.openPanel('changed');
      assert.match((await amount('Time-out').getAttribute('class')) ?? '', /input-error/);
      await amount('Time-out').fill('90');
      await editor.panel.locator('#node-input-timeoutMs-amount:not(.input-error)').waitFor();
    });

    it('lead to the deliveries of a webhook, of what is wired to it, and of an endpoint', async () => {
      await editor.page.evaluate(`{
        const action = 'telephony-webhooks:show-deliveries';
        const own = RED.actions.get(action);
        RED.actions.remove(action);
        RED.actions.add(action, (asked) => { window.asked = asked; own(asked); });
      }`);
      for (const [id, filter] of [
        ['out', { webhook: 'out' }],
        ['heard', { webhook: 'out', type: 'call.missed' }],
        ['heardAll', { webhook: '', type: '' }],
        ['again', { webhook: 'out' }],
        ['unwired', { state: 'waiting' }],
        ['crm', { webhook: 'crm' }],
      ] as const) {
        await editor.openPanel(id);
        await editor.panel.getByRole('button', { name: 'Show its deliveries' }).press('Enter');
        assert.deepEqual(await editor.page.evaluate('window.asked'), { filter }, id);
        await editor.cancel();
      }
    });

    for (const id of ['out', 'again', 'ask', 'crm', 'kept']) {
      it(`need no sideways scrolling: ${id}`, async () => {
        await editor.openPanel(id);
        const { tray, wanted, has } = (await editor.page.evaluate(`(() => {
          for (const group of document.querySelectorAll('.telephony-group')) group.open = true;
          const form = document.querySelector('.telephony-form');
          const body = form.closest('.red-ui-editor-form-wrapper, .red-ui-tray-body, .red-ui-editor') ?? form;
          return { tray: document.querySelector('.red-ui-tray').offsetWidth, wanted: form.scrollWidth, has: form.clientWidth };
        })()`)) as Record<string, number>;
        assert.ok((tray ?? 0) <= 520, `the panel is ${tray} px wide`);
        assert.ok((wanted ?? 0) <= (has ?? 0), `${wanted} px in ${has}`);
        await editor.screenshot(`all-of-${id}`);
      });
    }

    for (const id of ['out', 'again', 'ask', 'crm', 'kept']) {
      it(`can be used by everybody: ${id}`, async () => {
        await editor.openPanel(id);
        await editor.page.evaluate(
          `for (const group of document.querySelectorAll('.telephony-group')) group.open = true`,
        );
        assert.deepEqual(await violationsIn(editor.page, '.telephony-form'), []);
      });
    }

    it('show the fields of an endpoint that is opened out of a webhook', async () => {
      await editor.openPanel('out');
      await editor.panel.locator('#node-input-lookup-endpoint, #node-input-btn-endpoint-edit').first().click();
      await editor.panel.locator('#node-config-input-auth').waitFor();
      await editor.field('auth').last().selectOption('basic');
      assert.equal(await editor.field('password').isVisible(), true);
      assert.equal(await editor.field('token').isVisible(), false);
      await editor.panel.locator('#node-config-dialog-cancel').click();
      await editor.page.waitForFunction(`document.querySelectorAll('.red-ui-tray').length === 1`);
    });

    it('explain the addresses that an endpoint may reach by example', async () => {
      await editor.openPanel('crm');
      const rows = async (): Promise<readonly string[]> =>
        (await editor.panel.locator('.telephony-examples tbody tr').allInnerTexts()).map(plain);
      const until = (words: string): Promise<void> =>
        editor.panel.locator('.telephony-examples tr', { hasText: words }).first().waitFor();
      await until('192.168.1.20 your network allowed refused');
      assert.deepEqual(await rows(), [
        'https://1.1.1.1 the internet allowed allowed',
        'http://192.168.1.20 your network allowed refused',
        'http://127.0.0.1:1880 this machine allowed refused',
        'http://169.254.169.254 secrets of a cloud refused refused',
      ]);
      const trial = editor.panel.getByLabel('Try an address');
      const verdict = editor.panel.locator('#telephony-address-verdict');
      await trial.fill('10.1.2.3:8080/hook');
      await verdict.getByText('Allowed where it is typed in a node. Refused where only a message brings it').waitFor();
      await editor.field('addressPolicy').selectOption('public');
      await until('192.168.1.20 your network refused refused');
      await verdict.getByText('10.1.2.3 is a private address, and the address policy "public"').waitFor();
      assert.match(await textOf('[data-words=addressPolicy]'), /^Only addresses of the internet/);
      await editor.field('addressPolicy').selectOption('list');
      const allowed = editor.panel.locator('#telephony-allow');
      await editor.addRow(allowed.getByRole('button', { name: 'add' }));
      await allowed.getByRole('textbox').fill('10.0.0.0/8');
      await verdict.getByText('Allowed, typed or brought by a message. It leads to 10.1.2.3.').waitFor();
      await editor.screenshot('addresses');
      await trial.fill('http://');
      await verdict.getByText('Write an address such as').waitFor();
    });

    it('test an endpoint as it is typed, with what is stored, and say each step', async () => {
      await editor.openPanel('crm');
      const result = editor.panel.locator('.telephony-test-result');
      const test = async (last: string): Promise<readonly string[]> => {
        await editor.panel.getByRole('button', { name: 'Test', exact: true }).press('Enter');
        await result.getByText(last).waitFor();
        return (await result.getByRole('listitem').allInnerTexts()).map(plain);
      };
      assert.deepEqual((await test('A base URL alone')).slice(0, 3), [
        'Address: 127.0.0.1 may be reached.',
        'Connection: to 127.0.0.1, not encrypted.',
        'The receiver has nothing at this address. Check the path of the URL (status 404).',
      ]);
      await editor.panel.getByLabel('Path, added to the base URL').fill('hooks');
      await editor.panel.getByLabel('What is sent').selectOption('POST');
      assert.match((await test('Answer: status 200 after')).at(-1) ?? '', /^Answer: status 200 after [\d.]+ m?s\.$/);
      assert.equal(receiver.requests.at(-1)?.text, '{"type":"webhook.test","test":true}');
      await editor.screenshot('test');
      await editor.field('token').fill('other');
      await test('wants other credentials');
      assert.equal(receiver.requests.at(-1)?.headers.authorization, 'Bearer other');
      await editor.field('baseUrl').fill('http://169.254.169.254/');
      const [refused] = await test('an address at which a cloud answers');
      assert.match(refused ?? '', /The address policy "lan" forbids it/);
      await editor.screenshot('test-refused');
    });
  });
}
