/** Lines of text, a fixed value and a header. */
import assert from 'node:assert/strict';
import { type ExampleSession, jsonOf } from './session';

export function checkKompaasText(session: ExampleSession): void {
  const flow = session.flow('KOMPaaS - POST text');

  it('sends its lines with the fixed account, and the call id in a header', async () => {
    await flow.press('a call comes in');
    const [pushed] = await session.relay.waitFor('/telephony/kompaas-text', 1);
    const [exchange] = await session.relay.waitFor('/example/kompaas-text', 1);
    assert.equal(exchange?.request.method, 'POST');
    assert.equal(
      exchange?.request.text,
      'Incoming call for account 104233\nfrom 12025550142 (Ann "Annie" Müller)\nto 12025550110\n',
    );
    assert.match(String(exchange?.request.headers['content-type']), /^text\/plain\b/);
    assert.equal(exchange?.request.headers['x-call-id'], jsonOf(pushed)['callId']);
    await flow.hasDelivered(exchange);
  });
}
