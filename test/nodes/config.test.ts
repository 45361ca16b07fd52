/** What the nodes save: defaults for what is missing, tolerance for what means the same, a problem that names the field for the rest. */
import assert from 'node:assert/strict';
import * as deliveries from '../../nodes/telephony-deliveries/config';
import * as deliveryStore from '../../nodes/telephony-delivery-store/config';
import * as eventIn from '../../nodes/telephony-event-in/config';
import * as source from '../../nodes/telephony-source/config';
import * as endpoint from '../../nodes/telephony-webhook-endpoint/config';
import * as webhookOut from '../../nodes/telephony-webhook-out/config';
import * as retry from '../../nodes/telephony-webhook-retry/config';
import * as template from '../../nodes/telephony-webhook-template/config';
import type { Problem } from '../../src/errors';
import { countryProblem, toE164 } from '../../src/event/phone-number';
import { inEnglish } from '../support/in-english';

type Parse = (saved: unknown) => { readonly config: object; readonly problems: readonly Problem[] };

const nodes: Readonly<Record<string, { readonly defaults: object; readonly parseConfig: Parse }>> = {
  'telephony-event-in': eventIn,
  'telephony-webhook-template': template,
  'telephony-webhook-out': webhookOut,
  'telephony-webhook-retry': retry,
  'telephony-deliveries': deliveries,
  'telephony-source': source,
  'telephony-webhook-endpoint': endpoint,
  'telephony-delivery-store': deliveryStore,
};

/** Properties that a flow has to have. */
const needed: Readonly<Record<string, readonly string[]>> = { 'telephony-event-in': ['source'] };

describe('saved configurations', () => {
  for (const [type, { defaults, parseConfig }] of Object.entries(nodes)) {
    describe(type, () => {
      const fields = (problems: readonly Problem[]): readonly string[] => problems.map(({ field }) => field);

      it('has defaults that are valid, as far as they can be', () => {
        assert.deepEqual(fields(parseConfig(defaults).problems), needed[type] ?? []);
        assert.equal((defaults as { version?: number }).version, 1);
      });

      it('reads what is missing, version too, as its default', () => {
        const { config, problems } = parseConfig({});
        assert.deepEqual(fields(problems), needed[type] ?? []);
        const read = config as Record<string, unknown>;
        const known = defaults as Record<string, unknown>;
        // Only parameters that the flow names are sent; a new panel suggests some.
        for (const name of Object.keys(read)) {
          if (name in known && name !== 'available') assert.deepEqual(read[name], known[name], name);
        }
      });

      for (const nothing of [undefined, null, 'text', 7, []]) {
        it(`reads ${JSON.stringify(nothing) ?? 'undefined'} like an empty configuration`, () => {
          assert.deepEqual(parseConfig(nothing), parseConfig({}));
        });
      }

      it('ignores properties that it does not know, and those that Node-RED adds', () => {
        const stranger = { id: 'a1', type, z: 'f1', x: 10, y: 20, wires: [[]], future: { anything: true } };
        assert.deepEqual(parseConfig({ ...defaults, ...stranger }), parseConfig(defaults));
      });

      it('takes numbers and booleans that arrive as text', () => {
        const asText = Object.fromEntries(
          Object.entries(defaults).map(([name, value]) => [
            name,
            typeof value === 'number' || typeof value === 'boolean' ? ` ${value} ` : value,
          ]),
        );
        assert.deepEqual(parseConfig(asText), parseConfig(defaults));
      });
    });
  }
});

const wrong: readonly (readonly [type: string, saved: Record<string, unknown>, field: string])[] = [
  ['telephony-event-in', { source: '' }, 'source'],
  ['telephony-event-in', { events: [] }, 'events'],
  ['telephony-event-in', { events: {} }, 'events'],
  ['telephony-event-in', { events: ['call.ended', {}] }, 'events[1]'],
  ['telephony-event-in', { callTypes: ['sideways'] }, 'callTypes'],
  ['telephony-event-in', { onceWithinSeconds: 'soon' }, 'onceWithinSeconds'],
  ['telephony-event-in', { onceWithinSeconds: 0 }, 'onceWithinSeconds'],
  ['telephony-event-in', { name: { first: 'x' } }, 'name'],
  ['telephony-webhook-template', { method: 'FETCH' }, 'method'],
  ['telephony-webhook-template', { format: 'yaml' }, 'format'],
  ['telephony-webhook-template', { names: 'klingon' }, 'names'],
  ['telephony-webhook-template', { valuesAsText: 'perhaps' }, 'valuesAsText'],
  ['telephony-webhook-template', { format: 'json-rpc', rpcMethod: ' ' }, 'rpcMethod'],
  ['telephony-webhook-template', { secretNames: ['D0'] }, 'secretNames[0]'],
  ['telephony-webhook-template', { user: 'Key=Example' }, 'user'],
  ['telephony-webhook-template', { user: [{ key: 'a', type: 'text', value: 'b' }, 7] }, 'user[1]'],
  ['telephony-webhook-template', { user: [{ key: ' ', type: 'text', value: 'b' }] }, 'user[0].key'],
  ['telephony-webhook-template', { query: [{ key: 'a', type: 'date', value: 'b' }] }, 'query[0].type'],
  ['telephony-webhook-template', { headers: [{ key: 'a', type: 'text', value: ['b'] }] }, 'headers[0].value'],
  [
    'telephony-webhook-template',
    { user: [{ key: 'a', type: 'object', value: [{ key: '', type: 'array', value: [] }] }] },
    'user[0].value[0].key',
  ],
  ['telephony-webhook-template', { user: [{ key: 'a', type: 'object', value: '{}' }] }, 'user[0].value'],
  ['telephony-webhook-out', { method: 'PO ST' }, 'method'],
  ['telephony-webhook-out', { url: 'ftp://example.com/' }, 'url'],
  ['telephony-webhook-out', { url: 'localhost:1880/hook' }, 'url'],
  ['telephony-webhook-out', { success: '20' }, 'success'],
  ['telephony-webhook-out', { timeoutMs: 1 }, 'timeoutMs'],
  ['telephony-webhook-out', { orderWaitMs: -1 }, 'orderWaitMs'],
  ['telephony-webhook-out', { response: 'xml' }, 'response'],
  ['telephony-webhook-out', { schedule: 'weekly' }, 'schedule'],
  ['telephony-webhook-out', { schedule: 'list', delays: '5s, soon' }, 'delays'],
  ['telephony-webhook-out', { retryIfError: 'sometimes' }, 'retryIfError'],
  ['telephony-webhook-retry', { retryOn: 'friday' }, 'retryOn'],
  ['telephony-webhook-retry', { maxAttempts: 0 }, 'maxAttempts'],
  ['telephony-webhook-retry', { jitter: 2 }, 'jitter'],
  ['telephony-deliveries', { action: 'explode' }, 'action'],
  ['telephony-deliveries', { alertAfterSeconds: -1 }, 'alertAfterSeconds'],
  ['telephony-source', { kind: 'carrier-pigeon' }, 'kind'],
  ['telephony-source', { timeZone: 'Mars/Olympus' }, 'timeZone'],
  ['telephony-source', { countryCode: 'GBR' }, 'countryCode'],
  ['telephony-source', { countryCode: '4400' }, 'countryCode'],
  ['telephony-source', { countryCode: '+' }, 'countryCode'],
  ['telephony-source', { allowFrom: ['203.0.113.7', '999.1.1.1'] }, 'allowFrom[1]'],
  ['telephony-source', { allowFrom: ['10.1'] }, 'allowFrom[0]'],
  ['telephony-source', { allowFrom: ['pbx.example.com'] }, 'allowFrom[0]'],
  ['telephony-source', { path: '/a?b=c' }, 'path'],
  ['telephony-source', { path: '/a/:id' }, 'path'],
  ['telephony-source', { verify: 'token', tokenName: '' }, 'tokenName'],
  ['telephony-source', { verify: 'hmac', hmacHeader: 'X Sign' }, 'hmacHeader'],
  ['telephony-source', { verify: 'hmac', hmacContent: '{{timestamp}}.{{body}}' }, 'hmacContent'],
  ['telephony-source', { toleranceSeconds: 0 }, 'toleranceSeconds'],
  ['telephony-source', { publicUrl: 'pbx.example.com' }, 'publicUrl'],
  ['telephony-source', { kind: 'simulator', callsPerMinute: 0 }, 'callsPerMinute'],
  ['telephony-webhook-endpoint', { baseUrl: 'ftp://example.com' }, 'baseUrl'],
  ['telephony-webhook-endpoint', { baseUrl: 'https://user:pw@example.com' }, 'baseUrl'],
  ['telephony-webhook-endpoint', { baseUrl: 'http://crm.example.com:99999' }, 'baseUrl'],
  ['telephony-webhook-endpoint', { auth: 'kerberos' }, 'auth'],
  ['telephony-webhook-endpoint', { auth: 'bearer', tokenPrefix: 'Be\narer' }, 'tokenPrefix'],
  ['telephony-webhook-endpoint', { oauthGrant: 'password' }, 'oauthGrant'],
  ['telephony-webhook-endpoint', { auth: 'oauth2', clientId: 'x' }, 'tokenUrl'],
  ['telephony-webhook-endpoint', { auth: 'oauth2', clientId: 'x', tokenUrl: 'login.example.com' }, 'tokenUrl'],
  ['telephony-webhook-endpoint', { auth: 'oauth2', tokenUrl: 'https://login.example.com/' }, 'clientId'],
  ['telephony-webhook-endpoint', { auth: 'bearer', signing: 'hmac', hmacHeader: 'authorization' }, 'hmacHeader'],
  ['telephony-webhook-endpoint', { clientPlace: 'query' }, 'clientPlace'],
  ['telephony-webhook-endpoint', { auth: 'header', headerName: 'X Key' }, 'headerName'],
  ['telephony-webhook-endpoint', { signing: 'wax' }, 'signing'],
  ['telephony-webhook-endpoint', { signing: 'hmac', hmacHeader: 'webhook-id' }, 'hmacHeader'],
  ['telephony-webhook-endpoint', { signing: 'hmac', hmacContent: 'all of it' }, 'hmacContent'],
  ['telephony-webhook-endpoint', { signing: 'hmac', hmacPrefix: '{{body}}' }, 'hmacPrefix'],
  [
    'telephony-webhook-endpoint',
    { signing: 'hmac', hmacHeader: 'x-key', auth: 'header', headerName: 'X-Key' },
    'hmacHeader',
  ],
  ['telephony-webhook-endpoint', { hmacSeparator: ['v1'] }, 'hmacSeparator'],
  ['telephony-webhook-endpoint', { addressPolicy: 'list' }, 'allow'],
  ['telephony-webhook-endpoint', { allow: ['crm.example', 'http://crm.example'] }, 'allow[1]'],
  ['telephony-webhook-endpoint', { concurrency: 1.5 }, 'concurrency'],
  ['telephony-webhook-endpoint', { ratePerSecond: -1 }, 'ratePerSecond'],
  ['telephony-delivery-store', { kind: 'stone' }, 'kind'],
  ['telephony-delivery-store', { retentionDays: 0 }, 'retentionDays'],
  ['telephony-delivery-store', { maxMegabytes: 'Infinity' }, 'maxMegabytes'],
];

describe('nonsense in a saved configuration', () => {
  for (const [type, saved, field] of wrong) {
    it(`${type} names ${field} for ${JSON.stringify(saved)}`, () => {
      const { problems } = nodes[type]?.parseConfig({ source: 'src1', ...saved }) ?? assert.fail(type);
      const [problem] = problems;
      assert.equal(problem?.field, field);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.ok(problem.message.length > 10);
    });
  }
});

describe('the method of a webhook out that was an http request', () => {
  for (const method of ['use', 'USE']) {
    it(`is the message's where it is saved as ${method}`, () => {
      const { config, problems } = webhookOut.parseConfig({ method });
      assert.deepEqual([config.method, problems], ['', []]);
    });
  }
});

describe('a new node', () => {
  for (const [type, { defaults, parseConfig }] of [
    ['telephony-webhook-out', webhookOut],
    ['telephony-webhook-retry', retry],
  ] as const) {
    for (const [saved, attempts] of [
      [{}, 10],
      [{ schedule: 'list', delays: '1s,2s' }, 3],
      [{ schedule: 'hot' }, 9],
      [{ schedule: 'fixed' }, 10],
      [{ schedule: 'list', delays: '1s,2s', maxAttempts: '5' }, 5],
    ] as const) {
      it(`${type} makes ${attempts} attempts with ${JSON.stringify(saved)}`, () => {
        assert.equal(parseConfig({ ...defaults, ...saved }).config.policy.maxAttempts, attempts);
      });
    }
  }
});

describe('what means the same', () => {
  it('is a list also as one text with commas, semicolons or lines', () => {
    const { config } = eventIn.parseConfig({ source: 'src1', numbers: '+441, 020 7946;\n+441\n' });
    assert.deepEqual(config.numbers, ['+441', '020 7946']);
  });

  it('is a row of type text where no type is given, and a text where the value is a number', () => {
    const { config, problems } = template.parseConfig({ user: [{ key: ' a ', value: 5 }] });
    assert.deepEqual(problems, []);
    assert.deepEqual(config.user, [{ key: 'a', type: 'text', value: '5' }]);
  });

  it('keeps rows nested to any depth, without keys inside arrays', () => {
    let value: unknown = [{ key: 'leaf', type: 'text', value: 'x' }];
    for (let depth = 0; depth < 50; depth += 1)
      value = [{ key: 'dropped', type: 'array', value: [{ type: 'object', value }] }];
    const { config, problems } = template.parseConfig({ user: value });
    assert.deepEqual(problems, []);
    assert.equal(JSON.stringify(config.user).split('"leaf"').length, 2);
    const [outer] = config.user;
    assert.equal(outer?.key, 'dropped');
    assert.deepEqual(Array.isArray(outer?.value) && (outer.value[0] as { key: string }).key, '');
  });

  it('is a word in capitals or not', () => {
    const { config, problems } = template.parseConfig({ method: 'put', format: 'JSON', names: 'Kompaas' });
    assert.deepEqual(problems, []);
    assert.deepEqual([config.method, config.format, config.names], ['PUT', 'json', 'kompaas']);
  });

  it('is named in full where it is wrong, in a sentence that stays short however deep it is', () => {
    let value: unknown = [{ type: 'text', value: 'no key' }];
    for (let depth = 0; depth < 60; depth += 1) value = [{ key: 'a', type: 'object', value }];
    const [problem] = template.parseConfig({ user: value }).problems;
    assert.equal(problem?.field, `user${'[0].value'.repeat(60)}[0].key`);
    assert.match(problem?.message ?? '', /^user\[0\]\.value.{40,60}… must not be empty$/);
  });

  it('is refused, by the name of its table, where rows are nested beyond what anybody means', () => {
    let value: unknown = [];
    for (let depth = 0; depth < 20_000; depth += 1) value = [{ key: 'a', type: 'object', value }];
    const { problems } = template.parseConfig({ user: value });
    assert.deepEqual(inEnglish(problems), [{ field: 'user', message: 'user holds rows nested more than 200 deep' }]);
  });

  for (const countryCode of ['GB', 'gb', '44', '+44', '0044', 44]) {
    it(`is the country ${JSON.stringify(countryCode)}`, () => {
      const { config, problems } = source.parseConfig({ countryCode });
      assert.deepEqual(problems, []);
      assert.equal(countryProblem(config.countryCode), undefined);
      assert.equal(toE164('020 7946 0123', config.countryCode), '+442079460123');
    });
  }

  it('is a path with and without its slash', () => {
    const paths = ['/hook', 'hook'].map((path) => source.parseConfig({ path }).config);
    assert.deepEqual(paths[0], paths[1]);
  });

  it('keeps the spaces of a body and of a date pattern', () => {
    const { config } = template.parseConfig({ text: ' {{a}}\n', dateFormat: 'dd MM ' });
    assert.equal(config.text, ' {{a}}\n');
    assert.equal(config.dateFormat, 'dd MM ');
  });

  it('reads only the fields of the chosen kind of source', () => {
    const { config } = source.parseConfig({ kind: 'simulator', seed: 7, path: '/a?b' });
    assert.ok(config.kind === 'simulator');
    assert.equal(config.seed, '7');
    assert.ok(!('path' in config));
  });
});
