import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WireFailure, WireResult } from '../../../src/http/http-client';
import { OAUTH_GRANTS } from '../../../src/oauth/grant';
import { type AnswerContext, readTokenAnswer } from '../../../src/oauth/token-answer';
import { inEnglish } from '../../support/in-english';

const context: AnswerContext = { at: 'login.example:443', grant: 'refresh-token', nowMs: Date.UTC(2024, 0, 1) };

function answer(body: unknown, statusCode = 200, headers: Record<string, string> = {}): WireResult {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'response', statusCode, headers, body: Buffer.from(text), cut: false, durationMs: 1 };
}

const read = (result: WireResult, more: Partial<AnswerContext> = {}) =>
  readTokenAnswer(result, { ...context, ...more });

describe('the answer of a token endpoint', () => {
  const lifetimes: [what: string, members: object, lifetimeMs: number | undefined][] = [
    ['seconds', { expires_in: 3600 }, 3_600_000],
    ['seconds as text', { expires_in: '3600' }, 3_600_000],
    ['milliseconds and seconds, as Zoho once did', { expires_in: 3_600_000, expires_in_sec: 3600 }, 3_600_000],
    ['nothing', {}, undefined],
    ['null', { expires_in: null }, undefined],
    ['no number', { expires_in: 'soon' }, undefined],
    ['empty text', { expires_in: '' }, undefined],
    ['less than nothing', { expires_in: -5 }, 0],
  ];
  for (const [what, members, lifetimeMs] of lifetimes) {
    it(`is a token whose lifetime is given as ${what}`, () => {
      const token = { kind: 'token', accessToken: 'T', lifetimeMs, refreshToken: undefined };
      assert.deepEqual(read(answer({ access_token: 'T', ...members })), token);
    });
  }

  it('may bring the next refresh token', () => {
    const token = read(answer({ access_token: 'T', refresh_token: 'next' }, 201));
    assert.ok(token.kind === 'token');
    assert.equal(token.refreshToken, 'next');
  });

  const failures: [result: WireResult, sentence: RegExp][] = [
    [
      answer({ error: 'invalid_client' }, 401),
      /does not accept the client ID or secret: invalid_client.*\(status 401\)/,
    ],
    [answer({ error: 'invalid_code' }), /refresh token any more.*invalid_code \(status 200\)/],
    [answer({ error: 'invalid_scope' }, 400), /scope/],
    [answer({ error: 'temporarily_unavailable' }, 503), /cannot give one now/],
    [answer('<html>Log in</html>'), /something that is no token\. Check the token URL \(status 200\)/],
    [answer('null'), /no token/],
    [answer('[]'), /no token/],
    [answer({ access_token: 7 }), /no token/],
    [answer({ access_token: 'a\r\nX-Injected: b' }), /no token/],
    [answer({ access_token: 'T' }, 302), /another address/],
    [answer({}, 403), /refuses these credentials/],
    [answer('', 404), /no tokens at this address/],
    [answer('', 418), /refused the request/],
    [answer('', 500), /error of its own/],
  ];
  for (const [result, sentence] of failures) {
    const what = result.kind === 'response' ? `${result.statusCode} ${result.body}` : '';
    it(`that is no token is told in a sentence: ${JSON.stringify(what)}`, () => {
      const failure = read(result);
      assert.ok(failure.kind === 'failure');
      assert.equal(failure.failure, 'auth');
      assert.match(failure.message, /^No access token could be obtained\. The token endpoint login\.example:443 /);
      assert.match(failure.message, sentence);
    });
  }

  for (const grant of OAUTH_GRANTS) {
    it(`tells what to mend when the grant itself is refused: ${grant}`, () => {
      const failure = read(answer({ error: 'invalid_grant' }, 400), { grant });
      assert.ok(failure.kind === 'failure');
      assert.match(failure.message, new RegExp(`${grant.split('-')[0]}.*invalid_grant`));
    });
  }

  it('may ask to be left alone for a time', () => {
    const failure = read(answer('', 503, { 'retry-after': '7' }));
    assert.ok(failure.kind === 'failure');
    assert.equal(failure.retryAfterMs, 7000);
  });

  it('never is repeated in the sentence beyond what OAuth itself names', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.integer({ min: 200, max: 599 }), (secret, status) => {
        const body = {
          error: `hunter-${secret}`,
          error_description: `hunter-${secret}`,
          access_token: `hunter ${secret}`,
        };
        assert.doesNotMatch(JSON.stringify(read(answer(body, status))), /hunter/);
      }),
    );
  });

  it('may be anything: it is a failure in a sentence, or a token that fits into a header', () => {
    const members = fc.record(
      {
        access_token: fc.jsonValue(),
        expires_in: fc.jsonValue(),
        refresh_token: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      members.map((some) => JSON.stringify(some)),
    );
    fc.assert(
      fc.property(bodies, fc.integer({ min: 200, max: 599 }), (body, status) => {
        const result = read(answer(body, status));
        if (result.kind === 'failure') assert.match(result.message, /^No access token could be obtained\. .+\.$/);
        else assert.match(result.accessToken, /^[\x21-\x7e]+$/);
      }),
    );
  });

  const wire: [failure: WireFailure, told: WireFailure][] = [
    ['refused', 'auth'],
    ['timeout', 'auth'],
    ['tls', 'auth'],
    ['proxy', 'auth'],
    ['address-blocked', 'address-blocked'],
  ];
  for (const [failure, told] of wire) {
    it(`that does not come (${failure}) is a failure of class ${told} with the wire's reason`, () => {
      const result = read({ kind: 'failure', failure, message: 'Nobody is listening.', durationMs: 1 });
      const message = 'No access token could be obtained. Nobody is listening.';
      assert.deepEqual(inEnglish(result), { kind: 'failure', failure: told, message });
    });
  }
});
