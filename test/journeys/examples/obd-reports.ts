/** Which webhook gets which report, and what counts as success. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/json';
import { type ExampleSession, jsonOf, TOKEN } from './session';

export function checkObdReports(session: ExampleSession): void {
  const flow = session.flow('OBD - reports by webhook id');

  it('sends the report to webhook 77 only, exactly as the platform writes it, whatever its JSON was like', async () => {
    await flow.press('report for 77');
    const [pushed] = await session.relay.waitFor('/telephony/obd/77', 1);
    const broken = pushed?.request.text ?? '';
    assert.throws(() => JSON.parse(broken));
    const [exchange] = await session.relay.waitFor('/example/obd/report', 1);
    assert.equal(exchange?.request.method, 'POST');
    assert.equal(exchange?.request.text, JSON.stringify(JSON.parse(broken.replace(/,\s*}$/, '}'))));
    await flow.hasDelivered(exchange);
    assert.equal(session.relay.at('/example/obd/ack').length, 0);
  });

  it('sends the composed report to webhook 78 only: variables in URL and body, the token in its header', async () => {
    await flow.press('report for 78');
    const [pushed] = await session.relay.waitFor('/telephony/obd/78', 1);
    const { id } = jsonOf(pushed);
    const [exchange] = await session.relay.waitFor('/example/obd/ack', 1);
    assert.equal(exchange?.request.url, `/example/obd/ack?call_id=${id}&to=919876500175&message_status=ANSWER`);
    assert.equal(exchange?.request.text, `{"id": "${id}", "to": "919876500175", "status": "ANSWER", "duration": "23"}`);
    assert.equal(exchange?.request.headers['authorization'], `Bearer ${TOKEN}`);
    assert.match(String(exchange?.request.headers['content-type']), /^application\/json\b/);
    assert.equal(exchange?.status, 202);
    assert.equal(session.relay.at('/example/obd/report').length, 1);
    const logged = await flow.hasDelivered(exchange);
    assert.ok(!JSON.stringify(logged).includes(TOKEN), 'the log holds the token');
    assert.equal((logged['request'] as { headers: JsonObject }).headers['Authorization'], 'Bearer %token%');
  });

  it('takes 204 for a failure, as OBD does, and waits for the next attempt', async () => {
    session.relay.answerOnce('/example/obd/report', { status: 204 });
    await flow.press('report for 77');
    const exchange = (await session.relay.waitFor('/example/obd/report', 2))[1];
    const { attempts, state } = await flow.tried(exchange);
    const [{ class: failure, statusCode } = assert.fail()] = attempts;
    assert.deepEqual([failure, statusCode], ['status', 204]);
    assert.notEqual(state, 'failed');
  });
}
