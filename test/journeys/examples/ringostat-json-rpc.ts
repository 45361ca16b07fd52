/** Every type of parameter in a JSON-RPC call. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../../src/json';
import { type ExampleSession, jsonOf } from './session';

export function checkRingostatJsonRpc(session: ExampleSession): void {
  const flow = session.flow('Ringostat - JSON-RPC with hashes');

  it('calls the method with nested parameters, hashes and names that are no identifiers', async () => {
    await flow.press('after the call');
    const [pushed] = await session.relay.waitFor('/telephony/ringostat-rpc', 1);
    const { uniqueid } = jsonOf(pushed);
    const [exchange] = await session.relay.waitFor('/example/rpc', 1);
    const hash = (name: string, text: string) => createHash(name).update(text).digest('hex');
    const logged = await flow.hasDelivered(exchange);
    assert.equal(
      exchange?.request.text,
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'call.after',
        params: {
          uniqueid,
          calldate: '2026-11-21 05:14:15',
          caller: '12025550142',
          dst: '12025550110',
          disposition: 'ANSWERED',
          call: { billsec: 3, recording: { url: 'https://records.example.test/ua-987h79879.mp3', exists: true } },
          tags: ['google', 'dynamic', { pool: 'Main site' }],
          caller_md5: hash('md5', '12025550142'),
          caller_crc32: crc32('12025550142').toString(16).padStart(8, '0'),
          caller_sha1: hash('sha1', '12025550142'),
          call_sha256: hash('sha256', `${uniqueid}:12025550142`),
          'Название проекта': 'Example shop',
        },
        id: (logged['event'] as JsonObject)['id'],
      }),
    );
    assert.match(String(exchange?.request.headers['content-type']), /^application\/json\b/);
  });

  it('takes 202 for a failure, as Ringostat does', async () => {
    session.relay.answerOnce('/example/rpc', { status: 202 });
    await flow.press('after the call');
    const exchange = (await session.relay.waitFor('/example/rpc', 2))[1];
    const { attempts, state } = await flow.tried(exchange);
    const [{ class: failure, statusCode } = assert.fail()] = attempts;
    assert.deepEqual([failure, statusCode], ['status', 202]);
    assert.notEqual(state, 'failed');
  });
}
