import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { FailureClass } from '../../../src/delivery/delivery';
import { isTransient, judge, type Outcome } from '../../../src/delivery/outcome';
import { isSuccess, parseSuccessRule } from '../../../src/delivery/success-rule';
import { UserError } from '../../../src/errors';
import type { WireFailure, WireResult } from '../../../src/http/http-client';
import { inEnglish } from '../../support/in-english';

const NOW = Date.UTC(2023, 5, 20, 14, 4, 34);

function response(statusCode: number, headers: Record<string, string | string[]> = {}): WireResult {
  return { kind: 'response', statusCode, headers, body: Buffer.alloc(0), cut: false, durationMs: 7 };
}

function judged(result: WireResult, rule = ''): Outcome {
  return judge(result, parseSuccessRule(rule), NOW);
}

describe('a success rule', () => {
  const rules: [rule: string, success: number[], failure: number[]][] = [
    ['', [200, 201, 202, 204, 299], [199, 300, 304, 400, 500]],
    ['2xx', [200, 299], [300]],
    ['2XX', [200, 299], [300]],
    ['200', [200], [201, 202, 204]],
    ['200,202', [200, 202], [201, 204]],
    [' 2xx , 304 ', [200, 304], [301, 302]],
    ['2xx,3xx,409', [204, 301, 409], [404]],
  ];
  for (const [text, success, failure] of rules) {
    it(`"${text}"`, () => {
      const rule = parseSuccessRule(text);
      for (const statusCode of success) assert.equal(isSuccess(rule, statusCode), true, String(statusCode));
      for (const statusCode of failure) assert.equal(isSuccess(rule, statusCode), false, String(statusCode));
    });
  }

  const wrong: [text: string, message: RegExp][] = [
    ['ok', /"ok" is no status code/],
    ['200,20', /"20" is no status code/],
    ['200;202', /"200;202" is no/],
    ['1xx', /"1xx" is no/],
    ['600', /"600" is no/],
    ['200,,202', /Between two commas/],
    ['2xx,', /Between two commas/],
    ['200-299', /"200-299" is no/],
  ];
  for (const [text, message] of wrong) {
    it(`"${text}" is refused`, () => {
      assert.throws(
        () => parseSuccessRule(text),
        (error) => error instanceof UserError && error.field === 'success' && message.test(error.message),
      );
    });
  }

  it('of any text is a rule or a coded error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9xX, ]{0,12}$/)), (text) => {
        try {
          assert.ok(parseSuccessRule(text).ranges.length > 0);
        } catch (error) {
          assert.ok(error instanceof UserError);
        }
      }),
    );
  });
});

describe('an attempt', () => {
  it('succeeds with a status that the rule names', () => {
    assert.deepEqual(judged(response(202), '200,202'), { ok: true, statusCode: 202 });
    assert.deepEqual(judged(response(304), '2xx,304'), { ok: true, statusCode: 304 });
  });

  it('fails with any other, and keeps what the receiver asked for', () => {
    assert.deepEqual(inEnglish(judged(response(503, { 'retry-after': '120' }))), {
      ok: false,
      class: 'status',
      message: 'The receiver is overloaded or down for maintenance (status 503).',
      statusCode: 503,
      final: false,
      retryAfterMs: 120_000,
    });
  });

  const messages: [result: WireResult, rule: string, message: RegExp][] = [
    [response(201), '200', /answered with status 201, which the success rule \(200\) does not count/],
    [
      response(302, { location: 'https://login.example/?token=abc' }),
      '',
      /\(https:\/\/login\.example\) \(status 302\).*not followed/,
    ],
    [response(307, { location: '/elsewhere' }), '', /sends on to another address \(status 307\)/],
    [response(304), '', /status 304, which the success rule \(2xx\)/],
    [response(401), '', /Check user name and password, or the token \(status 401\)/],
    [response(403), '', /Check the token/],
    [response(404), '', /Check the path of the URL \(status 404\)/],
    [response(405), '', /Check the method/],
    [response(413), '', /too large/],
    [response(415), '', /Content-Type/],
    [response(422), '', /parameter names/],
    [response(429), '', /too many requests/],
    [response(499), '', /refused the request \(status 499\)/],
    [response(500), '', /error of its own \(status 500\)/],
    [response(599), '', /error of its own \(status 599\)/],
  ];
  for (const [result, rule, message] of messages) {
    it(`explains ${result.kind === 'response' && result.statusCode}`, () => {
      const outcome = judged(result, rule);
      assert.ok(!outcome.ok);
      assert.match(outcome.message, message);
      assert.doesNotMatch(outcome.message, /token=abc/);
    });
  }

  it('every status from 300 on has a sentence', () => {
    for (let statusCode = 300; statusCode < 600; statusCode++) {
      const outcome = judged(response(statusCode));
      assert.ok(!outcome.ok);
      assert.match(outcome.message, new RegExp(`^The receiver .*[a-z].*status ${statusCode}`));
    }
  });

  it('410 is final, other statuses are not', () => {
    for (let statusCode = 300; statusCode < 600; statusCode++) {
      const outcome = judged(response(statusCode));
      assert.equal(!outcome.ok && outcome.final, statusCode === 410, String(statusCode));
    }
  });

  const failures: [failure: WireFailure, final: boolean][] = [
    ['refused', false],
    ['timeout', false],
    ['dns', false],
    ['tls', false],
    ['reset', false],
    ['protocol', false],
    ['proxy', false],
    ['address-blocked', true],
    ['request', true],
  ];
  for (const [failure, final] of failures) {
    it(`that ended with ${failure} is ${final ? '' : 'not '}final`, () => {
      const outcome = judged({ kind: 'failure', failure, message: 'It went wrong.', durationMs: 1 });
      assert.deepEqual(outcome, {
        ok: false,
        class: failure,
        message: 'It went wrong.',
        statusCode: null,
        final,
        retryAfterMs: null,
      });
    });
  }

  it('keeps to the time for which a token endpoint asked to be left alone', () => {
    const noToken = { kind: 'failure', failure: 'auth', message: 'No access token.', durationMs: 7 } as const;
    const outcome = judge({ ...noToken, retryAfterMs: 30_000 }, parseSuccessRule(''), NOW);
    assert.ok(!outcome.ok);
    assert.deepEqual([outcome.class, outcome.final, outcome.retryAfterMs], ['auth', false, 30_000]);
  });
});

describe('a transient failure', () => {
  const cases: [failureClass: FailureClass, statusCode: number | null, transient: boolean][] = [
    ['refused', null, true],
    ['auth', null, true],
    ['timeout', null, true],
    ['dns', null, true],
    ['reset', null, true],
    ['proxy', null, true],
    ['status', 408, true],
    ['status', 429, true],
    ['status', 500, true],
    ['status', 503, true],
    ['status', 301, false],
    ['status', 400, false],
    ['status', 404, false],
    ['status', 501, false],
    ['tls', null, false],
    ['address-blocked', null, false],
    ['template', null, false],
    ['discarded', null, false],
  ];
  for (const [failureClass, statusCode, transient] of cases) {
    it(`${failureClass}${statusCode ? ` ${statusCode}` : ''} is ${transient ? 'one' : 'none'}`, () => {
      assert.equal(isTransient({ class: failureClass, statusCode }), transient);
    });
  }
});
