import assert from 'node:assert/strict';
import type { Field } from '../../../src/template/field';
import type { TemplateConfig } from '../../../src/template/template-config';
import { inEnglish } from '../../support/in-english';
import { compile, kompaas, render, request } from './example-vocabulary';

const values = { callerName: 'Ann & Co', duration: 140.5, timestamp: 1687271174, billsec: 6, internalNumber: '100' };
const own: Field[] = [{ key: 'own', type: 'text', value: '{{callerName}}!' }];
const members: Partial<TemplateConfig> = { available: ['duration', 'answerTime'], user: own };

describe('format json', () => {
  it('is what the document of KOMPaaS shows', () => {
    const config = {
      available: ['billsec', 'timestamp', 'eventType', 'InternalNumber'],
      valuesAsText: true,
      user: [{ key: 'Key', type: 'text' as const, value: 'Example' }],
    };
    const made = request(config, values, {}, { vocabulary: kompaas });
    assert.equal(
      made.body,
      '{"billsec":"6","timestamp":"1687271174","eventType":"VpbxInboundCallEnd","InternalNumber":"100","Key":"Example"}',
    );
    assert.deepEqual(made.headers, { 'Content-Type': 'application/json' });
  });
  it('reads names of the catalogue where the chosen vocabulary has none such', () => {
    const user = [{ key: 'a', type: 'text' as const, value: '{{InternalNumber}} {{callerName}}' }];
    assert.equal(request({ user }, values, {}, { vocabulary: kompaas }).body, '{"a":"100 Ann & Co"}');
  });
  it('is an empty object where nothing is chosen', () => assert.equal(request({}).body, '{}'));
});

describe('format json-rpc', () => {
  const rpc = { ...members, format: 'json-rpc' as const, rpcMethod: 'call.{{eventType}}' };
  it('is a call of version 2.0 with the event id', () => {
    const made = request(rpc, values);
    assert.equal(
      made.body,
      '{"jsonrpc":"2.0","method":"call.call.ended","params":{"duration":140.5,"answerTime":null,"own":"Ann & Co!"},"id":"evt_1"}',
    );
    assert.deepEqual(made.headers, { 'Content-Type': 'application/json' });
  });
  const ids: [rpcId: string, id: string][] = [
    ['7', '7'],
    ['-7', '-7'],
    ['07', '"07"'],
    ['12345678901234567890', '"12345678901234567890"'],
    ['{{billsec}}', '"6"'],
    ['a"b', '"a\\"b"'],
  ];
  for (const [rpcId, id] of ids) {
    it(`writes the id ${rpcId} as ${id}`, () =>
      assert.ok(String(request({ ...rpc, rpcId }, values).body).endsWith(`,"id":${id}}`)));
  }
  it('takes the id of the message where there is no event', () => {
    assert.ok(String(request(rpc, null, { message: { _msgid: 'm1' } }).body).endsWith(',"id":"m1"}'));
    assert.ok(String(request(rpc, null).body).endsWith(',"id":null}'));
  });
  it('needs a method', () => {
    assert.deepEqual(
      compile({ format: 'json-rpc' }).problems.map(({ field }) => field),
      ['rpcMethod'],
    );
  });
  it('has its parameters as text, not its frame, where all values are text', () => {
    const { body } = request({ ...rpc, rpcId: '7', valuesAsText: true }, values);
    assert.equal(
      body,
      '{"jsonrpc":"2.0","method":"call.call.ended","params":{"duration":"140.5","answerTime":"","own":"Ann & Co!"},"id":7}',
    );
  });
});

describe('format form', () => {
  it('encodes values, nests with brackets, and has nothing for null', () => {
    const user: Field[] = [
      ...own,
      {
        key: 'o',
        type: 'object',
        value: [
          { key: 'a b', type: 'number', value: '1' },
          { key: 'e', type: 'array', value: [] },
        ],
      },
      {
        key: 'l',
        type: 'array',
        value: [
          { key: '', type: 'text', value: 'x' },
          { key: '', type: 'object', value: [{ key: 'y', type: 'boolean', value: 'true' }] },
        ],
      },
      { key: 'm', type: 'msg', value: 'x' },
    ];
    const made = request({ ...members, format: 'form', user }, values, { typed: [[1, [2, 3], { z: null }]] });
    assert.equal(
      decodeURIComponent(String(made.body)),
      'duration=140.5&answerTime=&own=Ann+&+Co!&o[a+b]=1&l[]=x&l[1][y]=true&m[]=1&m[1][]=2&m[1][]=3&m[2][z]=',
    );
    assert.deepEqual(made.headers, { 'Content-Type': 'application/x-www-form-urlencoded' });
  });
});

describe('format raw', () => {
  const raw = (message: Record<string, unknown>, rawProperty = 'payload') =>
    request({ format: 'raw', rawProperty }, {}, { message });
  it('sends bytes as they are', () => {
    const bytes = Buffer.from([0, 255, 10]);
    const made = raw({ payload: bytes });
    assert.equal(made.body, bytes);
    assert.deepEqual(made.headers, { 'Content-Type': 'application/octet-stream' });
    assert.deepEqual(raw({ payload: new Uint8Array([1, 2]) }).body, Buffer.from([1, 2]));
  });
  it('sends text as it is: no variables, no secrets', () => {
    const made = raw({ payload: '{{callerName}} %token%\n' });
    assert.equal(made.body, '{{callerName}} %token%\n');
    assert.deepEqual(made.headers, { 'Content-Type': 'text/plain; charset=utf-8' });
  });
  it('writes an object as JSON', () => {
    const made = raw({ payload: { a: [1] } });
    assert.equal(made.body, '{"a":[1]}');
    assert.deepEqual(made.headers, { 'Content-Type': 'application/json' });
  });
  const paths: [property: string, body: string][] = [
    ['a.b', 'x'],
    ['msg.a.b', 'x'],
    ['a["b"]', 'x'],
    ["list[1]['c d']", 'y'],
  ];
  for (const [property, body] of paths) {
    it(`reads ${property}`, () => assert.equal(raw({ a: { b: 'x' }, list: [0, { 'c d': 'y' }] }, property).body, body));
  }
  it('fails a message without that property', () => {
    assert.deepEqual(inEnglish(render({ format: 'raw', rawProperty: 'a.b' }, {}, { message: { a: {} } })), {
      ok: false,
      field: 'rawProperty',
      message: 'The message has no property msg.a.b.',
    });
  });
  for (const property of ['', 'a..b', 'a[', 'a[b]']) {
    it(`refuses "${property}" as a property`, () => {
      assert.deepEqual(
        compile({ format: 'raw', rawProperty: property }).problems.map(({ field }) => field),
        ['rawProperty'],
      );
    });
  }
});

describe('the method', () => {
  it('GET puts everything into the query and has neither body nor Content-Type', () => {
    const made = request(
      {
        ...members,
        method: 'get',
        url: 'https://h.test/a?x=1',
        query: [{ key: 'q', type: 'text', value: '{{duration}}' }],
      },
      values,
    );
    assert.deepEqual(made, {
      method: 'GET',
      url: 'https://h.test/a?x=1&duration=140.5&answerTime=&own=Ann%20%26%20Co%21&q=140.5',
      headers: {},
      body: undefined,
    });
  });
  it('GET with equal keys sends the later, in the order URL, ticked, own, query', () => {
    const config: Partial<TemplateConfig> = {
      method: 'GET',
      url: 'https://h.test/?duration=0&own=0&q=0&%71=00&keep=1',
      available: ['duration', 'callerName'],
      user: [
        { key: 'own', type: 'text', value: '1' },
        { key: 'callerName', type: 'text', value: '1' },
      ],
      query: [
        { key: 'q', type: 'text', value: '2' },
        { key: 'own', type: 'text', value: '2' },
      ],
    };
    assert.equal(request(config, values).url, 'https://h.test/?keep=1&duration=140.5&callerName=1&q=2&own=2');
    assert.deepEqual(inEnglish(compile(config).warnings), [
      { field: 'available[1]', message: '"callerName" is also in user[1], which wins.' },
      { field: 'user[0]', message: '"own" is also in query[1], which wins.' },
      { field: 'url', message: '"duration" is also in available[0], which wins.' },
      { field: 'url', message: '"q" is also in query[0], which wins.' },
      { field: 'url', message: '"own" is also in query[1], which wins.' },
    ]);
  });
  it('HEAD is like GET', () => assert.equal(request({ ...members, method: 'HEAD' }, values).body, undefined));
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    it(`${method} has a body, and only query rows in the query`, () => {
      const made = request({ ...members, method, query: [{ key: 'q', type: 'text', value: '1' }] }, values);
      assert.equal(made.method, method);
      assert.equal(made.url, 'https://crm.example.test/hook?q=1');
      assert.equal(made.body, '{"duration":140.5,"answerTime":null,"own":"Ann & Co!"}');
    });
  }
  it('DELETE without parameters has no body', () => {
    assert.deepEqual(request({ method: 'DELETE' }), {
      method: 'DELETE',
      url: 'https://crm.example.test/hook',
      headers: {},
      body: undefined,
    });
  });
  it('is a word', () =>
    assert.deepEqual(
      compile({ method: 'PO ST' }).problems.map(({ field }) => field),
      ['method'],
    ));
});

describe('the Content-Type', () => {
  const typeOf = (config: Partial<TemplateConfig>) => request(config, values).headers;
  it('goes by the format unless it was edited or removed', () => {
    assert.deepEqual(typeOf({ contentType: 'application/vnd.crm+json' }), {
      'Content-Type': 'application/vnd.crm+json',
    });
    assert.deepEqual(typeOf({ contentType: 'none' }), {});
    assert.deepEqual(typeOf({ contentType: 'x/{{callerName}}' }), { 'Content-Type': 'x/Ann & Co' });
  });
  it("is the user's own header where there is one", () => {
    const headers: Field[] = [{ key: 'CONTENT-TYPE', type: 'text', value: 'a/b' }];
    assert.deepEqual(typeOf({ headers, contentType: 'c/d' }), { 'CONTENT-TYPE': 'a/b' });
    assert.deepEqual(typeOf({ headers, contentType: 'none' }), { 'CONTENT-TYPE': 'a/b' });
  });
  for (const key of ['Content-Type', '{{content-type}}']) {
    it(`of the header ${key} is what a text is escaped by`, () => {
      const headers: Field[] = [{ key, type: 'text', value: 'application/xml' }];
      const config = { format: 'text' as const, text: '<a>{{callerName}}</a>', headers };
      assert.equal(request(config, { callerName: '<b/>' }).body, '<a>&lt;b/&gt;</a>');
      assert.deepEqual(
        compile({ ...config, headers: [{ key, type: 'text', value: '{{callerName}}' }] }).problems.map(
          ({ field }) => field,
        ),
        ['headers[0].value'],
      );
    });
  }
});

describe('limits and settings', () => {
  it('takes a body of 5 MB and no more, in bytes', () => {
    const size = 5 * 1024 * 1024;
    const body = (text: string) =>
      render({ format: 'text', text: '{{msg.payload}}' }, {}, { message: { payload: text } });
    assert.ok(body('x'.repeat(size)).ok);
    for (const text of ['x'.repeat(size + 1), 'é'.repeat(size / 2 + 1)]) {
      assert.deepEqual(inEnglish(body(text)), {
        ok: false,
        field: 'text',
        message: 'What it renders to is longer than 5 MB.',
      });
    }
    const raw = render({ format: 'raw' }, {}, { message: { payload: Buffer.alloc(size + 1) } });
    assert.deepEqual(inEnglish(raw), {
      ok: false,
      field: 'rawProperty',
      message: 'What it renders to is longer than 5 MB.',
    });
  });
  it('refuses a time zone or date format that is none', () => {
    const { problems } = compile({ timeZone: 'Mars/Olympus', dateFormat: 'QQ' });
    assert.deepEqual(
      problems.map(({ field }) => field),
      ['timeZone', 'dateFormat'],
    );
  });
  it('warns of what the format does not send', () => {
    assert.deepEqual(
      compile({ format: 'text', text: 'x', user: own }).warnings.map(({ field }) => field),
      ['user'],
    );
    const raw = { format: 'raw' as const, user: own };
    assert.match(
      compile(raw)
        .warnings.map(({ message }) => message)
        .join(),
      /^Format raw .* into the query/,
    );
    assert.deepEqual(
      compile({ ...raw, method: 'GET' }).warnings.map(({ field }) => field),
      ['rawProperty'],
    );
  });
  it('warns of what GET does not send', () => {
    const warned = (config: Partial<TemplateConfig>) =>
      inEnglish(compile({ ...config, method: 'GET', available: ['duration'] }).warnings);
    const message = 'GET sends no body: parameters go into the query.';
    assert.deepEqual(warned({ format: 'text', text: 'x' }), [{ field: 'text', message }]);
    assert.deepEqual(warned({ format: 'raw' }), [{ field: 'rawProperty', message }]);
    assert.deepEqual(warned({ format: 'json-rpc', rpcMethod: 'call' }), [{ field: 'rpcMethod', message }]);
    for (const format of ['text', 'json', 'form'] as const) assert.deepEqual(warned({ format }), []);
  });
  it('renders the same from the same', () => {
    const config = { ...members, url: 'https://h.test/{{callerName}}', headers: own };
    assert.deepEqual(render(config, values), render(config, values));
  });
});
