/** Whatever a template says and whatever a message holds: a request, or the field that is wrong and why, and soon. */
import assert from 'node:assert/strict';
import { eventOf } from '../../nodes/runtime/message';
import { parseConfig } from '../../nodes/telephony-webhook-template/config';
import { eventTypes } from '../../src/event/catalogue';
import { sampleEvent } from '../../src/event/samples';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { vocabulary } from '../../src/sources/http-push/vocabularies';
import { type CompiledTemplate, compileTemplate } from '../../src/template/compile-template';
import type { RenderInput } from '../../src/template/frame';
import { renderTemplate } from '../../src/template/render-template';
import { fillSecrets, showSecrets } from '../../src/template/secret-placeholder';
import { MAX_SOURCE_BYTES } from '../../src/template/template-config';
import { readExamples } from '../support/example-flows';
import { assertClear, fuzz, growsEvenly, HANGS_MS, quickly } from './fuzzer';
import type { Hostile } from './hostile';

const NONCE = 'n0nce1234567';
const SECRETS = { token: 's3cret', other_key: '"%&<\\' };

/** Texts that use all there is in a template. */
const SOURCES = [
  '{"d":{{duration}},"n":"{{callerName}} ${{callerNumber}}","t":"{{date startTime "DD.MM.YYYY HH:mm" "Europe/London"}}"}',
  '[{{#each ivrPath as |step index|}}{{#unless @first}},{{/unless}}{"{{index}}":1,"at":"{{step}}"}{{/each}}]',
  '{{#if callerName}}<a b="{{callerName}}">{{else if duration}}<a b="%token%">{{else}}<a b="">{{/if}}</a>',
  'a={{upper (default callerName "x")}}&b={{sha256 callerName "%token%"}}&c={{hmac callerName key="%token%" algorithm="sha1"}}',
  '{{имя параметра}} {{[a b].[c d]}} {{msg.contact.id}} {{#with custom}}{{../callerName}}{{this.id}}{{/with}}{{! note }}',
  '{{e164 callerNumber country="GB"}}{{replace callerName "a" "b"}}{{json raw}}{{lookup ivrPath 0}}{{crc32 callId}}\\{{text}}',
];

const ROWS = [
  { key: 'text', type: 'text', value: SOURCES[0] ?? '' },
  { key: 'number', type: 'number', value: '{{duration}}' },
  {
    key: 'deep',
    type: 'object',
    value: [{ key: 'list', type: 'array', value: [{ type: 'md5', value: '{{callId}}' }] }],
  },
  { key: 'own', type: 'msg', value: 'payload' },
];

/** Templates as flows hold them: those of the examples, and one of each format with all in it. */
const TEMPLATES: readonly object[] = [
  ...readExamples().flatMap(({ nodes }) => nodes.filter(({ type }) => type === 'telephony-webhook-template')),
  ...['json', 'json-rpc', 'form', 'raw'].map((format) => ({
    format,
    url: 'https://crm.test:8443/a/{{callId}}?k={{callerName}}',
    available: ['eventType', 'callerNumber', 'raw', 'ivrPath', 'eventDate'],
    user: ROWS,
    query: ROWS.slice(0, 2),
    headers: [{ key: 'X-Call', type: 'text', value: '{{callId}} %token%' }],
    rpcMethod: 'call.{{eventType}}',
  })),
  ...SOURCES.map((text) => ({ format: 'text', url: '/hook', text, unknown: 'empty' })),
];

function compiled(config: unknown): CompiledTemplate {
  const { config: parsed } = parseConfig(config);
  const options = { vocabulary: vocabulary(parsed.names), secrets: SECRETS, endpointSecretNames: ['lent'] };
  return compileTemplate(parsed, { ...options, baseUrl: 'https://base.test/api' });
}

/** Longer sources are read in time that grows evenly, as other tests here see to. */
const FAIRLY_LONG = 8_000;

function compiledQuickly(config: object): CompiledTemplate {
  const template =
    JSON.stringify(config).length > FAIRLY_LONG ? compiled(config) : quickly(config, () => compiled(config));
  for (const { field, message } of [...template.problems, ...template.warnings]) {
    assert.match(field, /^[a-z]+/i);
    assertClear(message);
  }
  return template;
}

function assertRendered(template: CompiledTemplate, input: RenderInput, what: unknown): void {
  const rendered = quickly(what, () => renderTemplate(template, input));
  if (!rendered.ok) {
    assert.notEqual(rendered.field, '', rendered.message);
    assertClear(rendered.message);
    return;
  }
  assert.deepEqual(template.problems, []);
  const { url, headers, body } = rendered.request;
  if (template.origin !== undefined) assert.equal(new URL(url).origin, template.origin);
  for (const [name, value] of Object.entries(headers)) {
    assert.match(name, /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
    assert.doesNotMatch(value, /[\r\n\0]/);
  }
  if (typeof body === 'string') {
    assert(showSecrets(body).length <= body.length);
    const filled = fillSecrets(body, { nonce: NONCE, secrets: { ...SECRETS, lent: 'x' } });
    if (filled.ok && headers['Content-Type'] === 'application/json') JSON.parse(filled.text);
  }
}

/** An event as a source makes it, with other values in it; one that was made by hand; or none. */
function anyEvent(hostile: Hostile): TelephonyEvent | null {
  const sample = sampleEvent(hostile.pick(eventTypes).type);
  assert(sample !== undefined);
  if (hostile.chance(0.1)) return null;
  const parameters = hostile.mutated(sample.parameters);
  const event = { ...sample, parameters: typeof parameters === 'object' && parameters !== null ? parameters : {} };
  const changed = hostile.chance(0.2) ? { ...event, time: hostile.json(1), callId: hostile.json(1) } : event;
  return eventOf({ event: changed }) as TelephonyEvent | null;
}

function anyInput(hostile: Hostile, template: CompiledTemplate): RenderInput {
  const message = hostile.mutated({ payload: 'x', contact: { id: 1 } }, () => hostile.live());
  return {
    event: anyEvent(hostile),
    message: typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {},
    typed: template.typedRows.map(() => hostile.live()),
    nonce: NONCE,
    webhookName: hostile.text(),
  };
}

describe('any template', () => {
  fuzz(
    'as a flow may hold it says what is wrong with it, or makes requests of whatever a message holds',
    600,
    (hostile) => {
      const config = hostile.mutated(hostile.pick(TEMPLATES), () =>
        hostile.chance(0.5) ? hostile.pick(ROWS) : hostile.json(),
      );
      if (typeof config !== 'object' || config === null) return;
      const template = compiledQuickly(config);
      assertRendered(template, anyInput(hostile, template), config);
    },
  );

  fuzz('text, with something wrong in it, does so too', 1500, (hostile) => {
    const text = hostile.chance(0.1) ? hostile.text(3000) : hostile.mutatedText(hostile.pick(SOURCES));
    const contentType = hostile.pick([
      '',
      'application/json',
      'text/xml',
      'application/x-www-form-urlencoded',
      'text/plain',
    ]);
    const unknown = hostile.pick(['error', 'empty']);
    const template = compiledQuickly({ format: 'text', url: 'https://a.test/', text, contentType, unknown });
    assertRendered(template, anyInput(hostile, template), text);
  });

  fuzz('that is right makes requests of whatever a message holds', 800, (hostile) => {
    const config = hostile.pick(TEMPLATES);
    const template = compiled({ ...config, unknown: 'empty' });
    assertRendered(template, anyInput(hostile, template), config);
  });
});

/** What a parser could go over again and again. */
const PIECES = [
  ...['{{callerName}}', '{{имя клиента}}', '{{a b}}', '{{#if a}}x{{/if}}', '{{upper a}}', '{{!x}}', '%token%', '\\{{'],
  ...['{{', '}}', '{{"', '{{[', '{{upper (', '{{#if a}}', '{', '"', '<a b="', '<![CDATA[', '<!--', '&', 'a=&', '://'],
];

describe('a template of the greatest length', function () {
  this.timeout(HANGS_MS);

  for (const field of ['text', 'url'] as const) {
    for (const contentType of field === 'text'
      ? ['application/json', 'text/xml', 'application/x-www-form-urlencoded']
      : ['']) {
      it(`in ${field} ${contentType} is read in time that grows with its length and no faster`, () => {
        for (const piece of PIECES) {
          growsEvenly(
            MAX_SOURCE_BYTES / 8,
            (size) => ({ format: 'text', contentType, [field]: `/${piece.repeat(size / Buffer.byteLength(piece))}` }),
            (config) => void compiled(config),
          );
        }
      });
    }
  }

  it('is rendered in time that grows with the values and no faster', () => {
    const template = compiled({ format: 'text', url: '/', unknown: 'empty', text: SOURCES.slice(3).join(' ') });
    assert.deepEqual(template.problems, []);
    for (const piece of ['a', '"', '\ud800', '{{', '%token%', `%token:${NONCE}:json%`, '&amp;', ' ', '9']) {
      growsEvenly(
        100_000,
        (size) => ({ callerName: piece.repeat(size / piece.length), callerNumber: piece.repeat(size / piece.length) }),
        (parameters) => {
          const event = { ...sampleEvent('call.ended'), parameters } as unknown as TelephonyEvent;
          renderTemplate(template, { event, message: {}, typed: [], nonce: NONCE, webhookName: '' });
        },
      );
    }
  });

  for (const [what, text, parameters] of [
    [
      'loops in loops',
      '{{#each ivrPath}}{{#each ../ivrPath}}{{#if x}}{{/if}}{{/each}}{{/each}}',
      { ivrPath: Array(20_000).fill('a') },
    ],
    [
      'loops in loops over names',
      '{{#each custom}}{{#each ../custom}}{{@key}}{{/each}}{{/each}}',
      {
        custom: Object.fromEntries(
          Array(20_000)
            .fill(0)
            .map((_, index) => [`k${index}`, 1]),
        ),
      },
    ],
    ['a value put into itself', '{{replace callerName "a" callerName}}', { callerName: 'a'.repeat(20_000) }],
    [
      'a value put into itself again',
      '{{replace (replace callerName "a" callerName) "a" callerName}}',
      { callerName: 'a'.repeat(2_000) },
    ],
    ['a value written often', '{{callerName}}'.repeat(4000), { callerName: 'x'.repeat(100_000) }],
  ] as const) {
    it(`does not take long over ${what}`, () => {
      const template = compiled({ format: 'text', url: '/', contentType: 'text/plain', text, unknown: 'empty' });
      assert.deepEqual(template.problems, []);
      const event = { ...sampleEvent('call.ended'), parameters } as unknown as TelephonyEvent;
      const input = { event, message: {}, typed: [], nonce: NONCE, webhookName: '' };
      const rendered = quickly(what, () => renderTemplate(template, input));
      assertClear(rendered.ok ? 'It is rendered.' : rendered.message);
    });
  }
});
