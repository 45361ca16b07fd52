/**
 * Every property that a panel saves: changed, deployed, loaded anew, found the same. What is saved is what Node-RED's editor
 * was told to save, so a property without a case fails.
 */
import assert from 'node:assert/strict';
import type { Field, FieldType } from '../../src/template/field';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { BOTH, EditorPage, missingBrowser } from './editor-page';
import {
  account,
  code,
  type Entry,
  keys,
  keyText,
  length,
  lines,
  password,
  pattern,
  plain,
  rows,
  secrets,
  ticks,
} from './panel-fields';

const row = (key: string, type: FieldType, value: Field['value']): Field => ({ key, type, value });

/** By the type of node: one node for each case. Choices that bring out further fields come before these. */
const cases: Readonly<Record<string, readonly Readonly<Record<string, Entry>>[]>> = {
  'telephony-event-in': [
    {
      name: plain('Other calls'),
      source: plain('telephony-source-2'),
      events: ticks({
        'call.missed': 'Missed',
        'call.answered:queue': 'Answered out of a queue',
        '*': 'Everything about calls and messages',
      }),
      callTypes: ticks({ inbound: 'inbound', internal: 'internal' }),
      numbers: lines('+442079460123', '+442079460999'),
      webhookId: plain('x9'),
      onceBy: plain('callId'),
      onceWithinSeconds: plain('60'),
    },
  ],
  'telephony-webhook-template': [
    {
      name: plain('For the CRM'),
      description: plain('Two lines\nof words'),
      method: plain('PUT'),
      url: plain('https://example.com:8443/{{callId}}?a=b'),
      query: rows(row('v', 'number', '2'), row('who', 'text', '{{callerNumber}}')),
      headers: rows(row('X-Key', 'text', '%apiKey%'), row('X-Hash', 'md5', '{{callId}}')),
      secretNames: secrets({ apiKey: 'hidden', region: 'eu' }),
      names: plain('ringostat'),
      available: ticks({ uniqueid: 'uniqueid', caller: 'caller' }),
      user: rows(
        row('note', 'text', 'from {{caller}}'),
        row('data', 'object', [
          row('tags', 'array', [row('', 'text', 'vip'), row('', 'number', '5')]),
          row('sure', 'boolean', 'true'),
        ]),
        ...(['crc32', 'sha1', 'sha256', 'msg', 'flow', 'global', 'env'] as const).map((type) => row(type, type, 'x')),
        row('total', 'jsonata', '1 + 2'),
      ),
      timeZone: plain('Europe/Kyiv'),
      dateFormat: pattern('DD.MM.YYYY'),
      unknown: plain('empty'),
      format: plain('json-rpc'),
      rpcMethod: plain('calls.add'),
      rpcId: plain('{{callId}}-1'),
      valuesAsText: plain(true),
      contentType: plain('application/json-rpc'),
    },
    { format: plain('text'), text: code('call {{callId}} from {{callerNumber}}') },
    { format: plain('raw'), rawProperty: plain('body.inner') },
  ],
  'telephony-webhook-out': [
    {
      name: plain('To the CRM'),
      endpoint: plain('telephony-webhook-endpoint-1'),
      url: plain('/calls'),
      method: plain('PATCH'),
      schedule: plain('exponential'),
      initialDelayMs: length(2000, '2', 'seconds'),
      factor: plain('3'),
      maxDelayMs: length(5_400_000, '90', 'minutes'),
      maxAttempts: plain('6'),
      maxAgeMs: length(172_800_000, '2', 'days'),
      jitter: plain('0.5'),
      success: plain('200, 202'),
      timeoutMs: length(2500, '2500', 'milliseconds'),
      response: plain('json'),
      orderBy: plain('payload.customer'),
      orderWaitMs: length(30_000, '30', 'seconds'),
      store: plain('telephony-delivery-store-1'),
    },
    { schedule: plain('list'), delays: plain('1s, 90s') },
    { retryIfError: plain(false) },
  ],
  'telephony-webhook-retry': [
    {
      name: plain('Once more'),
      retryOn: plain('transient'),
      schedule: plain('exponential'),
      initialDelayMs: length(3000, '3', 'seconds'),
      factor: plain('1.5'),
      maxDelayMs: length(60_000, '1', 'minutes'),
      maxAttempts: plain('4'),
      maxAgeMs: length(86_400_000, '1', 'days'),
      jitter: plain('0'),
      store: plain('telephony-delivery-store-1'),
    },
    { schedule: plain('list'), delays: plain('7s') },
  ],
  'telephony-deliveries': [
    {
      name: plain('Alarm'),
      action: plain('alerts'),
      alertAfterSeconds: plain('25'),
      store: plain('telephony-delivery-store-1'),
    },
  ],
  'telephony-source': [
    {
      name: plain('Head office'),
      dialect: plain('smartflo'),
      path: plain('/other'),
      publicUrl: plain('https://pbx.example.com'),
      verify: plain('hmac'),
      hmacHeader: plain('X-Sign'),
      hmacPrefix: plain('v1='),
      hmacAlgorithm: plain('sha512'),
      hmacEncoding: plain('base64'),
      hmacTimestampHeader: plain('X-Sign-Time'),
      hmacContent: plain('{{timestamp}}.{{body}}'),
      secret: password('a signing key'),
      toleranceSeconds: plain('60'),
      allowFrom: lines('203.0.113.0/24', '198.51.100.7'),
      timeZone: plain('Europe/Kyiv'),
      countryCode: plain('UA'),
      fixed: rows(row('accountId', 'text', '104233'), row('isTest', 'boolean', 'true'), row('price', 'number', '2')),
    },
    {
      path: plain('/by-token'),
      mapping: rows(row('callerNumber', 'text', 'data.from'), row('eventType', 'text', 'data.kind')),
      verify: plain('token'),
      tokenIn: plain('query'),
      tokenName: plain('key'),
      token: password('a token'),
    },
    { path: plain('/by-password'), verify: plain('basic'), username: account('pbx'), password: password('hush') },
    {
      kind: plain('asterisk-ami'),
      host: plain('pbx.example.com'),
      port: plain('5039'),
      tls: plain(true),
      fingerprint: plain('AB'.repeat(32)),
      username: account('manager'),
      secret: password('of the manager'),
      plainLogin: plain(true),
      extensionPattern: plain('^[1-4]\\d{3}$'),
      trunks: lines('telco'),
      trunkContexts: lines('from-telco'),
      ivrContexts: lines('menu-*', 'ivr'),
      ringGroupContexts: lines('groups'),
      voicemailContexts: lines('mailbox'),
    },
    {
      kind: plain('simulator'),
      callsPerMinute: plain('12'),
      scenarios: ticks({ busy: 'Busy', missed: 'Missed' }),
      seed: plain('seven'),
    },
  ],
  'telephony-webhook-endpoint': [
    {
      name: plain('CRM'),
      baseUrl: plain('https://crm.example.com/api'),
      addressPolicy: plain('list'),
      allow: lines('crm.example.com', '10.0.0.0/8'),
      auth: plain('oauth2'),
      tokenUrl: plain('https://login.example.com/token'),
      oauthGrant: plain('refresh-token'),
      clientId: plain('pbx'),
      clientSecret: password('of the client'),
      refreshToken: password('of last year'),
      clientPlace: plain('basic'),
      scope: plain('calls.write calls.read'),
      audience: plain('https://crm.example.com'),
      tokenPrefix: plain('Zoho-oauthtoken'),
      secretNames: secrets({ apiKey: 'k', region: 'eu' }),
      signing: plain('hmac'),
      hmacTimestampHeader: plain('X-Sign-Time'),
      hmacAlgorithm: plain('sha512'),
      hmacEncoding: plain('base64'),
      hmacContent: plain('{{timestamp}}.{{body}}'),
      hmacHeader: plain('X-Sign'),
      hmacPrefix: plain('t={{timestamp}},v1='),
      hmacSeparator: plain(' '),
      signingSecrets: keys('whisper'),
      concurrency: plain('8'),
      ratePerSecond: plain('2.5'),
      burst: plain('5'),
      breaker: plain('20'),
      breakerPercent: plain('75'),
      tls: plain('certificate'),
      proxy: plain('way-out'),
    },
    { auth: plain('basic'), username: account('ann'), password: password('hush') },
    { auth: plain('header'), headerName: plain('X-Api-Token'), token: password('t0ken') },
    {
      auth: plain('oauth2'),
      oauthGrant: plain('service-account'),
      privateKey: keyText('-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----'),
      tokenUrl: plain(''),
      issuer: plain('pbx@project.example.com'),
      subject: plain('ann@example.com'),
    },
  ],
  'telephony-delivery-store': [
    {
      name: plain('Elsewhere'),
      path: plain('elsewhere.db'),
      retentionDays: plain('7'),
      maxMegabytes: plain('100'),
      logBodies: plain(false),
    },
    { kind: plain('memory') },
  ],
};

interface Case {
  readonly id: string;
  readonly type: string;
  readonly entries: Readonly<Record<string, Entry>>;
}

const all: readonly Case[] = Object.entries(cases).flatMap(([type, ofType]) =>
  ofType.map((entries, index) => ({ id: `${type}-${index + 1}`, type, entries })),
);

/** New nodes, as the palette makes them but for their source. */
const flow: readonly FlowNode[] = [
  { id: 'flow', type: 'tab', label: 'Fields' },
  { id: 'certificate', type: 'tls-config', name: 'Ours' },
  { id: 'way-out', type: 'http proxy', name: 'Way out', url: 'http://proxy.example.com:3128', noproxy: [] },
  ...all.map(({ id, type }, index) => {
    const isConfig = /source|endpoint|store/.test(type);
    return {
      ...{ id, type },
      ...(isConfig ? {} : { z: 'flow', x: 300, y: 60 * (index + 1), wires: [] }),
      ...(type === 'telephony-source' && { path: `/${id}` }),
      ...(type === 'telephony-event-in' && { source: 'telephony-source-1' }),
    };
  }),
];

for (const [version, theme] of BOTH) {
  describe(`every field, on Node-RED ${version}`, () => {
    if (missingBrowser) throw new Error(missingBrowser);
    let red: NodeRedProcess;
    let editor: EditorPage;
    const savedOf = async ({ id, entries }: Case): Promise<Record<string, unknown>> => {
      const saved = await editor.saved(id);
      const names = Object.keys(entries).filter((name) => entries[name]?.saved !== undefined);
      return Object.fromEntries(names.map((name) => [name, saved[name]]));
    };
    const expected = ({ entries }: Case, what: 'saved' | 'seen'): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(entries).flatMap(([name, entry]) => (entry[what] === undefined ? [] : [[name, entry[what]]])),
      );

    before(async () => {
      red = await startNodeRed({ version, flows: flow });
      editor = await EditorPage.open(red.url, `fields-${version}`, theme, { width: 1400, height: 1300 });
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });
    afterEach(async () => {
      if (await editor.panel.isVisible()) await editor.cancel();
      assert.deepEqual(editor.errors.splice(0), []);
    });

    for (const [type, ofType] of Object.entries(cases)) {
      it(`of ${type} has a case that changes it`, async () => {
        const { defaults, credentials } = (await editor.page.evaluate(`(() => {
          const { defaults, credentials = {} } = RED.nodes.getType('${type}');
          const values = Object.entries(defaults).map(([name, { value }]) => [name, value]);
          return { defaults: Object.fromEntries(values), credentials: Object.keys(credentials) };
        })()`)) as { defaults: Record<string, unknown>; credentials: readonly string[] };
        const covered = ofType.flatMap((entries) =>
          Object.entries(entries).flatMap(([name, { credential = [] }]) => [name].concat(credential)),
        );
        const wanted = [...Object.keys(defaults), ...credentials].filter((name) => name !== 'version');
        assert.deepEqual([...new Set(covered)].sort(), wanted.sort());
        for (const name of Object.keys(defaults)) {
          const values = ofType.flatMap((entries) => entries[name]?.saved ?? []);
          const isDefault = JSON.stringify(values) === JSON.stringify([defaults[name]].flat());
          assert.ok(name === 'version' || !isDefault, `${name} is changed to what it is`);
        }
      });
    }

    for (const one of all) {
      it(`takes what is typed: ${one.id}`, async () => {
        await editor.openPanel(one.id);
        for (const [name, entry] of Object.entries(one.entries)) await entry.enter(editor, name);
        await editor.screenshot(one.id);
        await editor.done();
        assert.deepEqual(await savedOf(one), expected(one, 'saved'));
        assert.equal(await editor.isValid(one.id), true);
      });
    }

    it('is deployed', async () => {
      await editor.deploy();
      await editor.reload();
    });

    for (const one of all) {
      it(`shows the same when all is loaded anew: ${one.id}`, async () => {
        assert.deepEqual(await savedOf(one), expected(one, 'saved'));
        await editor.openPanel(one.id);
        const seen: Record<string, unknown> = {};
        for (const [name, entry] of Object.entries(one.entries)) seen[name] = await entry.see(editor, name);
        assert.deepEqual(seen, expected(one, 'seen'));
        await editor.done();
        assert.deepEqual(await savedOf(one), expected(one, 'saved'));
      });
    }
  });
}
