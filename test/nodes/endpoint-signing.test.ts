import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readVerifyingKey } from '../../src/signing/keys';
import { refuseStandard } from '../../src/signing/standard-webhooks';
import { FakeClock } from '../support/fake-clock';
import { deploy, Inbox, node, putClock, undeploy } from '../support/pack';
import { type Received, type Receiver, startReceiver } from '../support/receiver';

const OLD_KEY = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
/** The first key of RFC 8032 section 7.1. */
const PRIVATE_KEY = 'whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=';
const PUBLIC_KEY = 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

describe('an endpoint that signs', () => {
  let receiver: Receiver;
  let clock: FakeClock;
  let restore: () => void;
  beforeEach(async () => {
    receiver = await startReceiver(({ number, url }) => ({ status: url === '/busy' && number === 1 ? 503 : 200 }));
    clock = new FakeClock();
    restore = putClock(clock);
  });
  afterEach(async () => {
    await undeploy();
    restore();
    await receiver.close();
  });

  async function start(endpoint: object, keys: readonly string[] | undefined, out: object = {}) {
    await deploy(
      [
        { id: 'tab', type: 'tab' },
        { id: 'out', z: 'tab', type: 'telephony-webhook-out', endpoint: 'crm', ...out, wires: [['good'], []] },
        { id: 'good', z: 'tab', type: 'helper' },
        { id: 'catcher', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
        { id: 'caught', z: 'tab', type: 'helper' },
        { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url, ...endpoint },
      ],
      { crm: keys ? { signingSecrets: JSON.stringify(keys) } : {} },
      ['common/25-catch'],
    );
    return { good: new Inbox('good'), caught: new Inbox('caught') };
  }

  async function sent(message: object, good: Inbox): Promise<Received> {
    node('out').receive(message);
    await good.until(1);
    return receiver.requests[0] ?? assert.fail('nothing came');
  }

  function refusalOf({ headers, body }: Received, key: string, nowMs: number): string | null {
    const [id = null, timestamp = null, signature = null] = ['id', 'timestamp', 'signature'].map((name) =>
      String(headers[`webhook-${name}`]),
    );
    const keys = [readVerifyingKey(key) ?? assert.fail(key)];
    return refuseStandard(keys, { id, timestamp, signature }, body, { nowMs, toleranceSeconds: 0 });
  }

  it('by Standard Webhooks satisfies the owner of either key, whatever the message brought', async () => {
    const { good } = await start({ signing: 'standard' }, [PRIVATE_KEY, OLD_KEY]);
    const headers = {
      'Webhook-Id': 'mine',
      'WEBHOOK-TIMESTAMP': '1',
      'webhook-signature': 'v1,mine',
      'X-Other': 'stays',
    };
    const request = await sent({ payload: '{"name":"Žlu 😀"}', headers }, good);
    for (const key of [PUBLIC_KEY, OLD_KEY]) assert.equal(refusalOf(request, key, clock.now()), null);
    assert.equal(request.headers['x-other'], 'stays');
    const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    assert.equal(names.filter((name) => name.startsWith('webhook-')).length, 3);
  });

  it('signs each attempt anew, under the same id', async () => {
    const { good } = await start({ signing: 'standard' }, [OLD_KEY], { schedule: 'list', delays: '10m', jitter: 0 });
    node('out').receive({ url: '/busy', payload: 'x' });
    await receiver.waitFor(1);
    await clock.untilDue(600_000);
    await clock.advanceAsync(600_000);
    await good.until(1);
    const [first, second] = receiver.requests;
    assert(first && second);
    assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
    assert.equal(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp']), 600);
    assert.equal(refusalOf(second, OLD_KEY, clock.now()), null);
  });

  it('by an HMAC signs what is sent, in a header that no message can set', async () => {
    const endpoint = { signing: 'hmac', hmacHeader: 'X-Hub-Signature-256', hmacPrefix: 'sha256=' };
    const { good } = await start(endpoint, ['whisper']);
    const request = await sent({ payload: { a: 1 }, headers: { 'x-hub-SIGNATURE-256': 'mine' } }, good);
    assert.equal(request.text, '{"a":1}');
    const expected = createHmac('sha256', 'whisper').update(request.text).digest('hex');
    assert.equal(request.headers['x-hub-signature-256'], `sha256=${expected}`);
    assert.equal(request.headers['webhook-signature'], undefined);
  });

  it('as Twilio does signs the URL as it is sent', async () => {
    const endpoint = {
      signing: 'hmac',
      hmacAlgorithm: 'sha1',
      hmacEncoding: 'base64',
      hmacContent: '{{url}}{{params}}',
    };
    const { good } = await start(endpoint, ['token']);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = await sent({ url: '/a b?x=ü', payload: { To: '+44', From: '+1' }, headers }, good);
    const signed = `${receiver.url}${request.url}From+1To+44`;
    assert.equal(request.headers['x-signature'], createHmac('sha1', 'token').update(signed).digest('base64'));
  });

  it('signs nothing that goes to another origin', async () => {
    const other = await startReceiver({ body: 'ok' });
    try {
      const { good } = await start({ signing: 'standard', addressPolicy: 'list', allow: ['127.0.0.1'] }, [OLD_KEY]);
      node('out').receive({ payload: 'x', url: other.url });
      await good.until(1);
      assert.equal(other.requests[0]?.headers['webhook-signature'], undefined);
    } finally {
      await other.close();
    }
  });

  const broken: readonly (readonly [title: string, keys: readonly string[] | undefined, said: RegExp])[] = [
    ['no key', undefined, /there is no key/],
    ['a key that is none', ['whsec_short'], /A signing key is whsec_/],
    ['a public key', [PUBLIC_KEY], /A signing key is whsec_/],
  ];
  for (const [title, keys, said] of broken) {
    it(`sends nothing unsigned: ${title}`, async () => {
      const { caught } = await start({ signing: 'standard' }, keys);
      node('out').receive({ payload: 'x' });
      const [message] = await caught.until(1);
      assert.match(JSON.stringify(message?.['error']), said);
      assert.equal(receiver.requests.length, 0);
    });
  }
});
