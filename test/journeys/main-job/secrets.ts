/** Secrets reach the receiver and nobody else. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../src/json';
import { ended } from './answers';
import type { Workbench } from './workbench';

const VALUE = 'geheim+/&="9\\é';
/** As it may stand in a file or an answer: as it is, in JSON, in a URL or form, and without what is escaped. */
const TRACES = [VALUE, 'geheim', encodeURIComponent(VALUE), JSON.stringify(VALUE).slice(1, -1)];

export function checkSecrets(bench: Workbench): void {
  const credentials = { secrets: JSON.stringify({ api_key: VALUE }) };
  const secret = { credentials, secretNames: ['api_key'] };

  before(async () => {
    await bench.deploy({
      'secret-json': {
        template: {
          url: `${bench.receiver.url}/out/secret-json/%api_key%?k=%api_key%`,
          user: [
            { key: 'key', type: 'text', value: 'Key %api_key%' },
            { key: 'sum', type: 'sha1', value: '{{callId}}%api_key%' },
            { key: 'literal', type: 'text', value: '{{msg.payload.raw.note}} %D0%9F 5%' },
          ],
          headers: [{ key: 'X-Key', type: 'text', value: '%ascii_key%' }],
          credentials: { secrets: JSON.stringify({ api_key: VALUE, ascii_key: 'geheim-header' }) },
          secretNames: ['api_key', 'ascii_key'],
        },
      },
      'secret-form': {
        template: { ...secret, format: 'form', user: [{ key: 'key', type: 'text', value: '%api_key%' }] },
      },
      'secret-text': { template: { ...secret, format: 'text', text: 'key=%api_key%' } },
      'secret-unknown': {
        template: { user: [{ key: 'key', type: 'text', value: '%api_key%' }] },
      },
    });
  });

  it('are in the URL, the header and the body that the receiver gets', async () => {
    await bench.pushJson('secret-json', { ...ended('s-1'), note: '%api_key%' });
    const request = await bench.only('secret-json');
    const url = new URL(request.url, 'http://receiver.test');
    assert.equal(decodeURIComponent(url.pathname), `/out/secret-json/${VALUE}`);
    assert.deepEqual([...url.searchParams], [['k', VALUE]]);
    assert.equal(request.headers['x-key'], 'geheim-header');
    const body: unknown = JSON.parse(request.text);
    assert.deepEqual(body, {
      key: `Key ${VALUE}`,
      sum: sha1(`s-1${VALUE}`),
      literal: '%api_key% %D0%9F 5%',
    });
  });

  it('are escaped as the format needs it', async () => {
    await bench.pushJson('secret-form', ended('s-2'));
    assert.deepEqual([...new URLSearchParams((await bench.only('secret-form')).text)], [['key', VALUE]]);
    await bench.pushJson('secret-text', ended('s-3'));
    assert.equal((await bench.only('secret-text')).text, `key=${VALUE}`);
  });

  it('are shown by name only, in the log and the flows, and are in no file in the clear', async () => {
    const seen: string[] = [await (await bench.red.api('/flows')).text()];
    for (const webhook of ['secret-json', 'secret-form', 'secret-text']) {
      const [entry] = await bench.logged({ webhook, state: 'delivered' });
      const detail = await (await bench.red.api(`/telephony-webhooks/deliveries/${entry?.['id']}`)).text();
      assert.match(detail, /%api_key%/, webhook);
      seen.push(JSON.stringify(entry), detail);
    }
    seen.push(await (await bench.red.api('/telephony-webhooks/export?format=ndjson')).text());
    seen.push(await (await bench.red.api('/telephony-webhooks/export?format=csv')).text());
    seen.push(bench.red.log);
    for (const file of filesBelow(bench.red.userDir))
      seen.push(readFileSync(file, 'latin1'), readFileSync(file, 'utf8'));
    for (const trace of TRACES) {
      const found = seen.find((text) => text.includes(trace));
      assert.equal(found, undefined, `"${trace}" is in ${found?.slice(0, 200)}`);
    }
  });

  it('fail for good where nobody has declared the name', async () => {
    await bench.pushJson('secret-unknown', ended('s-4'));
    const [entry] = await bench.logged({ webhook: 'secret-unknown', state: 'failed' });
    const error = entry?.['lastError'];
    assert.ok(isJsonObject(error));
    assert.equal(error['class'], 'secret');
    assert.match(String(error['message']), /api_key/);
    assert.ok(!bench.receiver.requests.some(({ url }) => url.startsWith('/out/secret-unknown')));
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
