import assert from 'node:assert/strict';
import { fillSecrets, showSecrets } from '../../../src/template/secret-placeholder';
import type { TemplateConfig } from '../../../src/template/template-config';
import { inEnglish } from '../../support/in-english';
import { compile, NONCE, request } from './example-vocabulary';

const secrets = { token: 's"e&<c', D0a: 'unlikely' };

function made(config: Partial<TemplateConfig>, parameters = {}) {
  return request(config, parameters, {}, { secrets: { token: secrets.token }, endpointSecretNames: ['shared'] });
}

describe('secrets', () => {
  it('leave a placeholder of their place, with the nonce of the message', () => {
    const { url, headers, body } = made({
      url: 'https://h.test/%token%?k=%shared%',
      query: [{ key: 'q', type: 'text', value: 'a %token%' }],
      headers: [{ key: 'Authorization', type: 'text', value: 'Bearer %token%' }],
      user: [{ key: 'k', type: 'text', value: '%token%' }],
    });
    assert.equal(url, `https://h.test/%token:${NONCE}:url%?k=%shared:${NONCE}:url%&q=a%20%token:${NONCE}:url%`);
    assert.equal(headers['Authorization'], `Bearer %token:${NONCE}:header%`);
    assert.equal(body, `{"k":"%token:${NONCE}:json-string%"}`);
  });
  const texts: [text: string, contentType: string, body: string, filled: string][] = [
    [
      '{"a":"x%token%","b":%token%}',
      '',
      '{"a":"x%token:N:json-string%","b":%token:N:json%}',
      '{"a":"xs\\"e&<c","b":"s\\"e&<c"}',
    ],
    ['key %token%', '', 'key %token:N:text%', 'key s"e&<c'],
    ['a=%token%', 'application/x-www-form-urlencoded', 'a=%token:N:form%', 'a=s%22e%26%3Cc'],
    ['<a b="%token%"/>', 'text/xml', '<a b="%token:N:xml%"/>', '<a b="s&quot;e&amp;&lt;c"/>'],
    ['{{#if callerName}}%token%{{/if}}!', '', '%token:N:text%!', 's"e&<c!'],
  ];
  for (const [text, contentType, body, filled] of texts) {
    it(`${text} is filled in as ${filled}`, () => {
      const rendered = String(made({ format: 'text', text, contentType }, { callerName: 'x' }).body);
      assert.equal(rendered, body.replaceAll(':N:', `:${NONCE}:`));
      assert.deepEqual(fillSecrets(rendered, { nonce: NONCE, secrets }), { ok: true, text: filled });
      assert.equal(showSecrets(rendered), text.replace(/\{\{.*?\}\}/g, ''));
    });
  }
  it('in a form are encoded like values', () => {
    assert.equal(
      made({ format: 'form', user: [{ key: 'k', type: 'text', value: 'a b%token%' }] }).body,
      `k=a+b%token:${NONCE}:form%`,
    );
  });

  it('are never what a value says', () => {
    const callerName = `%token% %token:${NONCE}:text% %token:other:json%`;
    const { body } = made({ format: 'text', text: '{{callerName}}' }, { callerName: '%token%' });
    assert.equal(body, '%token%');
    const filled = fillSecrets('%token:other:text% %token%', { nonce: NONCE, secrets });
    assert.deepEqual(inEnglish(filled), { ok: true, text: '%token:other:text% %token%' });
    assert.equal(made({ url: 'https://h.test/?q={{callerName}}' }, { callerName }).url.includes('%token'), false);
  });

  const kept: [text: string, why: string][] = [
    ['%D0%9F%20', 'percent-encoded text'],
    ['%D0a%D1', 'a letter between two encoded bytes'],
    ['%ab%', 'a short name'],
    ['%1abc%', 'a name that begins with a digit'],
    ['100%', 'a percent sign'],
    ['50 % of it, 20 %', 'several'],
  ];
  for (const [text, why] of kept) {
    it(`are not meant by ${text} (${why})`, () => {
      assert.equal(made({ format: 'text', text: `${text}!` }).body, `${text}!`);
      assert.deepEqual(compile({ format: 'text', text: `${text}!` }).warnings, []);
    });
  }
  it('are meant by what looks like encoded text where the name is declared', () => {
    assert.equal(request({ format: 'text', text: '%D0a%D1' }, {}, {}, { secrets }).body, `%D0a:${NONCE}:text%D1`);
  });
  it('are found right behind encoded text', () => {
    assert.equal(made({ url: 'https://h.test/%D0%9F%20%token%' }).url, `https://h.test/%D0%9F%20%token:${NONCE}:url%`);
  });

  it('declared nowhere are a warning at deploy and cannot be filled in', () => {
    const compiled = compile({ user: [{ key: 'k', type: 'text', value: '%access_key% %access_key%' }] });
    assert.deepEqual(compiled.problems, []);
    assert.deepEqual(inEnglish(compiled.warnings), [
      {
        field: 'user[0].value',
        message: 'The secret %access_key% is declared neither in this template nor in its endpoint.',
      },
    ]);
    const { body } = made({ user: [{ key: 'k', type: 'text', value: '%access_key%' }] });
    const filled = fillSecrets(String(body), { nonce: NONCE, secrets });
    assert.deepEqual(inEnglish(filled), {
      ok: false,
      name: 'access_key',
      message: 'The secret %access_key% is declared neither in the template nor in the endpoint.',
    });
  });
  for (const name of ['constructor', '__proto__', 'toString']) {
    it(`are no properties of every object: ${name}`, () => {
      assert.equal(fillSecrets(`%${name}:${NONCE}:text%`, { nonce: NONCE, secrets }).ok, false);
    });
  }
  it('with a name that is far too long are named by its beginning', () => {
    const name = 'a'.repeat(500);
    for (const secrets of [{}, { [name]: '\n' }]) {
      const filled = fillSecrets(`%${name}:${NONCE}:header%`, { nonce: NONCE, secrets });
      assert.match(filled.ok ? '' : filled.message, /^The secret %a+…% /);
    }
  });

  it('that cannot stand where they should are not filled in', () => {
    for (const [context, value] of [
      ['header', 'a\r\nb'],
      ['header', 'a\0'],
      ['url', '..'],
      ['url', '.'],
    ] as const) {
      const filled = fillSecrets(`x/%token:${NONCE}:${context}%`, { nonce: NONCE, secrets: { token: value } });
      assert.equal(filled.ok, false, `${context} ${JSON.stringify(value)}`);
    }
  });
  it('are filled in with what they hold, even if that looks like a replacement or a placeholder', () => {
    const token = `$& $1 %token:${NONCE}:text%`;
    assert.deepEqual(fillSecrets(`%token:${NONCE}:text%`, { nonce: NONCE, secrets: { token } }), {
      ok: true,
      text: token,
    });
  });
  it('need a nonce', () => {
    assert.deepEqual(fillSecrets('%token::text%', { nonce: '', secrets }), { ok: true, text: '%token::text%' });
  });
  it('are shown by name, of one nonce or of any', () => {
    const text = '%token:abc:url% %token:def:json%';
    assert.equal(showSecrets(text), '%token% %token%');
    assert.equal(showSecrets(text, 'abc'), '%token% %token:def:json%');
  });

  describe('in hashes', () => {
    const sha256 = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';
    it('are put in at once', () => {
      const config = { user: [{ key: 'h', type: 'sha256' as const, value: '%word%' }], format: 'json' as const };
      assert.equal(request(config, {}, {}, { secrets: { word: 'secret' } }).body, `{"h":"${sha256}"}`);
      const text = '{{sha256 "%word%"}} {{upper (sha256 "%word%")}}';
      assert.equal(
        request({ format: 'text', text }, {}, {}, { secrets: { word: 'secret' } }).body,
        `${sha256} ${sha256.toUpperCase()}`,
      );
      const signed = '{{hmac "what do ya want for nothing?" "%word%"}}';
      assert.equal(
        request({ format: 'text', text: signed }, {}, {}, { secrets: { word: 'Jefe' } }).body,
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      );
    });
    it("have to be the template's own", () => {
      for (const name of ['shared', 'nowhere']) {
        const options = { endpointSecretNames: ['shared'] };
        for (const config of [
          { user: [{ key: 'h', type: 'md5' as const, value: `%${name}%` }] },
          { format: 'text' as const, text: `{{md5 "%${name}%"}}` },
        ]) {
          const { problems } = compile(config, options);
          assert.equal(problems.length, 1);
          assert.match(problems[0]?.message ?? '', /secret of this template itself/);
        }
      }
    });
    it('are text in a value, there too', () => {
      const md5 = '{{md5 callerName}}';
      const plain = made({ format: 'text', text: md5 }, { callerName: '%token%' }).body;
      assert.equal(plain, made({ format: 'text', text: '{{md5 "%" "token" "%"}}' }).body);
    });
  });

  for (const text of [
    '{{default callerName "%token%"}}',
    '{{md5 (date "%token%")}}',
    '{{md5 (date startTime "iso" (lower "%token%"))}}',
    '{{crc32 (replace "%token%" "s3" "")}}',
    '{{hmac callId key=(lower "%token%")}}',
  ]) {
    it(`cannot stand in braces, except directly in a hash: ${text}`, () => {
      const { problems } = compile({ format: 'text', text }, { secrets });
      assert.match(problems[0]?.message ?? '', /cannot stand in braces, except directly in a hash/);
    });
  }
  it('with a name that could never be meant are refused', () => {
    assert.deepEqual(
      compile({}, { secrets: { ab: 'x', 'my-key': 'x', ok_: 'x' } }).problems.map(({ field }) => field),
      ['secrets', 'secrets'],
    );
  });
  it('never get as far as a request', () => {
    assert.equal(
      JSON.stringify(
        made({ url: 'https://h.test/%token%', format: 'text', text: '%token% {{md5 "%token%"}}' }),
      ).includes('s\\"e'),
      false,
    );
  });
});
