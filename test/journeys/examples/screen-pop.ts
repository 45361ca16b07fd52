/** Order within a call, and none between calls. */
import assert from 'node:assert/strict';
import { type ExampleSession, jsonOf } from './session';

export function checkScreenPop(session: ExampleSession): void {
  const flow = session.flow('Screen pop - calls in order');

  it('keeps the order of a call whose first news is refused, while another call overtakes it', async () => {
    // The call of which the first news is refused hears so when the other has rung: its next attempt is no race with that.
    const bothRang = session.relay.waitFor('/example/screen', 2);
    session.relay.holdOnce('/example/screen', bothRang);
    await flow.press('two calls');
    const exchanges = await session.relay.waitFor('/example/screen', 7);
    const news = exchanges.map(({ request, status }) => {
      const { callId, eventType } = JSON.parse(request.text) as Record<string, string>;
      return `${callId?.[0]} ${eventType} ${status}`;
    });
    const of = (call: string) => news.filter((line) => line.startsWith(call));
    assert.deepEqual(of('A'), ['A call.ringing 503', 'A call.ringing 200', 'A call.answered 200', 'A call.ended 200']);
    assert.deepEqual(of('B'), ['B call.ringing 200', 'B call.answered 200', 'B call.ended 200']);
    assert.ok(news.indexOf('B call.ringing 200') < news.indexOf('A call.ringing 200'), news.join('\n'));
    const [refused, repeated] = exchanges.filter(({ request }) => request.text.includes('"call.ringing","callId":"A-'));
    assert.equal(refused?.request.headers['webhook-id'], repeated?.request.headers['webhook-id']);
    assert.equal(refused?.request.text, repeated?.request.text);
  });

  it('says who calls whom', async () => {
    const [exchange] = await session.relay.waitFor('/example/screen', 1);
    const { callId, ...rest } = jsonOf(exchange);
    assert.match(String(callId), /^A-/);
    assert.deepEqual(rest, {
      eventType: 'call.ringing',
      callerNumber: '12025550142',
      callerName: 'Ann Customer',
      internalNumber: '101',
    });
    await flow.shown('delivered', 6);
  });
}
