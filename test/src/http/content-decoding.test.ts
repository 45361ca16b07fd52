import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import { decode } from '../../../src/http/content-decoding';
import { UndiciClient } from '../../../src/http/undici-client';
import { startReceiver } from '../../support/receiver';
import { answered, Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

const MEGABYTE = 1_048_576;

async function receive(body: Buffer, encoding: string): Promise<ReturnType<typeof answered>> {
  const receiver = opened.add(await startReceiver({ body, headers: { 'content-encoding': encoding } }));
  return answered(await opened.add(new UndiciClient()).send(post(receiver.url)));
}

describe('a compressed answer', () => {
  const text = 'Жук '.repeat(1000);
  const encodings: [encoding: string, compressed: Buffer][] = [
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
  ];
  for (const [encoding, compressed] of encodings) {
    it(`is unpacked from ${encoding} of ${compressed.length} bytes`, async () => {
      const result = await receive(compressed, encoding);
      assert.equal(result.body.toString(), text);
      assert.equal(result.cut, false);
      assert.equal(result.headers['content-encoding'], undefined);
      assert.equal(result.headers['content-length'], undefined);
    });
  }

  const left: [what: string, body: Buffer, encoding: string][] = [
    ['is unknown', Buffer.from('abc'), 'compress'],
    ['is not what the header says', Buffer.from('plain text'), 'gzip'],
    ['breaks off', gzipSync(randomBytes(1000)).subarray(0, 500), 'gzip'],
    ['comes in several layers', gzipSync(gzipSync(text)), 'gzip, gzip'],
  ];
  for (const [what, body, encoding] of left) {
    it(`is left as it came where the encoding ${what}`, async () => {
      const result = await receive(body, encoding);
      assert.deepEqual(result.body, body);
      assert.equal(result.headers['content-encoding'], encoding);
    });
  }

  it('may be empty', async () => {
    assert.equal((await receive(Buffer.alloc(0), 'gzip')).body.length, 0);
  });

  it('that unfolds to more than 1 MB is cut there', async () => {
    const result = await receive(gzipSync(Buffer.alloc(2 * MEGABYTE, 'x')), 'gzip');
    assert.equal(result.body.length, MEGABYTE);
    assert.equal(result.cut, true);
  });

  it('that is longer than 1 MB even when compressed is unpacked as far as it was read', async () => {
    const whole = randomBytes(3 * MEGABYTE);
    const result = await receive(gzipSync(whole), 'gzip');
    assert.equal(result.cut, true);
    assert.ok(result.body.length > MEGABYTE / 2);
    assert.deepEqual(result.body, whole.subarray(0, result.body.length));
  });

  it('that is a bomb never unfolds in memory', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * MEGABYTE));
    assert.ok(bomb.length < MEGABYTE);
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 1);
    const results = await Promise.all(Array.from({ length: 8 }, () => decode(bomb, 'gzip', MEGABYTE, false)));
    clearInterval(watch);
    most = Math.max(most, process.memoryUsage().rss);
    for (const result of results) assert.equal(result?.body.length, MEGABYTE);
    assert.ok(most - before < 100 * MEGABYTE, `grew by ${Math.round((most - before) / MEGABYTE)} MB`);
  });
});
