import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { publicKeyText, readSigningKey, readVerifyingKey, type SigningKey } from '../../../src/signing/keys';
import { refuseStandard, signStandard } from '../../../src/signing/standard-webhooks';

/** The example of the specification's own libraries. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const TIMESTAMP = '1614265330';
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

/** The first key of RFC 8032 section 7.1. */
const PRIVATE = 'whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=';
const PUBLIC = 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

const OTHER_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const NOW_MS = Number(TIMESTAMP) * 1000;
const FRESH = { nowMs: NOW_MS, toleranceSeconds: 300 };

function signing(...texts: string[]): readonly SigningKey[] {
  return texts.map((text) => readSigningKey(text) ?? assert.fail(`${text} does not sign`));
}
function verifying(...texts: string[]): readonly SigningKey[] {
  return texts.map((text) => readVerifyingKey(text) ?? assert.fail(`${text} does not verify`));
}
const message = (body: string | Buffer = BODY) => ({ id: ID, timestamp: TIMESTAMP, body });
const headers = (signature: string | null = SIGNATURE, more = {}) => ({
  id: ID,
  timestamp: TIMESTAMP,
  signature,
  ...more,
});

describe('Standard Webhooks', () => {
  it('signs with a shared key as its own libraries do', () => {
    assert.equal(signStandard(signing(SECRET), message()), SIGNATURE);
  });

  it('takes a shared key without its prefix, as its own libraries do', () => {
    assert.equal(signStandard(signing(` ${SECRET.replace('whsec_', '')} `), message()), SIGNATURE);
  });

  it('signs bytes and text alike', () => {
    const text = '{"name":"Žluťoučký 😀"}';
    assert.equal(
      signStandard(signing(SECRET), message(Buffer.from(text))),
      signStandard(signing(SECRET), message(text)),
    );
  });

  it('signs with every key, one blank between, and each receiver needs to know one of them', () => {
    const signatures = signStandard(signing(SECRET, PRIVATE, OTHER_SECRET), message());
    assert.match(signatures, /^v1,\S{44} v1a,\S{88} v1,\S{44}$/);
    for (const key of [SECRET, PUBLIC, OTHER_SECRET]) {
      assert.equal(refuseStandard(verifying(key), headers(signatures), Buffer.from(BODY), FRESH), null, key);
    }
    const stranger = verifying(`whsec_${Buffer.alloc(24, 8).toString('base64')}`);
    assert.match(refuseStandard(stranger, headers(signatures), Buffer.from(BODY), FRESH) ?? '', /No signature fits/);
  });

  it('takes a signature of the old or the new key while a sender changes over', () => {
    const keys = verifying(OTHER_SECRET, SECRET, PUBLIC);
    for (const key of [SECRET, OTHER_SECRET, PRIVATE]) {
      const signature = signStandard(signing(key), message());
      assert.equal(refuseStandard(keys, headers(signature), Buffer.from(BODY), FRESH), null);
    }
  });

  it('verifies what it signs, whatever the body, and nothing else', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, fc.nat(), fc.constantFrom([SECRET, SECRET], [PRIVATE, PUBLIC]), (body, at, keys) => {
        const [mine = '', theirs = ''] = keys;
        const signature = signStandard(signing(mine), message(body));
        assert.equal(refuseStandard(verifying(theirs), headers(signature), body, FRESH), null);
        const changed = Buffer.from(body);
        changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 1;
        assert.notEqual(refuseStandard(verifying(theirs), headers(signature), changed, FRESH), null);
      }),
      { numRuns: 60 },
    );
  });

  const times: readonly (readonly [shift: number, said: RegExp | null])[] = [
    [-301, /301 seconds ahead/],
    [-300, null],
    [300, null],
    [301, /301 seconds old/],
  ];
  for (const [shift, said] of times) {
    it(`${said ? 'refuses' : 'takes'} a signature when it is ${shift} seconds later`, () => {
      const freshness = { ...FRESH, nowMs: NOW_MS + shift * 1000 };
      const refused = refuseStandard(verifying(SECRET), headers(), Buffer.from(BODY), freshness);
      if (said) assert.match(refused ?? '', said);
      else assert.equal(refused, null);
    });
  }

  const bad: readonly (readonly [title: string, headers: ReturnType<typeof headers>])[] = [
    ['no id', headers(SIGNATURE, { id: null })],
    ['an empty id', headers(SIGNATURE, { id: '' })],
    ['no time', headers(SIGNATURE, { timestamp: null })],
    ['no signature', headers(null)],
    ['a time in words', headers(SIGNATURE, { timestamp: 'hello' })],
    ['a time with a tail', headers(SIGNATURE, { timestamp: `${TIMESTAMP}x` })],
    ['another time', headers(SIGNATURE, { timestamp: '1614265331' })],
    ['another id', headers(SIGNATURE, { id: `${ID}x` })],
    ['an empty signature of the version', headers('v1,')],
    ['a version without a signature', headers('v1')],
    ['a signature of another version only', headers(SIGNATURE.replace('v1,', 'v2,'))],
    ['a shared signature called asymmetric', headers(SIGNATURE.replace('v1,', 'v1a,'))],
    ['a signature cut short', headers(SIGNATURE.slice(0, -2))],
    ['a signature with a tail', headers(`${SIGNATURE}A`)],
    ['the right signature behind a hundred wrong ones', headers(`${'v1,x '.repeat(100)}${SIGNATURE}`)],
  ];
  for (const [title, given] of bad) {
    it(`refuses ${title}`, () => {
      assert.match(refuseStandard(verifying(SECRET, PUBLIC), given, Buffer.from(BODY), FRESH) ?? '', /^[A-Z].*\.$/);
    });
  }

  it('takes the right signature among others', () => {
    const given = headers(`v1,${Buffer.alloc(32).toString('base64')} v2,x ${SIGNATURE}`);
    assert.equal(refuseStandard(verifying(SECRET), given, Buffer.from(BODY), FRESH), null);
  });

  it('refuses an id with a dot, which could hide where the body begins', () => {
    const signature = signStandard(signing(SECRET), { id: 'a', timestamp: TIMESTAMP, body: `${TIMESTAMP}.{}` });
    const given = { id: `a.${TIMESTAMP}`, timestamp: TIMESTAMP, signature };
    assert.match(refuseStandard(verifying(SECRET), given, Buffer.from('{}'), FRESH) ?? '', /dot/);
  });
});

describe('a key of Standard Webhooks', () => {
  it('tells the public half of a private one', () => {
    assert.equal(publicKeyText(PRIVATE), PUBLIC);
    assert.equal(publicKeyText(SECRET), undefined);
    assert.equal(publicKeyText(PUBLIC), undefined);
  });

  it('may be a private key with its public one behind it, if they belong together', () => {
    const half = (text: string) => Buffer.from(text.slice('whsk_'.length), 'base64');
    const both = `whsk_${Buffer.concat([half(PRIVATE), half(PUBLIC)]).toString('base64')}`;
    assert.equal(publicKeyText(both), PUBLIC);
    assert.equal(signStandard(signing(both), message()), signStandard(signing(PRIVATE), message()));
    const { publicKey } = generateKeyPairSync('ed25519');
    const other = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    assert.equal(readSigningKey(`whsk_${Buffer.concat([half(PRIVATE), other]).toString('base64')}`), undefined);
  });

  it('that verifies may come without its prefix', () => {
    const [key] = verifying(SECRET.slice('whsec_'.length));
    assert.equal(refuseStandard(key ? [key] : [], headers(), Buffer.from(BODY), FRESH), null);
  });

  const ofLength = (prefix: string, bytes: number) => `${prefix}_${Buffer.alloc(bytes, 1).toString('base64')}`;
  const lengths: readonly (readonly [text: string, signs: boolean, verifies: boolean])[] = [
    [ofLength('whsec', 23), false, false],
    [ofLength('whsec', 24), true, true],
    [ofLength('whsec', 75), true, true],
    [ofLength('whsec', 76), false, false],
    [ofLength('whsk', 31), false, false],
    [ofLength('whsk', 32), true, false],
    [ofLength('whpk', 32), false, true],
    [ofLength('whpk', 33), false, false],
    ['', false, false],
    ['whsec_', false, false],
    ['whsec_not base64 at all, not at all', false, false],
    [`${SECRET}=`, false, false],
    [SECRET.replace('whsec', 'whxxx'), false, false],
  ];
  for (const [text, signs, verifies] of lengths) {
    it(`${JSON.stringify(text)} ${signs ? 'signs' : 'does not sign'}, ${verifies ? 'verifies' : 'does not verify'}`, () => {
      assert.equal(readSigningKey(text) !== undefined, signs);
      assert.equal(readVerifyingKey(text) !== undefined, verifies);
    });
  }
});
