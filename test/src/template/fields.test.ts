import assert from 'node:assert/strict';
import type { Field, FieldType } from '../../../src/template/field';
import type { TemplateConfig } from '../../../src/template/template-config';
import { inEnglish } from '../../support/in-english';
import { compile, eventWith, render, request } from './example-vocabulary';

const values = {
  callerName: 'Ann "A"',
  duration: 140.5,
  billsec: '6',
  hasRecording: true,
  ivrPath: ['1', { a: null }],
};

function row(type: FieldType, value: Field['value'], key = 'k'): Field {
  return { key, type, value };
}

function jsonOf(field: Field, config: Partial<TemplateConfig> = {}, typed: unknown[] = []): string {
  return String(request({ user: [field], ...config }, values, { typed }).body);
}

describe('rows', () => {
  const cases: [type: FieldType, value: Field['value'], json: string][] = [
    ['text', 'a "b"', '"a \\"b\\""'],
    ['text', '12', '"12"'],
    ['text', '{{duration}}', '"140.5"'],
    ['text', '{{answerTime}}', '""'],
    ['text', '{{ivrPath}}', '"[\\"1\\",{\\"a\\":null}]"'],
    ['number', '12', '12'],
    ['number', ' -1.50e3 ', '-1.50e3'],
    ['number', '{{duration}}', '140.5'],
    ['number', '{{billsec}}0', '60'],
    ['number', '{{answerTime}}', 'null'],
    ['number', '123456789012345678901234567890', '123456789012345678901234567890'],
    ['number', '1e400', '1e400'],
    ['boolean', 'true', 'true'],
    ['boolean', 'FALSE', 'false'],
    ['boolean', '1', 'true'],
    ['boolean', '{{hasRecording}}', 'true'],
    ['boolean', '{{answerTime}}', 'null'],
    ['array', [], '[]'],
    [
      'array',
      [row('text', 'x', ''), row('number', '1', 'ignored'), row('array', [row('boolean', 'true', '')], '')],
      '["x",1,[true]]',
    ],
    ['object', [], '{}'],
    [
      'object',
      [row('text', '{{callerName}}', 'имя клиента'), row('object', [row('number', '1', 'x')], 'o')],
      '{"имя клиента":"Ann \\"A\\"","o":{"x":1}}',
    ],
    ['md5', 'abc', '"900150983cd24fb0d6963f7d28e17f72"'],
    ['crc32', '{{billsec}}', `"${crcOf6()}"`],
    ['sha1', 'abc', '"a9993e364706816aba3e25717850c26c9cd0d89d"'],
    ['sha256', '{{answerTime}}', '"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"'],
  ];
  for (const [type, value, json] of cases) {
    it(`${type} ${JSON.stringify(value).slice(0, 60)} → ${json}`, () =>
      assert.equal(jsonOf(row(type, value)), `{"k":${json}}`));
  }

  it('writes every number, boolean and null as text where the template says so', () => {
    const config = { valuesAsText: true, available: ['duration', 'answerTime', 'ivrPath'] };
    assert.equal(
      jsonOf(
        row('array', [row('number', '1.50'), row('boolean', 'true'), row('number', '{{answerTime}}'), row('msg', 'x')]),
        config,
        [{ n: 1, list: [true, null] }],
      ),
      '{"duration":"140.5","answerTime":"","ivrPath":["1",{"a":""}],"k":["1.50","true","",{"n":"1","list":["true",""]}]}',
    );
  });

  const failing: [type: FieldType, value: string, message: string][] = [
    ['number', '{{callerName}}', '"Ann "A"" is not a number.'],
    ['number', '0{{billsec}}', '"06" is not a number.'],
    ['boolean', '{{callerName}}', '"Ann "A"" is not true or false.'],
  ];
  for (const [type, value, message] of failing) {
    it(`fails a message for which ${type} ${value} is none`, () => {
      assert.deepEqual(inEnglish(render({ user: [row(type, value)] }, values)), {
        ok: false,
        field: 'user[0].value',
        message,
      });
    });
  }

  const wrong: [why: string, field: Field, at: string, message: RegExp][] = [
    ['a number that is none', row('number', 'abc'), 'user[0].value', /"abc" is not a number/],
    ['an empty number', row('number', ''), 'user[0].value', /is not a number/],
    ['a boolean that is none', row('boolean', 'maybe'), 'user[0].value', /not true or false/],
    ['a secret in a number', row('number', '1%token%'), 'user[0].value', /cannot stand here/],
    ['a template with a mistake', row('text', '{{#if x}}'), 'user[0].value', /never closed/],
    [
      'a mistake deep inside',
      row('object', [row('array', [row('text', '{{{x}}}')], 'a')]),
      'user[0].value[0].value[0].value',
      /Three braces/,
    ],
    ['an empty key deep inside', row('object', [row('text', '', ' ')]), 'user[0].value[0].key', /key is empty/],
    ['a variable in a key', row('text', '', '{{callerName}}'), 'user[0].key', /holds a variable/],
    ['a variable in a key, with a dollar', row('text', '', '${{callerName}}'), 'user[0].key', /holds a variable/],
    ['a part of a key that is a variable', row('text', '', 'x{{nobody}}'), 'user[0].key', /holds a variable/],
    ['a message property as a key', row('text', '', '{{msg.payload}}'), 'user[0].key', /holds a variable/],
    ['a block as a key', row('text', '', '{{#if}}'), 'user[0].key', /holds a variable/],
    ['a secret in a key', row('text', '', 'x%token%'), 'user[0].key', /cannot hold a secret/],
  ];
  for (const [why, field, at, message] of wrong) {
    it(`is refused at deploy: ${why}`, () => {
      const { problems } = compile({ user: [field] }, { secrets: { token: 'x' } });
      assert.deepEqual(
        problems.map((problem) => problem.field),
        [at],
      );
      assert.match(problems[0]?.message ?? '', message);
    });
  }

  it('reads a key that is one whole {{…}} around no parameter as that literal name', () => {
    const user = [
      row('text', '1', '{{имя клиента}}'),
      row('text', '2', '${{ two words }}'),
      row('object', [row('text', '3', '{{in side}}')], 'o'),
    ];
    assert.equal(request({ user }).body, '{"имя клиента":"1","two words":"2","o":{"in side":"3"}}');
  });

  it('is nested to any useful depth, and says where there is more', () => {
    const nested = (depth: number): Field => (depth === 0 ? row('text', 'x') : row('object', [nested(depth - 1)]));
    assert.equal(JSON.parse(jsonOf(nested(60))) !== null, true);
    const { problems } = compile({ user: [nested(100)] });
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /nested more than 64 deep/);
  });

  it('of equal keys the later wins, with a warning that names both', () => {
    const config = {
      available: ['duration', 'callerName'],
      user: [row('text', 'a', 'duration'), row('text', 'b', 'x'), row('text', 'c', 'x')],
    };
    assert.equal(request(config, values).body, '{"callerName":"Ann \\"A\\"","duration":"a","x":"c"}');
    assert.deepEqual(inEnglish(compile(config).warnings), [
      { field: 'available[0]', message: '"duration" is also in user[0], which wins.' },
      { field: 'user[1]', message: '"x" is also in user[2], which wins.' },
    ]);
  });

  it('keeps the order of keys that look like numbers', () => {
    assert.equal(
      request({ user: [row('text', 'a', '10'), row('text', 'b', '2'), row('text', 'c', 'a')] }).body,
      '{"10":"a","2":"b","a":"c"}',
    );
  });
});

describe("rows of Node-RED's own types", () => {
  const user = [
    row('msg', 'payload.x', 'a'),
    row('array', [row('jsonata', '$now()', '')], 'b'),
    row('env', 'HOME', 'c'),
  ];
  it('are listed to be looked up, with the field they stand in', () => {
    assert.deepEqual(compile({ user, headers: [row('flow', 'key', 'X-Key')] }).typedRows, [
      { field: 'headers[0].value', type: 'flow', value: 'key' },
      { field: 'user[0].value', type: 'msg', value: 'payload.x' },
      { field: 'user[1].value[0].value', type: 'jsonata', value: '$now()' },
      { field: 'user[2].value', type: 'env', value: 'HOME' },
    ]);
  });
  it('are written as the value that was found', () => {
    assert.equal(
      request({ user }, {}, { typed: [{ y: [1] }, undefined, '{{callerName}} %token%'] }).body,
      '{"a":{"y":[1]},"b":[null],"c":"{{callerName}} %token%"}',
    );
  });
  it('fail the message where the value cannot be written', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const rendered = render({ user }, {}, { typed: [circle] });
    assert.ok(!rendered.ok);
    assert.equal(rendered.field, 'user[0].value');
  });
});

describe('ticked parameters', () => {
  it("come before the user's own, with the types of the catalogue", () => {
    const body = request(
      { available: ['billsec', 'answerTime', 'callerName', 'hasRecording', 'ivrPath'], user: [row('text', 'x')] },
      values,
    ).body;
    assert.equal(
      body,
      '{"billsec":6,"answerTime":null,"callerName":"Ann \\"A\\"","hasRecording":true,"ivrPath":["1",{"a":null}],"k":"x"}',
    );
  });
  it("may be written with the dollar of a provider's documents", () => {
    assert.equal(request({ available: ['$callerName'] }, { callerName: 'x' }).body, '{"callerName":"x"}');
  });
  it('may be ones that only this event has; where it has not, the message fails', () => {
    assert.equal(request({ available: ['crmId'] }, { crmId: 'x' }).body, '{"crmId":"x"}');
    const rendered = render({ available: ['crmId'] });
    assert.deepEqual(inEnglish(rendered), {
      ok: false,
      field: 'available[0]',
      message: '"crmId" is neither a known parameter nor in this event.',
    });
    assert.equal(request({ available: ['crmId'], unknown: 'empty' }).body, '{"crmId":null}');
    assert.deepEqual(inEnglish(compile({ available: ['crmId'] }).warnings), [
      { field: 'available[0]', message: '"crmId" is no known parameter: events without it fail.' },
    ]);
  });
  it('say of the delivery only what is known before it is sent', () => {
    assert.equal(request({ available: ['webhookName', 'deliveryId'] }).body, '{"webhookName":"CRM","deliveryId":null}');
    assert.match(compile({ available: ['deliveryId'] }).warnings[0]?.message ?? '', /not known before/);
  });
  it('are left alone in the event', () => {
    const event = Object.freeze(eventWith(Object.freeze({ billsec: '6' })));
    assert.equal(request({ available: ['billsec'] }, {}, { event }).body, '{"billsec":6}');
  });
});

/** CRC-32 of "6", from its definition: bit by bit, polynomial 0xEDB88320. */
function crcOf6(): string {
  let crc = 0xffffffff ^ '6'.charCodeAt(0);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}
