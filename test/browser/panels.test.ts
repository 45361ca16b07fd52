/** The panels in a real browser, on each Node-RED and theme that is supported. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { publicKeyText } from '../../src/signing/keys';
import {
  type FlowNode,
  type NodeRedProcess,
  type NodeRedVersion,
  packRoot,
  startNodeRed,
} from '../support/node-red-process';
import { EditorPage, missingBrowser, type Theme } from './editor-page';
import { richFlow, sparseFlow } from './flow';

const editors: readonly (readonly [version: NodeRedVersion, theme: Theme])[] = [
  ['5', 'light'],
  ['5', 'dark'],
  ['4.1', 'light'],
];

const panels = richFlow.filter(({ type }) => type !== 'tab');

type Config = { readonly parseConfig: (saved: unknown) => { readonly config: object } };

/** What a node would do with what is saved. */
function meaning(saved: Readonly<Record<string, unknown>>): object {
  const { parseConfig } = require(join(packRoot, 'nodes', String(saved['type']), 'config.ts')) as Config;
  return parseConfig(saved).config;
}

describe('the panels', function () {
  if (missingBrowser) throw new Error(missingBrowser);
  this.timeout(60_000);

  for (const [version, theme] of editors) {
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
        it(`shows ${type}, and Done without a change changes nothing`, async () => {
          const before = await saved(id);
          await editor.openPanel(id);
          await editor.screenshot(type);
          await editor.done();
          assert.deepEqual(await saved(id), before);
          assert.equal(await editor.isValid(id), true);
          assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), false);
        });
      }

      it('shows every part of the template', async () => {
        await editor.openPanel('template');
        for (const tab of ['Parameters', 'Options', 'Preview']) {
          await editor.panel.getByRole('link', { name: tab, exact: true }).click();
          if (tab === 'Preview')
            await editor.panel.locator('.telephony-preview:visible, .telephony-problem:visible').first().waitFor();
          await editor.screenshot(`template-${tab.toLowerCase()}`);
        }
        await editor.cancel();
      });
    });
  }
});

describe('a flow written by hand', function () {
  this.timeout(60_000);
  let red: NodeRedProcess;
  let editor: EditorPage;
  before(async () => {
    red = await startNodeRed({ version: '5', flows: sparseFlow });
    editor = await EditorPage.open(red.url, 'sparse', 'light');
  });
  after(async () => {
    await editor?.close();
    await red?.stop();
  });

  for (const { id, type } of panels) {
    it(`means the same after Done in ${type}`, async () => {
      const before = await editor.saved(id);
      await editor.openPanel(id);
      await editor.done();
      assert.deepEqual(meaning(await editor.saved(id)), meaning(before));
      assert.deepEqual(editor.errors.splice(0), []);
    });
  }
});

/** What a user types or chooses, and what must then be saved. Choices that bring out further fields come first. */
const changes: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  in: { name: 'Other', webhookId: 'x9', onceBy: 'callId', onceWithinSeconds: '60' },
  template: {
    name: 'Other',
    method: 'POST',
    url: 'https://example.com:8443/{{callId}}',
    format: 'json-rpc',
    rpcMethod: 'ping',
    rpcId: '{{callId}}-1',
    contentType: 'none',
    valuesAsText: false,
  },
  out: {
    method: 'PUT',
    url: 'http://127.0.0.1:9/x',
    retryIfError: true,
    schedule: 'exponential',
    factor: '4',
    maxAttempts: '6',
    jitter: '0.5',
    success: '2xx',
    orderBy: 'event.callId',
    response: 'buffer',
  },
  retry: { schedule: 'list', delays: '1s, 1m', retryOn: 'any', maxAttempts: '3' },
  deliveries: { action: 'resend', name: '' },
  push: {
    kind: 'http-push',
    dialect: 'obd',
    path: '/other',
    verify: 'token',
    tokenIn: 'header',
    tokenName: 'X-T',
    countryCode: 'GB',
  },
  endpoint: {
    baseUrl: 'http://10.0.0.5:8080',
    auth: 'oauth2',
    oauthGrant: 'client-credentials',
    tokenUrl: 'http://10.0.0.5:8080/token',
    clientId: 'other',
    clientPlace: 'body',
    scope: 'all',
    audience: '',
    tokenPrefix: '',
    addressPolicy: 'public',
    concurrency: '3',
    ratePerSecond: '0',
  },
  store: { kind: 'sqlite', path: 'my.db', retentionDays: '3', maxMegabytes: '50', logBodies: true },
};

describe('what is changed in a panel', function () {
  this.timeout(60_000);
  let red: NodeRedProcess;
  let editor: EditorPage;
  before(async () => {
    red = await startNodeRed({ version: '5', flows: richFlow });
    editor = await EditorPage.open(red.url, 'changes', 'light');
  });
  after(async () => {
    await editor?.close();
    await red?.stop();
  });
  afterEach(() => assert.deepEqual(editor.errors.splice(0), []));

  for (const [id, values] of Object.entries(changes)) {
    it(`is saved and shown again: ${id}`, async () => {
      await editor.openPanel(id);
      for (const [name, value] of Object.entries(values)) {
        const field = editor.field(name);
        if (typeof value === 'boolean') await field.setChecked(value);
        else if ((await field.evaluate(({ tagName }: { tagName: string }) => tagName)) === 'SELECT')
          await field.selectOption(String(value));
        else await field.fill(String(value));
      }
      await editor.screenshot(id);
      await editor.done();
      const saved = await editor.saved(id);
      await editor.openPanel(id);
      for (const [name, value] of Object.entries(values)) {
        if (name !== 'username') assert.equal(String(saved[name]), String(value), name);
        const field = editor.field(name);
        if (typeof value === 'boolean') assert.equal(await field.isChecked(), value, name);
        else assert.equal(await field.inputValue(), String(value), name);
      }
      await editor.cancel();
      assert.equal(await editor.isValid(id), true);
    });
  }

  it('is refused with a reason where it is nonsense', async () => {
    await editor.openPanel('out');
    await editor.field('success').fill('20');
    await editor.field('success').press('Tab');
    assert.match((await editor.field('success').getAttribute('class')) ?? '', /input-error/);
    await editor.field('success').hover();
    await editor.page.getByText('Write 2xx or status codes such as 200, 202.').waitFor();
    await editor.cancel();
  });
});

const tall: FlowNode = { id: 'flow', type: 'tab', label: 'Panels' };
const plainTemplate: FlowNode = {
  id: 'template',
  type: 'telephony-webhook-template',
  z: 'flow',
  x: 300,
  y: 100,
  wires: [[]],
  method: 'POST',
  url: 'https://example.com/',
  format: 'text',
  text: '',
  available: [],
};

describe('the template panel', function () {
  this.timeout(60_000);
  let red: NodeRedProcess;
  let editor: EditorPage;
  before(async () => {
    red = await startNodeRed({ version: '5', flows: [tall, plainTemplate] });
    editor = await EditorPage.open(red.url, 'template', 'light', { width: 1400, height: 1300 });
  });
  after(async () => {
    await editor?.close();
    await red?.stop();
  });
  beforeEach(async () => {
    await red.deploy([tall, plainTemplate]);
    await editor.page.reload();
    await editor.page.waitForFunction(`window.RED?.nodes?.node?.('template')`);
    await editor.openPanel('template');
  });
  afterEach(async () => {
    await editor.cancel();
    assert.deepEqual(editor.errors.splice(0), []);
  });

  const tab = (name: string): Promise<void> => editor.panel.getByRole('link', { name, exact: true }).click();
  /** Finds a parameter by the search field, and clicks its name. */
  const pick = async (name: string): Promise<void> => {
    await editor.panel.getByRole('searchbox', { name: 'Search' }).fill(name);
    await editor.panel.locator('.telephony-pick:visible').getByText(name, { exact: true }).click();
  };
  const table = (name: string) => editor.panel.locator(`#telephony-${name}`);
  const addRow = async (name: string, key: string, value: string): Promise<void> => {
    await table(name).getByRole('button', { name: 'add row' }).last().click();
    await table(name).getByRole('textbox', { name: 'Key' }).last().fill(key);
    await table(name).getByRole('textbox', { name: 'Value' }).last().fill(value);
  };
  const savedRows = async (name: string): Promise<unknown> => {
    await editor.done();
    const saved = (await editor.saved('template'))[name];
    await editor.openPanel('template');
    return saved;
  };

  it('puts a parameter at the cursor of the URL and copies it', async () => {
    await editor.field('url').fill('https://example.com/a/b');
    await editor.field('url').press('ArrowLeft');
    await editor.field('url').press('ArrowLeft');
    await pick('callId');
    assert.equal(await editor.field('url').inputValue(), 'https://example.com/a{{callId}}/b');
    assert.equal(await editor.clipboard(), '{{callId}}');
  });

  it('puts a parameter at the cursor of the body', async () => {
    await editor.panel.locator('#telephony-body').click();
    await editor.page.keyboard.type('call  ends');
    for (let steps = 0; steps < 5; steps += 1) await editor.page.keyboard.press('ArrowLeft');
    await pick('callId');
    await editor.screenshot('body');
    assert.equal(await savedRows('text'), 'call {{callId}} ends');
  });

  it('puts a parameter into the body before any field was used, and nowhere that is not shown', async () => {
    await pick('callId');
    assert.equal(await savedRows('text'), '{{callId}}');
    await tab('Parameters');
    await pick('duration');
    await editor.page.getByText('{{duration}} was copied.').waitFor();
    assert.equal(await editor.field('url').inputValue(), 'https://example.com/');
    assert.equal(await savedRows('text'), '{{callId}}');
  });

  it('puts a parameter into the value used last, and never into a key', async () => {
    await tab('Parameters');
    await addRow('user', 'who', 'from ');
    await table('user').getByRole('textbox', { name: 'Key' }).focus();
    await pick('callerNumber');
    assert.deepEqual(await savedRows('user'), [{ key: 'who', type: 'text', value: 'from {{callerNumber}}' }]);
  });

  it('sends what is ticked, in the order of ticking', async () => {
    await editor.field('format').selectOption('json');
    for (const name of ['duration', 'callId', 'callerName']) {
      await editor.panel.getByRole('searchbox', { name: 'Search' }).fill(name);
      await editor.panel.getByRole('checkbox', { name: `Send ${name}`, exact: true }).check();
    }
    await editor.panel.getByRole('checkbox', { name: 'Send callerName', exact: true }).uncheck();
    assert.deepEqual(await savedRows('available'), ['duration', 'callId']);
  });

  it('explains a parameter behind its question mark', async () => {
    await editor.panel.getByRole('searchbox', { name: 'Search' }).fill('callId');
    const question = editor.panel.getByRole('button', { name: 'What is callId?', exact: true });
    await question.press('Enter');
    assert.equal(await question.getAttribute('aria-expanded'), 'true');
    await editor.panel.locator('.telephony-about:visible code').first().waitFor();
  });

  it('offers the names of a provider, by which they are ticked', async () => {
    await editor.field('format').selectOption('json');
    await editor.field('names').selectOption('kompaas');
    await editor.panel.getByRole('searchbox', { name: 'Search' }).fill('InternalNumber');
    await editor.panel.getByRole('checkbox', { name: 'Send InternalNumber', exact: true }).check();
    await editor.screenshot('kompaas');
    assert.deepEqual(await savedRows('available'), ['InternalNumber']);
  });

  for (const [key, problem] of [
    ['a{{callId}}', /cannot hold a variable/],
    ['{{callId}}', /cannot hold a variable/],
    ['${{callId}}', /cannot hold a variable/],
    ['{{имя параметра}}', /^$/],
    ['plain', /^$/],
  ] as const) {
    it(`${problem.source === '^$' ? 'takes' : 'refuses'} the key ${key}`, async () => {
      await tab('Parameters');
      await addRow('headers', key, 'x');
      assert.match((await table('headers').locator('.telephony-problem').first().textContent()) ?? '', problem);
      await editor.done();
      assert.equal(await editor.isValid('template'), problem.source === '^$');
      await editor.openPanel('template');
    });
  }

  for (const url of [
    'ftp://example.com/',
    'https://{{callerNumber}}.example.com/',
    'crm{{callerNumber}}/x',
    'https://',
  ]) {
    it(`refuses the URL ${url}`, async () => {
      await editor.field('url').fill(url);
      await editor.field('url').press('Tab');
      assert.match((await editor.field('url').getAttribute('class')) ?? '', /input-error/);
    });
  }

  const complaint = async (name: string, value: string): Promise<boolean> => {
    await editor.field(name).fill(value);
    await editor.field(name).press('Tab');
    return /input-error/.test((await editor.field(name).getAttribute('class')) ?? '');
  };

  it('refuses time zones and date formats that do not exist, and takes every one that it offers', async () => {
    await tab('Options');
    for (const zone of ['Mars/Olympus', '+25:00']) assert.equal(await complaint('timeZone', zone), true, zone);
    for (const zone of ['', 'Asia/Kolkata', '+05:30']) assert.equal(await complaint('timeZone', zone), false, zone);
    for (const format of ['Uhr', '--']) assert.equal(await complaint('dateFormat', format), true, format);
    await editor.screenshot('options-wrong');
    const offered = await editor.panel
      .locator('#telephony-date-formats option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('value') ?? ''));
    assert.ok(offered.length > 5);
    for (const format of offered) assert.equal(await complaint('dateFormat', format), false, format);
  });

  it('moves rows by keyboard and deletes them', async () => {
    await tab('Parameters');
    for (const key of ['one', 'two', 'three']) await addRow('query', key, key);
    await table('query').getByRole('button', { name: 'Move up' }).last().press('Enter');
    await editor.page.keyboard.press('Enter');
    await editor.screenshot('rows');
    await table('query').locator('.red-ui-editableList-item-remove').nth(1).click();
    const rows = (await savedRows('query')) as { key: string }[];
    assert.deepEqual(
      rows.map(({ key }) => key),
      ['three', 'two'],
    );
  });

  it('moves rows by dragging', async () => {
    await tab('Parameters');
    for (const key of ['one', 'two', 'three']) await addRow('query', key, key);
    const handle = table('query').locator('.red-ui-editableList-item-handle');
    const from = (await handle.first().boundingBox()) ?? assert.fail();
    const to = (await handle.last().boundingBox()) ?? assert.fail();
    await editor.page.mouse.move(from.x + 5, from.y + 5);
    await editor.page.mouse.down();
    await editor.page.mouse.move(to.x + 5, to.y + 15, { steps: 8 });
    await editor.page.mouse.up();
    const rows = (await savedRows('query')) as { key: string }[];
    assert.deepEqual(
      rows.map(({ key }) => key),
      ['two', 'three', 'one'],
    );
  });

  it('nests objects and arrays to any depth', async () => {
    await tab('Parameters');
    const user = table('user');
    const chooseType = async (type: string): Promise<void> => {
      await user.locator('.red-ui-typedInput-type-select:visible').last().click();
      await editor.page.locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
    };
    await user.getByRole('button', { name: 'add row' }).click();
    await user.getByRole('textbox', { name: 'Key' }).fill('outer');
    await chooseType('object');
    await user.locator('.telephony-nested').getByRole('button', { name: 'add row' }).click();
    await user.getByRole('textbox', { name: 'Key' }).last().fill('list');
    await chooseType('array');
    await user.getByRole('button', { name: 'add value' }).click();
    await chooseType('object');
    await user
      .locator('.telephony-nested .telephony-nested .telephony-nested')
      .getByRole('button', { name: 'add row' })
      .click();
    await user.getByRole('textbox', { name: 'Key' }).last().fill('deep');
    await chooseType('sha256');
    await user.getByRole('textbox', { name: 'Value' }).last().fill('{{callId}}');
    await editor.screenshot('nested');
    const expected = [
      {
        key: 'outer',
        type: 'object',
        value: [
          {
            key: 'list',
            type: 'array',
            value: [{ key: '', type: 'object', value: [{ key: 'deep', type: 'sha256', value: '{{callId}}' }] }],
          },
        ],
      },
    ];
    assert.deepEqual(await savedRows('user'), expected);
  });

  it('hints that query parameters suit GET better, with POST only', async () => {
    await tab('Parameters');
    const hint = editor.panel.getByText('Query parameters suit GET better');
    assert.equal(await hint.isVisible(), false);
    await addRow('query', 'a', 'b');
    assert.equal(await hint.isVisible(), true);
    await tab('Request');
    await editor.field('method').selectOption('GET');
    await tab('Parameters');
    assert.equal(await hint.isVisible(), false);
  });

  it('previews the request as the runtime renders it', async () => {
    await editor.field('format').selectOption('json');
    await tab('Parameters');
    await addRow('user', 'Key', 'Example');
    await tab('Preview');
    const preview = editor.panel.locator('.telephony-preview');
    await preview.getByText('POST https://example.com/').waitFor();
    assert.match((await preview.textContent()) ?? '', /"Key": "Example"/);
    await editor.panel.getByRole('button', { name: 'Copy as cURL' }).click();
    assert.match(await editor.clipboard(), /^curl -X POST 'https:\/\/example\.com\/'/);
    await editor.screenshot('preview');
  });
});

describe('secrets in a panel', function () {
  this.timeout(60_000);
  let red: NodeRedProcess;
  let editor: EditorPage;
  before(async () => {
    red = await startNodeRed({ version: '5', flows: richFlow });
    editor = await EditorPage.open(red.url, 'secrets', 'light');
  });
  after(async () => {
    await editor?.close();
    await red?.stop();
  });
  afterEach(() => assert.deepEqual(editor.errors.splice(0), []));
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
    await editor.panel.getByRole('button', { name: 'add secret' }).click();
    await rows().nth(2).getByLabel('Name').fill('third');
    await rows().nth(2).getByLabel('Password').fill('3"');
    assert.equal(await editor.panel.getByText('after a change, type all of them').isVisible(), false);
    await editor.done();
    assert.deepEqual((await editor.saved('endpoint'))['secretNames'], ['apiKey', 'region', 'third']);
    const { secrets } = (await credentials('endpoint')) as { secrets: string };
    assert.deepEqual(JSON.parse(secrets), { apiKey: 'new key', region: 'eu-2', third: '3"' });
  });

  it('have names that cannot be part of an encoded address', async () => {
    await editor.openPanel('template');
    await editor.panel.getByRole('link', { name: 'Options', exact: true }).click();
    await rows().first().getByLabel('Name').fill('D0');
    await editor.panel.getByText('at least three letters').waitFor();
    await editor.cancel();
  });

  const keys = () => editor.panel.locator('#telephony-signingSecrets input[type=text]');

  it('that sign are made at a click, and a pair shows its public half', async () => {
    await editor.openPanel('endpoint');
    await editor.field('signing').selectOption('standard');
    for (const kind of ['generate', 'pair']) {
      await editor.panel.getByRole('button', { name: 'add key' }).click();
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
    await editor.panel.getByRole('button', { name: 'add key' }).click();
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
      ['twilio', ['secret', 'publicUrl']],
      ['telnyx', ['secret', 'toleranceSeconds']],
    ] as const) {
      await editor.field('verify').selectOption(verify);
      const fields = ['secret', 'toleranceSeconds', 'publicUrl', 'hmacHeader', 'hmacContent', 'token'];
      const visible = [];
      for (const name of fields) if (await editor.field(name).isVisible()) visible.push(name);
      assert.deepEqual(visible, shown);
      await editor.screenshot(`verify-${verify}`);
    }
    await editor.cancel();
  });
});

describe('other widgets of the panels', function () {
  this.timeout(60_000);
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
      await numbers.getByRole('button', { name: 'add' }).click();
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
