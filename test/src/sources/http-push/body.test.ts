import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/json';
import { readPayload } from '../../../../src/sources/http-push/body';

/** What no pause of a busy machine lasts. */
const HANG_MS = 5000;

function read(
  body: string | Buffer,
  contentType: string,
  more: { query?: string; documented?: readonly string[] } = {},
) {
  const { query = '', documented } = more;
  return readPayload({
    body: Buffer.from(body),
    contentType,
    query: new URLSearchParams(query),
    documented: documented === undefined ? null : (key) => documented.includes(key),
  });
}

function payload(...args: Parameters<typeof read>): JsonObject {
  const reading = read(...args);
  assert(reading.kind === 'payload', reading.kind === 'unreadable' ? reading.reason : '');
  return reading.payload;
}

function reason(...args: Parameters<typeof read>): string {
  const reading = read(...args);
  assert(reading.kind === 'unreadable', 'it was read');
  return reading.reason;
}

const FORM = 'application/x-www-form-urlencoded';

describe('Reading what was pushed', () => {
  const READ: readonly [title: string, contentType: string, body: string | Buffer, payload: JsonObject][] = [
    ['JSON', 'application/json', '{"a":1,"b":{"c":[null,true,""]}}', { a: 1, b: { c: [null, true, ''] } }],
    ['JSON with a charset', 'application/json; charset=UTF-8', '{"a":"é"}', { a: 'é' }],
    ['JSON of a vendor’s own type', 'application/vnd.pbx+json', '{"a":1}', { a: 1 }],
    ['JSON after a byte order mark', 'application/json', '\uFEFF{"a":1}', { a: 1 }],
    ['JSON of no type', '', ' {"a":1}', { a: 1 }],
    ['JSON as text/plain', 'text/plain', '{"a":1}', { a: 1 }],
    ['JSON that says it is a form', FORM, '\n{"a":"1=2&3"}', { a: '1=2&3' }],
    ['JSON in Latin-1', 'application/json; charset="iso-8859-1"', Buffer.from('{"a":"é"}', 'latin1'), { a: 'é' }],
    ['the last of two equal keys', 'application/json', '{"a":1,"a":2}', { a: 2 }],
    ['a form', FORM, 'a=1&b=x+y%26z&c=', { a: '1', b: 'x y&z', c: '' }],
    ['a form of no type', '', 'a=1&b=2', { a: '1', b: '2' }],
    ['a form in Latin-1', `${FORM};charset=iso-8859-1`, Buffer.from('a=%E9&b=\xe9', 'latin1'), { a: 'é', b: 'é' }],
    ['a form with a name that comes twice', FORM, 'a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['JSON with bytes that are no UTF-8', 'application/json', Buffer.from('{"a":"\xff"}', 'latin1'), { a: '\uFFFD' }],
  ];
  for (const [title, contentType, body, expected] of READ) {
    it(`understands ${title}`, () => assert.deepEqual(payload(body, contentType), expected));
  }

  it('reads the query where there is no body, and only there', () => {
    assert.deepEqual(payload('', '', { query: 'a=1&b=%D0%9F' }), { a: '1', b: 'П' });
    assert.deepEqual(payload('{"a":1}', 'application/json', { query: 'b=2' }), { a: 1 });
  });

  const REFUSED: readonly [title: string, contentType: string, body: string, reason: RegExp][] = [
    ['nothing at all', '', '', /empty/],
    ['blanks', 'application/json', ' \n ', /blank/],
    ['broken JSON', 'application/json', '{"a":1,}', /not JSON: .+\./],
    ['a list', 'application/json', '[{"a":1}]', /a list/],
    ['a number', 'application/json', '17', /a single value/],
    ['a form that says it is JSON', 'application/json', 'a=1', /not JSON/],
    ['broken JSON that says it is a form', FORM, '{"a":1,}', /not JSON/],
    ['XML', 'text/xml', '<call id="7"/>', /not JSON/],
    ['prose', 'text/plain', 'it rang = twice', /not JSON/],
    ['a form in parts', 'multipart/form-data; boundary=x', '--x\r\n', /multipart/],
    ['an unknown character set', 'application/json; charset=klingon', '{"a":1}', /"klingon"/],
    ['JSON nested too deep', 'application/json', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, /nested/],
    ['more values than any call has', 'application/json', `{"a":[${'0,'.repeat(30_000)}0]}`, /more than/],
  ];
  for (const [title, contentType, body, expected] of REFUSED) {
    it(`refuses ${title} with a reason`, () => assert.match(reason(body, contentType), expected));
  }

  it('says in one short line why JSON is none', () => {
    const said = reason(`{"a": ${'x\n'.repeat(5000)}`, 'application/json');
    assert(said.length < 220 && !said.includes('\n'), said);
  });
});

describe('Numbers that are names', () => {
  const KEPT: readonly [written: string, read: unknown][] = [
    ['40000000000', 40000000000],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['1795227255.30', '1795227255.30'],
    ['1795227255.5', 1795227255.5],
    ['4.0e10', 40000000000],
    ['1e400', '1e400'],
    ['1.50', 1.5],
    ['-3', -3],
  ];
  for (const [written, expected] of KEPT) {
    it(`keeps every digit of ${written}`, () => {
      assert.deepEqual(payload(`{"a":[${written}]}`, 'application/json'), { a: [expected] });
    });
  }
});

describe('Keys that could poison an object', () => {
  for (const [contentType, body] of [
    ['application/json', '{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1},"b":1}}'],
    [FORM, '__proto__=1&__proto__=2&constructor=x&a=1'],
  ] as const) {
    it(`are harmless in ${contentType}`, () => {
      const read = payload(body, contentType);
      assert.equal(Object.getPrototypeOf(read), Object.prototype);
      assert(!Object.hasOwn(read, '__proto__'));
      const copy: JsonObject = {};
      for (const [key, value] of Object.entries(read)) copy[key] = value;
      assert.equal((copy as { polluted?: unknown }).polluted, undefined);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    });
  }
});

describe('The tolerant pass', () => {
  const documented = ['status', 'to'];

  const MENDED: readonly [title: string, body: string, fields: JsonObject][] = [
    ['a comma too many', '{"to": 1, "status": "ANSWER",}', { to: 1, status: 'ANSWER' }],
    ['a missing brace', '{"to": 1, "status": "ANSWER"', { to: 1, status: 'ANSWER' }],
    ['bare words', '{to: 91886713XXXX, status: ANSWER}', { to: '91886713XXXX', status: 'ANSWER' }],
    ['a missing quote', '{"to": 1, "status": "ANSWER}', { to: 1, status: 'ANSWER' }],
    ['single quotes', "{'status': 'ANSWER'}", { status: 'ANSWER' }],
    ['a number of many digits', '{"to": 12345678901234567890,}', { to: '12345678901234567890' }],
  ];
  for (const [title, body, fields] of MENDED) {
    it(`mends ${title} and keeps what was sent`, () => {
      assert.deepEqual(payload(body, 'application/json', { documented }), { ...fields, $repaired: true, $body: body });
    });
  }

  const NOT_MENDED: readonly [title: string, body: string][] = [
    ['fields that no provider documents', '{"a": 1,}'],
    ['prose', 'status is ANSWER'],
    ['a list', '[{"status": "ANSWER",}'],
    ['lines of JSON', '{"status":"ANSWER"}\n{"status":"BUSY"}'],
    ['what is longer than any report', `{"status": "ANSWER", "a": "${'x'.repeat(9_000)}",}`],
  ];
  for (const [title, body] of NOT_MENDED) {
    it(`does not touch ${title}`, () => reason(body, 'application/json', { documented }));
  }

  it('leaves good JSON alone', () => {
    assert.deepEqual(payload('{"a":1}', 'application/json', { documented }), { a: 1 });
  });

  it('is not made where the dialect does not ask for it', () => {
    assert.match(reason('{"status": "ANSWER",}', 'application/json'), /not JSON/);
  });

  it('gives up on nesting that would overflow', () => {
    reason('{"status":'.repeat(3000), 'application/json', { documented });
    reason(`{"status":${'['.repeat(30_000)}`, 'application/json', { documented });
  });

  it('cannot be kept busy', () => {
    for (const unit of [
      '"',
      '{"status":"',
      "'",
      '\\"',
      '[,',
      '/*',
      '"a":',
      '`',
      '"\\',
      '{"status":"a" "b" ',
      '"a"+',
      'a(',
      '\u201c',
    ]) {
      const body = `{"status":${unit.repeat(8_000 / unit.length)}`;
      const begin = performance.now();
      read(body, 'application/json', { documented });
      const took = performance.now() - begin;
      // It takes milliseconds; a repair that goes back over the text at each step takes minutes.
      assert(took < HANG_MS, `${unit} took ${took} ms`);
    }
  });
});
