/** Signatures of what comes in and what goes out, where bytes and addresses are those of a real server. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readSigningKey, readVerifyingKey } from '../../../src/signing/keys';
import { refuseStandard, signStandard } from '../../../src/signing/standard-webhooks';
import type { Received } from '../../support/receiver';
import { ended, odd } from './answers';
import type { Pushed, Workbench } from './workbench';

const KEY = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const TOKEN = 'auth token of the tests';
const telnyxKeys = generateKeyPairSync('ed25519');
const telnyxPublic = telnyxKeys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

const JSON_TYPE = { 'content-type': 'application/json' };
const now = (): string => String(Math.floor(Date.now() / 1000));

export function checkSignatures(bench: Workbench): void {
  before(async () => {
    await bench.deploy(
      {
        standard: { source: { verify: 'standard', credentials: { secret: KEY } } },
        telnyx: { source: { verify: 'telnyx', credentials: { secret: telnyxPublic } } },
        twilio: { source: { verify: 'twilio', credentials: { secret: TOKEN } } },
        'twilio-proxied': {
          source: { verify: 'twilio', publicUrl: 'https://pbx.example.com/calls', credentials: { secret: TOKEN } },
        },
        signed: { template: { available: ['callId'] }, out: { endpoint: 'signing' } },
      },
      [
        {
          id: 'signing',
          type: 'telephony-webhook-endpoint',
          baseUrl: bench.receiver.url,
          signing: 'standard',
          credentials: { signingSecrets: JSON.stringify([KEY]) },
        },
      ],
    );
  });

  const post = (target: string, headers: Record<string, string>, body: string): Promise<Pushed> =>
    bench.push(target, { method: 'POST', headers, body });
  const status = async (answer: Promise<Pushed>): Promise<number> => (await answer).status;

  it('of Standard Webhooks are checked over the bytes that were sent', async () => {
    const body = odd('std-1');
    const timestamp = now();
    const signature = signStandard([readSigningKey(KEY) ?? assert.fail()], { id: 'msg_1', timestamp, body });
    const headers = {
      ...JSON_TYPE,
      'webhook-id': 'msg_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    };
    assert.equal(await status(post('standard', headers, `${body} `)), 401);
    assert.equal(await status(post('standard', headers, body)), 200);
  });

  it('of Telnyx are checked, and its events are not taken later', async () => {
    const body = odd('telnyx-1');
    const signed = (timestamp: string) => ({
      ...JSON_TYPE,
      'telnyx-timestamp': timestamp,
      'telnyx-signature-ed25519': sign(null, Buffer.from(`${timestamp}|${body}`), telnyxKeys.privateKey).toString(
        'base64',
      ),
    });
    assert.equal(await status(post('telnyx', signed(String(Number(now()) - 400)), body)), 401);
    assert.equal(await status(post('telnyx', signed(now()), body)), 200);
  });

  const form = (callId: string): string =>
    new URLSearchParams({ eventType: 'call.ended', callId, endTime: '2026-11-21T05:14:15Z' }).toString();
  const twilio = (url: string, body: string) => {
    const fields = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
    return {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', TOKEN)
        .update(url + fields.join(''))
        .digest('base64'),
    };
  };

  it('of Twilio are checked over the address that it called, with its query', async () => {
    const body = form('tw-1');
    const url = new URL('/in/twilio/77?a=%20b', bench.red.url).href;
    assert.equal(await status(post('twilio/78?a=%20b', twilio(url, body), body)), 401);
    assert.equal(await status(post('twilio/77?a=%20b', twilio(url, form('tw-2')), body)), 401);
    assert.equal(await status(post('twilio/77?a=%20b', twilio(url, body), body)), 200);
  });

  it('of Twilio are checked behind a proxy that changes the address', async () => {
    const body = form('tw-3');
    const headers = twilio('https://pbx.example.com/calls?a=1', body);
    assert.equal(await status(post('twilio-proxied?a=1', headers, body)), 200);
  });

  function refusalOf({ headers, body }: Received): string | null {
    const [id = '', timestamp = '', signature = ''] = ['id', 'timestamp', 'signature'].map((name) =>
      String(headers[`webhook-${name}`]),
    );
    const keys = [readVerifyingKey(KEY) ?? assert.fail()];
    return refuseStandard(keys, { id, timestamp, signature }, body, { nowMs: Date.now(), toleranceSeconds: 30 });
  }

  it('of what is sent satisfy the receiver, and the log holds no key', async () => {
    await bench.pushJson('signed', ended('sig-1'));
    assert.equal(refusalOf(await bench.only('signed')), null);
    const [delivery] = await bench.logged({ q: 'sig-1' });
    const answer = await bench.red.api(`/telephony-webhooks/deliveries/${String(delivery?.['id'])}`);
    const text = await answer.text();
    assert.match(text, /sig-1/);
    assert.ok(!text.includes(KEY.slice('whsec_'.length)));
  });

  it('are on a test, too', async () => {
    const config = { url: `${bench.receiver.url}/out/test-signed`, available: ['callId'] };
    const answer = await bench.admin('test', { config, node: 'template-signed', endpoint: 'signing' });
    assert.equal(answer.status, 200, answer.text);
    const request = await bench.only('test-signed');
    assert.equal(request.headers['webhook-test'], 'true');
    assert.equal(refusalOf(request), null);
  });

  it('come with a public key for those who are to check them, and nothing but a private key has one', async () => {
    const privateKey = `whsk_${Buffer.alloc(32, 4).toString('base64')}`;
    const { body } = await bench.admin('public-key', { privateKey });
    const { publicKey } = body as { publicKey: string };
    const message = { id: 'a', timestamp: '1', body: 'x' };
    const signature = signStandard([readSigningKey(privateKey) ?? assert.fail()], message);
    const freshness = { nowMs: 1000, toleranceSeconds: 1 };
    const keys = [readVerifyingKey(publicKey) ?? assert.fail(publicKey)];
    assert.equal(refuseStandard(keys, { ...message, signature }, Buffer.from('x'), freshness), null);
    assert.equal((await bench.admin('public-key', { privateKey: KEY })).status, 400);
  });
}
