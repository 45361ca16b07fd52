import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderTemplate } from '../../../src/template/render-template';
import { fillSecrets } from '../../../src/template/secret-placeholder';
import { compile, inputWith, NONCE } from './example-vocabulary';

/** Pieces of templates, right and wrong, from which any template is put together. */
const PIECES = [
  '{{callerName}}',
  '${{callerName}}',
  '{{duration}}',
  '{{{callerName}}}',
  '{{имя клиента}}',
  '{{nobody}}',
  '{{',
  '}}',
  '{',
  '}',
  '[',
  ']',
  '"',
  '"a":',
  ',',
  ':',
  '\\',
  '\\\\',
  '\\u00',
  '1',
  'null',
  ' ',
  '\n',
  '{{#if callerName}}',
  '{{else}}',
  '{{/if}}',
  '{{#each ivrPath}}',
  '{{this}}',
  '{{@index}}',
  '{{/each}}',
  '{{#unless @first}}',
  '{{/unless}}',
  '{{upper callerName}}',
  '{{json custom}}',
  '{{(',
  '{{!',
  '--}}',
  '~}}',
  '%token%',
  '%',
  '%4',
  'a=',
  '&',
  '?',
  '/',
  '.',
  '..',
  '#',
  'https://',
  'h.test',
  '@',
  '<a',
  ' b="',
  '>',
  '</a>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  "'",
  '&amp',
  ';',
  '{{../x}}',
  '{{callFlow.constructor}}',
  '{{#with custom}}',
  '{{/with}}',
] as const;

const source = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''));
const value = fc.oneof(
  fc.constantFrom(
    '"',
    '\\',
    '","x":"',
    '}}',
    '</a><b>',
    '../..',
    '@evil.test/',
    '&x=1',
    '%token%',
    '\r\nX: 1',
    ']]>',
    '',
  ),
  fc.string({ unit: 'binary' }),
);

function parametersOf(callerName: string) {
  return {
    callerName,
    duration: 5,
    'имя клиента': callerName,
    ivrPath: [callerName, callerName],
    custom: { x: callerName },
  };
}

/** Names that only the pieces make up have a value too. */
const secrets = new Proxy<Record<string, string>>(
  {},
  {
    get: () => 's"e\\c&<',
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: '' }),
  },
);

function fill(text: string): string {
  const filled = fillSecrets(text, { nonce: NONCE, secrets });
  assert.ok(filled.ok);
  return filled.text;
}

describe('any template at all', () => {
  const options = { secrets: { token: 'x' } };

  it('compiles without an exception, and with a mistake renders nothing', () => {
    fc.assert(
      fc.property(
        source,
        value,
        fc.constantFrom('', 'application/json', 'text/xml', 'application/x-www-form-urlencoded'),
        (text, callerName, contentType) => {
          const row = { key: 'k', type: 'text' as const, value: text };
          const compiled = compile(
            { format: 'text', text, contentType, url: text, headers: [row], query: [row] },
            options,
          );
          const rendered = renderTemplate(compiled, inputWith(parametersOf(callerName)));
          if (compiled.problems.length > 0) assert.ok(!rendered.ok);
          else if (!rendered.ok) assert.notEqual(rendered.field, '');
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('of JSON renders JSON or fails', () => {
    let rendered = 0;
    fc.assert(
      fc.property(source, source, value, (inner, more, callerName) => {
        const compiled = compile(
          { format: 'text', text: `{"v":"${inner}","w":[${more}]}`, contentType: 'application/json' },
          options,
        );
        const result = renderTemplate(compiled, inputWith(parametersOf(callerName)));
        if (!result.ok) return;
        rendered++;
        assert.doesNotThrow(() => JSON.parse(fill(String(result.request.body))), String(result.request.body));
      }),
      { numRuns: 6000 },
    );
    assert.ok(rendered > 50, `only ${rendered} could be rendered`);
  });

  it('of JSON has the same keys whatever the values hold', () => {
    const shape = (body: string): unknown =>
      JSON.parse(body, (_key, item: unknown) => (typeof item === 'object' ? item : 0));
    fc.assert(
      fc.property(source, value, (inner, callerName) => {
        const compiled = compile(
          { format: 'text', text: `{"v":"${inner}"}`, contentType: 'application/json' },
          options,
        );
        const [plain, hostile] = ['plain', `x${callerName}`].map((name) =>
          renderTemplate(compiled, inputWith(parametersOf(name))),
        );
        if (!plain?.ok || !hostile?.ok) return;
        assert.deepEqual(shape(fill(String(hostile.request.body))), shape(fill(String(plain.request.body))));
      }),
      { numRuns: 3000 },
    );
  });

  it('of a form has the same keys whatever the values hold', () => {
    const keys = (body: string): string[] => [...new URLSearchParams(fill(body)).keys()];
    fc.assert(
      fc.property(source, value, (inner, callerName) => {
        const compiled = compile(
          { format: 'text', text: `a=${inner}`, contentType: 'application/x-www-form-urlencoded' },
          options,
        );
        const [plain, hostile] = ['plain', `x${callerName}`].map((name) =>
          renderTemplate(compiled, inputWith(parametersOf(name))),
        );
        if (!plain?.ok || !hostile?.ok) return;
        assert.deepEqual(keys(String(hostile.request.body)), keys(String(plain.request.body)));
      }),
      { numRuns: 3000 },
    );
  });

  it('of a URL keeps the origin that was typed', () => {
    let rendered = 0;
    fc.assert(
      fc.property(
        fc.constantFrom('https://h.test/', 'https://h.test', 'https://h.test:8443/a?b=', '/', ''),
        source,
        value,
        (start, rest, callerName) => {
          const compiled = compile({ url: start + rest }, { ...options, baseUrl: 'https://base.test/api' });
          const result = renderTemplate(compiled, inputWith(parametersOf(callerName)));
          if (!result.ok) return;
          rendered++;
          const url = new URL(fill(result.request.url));
          assert.equal(url.origin, compiled.origin ?? 'https://base.test');
          if (compiled.origin === undefined) assert.ok(url.pathname.startsWith('/api'));
        },
      ),
      { numRuns: 6000 },
    );
    assert.ok(rendered > 50, `only ${rendered} could be rendered`);
  });
});
