/** Requests as their receiver gets them, in every format and method, with every kind of row. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/json';
import type { FlowNode } from '../../support/node-red-process';
import type { Received } from '../../support/receiver';
import type { Workbench } from './workbench';

const field = (key: string, value: unknown, type = 'text'): JsonObject => ({ key, type, value }) as JsonObject;

/** A call that tries to break out of wherever it is put. */
const NAME = `Ann "A&B" <é> \\ %25 {{x}} + / ? #`;
const CALL: JsonObject = {
  eventType: 'call.ended',
  callId: 'c 1/../2',
  callerNumber: '+12025550142',
  callerName: NAME,
  startTime: '2026-11-21T05:14:00Z',
  endTime: '2026-11-21T05:14:15Z',
  billsec: 6,
  status: 'answered',
};

interface Shape {
  readonly template: JsonObject;
  readonly method?: string;
  /** After `/out/<name>`. */
  readonly url?: string;
  readonly contentType?: string | undefined;
  readonly body?: string;
  readonly json?: unknown;
  readonly form?: readonly (readonly [string, string])[];
  readonly query?: readonly (readonly [string, string])[];
}

const ticked = { available: ['callId', 'billsec', 'callerName', 'answerTime'] };
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const VALUES = { callId: 'c 1/../2', billsec: 6, callerName: NAME, answerTime: null };
const PAIRS = [
  ['callId', 'c 1/../2'],
  ['billsec', '6'],
  ['callerName', NAME],
  ['answerTime', ''],
] as const;

const SHAPES: Readonly<Record<string, Shape>> = {
  'json-post': { template: ticked, contentType: JSON_TYPE, json: VALUES },
  'json-put': { template: { ...ticked, method: 'PUT' }, method: 'PUT', contentType: JSON_TYPE, json: VALUES },
  'json-patch': { template: { ...ticked, method: 'PATCH' }, method: 'PATCH', contentType: JSON_TYPE, json: VALUES },
  'json-delete': { template: { ...ticked, method: 'DELETE' }, method: 'DELETE', contentType: JSON_TYPE, json: VALUES },
  'all-text': { template: { ...ticked, valuesAsText: true }, json: { ...VALUES, billsec: '6', answerTime: '' } },
  'get-query': {
    template: {
      ...ticked,
      method: 'GET',
      user: [field('who', '{{callerNumber}}')],
      query: [field('last', '{{status}}')],
    },
    method: 'GET',
    contentType: undefined,
    body: '',
    query: [...PAIRS, ['who', '+12025550142'], ['last', 'answered']],
  },
  'form-flat': { template: { ...ticked, format: 'form' }, contentType: FORM_TYPE, form: PAIRS },
  'form-nested': {
    template: {
      format: 'form',
      user: [
        field(
          'call',
          [field('who', '{{callerName}}'), field('tags', [field('', 'a'), field('', '{{status}}')], 'array')],
          'object',
        ),
      ],
    },
    form: [
      ['call[who]', NAME],
      ['call[tags][]', 'a'],
      ['call[tags][]', 'answered'],
    ],
  },
  nested: {
    template: {
      user: [
        field(
          'call',
          [
            field(
              'deep',
              [
                field(
                  'list',
                  [field('', '{{billsec}}', 'number'), field('', [field('n', '{{callerName}}')], 'object')],
                  'array',
                ),
              ],
              'object',
            ),
            field('ok', 'true', 'boolean'),
            field('seconds', '{{billsec}}', 'number'),
            field('text', '{{billsec}}'),
          ],
          'object',
        ),
        field('none', [], 'array'),
      ],
    },
    json: {
      call: { deep: { list: [6, { n: NAME }] }, ok: true, seconds: 6, text: '6' },
      none: [],
    },
  },
  hashes: {
    template: {
      user: ['md5', 'crc32', 'sha1', 'sha256'].map((type) => field(type, '{{status}}', type)),
    },
    json: {
      md5: 'bef43a30845ab1a8e7dd32f6f7a9de3b',
      crc32: '6d768ae8',
      sha1: '76e806bac8f67f0550fefa93d0ca9ae041cc0226',
      sha256: '68c780cd132a0299c7cd3fa8649783cbc2872a98d90cd4ed6b9696e3c61c4c68',
    },
  },
  'json-rpc': {
    template: { ...ticked, format: 'json-rpc', rpcMethod: 'call.{{status}}', rpcId: '{{callId}}' },
    contentType: JSON_TYPE,
    json: { jsonrpc: '2.0', method: 'call.answered', params: VALUES, id: 'c 1/../2' },
  },
  'text-json': {
    template: { format: 'text', text: '{"d":{{billsec}},"n":"${{callerName}}","t":"%25","none":{{answerTime}}}' },
    contentType: JSON_TYPE,
    json: { d: 6, n: NAME, t: '%25', none: null },
  },
  'text-plain': {
    template: { format: 'text', text: 'Call from {{callerName}} \n({{upper status}})' },
    contentType: 'text/plain',
    body: `Call from ${NAME} \n(ANSWERED)`,
  },
  'text-xml': {
    template: { format: 'text', contentType: 'application/xml', text: '<c n="{{callerName}}">{{callerName}}</c>' },
    contentType: 'application/xml',
    body: '<c n="Ann &quot;A&amp;B&quot; &lt;é&gt; \\ %25 {{x}} + / ? #">Ann &quot;A&amp;B&quot; &lt;é&gt; \\ %25 {{x}} + / ? #</c>',
  },
  'text-form': {
    template: { format: 'text', contentType: FORM_TYPE, text: 'a={{callerName}}&b={{billsec}}' },
    contentType: FORM_TYPE,
    form: [
      ['a', NAME],
      ['b', '6'],
    ],
  },
  raw: {
    template: { format: 'raw', rawProperty: 'payload.raw.callerName', contentType: 'text/csv' },
    contentType: 'text/csv',
    body: NAME,
  },
  'no-type': { template: { ...ticked, contentType: 'none' }, contentType: undefined, json: VALUES },
  times: {
    template: { available: ['startTime', 'eventDate', 'eventClock'], timeZone: 'Asia/Kolkata', dateFormat: 'standard' },
    json: { startTime: '2026-11-21 10:44:00', eventDate: '2026-11-21', eventClock: '10:44:15' },
  },
  unix: { template: { available: ['startTime'], dateFormat: 'unix' }, json: { startTime: 1795238040 } },
  pattern: {
    template: { available: ['startTime'], dateFormat: 'DD.MM.YYYY HH:mm' },
    json: { startTime: '21.11.2026 05:14' },
  },
  path: {
    template: { ...ticked, url: '/{{callerName}}/x?n={{callerName}}&s={{status}}' },
    url: `/${encodeURIComponent(NAME)}/x`,
    query: [
      ['n', NAME],
      ['s', 'answered'],
    ],
  },
  'typed-rows': {
    template: {
      user: [
        field('msg', 'event.callId', 'msg'),
        field('list', 'payload.raw.tags', 'msg'),
        field('flow', 'tenant', 'flow'),
        field('global', 'tenant', 'global'),
        field('env', 'MAIN_JOB_TENANT', 'env'),
        field('sum', 'payload.billsec * 7', 'jsonata'),
        field('missing', 'nothing.here', 'msg'),
      ],
      headers: [field('X-Tenant', 'MAIN_JOB_TENANT', 'env')],
    },
    json: {
      msg: 'c 1/../2',
      list: ['a', { b: 1 }],
      flow: { name: 'of the flow' },
      global: 42,
      env: 'north',
      sum: 42,
      missing: null,
    },
  },
  cyrillic: {
    template: { user: [field('{{имя клиента}}', '{{msg.payload.raw.имя клиента}}'), field('ключ с пробелом', 'да')] },
    json: { 'имя клиента': 'Анна', 'ключ с пробелом': 'да' },
  },
};

/** Sets what the rows of type flow and global read. */
const CONTEXT: readonly FlowNode[] = [
  {
    id: 'set-context',
    z: 'tab',
    type: 'function',
    func: '',
    initialize: 'flow.set("tenant", {name: "of the flow"}); global.set("tenant", 42);',
    outputs: 0,
    wires: [],
  },
];

export function checkTemplates(bench: Workbench): void {
  before(async () => {
    const lines = Object.entries(SHAPES).map(([name, { template }]) => [
      name,
      {
        template: {
          ...template,
          ...(typeof template['url'] === 'string' && { url: `${bench.receiver.url}/out/${name}${template['url']}` }),
        },
      },
    ]);
    await bench.deploy(Object.fromEntries(lines), CONTEXT);
  });

  for (const [name, shape] of Object.entries(SHAPES)) {
    it(`${name} ${JSON.stringify(shape.template).slice(0, 120)}`, async () => {
      const more = { tags: ['a', { b: 1 }], 'имя клиента': 'Анна' };
      assert.equal((await bench.pushJson(name, { ...CALL, ...more })).status, 200);
      compare(await bench.only(name), name, shape);
    });
  }
}

function compare(request: Received, name: string, shape: Shape): void {
  const url = new URL(request.url, 'http://receiver.test');
  assert.equal(request.method, shape.method ?? 'POST');
  assert.equal(url.pathname, `/out/${name}${shape.url ?? ''}`);
  assert.deepEqual([...url.searchParams], shape.query ?? []);
  if ('contentType' in shape) assert.equal(request.headers['content-type']?.split(';')[0], shape.contentType);
  if (shape.body !== undefined) assert.equal(request.text, shape.body);
  if (shape.form) assert.deepEqual([...new URLSearchParams(request.text)], shape.form);
  if (shape.json !== undefined) assert.deepEqual(JSON.parse(request.text), shape.json);
}
