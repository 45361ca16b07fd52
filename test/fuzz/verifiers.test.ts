/** Who may push: nothing that was changed on its way is let in, and no refusal throws, takes long or tells a secret. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { isAllowed, parseAllowFrom } from '../../src/sources/http-push/allow-from';
import { type Credentials, refusal, type Verification } from '../../src/sources/http-push/verify';
import { assertClear, excerpt, fuzz, growsEvenly, quickly } from './fuzzer';
import type { Hostile } from './hostile';

const SECRET = 'whisper-5ecret';
const BODY = '{"call":"c1","digit":"5"}';

const hmac = { kind: 'hmac', header: 'X-Signature', prefix: 'sha256=', secret: SECRET } as const;
const digest = (algorithm: string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, SECRET).update(BODY).digest(encoding);

interface Way {
  readonly verification: Verification;
  /** What lets a request with the body in. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** What is left of a credential when the spellings that mean the same are made one. */
  readonly plain: (given: string) => string;
}

const bearer = (given: string) => given.replace(/^Bearer +/i, '');
const hex = (given: string) =>
  given
    .replace(/^sha256=/, '')
    .trim()
    .toLowerCase();
const base64 = (given: string) =>
  given
    .replace(/^sha256=/, '')
    .trim()
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
const basic = (given: string) =>
  Buffer.from(/^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(given)?.[1] ?? '', 'base64').toString('utf8');

const WAYS: readonly Way[] = [
  {
    verification: { kind: 'token', place: 'header', name: 'X-Token', token: SECRET },
    headers: { 'x-token': SECRET },
    plain: bearer,
  },
  {
    verification: { kind: 'token', place: 'query', name: 'key', token: SECRET },
    query: SECRET,
    plain: (given) => given,
  },
  {
    verification: { kind: 'basic', username: 'pbx', password: SECRET },
    headers: { authorization: `Basic ${Buffer.from(`pbx:${SECRET}`).toString('base64')}` },
    plain: basic,
  },
  {
    verification: { ...hmac, algorithm: 'sha256', encoding: 'hex' },
    headers: { 'x-signature': `sha256=${digest('sha256', 'hex')}` },
    plain: hex,
  },
  {
    verification: { ...hmac, algorithm: 'sha512', encoding: 'base64' },
    headers: { 'x-signature': `sha256=${digest('sha512', 'base64')}` },
    plain: base64,
  },
];

function requestOf(way: Way, body: Buffer | string = BODY, given?: string): Credentials {
  const [name, value] = Object.entries(way.headers ?? {})[0] ?? [];
  return {
    headers: name === undefined ? {} : { [name]: given ?? value },
    query: new URLSearchParams(way.query === undefined ? {} : { key: given ?? way.query }),
    body: Buffer.from(body),
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
    const { kind } = way.verification;
    const name = [
      kind,
      'encoding' in way.verification ? way.verification.encoding : '',
      way.query ? 'in the query' : '',
    ];
    const title = `verified by ${name.filter(Boolean).join(' ')}`;

    it(`${title} is let in as it was sent`, () => assert.equal(judged(way, requestOf(way)), null));

    fuzz(`${title} is shut out when its credentials were changed`, 800, (hostile) => {
      const right = way.query ?? Object.values(way.headers ?? {})[0] ?? '';
      const given = hostile.chance(0.2) ? hostile.text(5000) : hostile.mutatedText(right);
      const reason = judged(way, requestOf(way, BODY, given));
      assert.equal(reason === null, way.plain(given) === way.plain(right), excerpt(given));
    });

    if (kind === 'hmac') {
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
        ['x-token', 'authorization', 'x-signature', hostile.text(50).toLowerCase()].map((header) => [
          header,
          hostile.pick([hostile.text(), undefined, [hostile.text(100), SECRET]]),
        ]),
      );
      const query = new URLSearchParams([
        ['key', hostile.text(500)],
        ['key', SECRET],
      ]);
      assert.notEqual(judged(way, { headers, query, body: Buffer.from(BODY) }), null);
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
