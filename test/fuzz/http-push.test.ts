import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json';
import type { DialectId } from '../../src/sources/http-push/dialect';
import { MAX_BODY_BYTES, type PushConfig, type PushRequest } from '../../src/sources/http-push/push';
import { parsePush } from '../../src/sources/http-push/push-config';
import { vocabulary, vocabularyIds } from '../../src/sources/http-push/vocabularies';
import * as payloads from '../src/sources/http-push/payloads';
import { jsonRequest, push, request, source } from '../src/sources/http-push/pushing';
import { assertClear, fuzz, quickly } from './fuzzer';

const DIALECTS: readonly DialectId[] = ['kompaas', 'smartflo', 'obd', 'ringostat', 'generic'];

/** A payload of every provider, for whichever dialect reads it. */
const SAMPLES: readonly JsonObject[] = Object.values(payloads).filter((payload) => typeof payload === 'object');

const dialect = fc.constantFrom(...DIALECTS);

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'toString',
    '\0',
    '%',
    '%E0',
    '[]',
    '{}',
    '$',
    '{{x}}',
    '\ud800',
    '-0',
    '1e999',
  ),
);

const contentType = fc.oneof(
  oddText,
  fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/json; charset=utf-16',
  ),
);

const verification = fc.constantFrom<PushConfig['verification']>(
  { kind: 'none' },
  { kind: 'token', place: 'header', name: 'x-token', token: 't' },
  { kind: 'token', place: 'query', name: '', token: 't' },
  { kind: 'basic', username: '', password: 'p' },
  ...(['hmac', 'standard', 'twilio', 'telnyx'] as const).map((verify) => {
    const saved = { verify, hmacPrefix: 't={{timestamp}},', hmacContent: '{{timestamp}}{{body}}' };
    const parsed = parsePush(saved, { secret: Buffer.alloc(32, 1).toString('base64') });
    return parsed.kind === 'config' ? parsed.config.verification : assert.fail(JSON.stringify(parsed.problems));
  }),
);

/** What the wire may hold: any bytes, or text that is nearly what a vendor sends. */
const body = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
  fc
    .tuple(fc.constantFrom(payloads.obdBroken, JSON.stringify(payloads.smartfloHangup)), fc.nat(), fc.nat(30), oddText)
    .map(([text, at, cut, put]) =>
      Buffer.from(text.slice(0, at % text.length) + put + text.slice((at % text.length) + cut)),
    ),
);

/** Headers with signatures, which are hardly ever right. */
const signatures = fc
  .tuple(fc.oneof(oddText, fc.base64String()), fc.oneof(oddText, fc.integer({ min: 0, max: 4e9 }).map(String)))
  .map(([signature, time]) => ({
    'x-signature': `t=${time},${signature}`,
    'webhook-id': 'msg_1',
    'webhook-timestamp': time,
    'webhook-signature': `v1,${signature} v1a,${signature}`,
    'x-twilio-signature': signature,
    'telnyx-timestamp': time,
    'telnyx-signature-ed25519': signature,
  }));

const anyRequest: fc.Arbitrary<PushRequest> = fc.record({
  method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT'), oddText),
  subPath: fc.oneof(fc.constant(''), oddText),
  target: oddText,
  isEncrypted: fc.boolean(),
  query: fc.array(fc.tuple(oddText, oddText), { maxLength: 6 }).map((pairs) => new URLSearchParams(pairs)),
  headers: fc
    .tuple(contentType, fc.dictionary(oddText, fc.oneof(oddText, fc.array(oddText, { maxLength: 2 })), { maxKeys: 4 }))
    .chain(([type, others]) =>
      signatures.map((signed) => ({ 'x-token': 't', ...signed, ...others, 'content-type': type })),
    ),
  body,
  remoteAddress: fc.oneof(fc.constant('203.0.113.7'), oddText, fc.constant(undefined)),
  receivedAtMs: fc.integer({ min: 0, max: 4e12 }),
});

/** Nothing that JSON would leave out or write otherwise. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return ['string', 'boolean', 'object'].includes(typeof value);
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return plain && Object.values(value).every(isJson);
}

/** Everything a result promises, whatever came in. */
function checkPush(incoming: PushRequest, config: PushConfig): void {
  const result = quickly(incoming.body.toString('latin1', 0, 400), () => push(incoming, config));
  if (result.kind === 'refused') {
    assert.match(result.reason, /^[A-Z].*\.$/s);
    assertClear(result.reason);
    return;
  }
  assert(result.events.length >= 1);
  for (const { event, repeatKey, repeatUntilMs, atMs } of result.events) {
    assert(repeatKey !== '' && repeatUntilMs >= atMs);
    assert.match(event.time, /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert(isJson(event), 'the event is not plain JSON');
    for (const id of vocabularyIds) {
      const { names, find } = vocabulary(id);
      for (const { name } of names) find(name)?.read(event);
    }
  }
}

describe('Any request at all', () => {
  it('is accepted or refused with a sentence, quickly, and poisons nothing', () => {
    fc.assert(
      fc.property(anyRequest, dialect, verification, (incoming, id, verify) =>
        checkPush(incoming, source(id, { verification: verify, timeZone: 'Asia/Kolkata', countryCode: 'IN' })),
      ),
      { numRuns: 600 },
    );
  });

  it('with any values under the documented names is accepted', () => {
    const value: fc.Arbitrary<JsonValue> = fc.oneof(
      oddText,
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom<JsonValue>(
        null,
        true,
        [],
        {},
        [{ number: 1 }],
        '[{"id":{}}]',
        '0001-01-01T00:00:00Z',
        '99:99',
        4e10,
      ),
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
    );
    fc.assert(
      fc.property(dialect, fc.array(value, { minLength: 8, maxLength: 8 }), oddText, (id, values, trigger) => {
        const config = source(id);
        const payload: JsonObject = Object.fromEntries(
          config.dialect.names.map(({ name }, index) => [name, values[index % values.length] ?? null]),
        );
        const incoming = { ...jsonRequest(payload), query: new URLSearchParams({ trigger }) };
        assert.equal(push(incoming, config).kind, 'accepted');
        checkPush(incoming, config);
      }),
      { numRuns: 200 },
    );
  });

  fuzz('that is nearly what a vendor sends is accepted or refused with a sentence', 1500, (hostile) => {
    const id = hostile.pick(DIALECTS);
    const sample = hostile.pick(SAMPLES);
    const changed = hostile.mutated(sample);
    const text = JSON.stringify(changed) ?? '';
    const form = new URLSearchParams(Object.entries(sample).map(([key, value]) => [key, String(value)])).toString();
    const [type, sent] = hostile.pick([
      ['application/json', text],
      ['application/json', hostile.mutatedText(JSON.stringify(sample))],
      ['application/x-www-form-urlencoded', hostile.mutatedText(form)],
      [hostile.text(100), hostile.mutatedText(hostile.pick([text, form]))],
    ] as const);
    const query = hostile.chance(0.5) ? '' : hostile.mutatedText('webhook_id=77&trigger=Call hangup&a=b');
    const incoming = request({
      method: hostile.pick(['POST', 'POST', 'PUT', 'GET']),
      subPath: hostile.chance(0.7) ? '' : `/${hostile.text(100)}`,
      headers: { 'content-type': type },
      query: hostile.chance(0.9) ? query : `${query}&${form}`,
      body: sent.slice(0, MAX_BODY_BYTES / 4),
    });
    checkPush(
      incoming,
      source(id, { timeZone: hostile.pick(['UTC', 'Asia/Kolkata']), countryCode: hostile.pick(['', 'IN']) }),
    );
  });

  it('of the greatest length is dealt with quickly', () => {
    const mapping = config150();
    const mega = 1024 * 1024;
    const bodies: readonly [contentType: string, body: string][] = [
      ['application/json', '['.repeat(mega)],
      ['application/json', `{"a":[${'0,'.repeat(mega / 2 - 10)}0]}`],
      [
        'application/json',
        `{${Array.from({ length: 18_000 }, (_, index) => `"key ${index}_": 1.00000000000000001`).join()}}`,
      ],
      ['application/json', JSON.stringify({ a: JSON.stringify({ b: 'x'.repeat(mega / 2) }) })],
      ['application/json', `{"answered_agent": ${JSON.stringify('['.repeat(mega - 100))}}`],
      ['application/json', `{"duration":"${'1'.repeat(mega - 100)}x"}`],
      ['application/json', `{"start_stamp":"${' '.repeat(mega - 100)}x","trigger":"${'-'.repeat(50)}"}`],
      ['application/x-www-form-urlencoded', 'a=1&'.repeat(mega / 4)],
      ['application/x-www-form-urlencoded', '%'.repeat(mega)],
      ['', 'a'.repeat(mega)],
      ['', `a=${' '.repeat(mega - 2)}`],
    ];
    for (const [type, text] of bodies) {
      for (const config of [source('smartflo'), source('generic', { mapping })]) {
        checkPush(request({ headers: { 'content-type': type }, body: text }), config);
      }
    }
  });
});

/** As many rows as the catalogue has names for, all of which look into the same place. */
function config150() {
  return Array.from({ length: 150 }, (_, index) => ({
    parameter: 'callId',
    path: ['a', `b${index}`],
    written: `a.b${index}`,
  }));
}
