/** Who may push: nothing that was changed on its way is let in, and no refusal throws, takes long or tells a secret. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { isAllowed, parseAllowFrom } from '../../src/sources/http-push/allow-from';
import { parsePush } from '../../src/sources/http-push/push-config';
import { type Credentials, refusal, type Verification } from '../../src/sources/http-push/verify';
import { assertClear, excerpt, fuzz, growsEvenly, quickly } from './fuzzer';
import type { Hostile } from './hostile';

const SECRET = 'whisper-5ecret';
const BODY = '{"call":"c1","digit":"5"}';
const NOW_MS = Date.parse('2026-03-02T09:17:25.000Z');
const TIMESTAMP = String(NOW_MS / 1000);
const STANDARD_KEY = Buffer.alloc(32, 5);
const TELNYX = generateKeyPairSync('ed25519');

interface Way {
  readonly title: string;
  readonly verification: Verification;
  /** What lets a request with the body in; the first of them, or the query, is the credential. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** Whether a credential still says the same, in one of the spellings that are understood. */
  readonly isRight: (given: string) => boolean;
  readonly signsBody?: true;
}

/** As a flow holds it and as a credential holds its secret. */
function parsed(saved: Readonly<Record<string, string>>, secret = SECRET): Verification {
  const push = parsePush(saved, { token: secret, username: 'pbx', password: secret, secret });
  assert(push.kind === 'config', JSON.stringify(push));
  return push.config.verification;
}

const hmac = (algorithm: string, text = BODY, key: string | Buffer = SECRET) => createHmac(algorithm, key).update(text);
const hex = hmac('sha256').digest('hex');
const base64 = hmac('sha512').digest('base64');
const standard = `v1,${hmac('sha256', `msg_1.${TIMESTAMP}.${BODY}`, STANDARD_KEY).digest('base64')}`;
const telnyx = sign(null, Buffer.from(`${TIMESTAMP}|${BODY}`), TELNYX.privateKey);
const telnyxKey = TELNYX.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

const WAYS: readonly Way[] = [
  {
    title: 'a token in a header',
    verification: parsed({ verify: 'token', tokenName: 'X-Token' }),
    headers: { 'x-token': SECRET },
    isRight: (given) => given.replace(/^Bearer +/i, '') === SECRET,
  },
  {
    title: 'a token in the query',
    verification: parsed({ verify: 'token', tokenName: 'key', tokenIn: 'query' }),
    query: SECRET,
    isRight: (given) => given === SECRET,
  },
  {
    title: 'user name and password',
    verification: parsed({ verify: 'basic' }),
    headers: { authorization: `Basic ${Buffer.from(`pbx:${SECRET}`).toString('base64')}` },
    isRight(given) {
      const pair = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(given)?.[1] ?? '';
      return Buffer.from(pair, 'base64').toString() === `pbx:${SECRET}`;
    },
  },
  {
    title: 'an HMAC in hex',
    verification: parsed({ verify: 'hmac', hmacPrefix: 'sha256=' }),
    headers: { 'x-signature': `sha256=${hex}` },
    isRight: (given) =>
      given.startsWith('sha256=') &&
      listed(given.slice(7)).some((one) => one.replace(/^sha256=/, '').toLowerCase() === hex),
    signsBody: true,
  },
  {
    title: 'an HMAC in base64',
    verification: parsed({ verify: 'hmac', hmacAlgorithm: 'sha512', hmacEncoding: 'base64' }),
    headers: { 'x-signature': base64 },
    isRight: (given) =>
      listed(given)
        .map((one) => one.replaceAll('-', '+').replaceAll('_', '/'))
        .some((one) => one.replace(/={1,2}$/, '') === base64.replace(/=+$/, '')),
    signsBody: true,
  },
  {
    title: 'Standard Webhooks',
    verification: parsed({ verify: 'standard' }, `whsec_${STANDARD_KEY.toString('base64')}`),
    headers: { 'webhook-signature': standard, 'webhook-id': 'msg_1', 'webhook-timestamp': TIMESTAMP },
    isRight: (given) => given.split(' ', 16).includes(standard),
    signsBody: true,
  },
  {
    title: 'Telnyx',
    verification: parsed({ verify: 'telnyx' }, telnyxKey),
    headers: { 'telnyx-signature-ed25519': telnyx.toString('base64'), 'telnyx-timestamp': TIMESTAMP },
    isRight: (given) => Buffer.from(given, 'base64').equals(telnyx),
    signsBody: true,
  },
];

/** The signatures of a header, of which one has to fit. */
function listed(text: string): readonly string[] {
  return text.trim().split(/[,\s]+/, 16);
}

function requestOf(way: Way, body: Buffer | string = BODY, given?: string): Credentials {
  const [name] = Object.keys(way.headers ?? {});
  const changed = name === undefined || given === undefined ? {} : { [name]: given };
  return {
    headers: { ...way.headers, ...changed },
    query: new URLSearchParams(way.query === undefined ? {} : { key: given ?? way.query }),
    body: Buffer.from(body),
    ...{ subPath: '', target: '/calls', isEncrypted: false, receivedAtMs: NOW_MS },
  };
}

function judged(way: Way, request: Credentials): string | null {
  const reason = quickly(request.headers, () => refusal(way.verification, request));
  if (reason !== null) {
    assertClear(reason);
    assert(!reason.includes(SECRET), reason);
  }
  return reason;
}

describe('a push', () => {
  for (const way of WAYS) {
    const title = `verified by ${way.title}`;

    it(`${title} is let in as it was sent`, () => assert.equal(judged(way, requestOf(way)), null));

    fuzz(`${title} is shut out when its credentials were changed`, 800, (hostile) => {
      const right = way.query ?? Object.values(way.headers ?? {})[0] ?? '';
      const given = hostile.chance(0.2) ? hostile.text(5000) : hostile.mutatedText(right);
      const reason = judged(way, requestOf(way, BODY, given));
      assert.equal(reason === null, way.isRight(given), excerpt(given));
    });

    if (way.signsBody) {
      fuzz(`${title} is shut out when its body was changed`, 400, (hostile) => {
        const body = changedBytes(hostile);
        assert.equal(
          judged(way, requestOf(way, body)) === null,
          body.equals(Buffer.from(BODY)),
          body.toString('latin1'),
        );
      });
    }

    fuzz(`${title} is shut out with any other headers and query`, 400, (hostile) => {
      const headers = Object.fromEntries(
        [...Object.keys(way.headers ?? {}), hostile.text(50).toLowerCase()].map((header) => [
          header,
          hostile.pick([hostile.text(), undefined, [hostile.text(100), SECRET]]),
        ]),
      );
      const query = new URLSearchParams([
        ['key', hostile.text(500)],
        ['key', SECRET],
      ]);
      assert.notEqual(judged(way, { ...requestOf(way), headers, query }), null);
    });

    it(`${title} is judged in time that grows with its length and no faster`, () => {
      for (const piece of ['=', 'a', 'Bearer ', 'Basic ', ' ', '-']) {
        growsEvenly(
          200_000,
          (size) => requestOf(way, 'x'.repeat(size), piece.repeat(size)),
          (request) => void refusal(way.verification, request),
        );
      }
    });
  }
});

describe('the addresses a push may come from', () => {
  fuzz('are a list or name the entry that is wrong, and let in only what is in it', 1500, (hostile) => {
    const one = () =>
      hostile.mutatedText(hostile.pick(['203.0.113.7', '203.0.113.0/24', '2001:db8::/32', '::ffff:10.0.0.1']));
    const entries = Array.from({ length: hostile.below(4) }, one);
    const parsed = quickly(entries, () => parseAllowFrom(entries));
    if (parsed.kind === 'wrong') {
      assert(entries.some((entry) => entry.trim() === parsed.entry));
      return;
    }
    const address = hostile.chance(0.5) ? hostile.text() : one();
    const isIn = quickly(address, () => isAllowed(parsed.allow, address));
    if (isIn && parsed.allow !== null) assert.match(address, /^[\da-f:.]+(?:%\w+)?$/i);
  });
});

function changedBytes(hostile: Hostile): Buffer {
  if (hostile.chance(0.5)) return Buffer.from(hostile.mutatedText(BODY));
  const bytes = Buffer.from(BODY);
  bytes[hostile.below(bytes.length)] = hostile.below(256);
  return hostile.chance(0.5) ? bytes : Buffer.concat([bytes, hostile.bytes(1 + hostile.below(4))]);
}
