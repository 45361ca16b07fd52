import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/json';
import { inEnglish } from '../../support/in-english';
import { compile, render, textBody } from './example-vocabulary';

const call: JsonObject = {
  callerName: 'Ann',
  callerNumber: '+12025550142',
  duration: 140.5,
  billsec: '6',
  price: '12.50',
  hasRecording: 'true',
  startTime: '2026-03-02T09:15:04.000Z',
  ivrPath: ['1', '2'],
  callFlow: [{ type: 'ivr', name: 'main' }, { type: 'queue' }],
  custom: { crmId: 'crm-1', 'deep key': { x: 1 } },
  'имя клиента': 'Жанна',
  'a] b': 'bracket',
  "caller's name": 'quote',
};
/** Far longer than what an error quotes. */
const LONG = 'a'.repeat(500);
const message = { topic: 'call.ended', contact: { id: 7, 'full name': 'Ann B' }, list: [{ n: 1 }, { n: 2 }] };

function text(source: string, config: Parameters<typeof textBody>[2] = {}): string {
  return textBody(source, call, config, { message });
}

function failure(source: string, config: Parameters<typeof render>[0] = {}): string {
  const rendered = render({ format: 'text', text: source, ...config }, call, { message });
  assert.ok(!rendered.ok, JSON.stringify(rendered));
  return `${rendered.field}: ${rendered.message}`;
}

describe('variables', () => {
  const cases: [source: string, expected: string, why: string][] = [
    ['{{callerName}}', 'Ann', 'a parameter'],
    ['${{callerName}}', 'Ann', 'with the dollar of other systems'],
    ['$${{callerName}}', '$Ann', 'a dollar before that is text'],
    ['$ {{callerName}} $', '$ Ann $', 'a dollar elsewhere is text'],
    ['$ {{~callerName}}', '$Ann', 'a dollar that only comes near once spaces are stripped is text'],
    ['{{ callerName }}', 'Ann', 'spaces do not count'],
    ['{{имя клиента}}', 'Жанна', 'a name with spaces and Cyrillic letters'],
    ['${{ имя клиента }}!', 'Жанна!', 'the same with dollar and spaces'],
    ['{{[имя клиента]}}', 'Жанна', 'a literal segment as Handlebars has it'],
    ['{{a] b}}', 'bracket', 'a name with a bracket'],
    ["{{caller's name}} and {{caller's name}}", 'quote and quote', 'names with an apostrophe'],
    ['{{#if имя клиента}}yes{{/if}}', 'yes', 'a name with spaces as a condition'],
    ['{{upper [имя клиента]}}', 'ЖАННА', 'a name with spaces in a call'],
    ['{{msg.contact.id}}', '7', 'a property of the message'],
    ['{{msg.contact.full name}}', 'Ann B', 'a property with a space'],
    ['{{msg.contact.[full name]}}', 'Ann B', 'the same as a literal segment'],
    ['{{msg.contact.nothing.at.all}}|', '|', 'what the message does not have is empty'],
    ['{{msg.contact}}', '{"id":7,"full name":"Ann B"}', 'an object is JSON'],
    ['{{custom.crmId}} {{custom.[deep key].x}}', 'crm-1 1', 'parts of a parameter'],
    ['{{ivrPath.0}} {{ivrPath.[1]}}|{{ivrPath.2}}|', '1 2||', 'items of a list'],
    ['{{#if ivrPath.0}}yes{{/if}}', 'yes', 'an item of a list as a condition'],
    ['{{custom.nothing}}|{{raw.x.y}}|', '||', 'a part that is not there is empty'],
    ['{{answerTime}}|{{calledNumber}}|', '||', 'a parameter of the catalogue that this event does not have is empty'],
    ['{{startTime}}', '2026-03-02 09:15:04', 'a time, in the format of the template'],
    ['{{eventDate}} {{eventClock}}', '2026-03-02 09:17:24', 'the day and the time of day'],
    ['{{eventType}} {{eventId}} {{callId}}', 'call.ended evt_1 call1', 'what the event says of itself'],
    ['{{webhookName}}', 'CRM', 'the name of the webhook'],
    ['{{@root.callerName}}', 'Ann', 'from the root'],
    ['\\{{callerName}}', '{{callerName}}', 'escaped braces are text'],
    ['\\\\{{callerName}}', '\\Ann', 'two backslashes are one and a variable'],
    ['{{!-- a }} comment --}}x{{! another }}', 'x', 'comments'],
    ['{{"callerName"}}', 'Ann', 'a name in quotes'],
    ['{"n":{{duration}}}', '{"n":140.5}', 'a brace right behind a variable'],
    ['{"a":{"n":{{duration}}}}', '{"a":{"n":140.5}}', 'and several'],
    ['{"n":{{#if duration}}1{{else}}2{{/if}}}', '{"n":1}', 'a brace right behind a block'],
  ];
  for (const [source, expected, why] of cases) {
    it(`${source} → ${expected} (${why})`, () => assert.equal(text(source), expected));
  }

  it('reads numbers, booleans and text as the catalogue says, and keeps their digits', () => {
    assert.equal(
      text('{"a":{{billsec}},"b":{{price}},"c":{{hasRecording}},"d":{{callerNumber}},"e":{{answerTime}}}'),
      '{"a":6,"b":12.50,"c":true,"d":"+12025550142","e":null}',
    );
    assert.equal(
      text('{"a":{{billsec}},"b":{{price}},"c":{{hasRecording}},"e":{{answerTime}}}', { valuesAsText: true }),
      '{"a":"6","b":"12.50","c":"true","e":""}',
    );
  });

  it('writes times in the zone and format of the template', () => {
    const written = text('{{startTime}} {{eventDate}}', { timeZone: 'Asia/Kolkata', dateFormat: 'DD.MM.YYYY HH:mm' });
    assert.equal(written, '02.03.2026 14:45 02.03.2026');
    assert.equal(text('{"t":{{startTime}}}', { dateFormat: 'unix' }), '{"t":1772442904}');
  });

  it('has every parameter empty where a message carries no event', () => {
    assert.equal(textBody('{{callerName}}|{{startTime}}|{{eventDate}}|', null), '|||');
  });
});

describe('a name that nobody knows', () => {
  it('fails the message, naming it and the field, and suggests what was meant', () => {
    assert.equal(
      failure('Call of {{calerName}}'),
      'text: "calerName" is neither a known parameter nor in this event. Did you mean "callerName"?',
    );
    const rendered = render({ user: [{ key: 'a', type: 'text', value: '{{nobody knows}}' }] }, call);
    assert.deepEqual(inEnglish(rendered), {
      ok: false,
      field: 'user[0].value',
      message: '"nobody knows" is neither a known parameter nor in this event.',
    });
  });
  it('is a warning at deploy, before the first call', () => {
    assert.deepEqual(inEnglish(compile({ format: 'text', text: '{{caller_number}}' }).warnings), [
      {
        field: 'text',
        message: '"caller_number" is no known parameter: events without it fail. Did you mean "callerNumber"?',
      },
    ]);
  });
  it('is empty by a setting of the template', () => {
    assert.equal(text('{{nobody}}|', { unknown: 'empty' }), '|');
    assert.equal(text('{"a":{{nobody}},"b":"{{nobody}}"}', { unknown: 'empty' }), '{"a":null,"b":""}');
    assert.deepEqual(compile({ format: 'text', text: '{{nobody}}', unknown: 'empty' }).warnings, []);
  });
  for (const name of ['data customer', 'Ключ 2', 'Телефон (моб)', "client's name", 'who called callerName']) {
    it(`is a name with spaces where no call can be meant: ${name}`, () => {
      assert.deepEqual(compile({ format: 'text', text: `{{${name}}}` }).problems, []);
      assert.equal(textBody(`{{${name}}}`, { [name]: 'x' }), 'x');
    });
  }
  it('may be what "default" replaces', () => assert.equal(text('{{default nobody "x"}}'), 'x'));
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype']) {
    it(`is ${name}: nothing of a prototype is ever read`, () => {
      assert.match(failure(`{{${name}}}`), new RegExp(`"${name}" is neither`));
      assert.equal(
        text(
          `{{custom.${name}}}|{{msg.${name}}}|{{lookup custom "${name}"}}|{{#each ivrPath}}{{this.${name}}}{{/each}}`,
        ),
        '|||',
      );
    });
  }
});

describe('blocks', () => {
  const cases: [source: string, expected: string][] = [
    ['{{#if callerName}}a{{else}}b{{/if}}', 'a'],
    ['{{#if answerTime}}a{{else if callerName}}b{{else}}c{{/if}}', 'b'],
    ['{{#unless answerTime}}a{{/unless}}', 'a'],
    ['{{^if answerTime}}a{{/if}}', 'a'],
    ['{{#each ivrPath}}{{@index}}={{this}}{{#unless @last}},{{/unless}}{{/each}}', '0=1,1=2'],
    ['{{#each ivrPath}}{{@first}} {{.}} {{/each}}', 'true 1 false 2 '],
    ['{{#each callFlow}}{{type}}:{{this.name}};{{/each}}', 'ivr:main;queue:;'],
    ['{{#each callFlow}}{{type}} {{callerName}};{{/each}}', 'ivr Ann;queue Ann;'],
    ['{{#each callFlow}}{{../callerName}}{{@root.duration}};{{/each}}', 'Ann140.5;Ann140.5;'],
    ['{{#each callFlow as |stop index|}}{{index}}{{stop.type}};{{/each}}', '0ivr;1queue;'],
    ['{{#each custom}}{{@key}},{{/each}}', 'crmId,deep key,'],
    ['{{#each answerTime}}x{{else}}none{{/each}}', 'none'],
    ['{{#each msg.list}}{{n}}{{#each ../ivrPath}}{{this}}{{/each}};{{/each}}', '112;212;'],
    ['{{#with msg.contact}}{{id}} {{callerName}}{{/with}}', '7 Ann'],
    ['{{#with msg.nothing}}x{{else}}none{{/with}}', 'none'],
    ['a\n{{#if callerName}}\nb\n{{/if}}\nc', 'a\nb\nc'],
    ['{{#if callerName~}}  b  {{~/if}}', 'b'],
    ['{{lookup ivrPath 1}}', '2'],
  ];
  for (const [source, expected] of cases) {
    it(`${JSON.stringify(source)} → ${expected}`, () => assert.equal(text(source), expected));
  }
  it('takes a number that kept its digits for what it is', () => {
    assert.equal(textBody('{{#if price}}costs{{else}}free{{/if}}', { price: '0.00' }), 'free');
  });
  it('fails on a name that neither item nor event has', () => {
    assert.match(failure('{{#each callFlow}}{{nme}}{{/each}}'), /"nme" is neither/);
  });
  it('stops a loop that would fill the memory', () => {
    const list = Array.from({ length: 200 }, () => 'x');
    const rendered = render(
      { format: 'text', text: `{{#each msg.list}}{{#each ../msg.list}}${'ten chars '.repeat(30)}{{/each}}{{/each}}` },
      {},
      { message: { list } },
    );
    assert.deepEqual(inEnglish(rendered), {
      ok: false,
      field: 'text',
      message: 'What it renders to is longer than 5 MB.',
    });
  });
  it('stops loops that would go on and on, though they write nothing', () => {
    const text = '{{#each ivrPath}}{{#each ../ivrPath}}{{#if msg.x}}one{{/if}}{{/each}}{{/each}}';
    const count = (length: number) => render({ format: 'text', text }, { ivrPath: Array.from({ length }, () => 'x') });
    assert.equal(count(200).ok, true);
    assert.deepEqual(inEnglish(count(20_000)), {
      ok: false,
      field: 'text',
      message: 'Its loops go round more than 50000 times.',
    });
  });
  it('refuses blocks in blocks in blocks', () => {
    const nested = (depth: number) => '{{#if callId}}'.repeat(depth) + '{{/if}}'.repeat(depth);
    assert.equal(compile({ format: 'text', text: nested(60) }).problems.length, 0);
    for (const text of [nested(65), nested(2500), '{{#if callId}}'.repeat(4000)]) {
      assert.match(compile({ format: 'text', text }).problems[0]?.message ?? '', /nested too deeply/);
    }
  });
});

describe('helpers', () => {
  it('stop before they make a value that is far too long', () => {
    const callerName = 'a'.repeat(20_000);
    const rendered = render({ format: 'text', text: '{{replace callerName "a" callerName}}' }, { callerName });
    assert.deepEqual(inEnglish(rendered), {
      ok: false,
      field: 'text',
      message: 'What it renders to is longer than 5 MB.',
    });
  });

  const cases: [source: string, expected: string][] = [
    ['{{upper callerName}} {{lower callerName}}', 'ANN ann'],
    ['{{replace callerNumber "+" "00"}}', '0012025550142'],
    ['{{replace callerNumber "0" ""}}', '+122555142'],
    [
      '{{default answerTime "never"}} {{default callerName "x"}} {{default answerTime calledNumber "z"}}',
      'never Ann z',
    ],
    ['{{json callerName}} {{json custom}}', '"Ann" {"crmId":"crm-1","deep key":{"x":1}}'],
    ['{{date startTime "DD.MM.YYYY"}}', '02.03.2026'],
    ['{{date startTime "HH:mm" "Asia/Kolkata"}}', '14:45'],
    ['{{date startTime format="iso" zone="UTC"}}', '2026-03-02T09:15:04.000Z'],
    ['{{date answerTime "DD.MM.YYYY"}}|', '|'],
    ['{{date (default answerTime startTime) "unix"}}', '1772442904'],
    ['{{date 1772442904 "iso"}}', '2026-03-02T09:15:04.000Z'],
    ['{{md5 "abc"}}', '900150983cd24fb0d6963f7d28e17f72'],
    ['{{crc32 "abc"}} {{crc32 ""}}', '352441c2 00000000'],
    ['{{sha1 "abc"}}', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['{{sha256 "a" "bc"}}', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      '{{hmac "what do ya want for nothing?" "Jefe"}}',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['{{hmac "what do ya want for nothing?" key="Jefe" algorithm="md5"}}', '750c783e6ab0b503eaa86e310a5db738'],
    ['{{hmac "what do ya want for nothing?" "Jefe" "sha1" "base64"}}', '7/zfauXrL6LSdBbV8YTfnCWafHk='],
    ['{{e164 "020 7946 0018" "GB"}} {{e164 callerNumber}} {{e164 "101"}}', '+442079460018 +12025550142 101'],
    ['{{upper (replace callerName "n" "m")}}', 'AMM'],
  ];
  for (const [source, expected] of cases) {
    it(`${source} → ${expected}`, () => assert.equal(text(source), expected));
  }
  it('"json" writes JSON outside quotes and text inside them', () => {
    assert.equal(
      text('{"a":{{json custom}},"b":"{{json ivrPath}}"}'),
      '{"a":{"crmId":"crm-1","deep key":{"x":1}},"b":"[\\"1\\",\\"2\\"]"}',
    );
  });
  it('"date" says what it cannot read', () => {
    assert.equal(failure('{{date callerName}}'), 'text: "Ann" is not a time that "date" can read.');
  });
});

describe('what a template cannot be', () => {
  const cases: [source: string, reason: RegExp][] = [
    ['{{{callerName}}}', /Three braces/],
    ['{"a":{{{callerName}}}}', /Three braces/],
    ['{{&callerName}}', /unescaped/],
    ['{{> other}}', /Partials/],
    ['{{#> other}}{{/other}}', /Partials/],
    ['{{* decorate}}', /Decorators/],
    ['{{#*inline "x"}}{{/inline}}', /Partials and decorators/],
    ['{{{{raw}}}}{{{{/raw}}}}', /Three braces/],
    ['{{#each}}{{/each}}', /needs one value/],
    ['{{#if a}}', /never closed/],
    ['{{#if callerName}}{{/unless}}', /"if" doesn't match "unless"/],
    ['{{callerName.this}}', /"callerName\.this" is no path/],
    ['{{callerName', /has no "}}"/],
    ['{{#log callerName}}{{/log}}', /is no block/],
    ['{{#callFlow}}{{/callFlow}}', /is no block/],
    ['{{upper}}', /"upper" needs a value: \{\{upper value\}\}/],
    ['{{upper callerName callerNumber}}', /"upper" is written \{\{upper value\}\}/],
    ['{{upper (shout callerName)}}', /"shout" is no function\. There are date, /],
    ['{{uppper callerName "y"}}', /"uppper" is no function\. Did you mean "upper"\?/],
    ['{{uppper callerName}}', /"uppper" is no function\. Did you mean "upper"\?/],
    ['{{sha265 callId msg.salt}}', /"sha265" is no function\. Did you mean "sha256"\?/],
    ['{{shout "y"}}', /"shout" is no function/],
    ['{{dat startTime format="unix"}}', /"dat" is no function\. Did you mean "date"\?/],
    ['{{date startTime "QQQ"}}', /"QQQ" is no part of a date format/],
    ['{{date startTime "iso" "Mars/Olympus"}}', /no time zone "Mars\/Olympus"/],
    ['{{hmac callerName "k" "sha3"}}', /"hmac" knows/],
    ['{{upper callerName size=1}}', /"size=" means nothing/],
    ['{{@index}}', /in \{\{#each\}\} only/],
    ['{{@frame.nonce}}', /in \{\{#each\}\} only/],
    ['{{this}}', /in \{\{#each\}\} and \{\{#with\}\} only/],
    ['\0', /NUL/],
    ['{{#if callerName}}'.repeat(100) + '{{/if}}'.repeat(100), /nested too deeply/],
    [`{{upper ${'(upper '.repeat(100)}callerName${')'.repeat(100)}}}`, /nested too deeply/],
    ['x'.repeat(65_537), /64 kB/],
  ];
  for (const [source, reason] of cases) {
    it(`${source.slice(0, 50)}: ${String(reason)}`, () => {
      const { problems } = compile({ format: 'text', text: source });
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problems[0]?.field, 'text');
      assert.match(problems[0]?.message ?? '', reason);
    });
  }
  it('says in which line', () => {
    const messages = [
      'a\nb\n{{{x}}}',
      'a\n\n{{#if x}}',
      'a\r\n{{upper}}',
      '{\n"a": "x",\n"b": "\\\\{{callerName}}"}',
    ].map((source) => compile({ format: 'text', text: source }).problems[0]?.message.slice(0, 7));
    assert.deepEqual(messages, ['Line 3:', 'Line 3:', 'Line 2:', 'Line 3:']);
  });
  for (const [source, reason] of [
    [`{{#un${LONG}less callerName}}{{/unless}}`, /"una+…" doesn't match "unless"/],
    [`{{#if callerName}}{{/i${LONG}f}}`, /"if" doesn't match "ia+…"/],
    [`{{#${LONG} callerName}}{{/${LONG}}}`, /\{\{#a+…\}\} is no block/],
    [`{{${LONG}.this}}`, /"a+…" is no path/],
    [`{{upper "%${LONG}%"}}`, /%a+…% cannot stand in braces/],
    [`{{sha256 "%${LONG}%"}}`, /%a+…% is hashed at once/],
  ] as const) {
    it(`shortens what was written in ${String(reason)}`, () => {
      const { problems } = compile({ format: 'text', text: source }, { endpointSecretNames: [LONG] });
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0]?.message ?? '', reason);
    });
  }
  it('shortens the property that a message does not have', () => {
    assert.match(
      failure('', { format: 'raw', rawProperty: LONG }),
      /^rawProperty: The message has no property msg\.a+…\.$/,
    );
  });
  it('takes a source of 64 kB', () => {
    assert.deepEqual(compile({ format: 'text', text: 'x'.repeat(65_536) }).problems, []);
  });
  it('finds braces that are never closed without taking long', () => {
    const { problems } = compile({ format: 'text', text: `{{#if ${' '.repeat(60_000)}x}}{{/if}}` });
    assert.match(problems[0]?.message ?? '', /not closed nearby/);
  });
  it('a mistake fails every message with its field, and never throws', () => {
    assert.match(failure('{{{x}}}'), /^text: Three braces/);
  });
});

describe('messages that hold no data', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const deep: Record<string, unknown> = {};
  let at = deep;
  for (let level = 0; level < 50_000; level++) at = at['in'] = {} as Record<string, unknown>;
  const thrower = Object.defineProperty({}, 'x', { enumerable: true, get: () => assert.fail('no\nway') });
  const cases: [why: string, payload: unknown, outcome: RegExp | string][] = [
    ['a circle', circle, /cannot be written: Converting circular/],
    ['nesting without end', deep, /nested too deeply/],
    ['a getter that throws', thrower, /cannot be written: no/],
    ['a function', () => 'called', '|'],
    ['a symbol', Symbol('s'), '|'],
    ['a big integer', 12345678901234567890n, '12345678901234567890|'],
    ['a date', new Date('2026-03-02T09:15:04Z'), '2026-03-02T09:15:04.000Z|'],
    ['bytes', Buffer.from('bytes'), 'bytes|'],
    ['no number', Number.NaN, 'NaN|'],
    ['null', null, '|'],
  ];
  for (const [why, payload, outcome] of cases) {
    it(`${why}: ${String(outcome)}`, () => {
      const rendered = render({ format: 'text', text: '{{msg.payload}}|' }, {}, { message: { payload } });
      if (typeof outcome === 'string') assert.equal(rendered.ok && rendered.request.body, outcome);
      else {
        assert.ok(!rendered.ok);
        assert.match(rendered.message, outcome);
      }
    });
  }
});
