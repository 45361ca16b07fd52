import assert from 'node:assert/strict';
import { joinUrl, rebaseUrl } from '../../../src/template/request-url';
import type { TemplateConfig } from '../../../src/template/template-config';
import { inEnglish } from '../../support/in-english';
import { compile, render, request } from './example-vocabulary';

const values = { callerName: 'Ann & Co/..', callerNumber: '+1', duration: 5.5, did: '..', ivrPath: ['1'] };

function urlOf(url: string, config: Partial<TemplateConfig> = {}, baseUrl?: string): string {
  return request({ url, ...config }, values, {}, baseUrl === undefined ? {} : { baseUrl }).url;
}

describe('the URL', () => {
  const cases: [url: string, expected: string][] = [
    ['https://h.test', 'https://h.test'],
    ['http://h.test:8080/a?b=1', 'http://h.test:8080/a?b=1'],
    ['HTTPS://H.test/', 'HTTPS://H.test/'],
    ['https://h.test:8443/{{callerName}}/x', 'https://h.test:8443/Ann%20%26%20Co%2F../x'],
    ['https://h.test/a?n={{callerNumber}}&d=${{duration}}', 'https://h.test/a?n=%2B1&d=5.5'],
    ['https://h.test?n={{callerNumber}}', 'https://h.test?n=%2B1'],
    ['https://h.test/a-{{did}}', 'https://h.test/a-..'],
    ['https://h.test/{{#if duration}}a{{else}}b{{/if}}?x={{#each ivrPath}}{{this}},{{/each}}', 'https://h.test/a?x=1,'],
    ['https://user:pa%20ss@h.test/{{duration}}', 'https://user:pa%20ss@h.test/5.5'],
    ['https://[::1]:1880/{{duration}}', 'https://[::1]:1880/5.5'],
    ['https://h.test/a b/ж?ключ={x}', 'https://h.test/a%20b/%D0%B6?%D0%BA%D0%BB%D1%8E%D1%87=%7Bx%7D'],
    ['https://h.test/%D0%9F%20?x=%41', 'https://h.test/%D0%9F%20?x=%41'],
    ['https://h.test/a#part', 'https://h.test/a'],
    ['https://h.test/a#{{duration}}', 'https://h.test/a'],
    [' https://h.test/a ', 'https://h.test/a'],
    ['', ''],
  ];
  for (const [url, expected] of cases) it(`${url} → ${expected}`, () => assert.equal(urlOf(url), expected));

  const refused: [url: string, reason: RegExp][] = [
    ['{{callerName}}', /begins with a variable/],
    ['{{callerName}}/x', /begins with a variable/],
    ['%token%/x', /begins with a variable or secret/],
    ['crm{{callerName}}.test/x', /begins with "crm" and a variable or secret, which may be a host/],
    ['h.test{{callerName}}https://', /which may be a host/],
    ['calls-{{duration}}', /or begin with "\/" for a path/],
    ['https://{{callerName}}/', /hold no variables/],
    ['https://{{callerName}}', /hold no variables/],
    ['https:{{callerName}}', /hold no variables/],
    ['https://h.test{{callerName}}/', /hold no variables/],
    ['https://h.test:{{duration}}/', /hold no variables/],
    ['https://{{callerName}}@h.test/', /hold no variables/],
    ['https://%token%.h.test/', /hold no variables or secrets/],
    ['https://user:%token%@h.test/', /hold no variables or secrets/],
    ['https://h{{#if duration}}.evil{{/if}}.test/', /different places/],
    ['{{#if duration}}https://a.test{{else}}https://b.test{{/if}}/', /different places/],
    ['{{#if duration}}https://a.test/{{else}}https://b.test/{{/if}}', /different places/],
    ['{{#if duration}}https://a.test/{{/if}}', /different places/],
    ['ftp://h.test/', /must begin with http/],
    ['javascript:alert(1)', /must begin with http/],
    ['https:/h.test/', /must begin with http/],
    ['https:///h.test/', /must begin with http/],
    ['https://', /must begin with http/],
    ['localhost:3000/x', /must begin with http/],
    ['https://h.test:99999/', /not valid/],
    ['https://h .test/', /not valid/],
    ['https://h.test\\@evil.test/', /backslash/],
    ['/a\\..\\b', /backslash/],
    ['https://h.test/\nx', /line break/],
    ['https://h.test/a/../b', /"\." or "\.\."/],
    ['https://h.test/a/%2E%2e', /"\." or "\.\."/],
    ['https://h.test/%{{duration}}', /open "%"/],
    ['https://h.test/%4{{duration}}', /open "%"/],
    ['https://h.test/?{{callerName}}=1', /A key in the query/],
    ['https://h.test/?a=1&{{callerName}}', /A key in the query/],
    ['https://h.test/?a{{#if duration}}=1{{/if}}', /different places/],
    ['https://h.test/{{{callerName}}}', /Three braces/],
  ];
  for (const [url, reason] of refused) {
    it(`refuses ${JSON.stringify(url)} at deploy`, () => {
      const { problems } = compile({ url }, { secrets: { token: 'x' } });
      assert.deepEqual(
        problems.map(({ field }) => field),
        ['url'],
      );
      assert.match(problems[0]?.message ?? '', reason);
    });
  }

  const dots: [url: string, values: Record<string, string>][] = [
    ['https://h.test/{{did}}/x', { did: '..' }],
    ['https://h.test/x/{{did}}', { did: '.' }],
    ['https://h.test/{{did}}?x=1', { did: '..' }],
    ['https://h.test/.{{did}}', { did: '.' }],
    ['https://h.test/%2e{{did}}', { did: '.' }],
    ['/{{did}}{{callerName}}', { did: '.', callerName: '.' }],
    ['calls/{{did}}', { did: '..' }],
  ];
  for (const [url, parameters] of dots) {
    it(`fails a message for which ${url} would change the path`, () => {
      const rendered = render({ url }, parameters, {}, { baseUrl: 'https://base.test/api' });
      assert.deepEqual(inEnglish(rendered), {
        ok: false,
        field: 'url',
        message: 'A part of the path is "." or "..", which would change the path.',
      });
    });
  }

  it('tells the origin that was typed', () => {
    const origins = [
      'https://H.test:443/x',
      'https://u:p@h.test:8443/{{did}}',
      '/x',
      '',
      'https://{{did}}/',
      'https://h.test\\@evil.test',
      'https://h.test{{! a comment }}.evil.test/{{did}}',
      'https://h.test{{#if did}}/a{{else}}/b{{/if}}',
    ].map((url) => compile({ url }).origin);
    assert.deepEqual(origins, [
      'https://h.test',
      'https://h.test:8443',
      undefined,
      undefined,
      undefined,
      undefined,
      'https://h.test.evil.test',
      'https://h.test',
    ]);
  });
  it('warns of what is never sent', () => {
    assert.deepEqual(inEnglish(compile({ url: 'https://h.test/a#b' }).warnings), [
      { field: 'url', message: 'What stands behind "#" in a URL is never sent.' },
    ]);
  });
});

describe('a URL that is a path', () => {
  const cases: [base: string, url: string, expected: string][] = [
    ['https://h.test/api', '/calls', 'https://h.test/api/calls'],
    ['https://h.test/api/', 'calls', 'https://h.test/api/calls'],
    ['https://h.test/api//', '//calls/', 'https://h.test/api/calls/'],
    ['https://h.test:8443', '/calls', 'https://h.test:8443/calls'],
    ['https://h.test/api?key=1', '/calls?x=2', 'https://h.test/api/calls?key=1&x=2'],
    ['https://h.test/api#part', 'calls', 'https://h.test/api/calls'],
    ['https://h.test/api', '', 'https://h.test/api'],
    ['https://h.test/api/', '/', 'https://h.test/api/'],
    ['https://h.test/api', '?x=2', 'https://h.test/api?x=2'],
    ['https://h.test/api', '//evil.test/x', 'https://h.test/api/evil.test/x'],
    ['https://h.test/api', 'https://other.test/x', 'https://other.test/x'],
  ];
  for (const [base, url, expected] of cases) {
    it(`${url} behind ${base} is ${expected}`, () => {
      assert.equal(joinUrl(base, url), expected);
      assert.equal(urlOf(url, {}, base), expected);
    });
  }
  it('stays a path, with one slash, where no base is known', () => {
    assert.deepEqual(
      ['/a/{{duration}}', 'a', '//evil.test/x', '?x={{duration}}'].map((url) => urlOf(url)),
      ['/a/5.5', '/a', '/evil.test/x', '?x=5.5'],
    );
  });
  it('gets rows of the query like any other', () => {
    const query = [{ key: 'q', type: 'text' as const, value: '1' }];
    assert.equal(urlOf('/a', { query }, 'https://h.test/api?key=1'), 'https://h.test/api/a?key=1&q=1');
    assert.equal(urlOf('', { query }, 'https://h.test/api'), 'https://h.test/api?q=1');
    assert.equal(
      urlOf('', { query: [{ key: 'key', type: 'text', value: '2' }] }, 'https://h.test/api?key=1'),
      'https://h.test/api?key=2',
    );
  });
});

describe('a URL below a base URL that has changed', () => {
  for (const [typed, oldBase, newBase] of [
    ['', 'https://a.test', 'https://b.test:8443'],
    ['', 'https://a.test/api/', 'https://b.test'],
    ['', 'https://a.test/', 'https://b.test/v2'],
    ['hook', 'https://a.test', 'https://b.test/v2/'],
    ['/hook/1?x=1&y=%20', 'HTTPS://A.test/api', 'http://b.test'],
    ['/hook?x=1', 'https://a.test/api?key=old', 'https://b.test/api?key=new'],
    ['', 'https://a.test/api?key=old', 'https://b.test/api'],
    ['/hook?keys=1', 'https://a.test?key', 'https://b.test'],
  ] as const) {
    it(`${JSON.stringify(typed)} goes from ${oldBase} to ${newBase}`, () => {
      const whole = (base: string): string => new URL(joinUrl(base, typed)).href;
      assert.equal(rebaseUrl(whole(oldBase), oldBase, newBase), whole(newBase));
    });
  }

  for (const [url, oldBase, newBase, expected] of [
    ['http://a.test/api/x?k=row', 'http://a.test/api?k=1', 'http://b.test/api?k=2', 'http://b.test/api/x?k=row'],
    ['http://a.test/x?k=row', 'http://a.test', 'http://b.test?%6b=2&s=1', 'http://b.test/x?s=1&k=row'],
    ['http://a.test/x?s=1&k=row', 'http://a.test?k=1&s=1', 'http://b.test?k=2&s=2', 'http://b.test/x?s=2&k=row'],
    ['http://a.test/x?k=1&k=2', 'http://a.test', 'http://b.test?k', 'http://b.test/x?k=1&k=2'],
  ] as const) {
    it(`${url} keeps what it says itself below ${newBase}`, () => {
      assert.equal(rebaseUrl(url, oldBase, newBase), expected);
    });
  }

  for (const url of ['https://other.test/api/x', 'https://a.test/apis', 'https://a.test/', 'http://a.test/api/x']) {
    it(`${url} was not below https://a.test/api`, () => {
      assert.equal(rebaseUrl(url, 'https://a.test/api', 'https://b.test'), undefined);
    });
  }
});
