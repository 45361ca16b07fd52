import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/json';
import type { Field } from '../../../src/template/field';
import { renderTemplate } from '../../../src/template/render-template';
import { fillSecrets } from '../../../src/template/secret-placeholder';
import { compile, inputWith, NONCE, request } from './example-vocabulary';

const NASTY = [
  '"',
  '\\',
  '\\"',
  '\n',
  '\r\n',
  '\0',
  '\u2028',
  '\ud800',
  '\udc00',
  '😀',
  '{{x}}',
  '{{{x}}}',
  '${{callerName}}',
  '%token%',
  '%token:nonce:json%',
  '%D0%9F',
  '%',
  '&',
  '=',
  '+',
  '#',
  '?',
  '/',
  '..',
  '.',
  '%2e%2e',
  '//evil.example',
  '@',
  ':',
  '<b>',
  ']]>',
  '-->',
  "'",
  '[',
  ']',
  '__proto__',
  'constructor',
  '\u0001',
  '\u007f',
  '\ufffe',
  'null',
  '12',
  ' ',
  '',
];

const nasty = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
/** A text, as it is or repeated to 100,000 characters; unfolded in the test, so that a counterexample stays readable. */
const text = fc.record({ part: nasty, isLong: fc.constantFrom(false, false, false, true) });

function unfold({ part, isLong }: { part: string; isLong: boolean }): string {
  return isLong && part !== '' ? part.repeat(Math.ceil(100_000 / part.length)).slice(0, 100_000) : part;
}

/** What a text is once it went over the wire as UTF-8. */
const onTheWire = (value: string): string => value.replace(/\p{Surrogate}/gu, '\ufffd');

function fields(...rows: [key: string, type: Field['type'], value: string | Field[]][]): Field[] {
  return rows.map(([key, type, value]) => ({ key, type, value }));
}

describe('whatever the values hold', () => {
  it('a JSON body parses and holds exactly the values', () => {
    const compiled = compile({
      available: ['callerName', 'custom'],
      user: fields(
        ['own', 'text', '{{callerName}}'],
        ['framed', 'text', '<${{callerName}}>'],
        ['list', 'array', fields(['', 'text', '{{callerName}}'])],
        ['nested', 'object', fields(['__proto__', 'object', fields(['constructor', 'text', '{{msg.payload}}'])])],
        ['typed', 'msg', 'payload'],
      ),
    });
    assert.deepEqual(compiled.problems, []);
    fc.assert(
      fc.property(text, fc.jsonValue(), (folded, payload) => {
        const callerName = unfold(folded);
        const input = inputWith(
          { callerName, custom: { [callerName]: payload as JsonValue } },
          { message: { payload: callerName }, typed: [payload] },
        );
        const rendered = renderTemplate(compiled, input);
        assert.ok(rendered.ok);
        const body: unknown = JSON.parse(String(rendered.request.body));
        const expected: unknown = JSON.parse(
          `{"callerName":${JSON.stringify(callerName)},"custom":${JSON.stringify({ [callerName]: payload })},"own":${JSON.stringify(callerName)},` +
            `"framed":${JSON.stringify(`<${callerName}>`)},"list":[${JSON.stringify(callerName)}],` +
            `"nested":{"__proto__":{"constructor":${JSON.stringify(callerName)}}},"typed":${JSON.stringify(payload)}}`,
        );
        assert.deepEqual(body, expected);
      }),
      { numRuns: 200 },
    );
  });

  it('JSON written as text parses and holds exactly the values, inside and outside quotes, in loops and conditions', () => {
    const compiled = compile({
      format: 'text',
      text: '{"in":"a{{callerName}}","out":{{callerName}},"n":{{duration}},"list":[{{#each ivrPath}}{{#unless @first}},{{/unless}}{"{{!key}}k":"{{this}}"}{{/each}}]{{#if callerNumber}},"if":"{{callerNumber}}"{{/if}}}',
    });
    assert.deepEqual(compiled.problems, []);
    fc.assert(
      fc.property(
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(nasty, { maxLength: 4 }),
        (folded, duration, ivrPath) => {
          const callerName = unfold(folded);
          const rendered = renderTemplate(
            compiled,
            inputWith({ callerName, duration, ivrPath, callerNumber: callerName }),
          );
          assert.ok(rendered.ok, JSON.stringify(rendered));
          assert.equal(rendered.request.headers['Content-Type'], 'application/json');
          const expected = {
            in: `a${callerName}`,
            out: callerName,
            n: duration === 0 ? 0 : duration,
            list: ivrPath.map((k) => ({ k })),
            ...(callerName !== '' && { if: callerName }),
          };
          assert.deepEqual(JSON.parse(String(rendered.request.body)), expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('a form decodes to exactly the values', () => {
    const rows = fields(
      ['own', 'text', 'x{{callerName}}y'],
      ['list', 'array', fields(['', 'number', '1'], ['', 'array', fields(['', 'text', '{{callerName}}'])])],
      ['nested', 'object', fields(['a b', 'text', '<>'])],
      ['typed', 'msg', 'payload'],
    );
    const compiled = compile({ format: 'form', available: ['callerName', 'answerTime'], user: rows });
    fc.assert(
      fc.property(text, nasty, (folded, key) => {
        const callerName = unfold(folded);
        const rendered = renderTemplate(compiled, inputWith({ callerName }, { typed: [{ [key]: [key, 1, null] }] }));
        assert.ok(rendered.ok);
        const wire = onTheWire(callerName);
        assert.deepEqual(
          [...new URLSearchParams(String(rendered.request.body))],
          [
            ['callerName', wire],
            ['answerTime', ''],
            ['own', `x${wire}y`],
            ['list[]', '1'],
            ['list[1][]', wire],
            ['nested[a b]', '<>'],
            [`typed[${onTheWire(key)}][]`, onTheWire(key)],
            [`typed[${onTheWire(key)}][]`, '1'],
            [`typed[${onTheWire(key)}][]`, ''],
          ],
        );
      }),
      { numRuns: 200 },
    );
  });

  it('a form written as text decodes to exactly the values', () => {
    const compiled = compile({
      format: 'text',
      contentType: 'application/x-www-form-urlencoded',
      text: 'a={{callerName}}&b=x{{callerName}}',
    });
    fc.assert(
      fc.property(text, (folded) => {
        const callerName = unfold(folded);
        const rendered = renderTemplate(compiled, inputWith({ callerName }));
        assert.ok(rendered.ok);
        const wire = onTheWire(callerName);
        assert.deepEqual(
          [...new URLSearchParams(String(rendered.request.body))],
          [
            ['a', wire],
            ['b', `x${wire}`],
          ],
        );
      }),
    );
  });

  it('the URL keeps scheme, host and port, and its path and query decode to exactly the values', () => {
    const compiled = compile({
      url: 'https://crm.example.test:8443/calls/{{callerName}}/x?typed={{callerName}}',
      query: fields(['row', 'text', '{{callerName}}!'], ['list', 'array', fields(['', 'text', '{{callerName}}'])]),
    });
    fc.assert(
      fc.property(text, (folded) => {
        const callerName = unfold(folded);
        const rendered = renderTemplate(compiled, inputWith({ callerName }));
        if (callerName === '.' || callerName === '..') {
          assert.ok(!rendered.ok);
          assert.equal(rendered.field, 'url');
          return;
        }
        assert.ok(rendered.ok);
        const url = new URL(rendered.request.url);
        const wire = onTheWire(callerName);
        assert.equal(url.origin, 'https://crm.example.test:8443');
        assert.deepEqual(url.pathname.split('/').map(decodeURIComponent), ['', 'calls', wire, 'x']);
        assert.deepEqual(
          [...url.searchParams],
          [
            ['typed', wire],
            ['row', `${wire}!`],
            ['list[]', wire],
          ],
        );
        assert.equal(url.hash, '');
      }),
      { numRuns: 200 },
    );
  });

  it('a path behind a base URL stays behind it', () => {
    const compiled = compile({ url: '/{{callerName}}/{{callerNumber}}' }, { baseUrl: 'https://crm.example.test/api/' });
    fc.assert(
      fc.property(nasty, nasty, (callerName, callerNumber) => {
        const rendered = renderTemplate(compiled, inputWith({ callerName, callerNumber }));
        if ([callerName, callerNumber].some((part) => part === '.' || part === '..')) {
          assert.ok(!rendered.ok);
          return;
        }
        assert.ok(rendered.ok);
        const url = new URL(rendered.request.url);
        assert.equal(url.origin, 'https://crm.example.test');
        assert.ok(url.pathname.startsWith('/api/'));
      }),
    );
  });

  it('no header is split: it holds exactly the value, or the message fails', () => {
    const compiled = compile({
      headers: fields(['X-Caller', 'text', 'a{{callerName}}'], ['X-Typed', 'msg', 'payload']),
    });
    fc.assert(
      fc.property(text, (folded) => {
        const callerName = unfold(folded);
        const rendered = renderTemplate(compiled, inputWith({ callerName }, { typed: [callerName] }));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        if (/[\0-\x08\x0a-\x1f\x7f]/.test(callerName)) {
          assert.ok(!rendered.ok);
          assert.equal(rendered.field, 'headers[0].value');
          return;
        }
        assert.ok(rendered.ok);
        assert.equal(rendered.request.headers['X-Caller'], `a${onTheWire(callerName)}`);
      }),
      { numRuns: 200 },
    );
  });

  it('XML keeps its elements: text, attribute and CDATA decode to exactly the values', () => {
    const compiled = compile({
      format: 'text',
      contentType: 'application/xml',
      text: '<call n="{{callerName}}" m=\'{{callerName}}\'><a>{{callerName}}</a><b><![CDATA[x{{callerName}}]]></b></call>',
    });
    fc.assert(
      fc.property(text, (folded) => {
        const callerName = unfold(folded);
        const rendered = renderTemplate(compiled, inputWith({ callerName }));
        assert.ok(rendered.ok);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
        const legal = onTheWire(callerName).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd');
        const parts = /^<call n="([^"<]*)" m='([^'<]*)'><a>([^<]*)<\/a><b>([\s\S]*)<\/b><\/call>$/.exec(
          String(rendered.request.body),
        );
        assert.ok(parts, String(rendered.request.body).slice(0, 200));
        const [, n = '', m = '', a = '', b = ''] = parts;
        for (const escaped of [n, m, a]) assert.equal(unescapeXml(escaped), legal);
        const sections = b.split(/(<!\[CDATA\[[\s\S]*?\]\]>)/);
        const plain = sections
          .map((part) => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : unescapeXml(part)))
          .join('');
        assert.equal(plain, `x${legal}`);
      }),
      { numRuns: 200 },
    );
  });

  it('a secret is put in once, where the template has it, and values are left as they are', () => {
    const config = {
      url: 'https://crm.example.test/%token%/{{callerName}}',
      headers: fields(['X-Key', 'text', '%token%']),
      user: fields(['key', 'text', '%token%'], ['name', 'text', '{{callerName}}']),
    };
    const compiled = compile(config, { secrets: { token: 'unused' } });
    fc.assert(
      fc.property(nasty, nasty, (secret, callerName) => {
        fc.pre(callerName !== '.' && callerName !== '..' && secret !== '.' && secret !== '..');
        const rendered = renderTemplate(compiled, inputWith({ callerName }));
        assert.ok(rendered.ok);
        const { request: made } = rendered;
        const fill = (part: string) => fillSecrets(part, { nonce: NONCE, secrets: { token: secret } });
        const body = fill(String(made.body));
        assert.ok(body.ok);
        assert.deepEqual(JSON.parse(body.text), { key: secret, name: callerName });
        const url = fill(made.url);
        assert.ok(url.ok);
        assert.equal(new URL(url.text).origin, 'https://crm.example.test');
        const path = new URL(url.text).pathname.split('/').map(decodeURIComponent);
        assert.deepEqual(path, ['', onTheWire(secret), onTheWire(callerName)]);
      }),
      { numRuns: 200 },
    );
  });

  it('rendering changes nothing but its result', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const hostile = JSON.parse(
      '{"callerName":"x","__proto__":{"polluted":true},"custom":{"constructor":{"prototype":{"polluted":true}}}}',
    );
    const made = request(
      {
        available: ['custom', 'raw'],
        user: fields(
          ['__proto__', 'object', fields(['polluted', 'boolean', 'true'])],
          ['m', 'text', '{{msg.__proto__.polluted}}'],
        ),
      },
      hostile,
      { message: hostile },
    );
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.equal(
      made.body,
      '{"custom":{"constructor":{"prototype":{"polluted":true}}},"raw":null,"__proto__":{"polluted":true},"m":"true"}',
    );
  });
});

function unescapeXml(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (named[name] ?? '?') : String.fromCharCode(Number(code)),
  );
}
