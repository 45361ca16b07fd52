/** The document’s own example, to the byte. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/json';
import type { ExampleSession } from './session';

export function checkKompaasJson(session: ExampleSession): void {
  const flow = session.flow('KOMPaaS - POST JSON');
  const documented =
    '{"billsec":"6","timestamp":"1687271174","eventType":"VpbxInboundCallEnd","InternalNumber":"100","Key":"Example"}';

  it('sends the JSON of the KOMPaaS document, byte for byte, when its button is pressed', async () => {
    await flow.press('a call ended');
    const [exchange] = await session.relay.waitFor('/example/kompaas-json', 1);
    assert.equal(exchange?.request.method, 'POST');
    assert.equal(exchange?.request.text, documented);
    assert.match(String(exchange?.request.headers['content-type']), /^application\/json\b/);
    await flow.hasDelivered(exchange);
  });

  it('sends it again for what KOMPaaS itself posts, and once only though KOMPaaS repeats itself', async () => {
    const call = { eventType: 'VpbxInboundCallEnd', callId: '104-1687271168.17', billsec: 6, internalNumber: 100 };
    const push = (more: JsonObject) =>
      session.postJson('/telephony/kompaas-json', { ...call, timestamp: 1687271174, ...more });
    assert.deepEqual(await push({}), { status: 200, body: { accepted: 1, repeated: 0 } });
    assert.deepEqual(await push({}), { status: 200, body: { accepted: 1, repeated: 1 } });
    await push({ callId: '104-1687271169.18' });
    const exchanges = await session.relay.waitFor('/example/kompaas-json', 3);
    assert.deepEqual(
      exchanges.map(({ request }) => request.text),
      [documented, documented, documented],
    );
  });
}
