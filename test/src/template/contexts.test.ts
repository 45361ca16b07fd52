import assert from 'node:assert/strict';
import type { TemplateConfig } from '../../../src/template/template-config';
import { compile, render, request } from './example-vocabulary';

const values = { callerName: 'A"<&\'> =+\n', duration: 5.5, ivrPath: ['1'] };

/** The body and Content-Type of a text that has to work. */
function made(text: string, config: Partial<TemplateConfig> = {}): { body: string; type: string | undefined } {
  const { body, headers } = request({ format: 'text', text, ...config }, values);
  return { body: String(body), type: headers['Content-Type'] };
}

function refused(text: string, reason: RegExp, config: Partial<TemplateConfig> = {}): void {
  const { problems } = compile({ format: 'text', text, ...config });
  assert.equal(problems.length, 1, JSON.stringify(problems));
  assert.equal(problems[0]?.field, 'text');
  assert.match(problems[0]?.message ?? '', reason);
}

describe('what a text is taken for where nothing declares it', () => {
  const json = 'application/json';
  const plain = 'text/plain; charset=utf-8';
  const cases: [text: string, type: string][] = [
    ['{"a":"{{callerName}}"}', json],
    ['{"d":{{duration}}}', json],
    ['  [ {{callerName}}, "x" ]\n', json],
    ['"{{callerName}}"', json],
    ['{"a":1{{#if duration}},"d":{{duration}}{{/if}}}', json],
    ['[{{#each ivrPath}}{{#unless @first}},{{/unless}}"{{this}}"{{/each}}]', json],
    ['{{#if duration}}{"a":1}{{else}}{"b":{{duration}}}{{/if}}', json],
    ['{"a":"b"}', json],
    ['12', json],
    ['{{duration}}', plain],
    [' {{duration}} ', plain],
    ['{{duration}} {{duration}}', plain],
    ['Call of {{callerName}}', plain],
    ['a={{callerName}}&b=1', plain],
    ['<a>{{callerName}}</a>', plain],
    ['{"a":{{callerName}}', plain],
    ['', plain],
  ];
  for (const [text, type] of cases) it(`${text} is ${type}`, () => assert.equal(made(text).type, type));

  it('writes values as they are in what is plain text', () => {
    assert.equal(made('{{callerName}}!').body, `${values.callerName}!`);
    assert.equal(
      String(request({ format: 'text', text: '{{callerName}}' }, { callerName: 'a\ud800' }).body),
      'a\ufffd',
    );
  });
  it('warns of what looks like something else', () => {
    const warnings = ['{"a":{{callerName}}', '<a>{{callerName}}</a>', '[CRM] {{callerName}}'].map((text) =>
      compile({ format: 'text', text }).warnings.map(({ message }) => message.slice(0, 20)),
    );
    assert.deepEqual(warnings, [['This looks like JSON'], ['This looks like XML '], []]);
  });
  it('escapes as JSON, but names no type, where the header was removed', () => {
    assert.deepEqual(made('{"a":"{{callerName}}"}', { contentType: 'none' }), {
      body: '{"a":"A\\"<&\'> =+\\n"}',
      type: undefined,
    });
  });
  const declared: [contentType: string, text: string, body: string][] = [
    ['application/vnd.crm+json; charset=utf-8', '{"a":"{{callerName}}"}', '{"a":"A\\"<&\'> =+\\n"}'],
    ['text/xml', '<a b="{{callerName}}"/>', '<a b="A&quot;&lt;&amp;&#39;&gt; =+&#10;"/>'],
    ['application/soap+xml', '<a>{{callerName}}</a>', '<a>A&quot;&lt;&amp;&#39;&gt; =+&#10;</a>'],
    ['text/html', '<p>{{callerName}}</p>', '<p>A&quot;&lt;&amp;&#39;&gt; =+&#10;</p>'],
    ['application/x-www-form-urlencoded', 'a={{callerName}}&b=1', 'a=A%22%3C%26%27%3E+%3D%2B%0A&b=1'],
    ['text/plain', '{"a":"{{callerName}}"}', `{"a":"${values.callerName}"}`],
  ];
  for (const [contentType, text, body] of declared) {
    it(`${contentType} escapes its way, declared by the template or by a header`, () => {
      assert.deepEqual(made(text, { contentType }), { body, type: contentType });
      const headers = [{ key: 'content-type', type: 'text' as const, value: contentType }];
      const { body: other, headers: sent } = request({ format: 'text', text, headers }, values);
      assert.equal(other, body);
      assert.deepEqual(sent, { 'content-type': contentType });
    });
  }
  it('cannot be a type that only the call tells', () => {
    const headers = [{ key: 'Content-Type', type: 'text' as const, value: 'text/{{callerName}}' }];
    assert.deepEqual(
      compile({ format: 'text', text: 'x', headers }).problems.map(({ field }) => field),
      ['headers[0].value'],
    );
    assert.deepEqual(compile({ format: 'json', headers }).problems, []);
  });
});

describe('JSON as text', () => {
  it('escapes inside quotes and writes JSON outside them', () => {
    assert.equal(
      made('{"a":"<{{callerName}}>","b":{{callerName}},"c":{{ivrPath}}}').body,
      '{"a":"<A\\"<&\'> =+\\n>","b":"A\\"<&\'> =+\\n","c":["1"]}',
    );
  });
  it('keeps a backslash that is whole', () => {
    assert.equal(made('{"a":"\\\\\\{{duration}}"}').body, '{"a":"\\\\5.5"}');
    assert.equal(made('{"a":"\\"{{duration}}\\n"}').body, '{"a":"\\"5.5\\n"}');
  });
  it('keeps lone surrogates as they are', () => {
    assert.equal(
      request({ format: 'text', text: '{"a":"{{callerName}}"}' }, { callerName: '\ud800' }).body,
      '{"a":"\\ud800"}',
    );
  });
  const cases: [text: string, reason: RegExp][] = [
    ['{"a":"\\\\{{callerName}}"}', /open backslash/],
    ['{"a":"\\u00{{duration}}"}', /open backslash/],
    ['{"{{callerName}}":1}', /key holds a variable/],
    ['{"x{{callerName}}" : 1}', /key holds a variable/],
    ['{{"x"}}{"a":1}', /Text follows|not JSON/],
  ];
  for (const [text, reason] of cases) {
    it(`refuses ${text}`, () => refused(text, reason, { contentType: 'application/json' }));
  }
  const declared: [text: string, reason: RegExp][] = [
    ['{"a":{{duration}}{{duration}}}', /whole value/],
    ['{"a":1{{duration}}}', /whole value/],
    ['{"a":{{duration}}5}', /right behind a variable/],
    ['{"a":{{duration}}"x"}', /right behind a variable/],
    ['{ {{callerName}}: 1}', /key holds a variable/],
    ['{"a":"{{callerName}}}', /never closed/],
    ['{"a":{{duration}},}', /not JSON/],
    ['{"a":{{duration}} true}', /not JSON/],
    ['', /not JSON/],
    ['{"a":"{{#if duration}}x"{{else}}y{{/if}}}', /different places/],
    ['[{{#each ivrPath}}"{{this}}{{/each}}]', /different places/],
  ];
  for (const [text, reason] of declared) {
    it(`refuses ${text}`, () => refused(text, reason, { contentType: 'application/json' }));
  }
  it('accepts ways through a block that end in the same place', () => {
    assert.equal(made('{"a":{{#if duration}}"x{{else}}"y{{/if}}"}').body, '{"a":"x"}');
    assert.equal(made('{"a":"{{#if duration}}x"{{else}}y"{{/if}}}').body, '{"a":"x"}');
  });
  it('fails a message whose blocks leave something that is no JSON', () => {
    const text = '[{{#each ivrPath}}"{{this}}",{{/each}}0{{#if callerName}},{{/if}}]';
    assert.deepEqual(compile({ format: 'text', text, contentType: 'application/json' }).problems, []);
    const rendered = render({ format: 'text', text, contentType: 'application/json' }, values);
    assert.ok(!rendered.ok);
    assert.equal(rendered.field, 'text');
    assert.match(rendered.message, /came out as no JSON/);
  });
  it('takes a secret outside quotes for a value, with blocks too', () => {
    const text = '{"k":%token%{{#if duration}},"d":1{{/if}}}';
    const { body } = request({ format: 'text', text }, values, {}, { secrets: { token: 'x' } });
    assert.equal(body, '{"k":%token:n0nce1234567:json%,"d":1}');
  });
});

describe('a form as text', () => {
  const contentType = 'application/x-www-form-urlencoded';
  const cases: [text: string, reason: RegExp][] = [
    ['{{callerName}}=1', /key of the form/],
    ['a=1&{{callerName}}', /key of the form/],
    ['a=%{{duration}}', /open "%"/],
    ['a=%4{{duration}}', /open "%"/],
    ['a={{#if duration}}1&b{{else}}1{{/if}}', /different places/],
  ];
  for (const [text, reason] of cases) it(`refuses ${text}`, () => refused(text, reason, { contentType }));
  it('leaves what is typed', () =>
    assert.equal(made('a=%41{{duration}}&b=x y', { contentType }).body, 'a=%415.5&b=x y'));
});

describe('XML as text', () => {
  const contentType = 'application/xml';
  const cases: [text: string, reason: RegExp][] = [
    ['<{{callerName}}/>', /inside a tag/],
    ['<a {{callerName}}/>', /inside a tag/],
    ['<a b={{callerName}}/>', /inside a tag/],
    ['<!-- {{callerName}} --><a/>', /inside a comment/],
    ['<?pi {{callerName}}?><a/>', /inside <\?/],
    ['<!DOCTYPE a [<!ENTITY x "{{callerName}}">]><a/>', /inside <!/],
    ['<a>&{{callerName}};</a>', /open "&"/],
    ['<a>&#x{{duration}};</a>', /open "&"/],
    ['<a b="{{callerName}}', /ends inside/],
    ['<script>{{callerName}}</script>', /script or style/],
    ['<a{{#if duration}}>{{/if}}', /different places/],
    ['<a><![CDATA[%token%]]></a>', /cannot stand here/],
  ];
  for (const [text, reason] of cases) it(`refuses ${text}`, () => refused(text, reason, { contentType }));
  it('knows where text begins again', () => {
    const text =
      '<?xml version="1.0"?><!DOCTYPE a [<!ELEMENT a ANY>]><!-- > " --><a b=\'>\'><script src="x">"<b"</script><c>{{duration}}</c><![CDATA[ <{{duration}}> ]]></a>';
    assert.equal(made(text, { contentType }).body, text.replaceAll('{{duration}}', '5.5'));
  });
});
