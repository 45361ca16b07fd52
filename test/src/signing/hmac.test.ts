import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { hmacHeaders, hmacKey, hmacScheme, refuseHmac, type SignedMessage } from '../../../src/signing/hmac';
import { checkHmac, type HmacSettings, hmacDefaults } from '../../../src/signing/hmac-settings';
import { sortedParams } from '../../../src/signing/sorted-params';

const MESSAGE: SignedMessage = {
  id: 'dlv_1',
  timestamp: '1614265330',
  method: 'POST',
  url: 'https://crm.example.com/hook?a=1',
  body: '{"callId":"c1"}',
};
const FRESH = { nowMs: 1_614_265_330_000, toleranceSeconds: 300 };

const hmac = (algorithm: string, key: string, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac(algorithm, key).update(text).digest(encoding);

function headersOf(
  settings: Partial<HmacSettings>,
  { keys = ['whisper'], separator = ',', message = MESSAGE }: Partial<Parts> = {},
): Record<string, string> {
  const all = { ...hmacDefaults, ...settings };
  assert.deepEqual(checkHmac(all, 'sign'), []);
  return hmacHeaders(hmacScheme(all), { keys: keys.map(hmacKey), separator }, message);
}
interface Parts {
  readonly keys: readonly string[];
  readonly separator: string;
  readonly message: SignedMessage;
}

const GITHUB = { hmacHeader: 'X-Hub-Signature-256', hmacPrefix: 'sha256=' };
const STRIPE = {
  hmacHeader: 'Stripe-Signature',
  hmacPrefix: 't={{timestamp}},v1=',
  hmacContent: '{{timestamp}}.{{body}}',
};
const SLACK = {
  hmacHeader: 'X-Slack-Signature',
  hmacPrefix: 'v0=',
  hmacContent: 'v0:{{timestamp}}:{{body}}',
  hmacTimestampHeader: 'X-Slack-Request-Timestamp',
};
const TWILIO = {
  hmacAlgorithm: 'sha1',
  hmacEncoding: 'base64',
  hmacHeader: 'X-Twilio-Signature',
  hmacContent: '{{url}}{{params}}',
} as const;

describe('an HMAC in a header', () => {
  it('is that of RFC 4231, test case 2', () => {
    const message = { ...MESSAGE, body: 'what do ya want for nothing?' };
    assert.deepEqual(headersOf({}, { keys: ['Jefe'], message }), {
      'X-Signature': '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    });
  });

  it("is that of GitHub's documentation", () => {
    const message = { ...MESSAGE, body: 'Hello, World!' };
    assert.deepEqual(headersOf(GITHUB, { keys: ["It's a Secret to Everybody"], message }), {
      'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    });
  });

  it('is like that of Stripe, also with two keys', () => {
    const sign = (key: string) => hmac('sha256', key, `1614265330.${MESSAGE.body}`, 'hex');
    assert.deepEqual(headersOf(STRIPE, { keys: ['new', 'old'], separator: ',v1=' }), {
      'Stripe-Signature': `t=1614265330,v1=${sign('new')},v1=${sign('old')}`,
    });
  });

  it('is like that of Slack, with the time in a header', () => {
    assert.deepEqual(headersOf(SLACK), {
      'X-Slack-Signature': `v0=${hmac('sha256', 'whisper', `v0:1614265330:${MESSAGE.body}`, 'hex')}`,
      'X-Slack-Request-Timestamp': '1614265330',
    });
  });

  it('is like that of Twilio over URL and fields', () => {
    const message = { ...MESSAGE, body: 'To=%2B44&From=%2B1+2&CallSid=CA1' };
    assert.deepEqual(headersOf(TWILIO, { message }), {
      'X-Twilio-Signature': hmac('sha1', 'whisper', `${MESSAGE.url}CallSidCA1From+1 2To+44`, 'base64'),
    });
  });

  it('covers every part of a request, line by line if need be', () => {
    const text = `POST\n${MESSAGE.url}\ndlv_1 ${MESSAGE.body}`;
    assert.deepEqual(headersOf({ hmacContent: '{{method}}\\n{{ url }}\\n{{id}} {{body}}', hmacAlgorithm: 'sha512' }), {
      'X-Signature': hmac('sha512', 'whisper', text, 'hex'),
    });
  });

  it('covers bytes that are no text', () => {
    const body = Buffer.from([0, 255, 10, 128]);
    assert.deepEqual(headersOf({}, { message: { ...MESSAGE, body } }), {
      'X-Signature': createHmac('sha256', 'whisper').update(body).digest('hex'),
    });
  });

  it('is accepted by whoever has the same settings and key, lately, and with another body by nobody', () => {
    const settings = fc.constantFrom<Partial<HmacSettings>>({}, GITHUB, STRIPE, SLACK, {
      hmacAlgorithm: 'sha512',
      hmacEncoding: 'base64',
    });
    const body = fc.uint8Array({ minLength: 1, maxLength: 100 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(
        settings,
        body,
        fc.string({ minLength: 1 }),
        fc.integer({ min: -400, max: 400 }),
        (set, sent, key, late) => {
          const all = { ...hmacDefaults, ...set };
          assert.deepEqual(checkHmac(all, 'verify'), []);
          const headers = headersOf(set, { keys: [key], message: { ...MESSAGE, body: sent } });
          const header = (name: string): string | null => headers[name] ?? null;
          const refuse = (received: Buffer, lateSeconds: number): string | null =>
            refuseHmac(
              hmacScheme(all),
              hmacKey(key),
              { header, body: received },
              {
                ...FRESH,
                nowMs: FRESH.nowMs + lateSeconds * 1000,
              },
            );
          const isTimed = all.hmacContent.includes('timestamp');
          assert.equal(refuse(sent, late) === null, !isTimed || Math.abs(late) <= 300);
          assert.notEqual(refuse(Buffer.concat([sent, Buffer.from('x')]), 0), null);
        },
      ),
    );
  });

  describe('of several keys, of which the receiver knows one', () => {
    const [good, wrong] = ['whisper', 'another'].map((key) => hmac('sha256', key, `1614265330.${MESSAGE.body}`, 'hex'));
    const [github, other] = ['whisper', 'another'].map((key) => hmac('sha256', key, String(MESSAGE.body), 'base64'));
    const GITHUB_64 = { ...GITHUB, hmacEncoding: 'base64' } as const;
    const headers: readonly (readonly [settings: Partial<HmacSettings>, header: string, isAccepted: boolean])[] = [
      [STRIPE, `t=1614265330,v1=${wrong},v1=${good}`, true],
      [STRIPE, `t=1614265330,v1=${good},v1=${wrong},v0=${wrong}`, true],
      [STRIPE, `t=1614265330,v1=${wrong}, v1=${good}`, true],
      [STRIPE, `t=1614265330,v1=${wrong} ${good}`, true],
      [STRIPE, `t=1614265330,v1=${wrong},v1=${wrong}`, false],
      [STRIPE, `t=1614265330,v1=${wrong},v0=${good}`, false],
      [STRIPE, `t=1614265330,v1=${`${wrong},v1=`.repeat(15)}${good}`, true],
      [STRIPE, `t=1614265330,v1=${`${wrong},v1=`.repeat(16)}${good}`, false],
      [GITHUB_64, `sha256=${other} sha256=${github}`, true],
      [GITHUB_64, `sha256=${other},${github}`, true],
      [GITHUB_64, `sha256=${other} sha256=${other}`, false],
      [{ hmacEncoding: 'base64' }, `${other} , ${github}`, true],
      [{ hmacEncoding: 'base64' }, `${other},`, false],
    ];
    for (const [settings, given, isAccepted] of headers) {
      it(`is ${isAccepted ? 'accepted' : 'refused'}: ${given.replaceAll(/[\w+/]{40,}=?/g, '…').slice(0, 60)}`, () => {
        const scheme = hmacScheme({ ...hmacDefaults, ...settings });
        const request = { header: () => given, body: Buffer.from(String(MESSAGE.body)) };
        assert.equal(refuseHmac(scheme, hmacKey('whisper'), request, FRESH) === null, isAccepted);
      });
    }
  });

  const refused: readonly (readonly [title: string, header: string | null, said: RegExp])[] = [
    ['without a header', null, /missing/],
    ['without the prefix', 'v1=00', /begin/],
    ['without the time', 't=,v1=00', /begin/],
    ['with another time', `t=1614265331,v1=${hmac('sha256', 'whisper', `1614265330.${MESSAGE.body}`, 'hex')}`, /wrong/],
    ['with nothing behind the prefix', 't=1614265330,v1=', /wrong/],
  ];
  for (const [title, given, said] of refused) {
    it(`is refused ${title}`, () => {
      const scheme = hmacScheme({ ...hmacDefaults, ...STRIPE });
      const request = { header: () => given, body: Buffer.from(String(MESSAGE.body)) };
      assert.match(refuseHmac(scheme, hmacKey('whisper'), request, FRESH) ?? '', said);
    });
  }

  it('is refused where the time is to be in a header and is not', () => {
    const headers = headersOf(SLACK);
    const header = (name: string): string | null => (name === SLACK.hmacHeader ? (headers[name] ?? null) : null);
    const body = Buffer.from(String(MESSAGE.body));
    const said = refuseHmac(hmacScheme({ ...hmacDefaults, ...SLACK }), hmacKey('whisper'), { header, body }, FRESH);
    assert.match(said ?? '', /time is missing/);
  });
});

describe('settings of an HMAC', () => {
  const wrong: readonly (readonly [settings: Partial<HmacSettings>, side: 'sign' | 'verify', field: string])[] = [
    [{ hmacHeader: '' }, 'sign', 'hmacHeader'],
    [{ hmacHeader: 'X Sig' }, 'sign', 'hmacHeader'],
    [{ hmacHeader: 'Webhook-Id' }, 'sign', 'hmacHeader'],
    [{ hmacHeader: 'content-length' }, 'sign', 'hmacHeader'],
    [{ ...SLACK, hmacTimestampHeader: 'x-slack-signature' }, 'sign', 'hmacTimestampHeader'],
    [{ ...SLACK, hmacTimestampHeader: 'X:' }, 'sign', 'hmacTimestampHeader'],
    [{ hmacPrefix: '{{id}}=' }, 'sign', 'hmacPrefix'],
    [{ hmacContent: '' }, 'sign', 'hmacContent'],
    [{ hmacContent: '{{timestamp}}' }, 'sign', 'hmacContent'],
    [{ hmacContent: '{{body}' }, 'sign', 'hmacContent'],
    [{ hmacContent: '{{body}}}}' }, 'sign', 'hmacContent'],
    [{ hmacContent: '{{bodies}}{{body}}' }, 'sign', 'hmacContent'],
    [{ hmacContent: '{{timestamp}}.{{body}}' }, 'sign', 'hmacContent'],
    [{ hmacContent: '{{url}}{{body}}' }, 'verify', 'hmacContent'],
    [{ hmacPrefix: 't={{timestamp}},v1=' }, 'verify', 'hmacContent'],
    [{ hmacTimestampHeader: 'X-Time' }, 'verify', 'hmacContent'],
  ];
  for (const [settings, side, field] of wrong) {
    it(`${JSON.stringify(settings)} cannot ${side}`, () => {
      const problems = checkHmac({ ...hmacDefaults, ...settings }, side);
      assert.deepEqual(
        problems.map((problem) => problem.field),
        [field],
      );
      assert.match(problems[0]?.message ?? '', /\.$/);
    });
  }
});

describe('the sorted fields of a form', () => {
  const forms: readonly (readonly [form: string, sorted: string])[] = [
    ['', ''],
    ['b=2&a=1', 'a1b2'],
    ['a=2&a=1&a=2', 'a1a2'],
    ['B=1&a=2&A=3', 'A3B1a2'],
    ['na+me=%D0%98', 'na meИ'],
  ];
  for (const [form, sorted] of forms)
    it(`${form || 'nothing'} are ${sorted || 'nothing'}`, () => assert.equal(sortedParams(form), sorted));

  it('count a name that comes often once for each of its values', () => {
    assert.equal(sortedParams('a=1&'.repeat(50_000)), 'a1');
  });
});
