/** Vectors that lie beside the project, where they do. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hmacKey } from '../../../src/signing/hmac';
import { publicKeyText, readSigningKey } from '../../../src/signing/keys';
import { signStandard } from '../../../src/signing/standard-webhooks';
import { readTelnyxKey, refuseTelnyx } from '../../../src/signing/telnyx';
import { refuseTwilio } from '../../../src/signing/twilio';

const shared = join(__dirname, '..', '..', '..', '..', 'shared');
const read = <Shape>(path: string): Shape => JSON.parse(readFileSync(join(shared, path), 'utf8')) as Shape;

interface Vector {
  readonly secret: string;
  readonly id: string;
  readonly timestamp: number;
  readonly payload: string;
  readonly expected: string;
}
interface StandardVectors {
  readonly official: Vector;
  readonly extra: readonly Vector[];
  readonly rotation: Omit<Vector, 'secret'> & { readonly secrets: readonly string[] };
  readonly ed25519: Omit<Vector, 'secret'> & { readonly whsk_seed_b64: string; readonly whpk_b64: string };
}
interface ProviderVectors {
  readonly twilio: {
    readonly authToken: string;
    readonly form: { readonly url: string; readonly params: Record<string, string>; readonly signature: string };
    readonly json: { readonly url: string; readonly body: string; readonly signature: string };
  };
  readonly telnyx: {
    readonly headers: { readonly 'telnyx-timestamp': string; readonly 'telnyx-signature-ed25519': string };
    readonly publicKeyBase64: string;
    readonly body: string;
  };
}

if (existsSync(shared)) {
  describe('shared vectors of signatures', () => {
    const standard = read<StandardVectors>('vectors/standard-webhooks/vectors.json');
    const providers = read<ProviderVectors>('facts/providers/signature-vectors.json');

    function signed(
      secrets: readonly string[],
      { id, timestamp, payload }: Omit<Vector, 'secret' | 'expected'>,
    ): string {
      const keys = secrets.map((secret) => readSigningKey(secret) ?? assert.fail(secret));
      return signStandard(keys, { id, timestamp: String(timestamp), body: payload });
    }

    it('are met by Standard Webhooks', () => {
      const { official, extra, rotation, ed25519 } = standard;
      for (const vector of [official, ...extra]) assert.equal(signed([vector.secret], vector), vector.expected);
      assert.equal(signed(rotation.secrets, rotation), rotation.expected);
      const privateKey = `whsk_${ed25519.whsk_seed_b64}`;
      assert.equal(signed([privateKey], ed25519), ed25519.expected);
      assert.equal(publicKeyText(privateKey), `whpk_${ed25519.whpk_b64}`);
    });

    it('are met by Twilio', () => {
      const { authToken, form, json } = providers.twilio;
      const key = hmacKey(authToken);
      const asForm = {
        url: form.url,
        signature: form.signature,
        contentType: 'application/x-www-form-urlencoded',
        body: Buffer.from(String(new URLSearchParams(form.params))),
      };
      assert.equal(refuseTwilio(key, asForm), null);
      const asJson = { ...json, contentType: 'application/json', body: Buffer.from(json.body) };
      assert.equal(refuseTwilio(key, asJson), null);
    });

    it('are met by Telnyx', () => {
      const { headers, publicKeyBase64, body } = providers.telnyx;
      const timestamp = headers['telnyx-timestamp'];
      const request = { timestamp, signature: headers['telnyx-signature-ed25519'], body: Buffer.from(body) };
      const key = readTelnyxKey(publicKeyBase64) ?? assert.fail('no key');
      const freshness = { nowMs: Number(timestamp) * 1000, toleranceSeconds: 1 };
      assert.equal(refuseTelnyx(key, request, freshness), null);
    });
  });
}
